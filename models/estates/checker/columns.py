"""Comparing a written row with what its columns should be: the findings of E-30."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.shared.findings import Finding
from models.shared.parsing import Row

MILLI = 0.00051
TOLERANCE_HOURS_A_WEEK = 1e-3


def columns(row: Row, right: Mapping[str, float | None], where: str) -> Iterator[Finding]:
    """Columns of a row that are not what they should be, to the last decimal written."""
    for column, value in right.items():
        written = row.maybe_number_of(column)
        if value is None or written is None:
            if value is not written:
                yield error(f"{column} is {shown(value)}, not {shown(written)}.", where)
        elif abs(written - value) > TOLERANCE_HOURS_A_WEEK + 1e-6 * abs(value):
            yield error(f"{column} is {value:,.3f}, not {written:,.3f}.", where)


def shown(value: object) -> str:
    return "empty" if value is None else str(value)


def error(message: str, where: str) -> Finding:
    return Finding("E-30", "error", message, where)
