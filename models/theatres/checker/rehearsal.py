"""Our own simulated days, to hold the simulated figures against."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from models.theatres.checker.evidence import Evidence

# Each day is played twice, with long and short cases exchanged: the means settle sooner.
PAIRS_OF_DAYS = 500

Step = tuple[float, float, float, int]
"""Minute before which a case does not start, mean and spread of the logarithm of its minutes, gap after it."""


def mean_capped_minutes(evidence: Evidence, list_id: str) -> float:
    """Mean touch minutes inside the planned times of a list, over simulated days.

    Durations are lognormal with their mean and variance and independent. Each case starts as soon as the theatre is
    ready; one that the plan lets start later than that does not start before its planned time.
    """
    session, cases = evidence.instance.lists[list_id], evidence.by_list[list_id]
    if not cases:
        return 0.0
    window = (session.end - session.start).total_seconds() / 60
    steps: list[Step] = []
    ready_as_planned = 0.0
    for case in cases:
        minutes, variance = evidence.minutes_and_variance(case.patient_id, list_id)
        spread = math.log(1 + variance / minutes**2)
        start = (case.start - session.start).total_seconds() / 60
        gap = evidence.gap_after(case.patient_id)
        not_before = start if start > ready_as_planned else 0.0
        steps.append((not_before, math.log(minutes) - spread / 2, math.sqrt(spread), gap))
        ready_as_planned = start + minutes + gap
    draw = random.Random(list_id).gauss
    total = 0.0
    for _ in range(PAIRS_OF_DAYS):
        luck = [draw(0.0, 1.0) for _ in steps]
        total += _minutes_inside(steps, luck, window) + _minutes_inside(steps, [-one for one in luck], window)
    return total / (2 * PAIRS_OF_DAYS)


def _minutes_inside(steps: Sequence[Step], luck: Sequence[float], window: float) -> float:
    """Touch minutes inside the window on one day; `luck` are the standard normal draws of the cases."""
    clock = inside = 0.0
    for (not_before, mean, spread, gap), deviation in zip(steps, luck, strict=True):
        start = max(clock, not_before)
        end = start + math.exp(mean + spread * deviation)
        inside += max(0.0, min(end, window) - start)
        clock = end + gap
    return inside
