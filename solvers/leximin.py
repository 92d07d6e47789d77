"""The worst of many sizes made least, then the worst of the others, and so on: a fair order, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.highs import HighsSession
from solvers.types import Result, Values

Indices = NDArray[np.int64]

_CLEAR = 1e-3
"""A member whose multiplier is at least this part of all multipliers must stand at the level, whatever the last
digits of the solver: it could fall by no more than the solver's error divided by this part."""
_TIGHT = 1e-6
_FALLS = 1e-7


@dataclass(frozen=True)
class Members:
    """Sizes in a loaded model: member j's is `costs[j] @ x`, and `rows[j]` says `costs[j] @ x <= scale[j] * worst`.

    `worst` is a column of its own. Sizes over their scale are what is compared. `price` is what a worst of 1 costs.
    """

    worst: int
    rows: Indices
    scale: Values
    columns: tuple[tuple[int, ...], ...]
    price: float

    def shares(self, values: Values) -> Values:
        """Every member's size over its scale in a solution."""
        sizes = np.array([float(values[list(columns)].sum()) for columns in self.columns])
        return sizes / self.scale


@dataclass(frozen=True)
class Level:
    """One level: the least that the worst of the members not yet held can be, and those that must stand there."""

    value: float
    held: tuple[int, ...]
    result: Result


Solve = Callable[[Values], Result]
"""Solves what is loaded for a cost of every column."""


def level_by_level(
    session: HighsSession, members: Members, columns: int, solve: Solve, *, most_levels: int, nothing: float
) -> Iterator[Level]:
    """Each level in turn, with the members that must stand at it held there in the loaded model from then on.

    Ends with a level of (almost) nothing, with the last member held, after `most_levels`, or with a level that was
    not solved to its end (nobody is held there).
    """
    free = np.arange(len(members.rows))
    worst_cost = np.zeros(columns)
    worst_cost[members.worst] = members.price
    for _ in range(most_levels):
        result = solve(worst_cost)
        if result.values is None or result.value is None:
            yield Level(np.inf, (), result)
            return
        value = result.value / members.price
        if result.status != "optimal" or value <= nothing:
            yield Level(value, (), result)
            return
        held = _must_stand(session, members, free, value, result, solve)
        if held is None:
            yield Level(value, (), result)
            return
        hold(session, members, held, value)
        free = np.setdiff1d(free, held)
        yield Level(value, tuple(int(member) for member in held), result)
        if not len(free):
            return


def hold(session: HighsSession, members: Members, held: Sequence[int] | Indices, value: float) -> None:
    """Let the size of some members be no more than a value of their scale, whatever the worst of the others."""
    for member in held:
        row = int(members.rows[member])
        session.set_coefficient(row, members.worst, 0.0)
        session.set_row_bounds(row, -np.inf, float(members.scale[member]) * value)


def _must_stand(
    session: HighsSession, members: Members, free: Indices, value: float, result: Result, solve: Solve
) -> Indices | None:
    """The free members that stand at the level in every best solution; None when that could not be found out.

    A clear multiplier proves it. A member at the level without one may be there by chance of the corner the solver
    came to: then their sum is made least, those that fell are let go, and so on until none falls.
    """
    assert result.values is not None and result.row_duals is not None
    weight = np.abs(result.row_duals[members.rows[free]]) * members.scale[free] / members.price
    shares = members.shares(result.values)[free]
    clear = free[weight >= _CLEAR]
    doubtful = free[(weight < _CLEAR) & (shares >= value - _TIGHT)]
    if not len(doubtful):
        return clear
    session.set_column_bounds(members.worst, 0.0, value)
    standing = _standing(members, doubtful, value, len(result.values), solve)
    session.set_column_bounds(members.worst, 0.0, np.inf)
    return None if standing is None else np.union1d(clear, standing)


def _standing(members: Members, doubtful: Indices, value: float, columns: int, solve: Solve) -> Indices | None:
    """Those of some members that stand at a value wherever none of the others is above it."""
    while len(doubtful):
        probe = solve(_sum_of_shares(members, doubtful, columns))
        if probe.values is None or probe.status != "optimal":
            return None
        fell = members.shares(probe.values)[doubtful] < value - _FALLS
        if not fell.any():
            break
        doubtful = doubtful[~fell]
    return doubtful


def _sum_of_shares(members: Members, some: Indices, columns: int) -> Values:
    """The cost of the sizes of some members over their scales, the dearest column at a cost of 1."""
    cost = np.zeros(columns)
    for member in some:
        for column in members.columns[member]:
            cost[column] += 1.0 / members.scale[member]
    most: float = np.max(cost)
    return cost / most
