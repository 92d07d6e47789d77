"""The parent's side of a solve: start the worker, follow it, ask it to stop, kill it when it is deaf."""

from __future__ import annotations

import json
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Literal

from models.shared.problem import SolveOptions
from nwl_opt.files.atomic import read_json
from nwl_opt.log import RunLog
from nwl_opt.plain import number_of
from nwl_opt.run_folder import BUG_FILE, CANCEL_FILE, PROGRESS_FILE, WORK_FOLDER
from nwl_opt.worker import EXIT_BUG, GRACE_SECONDS, run_worker
from solvers.types import Progress

_POLL_SECONDS = 0.1
_PRESSES_UNTIL_DEAF = 3

Ending = Literal["finished", "killed", "crashed", "bug", "out_of_memory", "refused"]


@dataclass(frozen=True)
class WorkerEnd:
    """How a worker ended: finished, killed on request, crashed (by name), or stopped by an error of our own."""

    ending: Ending
    detail: str = ""
    cancelled: bool = False


class Interrupts:
    """Ctrl-C and a request to terminate, counted instead of raised, so that the best plan so far can be saved."""

    def __init__(self) -> None:
        self.count = 0

    def asked(self) -> bool:
        return self.count > 0

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Count; a user who presses again and again wants out at once.

        Raises
        ------
        KeyboardInterrupt
            At the third press.
        """
        del number, frame
        self.count += 1
        if self.count >= _PRESSES_UNTIL_DEAF:
            raise KeyboardInterrupt


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Listen for interrupts while the context lasts (in the main thread; elsewhere nothing is heard)."""
    heard = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield heard
        return
    before = {number: signal.signal(number, heard.handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def follow_worker(
    folder: Path,
    problem_module: str,
    options: SolveOptions,
    log: RunLog,
    *,
    on_progress: Callable[[Progress], None],
    asked_to_stop: Callable[[], bool],
) -> WorkerEnd:
    """Run one solve in its own process until it ends; ask it to stop when asked, and kill it 5 s later."""
    process = multiprocessing.get_context("spawn").Process(
        target=run_worker, args=(str(folder), problem_module, options), name=f"solve {folder.name}"
    )
    _start_deaf_to_interrupts(process)
    log.event("worker started", worker=process.pid)
    progress = _ProgressFile(folder / PROGRESS_FILE)
    asked_at: float | None = None
    killed = False
    try:
        while process.is_alive():
            process.join(_POLL_SECONDS)
            for event in progress.new_events():
                on_progress(event)
            if asked_at is None and asked_to_stop():
                asked_at = time.monotonic()
                (folder / WORK_FOLDER / CANCEL_FILE).touch()
                log.event("asked the worker to stop")
            if asked_at is not None and time.monotonic() - asked_at > GRACE_SECONDS and process.is_alive():
                killed = True
                process.kill()
                log.event("killed the worker")
    finally:
        if process.is_alive():
            process.kill()
        process.join()
    for event in progress.new_events():
        on_progress(event)
    end = _ending(folder, process.exitcode, killed, asked_at is not None)
    log.event("worker ended", ending=end.ending, exit_code=process.exitcode)
    return end


def _start_deaf_to_interrupts(process: BaseProcess) -> None:
    """A terminal sends Ctrl-C to both of us; the worker must be deaf to it from its first instruction.

    A blocked signal stays blocked in the new process and in every thread it starts, whatever handler a solver puts
    in. Where signals cannot be blocked (Windows) they are ignored until the worker does so itself.
    """
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # multiprocessing's helper; starting it would unblock the signal again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    elif threading.current_thread() is threading.main_thread():
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process.start()
        finally:
            signal.signal(signal.SIGINT, handler)
    else:
        process.start()


def _ending(folder: Path, exit_code: int | None, killed: bool, cancelled: bool) -> WorkerEnd:
    if exit_code == 0:
        return WorkerEnd("finished", cancelled=cancelled)
    if killed:
        return WorkerEnd("killed", "it did not stop when asked", cancelled=cancelled)
    if exit_code == EXIT_BUG:
        bug = _bug(folder)
        message = f"{bug.get('type')}: {bug.get('message')}"
        if bug.get("type") == "MemoryError":
            return WorkerEnd("out_of_memory", "the solver ran out of memory", cancelled=cancelled)
        return WorkerEnd("bug" if bug.get("own", True) else "refused", message, cancelled=cancelled)
    return WorkerEnd("crashed", f"the solver process ended with {_exit_name(exit_code)}", cancelled=cancelled)


def _bug(folder: Path) -> Mapping[str, object]:
    try:
        return read_json(folder / WORK_FOLDER / BUG_FILE)
    except (OSError, ValueError):
        return {"type": "Error", "message": "the worker could not say what went wrong"}


def _exit_name(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        try:
            name = signal.Signals(-exit_code).name
            return f"{name}, often a sign that memory ran out" if name == "SIGKILL" else name
        except ValueError:
            return f"signal {-exit_code}"
    return f"exit code {exit_code}"


class _ProgressFile:
    """Reads the lines a worker adds; a line cut short is read when it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new_events(self) -> Iterator[Progress]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        whole = data.rfind(b"\n") + 1
        self._offset += whole
        for line in data[:whole].splitlines():
            value = json.loads(line)
            yield Progress(float(value["seconds"]), str(value["stage"]), number_of(value["value"]),
                           number_of(value["bound"]), number_of(value["gap_share"]))  # fmt: skip
