"""Putting a command into the queue for whoever asks, and finding what was asked before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from fastapi import HTTPException, Request

from nwl_opt.app.context import context_of
from nwl_opt.app.jobs.queue import NewJob
from nwl_opt.app.jobs.record import Job
from nwl_opt.app.people import user_of

OUT = "{out}"
"""Stands in a command's arguments for the folder of its results."""
_MOST_OPEN_JOBS = 20


def start_job(
    request: Request,
    *,
    verb: str,
    title: str,
    argv: Sequence[str],
    next_url: str,
    about: str = "",
    run_kind: str = "",
) -> Job:
    """Queue a command of ours, or find it where it was asked for and has not ended yet.

    `{out}` in `argv` is the folder for its results.

    With `run_kind` these are a new run of that kind, among the others; without it they lie in the job's folder.
    `{out}` in `next_url` is the name of that folder, `{job}` there and in `argv` the id of the job.

    Raises
    ------
    HTTPException
        If this user has too many jobs waiting already.
    """
    context, user = context_of(request), user_of(request)
    if sum(job.owner == user.name for job in context.queue.open_jobs()) >= _MOST_OPEN_JOBS:
        raise HTTPException(429, f"{_MOST_OPEN_JOBS} of your jobs are waiting already. Stop one, or wait for it.")
    out = new_run(request, run_kind) if run_kind else None
    return context.queue.add_once(NewJob(verb, title, tuple(argv), next_url, about, out), user.name)


def new_run(request: Request, kind: str) -> Path:
    """The folder of a run that a job is to make, among the others: `{job}` in it stands for the job's id."""
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    return context_of(request).settings.runs_root.absolute() / f"{stamp}-{kind}-{{job}}"


def find_job(request: Request, job_id: str) -> Job:
    """A job by its id.

    Raises
    ------
    HTTPException
        If there is none, or it is another's.
    """
    job = context_of(request).queue.find(job_id)
    if job is None or not user_of(request).owns(job.owner):
        raise HTTPException(404, "There is no such job, or it is not yours.")
    return job


def jobs_about(request: Request, run_name: str, verb: str = "") -> list[Job]:
    """This user's jobs that work on a run, the newest first."""
    user = user_of(request)
    found = context_of(request).queue.all()
    return [job for job in found if job.about == run_name and verb in ("", job.verb) and user.owns(job.owner)]


def job_url(job: Job) -> str:
    """Where a job is followed."""
    return f"/jobs/{job.id}"
