"""What reallocation adds to the app."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.kinds import KindPages, ResultPage
from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import OpenRun, open_run

router = APIRouter(prefix="/runs/{run}/reallocation")
Opened = Annotated[OpenRun, Depends(open_run("reallocation"))]


@router.get("/overview")
def overview(request: Request, opened: Opened) -> HTMLResponse:
    """What came of it."""
    return run_page(request, "overview.html", opened, "overview")


PAGES = KindPages(
    kind="reallocation",
    title="Budgets",
    question="Where should the money go, over three years, by borough and service line?",
    answer="Budgets to the pound, what moves, what stops us, who gains and who loses.",
    settings=(),
    results=(ResultPage("overview", "Overview", needs_plan=False),),
    router=router,
)
