"""Numbers and ratios of written rows."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.cells import Cell

WEEK = "week"
Row = Mapping[str, Cell]


def number(row: Row, name: str) -> float:
    """A number of a row; what is empty counts as nothing."""
    value = row[name]
    return float(value) if isinstance(value, (int, float)) else 0.0


def share(part: float, whole: float) -> float:
    """A ratio; nothing of nothing is nothing."""
    return part / whole if whole else 0.0
