"""Stopping a solve: politely, by force, and by pulling the plug."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models.shared.problem import SolveOptions
from nwl_opt.opening import Validation
from nwl_opt.problems import find_instance
from nwl_opt.run_folder import read_run
from nwl_opt.solving import RunResult, SolveRequest, solve_and_save
from solvers.types import Progress

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from nwl_opt.problems import HOMES, Home
HOMES["knapsack"] = Home("tests.toys.knapsack.problem", "tests.toys.knapsack.data")
from nwl_opt.cli import main
sys.exit(main())
"""
posix_only = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")


class Listener:
    """Remembers the folder and the progress of a run."""

    def __init__(self) -> None:
        self.events: list[Progress] = []
        self.folder: Path | None = None

    def opened(self, validation: Validation) -> None:
        del validation

    def started(self, folder: Path) -> None:
        self.folder = folder

    def progress(self, event: Progress) -> None:
        self.events.append(event)

    def finishing(self) -> None:
        return


def stopped_run(tmp_path: Path, behaviour: str) -> RunResult:
    """A run that is asked to stop as soon as it has a plan."""
    listener = Listener()
    request = SolveRequest(
        find_instance("knapsack/tiny"),
        set_by_hand={"behaviour": behaviour},
        out=tmp_path / "run",
        options=SolveOptions(),
    )
    return solve_and_save(request, listener, lambda: bool(listener.events))


def test_a_polite_stop_keeps_the_best_plan_so_far(tmp_path: Path) -> None:
    result = stopped_run(tmp_path, "slow")
    assert (result.exit_code, result.record["status"], result.record["repeatable"]) == (130, "cancelled", False)
    assert result.finished.report is not None and result.finished.report.passed
    assert result.record["baseline"] == {}
    assert [stage.value for stage in result.solved.stages] == [0.0]  # the first plan found: nothing carried
    assert (tmp_path / "run" / "chosen.csv").read_bytes() == b"item_id,weight_kg,gain_gbp\n"
    assert (tmp_path / "run" / "kilos.csv").read_bytes() == b"limit_kg,gain_gbp\n"
    assert not result.record["explained"]


def test_a_solve_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nwl_opt.supervise.GRACE_SECONDS", 0.3)
    result = stopped_run(tmp_path, "deaf")
    assert (result.exit_code, result.record["status"]) == (130, "cancelled")
    assert result.finished.report is not None and result.finished.report.passed
    assert result.record["stages"] == []
    last = result.record["last_progress"]
    assert isinstance(last, dict) and (last["value"], last["bound"]) == (0.0, 76.0)


def start(tmp_path: Path, out: Path) -> subprocess.Popen[str]:
    """A slow solve in a process group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "solve", "knapsack/tiny", "--set", "behaviour=slow", "--out", str(out)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@posix_only
def test_ctrl_c_in_mid_solve(tmp_path: Path) -> None:
    """A terminal sends SIGINT to the whole group: parent and worker.

    CP-SAT used to leave the worker with the system's own handler, and the next Ctrl-C killed it before it could
    answer; the knapsack does the same while it is slow. A worker that was killed would have no stages.
    """
    out = tmp_path / "run"
    process = start(tmp_path, out)
    wait_for(lambda: (out / "work" / "incumbent.json").exists())
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 130, told
    assert "Stopped on request: this is the best plan so far" in told and "Passed: 5 rules" in told
    assert "Traceback" not in told
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (record["status"], record["check"]["passed"]) == ("cancelled", True)
    assert [stage["name"] for stage in record["stages"]] == ["gain"]


@posix_only
def test_a_killed_parent_leaves_an_unfinished_run_and_no_orphan(tmp_path: Path) -> None:
    out = tmp_path / "run"
    process = start(tmp_path, out)
    wait_for(lambda: (out / "work" / "incumbent.json").exists())
    log = (out / "log.jsonl").read_text(encoding="utf-8").splitlines()
    worker = next(line["worker"] for line in map(json.loads, log) if line["event"] == "worker started")
    process.kill()
    process.communicate(timeout=30)
    assert read_run(out).status == "unfinished"
    wait_for(lambda: not is_alive(worker), seconds=10)
    assert not (out / "run.json").exists()


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended but that nobody has asked after (a zombie) does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z")
