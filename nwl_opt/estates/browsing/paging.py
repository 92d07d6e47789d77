"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list: its rows, and where it stands. Pages and rows are counted from 1."""

    rows: tuple[T, ...]
    page: int
    pages: int
    first: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def paged(rows: Sequence[T], page: int, size: int) -> Paged[T]:
    """A page of a list; a number beyond the ends shows the nearest page there is."""
    pages = max(1, -(-len(rows) // size))
    at = min(max(page, 1), pages)
    first = (at - 1) * size
    return Paged(tuple(rows[first : first + size]), at, pages, first + 1 if rows else 0, len(rows))
