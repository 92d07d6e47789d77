"""A browser without a screen: the app asked as forms and links ask it, with its session and its token."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.shared.problem import SolveOptions
from nwl_opt.app.jobs.record import Job
from nwl_opt.app.server import create_app, served_context
from nwl_opt.app.settings import AppSettings
from nwl_opt.problems import find_instance
from nwl_opt.run_folder import read_run
from nwl_opt.solving import SilentListener, SolveRequest, solve_and_save

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_LONGEST_WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Browser:
    """An app and a client of it; `post` brings the token of the session as every form does."""

    app: FastAPI
    client: TestClient

    @property
    def token(self) -> str:
        found = _TOKEN.search(self.client.get("/problems/reallocation").text)
        assert found is not None, "every form holds a token"
        return found[1]

    def post(self, url: str, fields: Mapping[str, object] | None = None, **more: object):  # type: ignore[no-untyped-def]
        """Send a form, and stay at its answer."""
        data = {"csrf_token": self.token, **(fields or {})}
        return self.client.post(url, data=data, follow_redirects=False, **more)  # type: ignore[arg-type]

    def job(self, url: str) -> Job:
        """The job an answer leads to."""
        job = served_context(self.app).queue.find(url.rpartition("/")[2])
        assert job is not None, f"{url} leads to no job"
        return job

    def queued(self, url: str, fields: Mapping[str, object] | None = None) -> Job:
        """The job a form leads to, stopped before it begins."""
        answer = self.post(url, fields)
        assert answer.status_code == 303, answer.text
        job = self.job(answer.headers["location"])
        job.cancel()
        return job

    def ended(self, job: Job) -> Job:
        """Wait until a job has ended, however."""
        until = time.monotonic() + _LONGEST_WAIT_SECONDS
        while job.state in ("queued", "running"):
            assert time.monotonic() < until, f"{job.title} does not end"
            time.sleep(0.1)
        return job


@contextmanager
def browser(runs_root: Path, **settings: object) -> Iterator[Browser]:
    """The app over a folder of runs, served for the length of the context."""
    app = create_app(AppSettings(runs_root, host_names=frozenset({"testserver"}), **settings))  # type: ignore[arg-type]
    with TestClient(app, raise_server_exceptions=False, client=("127.0.0.1", 50000)) as client:
        yield Browser(app, client)


def solved(instance: str, out: Path, who: str = "", why: str = "", effort_share: float = 1.0) -> Path:
    """A run of a shipped instance; its name is the folder's."""
    options = SolveOptions(effort_share=effort_share)
    asked = SolveRequest(find_instance(instance), out=out, who=who, why=why, options=options)
    solve_and_save(asked, SilentListener(), lambda: False)
    assert read_run(out).record is not None
    return out


def copied(run: Path, runs_root: Path) -> str:
    """A run among others, to be looked at or damaged; returns its name."""
    shutil.copytree(run, runs_root / run.name)
    return run.name
