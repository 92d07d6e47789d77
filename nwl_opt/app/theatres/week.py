"""The week board, the day, its papers, and the tests of a day."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from models.theatres.views.cells import monday_of
from nwl_opt.app.context import opaque
from nwl_opt.app.downloading import packed
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.theatres.opened import Lists, day_of, day_or_none
from nwl_opt.theatres.printing.papers import FORMATS, print_papers
from nwl_opt.theatres.showing.board import first_week, week_board, weeks_of
from nwl_opt.theatres.showing.day import shown_day
from nwl_opt.theatres.showing.gantt import gantt
from nwl_opt.theatres.showing.sites import days_with_tests, site_day, sites_on

router = APIRouter()


@router.get("/board")
def board(request: Request, lists: Lists, week: str = "") -> HTMLResponse:
    """A week of lists: theatres by days."""
    asked = day_or_none(week)
    monday = first_week(lists.shown) if asked is None else monday_of(asked)
    if monday is None:
        raise HTTPException(404, "This run has no lists.")
    shown = week_board(lists.shown, monday)
    return run_page(
        request,
        "theatres/board.html",
        lists.opened,
        "board",
        board=shown,
        weeks=weeks_of(lists.shown),
        with_lists=frozenset(lists.shown.days),
    )


@router.get("/day/{date}")
def day(request: Request, lists: Lists, date: str) -> HTMLResponse:
    """A day as a picture and, below it, the same as tables."""
    asked = day_of(date)
    if asked not in lists.shown.days:
        raise HTTPException(404, "There is no list on this day.")
    name = lists.opened.name
    return run_page(
        request,
        "theatres/day.html",
        lists.opened,
        "board",
        day=shown_day(lists.shown, asked),
        monday=monday_of(asked),
        picture=gantt(lists.shown, asked, lambda p: lists.url(f"patient/{opaque(request, name, p)}")),
        grace=lists.shown.instance.settings.overrun_grace_minutes,
        has_tests=asked in days_with_tests(lists.shown),
    )


@router.post("/day/{date}/papers")
def papers(lists: Lists, date: str, form: PostedForm) -> FileResponse:
    """The papers of a day or its week in one archive; nobody is named on them."""
    asked, kind, week = day_of(date), form.text("format", "pdf"), form.text("span") == "week"
    if kind not in FORMATS:
        raise HTTPException(400, f"Papers come as {' or '.join(FORMATS.values())}.")
    name = f"theatre_papers_{'week_of_' if week else ''}{asked.isoformat()}_{kind}.zip"
    with tempfile.TemporaryDirectory() as folder:
        printed = print_papers(
            lists.opened.folder, asked, Path(folder) / "papers", dt.datetime.now(), week=week, formats=[kind]
        )
        return packed(name, printed.folder, printed.files)


@router.get("/tests")
def tests(request: Request, lists: Lists, date: str = "", site: str = "") -> Response:
    """The sites that test on a day, and one of them with its appointments."""
    days = days_with_tests(lists.shown)
    if not days:
        return run_page(request, "theatres/no_tests.html", lists.opened, "tests")
    asked = day_or_none(date)
    if asked is None:
        return see(lists.url(f"tests?date={_first_busy_day(lists)}"))
    sites = sites_on(lists.shown, asked)
    if site and site not in lists.shown.instance.sites:
        raise HTTPException(404, "There is no such site in this run.")
    chosen = site or next((one.site_id for one in sites if one.taken), sites[0].site_id if sites else "")
    return run_page(
        request,
        "theatres/tests.html",
        lists.opened,
        "tests",
        date=asked,
        before=max((one for one in days if one < asked), default=None),
        after=min((one for one in days if one > asked), default=None),
        days=days,
        sites=sites,
        chosen=site_day(lists.shown, chosen, asked) if chosen else None,
    )


def _first_busy_day(lists: Lists) -> dt.date:
    return next(iter(lists.shown.test_days), days_with_tests(lists.shown)[0])
