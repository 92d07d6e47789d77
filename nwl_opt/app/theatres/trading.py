"""Fuller or safer: how full lists can be against the chance that they end late, each point a plan of its own."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from models.theatres.frontier import FRONTIERS
from nwl_opt.app.downloading import name_for, sent_file
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.jobs.record import Job
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.routes.solving import assignment
from nwl_opt.app.starting import OUT, job_url, jobs_about, start_job
from nwl_opt.app.theatres.opened import KIND, Lists
from nwl_opt.files.tables import text_rows
from nwl_opt.frontier import FRONTIER_FILE
from nwl_opt.run_folder import INPUTS_FOLDER
from nwl_opt.theatres.showing.trade_off import (
    SolvedPoint,
    equal_cases,
    equal_cases_picture,
    limit_words,
    solved_picture,
    solved_points,
)

router = APIRouter()
_VERB = "frontier"
_POINTS, _EFFORT = 6, 0.1


@router.get("/frontier")
def frontier(request: Request, lists: Lists, point: int = 0) -> HTMLResponse:
    """The trade-off of one list, and of whole plans once they have been solved."""
    jobs = jobs_about(request, lists.opened.name, _VERB)
    done = next((job for job in jobs if _file(job).is_file()), None)
    working = next((job for job in jobs if job.is_open), None)
    failed = jobs[0] if jobs and jobs[0].state in ("finished", "lost") and jobs[0] is not done else None
    points = () if done is None else solved_points(_rows(done))
    one_list = equal_cases(lists.opened.sentences)
    return run_page(
        request,
        "theatres/frontier.html",
        lists.opened,
        "frontier",
        points=points,
        chosen=next((one for one in points if one.number == point), None),
        picture=solved_picture(points, point, lambda number: lists.url(f"frontier?point={number}#point")),
        one_list=one_list,
        one_list_picture=equal_cases_picture(one_list),
        said=[one for one in lists.opened.sentences if one.id == "best_that_can_be_reached"],
        limit_words=limit_words,
        limit=lists.shown.instance.settings.rehearsed_overrun_limit_share,
        working=working,
        failed=failed,
        how_many=_POINTS,
    )


@router.get("/frontier.csv")
def frontier_file(request: Request, lists: Lists) -> FileResponse:
    """The points drawn last, as a file."""
    done = next((job for job in jobs_about(request, lists.opened.name, _VERB) if _file(job).is_file()), None)
    if done is None:
        raise HTTPException(404, "No points were worked out for this run yet.")
    return sent_file(_file(done), name_for(lists.opened, "fuller_or_safer", ".csv"))


@router.post("/frontier")
def draw(request: Request, lists: Lists, form: PostedForm) -> Response:
    """Queue the plans of the frontier, with a tenth of the effort each."""
    del form
    argv = [_VERB, str(lists.opened.folder.absolute()), "--against", FRONTIERS[0].name, "--points", str(_POINTS)]
    job = start_job(
        request,
        verb=_VERB,
        title=f"Fuller or safer: {lists.opened.title}",
        argv=[*argv, "--effort", str(_EFFORT), "--no-baselines", "--out", OUT],
        about=lists.opened.name,
        next_url=lists.url("frontier"),
    )
    return see(job_url(job))


@router.post("/frontier/solve")
def solve_with_limit(request: Request, lists: Lists, form: PostedForm) -> Response:
    """Queue a whole solve with the limit of a point."""
    point = _asked_point(request, lists, form.text("point"))
    one = FRONTIERS[0]
    limits = [f"--set={assignment(name, point.limit_share)}" for name in (one.setting, *one.also)]
    job = start_job(
        request,
        verb="solve",
        title=f"Theatre lists, late ends at most {limit_words(point.limit_share)}",
        argv=["solve", str((lists.opened.folder / INPUTS_FOLDER).absolute()), "--out", OUT, *limits,
              f"--who={user_of(request).name}", f"--why=late ends at most {limit_words(point.limit_share)}"],
        about=lists.opened.name,
        next_url="/runs/{out}",
        run_kind=KIND,
    )  # fmt: skip
    return see(job_url(job))


def _asked_point(request: Request, lists: Lists, number: str) -> SolvedPoint:
    for job in jobs_about(request, lists.opened.name, _VERB):
        if _file(job).is_file():
            found = next((one for one in solved_points(_rows(job)) if str(one.number) == number), None)
            if found is not None:
                return found
            break
    raise HTTPException(400, "There is no such point: draw the points first, then choose one of them.")


def _file(job: Job) -> Path:
    return job.out / FRONTIER_FILE


def _rows(job: Job) -> list[dict[str, str]]:
    return text_rows(_file(job))
