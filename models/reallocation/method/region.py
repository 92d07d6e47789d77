"""The plans at which every aim so far is at its best: exactly, and give or take what later aims may worsen it by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from solvers.highs import HighsSession, LinearModel, with_rows
from solvers.leximin import Members
from solvers.types import Limits, Result, Values, Watch

_MULTIPLIER = 1e-6
_NOTHING = 1e-5  # a penny
_LARGE = 8_000
"""Models of more rows than this go to the interior-point method first: the simplex method would walk there from a
corner far away. For the next aim the primal simplex goes on from the point found, which the dual one would lose."""
_SLACK = 0.01
"""The part of an aim's freeze that a solver may need, for it keeps rows only as well as its tolerances say."""

Options = dict[str, str | int | float | bool]
_TOLERANCES: Options = {"primal_feasibility_tolerance": 1e-6, "dual_feasibility_tolerance": 1e-9}
"""A tenth of a penny: rows are sums of up to millions (of thousands of pounds), and doubles have sixteen digits. A
reduced cost below its tolerance counts as none, so what is called best may be off by that times all the money."""
_SIMPLEX: Options = {"solver": "choose", "simplex_strategy": 1, "simplex_scale_strategy": 1}
_FROM_POINT: Options = _SIMPLEX | {"solver": "simplex", "simplex_strategy": 4}
_INTERIOR: Options = _SIMPLEX | {"solver": "ipm", "ipm_iteration_limit": 150}
"""It needs 20 to 60 steps, or (354 practices, nothing unallocated) goes on without end: then the simplex method."""
_UNSCALED: Options = _SIMPLEX | {"solver": "simplex", "simplex_scale_strategy": 0}
_BY_A_PENNY: Options = _SIMPLEX | {"primal_feasibility_tolerance": 1e-5}
SIMPLEX_FIRST: tuple[Options, ...] = (_SIMPLEX, _SIMPLEX, _UNSCALED, _INTERIOR, _BY_A_PENNY)
INTERIOR_FIRST: tuple[Options, ...] = (_INTERIOR, _SIMPLEX, _UNSCALED, _BY_A_PENNY)
_FROM_POINT_FIRST: tuple[Options, ...] = (_FROM_POINT, _SIMPLEX, _UNSCALED, _INTERIOR, _BY_A_PENNY)


@dataclass(frozen=True)
class LinearAim:
    """A sum made least. `scale` leads from what the solver counts in to the unit the aim is recorded in.

    `freeze` is by how much later aims may worsen it, as the solver counts.
    """

    name: str
    cost: Values
    offset: float
    scale: float
    freeze: float


@dataclass(frozen=True)
class _Frozen:
    """An aim that is kept: its cost, and where it ends, for the linear aims and for those after them."""

    cost: Values
    exact: float
    within_tolerance: float


