"""How full a list of equal cases can be, and how often it then finishes late: what can be reached at best."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from models.theatres.day_order import standard_normal_quantile
from models.theatres.eligibility import is_usable
from models.theatres.instance import Instance
from models.theatres.rehearsal import DAYS, SEED, Draws

# The capped touch-time utilisation NHS theatres are asked for.
TARGET_SHARE = 0.85


@dataclass(frozen=True)
class EqualList:
    """A list of equal cases, simulated: capped utilisation, chance of finishing late at all and beyond the grace."""

    cases: int
    mean_minutes: int
    capped_utilisation: float
    any_late_probability: float
    late_probability: float


@dataclass(frozen=True)
class Frontier:
    """The fullest list of equal joints under the overrun rule, and the one that reaches the target (None: none)."""

    list_minutes: int
    turnaround_minutes: int
    cv_share: float
    under_rule: EqualList
    at_target: EqualList | None


def frontier(instance: Instance) -> Frontier | None:
    """The frontier for the usual list and the usual joint of an instance; None without lists or joints."""
    lengths = Counter(on.minutes for on in instance.lists.values() if is_usable(instance, on))
    joints = Counter(
        patient.procedure_code
        for patient in instance.patients.values()
        if instance.procedures[patient.procedure_code].is_joint
    )
    if not lengths or not joints:
        return None
    minutes = max(lengths, key=lambda length: (lengths[length], length))
    usual = instance.procedures[max(joints, key=lambda code: (joints[code], code))].duration
    cv = math.sqrt(usual.variance_minutes2) / usual.mean_minutes
    gap = instance.settings.turnaround_minutes
    cases = max(1, (minutes + gap) // (usual.mean_minutes + gap))
    longest = _longest_mean(instance, minutes, cases, cv)
    if longest < 1:
        return None
    least, most = math.ceil(TARGET_SHARE * minutes / cases), math.ceil(1.5 * minutes / cases)
    tried = (equal_list(instance, minutes, cases, mean, cv) for mean in range(least, most))
    at_target = next((one for one in tried if one.capped_utilisation >= TARGET_SHARE), None)
    return Frontier(minutes, gap, cv, equal_list(instance, minutes, cases, longest, cv), at_target)


def equal_list(instance: Instance, minutes: int, cases: int, mean: int, cv: float) -> EqualList:
    """A list of equal, independent, lognormal cases with the usual turnaround between them, simulated."""
    settings = instance.settings
    sigma2 = math.log1p(cv * cv)
    generator = np.random.Generator(np.random.PCG64(SEED))
    z = generator.standard_normal((cases, DAYS))
    touch = mean * np.exp(math.sqrt(sigma2) * z - sigma2 / 2)
    clock: Draws = np.zeros(DAYS)
    capped: Draws = np.zeros(DAYS)
    for case in touch:
        end = clock + case
        capped = capped + np.minimum(end, minutes) - np.minimum(clock, minutes)
        clock = end + settings.turnaround_minutes
    end = clock - settings.turnaround_minutes
    return EqualList(
        cases=cases,
        mean_minutes=mean,
        capped_utilisation=float(capped.mean()) / minutes,
        any_late_probability=float((end > minutes).mean()),
        late_probability=float((end > minutes + settings.overrun_grace_minutes).mean()),
    )


def _longest_mean(instance: Instance, minutes: int, cases: int, cv: float) -> int:
    """The longest whole mean of equal cases that keeps T-08 and T-09."""
    settings = instance.settings
    room = minutes - (cases - 1) * settings.turnaround_minutes
    z = standard_normal_quantile(1.0 - settings.overrun_probability_limit_share)
    by_chance = (room + settings.overrun_grace_minutes) / (cases + z * cv * math.sqrt(cases))
    return math.floor(min(room / cases, by_chance) + 1e-9)
