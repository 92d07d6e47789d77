"""Which lists to free together: those that compete for the same patients, for the same nights, or at random."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from models.theatres.formulation.month import Indices, Month


class Neighbours:
    """Draws sets of lists of a month."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._lists = [at for at, pairs in enumerate(month.by_list) if len(pairs)]
        can = np.zeros((len(month.patients), len(month.lists)), dtype=np.float64)
        can[month.pair_patient, month.pair_list] = 1.0
        self._shared = can.T @ can

    def choose(self, chosen: Sequence[int], values: Indices, size: int, draw: random.Random) -> tuple[int, ...]:
        """Lists to free. Half the time a patient not booked, who would count, says where."""
        seed = self._wanted(chosen, values, draw) if draw.random() < 0.5 else None
        seed = draw.choice(self._lists) if seed is None else seed
        others = [at for at in self._lists if at != seed]
        kind = draw.random()
        if kind < 0.5:
            weights = [float(self._shared[seed, at]) + 0.5 for at in others]
        elif kind < 0.8:
            days = self._month.list_days
            weights = [1.0 / (1.0 + abs((days[at] - days[seed]).days)) ** 2 for at in others]
        else:
            weights = [1.0] * len(others)
        return tuple(sorted([seed, *_sample(others, weights, size - 1, draw)]))

    def _wanted(self, chosen: Sequence[int], values: Indices, draw: random.Random) -> int | None:
        """A list that a patient not booked could be on."""
        booked = set(self._month.pair_patient[list(chosen)].tolist())
        waiting = [
            at
            for at, pairs in enumerate(self._month.by_patient)
            if len(pairs) and at not in booked and values[pairs].max() > 0
        ]
        if not waiting:
            return None
        pairs = self._month.by_patient[draw.choice(waiting)]
        return int(self._month.pair_list[draw.choice(pairs.tolist())])


def _sample(items: Sequence[int], weights: Sequence[float], size: int, draw: random.Random) -> list[int]:
    """Different items, those of larger weight more likely."""
    keys = [(draw.random() ** (1.0 / weight), item) for item, weight in zip(items, weights, strict=True)]
    return [item for _, item in sorted(keys, reverse=True)[:size]]
