"""What must be true of the allocations table whatever the policy: rows, arithmetic, need, no amount below zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.bounds import Bound, Group, broken, least
from models.reallocation.checker.money import nearest
from models.reallocation.checker.written import key_of, rows_once
from models.reallocation.instance import CellKey, PlaceLine
from models.reallocation.settings import ALL
from models.shared.findings import Finding
from models.shared.parsing import Row

SHARE_TOLERANCE = 1e-6
"""Written shares have six digits."""

PENNY_TOLERANCE = 0.00501
"""Pounds by head are written to the penny."""

_KEYS = ("place", "line", "provider", "year")


def negative_bounds(book: Book) -> Iterator[Bound]:
    """Every cell of every plan year against zero."""
    for cell in book.facts.cells:
        for t in range(1, book.facts.last + 1):
            yield from least(book, Group("R-09", ALL, tuple(cell), (cell,)), t, Fraction(0), "nothing is below zero")


def check_no_negative_allocation(book: Book) -> Iterator[Finding]:
    """No allocation is below zero."""
    yield from broken(book, negative_bounds(book))


def check_need_is_share_of_spendable(book: Book) -> Iterator[Finding]:
    """Need is each line's and place's share of the spendable money, or as given in pounds; never both.

    Written need is in whole pounds: each within a pound of its exact share, each year's needs sum to the spendable
    money, and providers share it by what they get. Need given in pounds stands as given.
    """
    facts = book.facts
    for t, money in enumerate(facts.money):
        total = 0
        for key, cells in facts.place_lines.items():
            written = _rows_of(book, cells, t)
            if written is not None:
                total += sum(row.integer("need_gbp") for row in written)
                yield from _whole_and_parts(book, Shared("R-10", "need", key, t, facts.need[key][t]), written)
        if book.is_whole and not facts.needs_are_pounds and total != money.spendable:
            message = f"{facts.years[t]}: needs sum to {pounds(total)}; must be {pounds(money.spendable)}"
            yield error("R-10", f"{message}, the spendable money", "allocations.csv column need_gbp")


def check_upstream_relief(book: Book) -> Iterator[Finding]:
    """Spending upstream above the path that keeps its volume relieves need; below it, need rises.

    Written relief is the nearest pound of what follows from the written pounds; providers share it by what they get.
    """
    for key, cells in book.facts.place_lines.items():
        for t in range(book.facts.last + 1):
            written, relief = _rows_of(book, cells, t), book.relief(key, t)
            if written is not None and relief is not None:
                exact = Fraction(nearest(relief))
                yield from _whole_and_parts(book, Shared("R-21", "relief", key, t, exact), written)


class Shared(NamedTuple):
    """An amount of a place's line that its rows show in parts: under which rule, what, where, when, how much."""

    rule: str
    what: str
    key: PlaceLine
    t: int
    exact: Fraction


def _rows_of(book: Book, cells: Sequence[CellKey], t: int) -> list[Row] | None:
    rows = [book.rows.get((cell, t)) for cell in cells]
    written = [row for row in rows if row is not None]
    return written if len(written) == len(rows) else None


def _whole_and_parts(book: Book, shared: Shared, rows: Sequence[Row]) -> Iterator[Finding]:
    """A place's line against its exact amount, then its providers against their part of what is written."""
    column, words = f"{shared.what}_gbp", (*shared.key, book.facts.years[shared.t])
    whole = sum(row.integer(column) for row in rows)
    if abs(whole - shared.exact) >= 1:
        message = f"{', '.join(words)}: {shared.what} {pounds(whole)}; must be within £1 of"
        where = book.where(book.facts.place_lines[shared.key], shared.t, words)
        yield error(shared.rule, f"{message} {pounds(round(shared.exact))}", where)
        return
    paid = sum(row.integer("allocation_gbp") for row in rows)
    for row in rows:
        part = whole * (Fraction(row.integer("allocation_gbp"), paid) if paid else Fraction(1, len(rows)))
        if abs(row.integer(column) - part) >= 1:
            found = pounds(row.integer(column))
            message = f"{', '.join(key_of(row, _KEYS))}: {shared.what} {found}; must be within £1 of"
            yield error(shared.rule, f"{message} {pounds(round(part))}", at_row(book.table("allocations"), row))


def check_every_cell_every_year(book: Book) -> Iterator[Finding]:
    """Every cell of the opening budget stands once in every year, the base year as opened; its arithmetic holds."""
    facts, table = book.facts, book.table("allocations")
    expected = dict.fromkeys((*cell, year) for cell in facts.cells for year in facts.years)
    yield from rows_once("R-11", table, _KEYS, expected)
    for (cell, t), row in sorted(book.rows.items(), key=lambda item: item[1].number):
        if t == 0 and row.integer("allocation_gbp") != facts.opening[cell]:
            found, opened = pounds(row.integer("allocation_gbp")), pounds(facts.opening[cell])
            message = f"{', '.join(key_of(row, _KEYS))}: {found}; must be {opened}, as opened"
            yield error("R-11", message, at_row(table, row))
        for column, wrong in _wrong_cells(book, cell, t, row):
            yield error("R-11", f"{', '.join(key_of(row, _KEYS))}: {column} = {wrong}", at_row(table, row))
    for name, what in (("conflicts", "a conflict"), ("repairs", "a repair")):
        for row in book.table(name):
            yield error("R-11", f"{what}; there is a plan, so there is none", at_row(book.table(name), row))


def _wrong_cells(book: Book, cell: CellKey, t: int, row: Row) -> Iterator[tuple[str, str]]:
    """The columns that do not follow from allocation, need, relief and years before, with found and expected."""
    gbp, need = row.integer("allocation_gbp"), row.integer("need_gbp")
    gap = gbp + row.integer("relief_gbp") - need
    yield from _wrong_pounds(row, "gap_gbp", gap)
    yield from _wrong_share(row, "gap_share", gap / need if need else None)
    yield from _wrong_pounds(row, "real_gbp", nearest(gbp / (1 + book.facts.uplift) ** t))
    yield from _wrong_pounds(row, "volume_gbp", nearest(gbp / book.facts.volume_factor**t))
    heads = book.facts.heads[PlaceLine(cell.place, cell.line)]
    by_head = None if heads is None else float(gbp / heads)
    yield from _wrong_share(row, "per_weighted_head_gbp", by_head, PENNY_TOLERANCE)
    before = book.gbp((cell,), t - 1) if t else None
    if t and before is None:
        return
    change = None if before is None else gbp - before
    yield from _wrong_pounds(row, "change_gbp", change)
    yield from _wrong_share(row, "growth_share", change / before if before and change is not None else None)


def _wrong_pounds(row: Row, column: str, expected: int | None) -> Iterator[tuple[str, str]]:
    found = row.maybe_integer(column)
    if found != expected:
        words = ["(empty)" if gbp is None else pounds(gbp) for gbp in (found, expected)]
        yield column, f"{words[0]}; must be {words[1]}"


def _wrong_share(
    row: Row, column: str, expected: float | None, tolerance: float = SHARE_TOLERANCE
) -> Iterator[tuple[str, str]]:
    found = row.maybe_number_of(column)
    if found is None and expected is None:
        return
    if found is None or expected is None or abs(found - expected) > tolerance:
        found_words = "(empty)" if found is None else f"{found:.6f}"
        yield column, f"{found_words}; must be {'(empty)' if expected is None else f'{expected:.6f}'}"
