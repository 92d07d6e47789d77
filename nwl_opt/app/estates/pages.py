"""What estates adds to the app."""

from __future__ import annotations

from fastapi import APIRouter

from nwl_opt.app.estates import checks, money, overview, people, rooms, studies, suites, testing
from nwl_opt.app.estates.settings import SETTINGS
from nwl_opt.app.kinds import KindPages, ResultPage

router = APIRouter(prefix="/runs/{run}/estates")
for _module in (overview, suites, testing, rooms, people, money, studies, checks):
    router.include_router(_module.router)

PAGES = KindPages(
    kind="estates",
    title="Estate",
    question="Which space do we need, and which may we hand back?",
    answer="Hand-backs with dates and pounds, who is seen where, how full the rooms are, travel.",
    settings=SETTINGS,
    results=(
        ResultPage("overview", "Overview", needs_plan=False),
        ResultPage("map", "Map"),
        ResultPage("suites", "Suites"),
        ResultPage("test", "Test a hand-back"),
        ResultPage("rooms", "How full rooms are"),
        ResultPage("timetable", "Timetable"),
        ResultPage("travel", "Travel"),
        ResultPage("cash", "Cash"),
        ResultPage("premises", "GP premises"),
        ResultPage("limits", "The best that can be reached"),
        ResultPage("studies", "Ranking and robustness"),
        ResultPage("checks", "Charges and hours"),
    ),
    router=router,
    style_sheets=("estates.css",),
)
