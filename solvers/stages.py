"""Lexicographic solving: one aim after the other, each frozen before the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solvers.highs import HighsSession, OnSolution
from solvers.types import Limits, Result, Sense, SolverUse, StageResult, Status, Unwatched, Values, Watch


@dataclass(frozen=True)
class Aim:
    """One aim of a staged solve over the columns of a loaded model.

    After its stage the aim is frozen: it may be worse than the value found by `tolerance` (absolute, in the aim's
    own unit) and no more. `limits` replace the common ones for this stage.
    """

    name: str
    unit: str
    sense: Sense
    cost: Values
    offset: float = 0.0
    tolerance: float = 0.0
    limits: Limits | None = None


@dataclass(frozen=True)
class StagedResult:
    """What a staged solve came to; `values` are those of the last stage that found a solution."""

    status: Status
    reason: str
    stages: tuple[StageResult, ...]
    values: Values | None
    solvers: tuple[SolverUse, ...]
    stopped_by_clock: bool
    cancelled: bool
    freezing_rows: tuple[int, ...]


class Deadline:
    """What is left of a wall-clock limit that several solves share."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def remaining(self) -> float | None:
        """Seconds left, never below 0; None when there is no limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        left = self.remaining()
        return left is not None and left <= 0.0

    def within(self, limits: Limits) -> Limits:
        """The same limits, with no more time than is left."""
        left = self.remaining()
        if left is None:
            return limits
        own = limits.time_limit_seconds
        return replace(limits, time_limit_seconds=left if own is None else min(own, left))


def solve_in_stages(
    session: HighsSession,
    aims: Sequence[Aim],
    limits: Limits,
    *,
    watch: Watch | None = None,
    start: Values | None = None,
    on_solution: OnSolution | None = None,
    on_stage: Callable[[Aim, Result], None] | None = None,
) -> StagedResult:
    """Solve the aims in order on one loaded model, freezing each before the next.

    Stops at the first stage without a solution, at a cancel, or when the common time limit has passed; a plan
    found before that stays the answer. The status is `optimal` only when every stage is.
    """
    watch = watch or Unwatched()
    deadline = Deadline(limits.time_limit_seconds)
    done: list[StageResult] = []
    uses: list[SolverUse] = []
    rows: list[int] = []
    values = start
    last: Result | None = None
    by_clock = cancelled = False
    for aim in aims:
        if done and (deadline.passed() or watch.cancelled()):
            by_clock, cancelled = True, watch.cancelled()
            break
        session.set_objective(aim.cost, aim.offset, aim.sense)
        if values is not None:
            session.start_from(values)
        last = session.solve(
            deadline.within(aim.limits or limits), stage=aim.name, watch=watch, on_solution=on_solution
        )
        done.append(stage_result(aim.name, aim.unit, aim.sense, last))
        uses.append(last.solver)
        by_clock, cancelled = by_clock or last.stopped_by_clock, cancelled or last.cancelled
        if last.values is None:
            break
        values = last.values
        if on_stage is not None:
            on_stage(aim, last)
        rows.append(freeze(session, aim, float(np.dot(aim.cost, values))))
        if cancelled:
            break
    return _staged(done, uses, rows, values if _found(done) else None, last, by_clock, cancelled, len(aims))


def freeze(session: HighsSession, aim: Aim, value_without_offset: float) -> int:
    """Add the row that keeps an aim at its value, give or take its tolerance; returns the row's index."""
    if aim.sense == "minimise":
        return session.add_row(aim.cost, -np.inf, value_without_offset + aim.tolerance)
    return session.add_row(aim.cost, value_without_offset - aim.tolerance, np.inf)


def stage_result(name: str, unit: str, sense: Sense, result: Result) -> StageResult:
    """A solver's result as the record of one stage."""
    return StageResult(
        name=name,
        unit=unit,
        sense=sense,
        value=result.value,
        bound=result.bound,
        gap_share=result.gap_share,
        seconds=result.seconds,
        solver=f"{result.solver.name} {result.solver.version}",
        status=result.status,
    )


def _found(done: Sequence[StageResult]) -> bool:
    return any(stage.value is not None for stage in done)


def _staged(
    done: Sequence[StageResult],
    uses: Sequence[SolverUse],
    rows: Sequence[int],
    values: Values | None,
    last: Result | None,
    by_clock: bool,
    cancelled: bool,
    wanted: int,
) -> StagedResult:
    status: Status = "unknown" if last is None else last.status
    if values is not None:
        complete = len(done) == wanted and all(stage.status == "optimal" for stage in done)
        status = "optimal" if complete else "feasible"
    reason = "no stage was solved" if last is None else last.reason
    return StagedResult(status, reason, tuple(done), values, distinct_uses(uses), by_clock, cancelled, tuple(rows))


def distinct_uses(uses: Sequence[SolverUse]) -> tuple[SolverUse, ...]:
    """Each solver once, with the options of its first use."""
    first: dict[tuple[str, str], SolverUse] = {}
    for use in uses:
        first.setdefault((use.name, use.version), use)
    return tuple(first.values())
