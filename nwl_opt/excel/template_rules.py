"""What Excel allows in the cells of a column: lists to choose from, limits, days; and which cells it colours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import xlsxwriter

from models.shared.cells import limits_in_words
from models.shared.register import PROVENANCES, Column, Table
from nwl_opt.dictionary import kind_words
from nwl_opt.files.writing import PROVENANCE

_LONGEST_LIST, _LONGEST_MESSAGE, _LONGEST_TITLE = 255, 255, 32  # Excel's limits
_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
_LARGEST = 1e15

Rule = Mapping[str, object]


@dataclass(frozen=True)
class Grid:
    """Where the tables of a workbook stand: the row of their column names and the last row made ready, from 0."""

    heading_row: int
    last_row: int
    headings: Mapping[str, tuple[str, ...]]


def allowed_in(column: Column, grid: Grid) -> Rule | None:
    """The rule of a column's cells."""
    rule = choices_rule(column.name, choices_of(column)) if choices_of(column) else None
    return rule or _names_of_another_sheet(column, grid) or _limits(column)


def choices_of(column: Column) -> tuple[str, ...]:
    """The values a column may hold, where they can be listed."""
    if column.name == PROVENANCE.name:
        return PROVENANCES
    if column.allowed:
        return column.allowed
    return {"flag": ("yes", "no"), "unknown_flag": ("yes", "no", "unknown")}.get(column.kind, ())


def choices_rule(name: str, choices: tuple[str, ...]) -> Rule | None:
    """A drop-down list; None where it is longer than Excel lets a list be."""
    if len(",".join(choices)) > _LONGEST_LIST:
        return None
    return {
        "validate": "list",
        "source": list(choices),
        "error_title": f"Not a value of {name}"[:_LONGEST_TITLE],
        "error_message": f"Choose one of: {', '.join(choices)}"[:_LONGEST_MESSAGE],
    }


def number_rule(name: str, whole: bool, low: float | None, high: float | None, words: str) -> Rule:
    """Only numbers within limits."""
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": -_LARGEST if low is None else low,
        "maximum": _LARGEST if high is None else high,
        "error_title": f"Not a number for {name}"[:_LONGEST_TITLE],
        "error_message": f"This cell holds: {words}."[:_LONGEST_MESSAGE],
    }


def date_rule() -> Rule:
    """Only days of our time."""
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": _FIRST_DAY,
        "maximum": _LAST_DAY,
        "error_title": "Not a date",
        "error_message": "Write a date like 23/11/2026 or 23 Nov 2026.",
    }


def colour_what_is_missing(
    sheet: xlsxwriter.worksheet.Worksheet, table: Table, headings: tuple[str, ...], rows: tuple[int, int],
    missing: object, twice: object,
) -> None:  # fmt: skip
    """Colour the cells of a begun row that must be filled, and names that stand twice where they may not."""
    first, last = rows
    ends = (xlsxwriter.utility.xl_col_to_name(0), xlsxwriter.utility.xl_col_to_name(len(headings) - 1))
    for at, name in enumerate(headings):
        column = next((one for one in table.columns if one.name == name), None)
        if column is None:
            continue
        letter = xlsxwriter.utility.xl_col_to_name(at)
        if column.default is None and not column.may_be_empty:
            begun = f'=AND(${letter}{first + 1}="",COUNTA(${ends[0]}{first + 1}:${ends[1]}{first + 1})>0)'
            sheet.conditional_format(first, at, last, at, {"type": "formula", "criteria": begun, "format": missing})
        if table.keys == (name,):
            sheet.conditional_format(first, at, last, at, {"type": "duplicate", "format": twice})


def _names_of_another_sheet(column: Column, grid: Grid) -> Rule | None:
    """The names of another sheet as a list; only a warning, for that sheet may be filled later."""
    if column.refers_to is None:
        return None
    table, _, name = column.refers_to.partition(".")
    letter = xlsxwriter.utility.xl_col_to_name(grid.headings[table].index(name))
    return {
        "validate": "list",
        "source": f"='{table}'!${letter}${grid.heading_row + 2}:${letter}${grid.last_row + 1}",
        "error_type": "warning",
        "error_title": "Not a name we know",
        "error_message": f"This name should stand in the sheet {table}, column {name}."[:_LONGEST_MESSAGE],
    }


def _limits(column: Column) -> Rule | None:
    if column.is_numeric:
        low, high = column.minimum, column.maximum
        if column.kind == "share":
            low, high = 0.0 if low is None else low, 1.0 if high is None else high
        if column.kind == "minutes" and low is None:
            low = 0.0
        whole = column.kind in ("integer", "gbp", "minutes")
        return number_rule(column.name, whole, low, high, f"{kind_words(column)}; it {limits_in_words(column)}")
    if column.kind == "date":
        return date_rule()
    if column.kind == "time":
        return {
            "validate": "time",
            "criteria": "between",
            "minimum": dt.time(0, 0),
            "maximum": dt.time(23, 59, 59),
            "error_title": "Not a time of day",
            "error_message": "Write a time like 08:30.",
        }
    return None
