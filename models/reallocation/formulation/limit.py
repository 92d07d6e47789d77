"""A limit: the one shape all rules on pounds have, exact, for the model, for whole pounds and for the scorecard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from models.reallocation.instance import CellKey

_HALF = Fraction(1, 2)
Side = Literal["least", "most"]
Pounds = Mapping[CellKey, tuple[int, ...]]
"""Whole pounds of every cell in years 0 to T."""


@dataclass(frozen=True)
class Limit:
    """A sum of cells in one year is at least, or at most, a share of their sum the year before plus a constant.

    `sum_k x[k,t] >= factor * sum_k x[k,t-1] + constant_gbp` (or `<=`). In whole pounds a least amount is taken down
    and a most amount up. `scope` is the part of the rule a user would change as one: a line, a provider, a year.
    """

    rule: str
    scope: str
    where: tuple[str, ...]
    year: int
    cells: tuple[CellKey, ...]
    side: Side
    factor: Fraction
    constant_gbp: Fraction

    def relaxed(self) -> Limit:
        """The limit half a pound further out, unless it is in whole pounds anyway.

        Whole pounds give a limit up to a pound. Without half of it, the rounding of a year's money to pounds can make
        rules contradict each other (by pence) that in pounds do not.
        """
        if not self.factor and self.constant_gbp.denominator == 1:
            return self
        return replace(self, constant_gbp=self.constant_gbp + (-_HALF if self.side == "least" else _HALF))

    def whole_gbp(self, before_gbp: int) -> int:
        """The limit in whole pounds, given the cells' sum in the year before."""
        amount = self.factor * before_gbp + self.constant_gbp
        return math.floor(amount) if self.side == "least" else math.ceil(amount)

    def headroom_gbp(self, pounds: Pounds) -> int:
        """How far the plan is from this limit; below zero when it breaks it."""
        now = sum(pounds[cell][self.year] for cell in self.cells)
        limit = self.whole_gbp(sum(pounds[cell][self.year - 1] for cell in self.cells))
        return now - limit if self.side == "least" else limit - now


def at_least(
    rule: str,
    scope: str,
    where: tuple[str, ...],
    year: int,
    cells: tuple[CellKey, ...],
    *,
    factor: Fraction = Fraction(0),
    constant_gbp: Fraction = Fraction(0),
) -> Limit:
    """A limit from below."""
    return Limit(rule, scope, where, year, cells, "least", factor, constant_gbp)


def at_most(
    rule: str,
    scope: str,
    where: tuple[str, ...],
    year: int,
    cells: tuple[CellKey, ...],
    *,
    factor: Fraction = Fraction(0),
    constant_gbp: Fraction = Fraction(0),
) -> Limit:
    """A limit from above."""
    return Limit(rule, scope, where, year, cells, "most", factor, constant_gbp)
