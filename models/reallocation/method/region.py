"""The plans at which every aim so far is at its best: exactly, and give or take what later aims may worsen it by."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from solvers.highs import HighsSession, LinearModel, with_rows
from solvers.leximin import Members
from solvers.types import Limits, Result, Values, Watch

_MULTIPLIER = 1e-6
_NOTHING = 1e-5  # a penny
Options = dict[str, str | int | float | bool]
_FROM_POINT: Options = {"solver": "simplex", "simplex_strategy": 4}
_METHODS: tuple[Options, ...] = (
    {"solver": "choose", "simplex_strategy": 1},
    _FROM_POINT,
    {"solver": "ipm", "simplex_strategy": 1},
)


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


class Region:
    """A loaded model that narrows with every aim.

    By complementary slackness a row with a multiplier is tight at every best point. Saying so with equalities leaves
    later solves a region with an inside, where "no worse than the value" alone would leave one a hair thin.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._frozen: list[tuple[Values, float]] = []
        self._load(model)

    def _load(self, model: LinearModel) -> None:
        self._model = model
        self._row_lower, self._row_upper = model.row_lower.copy(), model.row_upper.copy()
        self._lower, self._upper = model.lower.copy(), model.upper.copy()
        self._session: HighsSession | None = None
        self._has_point = False

    @property
    def session(self) -> HighsSession:
        """The region loaded, every aim so far exactly at its best."""
        if self._session is None:
            self._session = HighsSession(self._model)
        return self._session

    def minimise(
        self, cost: Values, offset: float, limits: Limits, *, stage: str = "", watch: Watch | None = None
    ) -> Result:
        """Minimise a sum over the region.

        The point of the aim before stays within the region, so from the second aim on the primal simplex goes on from
        there (ten times faster at 354 practices than the dual one, which would begin by losing it).
        """
        self.session.set_objective(cost, offset, "minimise")
        result = solve_by_any(self.session, limits, stage=stage, watch=watch, from_point=self._has_point)
        self._has_point = result.status == "optimal"
        return result

    def freeze(self, aim: LinearAim, result: Result) -> None:
        """Keep to the plans at which a solved aim is at its best."""
        assert result.value is not None
        self.session.add_row(aim.cost, -np.inf, result.value - aim.offset)
        end = on_grid(result.value, aim.freeze) - aim.offset
        self._frozen.append((aim.cost, end))
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
        self._load(with_rows(self.within_tolerance(), matrix, np.full(len(upper), -np.inf), upper))
        self._frozen = []

    def within_tolerance(self) -> LinearModel:
        """The model with every aim so far frozen a little above its value."""
        model = replace(
            self._model,
            lower=self._lower.copy(),
            upper=self._upper.copy(),
            row_lower=self._row_lower.copy(),
            row_upper=self._row_upper.copy(),
        )
        if not self._frozen:
            return model
        matrix = sparse.csr_matrix(np.stack([cost for cost, _ in self._frozen]))
        ends = np.array([end for _, end in self._frozen])
        return with_rows(model, matrix, np.full(len(ends), -np.inf), ends)

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


def solve_by_any(
    session: HighsSession,
    limits: Limits,
    *,
    stage: str = "",
    watch: Watch | None = None,
    options: Options | None = None,
    from_point: bool = False,
) -> Result:
    """Solve what is loaded; other methods decide where the first cannot.

    `from_point` says that the last solution is still one, so that the primal simplex goes first.
    """
    methods = sorted(_METHODS, key=lambda method: method is not _FROM_POINT) if from_point else _METHODS
    result = session.solve(limits, stage=stage, watch=watch, options=(options or {}) | methods[0])
    for method in methods[1:]:
        if result.status in ("optimal", "infeasible", "unbounded") or result.stopped_by_clock:
            break
        result = session.solve(limits, stage=stage, watch=watch, options=method)
    return result
