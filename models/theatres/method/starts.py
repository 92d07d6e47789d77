"""Plans to start from: quick fillings in the order of the stages, and what booking staff do without us."""

from __future__ import annotations

from collections.abc import Iterator

from models.theatres.baselines import baselines, earliest, fill, tightest
from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.formulation.month import Month
from models.theatres.instance import Instance


def first_start(instance: Instance, without_rules: frozenset[str]) -> Book:
    """P2 first, then long waits, then who is worth most points; each on the first list with room."""
    book = Book(instance, without_rules)
    fill(book, in_order_of_the_stages(instance, without_rules), earliest)
    return book


def other_starts(month: Month) -> Iterator[Book]:
    """The same order on the tightest list with room, and every baseline (they keep all rules, so also fewer)."""
    book = Book(month.instance, month.without_rules)
    fill(book, in_order_of_the_stages(month.instance, month.without_rules), tightest)
    yield book
    for plan in baselines(month.instance).values():
        yield Book.of_plan(plan, month.without_rules)


def in_order_of_the_stages(instance: Instance, without_rules: frozenset[str]) -> list[str]:
    """The patients who are ready: P2 first, then long waits, then who is worth most points."""
    all_ready = "T-02" in without_rules
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
