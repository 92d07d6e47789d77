"""CP-SAT: one model, one solve, with a repeatable budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import numpy as np
from ortools.sat.python import cp_model

from solvers.types import Limits, Progress, Result, SolverUse, Status, Unwatched, Values, Watch, gap_share
from solvers.versions import solver_version

OnSolution = Callable[[Values], None]

_STATUS: dict[object, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
    cp_model.MODEL_INVALID: "error",
}


class InvalidModel(ValueError):
    """CP-SAT finds the model itself wrong (an overflow, an unknown variable)."""


def solve_cpsat(
    model: cp_model.CpModel,
    limits: Limits,
    *,
    stage: str = "",
    watch: Watch | None = None,
    on_solution: OnSolution | None = None,
    parameters: Mapping[str, str | int | float | bool] | None = None,
    validate: bool = True,
) -> Result:
    """Solve a CP-SAT model.

    `Result.values` is indexed by the variables' own `index`. One worker, a fixed seed and a deterministic limit
    give the same answer each time; more workers run interleaved, so that they do too. Presolve stays on.

    Raises
    ------
    InvalidModel
        If the model is not valid.
    """
    watch = watch or Unwatched()
    if validate and (complaint := model.validate()):
        raise InvalidModel(complaint)
    solver = cp_model.CpSolver()
    use = _configure(solver, limits, parameters or {})
    started, cpu_started = time.monotonic(), time.process_time()
    follower = _Follower(stage, watch, on_solution, started)
    solver.best_bound_callback = follower.on_bound
    with _StopWhenCancelled(solver, watch) as stopper:
        code = solver.solve(model, follower)
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu_started
    return _read(solver, code, model, limits, use, seconds, cpu, stopper.asked_to_stop)


def _configure(
    solver: cp_model.CpSolver, limits: Limits, parameters: Mapping[str, str | int | float | bool]
) -> SolverUse:
    chosen: dict[str, str | int | float | bool] = {
        "num_workers": min(max(limits.threads, 1), 8),
        "random_seed": limits.seed,
        "relative_gap_limit": limits.relative_gap,
        "absolute_gap_limit": limits.absolute_gap,
    }
    if limits.threads > 1:
        chosen["interleave_search"] = True
    if limits.deterministic_limit is not None:
        chosen["max_deterministic_time"] = limits.deterministic_limit
    if limits.time_limit_seconds is not None:
        chosen["max_time_in_seconds"] = max(limits.time_limit_seconds, 0.01)
    chosen.update(parameters)
    for name, value in chosen.items():
        setattr(solver.parameters, name, value)
    # its own handler would leave the process with the system's, which dies of the next Ctrl-C: a watch stops us
    solver.parameters.catch_sigint_signal = False
    return SolverUse("CP-SAT", solver_version("ortools"), chosen)


def _read(
    solver: cp_model.CpSolver,
    code: object,
    model: cp_model.CpModel,
    limits: Limits,
    use: SolverUse,
    seconds: float,
    cpu: float,
    cancelled: bool,
) -> Result:
    status = _STATUS.get(code, "error")
    solved = status in ("optimal", "feasible")
    response = solver.response_proto
    has_objective = model.proto.has_objective() or model.proto.has_floating_point_objective()
    value = float(solver.objective_value) if solved and has_objective else None
    bound = float(solver.best_objective_bound) if has_objective and status != "error" else None
    if bound is not None and (not np.isfinite(bound) or status == "infeasible"):
        bound = None
    by_clock = limits.time_limit_seconds is not None and seconds >= limits.time_limit_seconds
    return Result(
        status=status,
        reason="cancelled" if cancelled else solver.status_name(code),
        value=value,
        bound=bound,
        values=np.array(response.solution, dtype=np.float64) if solved else None,
        seconds=seconds,
        cpu_seconds=cpu,
        solver=use,
        stopped_by_clock=cancelled or (by_clock and status != "optimal"),
        cancelled=cancelled,
        deterministic_seconds=float(response.deterministic_time),
    )


class _Follower(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Passes solutions and bounds on to a watch."""

    def __init__(self, stage: str, watch: Watch, on_solution: OnSolution | None, started: float) -> None:
        super().__init__()
        self._stage, self._watch, self._on_solution, self._started = stage, watch, on_solution, started
        self._value: float | None = None
        self._bound: float | None = None

    def on_solution_callback(self) -> None:
        self._value = float(self.objective_value)
        self._bound = float(self.best_objective_bound)
        self._tell()
        if self._on_solution is not None:
            self._on_solution(np.array(self.response_proto.solution, dtype=np.float64))

    def on_bound(self, bound: float) -> None:
        self._bound = float(bound)
        self._tell()

    def _tell(self) -> None:
        gap = gap_share(self._value, self._bound)
        seconds = time.monotonic() - self._started
        self._watch.progress(Progress(seconds, self._stage, self._value, self._bound, gap))


class _StopWhenCancelled:
    """Looks at the watch ten times a second from another thread and stops the search when asked."""

    def __init__(self, solver: cp_model.CpSolver, watch: Watch) -> None:
        self._solver, self._watch = solver, watch
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.asked_to_stop = False

    def __enter__(self) -> _StopWhenCancelled:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.1):
            if self._watch.cancelled():
                self.asked_to_stop = True
                self._solver.stop_search()
                return
