"""Holding written cells and rows against what they should be: findings of T-25."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from models.shared.cells import Cell
from models.shared.findings import Finding
from models.shared.parsing import Row
from models.theatres.checker.evidence import Evidence, finding

RULE = "figures_agree"


def wrong(message: str, where: str) -> Finding:
    """A finding of the rule of figures."""
    return finding(RULE, message, where)


def missing_and_strange(
    evidence: Evidence, table: str, written: Set[object], expected: Set[object], noun: str
) -> Iterator[Finding]:
    """Rows that should be there and are not, and the other way round."""
    for key in sorted(map(_words, expected - written)):
        yield wrong(f"{noun} {key} has no row.", evidence.where(table))
    for key in sorted(map(_words, written - expected)):
        yield wrong(f"{noun} {key} should not have a row.", evidence.where(table))


def _words(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def differences(row: Row, expected: Mapping[str, Cell], what: str, where: str) -> Iterator[Finding]:
    """The cells of a row that are not what they should be."""
    for column, value in expected.items():
        if row.cells[column] != value:
            yield wrong(f"{what}: {column} is {row.cells[column]}, should be {value}.", where)


def difference(row: Row, column: str, value: float, tolerance: float, what: str, where: str) -> Iterator[Finding]:
    """A number that is further than the tolerance from what it should be."""
    if abs(row.number_of(column) - value) > tolerance:
        yield wrong(f"{what}: {column} is {row.number_of(column):.4f}, should be {value:.4f}.", where)
