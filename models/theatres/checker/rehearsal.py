"""Our own simulated days, to hold the simulated figures of lists against."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.theatres.checker.evidence import Evidence

DAYS = 4_000
AS_PLANNED, STRESSED = "as_planned", "stressed"
COLUMNS = (
    "capped_utilisation",
    "duration_capped_utilisation",
    "uncapped_utilisation",
    "late_start_minutes",
    "downtime_minutes",
    "early_finish_minutes",
    "over_minutes",
    "over_probability",
    "overrun_probability",
    "cancelled_cases",
)

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """A case as the plan has it: minutes from the start of its list, and the gap after it.

    `not_before` is its planned start where the plan lets it wait, else 0.
    """

    not_before: float
    mean_minutes: int
    variance_minutes2: float
    gap_minutes: int


@dataclass(frozen=True)
class Estimate:
    """The mean of a figure over our days, and its standard deviation from day to day."""

    mean: float
    spread: float


def rehearsed(evidence: Evidence, list_id: str, assumptions: str) -> Mapping[str, Estimate]:
    """Every simulated figure of a list, by its column."""
    session, settings = evidence.instance.lists[list_id], evidence.instance.settings
    window = (session.end - session.start).total_seconds() / 60
    steps = _steps(evidence, list_id)
    if not steps:
        return dict.fromkeys(COLUMNS, Estimate(0.0, 0.0)) | {"early_finish_minutes": Estimate(window, 0.0)}
    draw = np.random.default_rng([zlib.crc32(list_id.encode()), zlib.crc32(assumptions.encode())])
    late, minutes, gaps = _luck(evidence, steps, draw, stressed=assumptions == STRESSED)
    touch, capped, between = np.zeros(DAYS), np.zeros(DAYS), np.zeros(DAYS)
    first: Draws = np.zeros(DAYS)
    ready = end = late
    for number, step in enumerate(steps):
        start = np.maximum(ready, step.not_before)
        if number == 0:
            first = np.minimum(start, window)
        else:
            between = between + _inside(end, start, window)
        end = start + minutes[number]
        touch, capped = touch + minutes[number], capped + _inside(start, end, window)
        ready = end + gaps[number]
    over = np.maximum(0.0, end - window)
    limit = window + settings.cancel_over_minutes
    days = (
        capped / window,
        np.minimum(touch, window) / window,
        touch / window,
        first,
        between,
        np.maximum(0.0, window - end),
        over,
        (over > 0).astype(float),
        (over > settings.overrun_grace_minutes).astype(float),
        _cancelled(steps, late, minutes, gaps, limit),
    )
    return {column: _estimate(one) for column, one in zip(COLUMNS, days, strict=True)}


def _steps(evidence: Evidence, list_id: str) -> list[Step]:
    begin, found = evidence.instance.lists[list_id].start, list[Step]()
    ready = begin
    for case in evidence.by_list[list_id]:
        mean, variance = evidence.minutes_and_variance(case.patient_id, list_id)
        waits_until = (case.start - begin).total_seconds() / 60 if case.start > ready else 0.0
        found.append(Step(waits_until, mean, variance, evidence.gap_after(case.patient_id)))
        ready = evidence.ready_after(case)
    return found


def _luck(
    evidence: Evidence, steps: Sequence[Step], draw: np.random.Generator, *, stressed: bool
) -> tuple[Draws, list[Draws], list[Draws]]:
    """Late start, minutes of each case and the gap after it, day by day."""
    settings = evidence.instance.settings
    share = settings.duration_correlation_share if stressed else 0.0
    turnaround_sd = settings.turnaround_sd_minutes if stressed else 0.0
    late: Draws = draw.standard_exponential(DAYS) * (settings.mean_late_start_minutes if stressed else 0.0)
    common, minutes, gaps = draw.standard_normal(DAYS), list[Draws](), list[Draws]()
    for step in steps:
        spread = math.log(1 + step.variance_minutes2 / step.mean_minutes**2)
        luck = math.sqrt(share) * common + math.sqrt(1 - share) * draw.standard_normal(DAYS)
        minutes.append(step.mean_minutes * np.exp(math.sqrt(spread) * luck - spread / 2))
        gaps.append(np.maximum(0.0, step.gap_minutes + turnaround_sd * draw.standard_normal(DAYS)))
    return late, minutes, gaps


def _cancelled(
    steps: Sequence[Step], late: Draws, minutes: Sequence[Draws], gaps: Sequence[Draws], limit: float
) -> Draws:
    """Cases a day that, when they could start, are expected to end after the limit; they take no time."""
    ready, cancelled = late, np.zeros(DAYS)
    for step, lasts, gap in zip(steps, minutes, gaps, strict=True):
        start = np.maximum(ready, step.not_before)
        runs = start + step.mean_minutes <= limit
        ready = np.where(runs, start + lasts + gap, ready)
        cancelled = cancelled + ~runs
    return cancelled


def _inside(first: Draws, last: Draws, window: float) -> Draws:
    """Minutes from one moment to another inside the planned times of the list."""
    inside: Draws = np.minimum(last, window) - np.minimum(first, window)
    return inside


def _estimate(days: Draws) -> Estimate:
    return Estimate(float(days.mean()), float(days.std()))
