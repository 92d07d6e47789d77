"""How full a list of equal cases can be, and how often it then finishes late: what can be reached at best."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.theatres.day_order import standard_normal_quantile
from models.theatres.eligibility import is_usable
from models.theatres.instance import Instance
from models.theatres.rehearsal import DAYS, SEED, Draws, rehearsal_of

# The capped touch-time utilisation NHS theatres are asked for.
TARGET_SHARE = 0.85
_STEP_MINUTES = 5


@dataclass(frozen=True)
class FullList:
    """A list of equal cases (and a short one where `short_minutes` is not 0), simulated with independent durations.

    Late at all, beyond the grace, and beyond it when rehearsed with late starts, slow days and uneven turnaround.
    """

    cases: int
    mean_minutes: int
    short_minutes: int
    capped_utilisation: float
    any_late_probability: float
    late_probability: float
    rehearsed_late_probability: float


@dataclass(frozen=True)
class Frontier:
    """The fullest lists of equal joints: under the planned rules, rehearsed too, and with a short case more.

    `at_target` reaches the target whatever the rules say (None: no list does); `points` go from short cases to long.
    """

    list_minutes: int
    turnaround_minutes: int
    cv_share: float
    points: tuple[FullList, ...]
    planned: FullList
    rehearsed: FullList | None
    with_short_case: FullList | None
    at_target: FullList | None


@dataclass(frozen=True)
class _Usual:
    """The usual list of an instance: its length, the number of usual joints on it, and how their minutes spread."""

    instance: Instance
    minutes: int
    cases: int
    cv: float
    short: tuple[int, float] | None

    def each(self, mean: int, *, short: bool) -> list[tuple[float, float]]:
        """Mean and variance of every case when joints have this mean."""
        joints: list[tuple[float, float]] = [(mean, (self.cv * mean) ** 2)] * self.cases
        return [*joints, self.short] if short and self.short is not None else joints

    def keeps_planned(self, mean: int, *, short: bool) -> bool:
        """T-08 and T-09."""
        settings, each = self.instance.settings, self.each(mean, short=short)
        end = sum(m for m, _ in each) + (len(each) - 1) * settings.turnaround_minutes
        z = standard_normal_quantile(1.0 - settings.overrun_probability_limit_share)
        late = end + z * math.sqrt(sum(v for _, v in each))
        return end <= self.minutes and late <= self.minutes + settings.overrun_grace_minutes + 1e-9

    def keeps_rehearsed(self, mean: int, *, short: bool) -> bool:
        """T-37 as well."""
        settings, each = self.instance.settings, self.each(mean, short=short)
        gaps = [settings.turnaround_minutes] * (len(each) - 1)
        end = rehearsal_of(settings).latest_end_minutes(each, gaps)
        return self.keeps_planned(mean, short=short) and end <= self.minutes + settings.overrun_grace_minutes

    def full(self, mean: int, *, short: bool = False) -> FullList:
        """The list with joints of this mean."""
        return _simulated(self, self.each(mean, short=short), mean, short=short)


def frontier(instance: Instance) -> Frontier | None:
    """The frontier for the usual list and the usual joint of an instance; None without lists or joints."""
    usual = _usual(instance)
    if usual is None:
        return None
    most = math.ceil(1.5 * usual.minutes / usual.cases)
    planned = _longest(m for m in range(1, most) if usual.keeps_planned(m, short=False))
    if planned is None:
        return None
    rehearsed = _longest(m for m in range(1, planned + 1) if usual.keeps_rehearsed(m, short=False))
    short = None
    if usual.short is not None:
        short = _longest(m for m in range(1, planned + 1) if usual.keeps_rehearsed(m, short=True))
    least = math.ceil(TARGET_SHARE * usual.minutes / usual.cases)
    tried = (usual.full(mean) for mean in range(least, most))
    start = _STEP_MINUTES * (planned // _STEP_MINUTES - 4)
    return Frontier(
        list_minutes=usual.minutes,
        turnaround_minutes=instance.settings.turnaround_minutes,
        cv_share=usual.cv,
        points=tuple(usual.full(m) for m in range(start, start + 7 * _STEP_MINUTES, _STEP_MINUTES) if m > 0),
        planned=usual.full(planned),
        rehearsed=None if rehearsed is None else usual.full(rehearsed),
        with_short_case=None if short is None else usual.full(short, short=True),
        at_target=next((one for one in tried if one.capped_utilisation >= TARGET_SHARE), None),
    )


def late_share_when_full(instance: Instance) -> float | None:
    """How often the usual list is late, rehearsed, when its time is all that limits it (T-08); None without one.

    A looser limit on that chance than this lets nothing more onto the usual list.
    """
    usual = _usual(instance)
    if usual is None:
        return None
    gaps = (usual.cases - 1) * instance.settings.turnaround_minutes
    mean = (usual.minutes - gaps) // usual.cases
    if mean < 1:
        return None
    late = usual.full(mean)
    return max(late.late_probability, late.rehearsed_late_probability)


def _usual(instance: Instance) -> _Usual | None:
    lengths = Counter(on.minutes for on in instance.lists.values() if is_usable(instance, on))
    waiting = Counter(patient.procedure_code for patient in instance.patients.values())
    joints = {code: number for code, number in waiting.items() if instance.procedures[code].is_joint}
    if not lengths or not joints:
        return None
    minutes = max(lengths, key=lambda length: (lengths[length], length))
    joint = instance.procedures[max(joints, key=lambda code: (joints[code], code))].duration
    others = [instance.procedures[code].duration for code in waiting if not instance.procedures[code].is_joint]
    short = min(((one.mean_minutes, one.variance_minutes2) for one in others), default=None)
    gap = instance.settings.turnaround_minutes
    cases = max(1, (minutes + gap) // (joint.mean_minutes + gap))
    cv = math.sqrt(joint.variance_minutes2) / joint.mean_minutes
    return _Usual(instance, minutes, cases, cv, short)


def _longest(means: Iterable[int]) -> int | None:
    return max(means, default=None)


def _simulated(usual: _Usual, each: Sequence[tuple[float, float]], mean: int, *, short: bool) -> FullList:
    """Independent lognormal cases one after the other with the usual turnaround between them."""
    settings, minutes = usual.instance.settings, usual.minutes
    generator = np.random.Generator(np.random.PCG64(SEED))
    draws = generator.standard_normal((len(each), DAYS))
    clock: Draws = np.zeros(DAYS)
    capped: Draws = np.zeros(DAYS)
    for (m, variance), z in zip(each, draws, strict=True):
        sigma2 = math.log1p(variance / m**2)
        end = clock + m * np.exp(math.sqrt(sigma2) * z - sigma2 / 2)
        capped = capped + np.minimum(end, minutes) - np.minimum(clock, minutes)
        clock = end + settings.turnaround_minutes
    end = clock - settings.turnaround_minutes
    late = minutes + settings.overrun_grace_minutes
    gaps = [settings.turnaround_minutes] * (len(each) - 1)
    return FullList(
        cases=usual.cases,
        mean_minutes=mean,
        short_minutes=usual.short[0] if short and usual.short is not None else 0,
        capped_utilisation=float(capped.mean()) / minutes,
        any_late_probability=float((end > minutes).mean()),
        late_probability=float((end > late).mean()),
        rehearsed_late_probability=rehearsal_of(settings).late_share(each, gaps, late),
    )
