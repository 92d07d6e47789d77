"""Our own simulated days, to hold the simulated figures against."""

from __future__ import annotations

import math
import random

from models.theatres.checker.evidence import Evidence

DRAWS = 1_000


def mean_capped_minutes(evidence: Evidence, list_id: str) -> float:
    """Mean touch minutes inside the planned times of a list, over simulated days.

    Durations are lognormal with their mean and variance and independent. Each case starts as soon as the theatre is
    ready; one that the plan lets start later than that does not start before its planned time.
    """
    session, cases = evidence.instance.lists[list_id], evidence.by_list[list_id]
    if not cases:
        return 0.0
    window = (session.end - session.start).total_seconds() / 60
    steps: list[tuple[float, float, float, int]] = []
    ready_as_planned = 0.0
    for case in cases:
        minutes, variance = evidence.minutes_and_variance(case.patient_id, list_id)
        spread = math.log(1 + variance / minutes**2)
        start = (case.start - session.start).total_seconds() / 60
        gap = evidence.gap_after(case.patient_id)
        not_before = start if start > ready_as_planned else 0.0
        steps.append((not_before, math.log(minutes) - spread / 2, math.sqrt(spread), gap))
        ready_as_planned = start + minutes + gap
    draw = random.Random(list_id).normalvariate
    total = 0.0
    for _ in range(DRAWS):
        clock = 0.0
        for not_before, mean, spread, gap in steps:
            clock = max(clock, not_before)
            end = clock + math.exp(draw(mean, spread))
            total += max(0.0, min(end, window) - min(clock, window))
            clock = end + gap
    return total / DRAWS
