"""A live figure: the cell of a formula and what it comes to now; and what a kind of problem adds to a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.shared.register import Column
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.sheet import Ref
from nwl_opt.excel.results.source import Cells, Source

SheetNames = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Live:
    """A cell with a formula, and its value as the workbook leaves us.

    It agrees with the plan to so many `decimals`; None: to as many as figures of its unit are saved with.
    """

    ref: Ref
    now: float
    decimals: int | None = None


@dataclass(frozen=True)
class Derived:
    """Columns that a workbook adds to a table of the plan, so that its formulas need not look far, and its rows."""

    columns: tuple[Column, ...]
    rows: Sequence[Cells]


DerivedTables = Mapping[str, Derived]
"""Tables with columns added, by name."""


def nothing_derived(_: Source) -> DerivedTables:
    """No table gets further columns."""
    return {}


@dataclass(frozen=True)
class KindSheets:
    """The sheets of one kind: their names with what they hold, and how they are written.

    `derived` adds columns to tables; `write` gets them, and returns the key figures that formulas work out, by name.
    """

    names: Callable[[Source], SheetNames]
    write: Callable[[Book, Source, DerivedTables], Mapping[str, Live]]
    derived: Callable[[Source], DerivedTables] = nothing_derived


def style_of_unit(unit: str, value: float | None = None) -> str:
    """The style of a figure by its unit."""
    if unit == "gbp":
        return "gbp"
    if unit == "share":
        return "share"
    return "whole" if value is None or float(value).is_integer() else "three"


def decimals_of_unit(unit: str) -> int:
    """To how many decimals figures of a unit agree with what the plan is saved with."""
    return 0 if unit == "gbp" else 6
