"""Cells of written tables as what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.shared.cells import Cell

Row = Mapping[str, Cell]


def date_of(row: Row, column: str) -> dt.date:
    """A cell that is a date."""
    value = row[column]
    assert isinstance(value, dt.date), f"{column} is not a date"
    return value


def moment_of(row: Row, column: str) -> dt.datetime:
    """A cell that is a date and time."""
    value = row[column]
    assert isinstance(value, dt.datetime), f"{column} is not a date and time"
    return value


def number_of(row: Row, column: str) -> float:
    """A cell that is a number."""
    value = row[column]
    assert isinstance(value, (int, float)), f"{column} is not a number"
    return float(value)


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def percent(share: float) -> str:
    """A share in whole per cent; one that is little but not nothing says so."""
    return "under 1 %" if 0.0 < share < 0.005 else f"{100 * share:.0f} %"
