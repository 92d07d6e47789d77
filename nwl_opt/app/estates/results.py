"""The results of a job that works on a run: found again, and taken away file by file or all at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse

from nwl_opt.app.downloading import packed, sent_file
from nwl_opt.app.estates.opened import Planned
from nwl_opt.app.jobs.record import STATE_WORDS, Job
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import find_job, jobs_about
from nwl_opt.run_folder import REQUEST_FILE

router = APIRouter()
VERBS = ("test-handback", "rank", "alternatives", "robustness", "reconcile-charges", "measured")


@dataclass(frozen=True)
class Earlier:
    """Something asked before: its title, how it stands, and where its answer is."""

    job: Job
    state: str
    url: str


def job_of(request: Request, opened: OpenRun, job_id: str, verbs: Collection[str] = VERBS) -> Job:
    """A job that works on this run.

    Raises
    ------
    HTTPException
        If there is none of these verbs, or it is another's or another run's.
    """
    job = find_job(request, job_id)
    if job.about != opened.name or job.verb not in verbs:
        raise HTTPException(404, "There is no such answer of this run.")
    return job


def earlier(request: Request, opened: OpenRun, verbs: Collection[str], place: str) -> list[Earlier]:
    """What was asked of a run before, the newest first; `place` is where answers are shown."""
    found = [job for job in jobs_about(request, opened.name) if job.verb in verbs]
    return [Earlier(job, state_words(job), f"/runs/{opened.name}/estates/{place}/{job.id}") for job in found]


def state_words(job: Job) -> str:
    """Where a job stands, in words."""
    code = job.exit_code
    if code is not None and code not in (0, 3):
        return "Stopped on request" if job.was_cancelled else "Did not work"
    return STATE_WORDS[job.state]


def files_of(job: Job) -> list[str]:
    """What can be taken away of a job's results; a run within them has pages of its own."""
    runs = [path.parent for path in job.out.rglob(REQUEST_FILE)]
    files = [path for path in job.out.rglob("*") if path.is_file() and not any(run in path.parents for run in runs)]
    return sorted(path.relative_to(job.out).as_posix() for path in files)


@router.get("/results/{job_id}/files/{file:path}")
def one_file(request: Request, opened: Planned, job_id: str, file: str) -> FileResponse:
    """One file of a job's results."""
    job = job_of(request, opened, job_id)
    if file not in files_of(job):
        raise HTTPException(404, "There is no such file.")
    path = job.out / file
    return sent_file(path, f"estates_{job.verb}_{path.name}")


@router.get("/results/{job_id}/{pack}.zip")
def all_files(request: Request, opened: Planned, job_id: str, pack: str) -> FileResponse:
    """All files of a job's results (`all`), or those of one folder in it (`notice`, `instance`)."""
    job = job_of(request, opened, job_id)
    files = [file for file in files_of(job) if pack == "all" or file.startswith(f"{pack}/")]
    if not files:
        raise HTTPException(404, "There is nothing to take away yet.")
    return packed(f"estates_{job.verb}_{pack}.zip", job.out, [job.out / file for file in files])
