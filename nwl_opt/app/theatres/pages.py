"""What theatres adds to the app."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.kinds import KindPages, ResultPage
from nwl_opt.app.pages import run_page
from nwl_opt.app.runs import OpenRun, open_run

router = APIRouter(prefix="/runs/{run}/theatres")
Opened = Annotated[OpenRun, Depends(open_run("theatres"))]


@router.get("/overview")
def overview(request: Request, opened: Opened) -> HTMLResponse:
    """What came of it."""
    return run_page(request, "overview.html", opened, "overview")


PAGES = KindPages(
    kind="theatres",
    title="Theatres",
    question="Which patient on which list, with which tests before it?",
    answer="Theatre lists with times, tests booked in time, everyone not booked with the reason.",
    settings=(),
    results=(ResultPage("overview", "Overview", needs_plan=False),),
    router=router,
)
