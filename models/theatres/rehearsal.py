"""T-37: a list played through on ten thousand days with late starts, slow days and uneven turnaround.

The draws are the same for every list and every plan, so that the answer depends on nothing but the cases on the list:
two plans are held against the same days, and whoever plays them again finds the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.theatres.settings import TheatreSettings

DAYS = 10_000
SEED = 20_270
"""Of numpy's PCG64 generator; it draws the late starts, how slow each day is, then by rank each case and gap."""

# Answers remembered, and rows of minutes kept (80 kB each), at most; a month of 2,500 patients stays well below.
_MOST_ANSWERS = 200_000
_MOST_ROWS = 512

Draws = NDArray[np.float64]
CaseMinutes = tuple[float, float]
"""Mean and variance of the minutes of a case."""


@dataclass(frozen=True)
class Luck:
    """What is drawn for every rehearsed day; `of_ranks` holds the draws of the first, second, ... case and gap."""

    late_start: Draws
    slow_day: Draws
    of_ranks: tuple[tuple[Draws, Draws], ...]


@lru_cache(maxsize=4)
def luck_of(ranks: int) -> Luck:
    """The draws of all days for lists of so many cases; more cases only add to them."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    late_start, slow_day = generator.standard_exponential(DAYS), generator.standard_normal(DAYS)
    found = [(generator.standard_normal(DAYS), generator.standard_normal(DAYS)) for _ in range(ranks)]
    return Luck(late_start, slow_day, tuple(found))


@dataclass
class Rehearsal:
    """What the rehearsed days assume, with the answers found so far; one for each set of assumptions.

    `limit_share` is the share of days on which a list may be late.
    """

    correlation_share: float
    mean_late_start_minutes: float
    turnaround_sd_minutes: float
    limit_share: float
    _ends: dict[tuple[object, ...], float] = field(default_factory=dict, repr=False)
    _gaps: dict[tuple[int, ...], Draws] = field(default_factory=dict, repr=False)

    def latest_end_minutes(self, cases: Sequence[CaseMinutes], gaps: Sequence[int]) -> float:
        """Minutes from the start of a list by which it ends on all days but the share that may be late.

        `gaps` are the planned minutes between the cases, in the order of the list; the plan has no idle time. The
        rule holds when this and the idle minutes of the plan are no more than the minutes of the list and the grace.
        """
        key = (*sorted(cases, reverse=True), *gaps)
        if key not in self._ends:
            if len(self._ends) >= _MOST_ANSWERS:
                self._ends.clear()
            allowed = self._days_allowed
            if allowed >= DAYS:
                self._ends[key] = -math.inf
            else:
                at = DAYS - 1 - allowed
                self._ends[key] = float(np.partition(self.end_minutes(cases, gaps), at)[at])
        return self._ends[key]

    def late_share(self, cases: Sequence[CaseMinutes], gaps: Sequence[int], latest_minutes: float) -> float:
        """The share of days on which a list without idle time ends later than this after its start."""
        return np.count_nonzero(self.end_minutes(cases, gaps) > latest_minutes) / DAYS

    def end_minutes(self, cases: Sequence[CaseMinutes], gaps: Sequence[int]) -> Draws:
        """When a list without idle time ends, in minutes from its start, on each day."""
        ends = self._late_start_and_gaps(tuple(gaps))
        for rank, (mean, variance) in enumerate(sorted(cases, reverse=True)):
            ends = ends + _case_minutes(mean, variance, rank, self.correlation_share)
        return ends

    @property
    def _days_allowed(self) -> int:
        """The most days on which a list may be late."""
        days = math.floor(self.limit_share * DAYS)
        return days + 1 if (days + 1) / DAYS <= self.limit_share else days

    def _late_start_and_gaps(self, gaps: tuple[int, ...]) -> Draws:
        if gaps not in self._gaps:
            if len(self._gaps) >= _MOST_ROWS:
                self._gaps.clear()
            luck = luck_of(_ranks_for(len(gaps)))
            minutes = self.mean_late_start_minutes * luck.late_start
            for planned, (_, of_gap) in zip(gaps, luck.of_ranks, strict=False):
                minutes = minutes + np.maximum(0.0, planned + self.turnaround_sd_minutes * of_gap)
            self._gaps[gaps] = minutes
        return self._gaps[gaps]


@lru_cache(maxsize=16)
def _rehearsal(correlation: float, mean_late_start: float, turnaround_sd: float, limit: float) -> Rehearsal:
    return Rehearsal(correlation, mean_late_start, turnaround_sd, limit)


def rehearsal_of(settings: TheatreSettings) -> Rehearsal:
    """The rehearsal these settings ask for; what it has found is kept for whoever asks again."""
    return _rehearsal(
        settings.duration_correlation_share,
        settings.mean_late_start_minutes,
        settings.turnaround_sd_minutes,
        settings.rehearsed_overrun_limit_share,
    )


def _ranks_for(cases: int) -> int:
    """How many ranks to draw for: in steps, so that the draws are made seldom."""
    return 8 * (cases // 8 + 1)


@lru_cache(maxsize=_MOST_ROWS)
def _case_minutes(mean: float, variance: float, rank: int, correlation: float) -> Draws:
    """The minutes of one case on each day: lognormal, by its rank among the cases of its list, longest first."""
    if mean <= 0:
        return np.zeros(DAYS)
    luck = luck_of(_ranks_for(rank))
    spread = math.log(1 + variance / mean**2)
    z = math.sqrt(correlation) * luck.slow_day + math.sqrt(1 - correlation) * luck.of_ranks[rank][0]
    return np.asarray(mean * np.exp(math.sqrt(spread) * z - spread / 2))
