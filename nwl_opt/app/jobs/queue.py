"""The queue: jobs wait in their folders until a place is free; nothing of it is kept in memory alone."""

from __future__ import annotations

import datetime as dt
import logging
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from nwl_opt.app.jobs.record import OUT_FOLDER, Job, new_job_folder, read_job, write_job

_log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 0.3
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 300.0


@dataclass(frozen=True)
class NewJob:
    """A command to be run: `{out}` in `argv` and `next_url`, and `{job}` in them and `out`, are filled in.

    Without `out` the results lie in the job's own folder.
    """

    verb: str
    title: str
    argv: tuple[str, ...]
    next_url: str
    about: str = ""
    out: Path | None = None


class JobQueue:
    """Starts jobs, at most so many at once; whoever has the fewest running comes first."""

    def __init__(self, folder: Path, at_once: int) -> None:
        self._folder = folder
        self._at_once = at_once
        self._jobs: dict[str, Job] = {}
        self._open: set[str] = set()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._adding = threading.Lock()
        self._tried: dict[str, tuple[int, float]] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            job = read_job(path)
            if job is not None:
                self._jobs[job.id] = job
                if job.is_open:
                    self._open.add(job.id)

    def start(self) -> None:
        """Begin to look for jobs to start."""
        self._thread = threading.Thread(target=self._follow, name="queue", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Start no more jobs; those that run go on."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def add(self, asked: NewJob, owner: str) -> Job:
        """Put a command into the queue."""
        folder = new_job_folder(self._folder)
        out = folder / OUT_FOLDER if asked.out is None else Path(str(asked.out).replace("{job}", folder.name))
        job = Job(
            folder=folder,
            verb=asked.verb,
            title=asked.title,
            argv=tuple(one.replace("{out}", str(out)).replace("{job}", folder.name) for one in asked.argv),
            out=out,
            owner=owner,
            about=asked.about,
            next_url=asked.next_url.replace("{job}", folder.name).replace("{out}", out.name),
            created_at=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
        )
        write_job(job)
        with self._lock:
            self._jobs[job.id] = job
            self._open.add(job.id)
        return job

    def add_once(self, asked: NewJob, owner: str) -> Job:
        """As `add`; but who asks for the very same again before it has ended, as by a double click, gets that job."""
        with self._adding:
            for job in self.open_jobs():
                same = (job.verb, job.about, job.owner) == (asked.verb, asked.about, owner) and not job.was_cancelled
                if same and job.argv == tuple(one.replace("{out}", str(job.out)) for one in asked.argv):
                    return job
            return self.add(asked, owner)

    def find(self, job_id: str) -> Job | None:
        """The job of an id."""
        with self._lock:
            return self._jobs.get(job_id)

    def all(self) -> tuple[Job, ...]:
        """Every job, the newest first."""
        with self._lock:
            jobs = list(self._jobs.values())
        return tuple(sorted(jobs, key=lambda job: (job.created_at, job.id), reverse=True))

    def open_jobs(self) -> tuple[Job, ...]:
        """Jobs that wait or run, the oldest first."""
        with self._lock:
            jobs = [self._jobs[job_id] for job_id in self._open]
        return tuple(sorted((job for job in jobs if job.is_open), key=lambda job: (job.created_at, job.id)))

    def place_of(self, job: Job) -> int:
        """How many jobs wait before this one."""
        waiting = [one.id for one in self.open_jobs() if one.state == "queued"]
        return waiting.index(job.id) if job.id in waiting else 0

    def _follow(self) -> None:
        while not self._stop.wait(_LOOK_EVERY_SECONDS):
            self._children = {i: child for i, child in self._children.items() if child.poll() is None}
            try:
                self._start_next()
            except OSError as error:  # no memory, no disk, no more processes: later there may be
                _log.error("no job could be started: %s", type(error).__name__)

    def _start_next(self) -> None:
        jobs = self.open_jobs()
        with self._lock:
            self._open -= {job_id for job_id in self._open if not self._jobs[job_id].is_open}
        running = [job for job in jobs if job.state == "running" or job.id in self._children]
        waiting = [j for j in jobs if j.state == "queued" and j.id not in self._children and self._may_try(j)]
        if waiting and len(running) < self._at_once:
            busy = Counter(job.owner for job in running)
            job = min(waiting, key=lambda job: (busy[job.owner], job.created_at))
            self._children[job.id] = _start(job)
            self._wait_before_next_try(job)

    def _wait_before_next_try(self, job: Job) -> None:
        """A process that ends before it begins its job (a full disk, no memory) is not started over and over."""
        tries, _ = self._tried.get(job.id, (0, 0.0))
        pause_seconds = min(_FIRST_PAUSE_SECONDS * 2 ** min(tries, 10), _LONGEST_PAUSE_SECONDS)
        self._tried[job.id] = (tries + 1, time.monotonic() + pause_seconds)

    def _may_try(self, job: Job) -> bool:
        return time.monotonic() >= self._tried.get(job.id, (0, 0.0))[1]


def _start(job: Job) -> subprocess.Popen[bytes]:
    """A process apart from ours: a signal to the server, or its end, does not reach it."""
    command = [sys.executable, "-m", "nwl_opt.app.jobs.process", str(job.folder)]
    quiet = subprocess.DEVNULL
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, creationflags=group)
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
