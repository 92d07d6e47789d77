"""A job as its folder says it: what was asked, whether it runs, how it ended, how far it is."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nwl_opt.app.jobs.lock import is_held
from nwl_opt.files.atomic import read_json, write_json
from nwl_opt.named import Names, names_of
from nwl_opt.plain import number_of
from nwl_opt.run_folder import PROGRESS_FILE, RECORD_FILE, REQUEST_FILE
from nwl_opt.solving import EXIT_CANCELLED
from nwl_opt.words import gap_words, number_words
from solvers.types import gap_share

JOB_FILE, STARTED_FILE, DONE_FILE, CANCEL_FILE, LOCK_FILE = "job.json", "started.json", "done.json", "cancel", "lock"
OUTPUT_FILE, ERRORS_FILE = "stdout.txt", "stderr.txt"
OUT_FOLDER = "out"

JobState = Literal["queued", "running", "finished", "cancelled", "lost"]
STATE_WORDS: Mapping[JobState, str] = {
    "queued": "Waiting for its turn",
    "running": "Working",
    "finished": "Finished",
    "cancelled": "Stopped before it began",
    "lost": "Stopped from outside before it ended",
}


@dataclass(frozen=True)
class Job:
    """One command in its folder. `about` names the run it works on; `out` is where its results lie."""

    folder: Path
    verb: str
    title: str
    argv: tuple[str, ...]
    out: Path
    owner: str
    about: str
    next_url: str
    created_at: str

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def exit_code(self) -> int | None:
        """What the command ended with; None while it has not."""
        try:
            code = read_json(self.folder / DONE_FILE).get("exit_code")
        except (OSError, ValueError):
            return None
        return code if isinstance(code, int) else None

    @property
    def state(self) -> JobState:
        if self.exit_code is not None:
            return "finished"
        if (self.folder / STARTED_FILE).exists():
            if is_held(self.folder / LOCK_FILE):
                return "running"
            return "finished" if self.exit_code is not None else "lost"  # it may have ended between the two looks
        return "cancelled" if (self.folder / CANCEL_FILE).exists() else "queued"

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("queued", "running")

    @property
    def was_cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return (self.folder / CANCEL_FILE).exists() or self.exit_code == EXIT_CANCELLED

    @property
    def has_run(self) -> bool:
        """Whether its results are a finished run."""
        return (self.out / RECORD_FILE).is_file()

    def cancel(self) -> None:
        """Ask it to stop; what it has found is kept."""
        (self.folder / CANCEL_FILE).touch()

    def said(self, name: str = OUTPUT_FILE) -> str:
        """What the command printed."""
        path = self.folder / name
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it has not ended."""
        try:
            return number_of(read_json(self.folder / DONE_FILE).get("seconds"))
        except (OSError, ValueError):
            return None


@dataclass(frozen=True)
class StageProgress:
    """The last word on one stage, ready to be shown."""

    stage: str
    value: str
    bound: str
    gap: str


def new_job_folder(jobs: Path) -> Path:
    """A new folder for one job; its name is the job's id."""
    jobs.mkdir(parents=True, exist_ok=True)
    folder = jobs / secrets.token_hex(6)
    folder.mkdir()
    return folder


def write_job(job: Job) -> None:
    """Write what was asked into the job's folder."""
    value = {
        "verb": job.verb,
        "title": job.title,
        "argv": list(job.argv),
        "out": str(job.out),
        "owner": job.owner,
        "about": job.about,
        "next_url": job.next_url,
        "created_at": job.created_at,
    }
    write_json(job.folder / JOB_FILE, value)


def read_job(folder: Path) -> Job | None:
    """The job of a folder; None where there is none, or it was written half."""
    try:
        value = read_json(folder / JOB_FILE)
    except (OSError, ValueError):
        return None
    argv = value.get("argv")
    if not isinstance(argv, list):
        return None
    return Job(
        folder=folder,
        verb=str(value.get("verb", "")),
        title=str(value.get("title", "")),
        argv=tuple(str(one) for one in argv),
        out=Path(str(value.get("out", ""))),
        owner=str(value.get("owner", "")),
        about=str(value.get("about", "")),
        next_url=str(value.get("next_url", "")),
        created_at=str(value.get("created_at", "")),
    )


def progress_of(out: Path) -> tuple[StageProgress, ...]:
    """The stages of a solve so far, in the order they were met; empty where nothing was reported."""
    try:
        lines = (out / PROGRESS_FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    names = names_of(_kind_of(out))
    stages: dict[str, StageProgress] = {}
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # the last line, not yet whole
        stages[str(event["stage"])] = _stage_progress(event, names)
    return tuple(stages.values())


def _kind_of(out: Path) -> str:
    """The kind of problem that is being solved; empty where the folder does not say."""
    try:
        return str(read_json(out / REQUEST_FILE).get("kind", ""))
    except (OSError, ValueError):
        return ""


def _stage_progress(event: Mapping[str, object], names: Names) -> StageProgress:
    stage = str(event.get("stage", ""))
    unit = names.unit(stage)
    value, bound = number_of(event.get("value")), number_of(event.get("bound"))
    known = number_of(event.get("gap_share"))
    share = known if known is not None else gap_share(value, bound)
    return StageProgress(
        names.aim(stage),
        "" if value is None else number_words(value, unit),
        "" if bound is None else number_words(bound, unit),
        "" if value is None else gap_words(share),
    )
