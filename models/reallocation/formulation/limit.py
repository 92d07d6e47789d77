"""Limits: the two shapes of all rules on pounds, exact, for the model, for whole pounds and for the scorecard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple

from models.reallocation.instance import CellKey

_HALF = Fraction(1, 2)
Side = Literal["least", "most"]
Pounds = Mapping[CellKey, tuple[int, ...]]
"""Whole pounds of every cell in years 0 to T."""


class Term(NamedTuple):
    """`coefficient` times what some cells get together in one year (0: as opened, a number)."""

    coefficient: Fraction
    cells: tuple[CellKey, ...]
    year: int

    def gbp(self, pounds: Pounds) -> Fraction:
        return self.coefficient * sum(pounds[cell][self.year] for cell in self.cells)


@dataclass(frozen=True)
class Limit:
    """A sum of cells in one year is at least, or at most, a share of their sum the year before plus a constant.

    `sum_k x[k,t] + sum others >= factor * sum_k x[k,t-1] + constant_gbp` (or `<=`). In whole pounds a least amount is
    taken down and a most amount up. `scope` is the part of the rule a user would change as one: a line, a provider, a
    year. `others` are what stands beside the cells against the same end, as relief by spending upstream; a loosening
    must leave those of plan years as they are, for a loaded model (`method/loaded.py`) cannot change them.
    """

    rule: str
    scope: str
    where: tuple[str, ...]
    year: int
    cells: tuple[CellKey, ...]
    side: Side
    factor: Fraction
    constant_gbp: Fraction
    others: tuple[Term, ...] = ()

    @property
    def end_gbp(self) -> Fraction:
        """What stands against the cells of the year, apart from the year before and others."""
        return self.constant_gbp

    def relaxed(self) -> Limit:
        """The limit half a pound further out, unless it is in whole pounds anyway.

        Whole pounds give a limit up to a pound. Without half of it, the rounding of a year's money to pounds can make
        rules contradict each other (by pence) that in pounds do not.
        """
        if not self.factor and not self.others and self.constant_gbp.denominator == 1:
            return self
        return replace(self, constant_gbp=self.constant_gbp + (-_HALF if self.side == "least" else _HALF))

    def headroom_gbp(self, pounds: Pounds) -> int:
        """How far the plan is from this limit in whole pounds; below zero when it breaks it."""
        now = sum(pounds[cell][self.year] for cell in self.cells)
        before = sum(pounds[cell][self.year - 1] for cell in self.cells) if self.factor else 0
        end = self.factor * before + self.constant_gbp - sum(term.gbp(pounds) for term in self.others)
        return now - math.floor(end) if self.side == "least" else math.ceil(end) - now


class Excess(NamedTuple):
    """`weight * max(0, sum of terms + constant_gbp)`."""

    weight: Fraction
    terms: tuple[Term, ...]
    constant_gbp: Fraction

    def gbp(self, pounds: Pounds) -> Fraction:
        return self.weight * max(Fraction(0), sum((term.gbp(pounds) for term in self.terms), self.constant_gbp))


@dataclass(frozen=True)
class ExcessLimit:
    """A weighted sum of excesses is at most so many pounds: what is convex, and not a sum of cells alone.

    `sum weight max(0, amount) <= most_gbp`; in whole pounds the most is taken up. `year` is the last year it sees.
    """

    rule: str
    scope: str
    where: tuple[str, ...]
    year: int
    excesses: tuple[Excess, ...]
    most_gbp: Fraction

    @property
    def side(self) -> Side:
        """Always from above."""
        return "most"

    @property
    def end_gbp(self) -> Fraction:
        """What the excesses may come to."""
        return self.most_gbp

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """Every cell in it, once."""
        terms = (term for excess in self.excesses for term in excess.terms)
        return tuple(dict.fromkeys(cell for term in terms for cell in term.cells))

    def relaxed(self) -> ExcessLimit:
        """The limit half a pound further out, unless it is in whole pounds anyway."""
        return self if self.most_gbp.denominator == 1 else replace(self, most_gbp=self.most_gbp + _HALF)

    def headroom_gbp(self, pounds: Pounds) -> int:
        """How far the plan is from this limit in whole pounds, down; below zero when it breaks it."""
        return math.floor(math.ceil(self.most_gbp) - sum(excess.gbp(pounds) for excess in self.excesses))


AnyLimit = Limit | ExcessLimit


def at_least(
    rule: str,
    scope: str,
    where: tuple[str, ...],
    year: int,
    cells: tuple[CellKey, ...],
    *,
    factor: Fraction = Fraction(0),
    constant_gbp: Fraction = Fraction(0),
    others: tuple[Term, ...] = (),
) -> Limit:
    """A limit from below."""
    return Limit(rule, scope, where, year, cells, "least", factor, constant_gbp, others)


def at_most(
    rule: str,
    scope: str,
    where: tuple[str, ...],
    year: int,
    cells: tuple[CellKey, ...],
    *,
    factor: Fraction = Fraction(0),
    constant_gbp: Fraction = Fraction(0),
    others: tuple[Term, ...] = (),
) -> Limit:
    """A limit from above."""
    return Limit(rule, scope, where, year, cells, "most", factor, constant_gbp, others)
