"""The process that solves: it can be asked to stop, killed, or crash, and the best plan so far stays on disk."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from models.shared.faults import InputFaults
from models.shared.parsing import parse_instance
from models.shared.problem import Case, Outcome, Problem, SolveOptions
from nwl_opt.files.atomic import append_json_line, read_json, write_atomically, write_json
from nwl_opt.files.reading import read_instance
from nwl_opt.files.tables import write_tables
from nwl_opt.files.toml_text import toml_text
from nwl_opt.log import RunLog, run_log
from nwl_opt.plain import outcome_from_json, plain, plain_object
from nwl_opt.problems import problem_of_module
from nwl_opt.quiet import send_output_to
from nwl_opt.run_folder import (
    BUG_FILE,
    CANCEL_FILE,
    GIVEN_FILE,
    INCUMBENT_FILE,
    INPUTS_FOLDER,
    OUTCOME_FILE,
    OUTPUT_FILE,
    PROGRESS_FILE,
    SCENARIOS_FOLDER,
    SENTENCES_FILE,
    WORK_FOLDER,
)
from solvers.types import Progress
from solvers.versions import UntrustedSolver

GRACE_SECONDS = 5.0
EXIT_BUG = 70
EXIT_ORPHAN = 71
_LOOK_EVERY_SECONDS = 0.1
_TELL_EVERY_SECONDS = 0.2


class FolderWatch:
    """Follows a solve for the parent: progress and incumbents go to files, a cancel comes from one."""

    def __init__(self, folder: Path, orphaned: threading.Event) -> None:
        self._folder = folder
        self._cancel_file = folder / WORK_FOLDER / CANCEL_FILE
        self._orphaned = orphaned
        self._started = time.monotonic()
        self._looked = self._told = float("-inf")
        self._last: tuple[str, float | None, float | None] | None = None
        self._cancelled = False
        self._lock = threading.Lock()

    def progress(self, event: Progress) -> None:
        """Add a line, unless it repeats the last one or follows it too soon; a new stage is always told."""
        now = time.monotonic()
        line = (event.stage, event.value, event.bound)
        with self._lock:
            new_stage = self._last is None or self._last[0] != event.stage
            if line == self._last or (not new_stage and now - self._told < _TELL_EVERY_SECONDS):
                return
            self._last, self._told = line, now
            entry = {"seconds": round(now - self._started, 2), "stage": event.stage, "value": event.value,
                     "bound": event.bound, "gap_share": event.gap_share}  # fmt: skip
            append_json_line(self._folder / PROGRESS_FILE, plain_object(entry))

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        with self._lock:
            write_json(self._folder / WORK_FOLDER / INCUMBENT_FILE, plain_object(decisions), durable=False)

    def cancelled(self) -> bool:
        now = time.monotonic()
        if not self._cancelled and now - self._looked >= _LOOK_EVERY_SECONDS:
            self._looked = now
            self._cancelled = self._orphaned.is_set() or self._cancel_file.exists()
        return self._cancelled


class ExplainingWatch:
    """Follows the re-solves behind the sentences: they may be cancelled, but never replace the plan."""

    def __init__(self, watch: FolderWatch) -> None:
        self._watch = watch
        watch.progress(Progress(0.0, "explaining", None, None, None))

    def progress(self, event: Progress) -> None:
        del event

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        del decisions

    def cancelled(self) -> bool:
        return self._watch.cancelled()


class NoStudies(ExplainingWatch):
    """Asks whoever explains to leave out what needs another solve."""

    def cancelled(self) -> bool:
        return True


def run_worker(folder_name: str, problem_module: str, options: SolveOptions) -> None:
    """Solve the instance in a run folder; the body of the worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears of Ctrl-C and asks us
    folder = Path(folder_name)
    send_output_to(folder / WORK_FOLDER / OUTPUT_FILE)
    orphaned = threading.Event()
    threading.Thread(target=_leave_with_parent, args=(orphaned,), daemon=True).start()
    with run_log(folder) as log:
        try:
            _work(folder, problem_module, options, FolderWatch(folder, orphaned), log)
        except BaseException as error:  # noqa: BLE001 - told to the parent by name, whatever it is
            log.bug(error)
            own = not isinstance(error, (UntrustedSolver, MemoryError, InputFaults))
            bug = {"type": type(error).__name__, "message": str(error), "own": own}
            write_json(folder / WORK_FOLDER / BUG_FILE, bug)
            sys.exit(EXIT_BUG)


