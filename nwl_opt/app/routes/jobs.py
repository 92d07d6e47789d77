"""Following a job, and stopping it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from nwl_opt.app.context import context_of
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.jobs.record import ERRORS_FILE, STATE_WORDS, Job, progress_of
from nwl_opt.app.pages import page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.starting import find_job, job_url, start_job
from nwl_opt.named import in_a_sentence
from nwl_opt.solving import EXIT_BUG, EXIT_CANCELLED, EXIT_CHECK, EXIT_FAULT, EXIT_INFEASIBLE, EXIT_NO_PLAN, EXIT_OK

router = APIRouter()
_ENDED = ("finished", "cancelled", "lost")
_LAST_LINES = 40
_CODE_WORDS = {
    EXIT_OK: "Finished",
    EXIT_INFEASIBLE: "Finished: no plan can exist under these rules",
    EXIT_NO_PLAN: "Finished: no plan found within the limits",
    EXIT_CHECK: "Finished, but the independent check failed",
    EXIT_CANCELLED: "Stopped on request",
    EXIT_FAULT: "It could not begin: something is wrong with what was given",
    EXIT_BUG: "It failed by an error of our own; the details are in the job's folder",
}


@router.get("/jobs/{job_id}")
def follow(request: Request, job_id: str) -> Response:
    """How far a job is; once it has a result, that is shown instead."""
    job = find_job(request, job_id)
    if has_result(job):
        return RedirectResponse(job.next_url, 303)
    state = job.state
    said = _last_words(job) if state in _ENDED else []
    return page(request, "job.html", job=job, state=state, words=state_sentence(request, job), said=said,
                progress=progress_of(job.out), ended=state in _ENDED)  # fmt: skip


@router.get("/jobs/{job_id}/state")
def state(request: Request, job_id: str) -> JSONResponse:
    """The same for the page to ask while it is open."""
    job = find_job(request, job_id)
    stages = [[one.stage, one.value, one.bound, one.gap] for one in progress_of(job.out)]
    return JSONResponse({"state": job.state, "words": state_sentence(request, job), "stages": stages,
                         "ended": job.state in _ENDED, "next": job.next_url if has_result(job) else ""})  # fmt: skip


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, job_id: str, form: PostedForm) -> Response:
    """Ask a job to stop; the best plan so far is kept."""
    del form
    job = find_job(request, job_id)
    job.cancel()
    return see(job_url(job))


@router.post("/jobs/{job_id}/again")
def again(request: Request, job_id: str, form: PostedForm) -> Response:
    """The same command once more, into a new folder."""
    del form
    job = find_job(request, job_id)
    run_kind = _run_kind(request, job)
    argv = [one.replace(str(job.out), "{out}").replace(job.id, "{job}") for one in job.argv]
    next_url = job.next_url.replace(job.out.name, "{out}") if run_kind else job.next_url.replace(job.id, "{job}")
    return see(job_url(start_job(request, verb=job.verb, title=job.title, argv=argv, next_url=next_url,
                                 about=job.about, run_kind=run_kind)))  # fmt: skip


@router.get("/jobs")
def all_jobs(request: Request) -> HTMLResponse:
    """Everything that was asked of the queue, the newest first."""
    user = user_of(request)
    mine = [job for job in context_of(request).queue.all() if user.owns(job.owner)]
    return page(request, "jobs.html", listed=[(job, state_sentence(request, job)) for job in mine[:100]])


def has_result(job: Job) -> bool:
    """Whether there is something to show at the job's `next_url`: a run, or what a command found."""
    return job.has_run or job.exit_code in (EXIT_OK, EXIT_INFEASIBLE)


def state_sentence(request: Request, job: Job) -> str:
    """Where a job stands, in one sentence."""
    now = job.state
    if now == "queued":
        before = context_of(request).queue.place_of(job)
        return f"{STATE_WORDS[now]}; {before} before it" if before else STATE_WORDS[now]
    if now == "running":
        if job.was_cancelled:
            return "Stopping: the best plan so far is kept"
        stages = progress_of(job.out)
        last = stages[-1] if stages else None
        if last is None:
            said = job.said(ERRORS_FILE).strip().splitlines()
            return f"Working: {said[-1].strip()}" if said else "Starting"
        return f"Working on {in_a_sentence(last.stage)}{f': {last.gap}' if last.gap else ''}"
    if now == "finished":
        return _CODE_WORDS.get(job.exit_code or 0, f"Ended with code {job.exit_code}")
    return STATE_WORDS[now]


def _run_kind(request: Request, job: Job) -> str:
    """The kind of run a job makes; empty where its results lie in its own folder."""
    if job.out.parent != context_of(request).settings.runs_root.absolute():
        return ""
    made = re.fullmatch(r"\d{8}T\d{6}Z-([a-z]+)-[0-9a-f]+", job.out.name)
    return made[1] if made else ""


def _last_words(job: Job) -> list[str]:
    """What the command said last, on either channel, without its long lines being cut."""
    text = job.said(ERRORS_FILE).strip() or job.said().strip()
    return text.splitlines()[-_LAST_LINES:]
