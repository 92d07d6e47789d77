"""What reallocation adds to the app."""

from __future__ import annotations

from fastapi import APIRouter

from nwl_opt.app.kinds import KindPages, ResultPage
from nwl_opt.app.reallocation import overview, plan, sides, stops, tables, trading, trying
from nwl_opt.app.reallocation.settings import SETTINGS

router = APIRouter(prefix="/runs/{run}/reallocation")
for _part in (overview, plan, stops, trading, trying, sides, tables):
    router.include_router(_part.router)

PAGES = KindPages(
    kind="reallocation",
    title="Budgets",
    question="Where should the money go, over three years, by borough and service line?",
    answer="Budgets to the pound, what moves, what stops us, who gains and who loses.",
    settings=SETTINGS,
    results=(
        ResultPage("overview", "Overview", needs_plan=False),
        ResultPage("allocations", "Allocations"),
        ResultPage("bridge", "Bridge"),
        ResultPage("moves", "Moves"),
        ResultPage("stops", "What stops us"),
        ResultPage("best", "Best that can be reached", needs_plan=False),
        ResultPage("assumptions", "What it hangs on"),
        ResultPage("impacts", "Who gains and loses"),
        ResultPage("frontier", "Trade-off", needs_plan=False),
        ResultPage("try", "Try other settings", needs_plan=False),
        ResultPage("sides", "Side by side", needs_plan=False),
    ),
    router=router,
    style_sheets=("reallocation.css",),
)
