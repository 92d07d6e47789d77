"""The trade-off: the gap against how fast things change, each point a plan of its own that can be looked at."""

from __future__ import annotations

import re

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models.reallocation.frontier import FRONTIERS
from nwl_opt.app.downloading import name_for, sent_bytes
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.jobs.record import ERRORS_FILE, Job
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.reallocation.opened import Opened, book, measures_of, start_solve
from nwl_opt.app.routes.solving import assignment
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import OUT, find_job, job_url, jobs_about, start_job
from nwl_opt.reallocation.shown.figures import compared_figures, figures_sheet
from nwl_opt.reallocation.shown.gap import gap_chart, gaps_of
from nwl_opt.reallocation.shown.trade import Trade, TradePoint, read_trade, trade_picture, trade_sheet
from nwl_opt.run_folder import INPUTS_FOLDER, read_run

router = APIRouter()
_VERB = "frontier"
_FEWEST, _MOST, _USUAL = 3, 20, 6
_WORDS = {
    "peak_growth": "the fastest growth of any borough's line",
    "transition": "what transition costs",
}


@router.get("/frontier")
def frontier(request: Request, opened: Opened, job: str = "") -> Response:
    """The last trade-off that was solved of this run, or the one asked for, and a form for another."""
    if not opened.is_finished:
        return RedirectResponse(f"/runs/{opened.name}", 303)
    jobs = jobs_about(request, opened.name, _VERB)
    chosen = _job_of(request, opened, job) if job else next((one for one in jobs if read_trade(one.out)), None)
    trade = None if chosen is None else read_trade(chosen.out)
    links = [] if chosen is None or trade is None else [_point_url(opened, chosen, one) for one in trade.points]
    newest = jobs[0] if jobs else None
    return run_page(
        request,
        "reallocation/frontier.html",
        opened,
        "frontier",
        trade=trade,
        chart=None if trade is None else trade_picture(trade, links),
        sheet=None if trade is None else trade_sheet(trade, links),
        working=[one for one in jobs if one.is_open],
        failed=_said(newest)
        if newest and newest.state in ("finished", "lost") and not read_trade(newest.out)
        else "",
        file="" if chosen is None else f"/runs/{opened.name}/reallocation/frontier/{chosen.id}/points.csv",
        offered=[(one.name, _WORDS[one.name]) for one in FRONTIERS],
        usual=_USUAL,
        fewest=_FEWEST,
        most=_MOST,
    )


@router.post("/frontier")
def start(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue another trade-off of this run's inputs."""
    against, points = form.text("against"), form.text("points", str(_USUAL))
    if against not in _WORDS:
        raise HTTPException(422, "Choose what is traded from the list.")
    if not points.isdigit() or not _FEWEST <= int(points) <= _MOST:
        raise HTTPException(422, f"The number of points must be a whole number from {_FEWEST} to {_MOST}.")
    inputs = str((opened.folder / INPUTS_FOLDER).absolute())
    argv = ["frontier", inputs, "--against", against, "--points", points, "--no-baselines", "--out", OUT]
    job = start_job(
        request,
        verb=_VERB,
        title=f"{opened.title}: the gap against {_WORDS[against]}",
        argv=argv,
        about=opened.name,
        next_url=f"/runs/{opened.name}/reallocation/frontier?job={{job}}",
    )
    return see(job_url(job))


@router.get("/frontier/{job}/points.csv")
def points_file(request: Request, opened: Opened, job: str) -> Response:
    """The points as a file."""
    trade = _trade_of(_job_of(request, opened, job))
    content = trade_sheet(trade, [""] * len(trade.points)).csv()
    return sent_bytes(content, name_for(opened, "frontier", ".csv"))


@router.get("/frontier/{job}/points/{number}")
def point(request: Request, opened: Opened, job: str, number: int) -> HTMLResponse:
    """One point: its plan beside this run's."""
    found = _job_of(request, opened, job)
    trade, chosen = _point_of(found, number)
    other = OpenRun(read_run(found.out / chosen.run))
    if not other.has_plan:
        raise HTTPException(404, "This point has no plan to look at.")
    plan = book(other)
    shown = {f"Point {number}": gaps_of(plan.tables, plan.years)}
    plans = [measures_of(other)]
    names = [f"Point {number}"]
    if opened.has_plan:
        own = book(opened)
        shown["This run"] = gaps_of(own.tables, own.years)
        plans, names = [measures_of(opened), *plans], ["This run", *names]
    return run_page(
        request,
        "reallocation/point.html",
        opened,
        "frontier",
        point=chosen,
        job=found,
        frontier=trade.frontier,
        chart=gap_chart(f"Gap to need by year, point {number}", shown),
        figures=figures_sheet(compared_figures(plans), names),
        status=other.status_words,
        check_passed=other.check_passed,
    )


@router.post("/frontier/{job}/points/{number}/keep")
def keep(request: Request, opened: Opened, job: str, number: int, form: PostedForm) -> Response:
    """Solve a point as a run of its own, with all studies."""
    del form
    trade, chosen = _point_of(_job_of(request, opened, job), number)
    limit = round(chosen.limit) if trade.frontier.unit == "gbp" else chosen.limit
    setting = assignment(trade.frontier.setting, limit)
    return see(job_url(start_solve(request, opened, f"point {number} of the trade-off", settings=[setting])))


def _job_of(request: Request, opened: OpenRun, job_id: str) -> Job:
    job = find_job(request, job_id) if re.fullmatch(r"[0-9a-f]{1,40}", job_id) else None
    if job is None or job.about != opened.name or job.verb != _VERB:
        raise HTTPException(404, "This run has no such trade-off.")
    return job


def _trade_of(job: Job) -> Trade:
    trade = read_trade(job.out)
    if trade is None:
        raise HTTPException(404, "This trade-off has no points yet.")
    return trade


def _point_of(job: Job, number: int) -> tuple[Trade, TradePoint]:
    trade = _trade_of(job)
    chosen = next((one for one in trade.points if one.number == number), None)
    if chosen is None:
        raise HTTPException(404, "This trade-off has no such point.")
    return trade, chosen


def _point_url(opened: OpenRun, job: Job, one: TradePoint) -> str:
    if one.gain_gbp is None:
        return ""
    return f"/runs/{opened.name}/reallocation/frontier/{job.id}/points/{one.number}"


def _said(job: Job) -> str:
    """What the command said where it found nothing to trade, or failed."""
    return job.said(ERRORS_FILE).strip().replace("\n", " ") or "It ended without a result."