def _work(folder: Path, problem_module: str, options: SolveOptions, watch: FolderWatch, log: RunLog) -> None:
    cpu_at_start = time.process_time()
    problem = problem_of_module(problem_module)
    case = problem.open(parse_instance(problem.register, read_instance(folder / INPUTS_FOLDER, problem.register)))
    cpu_opened = time.process_time()
    log.event("solve started", cpu_seconds_to_open=round(cpu_opened - cpu_at_start, 3))
    outcome = _given(folder) or case.solve(options, watch)
    cpu_solved = time.process_time()
    log.event("solve ended", status=outcome.status, cpu_seconds=round(cpu_solved - cpu_opened, 3))
    _save_outcome(folder, problem, outcome, cpu_solved - cpu_opened)
    if not watch.cancelled():
        _save_sentences(folder, case, outcome, options, watch)
        log.event("explained", cpu_seconds=round(time.process_time() - cpu_solved, 3))


def _given(folder: Path) -> Outcome | None:
    """The outcome the parent knows already, as when bookings are only made firmer."""
    path = folder / WORK_FOLDER / GIVEN_FILE
    return outcome_from_json(read_json(path)) if path.is_file() else None


def _save_outcome(folder: Path, problem: Problem, outcome: Outcome, cpu_seconds: float) -> None:
    if outcome.tables_without_plan:
        write_tables(folder, problem.register.outputs, outcome.tables_without_plan)
    for name, scenario in outcome.scenarios.items():
        (folder / SCENARIOS_FOLDER).mkdir(exist_ok=True)
        write_atomically(folder / SCENARIOS_FOLDER / f"{name}.toml", toml_text(scenario).encode())
    document = plain_object(
        {
            "status": outcome.status,
            "reason": outcome.reason,
            "decisions": outcome.decisions,
            "stages": outcome.stages,
            "solvers": outcome.solvers,
            "repeatable": outcome.repeatable,
            "explanations": outcome.explanations,
            "cpu_seconds": cpu_seconds,
            "peak_memory_mb": peak_memory_mb(),
        }
    )
    write_json(folder / WORK_FOLDER / OUTCOME_FILE, document)


def _save_sentences(folder: Path, case: Case, outcome: Outcome, options: SolveOptions, watch: FolderWatch) -> None:
    cpu = time.process_time()
    explained = case.explain(outcome, options, ExplainingWatch(watch) if options.studies else NoStudies(watch))
    complete = not watch.cancelled()
    document = {
        "explanations": [plain(sentence) for sentence in explained.sentences],
        "studies": plain(explained.studies if complete else {}),
        "complete": complete,
        "cpu_seconds": time.process_time() - cpu,
        "peak_memory_mb": peak_memory_mb(),
    }
    write_json(folder / WORK_FOLDER / SENTENCES_FILE, document)


def peak_memory_mb() -> float | None:
    """The most memory this process has held, in MB; None where the system does not say.

    Linux's own counter is read first: `getrusage` there includes what the parent held when it started us.
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    except OSError:
        pass
    if sys.platform == "win32":
        return None
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def _leave_with_parent(orphaned: threading.Event) -> None:
    """When the parent is gone nobody will read our answer: ask the solve to stop, then leave."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    orphaned.set()
    time.sleep(GRACE_SECONDS)
    os._exit(EXIT_ORPHAN)
