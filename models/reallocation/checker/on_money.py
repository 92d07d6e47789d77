"""Rules on what money there is and what it must be spent on, held against the written pounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.checker.book import Book, pounds
from models.reallocation.checker.bounds import Bound, Group, broken, least, most, percent
from models.reallocation.checker.facts import as_written
from models.reallocation.checker.written import Between, Key, amounts_as_expected, exactly
from models.reallocation.instance import Provider
from models.reallocation.settings import CLOSED_GBP
from models.shared.findings import Finding


def envelope_bounds(book: Book) -> Iterator[Bound]:
    """What all cells get in a plan year is at most the money in scope less the reserve."""
    facts = book.facts
    for t in range(1, facts.last + 1):
        money = facts.money[t]
        group = Group("R-01", facts.years[t], ("all cells",), facts.cells)
        why = f"{pounds(money.in_scope)} in scope less {pounds(money.reserve)} reserve"
        yield from most(book, group, t, Fraction(money.spendable), why)


def check_envelope(book: Book) -> Iterator[Finding]:
    """What is allocated in a year, with the reserve, is never more than the money in scope that year.

    The written envelope must say the same: every item stands once in every year, with the pounds worked out here.
    """
    yield from broken(book, envelope_bounds(book))
    expected: dict[Key, Between | None] = {}
    for t, money in enumerate(book.facts.money):
        spent = book.gbp(book.facts.cells, t)
        items = {
            "allocation": exactly(money.allocation),
            "out_of_scope": exactly(money.out_of_scope),
            "reserve": exactly(money.reserve),
            "transition": exactly(0),
            "spendable": exactly(money.spendable),
            "unallocated": None if spent is None else exactly(money.spendable - spent),
        }
        expected |= {(book.facts.years[t], item): amount for item, amount in items.items()}
    yield from amounts_as_expected("R-01", book.table("envelope"), ("year", "item"), expected)


def mental_health_bounds(book: Book) -> Iterator[Bound]:
    """The cells that count to the standard, together, against the year before and growth before convergence."""
    facts = book.facts
    cells = tuple(cell for cell in facts.cells if cell in facts.instance.mhis_cells)
    group = Group("R-04", "mhis", ("cells that count to the standard",), cells)
    for t, growth in enumerate(facts.base_growth, start=1) if cells else ():
        before = book.gbp(cells, t - 1)
        if before is not None:
            why = f"{pounds(before)} the year before, base growth {percent(growth)}"
            yield from least(book, group, t, before * (1 + growth), why)


def check_mental_health_investment_standard(book: Book) -> Iterator[Finding]:
    """Mental health spend, by the standard's own definition, grows at least as fast as the allocation.

    Growth is counted before convergence, on the cells marked `counts_to_mhis`.
    """
    yield from broken(book, mental_health_bounds(book))


def chc_bounds(book: Book) -> Iterator[Bound]:
    """Every place's continuing healthcare against its forecast cost."""
    for key, cells in book.facts.place_lines.items():
        cost = book.facts.chc_cost(key)
        for t in range(1, book.facts.last + 1) if cost is not None else ():
            assert cost is not None
            why = "forecast volume and price less value for money"
            yield from least(book, Group("R-05", key.line, tuple(key), cells), t, cost[t], why)


def check_chc_floor(book: Book) -> Iterator[Finding]:
    """Continuing healthcare is paid for at forecast volume and price less value for money."""
    yield from broken(book, chc_bounds(book))


def band_bounds(book: Book) -> Iterator[Bound]:
    """What each provider is paid against the year before and its band."""
    for provider in book.facts.instance.providers:
        cells = tuple(cell for cell in book.facts.cells if cell.provider == provider.provider)
        group = Group("R-07", provider.provider, (provider.name,), cells)
        fall, rise = _band(book, provider)
        for t in range(1, book.facts.last + 1) if cells else ():
            before = book.gbp(cells, t - 1)
            if before is not None:
                income = f"{pounds(before)} the year before, income {pounds(provider.income_gbp)}"
                yield from least(
                    book, group, t, before - fall * provider.income_gbp, f"{income}, fall {percent(fall)}"
                )
                yield from most(
                    book, group, t, before + rise * provider.income_gbp, f"{income}, rise {percent(rise)}"
                )


def _band(book: Book, provider: Provider) -> tuple[Fraction, Fraction]:
    usual = as_written(book.facts.settings.turnover_band_share)
    fall, rise = provider.max_fall_share, provider.max_rise_share
    return usual if fall is None else fall, usual if rise is None else rise


def check_provider_turnover_band(book: Book) -> Iterator[Finding]:
    """What we pay a provider changes in a year by no more than its band of its income."""
    yield from broken(book, band_bounds(book))


def closure_bounds(book: Book) -> Iterator[Bound]:
    """Every place's line against its need in the last year, where closure is required."""
    if not book.facts.settings.closure_required:
        return
    last = book.facts.last
    for key, cells in book.facts.place_lines.items():
        need = book.facts.need[key][last]
        group = Group("R-08", key.line, tuple(key), cells)
        yield from least(book, group, last, need - CLOSED_GBP, f"need less {pounds(CLOSED_GBP)}")
        yield from most(book, group, last, need + CLOSED_GBP, f"need and {pounds(CLOSED_GBP)}")


def check_gap_closed_in_final_year(book: Book) -> Iterator[Finding]:
    """When closure is required, every place's line stands at its need in the last year."""
    yield from broken(book, closure_bounds(book))
