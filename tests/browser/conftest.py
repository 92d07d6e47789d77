"""A real browser and a real server: what is missing of either is said by each test that is skipped for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.driving import Server, chromium_path, free_port, launched, put_reference

PICTURES_VARIABLE = "NWL_OPT_PICTURES"
"""Where pictures of pages are kept; without it in a folder of the test's own."""


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of screenshots."""
    asked = os.environ.get(PICTURES_VARIABLE)
    folder = Path(asked) if asked else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser; every test that needs it is skipped where none is installed."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium is installed: pages not looked at in a browser")
    with sync_playwright() as playwright:
        try:
            browser = launched(playwright, path)
        except Error as error:
            pytest.skip(f"Chromium does not start ({str(error).splitlines()[0]}): pages not looked at in a browser")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice; every test that needs it is skipped where it is not installed."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None:
        pytest.skip("no LibreOffice is installed: workbooks not recalculated")
    return path


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers over folders of runs; they end with the test."""
    started: list[Server] = []

    def start(runs_root: Path | None = None, *more: str) -> Server:
        server = Server(runs_root or tmp_path / "runs", free_port(), more)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        if server.process is not None and server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def reference_runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], str]:
    """Puts a run of a reference instance into a folder of runs, and says its name; solved once for all processes."""
    shared = tmp_path_factory.getbasetemp().parent
    return lambda kind, runs_root: put_reference(kind, runs_root, shared)
