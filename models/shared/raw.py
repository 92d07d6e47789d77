"""An instance as it was written, before anything is read into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RawTable:
    """A table as it was written: a header and rows of text. Row `i` of `rows` is row `row_numbers[i]` of the file.

    `heading_row` is the row its column names stand in.
    """

    name: str
    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...]
    heading_row: int = 1


@dataclass(frozen=True)
class RawInstance:
    """An instance as it was written: the header (`instance.toml`) and the tables, all text."""

    origin: str
    header: Mapping[str, object]
    tables: Mapping[str, RawTable]
    notices: tuple[str, ...] = ()
