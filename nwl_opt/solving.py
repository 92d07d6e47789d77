"""Solve, check, explain, save: the whole way of one run, for the command line, an app or a notebook."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from models.shared.problem import Case, Outcome, SolveOptions
from nwl_opt.files.atomic import write_atomically, write_json
from nwl_opt.files.writing import write_raw_folder
from nwl_opt.finishing import FinishedPlan, Solved, collect, finish_plan, tidy
from nwl_opt.log import RunLog, run_log
from nwl_opt.opening import Validation, sha256_of_instance, validate_instance
from nwl_opt.plain import plain_object
from nwl_opt.record import Asked, Timing, request_document, run_document
from nwl_opt.run_folder import (
    GIVEN_FILE,
    INPUTS_FOLDER,
    RECORD_FILE,
    REQUEST_FILE,
    SCENARIO_FILE,
    WORK_FOLDER,
    create_run_folder,
    file_entry,
)
from nwl_opt.scenario import Scenario, read_scenario
from nwl_opt.supervise import WorkerEnd, follow_worker
from solvers.types import Progress

EXIT_OK, EXIT_BUG, EXIT_FAULT, EXIT_INFEASIBLE, EXIT_NO_PLAN, EXIT_CHECK, EXIT_CANCELLED = 0, 1, 2, 3, 4, 5, 130


@dataclass(frozen=True)
class Origin:
    """What a run was made from: another run, by which command, and the files that were given (name -> content)."""

    parent: Path
    command: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class SolveRequest:
    """One solve as a user asks for it. `out` is a new or empty folder; without it the run finds its own.

    With `given` nothing is solved: that outcome is checked, explained and saved.
    """

    path: Path
    scenario_path: Path | None = None
    set_by_hand: Mapping[str, object] = field(default_factory=dict)
    out: Path | None = None
    options: SolveOptions = field(default_factory=SolveOptions)
    who: str = ""
    why: str = ""
    baselines: bool = True
    origin: Origin | None = None
    given: Outcome | None = None


@dataclass(frozen=True)
class RunResult:
    """A finished run, in memory: what `run.json` says, and what a person wants to see."""

    folder: Path
    record: Mapping[str, object]
    solved: Solved
    finished: FinishedPlan
    exit_code: int


class SolverRefused(Exception):
    """The worker could not start its solver for a reason the user can mend."""


class OwnError(Exception):
    """A bug of our own; its trace is in the run's log."""


@dataclass(frozen=True)
class Started:
    """When a run began: the time of day, the clock and this process's CPU seconds."""

    at: dt.datetime
    clock: float
    cpu_seconds: float

    @classmethod
    def now(cls) -> Started:
        return cls(dt.datetime.now(dt.UTC), time.monotonic(), time.process_time())

    def timing(self, worker_cpu_seconds: float | None) -> Timing:
        """What it has taken until now."""
        own = time.process_time() - self.cpu_seconds
        return Timing(self.at, time.monotonic() - self.clock, own, worker_cpu_seconds)


class Listener(Protocol):
    """Whoever shows a run while it happens."""

    def opened(self, validation: Validation) -> None: ...

    def started(self, folder: Path) -> None: ...

    def progress(self, event: Progress) -> None: ...

    def finishing(self) -> None: ...


class SilentListener:
    """Hears of a run and says nothing, for what solves many and tells of each when it is done."""

    def opened(self, validation: Validation) -> None:
        del validation

    def started(self, folder: Path) -> None:
        del folder

    def progress(self, event: Progress) -> None:
        del event

    def finishing(self) -> None:
        return


def solve_and_save(request: SolveRequest, listener: Listener, asked_to_stop: Callable[[], bool]) -> RunResult:
    """Do the whole of one run.

    Raises
    ------
    InputFaults
        If the instance, the scenario, the settings or the folder cannot be used.
    SolverRefused
        If the installed solver must not be used.
    OwnError
        If the worker stopped by an error of our own.
    """
    started = Started.now()
    scenario = None if request.scenario_path is None else read_scenario(request.scenario_path)
    validation = validate_instance(request.path, scenario, request.set_by_hand)
    return run_validated(request, scenario, validation, listener, asked_to_stop, started)


