"""levers.csv and tornado.csv: found by solving again, which is not repeated here; arithmetic and agreement are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.definitions import SHARE_TOLERANCE
from models.reallocation.checker.on_closing import final_gap_gbp
from models.reallocation.checker.written import key_of
from models.reallocation.rules import RULES
from models.reallocation.settings import ALL
from models.shared.findings import Finding
from models.shared.parsing import Row

STUDIES_ID = "studies"
"""Findings on studies stand under this id: no rule of the plan is broken, but what is told beside it is not true."""

_LEAVE_THE_OPENING = ("growth", "cost_uplift", "chc_cost", "theta", "reserve")
"""Assumptions that change neither what opened nor what was needed then."""

ROUNDING_GBP = 2
"""The plan's gap is of whole pounds, a study's rounded from a solve; each place's line may be off by a pound more."""


def _off_gbp(book: Book) -> int:
    """How far the gap of a solve may be from the plan's."""
    return ROUNDING_GBP + len(book.facts.place_lines)


def check_studies(book: Book) -> Iterator[Finding]:
    """Levers are ranked and about rules that bind; the tornado's changes are against the plan's own gap."""
    if book.is_whole:
        yield from _levers(book)
        yield from _tornado(book)


def _levers(book: Book) -> Iterator[Finding]:
    """Levers are ranked by what they buy, each on a rule that binds, once, and their figures agree."""
    table = book.table("levers")
    rows = sorted(table, key=lambda row: row.integer("rank"))
    binding = {(row.text("rule"), row.text("scope")) for row in book.table("rules") if row.text("status") != "slack"}
    binding |= {(rule, ALL) for rule, _ in binding}  # one setting may limit every line: it is loosened for all
    seen: set[tuple[str, ...]] = set()
    for at, row in enumerate(rows, start=1):
        key = key_of(row, ("rule", "scope"))
        wrong = [] if row.integer("rank") == at else [f"rank {row.integer('rank')}; must be {at}"]
        if key not in binding:
            wrong.append("does not bind in rules.csv")
        if key in seen:
            wrong.append("stands twice")
        wrong.extend(_wrong_figures(book, row))
        seen.add(key)
        for words in wrong:
            yield error(STUDIES_ID, f"{', '.join(key)}: {words}", at_row(table, row))
    for first, second in pairwise(rows):
        falls = first.integer("gap_falls_by_gbp"), second.integer("gap_falls_by_gbp")
        if falls[0] < falls[1]:
            message = f"rank {first.integer('rank')} buys {pounds(falls[0])}, less than the {pounds(falls[1])} below"
            yield error(STUDIES_ID, f"{message} it", at_row(table, first))


def _wrong_figures(book: Book, row: Row) -> Iterator[str]:
    """What cannot be true of a lever, whatever solving again came to."""
    falls, without = row.integer("gap_falls_by_gbp"), row.integer("without_rule_falls_by_gbp")
    gap = final_gap_gbp(book)
    definitions = {rule.id for rule in RULES if rule.definitional}
    if _gap_is_the_first_aim(book) and row.text("rule") not in definitions and falls > without + ROUNDING_GBP:
        yield f"a little more room buys {pounds(falls)}, no rule at all only {pounds(without)}"
    if gap is not None and max(falls, without) > gap + _off_gbp(book):
        yield f"buys more than the whole gap of {pounds(round(gap))}"
    if row.number_of("change") <= 0:
        yield f"change = {row.number_of('change'):g}; must be above 0"
    low, high = row.maybe_number_of("valid_from_gbp"), row.maybe_number_of("valid_to_gbp")
    if low is not None and high is not None and low > high:
        yield f"the multiplier holds from {low:,.0f} to {high:,.0f}; from must not pass to"


def _gap_is_the_first_aim(book: Book) -> bool:
    """Whether more room can never widen the gap: it is in pounds, all money is spent, and no aim goes before it."""
    facts, settings = book.facts, book.facts.settings
    spent = all(book.gbp(facts.cells, t) == facts.money[t].spendable for t in range(1, facts.last + 1))
    plain = settings.aim == "close_the_gap" and settings.gap_counted_in == "gbp"
    return plain and spent and not facts.instance.soft_order


def _tornado(book: Book) -> Iterator[Finding]:
    table, gap = book.table("tornado"), final_gap_gbp(book)
    bars: dict[tuple[str, ...], list[Row]] = {}
    for row in table:
        bars.setdefault(key_of(row, ("parameter", "line")), []).append(row)
        final, change = row.maybe_integer("final_gap_gbp"), row.maybe_integer("change_gbp")
        words = ", ".join(key_of(row, ("parameter", "line", "end")))
        if (final is None) != (change is None):
            yield error(STUDIES_ID, f"{words}: gap and change must both be given, or neither", at_row(table, row))
        elif final is None or change is None or gap is None:
            continue
        elif abs(final - gap - change) > _off_gbp(book):
            message = f"{words}: change {pounds(change)}; must be {pounds(round(final - gap))}"
            yield error(STUDIES_ID, f"{message}, against the plan's gap", at_row(table, row))
    yield from _ends_as_given(book, bars)
    for key, ends in bars.items():
        if sorted(row.text("end") for row in ends) != ["high", "low"]:
            yield error(STUDIES_ID, f"{', '.join(key)}: must have one low and one high end", table.file)
        elif _end(ends, "low").number_of("value") > _end(ends, "high").number_of("value"):
            yield error(STUDIES_ID, f"{', '.join(key)}: the low end is above the high end", table.file)
    for first, second in pairwise(bars.items()):
        if _width(first[1]) < _width(second[1]):
            message = f"{', '.join(first[0])} stands before {', '.join(second[0])}, which is wider"
            yield error(STUDIES_ID, message, table.file)


def _ends_as_given(book: Book, bars: Mapping[tuple[str, ...], Sequence[Row]]) -> Iterator[Finding]:
    """The bars are the ranges the user gave; what does not touch need opens with the plan's own gap."""
    settings, file = book.facts.settings, book.table("tornado").file
    given = {
        (one.parameter, one.line or ALL): (float(one.low), float(one.high)) for one in book.facts.instance.ranges
    }
    both = settings.community_chc_need_low_share, settings.community_chc_need_high_share
    given.setdefault(("community_chc_need", ALL), both)
    opened = book.facts.opening_gap_gbp
    for (parameter, line), rows in bars.items():
        ends = given.get((parameter, line))
        for row in rows:
            words = f"{parameter}, {line}, {row.text('end')}"
            value = None if ends is None else ends[row.text("end") == "high"]
            if value is None or abs(row.number_of("value") - value) > SHARE_TOLERANCE:
                must = "no such range was given" if value is None else f"must be {value:g}, as given"
                yield error(STUDIES_ID, f"{words}: {row.number_of('value'):g}; {must}", file)
            found = row.integer("opening_gap_gbp")
            if parameter in _LEAVE_THE_OPENING and abs(found - opened) > ROUNDING_GBP:
                message = f"{words}: opening gap {pounds(found)}; must be {pounds(round(opened))}, the plan's own"
                yield error(STUDIES_ID, message, file)


def _end(ends: list[Row], end: str) -> Row:
    return next(row for row in ends if row.text("end") == end)


def _width(ends: list[Row]) -> int:
    """How far the gap is moved at most, from end to end or from the plan to an end; no plan at an end counts most."""
    changes = [row.maybe_integer("change_gbp") for row in ends]
    known = [change for change in changes if change is not None]
    return max((0, *known)) - min((0, *known))