class Region:
    """A loaded model that narrows with every aim.

    By complementary slackness a row with a multiplier is tight at every best point. Saying so with equalities leaves
    later solves a region with an inside, where "no worse than the value" alone would leave one a hair thin.
    """

    def __init__(self, model: LinearModel) -> None:
        self._put(model)

    def _put(self, model: LinearModel) -> None:
        self._model = model
        self._frozen: list[_Frozen] = []
        self._row_lower, self._row_upper = model.row_lower.copy(), model.row_upper.copy()
        self._lower, self._upper = model.lower.copy(), model.upper.copy()
        self._session: HighsSession | None = None
        self._has_point = False

    @property
    def session(self) -> HighsSession:
        """The region loaded, every aim so far as good as exactly at its best."""
        if self._session is None:
            self._session = HighsSession(self._with_ends([frozen.exact for frozen in self._frozen]))
        return self._session

    @property
    def is_large(self) -> bool:
        """Whether the simplex method had better not start from a corner far away."""
        return is_large(self._model)

    def minimise(
        self, cost: Values, offset: float, limits: Limits, *, stage: str = "", watch: Watch | None = None
    ) -> Result:
        """Minimise a sum over the region, from where the last solve ended."""
        methods = SIMPLEX_FIRST
        if self.is_large:
            methods = _FROM_POINT_FIRST if self._has_point else INTERIOR_FIRST
        self.session.set_objective(cost, offset, "minimise")
        result = solve_by_any(self.session, limits, stage=stage, watch=watch, methods=methods)
        self._has_point = result.status == "optimal"
        return result

    def freeze(self, aim: LinearAim, result: Result) -> None:
        """Keep to the plans at which a solved aim is at its best."""
        assert result.value is not None
        exact = result.value + _SLACK * aim.freeze - aim.offset
        self.session.add_row(aim.cost, -np.inf, exact)
        self._frozen.append(_Frozen(aim.cost, exact, on_grid(result.value, aim.freeze) - aim.offset))
        self._fix(result)
        self._fix_at_nothing(aim, result)

    def hold_levels(self, members: Members, least: Values, most: Values) -> None:
        """Keep the size of every member between two ends (the session holds them already)."""
        matrix = self._model.matrix.tolil()
        matrix[members.rows, members.worst] = 0.0
        self._model = replace(self._model, matrix=sparse.csr_matrix(matrix))
        self._row_lower[members.rows], self._row_upper[members.rows] = least, most
        self._upper[members.worst] = 0.0

    def narrow(self, matrix: sparse.csr_matrix[np.float64], upper: Values) -> None:
        """Add rows, and from here on keep earlier aims only as closely as later aims must."""
        self._put(with_rows(self.within_tolerance(), matrix, np.full(len(upper), -np.inf), upper))

    def within_tolerance(self) -> LinearModel:
        """The model with every aim so far frozen a little above its value."""
        return self._with_ends([frozen.within_tolerance for frozen in self._frozen])

    def _with_ends(self, ends: Sequence[float]) -> LinearModel:
        model = replace(
            self._model,
            lower=self._lower.copy(),
            upper=self._upper.copy(),
            row_lower=self._row_lower.copy(),
            row_upper=self._row_upper.copy(),
        )
        if not self._frozen:
            return model
        matrix = sparse.csr_matrix(np.stack([frozen.cost for frozen in self._frozen]))
        return with_rows(model, matrix, np.full(len(ends), -np.inf), np.array(ends))

    def _fix(self, result: Result) -> None:
        """Make equalities of the rows and ends of columns that have a multiplier."""
        assert result.row_duals is not None and result.column_duals is not None and result.values is not None
        for row in np.flatnonzero(np.abs(result.row_duals[: len(self._row_lower)]) > _MULTIPLIER):
            if self._row_lower[row] != self._row_upper[row]:
                end = self._row_upper[row] if np.isfinite(self._row_upper[row]) else self._row_lower[row]
                self._row_lower[row] = self._row_upper[row] = end
                self.session.set_row_bounds(int(row), end, end)
        for column in np.flatnonzero(np.abs(result.column_duals) > _MULTIPLIER):
            low, high = self._lower[column], self._upper[column]
            end = low if abs(result.values[column] - low) <= abs(result.values[column] - high) else high
            self._keep(int(column), end)

    def _fix_at_nothing(self, aim: LinearAim, result: Result) -> None:
        """Where a sum of amounts that cannot be negative came to nothing, keep each of them at nothing.

        The multipliers of such an aim need not show it: they may rest on half of the amounts alone.
        """
        nothing = result.value is not None and result.value <= _NOTHING
        if nothing and bool(np.all(aim.cost >= 0)):
            for column in np.flatnonzero(aim.cost > 0):
                if self._lower[column] == 0.0:
                    self._keep(int(column), 0.0)

    def _keep(self, column: int, end: float) -> None:
        self._lower[column] = self._upper[column] = end
        self.session.set_column_bounds(column, end, end)


def on_grid(value: float, freeze: float) -> float:
    """The value raised by a quarter to three quarters of the tolerance, to a multiple of half the tolerance.

    Two solves that differ in the last digits so freeze at the same place.
    """
    step = freeze / 2
    return math.ceil((value + freeze / 4) / step) * step


def is_large(model: LinearModel) -> bool:
    """Whether the simplex method had better not be sent through a model from a corner far away."""
    return int(model.matrix.shape[0]) > _LARGE


def solve_by_any(
    session: HighsSession,
    limits: Limits,
    *,
    stage: str = "",
    watch: Watch | None = None,
    options: Options | None = None,
    methods: Sequence[Options] = SIMPLEX_FIRST,
) -> Result:
    """Solve what is loaded; where the first method cannot, the others try from nothing.

    What is best for scaled rows may miss the rows as they are; another way round it need not.
    """
    result = session.solve(limits, stage=stage, watch=watch, options=_TOLERANCES | (options or {}) | methods[0])
    for method in methods[1:]:
        if result.status in ("optimal", "infeasible", "unbounded") or result.stopped_by_clock:
            break
        session.forget()
        result = session.solve(limits, stage=stage, watch=watch, options=method)
    return result
