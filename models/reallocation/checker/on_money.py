"""Rules on what money there is and what it must be spent on, held against the written pounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.checker.book import Book, pounds
from models.reallocation.checker.bounds import Bound, Group, at_value, broken, least, most, percent
from models.reallocation.checker.money import as_written, nearest
from models.reallocation.checker.written import envelope_items
from models.reallocation.instance import Provider
from models.shared.findings import Finding

_ITEMS = ("allocation", "out_of_scope", "reserve", "spendable", "unallocated")


def envelope_bounds(book: Book) -> Iterator[Bound]:
    """What all cells get in a plan year is at most the money in scope less the reserve."""
    facts = book.facts
    for t in range(1, facts.last + 1):
        money = facts.money[t]
        group = Group("R-01", facts.years[t], ("all cells",), facts.cells)
        first = money.in_scope - money.spendable
        why = f"{pounds(money.in_scope)} in scope less {pounds(first)} that comes off first"
        yield from most(book, group, t, Fraction(money.spendable), why)


def check_envelope(book: Book) -> Iterator[Finding]:
    """What is allocated in a year, with what comes off first, is never more than the money in scope that year.

    The written envelope must say the same: every item stands once in every year, with the pounds worked out here.
    Items that another rule is about are held by its own check.
    """
    yield from broken(book, envelope_bounds(book))
    amounts: dict[str, list[int | None]] = {item: [] for item in _ITEMS}
    for t, money in enumerate(book.facts.money):
        spent = book.gbp(book.facts.cells, t)
        left = None if spent is None else money.spendable - spent
        now = (money.allocation, money.out_of_scope, money.reserve, money.spendable, left)
        for item, gbp in zip(_ITEMS, now, strict=True):
            amounts[item].append(gbp)
    yield from envelope_items("R-01", book, amounts)


def mental_health_bounds(book: Book) -> Iterator[Bound]:
    """The cells that count to the standard, together, against the year before and growth before convergence."""
    facts = book.facts
    cells = tuple(cell for cell in facts.cells if cell in facts.instance.mhis_cells)
    group = Group("R-04", "mhis", ("cells that count to the standard",), cells)
    conceded = facts.concession("R-04")
    for t, growth in enumerate(facts.base_growth, start=1) if cells else ():
        before = book.gbp(cells, t - 1)
        if before is not None:
            why = f"{pounds(before)} the year before, base growth {percent(growth)}"
            yield from least(book, group, t, before * (1 + growth - conceded), why)


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


def fence_bounds(book: Book) -> Iterator[Bound]:
    """The cells that count to each ring-fence against its least, in the years it has one."""
    for fence in book.facts.instance.ring_fences:
        group = Group("R-13", fence.fence, (fence.name,), tuple(c for c in book.facts.cells if c in fence.cells))
        for t, year in enumerate(book.facts.years):
            if t and year in fence.minimum_gbp:
                yield from least(book, group, t, Fraction(fence.minimum_gbp[year]), "ring-fenced")


def check_ring_fence(book: Book) -> Iterator[Finding]:
    """Money with a purpose of its own is spent on that purpose."""
    yield from broken(book, fence_bounds(book))


def recruitment_bounds(book: Book) -> Iterator[Bound]:
    """What mental health gets beyond last year's staff at this year's pay, against what can be recruited."""
    facts = book.facts
    cells = tuple(cell for cell in facts.cells if facts.role[cell.line] == "mental_health")
    group = Group("R-19", "mental_health", ("mental health",), cells)
    for t, year in enumerate(facts.instance.years, start=1):
        before, now = book.gbp(cells, t - 1), book.gbp(cells, t)
        cap = year.mh_recruitment_cap_wte
        if cap is not None and before is not None and now is not None and cells:
            more = now - before * (1 + facts.uplift)
            cost = facts.settings.mh_cost_per_wte_gbp * (1 + facts.uplift) ** t
            why = f"{cap} whole-time equivalents at {pounds(nearest(cost))}"
            yield at_value(book, group, t, "most", cap * cost, more, why, "for more staff")


def check_recruitment_cap(book: Book) -> Iterator[Finding]:
    """Mental health adds no more staff in a year than can be recruited."""
    yield from broken(book, recruitment_bounds(book))
