"""The words every driver speaks: limits, progress, results, stages. Nothing here knows what is being solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Status = Literal["optimal", "feasible", "infeasible", "unbounded", "unknown", "error"]
Sense = Literal["minimise", "maximise"]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """When to stop.

    `time_limit_seconds` is wall clock: a stop by it is not repeatable. `deterministic_limit` (CP-SAT's
    deterministic seconds) and `node_limit` (HiGHS's branch-and-bound nodes) are. Gaps: a solve may stop when
    `|bound - value| <= max(absolute_gap, relative_gap * |value|)`.
    """

    time_limit_seconds: float | None = None
    deterministic_limit: float | None = None
    node_limit: int | None = None
    relative_gap: float = 1e-6
    absolute_gap: float = 1e-6
    seed: int = 1
    threads: int = 1


@dataclass(frozen=True)
class Progress:
    """One line of a solve's progress; what is not known yet is None."""

    seconds: float
    stage: str
    value: float | None
    bound: float | None
    gap_share: float | None


class Watch(Protocol):
    """Whoever follows a solve: hears of progress and incumbents, and may ask it to stop."""

    def progress(self, event: Progress) -> None: ...

    def incumbent(self, decisions: Mapping[str, object]) -> None: ...

    def cancelled(self) -> bool: ...


class Unwatched:
    """A watch that nobody looks at: never cancels, forgets everything. For library use and tests."""

    def progress(self, event: Progress) -> None:
        del event

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        del decisions

    def cancelled(self) -> bool:
        return False


class StopWhen(Unwatched):
    """A watch that only asks somebody whether to stop."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked

    def cancelled(self) -> bool:
        return self._asked()


@dataclass(frozen=True)
class SolverUse:
    """Which solver worked on a plan, with the options that differ from its defaults."""

    name: str
    version: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a solver said.

    `values` is None unless there is a solution: columns in the model's order. `bound` is None when the solver
    proved none. `reason` is the solver's own word for why it stopped; `stopped_by_clock` says that a wall-clock
    limit or a cancel ended it, so that the same call may answer differently next time.
    """

    status: Status
    reason: str
    value: float | None
    bound: float | None
    values: Values | None
    seconds: float
    cpu_seconds: float
    solver: SolverUse
    stopped_by_clock: bool = False
    cancelled: bool = False
    row_duals: Values | None = None
    column_duals: Values | None = None
    deterministic_seconds: float | None = None

    @property
    def gap_share(self) -> float | None:
        return gap_share(self.value, self.bound)


@dataclass(frozen=True)
class StageResult:
    """One stage of a lexicographic solve, as it is written into the run record."""

    name: str
    unit: str
    sense: Sense
    value: float | None
    bound: float | None
    gap_share: float | None
    seconds: float
    solver: str
    status: Status


def gap_share(value: float | None, bound: float | None) -> float | None:
    """The distance between value and bound as a share of the value; None when either is unknown.

    Zero when they agree to 1e-9; measured against the larger of the two where the value is zero.
    """
    if value is None or bound is None:
        return None
    distance = abs(bound - value)
    if distance <= 1e-9:
        return 0.0
    return distance / (abs(value) if abs(value) > 1e-9 else abs(bound))
