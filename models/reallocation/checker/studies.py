"""levers.csv and tornado.csv: found by solving again, which is not repeated here; arithmetic and agreement are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from models.reallocation.checker.book import Book, at_row, error, pounds
from models.reallocation.checker.on_closing import final_gap_gbp
from models.reallocation.checker.written import key_of
from models.reallocation.settings import ALL
from models.shared.findings import Finding
from models.shared.parsing import Row

STUDIES_ID = "studies"
"""Findings on studies stand under this id: no rule of the plan is broken, but what is told beside it is not true."""

ROUNDING_GBP = 2
"""The plan's gap is of whole pounds, a study's rounded from a solve."""


def check_studies(book: Book) -> Iterator[Finding]:
    """Levers are ranked and about rules that bind; the tornado's changes are against the plan's own gap."""
    if book.is_whole:
        yield from _levers(book)
        yield from _tornado(book)


def _levers(book: Book) -> Iterator[Finding]:
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
        if row.number_of("change") <= 0:
            wrong.append(f"change = {row.number_of('change'):g}; must be above 0")
        low, high = row.maybe_number_of("valid_from_gbp"), row.maybe_number_of("valid_to_gbp")
        if low is not None and high is not None and low > high:
            wrong.append(f"the multiplier holds from {low:,.0f} to {high:,.0f}; from must not pass to")
        seen.add(key)
        for words in wrong:
            yield error(STUDIES_ID, f"{', '.join(key)}: {words}", at_row(table, row))
    for first, second in pairwise(rows):
        falls = first.integer("gap_falls_by_gbp"), second.integer("gap_falls_by_gbp")
        if falls[0] < falls[1]:
            message = f"rank {first.integer('rank')} buys {pounds(falls[0])}, less than the {pounds(falls[1])} below"
            yield error(STUDIES_ID, f"{message} it", at_row(table, first))


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
        elif abs(final - gap - change) > ROUNDING_GBP:
            message = f"{words}: change {pounds(change)}; must be {pounds(round(final - gap))}"
            yield error(STUDIES_ID, f"{message}, against the plan's gap", at_row(table, row))
    for key, ends in bars.items():
        if sorted(row.text("end") for row in ends) != ["high", "low"]:
            yield error(STUDIES_ID, f"{', '.join(key)}: must have one low and one high end", table.file)
        elif _end(ends, "low").number_of("value") > _end(ends, "high").number_of("value"):
            yield error(STUDIES_ID, f"{', '.join(key)}: the low end is above the high end", table.file)
    for first, second in pairwise(bars.items()):
        if _width(first[1]) < _width(second[1]):
            message = f"{', '.join(first[0])} stands before {', '.join(second[0])}, which is wider"
            yield error(STUDIES_ID, message, table.file)


def _end(ends: list[Row], end: str) -> Row:
    return next(row for row in ends if row.text("end") == end)


def _width(ends: list[Row]) -> int:
    """How far the gap is moved at most, from end to end or from the plan to an end; no plan at an end counts most."""
    changes = [row.maybe_integer("change_gbp") for row in ends]
    known = [change for change in changes if change is not None]
    return max((0, *known)) - min((0, *known))
