"""The bridge from the whole ledger to the plan, worked out a second time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from models.reallocation.checker.book import Book, error, pounds
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.written import Between, Key, amounts_as_expected, exactly, key_of
from models.reallocation.instance import CellKey
from models.reallocation.settings import ALL
from models.shared.findings import Finding

_COLUMNS = ("line", "year", "item")


def check_every_ledger_pound_once(book: Book) -> Iterator[Finding]:
    """Every pound of the ledger is mapped once, and the bridge leads from the whole allocation to the plan."""
    yield from _mapping_ties(book.facts)
    expected: dict[Key, Between | None] = dict(_base_year(book.facts))
    for t in range(1, book.facts.last + 1):
        expected |= dict(_plan_year(book, t))
    yield from amounts_as_expected("R-12", book.table("bridge"), _COLUMNS, expected)
    yield from _growth_adds_up(book)


def _mapping_ties(facts: Facts) -> Iterator[Finding]:
    mapped = facts.cells_mapped()
    for cell, gbp in facts.instance.ledger_gbp.items():
        if mapped.get(cell, 0) != gbp:
            message = (
                f"{', '.join(cell)}: baseline {pounds(gbp)}; the ledger maps {pounds(mapped.get(cell, 0))} to it"
            )
            yield error("R-12", message, "baseline.csv")
    for cell in sorted(set(mapped) - set(facts.instance.ledger_gbp)):
        yield error("R-12", f"{', '.join(cell)}: mapped, but not in the baseline", "mapping.csv")


def _base_year(facts: Facts) -> Iterator[tuple[Key, Between]]:
    """The whole ledger less what is out of scope and what was once only is what is mapped; restated, it opens."""
    year, ledger = facts.years[0], facts.instance.ledger
    mapped = sum(facts.instance.ledger_gbp.values())
    items = {
        "ledger": sum(line.gbp for line in ledger) if ledger else mapped,
        "out_of_scope": -sum(line.gbp for line in ledger if line.cell is None),
        "non_recurrent": -sum(line.non_recurrent_gbp for line in facts.ledger_in_scope),
        "mapped": mapped,
        "restated": sum(facts.opening.values()) - mapped,
        "closing": sum(facts.opening.values()),
    }
    yield from (((ALL, year, item), exactly(gbp)) for item, gbp in items.items())
    for line in facts.leaves:
        own = sum(gbp for cell, gbp in facts.instance.ledger_gbp.items() if cell.line == line)
        opened = sum(gbp for cell, gbp in facts.opening.items() if cell.line == line)
        yield (line, year, "mapped"), exactly(own)
        yield (line, year, "restated"), exactly(opened - own)
        yield (line, year, "closing"), exactly(opened)


def _plan_year(book: Book, t: int) -> Iterator[tuple[Key, Between | None]]:
    """Opening, growth in step with the spendable money, reallocation and closing: for all lines, then for each."""
    facts = book.facts
    opening = book.gbp(facts.cells, t - 1)
    more = None if opening is None else Fraction(facts.money[t].spendable - opening)
    yield from _year_items(book, ALL, facts.cells, t, more)
    for line in facts.leaves:
        cells = tuple(cell for cell in facts.cells if cell.line == line)
        own = book.gbp(cells, t - 1)
        part = None if more is None or own is None or not opening else more * own / opening
        yield from _year_items(book, line, cells, t, part)


def _year_items(
    book: Book, line: str, cells: Sequence[CellKey], t: int, growth: Fraction | None
) -> Iterator[tuple[Key, Between | None]]:
    """The items of one line and year. Growth is a whole number next to its exact amount; reallocation is the rest."""
    year = book.facts.years[t]
    opening, closing = book.gbp(cells, t - 1), book.gbp(cells, t)
    low_high = None if growth is None else (math.floor(growth), math.ceil(growth))
    rest: Between | None = None
    if opening is not None and closing is not None and low_high is not None:
        rest = closing - opening - low_high[1], closing - opening - low_high[0]
    yield (line, year, "opening"), None if opening is None else exactly(opening)
    yield (line, year, "growth"), low_high
    yield (line, year, "reallocation"), rest
    yield (line, year, "closing"), None if closing is None else exactly(closing)


def _growth_adds_up(book: Book) -> Iterator[Finding]:
    """In each plan year every line's items add up to its closing, and the lines add up to all of them."""
    written = {key_of(row, _COLUMNS): row.integer("gbp") for row in book.table("bridge")}
    for year in book.facts.years[1:]:
        for line in (ALL, *book.facts.leaves):
            items = [written.get((line, year, item)) for item in ("opening", "growth", "reallocation", "closing")]
            known = [gbp for gbp in items if gbp is not None]
            if len(known) == 4 and sum(known[:3]) != known[3]:
                message = f"{line}, {year}: opening, growth and reallocation come to {pounds(sum(known[:3]))}"
                yield error("R-12", f"{message}; must be the closing {pounds(known[3])}", "bridge.csv")
        for item in ("growth", "reallocation"):
            lines = [written.get((line, year, item)) for line in book.facts.leaves]
            whole = written.get((ALL, year, item))
            total = sum(gbp for gbp in lines if gbp is not None)
            if None not in lines and whole is not None and total != whole:
                message = f"{item} of the lines in {year} sums to {pounds(total)}; must be {pounds(whole)}"
                yield error("R-12", message, "bridge.csv")
