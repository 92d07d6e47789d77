"""What if this suite, or this building, were handed back? The form, the first answer, the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from nwl_opt.app.context import context_of
from nwl_opt.app.estates.opened import KIND, Planned, estate_of
from nwl_opt.app.estates.results import earlier, files_of, job_of, state_words
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.jobs.record import ERRORS_FILE, Job, progress_of
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import OUT, new_run, start_job
from nwl_opt.estates.browsing.asking import (
    SUITE,
    AskedHandBack,
    asked_words,
    buildings,
    days_allowed,
    likely_day,
    read_asked,
)
from nwl_opt.estates.browsing.tested import answer_tables, figures_of, read_tested
from nwl_opt.estates.testing import RUN_FOLDER
from nwl_opt.run_folder import RECORD_FILE

router = APIRouter()
VERB = "test-handback"
_SPACES = 3


@router.get("/test")
def form_page(request: Request, opened: Planned, space: str = "", day: str = "") -> HTMLResponse:
    """The form, with what was asked before."""
    return _form(request, opened, [space], day, {})


@router.post("/test")
def ask(request: Request, opened: Planned, form: PostedForm) -> Response:
    """Queue a test; what is wrong with the form is said on it."""
    spaces, day = form.texts("space"), form.text("day")
    asked, errors = read_asked(estate_of(request, opened).instance, spaces, day)
    if asked is None:
        return _form(request, opened, spaces, day, errors, 422)
    return see(_answer_url(opened, _start(request, opened, asked, form.text("until") == "proved")))


@router.get("/tests/{job_id}")
def answer(request: Request, opened: Planned, job_id: str) -> HTMLResponse:
    """The answer, as far as it is known."""
    job = job_of(request, opened, job_id, (VERB,))
    tested = read_tested(job.out)
    instance = estate_of(request, opened).instance
    is_open = job.is_open
    whole = tested is not None and tested.is_whole
    return run_page(
        request,
        "estates/tested.html",
        opened,
        "test",
        job=job,
        tested=tested,
        tables=answer_tables(job.out, instance) if whole else None,
        figures=figures_of(tested) if tested is not None and whole else (),
        is_open=is_open,
        state=state_words(job),
        said=[] if is_open or whole else job.said(ERRORS_FILE).strip().splitlines()[-20:],
        progress=progress_of(_proof_folder(job)),
        proof_run=_proof_folder(job).name if _is_among_runs(request, _proof_folder(job)) else "",
        files=files_of(job) if not is_open else [],
        spaces={suite.suite_id: f"{SUITE}:{suite.suite_id}" for suite in instance.suites},
        names={one.suite_id: f"{instance.site(one.site_id).name}, {one.name}" for one in instance.suites},
        quick="--quick" in job.argv,
    )


@router.get("/tests/{job_id}/state")
def how_far(request: Request, opened: Planned, job_id: str) -> JSONResponse:
    """How far a test is, for the page to ask while it is open: it changes when there is more to show."""
    job = job_of(request, opened, job_id, (VERB,))
    known = read_tested(job.out)
    stage = "nothing" if known is None else "whole" if known.is_whole else "first"
    return JSONResponse({"shows": f"{stage} {job.is_open}"})


@router.post("/tests/{job_id}/prove")
def prove(request: Request, opened: Planned, job_id: str, form: PostedForm) -> Response:
    """Queue the complete solve of what a quick test asked."""
    del form
    job = job_of(request, opened, job_id, (VERB,))
    options = [one for one in job.argv if one.startswith(("--suite=", "--site=", "--from="))]
    return see(_answer_url(opened, _queue(request, opened, options, job.title.removesuffix(_PROVED), True)))


_PROVED = ", with proof"
_PROOF_RUN = "--proof-run="


def _start(request: Request, opened: OpenRun, asked: AskedHandBack, until_proved: bool) -> Job:
    words = asked_words(estate_of(request, opened).instance, asked)
    return _queue(request, opened, asked.arguments, words, until_proved)


def _queue(request: Request, opened: OpenRun, options: Sequence[str], words: str, until_proved: bool) -> Job:
    effort = ["--quick"]
    if until_proved:
        effort = ["--until-proved", f"{_PROOF_RUN}{new_run(request, KIND)}", f"--who={user_of(request).name}"]
    return start_job(
        request,
        verb=VERB,
        title=f"{words}{_PROVED if until_proved else ''}",
        argv=["estates", VERB, str(opened.folder), *options, *effort, "--out", OUT],
        next_url=f"/runs/{opened.name}/estates/tests/{{job}}",
        about=opened.name,
    )


def _proof_folder(job: Job) -> Path:
    """Where the run of a proof lies: among the runs, or in the job's folder where it was asked for long ago."""
    named = next((one.removeprefix(_PROOF_RUN) for one in job.argv if one.startswith(_PROOF_RUN)), "")
    return Path(named) if named else job.out / RUN_FOLDER


def _is_among_runs(request: Request, folder: Path) -> bool:
    """Whether a finished run lies there that has pages of its own."""
    return folder.parent == context_of(request).settings.runs_root.absolute() and (folder / RECORD_FILE).is_file()


def _answer_url(opened: OpenRun, job: Job) -> str:
    return f"/runs/{opened.name}/estates/tests/{job.id}"


def _form(
    request: Request,
    opened: OpenRun,
    spaces: Sequence[str],
    day: str,
    errors: Mapping[str, str],
    status_code: int = 200,
) -> HTMLResponse:
    instance = estate_of(request, opened).instance
    first, last = days_allowed(instance)
    chosen = [*spaces[:_SPACES], *[""] * (_SPACES - len(spaces))]
    shown = run_page(
        request,
        "estates/test.html",
        opened,
        "test",
        buildings=buildings(instance),
        chosen=chosen,
        day=day or likely_day(instance, chosen[0]).isoformat(),
        first=first,
        last=last,
        errors=errors,
        earlier=earlier(request, opened, (VERB,), "tests"),
    )
    shown.status_code = status_code
    return shown
