"""The tables of a result folder as one shows them: pounds, shares, days and names instead of what the file holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.estates.words import day_words
from models.shared.problem import View
from nwl_opt.files.tables import text_rows
from nwl_opt.words import number_words, percent, plain_number

Rows = Sequence[Mapping[str, str]]
Names = Mapping[str, str]
"""What stands for an identifier: suites and sites by the names people know."""


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of a folder, as text; none where it is not there."""
    return text_rows(folder / f"{name}.csv")


def shown(title: str, rows: Rows, columns: Mapping[str, str], names: Names | None = None, note: str = "") -> View:
    """A table of some columns, each with its heading; cells are set by what their column is called."""
    known = names or {}
    numeric = tuple(is_number_column(name) for name in columns)
    cells = tuple(tuple(cell_words(name, row.get(name, ""), known) for name in columns) for row in rows)
    return View(title, tuple(columns.values()), cells, numeric, note)


def is_number_column(name: str) -> bool:
    """Whether a column holds numbers, by its name."""
    return name.endswith(_NUMBER_ENDINGS) or name in _NUMBER_NAMES


_NUMBER_ENDINGS = ("_gbp", "_share", "_contacts", "_months", "_minutes", "_m2", "_times", "_per_year", "_hours",
                   "_each", "_per_week", "_months_late", "_without", "_with")  # fmt: skip
_NUMBER_NAMES = frozenset((
    "rank", "place", "changes", "hand_backs", "open_space", "conversions", "rooms", "needed", "beyond", "planned",
    "holds_at", "fails_at", "tolerance", "least", "most", "now", "fails_in",
))  # fmt: skip


_CODED = frozenset(("setting", "name", "all_rules", "most_binding_rule", "binding_rule"))
"""Columns of codes among words."""


def cell_words(column: str, text: str, names: Names) -> str:
    """A cell in words; an empty one stays empty."""
    if not text:
        return ""
    if column.endswith("_gbp") or "_gbp_per_" in column:
        return number_words(float(text), "gbp")
    if column.endswith("_share"):
        return percent(float(text))
    if is_number_column(column):
        return _number(text)
    if column in ("date", "day", "from_day"):
        return _day(text)
    if column in _CODED and text not in names:
        return text.replace("_", " ")
    return named(text, names)


def named(text: str, names: Names) -> str:
    """A text with every identifier it consists of replaced by its name; lists are read at blanks."""
    if text in names:
        return names[text]
    parts = text.split()
    if parts and all(part in names for part in parts):
        return "; ".join(names[part] for part in parts)
    return text if " " in text else text.replace("_", " ")


def _number(text: str) -> str:
    try:
        return plain_number(float(text))
    except ValueError:
        return text


def _day(text: str) -> str:
    try:
        return day_words(dt.date.fromisoformat(text))
    except ValueError:
        return text
