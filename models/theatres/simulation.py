"""Days as they may turn out: random durations, and on request late starts, correlation and uneven turnaround.

Every patient's and every list's random numbers hang on their id and the seed alone, so two plans are compared on the
same draws (common random numbers) and a plan gives the same figures each time.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.theatres.day_order import gap_minutes
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Assumptions:
    """What is random besides the durations, and how often it is drawn.

    `duration_correlation_share` is the correlation of two cases of one list (a slow day is slow for all);
    late starts are exponential with their mean; turnaround is normal about its planned length, never negative.
    """

    draws: int = 10_000
    seed: int = 20_270
    duration_correlation_share: float = 0.0
    mean_late_start_minutes: float = 0.0
    turnaround_sd_minutes: float = 0.0


AS_PLANNED = Assumptions()
STRESSED = Assumptions(duration_correlation_share=0.2, mean_late_start_minutes=10.0, turnaround_sd_minutes=8.0)


@dataclass(frozen=True)
class SimulatedList:
    """One list on every simulated day, in minutes.

    Capped touch time is the part inside the planned window; so `window_minutes` = capped + late start + downtime +
    early finish on every day, when no case starts before the list.
    """

    window_minutes: int
    grace_minutes: int
    touch: Draws
    capped: Draws
    late_start: Draws
    downtime: Draws
    early_finish: Draws
    over: Draws

    @property
    def capped_utilisation(self) -> float:
        return float(self.capped.mean()) / self.window_minutes

    @property
    def overrun_probability(self) -> float:
        """The share of days on which the list ends later than its end and the grace."""
        return float((self.over > self.grace_minutes).mean())

    @property
    def any_overrun_probability(self) -> float:
        """The share of days on which the list ends later than its end."""
        return float((self.over > 0.0).mean())

    @property
    def mean_minutes_over(self) -> float:
        return float(self.over.mean())


class Simulation:
    """The lists of a plan under one set of assumptions."""

    def __init__(self, plan: Plan, assumptions: Assumptions = AS_PLANNED) -> None:
        self.plan = plan
        self.assumptions = assumptions

    @cached_property
    def lists(self) -> Mapping[str, SimulatedList]:
        """Every list of the instance, by id."""
        instance = self.plan.instance
        return {
            list_id: simulate_list(instance, instance.lists[list_id], cases, self.assumptions)
            for list_id, cases in self.plan.by_list.items()
        }


def simulate_list(
    instance: Instance, on: TheatreList, cases: Sequence[Booking], assumptions: Assumptions = AS_PLANNED
) -> SimulatedList:
    """One list on every simulated day.

    Cases follow each other as soon as the theatre is ready; a case the plan makes wait (for an image intensifier or
    the surgeon) does not start before its planned time.
    """
    window = on.minutes
    nothing = np.zeros(assumptions.draws)
    clock = _late_start(on, assumptions)
    late_start, touch, capped, downtime = np.minimum(clock, window), nothing, nothing, nothing
    if not cases:
        late_start = nothing
        clock = nothing
    ready_as_planned = 0
    for at, case in enumerate(cases):
        planned_start = _minutes_into(on, case)
        if planned_start > ready_as_planned:
            waited = np.maximum(clock, planned_start)
            if at == 0:
                late_start = np.minimum(waited, window)
            else:
                downtime = downtime + _inside(clock, waited, window)
            clock = waited
        end = clock + _touch(instance, on, case, assumptions)
        touch, capped = touch + (end - clock), capped + _inside(clock, end, window)
        clock = end
        if at + 1 < len(cases):
            gap = gap_minutes(instance, instance.patients[case.patient_id])
            ready = end + _turnaround(case, gap, assumptions)
            downtime, clock = downtime + _inside(end, ready, window), ready
            ready_as_planned = _minutes_into(on, case, at_end=True) + gap
    return SimulatedList(
        window_minutes=window,
        grace_minutes=instance.settings.overrun_grace_minutes,
        touch=touch,
        capped=capped,
        late_start=late_start,
        downtime=downtime,
        early_finish=np.maximum(0.0, window - clock),
        over=np.maximum(0.0, clock - window) if cases else nothing,
    )


def _inside(start: Draws, end: Draws, window: int) -> Draws:
    """Minutes of [start, end] inside [0, window]."""
    inside: Draws = np.minimum(end, window) - np.minimum(start, window)
    return np.maximum(0.0, inside)


def _minutes_into(on: TheatreList, case: Booking, *, at_end: bool = False) -> int:
    moment = case.end if at_end else case.start
    return int((moment - on.start).total_seconds()) // 60


def _touch(instance: Instance, on: TheatreList, case: Booking, assumptions: Assumptions) -> Draws:
    """Lognormal touch minutes with the duration's mean and variance."""
    duration = instance.duration(case.patient_id, on.list_id)
    sigma2 = float(np.log1p(duration.variance_minutes2 / duration.mean_minutes**2))
    z = _normal(assumptions, "touch", case.patient_id)
    share = assumptions.duration_correlation_share
    if share > 0.0:
        z = np.sqrt(share) * _normal(assumptions, "day", on.list_id) + np.sqrt(1.0 - share) * z
    minutes: Draws = duration.mean_minutes * np.exp(np.sqrt(sigma2) * z - sigma2 / 2)
    return minutes


def _turnaround(case: Booking, gap: int, assumptions: Assumptions) -> Draws:
    if assumptions.turnaround_sd_minutes <= 0.0:
        return np.full(assumptions.draws, float(gap))
    z = _normal(assumptions, "turnaround", case.patient_id)
    return np.maximum(0.0, gap + assumptions.turnaround_sd_minutes * z)


def _late_start(on: TheatreList, assumptions: Assumptions) -> Draws:
    if assumptions.mean_late_start_minutes <= 0.0:
        return np.zeros(assumptions.draws)
    late = _generator(assumptions, "late", on.list_id).standard_exponential(assumptions.draws)
    return assumptions.mean_late_start_minutes * late


def _normal(assumptions: Assumptions, what: str, of: str) -> Draws:
    return _generator(assumptions, what, of).standard_normal(assumptions.draws)


def _generator(assumptions: Assumptions, what: str, of: str) -> np.random.Generator:
    """A stream of random numbers that hangs on the seed, what is drawn, and whose it is."""
    key = [assumptions.seed, zlib.crc32(what.encode()), zlib.crc32(of.encode())]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
