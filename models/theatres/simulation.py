"""Days as they may turn out: random durations, and when stressed also late starts, slow days and uneven turnaround.

As planned, every patient's random numbers hang on their id alone, so two plans meet the same luck (common random
numbers) and a plan gives the same figures each time. Stressed days are those of the rehearsal rule (T-37), so the
figures show what the rule limits.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.theatres.day_order import gap_minutes
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan
from models.theatres.rehearsal import DAYS, SEED, luck_of

Draws = NDArray[np.float64]
Assumptions = Literal["as_planned", "stressed"]

ASSUMPTIONS: tuple[Assumptions, ...] = ("as_planned", "stressed")
# Enough places for most lists, so that the draws of the rehearsed days are made once.
_USUAL_CASES = 8


@dataclass(frozen=True)
class _Days:
    """The days of one list, in minutes: late start, touch time of each case, gap after each case."""

    late_start: Draws
    touch: tuple[Draws, ...]
    gaps: tuple[Draws, ...]


@dataclass(frozen=True)
class Delay:
    """Minutes that are lost on some days: mean over all days, share of days with any, mean of what is lost on those.

    Clocks in theatres are read in whole minutes: less than one is none. `minutes_on_such_days` counts the other days
    as none, so that it can be summed over lists and divided by the sum of shares.
    """

    minutes: float
    share: float
    minutes_on_such_days: float

    @classmethod
    def of(cls, minutes: Draws) -> Delay:
        """The delay of these days."""
        any_lost = minutes >= 1.0
        return cls(float(minutes.mean()), float(any_lost.mean()), float((minutes * any_lost).mean()))


@dataclass(frozen=True)
class SimulatedList:
    """Means of one list over its simulated days, in minutes, nobody cancelled; `cancelled` counts cases.

    Capped touch time is the part inside the planned window; so `window_minutes` = capped + late start + downtime +
    early finish.
    """

    window_minutes: int
    touch_minutes: float
    capped_minutes: float
    duration_capped_minutes: float
    late_start: Delay
    downtime_minutes: float
    early_finish: Delay
    over: Delay
    any_overrun_probability: float
    overrun_probability: float
    cancelled: float

    @property
    def capped_utilisation(self) -> float:
        return self.capped_minutes / self.window_minutes

    @property
    def duration_capped_utilisation(self) -> float:
        """Touch time up to the length of the list, wherever it lies, over the length."""
        return self.duration_capped_minutes / self.window_minutes

    @property
    def uncapped_utilisation(self) -> float:
        return self.touch_minutes / self.window_minutes


@dataclass(frozen=True)
class SimulatedDays:
    """One list on every simulated day, in minutes, nobody cancelled; `cancelled` counts cases on the same days."""

    window_minutes: int
    grace_minutes: int
    touch: Draws
    capped: Draws
    late_start: Draws
    downtime: Draws
    early_finish: Draws
    over: Draws
    cancelled: Draws

    def means(self) -> SimulatedList:
        """What the days come to; late is later than the end and the grace."""
        return SimulatedList(
            window_minutes=self.window_minutes,
            touch_minutes=float(self.touch.mean()),
            capped_minutes=float(self.capped.mean()),
            duration_capped_minutes=float(np.minimum(self.touch, self.window_minutes).mean()),
            late_start=Delay.of(self.late_start),
            downtime_minutes=float(self.downtime.mean()),
            early_finish=Delay.of(self.early_finish),
            over=Delay.of(self.over),
            any_overrun_probability=float((self.over > 0.0).mean()),
            overrun_probability=float((self.over > self.grace_minutes).mean()),
            cancelled=float(self.cancelled.mean()),
        )


class Simulation:
    """The lists of a plan under one set of assumptions."""

    def __init__(self, plan: Plan, assumptions: Assumptions = "as_planned") -> None:
        self.plan = plan
        self.assumptions = assumptions

    @cached_property
    def lists(self) -> Mapping[str, SimulatedList]:
        """Every list of the instance, by id; only means are kept, since a quarter's days would fill the memory."""
        instance = self.plan.instance
        return {
            list_id: simulate_list(instance, instance.lists[list_id], cases, self.assumptions).means()
            for list_id, cases in self.plan.by_list.items()
        }


