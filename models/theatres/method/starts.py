"""Plans to start from: quick fillings in the order of the stages, and what booking staff do without us."""

from __future__ import annotations

from collections.abc import Iterator

from models.theatres.baselines import baselines, earliest, fill, tightest
from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.formulation.month import Month


def first_start(month: Month) -> Book:
    """P2 first, then long waits, then who is worth most points; each on the first list with room."""
    book = Book(month.instance, month.without_rules)
    fill(book, _in_turn(month), earliest)
    return book


def other_starts(month: Month) -> Iterator[Book]:
    """The same order on the tightest list with room, and every baseline (they keep all rules, so also fewer)."""
    book = Book(month.instance, month.without_rules)
    fill(book, _in_turn(month), tightest)
    yield book
    for plan in baselines(month.instance).values():
        yield Book.of_plan(plan, month.without_rules)


def _in_turn(month: Month) -> list[str]:
    instance, all_ready = month.instance, "T-02" in month.without_rules
    ready = [p for p in instance.patients if all_ready or not readiness_codes(instance, p)]
    return sorted(
        ready,
        key=lambda p: (
            instance.patients[p].priority != "P2",
            not instance.is_long_wait(p),
            -instance.weight(p),
            p,
        ),
    )
