"""Rules on how near to need the plan must come, held against the written pounds and their relief."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.checker.book import Book, pounds
from models.reallocation.checker.bounds import Bound, Group, at_most_in_all, at_value, broken, percent
from models.reallocation.checker.money import as_written
from models.reallocation.settings import ALL
from models.shared.findings import Finding

AGAINST_NEED = "against need"


def closure_bounds(book: Book) -> Iterator[Bound]:
    """Every place's line against its need, in the years in which every gap must be closed."""
    if book.closed_from is None:
        return
    for key in book.facts.place_lines:
        group = Group("R-08", key.line, tuple(key), book.facts.place_lines[key])
        for t in range(book.closed_from, book.facts.last + 1):
            need, found = book.facts.need[key][t], book.against_need(key, t)
            if found is not None:
                near = book.facts.near_gbp(key, t)
                low, high = f"need less {pounds(round(near))}", f"need and {pounds(round(near))}"
                yield at_value(book, group, t, "least", need - near, found, low, AGAINST_NEED)
                yield at_value(book, group, t, "most", need + near, found, high, AGAINST_NEED)


def check_gap_closed_in_final_year(book: Book) -> Iterator[Finding]:
    """When closure is required, every place's line stands at its need in the last year.

    Under the aim of the fastest closure, from the year the run recorded; that none earlier will do cannot be seen
    from a plan, and is noted.
    """
    yield from broken(book, closure_bounds(book))
    if book.facts.settings.aim == "fastest_closure":
        year = book.facts.years[book.closed_from or book.facts.last]
        message = f"the gap is closed from {year} on; that it could not be sooner rests on the solver's proof"
        yield Finding("R-08", "note", message, "run.json stages")


def gap_share_bounds(book: Book) -> Iterator[Bound]:
    """What is missing to need in the last year against the share of the opening gap that may be left."""
    facts, last = book.facts, book.facts.last
    required = as_written(facts.settings.required_closure_share)
    missing = _missing_gbp(book)
    if required > 0 and missing is not None:
        why = f"{percent(1 - required)} of {pounds(round(facts.opening_gap_gbp))} at the opening"
        group = Group("R-20", ALL, ("gap",), facts.cells)
        yield at_most_in_all(book, group, last, (1 - required) * facts.opening_gap_gbp, missing, why, "missing")


def _missing_gbp(book: Book) -> Fraction | None:
    """What stands under need in the last year; None where rows are missing."""
    total = Fraction(0)
    for key in book.facts.place_lines:
        found = book.against_need(key, book.facts.last)
        if found is None:
            return None
        total += max(Fraction(0), book.facts.need[key][book.facts.last] - found)
    return total


def final_gap_gbp(book: Book) -> Fraction | None:
    """Half of what stands over and under need in the last year; None where rows are missing."""
    total = Fraction(0)
    for key in book.facts.place_lines:
        found = book.against_need(key, book.facts.last)
        if found is None:
            return None
        total += abs(found - book.facts.need[key][book.facts.last])
    return total / 2


def check_gap_share_closed_in_final_year(book: Book) -> Iterator[Finding]:
    """The share of the opening gap that is required is closed in the last year."""
    yield from broken(book, gap_share_bounds(book))
