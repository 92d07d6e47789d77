"""What the front door promises of its speed and size: answers, pages, workbooks, reports of saved runs."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from fastapi import FastAPI

from models.shared.problem import View
from models.shared.promises import Measured
from nwl_opt.app.kinds import all_pages
from nwl_opt.app.server import create_app
from nwl_opt.app.settings import AppSettings
from nwl_opt.reallocation.what_if import answer_what_if
from nwl_opt.reporting.report import FORMATS, write_report
from nwl_opt.run_folder import INPUTS_FOLDER, SavedRun, list_runs

_P = ParamSpec("_P")
_T = TypeVar("_T")
LARGEST_PAGE_BYTES = 500_000
SLOWEST_ANSWER_CPU_SECONDS = 1.0
SLOWEST_PAGE_CPU_SECONDS = 1.5
SLOWEST_FILE_CPU_SECONDS = 10.0
_ASKED_SHARES = (0.05, 0.06, 0.07, 0.08, 0.09)
"""Caps on the growth of mental health, one question each."""
_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What the app answered to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def newest_runs(root: Path) -> dict[str, SavedRun]:
    """The newest finished run of each kind in a folder; those of the largest instance are what one wants here."""
    return {run.kind: run for run in list_runs(root) if run.record is not None}


def slider(run: SavedRun) -> Measured:
    """Other settings of a reallocation, asked of a process that has loaded all it needs."""
    inputs = run.folder / INPUTS_FOLDER
    answer_what_if(inputs, {})
    taken = [_timed(answer_what_if, inputs, {"mh_growth_cap_share": share})[1] for share in _ASKED_SHARES]
    told = ", ".join(f"{seconds:.2f}" for seconds in taken)
    return Measured(f"an answer in {SLOWEST_ANSWER_CPU_SECONDS:g} CPU seconds", told,
                    max(taken) <= SLOWEST_ANSWER_CPU_SECONDS)  # fmt: skip


def pages(runs: Mapping[str, SavedRun]) -> Measured:
    """Every page in the navigation of each run: its bytes with style and script, its CPU seconds at first sight."""
    rows: list[tuple[str, ...]] = []
    wrong: list[str] = []
    heaviest, slowest = 0, 0.0
    for run in runs.values():
        app = create_app(AppSettings(run.folder.parent.absolute()))
        for path in _pages_of(run):
            answer, seconds = _timed(_get, app, path)
            again = _timed(_get, app, path)[1]
            wrong += [f"{path} answers {answer.status}"] if answer.status >= 400 else []
            weight = len(answer.body) + sum(len(_get(app, one).body) for one in _static_of(answer))
            heaviest, slowest = max(heaviest, weight), max(slowest, seconds)
            rows.append(
                (run.kind, path.rpartition("/")[2], f"{weight / 1000:,.0f}", f"{seconds:.2f}", f"{again:.2f}")
            )
    view = View("Pages of the newest runs", ("run of", "page", "kB with style and script", "CPU-s, first", "again"),
                tuple(rows), (False, False, True, True, True))  # fmt: skip
    is_met = heaviest <= LARGEST_PAGE_BYTES and slowest <= SLOWEST_PAGE_CPU_SECONDS
    promise = f"under {LARGEST_PAGE_BYTES / 1000:.0f} kB, and {SLOWEST_PAGE_CPU_SECONDS:g} CPU seconds at first"
    return Measured(promise, f"at most {heaviest / 1000:,.0f} kB, {slowest:.2f}", is_met, "; ".join(wrong), (view,))


def files(runs: Mapping[str, SavedRun]) -> Measured:
    """Report and workbook of each run, as they are downloaded."""
    rows: list[tuple[str, ...]] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for run in runs.values():
            for form in FORMATS:
                path, seconds = _timed(write_report, run.folder, form, Path(folder), dt.datetime.now(dt.UTC))
                slowest = max(slowest, seconds)
                rows.append((run.kind, form, f"{path.stat().st_size / 1000:,.0f}", f"{seconds:.1f}"))
    view = View(
        "Files of the newest runs", ("run of", "form", "kB", "CPU-s"), tuple(rows), (False, False, True, True)
    )
    return Measured(f"each file in {SLOWEST_FILE_CPU_SECONDS:g} CPU seconds", f"at most {slowest:.1f}",
                    slowest <= SLOWEST_FILE_CPU_SECONDS, views=(view,))  # fmt: skip


def promises(runs: Mapping[str, SavedRun]) -> Iterator[tuple[str, Callable[[], Measured]]]:
    """What can be measured with the runs that are there, by name."""
    budgets = runs.get("reallocation")
    if budgets is not None:
        yield "slider", lambda: slider(budgets)
    yield "pages", lambda: pages(runs)
    yield "files", lambda: files(runs)


def _pages_of(run: SavedRun) -> Sequence[str]:
    kind = next(one for one in all_pages() if one.kind == run.kind)
    return [f"/runs/{run.folder.name}/{run.kind}/{page.slug}" for page in kind.results]


def _static_of(answer: Answer) -> list[str]:
    return sorted(set(_STATIC.findall(answer.body.decode())))


def _timed(work: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> tuple[_T, float]:
    """What the work came to, and the CPU seconds it took."""
    before = time.process_time()
    result = work(*given, **named)
    return result, time.process_time() - before


def _get(app: FastAPI, path: str) -> Answer:
    """One request without a network between, in a thread of its own: the caller may have a loop already."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, _asked(app, path)).result()


async def _asked(app: FastAPI, path: str) -> Answer:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }
    sent: list[Mapping[str, object]] = []

    waiting = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, object]:
        if not waiting:
            await asyncio.Event().wait()  # a browser that stays until it has its answer
        return waiting.pop()

    async def send(message: Mapping[str, object]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    status, headers, body = 0, {}, b""
    for message in sent:
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))
            headers = {k.decode(): v.decode() for k, v in message["headers"]}  # type: ignore[attr-defined]
        else:
            body += bytes(message.get("body", b""))  # type: ignore[call-overload]
    return Answer(status, headers, body)