def run_validated(
    request: SolveRequest,
    scenario: Scenario | None,
    validation: Validation,
    listener: Listener,
    asked_to_stop: Callable[[], bool],
    started: Started,
) -> RunResult:
    """Do the whole of one run of an instance that was read, or made, already.

    Raises
    ------
    InputFaults
        If the instance has faults, or the folder cannot be used.
    SolverRefused
        If the installed solver must not be used.
    OwnError
        If the worker stopped by an error of our own.
    """
    listener.opened(validation)
    case = validation.open()
    sha256 = sha256_of_instance(validation.raw, validation.problem.register)
    folder = create_run_folder(validation.kind, sha256, request.out)
    with run_log(folder) as log:
        try:
            document = _write_request(folder, request, scenario, validation, sha256, started.at)
            if request.scenario_path is not None:
                write_atomically(folder / SCENARIO_FILE, request.scenario_path.read_bytes())
            listener.started(folder)
            end, last_progress, worker_cpu = _follow(folder, validation, request, listener, asked_to_stop, log)
            listener.finishing()
            solved, finished = _finish(folder, validation, case, end, log, request.baselines)
            timing = started.timing(worker_cpu)
            record = run_document(document, validation, solved, finished, timing, last_progress)
            tidy(folder, crashed=end.ending == "crashed")
            write_json(folder / RECORD_FILE, record)
            log.event("run saved", status=solved.status)
        except (OwnError, SolverRefused):
            raise
        except Exception as error:
            log.bug(error)
            raise
    if end.ending == "bug":
        when = "while explaining" if solved.outcome_written else "while solving"
        raise OwnError(f"{end.detail} ({when}; what was found so far is saved in {folder})")
    return RunResult(folder, record, solved, finished, exit_code(solved, finished))


def exit_code(solved: Solved, finished: FinishedPlan) -> int:
    """What the command line says of a run: a failed check is graver than a cancel."""
    if finished.report is not None and not finished.report.passed:
        return EXIT_CHECK
    return {
        "optimal": EXIT_OK,
        "feasible": EXIT_OK,
        "infeasible": EXIT_INFEASIBLE,
        "no_plan": EXIT_NO_PLAN,
        "cancelled": EXIT_CANCELLED,
    }[solved.status]


def _write_request(
    folder: Path,
    request: SolveRequest,
    scenario: Scenario | None,
    validation: Validation,
    sha256: str,
    started_at: dt.datetime,
) -> dict[str, object]:
    files = write_raw_folder(folder / INPUTS_FOLDER, validation.raw)
    inputs = [file_entry(folder, path, validation.rows.get(path.stem, 0)) for path in files]
    parent: dict[str, object] | None = None
    if request.origin is not None:
        for name, content in sorted(request.origin.files.items()):
            write_atomically(folder / name, content)
            inputs.append(file_entry(folder, folder / name, content.count(b"\n")))
        parent = {"folder": request.origin.parent.as_posix(), "command": request.origin.command}
    if request.given is not None:
        write_json(folder / WORK_FOLDER / GIVEN_FILE, plain_object(request.given))
    asked = Asked(request.path, scenario, request.set_by_hand, request.options, request.who, request.why, parent)
    document = request_document(asked, validation, sha256, inputs, started_at)
    write_json(folder / REQUEST_FILE, document)
    return document


def _follow(
    folder: Path,
    validation: Validation,
    request: SolveRequest,
    listener: Listener,
    asked_to_stop: Callable[[], bool],
    log: RunLog,
) -> tuple[WorkerEnd, Progress | None, float | None]:
    last: list[Progress] = []

    def on_progress(event: Progress) -> None:
        last[:] = [event]
        listener.progress(event)

    before = os.times()
    end = follow_worker(
        folder, validation.problem_module, request.options, log, on_progress=on_progress, asked_to_stop=asked_to_stop
    )
    after = os.times()
    worker_cpu = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return end, last[0] if last else None, worker_cpu if os.name != "nt" else None


def _finish(
    folder: Path, validation: Validation, case: Case, end: WorkerEnd, log: RunLog, with_baselines: bool
) -> tuple[Solved, FinishedPlan]:
    solved = collect(folder, end)
    if end.ending == "refused":
        raise SolverRefused(end.detail)
    if end.ending == "bug" and solved.decisions is None and not solved.outcome_written:
        raise OwnError(f"{end.detail} (trace in {folder / 'log.jsonl'})")
    finished = finish_plan(folder, case, validation.problem.register, solved, with_baselines)
    report = finished.report
    log.event(
        "plan finished",
        check_passed=None if report is None else report.passed,
        findings=0 if report is None else len(report.findings),
        tables=len(finished.outputs),
    )
    return solved, finished
