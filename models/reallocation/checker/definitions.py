"""What must be true of the allocations table whatever the policy: rows, arithmetic, need, no amount below zero."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.bounds import Bound, Group, broken, least
from models.reallocation.checker.written import key_of, rows_once
from models.reallocation.instance import CellKey, PlaceLine
from models.reallocation.settings import ALL
from models.shared.findings import Finding
from models.shared.parsing import Row

SHARE_TOLERANCE = 1e-6
"""Written shares have six digits."""

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
    """Need is each line's and place's share of the spendable money; providers share it by what they get.

    Written need is in whole pounds: each within a pound of its exact share, and each year's needs sum to the
    spendable money.
    """
    for t, money in enumerate(book.facts.money):
        year_gbp = 0
        for key, cells in book.facts.place_lines.items():
            rows = [book.rows.get((cell, t)) for cell in cells]
            written = [row for row in rows if row is not None]
            if len(written) < len(cells):
                year_gbp = -1
                break
            need_gbp = sum(row.integer("need_gbp") for row in written)
            year_gbp += need_gbp
            yield from _need_of(book, key, t, need_gbp, written)
        if year_gbp not in (-1, money.spendable):
            message = f"{book.facts.years[t]}: needs sum to {pounds(year_gbp)}; must be {pounds(money.spendable)}"
            yield error("R-10", f"{message}, the spendable money", "allocations.csv column need_gbp")


def _need_of(book: Book, key: PlaceLine, t: int, need_gbp: int, rows: list[Row]) -> Iterator[Finding]:
    """A place's line against its exact need, then its providers against their part of it."""
    exact = book.facts.need[key][t]
    words = (*key, book.facts.years[t])
    if abs(need_gbp - exact) >= 1:
        message = f"{', '.join(words)}: need {pounds(need_gbp)}; must be within £1 of {pounds(round(exact))}"
        yield error("R-10", message, book.where(book.facts.place_lines[key], t, words))
        return
    paid = sum(row.integer("allocation_gbp") for row in rows)
    for row in rows:
        share = Fraction(row.integer("allocation_gbp"), paid) if paid else Fraction(1, len(rows))
        part = need_gbp * share
        if abs(row.integer("need_gbp") - part) >= 1:
            found = pounds(row.integer("need_gbp"))
            message = f"{', '.join(key_of(row, _KEYS))}: need {found}; must be within £1 of {pounds(round(part))}"
            yield error("R-10", message, at_row(book.table("allocations"), row))


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
    repairs = book.table("repairs")
    for row in repairs:
        yield error("R-11", "a repair; there is a plan, so nothing is to be repaired", at_row(repairs, row))


def _wrong_cells(book: Book, cell: CellKey, t: int, row: Row) -> Iterator[tuple[str, str]]:
    """The columns that do not follow from allocation, need and the year before, each with found and expected."""
    gbp, need = row.integer("allocation_gbp"), row.integer("need_gbp")
    gap, change = row.integer("gap_gbp"), row.maybe_integer("change_gbp")
    if gap != gbp - need:
        yield "gap_gbp", f"{pounds(gap)}; must be {pounds(gbp - need)}"
    yield from _wrong_share(row, "gap_share", (gbp - need) / need if need else None)
    before = book.gbp((cell,), t - 1) if t else None
    if t and before is None:
        return
    expected = None if before is None else gbp - before
    if change != expected:
        found = "(empty)" if change is None else pounds(change)
        yield "change_gbp", f"{found}; must be {'(empty)' if expected is None else pounds(expected)}"
    growth = expected / before if before and expected is not None else None
    yield from _wrong_share(row, "growth_share", growth)


def _wrong_share(row: Row, column: str, expected: float | None) -> Iterator[tuple[str, str]]:
    found = row.maybe_number_of(column)
    if found is None and expected is None:
        return
    if found is None or expected is None or abs(found - expected) > SHARE_TOLERANCE:
        found_words = "(empty)" if found is None else f"{found:.6f}"
        yield column, f"{found_words}; must be {'(empty)' if expected is None else f'{expected:.6f}'}"
