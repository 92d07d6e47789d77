"""The model with rules that give way at a price: what the cheapest way out of all conflicts costs, and must cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import sparse

from models.reallocation.formulation.limit import AnyLimit, Limit
from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import CellKey
from models.reallocation.method.loaded import QUIET, LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, Group
from models.reallocation.method.repaired import widest_change
from solvers.highs import HighsSession, LinearModel
from solvers.types import Values

_TOLERANCES: dict[str, str | int | float | bool] = {
    "solver": "simplex",
    "simplex_strategy": 1,
    "primal_feasibility_tolerance": 1e-7,
    "dual_feasibility_tolerance": 1e-9,
}
_ROUNDS = 12
_PRICE = 1e4
"""What a change of 1 (a hundred points) costs, so that a thousandth of a point is more than the solver overlooks."""
_SAME = 1e-9
_TIGHTENINGS = 6
_CLOSE = 1e-5  # a thousandth of a point, the step of a change
_HAIR = 1e-4  # a tenth of a pound, more than the solver overlooks


@dataclass(frozen=True)
class _Give:
    """How a row gives way: by `per_change * (sum of cells the year before) + fixed` for a change of 1 (thousands)."""

    row: int
    group: int
    sign: float
    per_change: float
    fixed: float
    before: tuple[CellKey, ...]
    year: int


@dataclass(frozen=True)
class WayOut:
    """Changes that together allow a plan, their cost, and what no changes can cost less than (None: not known)."""

    changes: Mapping[Group, float]
    cost: float
    bound: float | None


class Elastic:
    """A model whose groups give way. Limits on growth give way in proportion to money that is not known before the
    plan is: what the changes cost is found by a few linear programs, and bounded by one.
    """

    def __init__(
        self, loaded: LoadedModel, rows: Mapping[Group, Sequence[int]], stop: Callable[[], bool] = lambda: False
    ) -> None:
        self._loaded, self._groups, self._stop = loaded, tuple(rows), stop
        self._columns = len(loaded.compiled.linear.cost)
        self._gives = [
            self._give(row, at, loaded.limits[row], group)
            for at, (group, own) in enumerate(rows.items())
            for row in own
        ]

    def fewest_points(self) -> WayOut | None:
        """The changes with the least sum of shares."""
        widest = [float(widest_change(self._loaded.instance, group)) for group in self._groups]
        session = HighsSession(self._with_changes(widest))
        cost = np.concatenate([np.zeros(self._columns), np.full(len(self._groups), _PRICE)])
        session.set_objective(cost, 0.0, "minimise")
        money = self._pro_rata()
        best: WayOut | None = None
        for _ in range(_ROUNDS):
            self._put(session, money)
            result = session.solve(QUIET, options=_TOLERANCES)
            if result.values is None:
                break
            needed = self._needed(result.values)
            total = sum(needed.values())
            money = self._money(result.values)
            if best is not None and total > best.cost - _SAME:
                break
            best = WayOut(needed, total, None)
        return None if best is None else WayOut(best.changes, best.cost, self._bound(session, cost, best.cost))

    def fewest_pounds(self) -> WayOut | None:
        """The plan that breaks limits by the fewest pounds in all, and the change of each group it takes."""
        given = len(self._gives)
        matrix = sparse.csc_matrix(
            ([give.sign for give in self._gives], ([give.row for give in self._gives], range(given))),
            shape=(self._loaded.compiled.linear.matrix.shape[0], given),
        )
        session = HighsSession(_wider(self._loaded.compiled.linear, matrix, np.full(given, np.inf)))
        cost = np.concatenate([np.zeros(self._columns), np.ones(given)])
        session.set_objective(cost, 0.0, "minimise")
        result = session.solve(QUIET, options=_TOLERANCES)
        if result.values is None or result.value is None:
            return None
        gbp = result.value * THOUSAND
        return WayOut(self._needed(result.values), gbp, gbp)

    def _give(self, row: int, group: int, limit: AnyLimit, of: Group) -> _Give:
        """By how much a change of 1 moves the end of a row outward: what the loosening does to the limit.

        It may move the end and the factor on the year before; what stands beside the cells must stay.
        """
        loosened = LOOSENINGS[of.rule].apply(self._loaded.instance, limit, Fraction(1))
        if isinstance(limit, Limit) and isinstance(loosened, Limit):
            assert loosened.others == limit.others, f"{of.rule} gives way by what stands beside its cells"
        fixed = abs(float(loosened.end_gbp - limit.end_gbp)) / THOUSAND
        sign, opening = (1.0 if limit.side == "least" else -1.0), self._loaded.instance.opening_gbp
        if not isinstance(limit, Limit) or not isinstance(loosened, Limit) or loosened.factor == limit.factor:
            return _Give(row, group, sign, 0.0, fixed, (), limit.year)
        per_change = abs(float(loosened.factor - limit.factor))
        if limit.year == 1:
            opened = sum(opening[cell] for cell in limit.cells) / THOUSAND
            return _Give(row, group, sign, 0.0, fixed + per_change * opened, (), 1)
        return _Give(row, group, sign, per_change, fixed, limit.cells, limit.year)

    def _with_changes(self, widest: Sequence[float]) -> LinearModel:
        """The model with a column for the change of every group; what hangs on the plan is filled in by `_put`."""
        linear = self._loaded.compiled.linear
        matrix = sparse.csc_matrix(
            (
                [give.sign * (give.fixed + give.per_change) for give in self._gives],
                ([give.row for give in self._gives], [give.group for give in self._gives]),
            ),
            shape=(linear.matrix.shape[0], len(self._groups)),
        )
        return _wider(linear, matrix, np.array(widest))

    def _put(self, session: HighsSession, money: Mapping[tuple[tuple[CellKey, ...], int], float]) -> None:
        for give in self._gives:
            if give.before:
                moved = give.fixed + give.per_change * money[give.before, give.year - 1]
                session.set_coefficient(give.row, self._columns + give.group, give.sign * moved)

    def _pro_rata(self) -> dict[tuple[tuple[CellKey, ...], int], float]:
        """What sums would be if every cell grew with the money, to begin with."""
        instance = self._loaded.instance
        spendable = [money.spendable_gbp for money in instance.money]
        return {
            (give.before, give.year - 1): sum(instance.opening_gbp[cell] for cell in give.before)
            / THOUSAND
            * spendable[give.year - 1]
            / spendable[0]
            for give in self._gives
            if give.before
        }

    def _money(self, values: Values) -> dict[tuple[tuple[CellKey, ...], int], float]:
        return {
            (give.before, give.year - 1): float(values[self._at(give.before, give.year - 1)].sum())
            for give in self._gives
            if give.before
        }

    def _needed(self, values: Values) -> dict[Group, float]:
        """The change of each group that a plan takes, by its limits as they were."""
        linear = self._loaded.compiled.linear
        body = np.asarray(linear.matrix.dot(values[: self._columns]))
        money = self._money(values)
        needed = dict.fromkeys(self._groups, 0.0)
        for give in self._gives:
            lower, upper = linear.row_lower[give.row], linear.row_upper[give.row]
            broken = max(lower - body[give.row], body[give.row] - upper, 0.0)
            moved = give.fixed + (give.per_change * money[give.before, give.year - 1] if give.before else 0.0)
            if broken > 1e-6 and moved > 0:
                group = self._groups[give.group]
                needed[group] = max(needed[group], broken / moved)
        return {group: change for group, change in needed.items() if change > 0}

    def _bound(self, session: HighsSession, cost: Values, most: float) -> float | None:
        """What no changes cost less than: limits give way as if the sums were as large as they can be.

        How large a sum can be is found by making it so, among plans whose changes cost no more than those found.
        """
        instance = self._loaded.instance
        largest = {
            (give.before, give.year - 1): instance.money[give.year - 1].spendable_gbp / THOUSAND
            for give in self._gives
            if give.before
        }
        session.add_row(cost, -np.inf, most * _PRICE + 1e-6)
        bound: float | None = None
        for _ in range(_TIGHTENINGS):
            self._put(session, largest)
            session.set_objective(cost, 0.0, "minimise")
            result = session.solve(QUIET, options=_TOLERANCES)
            if result.status != "optimal" or result.value is None or result.values is None:
                break
            bound = result.value / _PRICE
            if most - bound <= _CLOSE or self._stop():
                break
            self._make_large(session, largest, result.values[self._columns :])
        return bound

    def _make_large(
        self, session: HighsSession, largest: dict[tuple[tuple[CellKey, ...], int], float], changes: Values
    ) -> None:
        """How large the sums can be by which the groups that give way do so."""
        giving = [give for give in self._gives if give.before and changes[give.group] > _SAME]
        for cells, year in dict.fromkeys((give.before, give.year - 1) for give in giving):
            if self._stop():
                break
            aim = np.zeros(len(changes) + self._columns)
            aim[self._at(cells, year)] = -1.0
            session.set_objective(aim, 0.0, "minimise")
            result = session.solve(QUIET, options=_TOLERANCES)
            if result.status == "optimal" and result.value is not None:
                largest[cells, year] = min(largest[cells, year], -result.value + _HAIR)

    def _at(self, cells: Sequence[CellKey], year: int) -> list[int]:
        return [self._loaded.column(cell, year) for cell in cells]


def _wider(linear: LinearModel, matrix: sparse.csc_matrix[np.float64], upper: Values) -> LinearModel:
    """The model with further columns, at least 0."""
    more = matrix.shape[1]
    return LinearModel(
        cost=np.zeros(len(linear.cost) + more),
        offset=0.0,
        sense="minimise",
        lower=np.concatenate([linear.lower, np.zeros(more)]),
        upper=np.concatenate([linear.upper, upper]),
        integer=np.zeros(len(linear.cost) + more, dtype=bool),
        matrix=sparse.csr_matrix(sparse.hstack([linear.matrix, matrix])),
        row_lower=linear.row_lower,
        row_upper=linear.row_upper,
    )
