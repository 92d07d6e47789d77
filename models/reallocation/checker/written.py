"""Written tables against what they must hold: every expected row once, no other, and the right pounds in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from models.reallocation.checker.book import Book, at_row, error, part_of, pounds
from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable

Key = tuple[str, ...]
Between = tuple[int, int]
"""The least and the most an amount may be."""


def exactly(amount: int) -> Between:
    return amount, amount


def key_of(row: Row, columns: Sequence[str]) -> Key:
    return tuple(row.text(column) for column in columns)


def wrong_rows(
    table: TypedTable, columns: Sequence[str], expected: Collection[Key]
) -> Iterator[tuple[Key, str, str]]:
    """Every row that is missing, stands twice or should not be there: its key, what is wrong, where to look."""
    seen: set[Key] = set()
    for row in table:
        key = key_of(row, columns)
        if key not in expected:
            yield key, "a row that is no part of this plan", at_row(table, row)
        elif key in seen:
            yield key, "stands twice; must stand once", at_row(table, row)
        seen.add(key)
    for key in expected:
        if key not in seen:
            yield key, "no row; must stand once", table.file


def rows_once(rule: str, table: TypedTable, columns: Sequence[str], expected: Collection[Key]) -> Iterator[Finding]:
    """A finding, under one rule, for every row that is missing, stands twice or should not be there."""
    for key, wrong, where in wrong_rows(table, columns, expected):
        yield error(rule, f"{', '.join(key)}: {wrong}", where)


def amounts_as_expected(
    rule: str, table: TypedTable, columns: Sequence[str], expected: Mapping[Key, Between | None]
) -> Iterator[Finding]:
    """`rows_once`, and a finding for every amount outside what it may be (None: not known, so not compared)."""
    yield from rows_once(rule, table, columns, expected)
    for row in table:
        key = key_of(row, columns)
        between = expected.get(key)
        found = row.integer("gbp")
        if between is not None and not between[0] <= found <= between[1]:
            yield error(rule, f"{', '.join(key)}: {pounds(found)}; must be {_in_words(between)}", at_row(table, row))


def envelope_items(rule: str, book: Book, amounts: Mapping[str, Sequence[int | None]]) -> Iterator[Finding]:
    """Findings under one rule on some items of envelope.csv, given their pounds by year from the base year on."""
    expected: dict[Key, Between | None] = {
        (year, item): None if gbp is None else exactly(gbp)
        for item, by_year in amounts.items()
        for year, gbp in zip(book.facts.years, by_year, strict=True)
    }
    own = part_of(book.table("envelope"), "item", amounts)
    yield from amounts_as_expected(rule, own, ("year", "item"), expected)


def _in_words(between: Between) -> str:
    low, high = between
    return pounds(low) if low == high else f"{pounds(low)} to {pounds(high)}"
