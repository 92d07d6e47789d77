"""A rule held against the plan: one bound on one sum of cells in one year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from models.reallocation.checker.book import Book, error, pounds
from models.reallocation.instance import CellKey
from models.shared.findings import Finding

Side = Literal["least", "most"]


@dataclass(frozen=True)
class Bound:
    """`found_gbp` must be at least, or at most, `bound_gbp`.

    A bound that is no whole number of pounds is taken outward: a least amount down, a most amount up. `scope` is
    what the scorecard groups by, `subject` what a reader would call it, `why` where the bound comes from.
    """

    rule: str
    scope: str
    subject: tuple[str, ...]
    t: int
    cells: tuple[CellKey, ...]
    side: Side
    bound_gbp: int
    found_gbp: int
    why: str

    @property
    def headroom_gbp(self) -> int:
        room = self.found_gbp - self.bound_gbp
        return room if self.side == "least" else -room


@dataclass(frozen=True)
class Group:
    """Cells a rule looks at together, and how a reader would call them."""

    rule: str
    scope: str
    subject: tuple[str, ...]
    cells: tuple[CellKey, ...]


def least(book: Book, group: Group, t: int, amount: Fraction, why: str) -> Iterator[Bound]:
    """The group must get at least this in year t (nothing is yielded where its rows are missing)."""
    yield from _bound(book, group, t, "least", amount.numerator // amount.denominator, why)


def most(book: Book, group: Group, t: int, amount: Fraction, why: str) -> Iterator[Bound]:
    """The group must get at most this in year t (nothing is yielded where its rows are missing)."""
    yield from _bound(book, group, t, "most", -(-amount.numerator // amount.denominator), why)


def _bound(book: Book, group: Group, t: int, side: Side, bound_gbp: int, why: str) -> Iterator[Bound]:
    found = book.gbp(group.cells, t)
    if found is not None:
        subject = (*group.subject, book.facts.years[t])
        yield Bound(group.rule, group.scope, subject, t, group.cells, side, bound_gbp, found, why)


def broken(book: Book, bounds: Iterable[Bound]) -> Iterator[Finding]:
    """A finding for every bound the plan does not keep."""
    for bound in bounds:
        if bound.headroom_gbp < 0:
            message = (
                f"{', '.join(bound.subject)}: {pounds(bound.found_gbp)} allocated; must be at {bound.side} "
                f"{pounds(bound.bound_gbp)} ({bound.why}): {pounds(-bound.headroom_gbp)} "
                f"{'too little' if bound.side == 'least' else 'too much'}"
            )
            yield error(bound.rule, message, book.where(bound.cells, bound.t, bound.subject))


def percent(share: Fraction) -> str:
    """A share as people say it: 0.0415 -> 4.15 %."""
    return f"{float(share * 100):.4g} %"
