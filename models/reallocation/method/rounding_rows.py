"""Limits as rows on the pounds above the floors of a plan's amounts, for the rounding of some of its years."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.reallocation.formulation.limit import AnyLimit, ExcessLimit, Limit, Pounds, Term
from models.reallocation.instance import CellKey

_PARTS_OF_A_POUND = 20
"""Amounts are told apart by 5p: a solver that goes another way ends fractions of a penny elsewhere, and is to come to
the same pounds."""

EDGE = 1e-5
"""What keeps a row on the right side of a whole pound where both of its sides are still open."""

Row = tuple[list[int], list[float], float, float]


@dataclass(frozen=True)
class Window:
    """Some years to be rounded together, those `before` them known, those after them still as planned.

    The columns are the pounds of every cell above `floors`, year by year; further ones measure excesses. No cell
    goes further from its floor than `reach` pounds.
    """

    years: tuple[int, ...]
    cells: tuple[CellKey, ...]
    amounts: Mapping[CellKey, Sequence[float]]
    before: Pounds
    reach: int

    @cached_property
    def position(self) -> Mapping[CellKey, int]:
        return {cell: at for at, cell in enumerate(self.cells)}

    @cached_property
    def floors(self) -> Mapping[tuple[CellKey, int], int]:
        """The whole pounds just below the amounts (those that are whole but for pence), none below zero."""
        return {(cell, t): max(0, self.told(cell, t)[0]) for t in self.years for cell in self.cells}

    def told(self, cell: CellKey, year: int) -> tuple[int, float]:
        """An amount as whole pounds and part of a pound, as far as it can be told."""
        whole, rest = divmod(round(self.amounts[cell][year] * _PARTS_OF_A_POUND), _PARTS_OF_A_POUND)
        return whole, rest / _PARTS_OF_A_POUND

    @property
    def width(self) -> int:
        """The number of cells and years."""
        return len(self.years) * len(self.cells)

    def columns(self, cells: Sequence[CellKey], year: int) -> list[int]:
        """The columns of some cells in a year of the window."""
        first = (year - self.years[0]) * len(self.cells)
        return [first + self.position[cell] for cell in cells]

    def known_gbp(self, cells: Sequence[CellKey], year: int) -> int | Fraction:
        """What some cells get: as known of a year before, by their floors in the window, as planned after it."""
        if year < self.years[0]:
            return sum(self.before[cell][year] for cell in cells)
        if year <= self.years[-1]:
            return sum(self.floors[cell, year] for cell in cells)
        return Fraction(math.fsum(self.amounts[cell][year] for cell in cells))

    def is_open(self, year: int) -> bool:
        return self.years[0] <= year <= self.years[-1]


def rows_of(window: Window, limits: Sequence[AnyLimit]) -> tuple[list[Row], int]:
    """The rows of all limits the window can break, and how many columns measure excesses.

    That no allocation is below zero (R-09) is in the floors and the ends of the columns.
    """
    rows: list[Row] = []
    excesses = 0
    for limit in limits:
        if isinstance(limit, ExcessLimit):
            own, more = _excess_rows(window, limit, window.width + excesses)
            rows += own
            excesses += more
        elif window.is_open(limit.year) and limit.rule != "R-09":
            rows.append(_limit_row(window, limit))
    return rows, excesses


def _limit_row(window: Window, limit: Limit) -> Row:
    """A limit on whole pounds; exact when all but the year's own cells is known."""
    columns = window.columns(limit.cells, limit.year)
    weights = [1.0] * len(columns)
    own = len(columns)
    end = limit.constant_gbp - window.known_gbp(limit.cells, limit.year)
    if limit.factor:
        end += limit.factor * window.known_gbp(limit.cells, limit.year - 1)
        _extend(window, columns, weights, Term(-limit.factor, limit.cells, limit.year - 1))
    for term in limit.others:
        end -= term.coefficient * window.known_gbp(term.cells, term.year)
        _extend(window, columns, weights, term)
    least = limit.side == "least"
    if len(columns) == own:
        whole = float(math.floor(end) if least else math.ceil(end))
    else:
        # Outward to the next whole pound: less than one pound of slack.
        whole = float(end) - 1 + EDGE if least else float(end) + 1 - EDGE
    return (columns, weights, whole, math.inf) if least else (columns, weights, -math.inf, whole)


def _extend(window: Window, columns: list[int], weights: list[float], term: Term) -> None:
    if window.is_open(term.year):
        columns += window.columns(term.cells, term.year)
        weights += [float(term.coefficient)] * len(term.cells)


def _excess_rows(window: Window, limit: ExcessLimit, first: int) -> tuple[list[Row], int]:
    """A limit on excesses: linear where an amount is surely above zero, left out where below, measured in between.

    What lies beyond the window is spent as planned, so that each of several years keeps to its own part.
    """
    columns: list[int] = []
    weights: list[float] = []
    rows: list[Row] = []
    spent, more = Fraction(0), 0
    for excess in limit.excesses:
        known = sum((t.coefficient * window.known_gbp(t.cells, t.year) for t in excess.terms), excess.constant_gbp)
        own: list[int] = []
        slopes: list[float] = []
        if max(term.year for term in excess.terms) <= window.years[-1]:
            for term in excess.terms:
                _extend(window, own, slopes, term)
        reach = window.reach * sum(abs(slope) for slope in slopes)
        if known > reach or not own:
            spent += excess.weight * max(Fraction(0), known)
            columns += own
            weights += [float(excess.weight) * slope for slope in slopes]
        elif known >= -reach:
            rows.append(([*own, first + more], [*slopes, -1.0], -math.inf, -float(known)))
            columns.append(first + more)
            weights.append(float(excess.weight))
            more += 1
    if not columns:
        return [], 0
    return [*rows, (columns, weights, -math.inf, float(math.ceil(limit.most_gbp) - spent))], more


def broken(limits: Sequence[AnyLimit], window: Window, pounds: Pounds) -> AnyLimit | None:
    """The first limit of the window's years that whole pounds break, if any; worked out exactly."""
    own = (limit for limit in limits if window.is_open(limit.year))
    return next((limit for limit in own if limit.headroom_gbp(pounds) < 0), None)
