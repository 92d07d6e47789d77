"""Random choices that come out the same on every version of Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of random choices named by a seed and a purpose.

    Only `random()` of the standard generator is used, the one call whose sequence Python promises to keep. Each
    table has its own stream, so that a change to one leaves the others as they are.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._random = random.Random(f"{seed}:{purpose}")

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self._random.random() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely."""
        return items[int(self._random.random() * len(items))]

    def pick_by_share(self, shares: Mapping[T, float]) -> T:
        """One of the keys, as likely as its share of the sum."""
        items = list(shares)
        return items[self.pick_index([shares[item] for item in items])]

    def pick_index(self, weights: Sequence[float]) -> int:
        """A position, as likely as its weight."""
        at = self._random.random() * sum(weights)
        for position, weight in enumerate(weights):
            at -= weight
            if at < 0:
                return position
        return len(weights) - 1

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items in random order; all of them when there are fewer."""
        left = list(items)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(min(count, len(left)))]
