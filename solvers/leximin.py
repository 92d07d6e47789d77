"""The worst of many sizes made least, then the worst of the others, and so on: a fair order, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

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

    `worst` is a column of its own. Sizes over their scale are what is compared. `price` is what a worst of 1 costs;
    `slack` by how much a size may be above its level, for solvers keep rows only as well as their tolerances say.
    """

    worst: int
    rows: Indices
    scale: Values
    columns: tuple[tuple[int, ...], ...]
    price: float
    slack: float = 0.0

    def shares(self, values: Values) -> Values:
        """Every member's size over its scale in a solution."""
        sizes = np.array([float(values[list(columns)].sum()) for columns in self.columns])
        return sizes / self.scale


@dataclass(frozen=True)
class Level:
    """One level: the least that the worst of the members not yet held can be, and those that must stand there.

    `value` is infinite where the level was not solved.
    """

    value: float
    result: Result
    held: tuple[int, ...] = ()

    def with_held(self, members: Indices) -> Level:
        """The level with further members held."""
        return replace(self, held=(*self.held, *(int(member) for member in members)))


Solve = Callable[[Values], Result]
"""Solves what is loaded for a cost of every column."""


def level_by_level(
    session: HighsSession, members: Members, columns: int, solve: Solve, *, most_levels: int, nothing: float
) -> Iterator[Level]:
    """Each level in turn, with the members that must stand at it held there in the loaded model from then on.

    A clear multiplier proves that a member must stand at the level. When the worst of the others can then be less,
    they are all; when it cannot, those without a multiplier that must stand there too are looked for. Ends with a
    level of (almost) nothing, with the last member held, after `most_levels`, or with a level that was not solved to
    its end (nobody is held there).
    """
    free = np.arange(len(members.rows))
    worst_cost = np.zeros(columns)
    worst_cost[members.worst] = members.price
    level: Level | None = None
    while len(free):
        result = solve(worst_cost)
        found = result.status == "optimal" and result.value is not None
        value = np.inf if result.value is None else result.value / members.price
        if level is not None and found and value >= level.value - _FALLS:
            also = _also_standing(session, members, free, level.value, result, solve)
        else:
            if level is not None:
                yield level
                most_levels -= 1
            level = Level(value, result)
            if not most_levels:
                return
            if not found or value <= nothing:
                break
            also = _clear(members, free, result)
        hold(session, members, also, level.value)
        level = level.with_held(also)
        free = np.setdiff1d(free, also)
    if level is not None:
        yield level


def hold(session: HighsSession, members: Members, held: Sequence[int] | Indices, value: float) -> None:
    """Let the size of some members be no more than a value of their scale, whatever the worst of the others."""
    for member in held:
        row = int(members.rows[member])
        session.set_coefficient(row, members.worst, 0.0)
        session.set_row_bounds(row, -np.inf, float(members.scale[member]) * value + members.slack)


def _clear(members: Members, free: Indices, result: Result) -> Indices:
    """The free members whose multipliers prove that they stand at the level in every best solution."""
    assert result.row_duals is not None
    weight = np.abs(result.row_duals[members.rows[free]]) * members.scale[free] / members.price
    return free[weight >= min(_CLEAR, float(np.max(weight)))]


def _also_standing(
    session: HighsSession, members: Members, free: Indices, value: float, result: Result, solve: Solve
) -> Indices:
    """The free members that stand at a level wherever none of them is above it, though multipliers do not say so.

    The sum of those at the level is made least, those that fell are let go, and so on until none falls.
    """
    assert result.values is not None
    doubtful = free[members.shares(result.values)[free] >= value - _TIGHT]
    session.set_column_bounds(members.worst, 0.0, value)
    standing = doubtful[:0]
    while len(doubtful):
        probe = solve(_sum_of_shares(members, doubtful, len(result.values)))
        if probe.values is None or probe.status != "optimal":
            break
        fell = members.shares(probe.values)[doubtful] < value - _FALLS
        if not fell.any():
            standing = doubtful
            break
        doubtful = doubtful[~fell]
    session.set_column_bounds(members.worst, 0.0, np.inf)
    return standing if len(standing) else _clear(members, free, result)


def _sum_of_shares(members: Members, some: Indices, columns: int) -> Values:
    """The cost of the sizes of some members over their scales, the dearest column at a cost of 1."""
    cost = np.zeros(columns)
    for member in some:
        for column in members.columns[member]:
            cost[column] += 1.0 / members.scale[member]
    most: float = np.max(cost)
    return cost / most
