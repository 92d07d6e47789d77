"""Long tables a page at a time, and what an address asks for that may be empty or nonsense."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a table; pages count from 1."""

    rows: Sequence[T]
    found: int
    page: int
    pages: int
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def paged(rows: Sequence[T], page: int, size: int) -> Paged[T]:
    """One page of rows; a page too far is the last."""
    pages = max(math.ceil(len(rows) / size), 1)
    page = min(max(page, 1), pages)
    start = (page - 1) * size
    return Paged(rows[start : start + size], len(rows), page, pages, start + 1)


def day_or_none(text: str) -> dt.date | None:
    """A day an address names; None where it names none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def query_of(asked: Mapping[str, str]) -> str:
    """What an address asks for, without what is empty; ready to be put before a page number."""
    return urlencode({name: value for name, value in sorted(asked.items()) if value})
