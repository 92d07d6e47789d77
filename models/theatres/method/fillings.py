"""The best filling of one list for given values of its patients, exact: patients of equal duration are one class."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from models.theatres.formulation.month import Indices, Month, Numbers

# Enough for a list of eight cases out of a dozen durations; beyond it classes are merged, which only relaxes.
MOST_FILLINGS = 60_000


@dataclass(frozen=True)
class Fillings:
    """All counts per class that keep the list's time and overrun chance (`counts`: fillings x classes).

    Clean-downs are left out, so these are all fillings the rules allow and a few more: right for a bound.
    """

    list_at: int
    classes: tuple[Indices, ...]
    counts: Indices

    def best(self, values: Numbers) -> tuple[float, list[int]]:
        """The largest sum of values on this list, and the pairs that give it (`values` by pair of the month)."""
        total = np.zeros(len(self.counts))
        orders = []
        for at, pairs in enumerate(self.classes):
            order = pairs[np.argsort(-values[pairs], kind="stable")]
            sums = np.concatenate([[0.0], np.cumsum(values[order])])
            total += sums[self.counts[:, at]]
            orders.append(order)
        chosen = int(np.argmax(total))
        pairs_chosen = [int(p) for order, n in zip(orders, self.counts[chosen], strict=True) for p in order[:n]]
        return float(total[chosen]), sorted(pairs_chosen)


def fillings_of(month: Month) -> tuple[Fillings, ...]:
    """The fillings of every list that anybody can be on."""
    return tuple(_fillings(month, at, pairs) for at, pairs in enumerate(month.by_list) if len(pairs))


def _fillings(month: Month, at: int, pairs: Indices) -> Fillings:
    by_duration: dict[tuple[int, float], list[int]] = {}
    for pair in pairs:
        key = (int(month.touch_minutes[pair]), float(month.touch_variance[pair]))
        by_duration.setdefault(key, []).append(int(pair))
    keys = sorted(by_duration)
    durations, members = list(keys), [by_duration[key] for key in keys]
    while True:
        counts = _counts(month, at, durations, [len(found) for found in members])
        if counts is not None:
            classes = tuple(np.array(found, dtype=np.int64) for found in members)
            return Fillings(at, classes, np.array(counts, dtype=np.int64))
        durations, members = _merge(durations, members)


def _counts(
    month: Month, at: int, durations: Sequence[tuple[int, float]], available: Sequence[int]
) -> list[tuple[int, ...]] | None:
    """Every vector of counts the list has time for; None when there are too many."""
    s = month.instance.settings
    turnaround = min(s.turnaround_minutes, s.clean_down_minutes)
    minutes = month.instance.lists[month.lists[at]].minutes
    z = NormalDist().inv_cdf(1 - s.overrun_probability_limit_share)

    def fits(load: float, variance: float) -> bool:
        in_time = not month.keeps("T-08") or load <= minutes + 1e-6
        latest = minutes + s.overrun_grace_minutes + 1e-6
        return in_time and (not month.keeps("T-09") or load + z * math.sqrt(variance) <= latest)

    found: list[tuple[int, ...]] = []
    stack: list[tuple[tuple[int, ...], float, float]] = [((), -float(turnaround), 0.0)]
    while stack:
        taken, load, variance = stack.pop()
        if len(taken) == len(durations):
            found.append(taken)
            if len(found) > MOST_FILLINGS:
                return None
            continue
        mean, spread = durations[len(taken)]
        for n in range(available[len(taken)] + 1):
            new_load, new_variance = load + n * (mean + turnaround), variance + n * spread
            if n and not fits(new_load, new_variance):
                break
            stack.append(((*taken, n), new_load, new_variance))
    return found


def _merge(
    durations: list[tuple[int, float]], members: list[list[int]]
) -> tuple[list[tuple[int, float]], list[list[int]]]:
    """Make the two classes nearest in duration one, with the smaller mean and variance of the two."""
    gaps = [second[0] - first[0] for first, second in itertools.pairwise(durations)]
    at = gaps.index(min(gaps))
    (mean_a, variance_a), (mean_b, variance_b) = durations[at], durations[at + 1]
    merged = (min(mean_a, mean_b), min(variance_a, variance_b))
    return (
        [*durations[:at], merged, *durations[at + 2 :]],
        [*members[:at], sorted(members[at] + members[at + 1]), *members[at + 2 :]],
    )
