"""A rule held against the plan: one bound on one amount of one year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from models.reallocation.checker.book import Book, error, pounds
from models.reallocation.checker.money import nearest
from models.reallocation.instance import CellKey
from models.reallocation.settings import ROUNDING_GBP_PER_YEAR
from models.shared.findings import Finding

Side = Literal["least", "most"]


@dataclass(frozen=True)
class Bound:
    """`found` must be at least, or at most, `bound`; both in pounds, `what` says of what.

    A bound that is no whole number of pounds is taken outward: less than a pound beyond it is kept. `in_whole` is for
    what is found as a sum of shortfalls or gaps: it is shown, and held, in whole pounds rounded up. `scope` is what
    the scorecard groups by, `subject` what a reader would call it, `why` where the bound comes from, `cells` those
    whose rounding can move what was found.
    """

    rule: str
    scope: str
    subject: tuple[str, ...]
    t: int
    cells: tuple[CellKey, ...]
    side: Side
    bound: Fraction
    found: Fraction
    why: str
    what: str = "allocated"
    in_whole: bool = False

    @property
    def headroom_gbp(self) -> int:
        """Whole pounds of room; below zero where the bound is broken."""
        if self.in_whole:
            return math.ceil(self.bound) - math.ceil(self.found)
        return math.ceil(self.found - self.bound if self.side == "least" else self.bound - self.found)

    @property
    def rounding_gbp(self) -> int:
        """By how much whole pounds may have moved what was found."""
        return ROUNDING_GBP_PER_YEAR * self.t * len(self.cells)

    @property
    def binds(self) -> bool:
        """Whether rounding to whole pounds alone could use up the room."""
        return self.headroom_gbp <= self.rounding_gbp


@dataclass(frozen=True)
class Group:
    """Cells a rule looks at together, and how a reader would call them."""

    rule: str
    scope: str
    subject: tuple[str, ...]
    cells: tuple[CellKey, ...]


def least(book: Book, group: Group, t: int, amount: Fraction, why: str) -> Iterator[Bound]:
    """The group must get at least this in year t (nothing is yielded where its rows are missing)."""
    yield from _bound(book, group, t, "least", amount, why)


def most(book: Book, group: Group, t: int, amount: Fraction, why: str) -> Iterator[Bound]:
    """The group must get at most this in year t (nothing is yielded where its rows are missing)."""
    yield from _bound(book, group, t, "most", amount, why)


def _bound(book: Book, group: Group, t: int, side: Side, amount: Fraction, why: str) -> Iterator[Bound]:
    found = book.gbp(group.cells, t)
    if found is not None:
        yield at_value(book, group, t, side, amount, Fraction(found), why)


def at_value(
    book: Book, group: Group, t: int, side: Side, amount: Fraction, found: Fraction, why: str, what: str = "allocated"
) -> Bound:
    """A bound on something else than what a group gets."""
    subject = (*group.subject, book.facts.years[t])
    return Bound(group.rule, group.scope, subject, t, group.cells, side, amount, found, why, what)


def at_most_in_all(book: Book, group: Group, t: int, amount: Fraction, found: Fraction, why: str, what: str) -> Bound:
    """A bound on a sum of shortfalls or gaps, which need not be whole pounds itself."""
    return replace(at_value(book, group, t, "most", amount, found, why, what), in_whole=True)


def broken(book: Book, bounds: Iterable[Bound]) -> Iterator[Finding]:
    """A finding for every bound the plan does not keep; of a soft rule, one note on all of them."""
    missed = [bound for bound in bounds if bound.headroom_gbp < 0]
    if missed and book.facts.is_soft(missed[0].rule):
        total = pounds(-sum(bound.headroom_gbp for bound in missed))
        message = f"soft: limits missed {len(missed)}, by {total} in all, first {', '.join(missed[0].subject)}"
        yield Finding(missed[0].rule, "note", message, "rules.csv")
        return
    for bound in missed:
        whole = math.floor(bound.bound) if bound.side == "least" else math.ceil(bound.bound)
        found = math.ceil(bound.found) if bound.in_whole else nearest(bound.found)
        message = (
            f"{', '.join(bound.subject)}: {pounds(found)} {bound.what}; must be at {bound.side} "
            f"{pounds(whole)} ({bound.why}): {pounds(-bound.headroom_gbp)} "
            f"{'too little' if bound.side == 'least' else 'too much'}"
        )
        yield error(bound.rule, message, book.where(bound.cells, bound.t, bound.subject))


def percent(share: Fraction) -> str:
    """A share as people say it: 0.0415 -> 4.15 %."""
    return f"{float(share * 100):.4g} %"
