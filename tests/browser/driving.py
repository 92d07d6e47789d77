"""Driving the app in a real browser: a server of its own, Debian's Chromium, visits, runs of the references.

What tests of pages and the pictures of the tutorials share.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, Request

from nwl_opt.app.jobs.lock import hold
from tests.app_client import solved

REFERENCES_VARIABLE = "NWL_OPT_REFERENCE_RUNS"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LONGEST_START_SECONDS = 60.0
_EFFORT_SHARES = {"theatres": 0.1}
"""Pages need a plan, not the best one."""


@dataclass
class Server:
    """The app served by a process of its own, as `nwl-opt app` serves it."""

    runs_root: Path
    port: int
    more: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and wait until the first page is there."""
        command = [sys.executable, "-m", "nwl_opt", "app", "--no-open", "--port", str(self.port),
                   "--runs", str(self.runs_root), *self.more]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + _LONGEST_START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/static/app.css", timeout=2):
                    return
            except urllib.error.HTTPError:
                return  # it answers; whom it answers what is not asked here
            except OSError:
                assert self.process.poll() is None, "the server ended before it served"
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def stop(self, kill: bool = False) -> None:
        """End it: asked, or as a machine that falls over ends it."""
        assert self.process is not None
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=30)


def chromium_path() -> str | None:
    """Where Chromium is installed; None where it is not."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def launched(playwright: Playwright, path: str) -> Browser:
    """Chromium without a window, and without a word to the internet of its own."""
    return playwright.chromium.launch(executable_path=path, args=list(_QUIET))


def put_reference(kind: str, runs_root: Path, shared: Path) -> str:
    """Put a run of a reference instance into a folder of runs; returns its name.

    It is solved once for all who share the folder `shared`, or taken from where `NWL_OPT_REFERENCE_RUNS` says that
    runs of the references lie.
    """
    source = saved_reference(kind) or _solved_reference(kind, shared)
    shutil.copytree(source, runs_root / source.name)
    return source.name


def saved_reference(kind: str) -> Path | None:
    """The run of a reference that is ready to be copied; None where it has to be solved."""
    folder = os.environ.get(REFERENCES_VARIABLE)
    found = sorted(Path(folder).glob(f"*-{kind}-*")) if folder else []
    return found[-1] if found else None


def _solved_reference(kind: str, shared: Path) -> Path:
    """The first process to ask solves it; the others wait for its lock to be let go."""
    folder = shared / f"20260101T000000Z-{kind}-00000000"
    while (lock := hold(shared / f"{kind}.lock")) is None:
        time.sleep(0.5)
    with lock:
        if not (folder / "run.json").is_file():
            solved(f"{kind}/nwl", folder, why="the reference", effort_share=_EFFORT_SHARES.get(kind, 1.0))
    return folder


@dataclass
class Visit:
    """A page being looked at, and everywhere it asked for something; `actions` counts what its user had to do."""

    page: Page
    server: Server
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    actions: int = 0

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self.server.url}{path}")

    def click(self, selector: str) -> None:
        """One action: press what the selector finds first, and wait for what comes."""
        self.actions += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def choose(self, label: str, value: str) -> None:
        """One action: choose in a list, by the words of its label."""
        self.actions += 1
        self.page.get_by_label(label, exact=False).first.select_option(value)

    def fill(self, label: str, text: str) -> None:
        """One action: type into a field, by the words of its label."""
        self.actions += 1
        self.page.get_by_label(label, exact=False).first.fill(text)

    def foreign(self) -> list[str]:
        """Whatever was asked of another place than the server."""
        return [url for url in self.asked if not url.startswith((f"{self.server.url}/", "data:", "blob:"))]


def visit(chromium: Browser, server: Server, width: int = 1280, height: int = 900, **more: object) -> Visit:
    """A new page of a browser of its own, with its own session."""
    context = chromium.new_context(viewport={"width": width, "height": height}, **more)  # type: ignore[arg-type]
    page = context.new_page()
    seen = Visit(page, server)

    def note(request: Request) -> None:
        seen.asked.append(request.url)

    page.on("request", note)
    page.on(
        "response", lambda answer: seen.said.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
    )
    page.on("console", lambda message: seen.said.append(message.text))
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    return seen


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])
