"""A limit in CPU seconds: the same work on a busy machine as on an idle one."""

from __future__ import annotations

import time
from dataclasses import replace

from solvers.types import Limits, StopWhen, Watch

WALL_SHARE = 6.0
"""Seconds by the clock for each CPU second of the limit: where the solver does not ask, this ends it."""


class CpuClock:
    """Counts from its making; without a limit it never ends anything."""

    def __init__(self, limit_seconds: float | None) -> None:
        self._limit = limit_seconds
        self._started = time.process_time()

    def spent_seconds(self) -> float:
        return time.process_time() - self._started

    def is_up(self) -> bool:
        return self._limit is not None and self.spent_seconds() >= self._limit

    def watch(self) -> Watch | None:
        """A watch that stops a solve when the limit is reached; None without a limit, for watching takes time."""
        return None if self._limit is None else StopWhen(self.is_up)

    def within(self, limits: Limits) -> Limits:
        """The same limits, with what is left of the clock."""
        if self._limit is None:
            return limits
        left = max(0.1, self._limit - self.spent_seconds())
        return replace(limits, time_limit_seconds=WALL_SHARE * left)
