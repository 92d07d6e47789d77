"""Rules on how fast, and which way, a place's line may move, held against the written pounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.checker.book import Book, pounds
from models.reallocation.checker.bounds import Bound, Group, Side, at_value, broken, least, most, percent
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.money import as_written
from models.reallocation.checker.paces import Pace
from models.reallocation.instance import CellKey, PlaceLine
from models.reallocation.settings import NO_CAP_SHARE
from models.shared.findings import Finding


def _paced(facts: Facts) -> Iterator[tuple[PlaceLine, tuple[CellKey, ...], Pace]]:
    for key, cells in facts.place_lines.items():
        yield key, cells, facts.pace[key]
    yield from facts.parent_paces()


def floor_bounds(book: Book) -> Iterator[Bound]:
    """Every place's line, and every line with sub-lines that has a pace of its own, against its floor."""
    for key, cells, pace in _paced(book.facts):
        for t in range(1, book.facts.last + 1) if pace.floor is not None else ():
            before = book.gbp(cells, t - 1)
            if before is not None and pace.floor is not None:
                why = f"{pounds(before)} the year before, floor {percent(pace.floor)}"
                group = Group("R-02", key.line, tuple(key), cells)
                yield from least(book, group, t, before * (1 + pace.floor), why)


def check_pace_floor(book: Book) -> Iterator[Finding]:
    """No place's line grows by less in a year than its pace floor (0 %: no cash cut)."""
    yield from broken(book, floor_bounds(book))


def cap_bounds(book: Book) -> Iterator[Bound]:
    """Every place's line, and every line with sub-lines that has a pace of its own, against its cap."""
    for key, cells, pace in _paced(book.facts):
        for t in range(1, book.facts.last + 1) if pace.cap is not None else ():
            before = book.gbp(cells, t - 1)
            if before is not None and pace.cap is not None:
                why = f"{pounds(before)} the year before, cap {percent(pace.cap)}"
                group = Group("R-03", key.line, tuple(key), cells)
                yield from most(book, group, t, before * (1 + pace.cap), why)


def check_pace_cap(book: Book) -> Iterator[Finding]:
    """No place's line grows by more in a year than its pace cap."""
    yield from broken(book, cap_bounds(book))


def target_bounds(book: Book) -> Iterator[Bound]:
    """Every place's line against its target: it may come nearer, not go further away, not cross.

    Exceptions are its own limits only: a floor (of pace or of CHC) may hold it up, a cap may hold it back.
    """
    for key in book.facts.place_lines:
        opened_over = book.facts.opening_of[key] > book.facts.need[key][0]
        yield from _bounds_opened_over(book, key) if opened_over else _bounds_opened_under(book, key)


def _bounds_opened_over(book: Book, key: PlaceLine) -> Iterator[Bound]:
    """Above need: the share above need may not grow, and the budget may not fall below need."""
    facts, group = book.facts, _group(book, key)
    need, cost, pace = facts.need[key], facts.chc_cost(key), facts.pace[key]
    fastest, conceded = Fraction(facts.opening_of[key]), facts.concession("R-06", key.line)
    for t in range(1, facts.last + 1):
        before = book.gbp(group.cells, t - 1)
        growths = [need[t] / need[t - 1]]
        growths += [1 + pace.floor] if pace.floor is not None else []
        growths += [cost[t] / cost[t - 1]] if cost is not None else []
        if before is not None:
            yield from most(book, group, t, before * (max(growths) + conceded), "opened over need: no further over")
        fastest = fastest * (1 + pace.cap) if pace.cap is not None else fastest
        lowest = need[t] if pace.cap is None else min(need[t], fastest)
        yield from _across(book, key, t, "least", lowest - conceded * need[t], "opened over need: not below it")


def _bounds_opened_under(book: Book, key: PlaceLine) -> Iterator[Bound]:
    """At need or below: the share below need may not grow, and the budget may not rise above need."""
    facts, group = book.facts, _group(book, key)
    need, cost, pace = facts.need[key], facts.chc_cost(key), facts.pace[key]
    slowest, conceded = Fraction(facts.opening_of[key]), facts.concession("R-06", key.line)
    for t in range(1, facts.last + 1):
        before = book.gbp(group.cells, t - 1)
        growth = need[t] / need[t - 1]
        if before is not None:
            least_growth = growth if pace.cap is None else min(growth, 1 + pace.cap)
            yield from least(
                book, group, t, before * (least_growth - conceded), "opened under need: no further under"
            )
        slowest = slowest * (1 + pace.floor) if pace.floor is not None else slowest
        highest = [need[t]]
        highest += [slowest] if pace.floor is not None else []
        highest += [cost[t]] if cost is not None else []
        yield from _across(book, key, t, "most", max(highest) + conceded * need[t], "opened under need: not above it")


def _across(book: Book, key: PlaceLine, t: int, side: Side, amount: Fraction, why: str) -> Iterator[Bound]:
    """The bound at the target is on what stands against need: what the place's line gets, and its relief."""
    found, facts = book.against_need(key, t), book.facts
    if found is not None:
        what = "allocated and relieved" if facts.relieved_by[key] else "allocated"
        yield at_value(book, _group(book, key), t, side, amount, found, why, what)


def _group(book: Book, key: PlaceLine) -> Group:
    return Group("R-06", key.line, tuple(key), book.facts.place_lines[key])


def check_no_further_from_target(book: Book) -> Iterator[Finding]:
    """No place's line moves further from its target or across it, unless its own floor or cap compels it."""
    yield from broken(book, target_bounds(book))


def peak_bounds(book: Book) -> Iterator[Bound]:
    """Every place's line against the growth that none of them may pass."""
    limit = as_written(book.facts.settings.peak_growth_limit_share)
    for key, cells in book.facts.place_lines.items() if limit < NO_CAP_SHARE else ():
        for t in range(1, book.facts.last + 1):
            before = book.gbp(cells, t - 1)
            if before is not None:
                why = f"{pounds(before)} the year before, peak growth {percent(limit)}"
                yield from most(book, Group("R-22", key.line, tuple(key), cells), t, before * (1 + limit), why)


def check_peak_growth_limit(book: Book) -> Iterator[Finding]:
    """No place's line grows in any year by more than the limit set for all of them."""
    yield from broken(book, peak_bounds(book))
