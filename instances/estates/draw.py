"""Random choices of the estates generator, the same on every version of Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices named by a seed and a purpose; each purpose has its own stream, so that one does not move another.

    Built on `random()` alone, the one call whose sequence Python promises to keep.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._random = random.Random(f"{seed}:estates:{purpose}")

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._random.random() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        left = list(items)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(len(left))]
