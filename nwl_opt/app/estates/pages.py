"""What estates adds to the app."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.kinds import KindPages, ResultPage
from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import OpenRun, open_run

router = APIRouter(prefix="/runs/{run}/estates")
Opened = Annotated[OpenRun, Depends(open_run("estates"))]


@router.get("/overview")
def overview(request: Request, opened: Opened) -> HTMLResponse:
    """What came of it."""
    return run_page(request, "overview.html", opened, "overview")


PAGES = KindPages(
    kind="estates",
    title="Estate",
    question="Which space do we need, and which may we hand back?",
    answer="Hand-backs with dates and pounds, who is seen where, how full the rooms are, travel.",
    settings=(),
    results=(ResultPage("overview", "Overview", needs_plan=False),),
    router=router,
)
