"""Long lists a page at a time, and the end of the address that asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list: its rows, how many there are on all pages, and where it stands; pages count from 1."""

    rows: tuple[T, ...]
    found: int
    page: int
    pages: int
    first: int
    """The number of its first row among all found; 0 when there is none."""

    @property
    def last(self) -> int:
        """The number of its last row among all found; 0 when there is none."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def paged(rows: Sequence[T], page: int, rows_a_page: int) -> Paged[T]:
    """A page of a list; a number beyond the ends is the nearest page there is."""
    pages = max(1, -(-len(rows) // rows_a_page))
    page = min(max(page, 1), pages)
    start = (page - 1) * rows_a_page
    return Paged(tuple(rows[start : start + rows_a_page]), len(rows), page, pages, start + 1 if rows else 0)


def query_of(asked: Mapping[str, str]) -> str:
    """What an address asks for, without what is empty; ready to stand before a page number."""
    return urlencode({name: value for name, value in sorted(asked.items()) if value})
