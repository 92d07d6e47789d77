"""All fillings of one list, and the best of them for given values: patients who count alike on it are one class."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from models.theatres.formulation.month import Indices, Month, Numbers
from models.theatres.rehearsal import rehearsal_of

# Enough for a list of eight cases out of a dozen durations; beyond it classes are merged, which only relaxes.
MOST_FILLINGS = 30_000
# So many fillings of a list are rehearsed (T-37); of more, only the time and the overrun chance are asked.
MOST_REHEARSED = 3_000


@dataclass(frozen=True)
class Class:
    """Patients who count alike on a list: their minutes, and whether they count as joints where these are limited."""

    mean_minutes: int
    variance_minutes2: float
    is_joint: bool


@dataclass(frozen=True)
class Fillings:
    """All counts per class that keep T-08, T-09, T-30 and T-37 on a list (`counts`: fillings x classes).

    Clean-downs are left out, so these are all fillings the rules allow and a few more: right for a bound. `kinds`
    says what the patients of a class have in common, at least; `rehearsed_out` is how many fillings only T-37 rules
    out, None when there are too many to rehearse. `exact` says that no fillings but for clean-downs are too many.
    """

    list_at: int
    classes: tuple[Indices, ...]
    kinds: tuple[Class, ...]
    counts: Indices
    rehearsed_out: int | None
    exact: bool

    @cached_property
    def largest(self) -> Indices:
        """The fillings to which nobody can be added."""
        kept: list[Indices] = []
        for filling in self.counts[np.argsort(-self.counts.sum(axis=1), kind="stable")]:
            if not any(bool((other >= filling).all()) for other in kept):
                kept.append(filling)
        return np.array(kept, dtype=np.int64)

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
    members: dict[Class, list[int]] = {}
    for pair in pairs:
        members.setdefault(_class_of(month, at, int(pair)), []).append(int(pair))
    ordered = sorted(members.items(), key=lambda item: (item[0].mean_minutes, item[0].variance_minutes2))
    kinds, people = [kind for kind, _ in ordered], [found for _, found in ordered]
    limits, exact = _Limits(month, at), True
    counts = _counts(limits, kinds, [len(found) for found in people])
    while counts is None:
        # A few at a time: each further look costs as much as the last.
        for _ in range(1 + len(kinds) // 8):
            kinds, people = _merge(kinds, people)
        exact = False
        counts = _counts(limits, kinds, [len(found) for found in people])
    rehearsed_out = None if month.keeps("T-37") else 0
    if exact and rehearsed_out is None and len(counts) <= MOST_REHEARSED:
        kept = [taken for taken in counts if limits.rehearsed_in_time(kinds, taken)]
        counts, rehearsed_out = kept, len(counts) - len(kept)
    classes = tuple(np.array(found, dtype=np.int64) for found in people)
    exact = exact and rehearsed_out is not None
    return Fillings(at, classes, tuple(kinds), np.array(counts, dtype=np.int64), rehearsed_out, exact)


def rehearsed_ends(month: Month, fillings: Fillings) -> list[float]:
    """The minute by which each filling ends on all rehearsed days but those on which it may be late (T-37)."""
    limits = _Limits(month, fillings.list_at)
    return [limits.rehearsed_end(fillings.kinds, taken) for taken in fillings.counts.tolist()]


def can_grow(month: Month, at: int, pairs: Sequence[int]) -> bool:
    """Whether some further case on a list would keep its time and overrun chance (T-08, T-09) beside these."""
    limits, taken = _Limits(month, at), np.asarray(pairs, dtype=np.int64)
    load = float(month.touch_minutes[taken].sum() + limits.turnaround * len(taken))
    variance = float(month.touch_variance[taken].sum())
    return any(
        limits.keep(load + float(month.touch_minutes[pair]), variance + float(month.touch_variance[pair]), 0)
        for pair in month.by_list[at]
    )


def _class_of(month: Month, at: int, pair: int) -> Class:
    limited = month.keeps("T-30") and month.instance.lists[month.lists[at]].max_joints is not None
    joint = limited and month.instance.procedures[month.patient(pair).procedure_code].is_joint
    return Class(int(month.touch_minutes[pair]), float(month.touch_variance[pair]), joint)


class _Limits:
    """What the fillings of one list keep."""

    def __init__(self, month: Month, at: int) -> None:
        settings, on = month.instance.settings, month.instance.lists[month.lists[at]]
        self.turnaround = min(settings.turnaround_minutes, settings.clean_down_minutes)
        self._minutes = on.minutes if month.keeps("T-08") else math.inf
        self._late = on.minutes + settings.overrun_grace_minutes
        self._z = NormalDist().inv_cdf(1 - settings.overrun_probability_limit_share)
        self._chance = month.keeps("T-09")
        self._joints = math.inf if on.max_joints is None or not month.keeps("T-30") else on.max_joints
        self._rehearsal = rehearsal_of(settings)

    def keep(self, load: float, variance: float, joints: int) -> bool:
        """T-08, T-09 and T-30."""
        in_time = load <= self._minutes + 1e-6 and joints <= self._joints
        return in_time and (not self._chance or load + self._z * math.sqrt(variance) <= self._late + 1e-6)

    def rehearsed_in_time(self, kinds: Sequence[Class], taken: Sequence[int]) -> bool:
        """T-37 with the least gaps there can be: what it rules out no clean-down or idle time brings back."""
        return not any(taken) or self.rehearsed_end(kinds, taken) <= self._late

    def rehearsed_end(self, kinds: Sequence[Class], taken: Sequence[int]) -> float:
        """The minute by which a filling ends on all rehearsed days but those on which it may be late."""
        cases = [(k.mean_minutes, k.variance_minutes2) for k, n in zip(kinds, taken, strict=True) for _ in range(n)]
        return self._rehearsal.latest_end_minutes(cases, (self.turnaround,) * (len(cases) - 1))


def _counts(limits: _Limits, kinds: Sequence[Class], available: Sequence[int]) -> list[tuple[int, ...]] | None:
    """Every vector of counts that keeps T-08, T-09 and T-30; None when there are too many."""
    found: list[tuple[int, ...]] = []
    stack: list[tuple[tuple[int, ...], float, float, int]] = [((), -float(limits.turnaround), 0.0, 0)]
    while stack:
        taken, load, variance, joints = stack.pop()
        if len(taken) == len(kinds):
            found.append(taken)
            if len(found) > MOST_FILLINGS:
                return None
            continue
        kind = kinds[len(taken)]
        for n in range(available[len(taken)] + 1):
            more = (
                load + n * (kind.mean_minutes + limits.turnaround),
                variance + n * kind.variance_minutes2,
                joints + n * kind.is_joint,
            )
            if n and not limits.keep(*more):
                break
            stack.append(((*taken, n), *more))
    return found


def _merge(kinds: list[Class], members: list[list[int]]) -> tuple[list[Class], list[list[int]]]:
    """Make the two classes nearest in duration one that counts no more than either."""
    gaps = [second.mean_minutes - first.mean_minutes for first, second in itertools.pairwise(kinds)]
    at = gaps.index(min(gaps))
    one, other = kinds[at], kinds[at + 1]
    merged = Class(
        min(one.mean_minutes, other.mean_minutes),
        min(one.variance_minutes2, other.variance_minutes2),
        one.is_joint and other.is_joint,
    )
    return (
        [*kinds[:at], merged, *kinds[at + 2 :]],
        [*members[:at], sorted(members[at] + members[at + 1]), *members[at + 2 :]],
    )
