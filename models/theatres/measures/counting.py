"""Counts, ratios and means as key figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from models.shared.problem import Measure


def count(things: Iterable[object], unit: str = "patients") -> Measure:
    """How many there are."""
    return Measure(sum(1 for _ in things), unit)


def ratio(part: float, whole: float) -> float:
    """Part over whole; 0 where there is no whole."""
    return part / whole if whole else 0.0


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    found = list(values)
    return ratio(sum(found), len(found))


def percentile(values: Sequence[int], share: float) -> int:
    """The smallest value that at least this share of the values does not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(share * len(ordered) - 1e-9)) - 1] if ordered else 0