def simulate_list(
    instance: Instance, on: TheatreList, cases: Sequence[Booking], assumptions: Assumptions = "as_planned"
) -> SimulatedDays:
    """One list on every simulated day.

    Cases follow each other as soon as the theatre is ready; a case the plan lets wait (for an image intensifier, a
    tray or the surgeon) does not start before its planned time.
    """
    window, nothing = float(on.minutes), np.zeros(DAYS)
    days = _as_planned(instance, on, cases) if assumptions == "as_planned" else _stressed(instance, on, cases)
    not_before = _not_before(instance, on, cases)
    ready, end, late_start = days.late_start, nothing, nothing
    touch, capped, downtime = nothing, nothing, nothing
    for at, minutes in enumerate(days.touch):
        start = np.maximum(ready, not_before[at])
        if at == 0:
            late_start = np.minimum(start, window)
        else:
            downtime = downtime + _inside(end, start, window)
        end = start + minutes
        touch, capped = touch + minutes, capped + _inside(start, end, window)
        ready = end + days.gaps[at]
    return SimulatedDays(
        window_minutes=on.minutes,
        grace_minutes=instance.settings.overrun_grace_minutes,
        touch=touch,
        capped=capped,
        late_start=late_start,
        downtime=downtime,
        early_finish=np.maximum(0.0, window - end),
        over=np.maximum(0.0, end - window),
        cancelled=_cancelled(instance, on, cases, days, not_before),
    )


def _cancelled(
    instance: Instance, on: TheatreList, cases: Sequence[Booking], days: _Days, not_before: Sequence[float]
) -> Draws:
    """How many cases a day are not begun: once they could start, they would be expected to end too late."""
    latest = on.minutes + instance.settings.cancel_over_minutes
    ready, cancelled = days.late_start, np.zeros(DAYS)
    for at, case in enumerate(cases):
        start = np.maximum(ready, not_before[at])
        begun = start + instance.duration(case.patient_id, on.list_id).mean_minutes <= latest
        ready = np.where(begun, start + days.touch[at] + days.gaps[at], ready)
        cancelled = cancelled + ~begun
    return cancelled


def _inside(start: Draws, end: Draws, window: float) -> Draws:
    """Minutes of [start, end] inside [0, window]."""
    inside: Draws = np.minimum(end, window) - np.minimum(start, window)
    return inside


def _not_before(instance: Instance, on: TheatreList, cases: Sequence[Booking]) -> tuple[float, ...]:
    """Minutes into the list before which each case does not start: its planned start where the plan lets it wait."""
    found, ready = [], 0.0
    for case in cases:
        start = _minutes_into(on, case)
        found.append(start if start > ready else 0.0)
        minutes = instance.duration(case.patient_id, on.list_id).mean_minutes
        ready = start + minutes + gap_minutes(instance, instance.patients[case.patient_id])
    return tuple(found)


def _minutes_into(on: TheatreList, case: Booking) -> float:
    return (case.start - on.start).total_seconds() / 60


def _as_planned(instance: Instance, on: TheatreList, cases: Sequence[Booking]) -> _Days:
    """Independent durations, nothing else random."""
    touch = [_touch(instance, on, case, generator("touch", case.patient_id).standard_normal(DAYS)) for case in cases]
    gaps = [np.full(DAYS, float(gap_minutes(instance, instance.patients[case.patient_id]))) for case in cases]
    return _Days(np.zeros(DAYS), tuple(touch), tuple(gaps))


def _stressed(instance: Instance, on: TheatreList, cases: Sequence[Booking]) -> _Days:
    """The days of T-37: a case's draw goes by its place among the list's cases by falling duration."""
    settings, luck = instance.settings, luck_of(max(_USUAL_CASES, len(cases)))
    slow = settings.duration_correlation_share
    durations = [instance.duration(case.patient_id, on.list_id) for case in cases]
    by_length = sorted(
        range(len(cases)), key=lambda at: (-durations[at].mean_minutes, -durations[at].variance_minutes2)
    )
    rank = {at: place for place, at in enumerate(by_length)}
    touch = [
        _touch(instance, on, case, np.sqrt(slow) * luck.slow_day + np.sqrt(1.0 - slow) * luck.of_ranks[rank[at]][0])
        for at, case in enumerate(cases)
    ]
    gaps = [
        np.maximum(
            0.0,
            gap_minutes(instance, instance.patients[case.patient_id])
            + settings.turnaround_sd_minutes * luck.of_ranks[at][1],
        )
        for at, case in enumerate(cases)
    ]
    return _Days(settings.mean_late_start_minutes * luck.late_start, tuple(touch), tuple(gaps))


def _touch(instance: Instance, on: TheatreList, case: Booking, z: Draws) -> Draws:
    """Lognormal touch minutes with the duration's mean and variance, from standard normal numbers."""
    duration = instance.duration(case.patient_id, on.list_id)
    sigma2 = float(np.log1p(duration.variance_minutes2 / duration.mean_minutes**2))
    minutes: Draws = duration.mean_minutes * np.exp(np.sqrt(sigma2) * z - sigma2 / 2)
    return minutes


def generator(what: str, of: str) -> np.random.Generator:
    """A stream of random numbers that hangs on what is drawn and whose it is, so that plans meet the same luck."""
    key = [SEED, zlib.crc32(what.encode()), zlib.crc32(of.encode())]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
