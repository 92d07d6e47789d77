"""Which lists to free together: where a patient is missing, who is in the way, who competes, or at random."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from models.theatres.formulation.month import Indices, Month
from models.theatres.formulation.stack import Stack

# Of those in the way of a missing patient, so many at a time are asked to make room, each with so many other lists.
ASKED_TO_MOVE = 3
OTHER_LISTS = 3


class Neighbours:
    """Draws sets of lists of a month."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._lists = [at for at, pairs in enumerate(month.by_list) if len(pairs)]
        can = np.zeros((len(month.patients), len(month.lists)), dtype=np.float64)
        can[month.pair_patient, month.pair_list] = 1.0
        self._shared = can.T @ can

    def choose(
        self, chosen: Sequence[int], values: Indices, size: int, stack: Stack, draw: random.Random
    ) -> tuple[int, ...]:
        """Lists to free; more often than not a patient who would count for more elsewhere says where."""
        wanted = self._wanted(chosen, values, draw) if draw.random() < 0.6 else None
        if wanted is None:
            found = [draw.choice(self._lists)]
        else:
            found = [int(self._month.pair_list[wanted])]
            if draw.random() < 0.5:
                found += self._in_the_way(chosen, wanted, stack, draw)
        found = list(dict.fromkeys(found))[:size]
        return tuple(sorted([*found, *self._near(found[0], set(found), size - len(found), draw)]))

    def _wanted(self, chosen: Sequence[int], values: Indices, draw: random.Random) -> int | None:
        """A pair that is worth more than the patient's booking, if any: rather of patients who gain more by it."""
        now = np.zeros(len(self._month.patients), dtype=np.int64)
        now[self._month.pair_patient[list(chosen)]] = values[list(chosen)]
        gains = values - now[self._month.pair_patient]
        gains[list(chosen)] = 0
        better = np.flatnonzero(gains > 0)
        if not len(better):
            return None
        # Patients with many lists to go to are not drawn more often for it.
        lists = np.bincount(self._month.pair_patient[better], minlength=len(now))[self._month.pair_patient[better]]
        return int(draw.choices(better.tolist(), weights=(gains[better] / lists).tolist())[0])

    def _in_the_way(self, chosen: Sequence[int], wanted: int, stack: Stack, draw: random.Random) -> list[int]:
        """The lists of some who use up what the wanted booking lacks, each with other lists they could go to."""
        booked = np.asarray(chosen, dtype=np.int64)
        found: list[int] = []
        for row in stack.broken_by(booked, wanted).tolist():
            if stack.of_one_list[row]:
                continue
            users = [int(pair) for pair in booked[stack.mean[booked, row].toarray().ravel() > 0]]
            for pair in draw.sample(users, min(ASKED_TO_MOVE, len(users))):
                others = self._month.pair_list[self._month.by_patient[self._month.pair_patient[pair]]].tolist()
                found += [int(self._month.pair_list[pair]), *draw.sample(others, min(OTHER_LISTS, len(others)))]
        return found

    def _near(self, seed: int, taken: set[int], size: int, draw: random.Random) -> list[int]:
        """Further lists: that compete for the same patients, on days near by, or any."""
        others = [at for at in self._lists if at not in taken]
        kind = draw.random()
        if kind < 0.5:
            weights = [float(self._shared[seed, at]) + 0.5 for at in others]
        elif kind < 0.8:
            days = self._month.list_days
            weights = [1.0 / (1.0 + abs((days[at] - days[seed]).days)) ** 2 for at in others]
        else:
            weights = [1.0] * len(others)
        return _sample(others, weights, size, draw)


def _sample(items: Sequence[int], weights: Sequence[float], size: int, draw: random.Random) -> list[int]:
    """Different items, those of larger weight more likely."""
    keys = [(draw.random() ** (1.0 / weight), item) for item, weight in zip(items, weights, strict=True)]
    return [item for _, item in sorted(keys, reverse=True)[: max(size, 0)]]
