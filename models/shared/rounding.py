"""Whole pounds that keep every total: bounded largest remainder."""

from __future__ import annotations

import math
from collections.abc import Sequence


class RoundingImpossible(ValueError):
    """No whole numbers within the bounds reach the total."""


def round_to_total(values: Sequence[float], total: int, lower: Sequence[int], upper: Sequence[int]) -> list[int]:
    """Whole numbers nearest to `values` that sum to `total` and stay within `lower` and `upper`.

    Largest remainder with bounds: each value starts at its floor moved into its bounds; the units still missing
    go, one at a time, to the value furthest above what it has been given (ties: the first).

    Raises
    ------
    RoundingImpossible
        If the total lies outside the sums of the bounds.
    """
    if not sum(lower) <= total <= sum(upper):
        raise RoundingImpossible(f"{total} is outside {sum(lower)} to {sum(upper)}")
    whole = [min(max(math.floor(value), low), high) for value, low, high in zip(values, lower, upper, strict=True)]
    missing = total - sum(whole)
    step = 1 if missing > 0 else -1
    for _ in range(abs(missing)):
        best = _furthest(values, whole, upper if step > 0 else lower, step)
        whole[best] += step
    return whole


def _furthest(values: Sequence[float], whole: Sequence[int], limit: Sequence[int], step: int) -> int:
    candidates = [i for i in range(len(whole)) if whole[i] != limit[i]]
    return max(candidates, key=lambda i: (step * (values[i] - whole[i]), -i))
