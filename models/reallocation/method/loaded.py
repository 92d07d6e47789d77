"""The model loaded into the solver once, so that limits can be loosened, dropped and tried again at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.reallocation.formulation.limit import Limit
from models.reallocation.formulation.model import THOUSAND, Formulation, build
from models.reallocation.instance import CellKey, Instance
from solvers.highs import HighsSession
from solvers.pyomo_bridge import CompiledModel, compile_pyomo
from solvers.types import Limits, Result, Values

_QUIET = Limits(seed=0)
_PENNY = {"primal_feasibility_tolerance": 1e-5, "dual_feasibility_tolerance": 1e-9}
"""Rows are sums of up to millions (of thousands of pounds): a penny is as exact as doubles let them be. A reduced
cost below its tolerance counts as none, so what is called best may be off by that times all the money: by pounds."""
_METHODS: tuple[dict[str, str | int | float | bool], ...] = (
    {"solver": "simplex", "simplex_strategy": 1, **_PENNY},
    {"solver": "simplex", "simplex_strategy": 4, **_PENNY},
    {"solver": "ipm", **_PENNY},
)


@dataclass(frozen=True)
class Best:
    """The best the first two aims can reach, in pounds."""

    unallocated_gbp: float
    final_year_gap_gbp: float


def load(instance: Instance, limits: Sequence[Limit]) -> LoadedModel:
    """The model with its limits exact, or, where these leave no plan, each half a pound further out."""
    exact = LoadedModel(instance, limits)
    return exact if exact.has_plan() else LoadedModel(instance, [limit.relaxed() for limit in limits])


class LoadedModel:
    """One instance under some limits, compiled and loaded. `limits[row]` is the limit a row stands for."""

    def __init__(self, instance: Instance, limits: Sequence[Limit]) -> None:
        self.instance = instance
        self.formulation: Formulation = build(instance, limits)
        self.compiled: CompiledModel = compile_pyomo(self.formulation.model)
        self.session = HighsSession(self.compiled.linear)
        of_name = self.formulation.limit_of_row
        self.limits: Mapping[int, Limit] = {
            row: of_name[name] for row, name in enumerate(self.compiled.rows) if name in of_name
        }
        self._aims = [
            self.compiled.objective(self.formulation.unallocated()),
            self.compiled.objective(self.formulation.final_year_gap()),
        ]
        self._freeze = self.session.add_row(self._aims[0][0], -np.inf, np.inf)

    def column(self, cell: CellKey, year: int) -> int:
        """The column of a cell's allocation in a plan year."""
        at = self.compiled.column(self.formulation.cell(cell, year))
        assert at is not None
        return at

    def amounts(self, values: Values) -> dict[CellKey, list[float]]:
        """Pounds of every cell in years 0 to T out of a solution."""
        years = range(1, self.instance.horizon + 1)
        return {
            cell: [
                float(self.instance.opening_gbp[cell]),
                *(float(values[self.column(cell, t)]) * THOUSAND for t in years),
            ]
            for cell in self.instance.cells
        }

    def _solve(self) -> Result:
        """Solve what is loaded; other methods decide where the first cannot (rules that meet in one point)."""
        for options in _METHODS:
            result = self.session.solve(_QUIET, options=options)
            if result.status in ("optimal", "infeasible"):
                break
        return result

    def has_plan(self) -> bool:
        """Whether a plan was found; False too where the solver could not tell."""
        self.session.set_objective(np.zeros(len(self.compiled.variables)), 0.0, "minimise")
        return self._solve().status == "optimal"

    def holds(self, dropped: Iterable[int] = ()) -> bool:
        """Whether all limits but the dropped rows can hold together."""
        rows = list(dropped)
        for row in rows:
            self.session.set_row_bounds(row, -np.inf, np.inf)
        self.session.set_objective(np.zeros(len(self.compiled.variables)), 0.0, "minimise")
        result = self._solve()
        for row in rows:
            self.session.set_row_bounds(row, *_bounds(self.limits[row], self.instance))
        return _decided(result)

    def replace(self, changes: Mapping[int, Limit]) -> None:
        """Put other limits of the same cells, year and side into some rows."""
        for row, limit in changes.items():
            if limit.year > 1 and limit.factor != self.limits[row].factor:
                for cell in limit.cells:
                    self.session.set_coefficient(row, self.column(cell, limit.year - 1), -float(limit.factor))
            self.session.set_row_bounds(row, *_bounds(limit, self.instance))

    def restore(self, rows: Iterable[int]) -> None:
        """Put the model's own limits back into some rows."""
        for row in rows:
            limit = self.limits[row]
            if limit.year > 1 and limit.factor:
                for cell in limit.cells:
                    self.session.set_coefficient(row, self.column(cell, limit.year - 1), -float(limit.factor))
            self.session.set_row_bounds(row, *_bounds(limit, self.instance))

    def best(self, changes: Mapping[int, Limit], dropped: Sequence[int] = ()) -> Best | None:
        """What the first two aims reach with some limits changed and some dropped; None when there is no plan.

        The model is left as it was.
        """
        self.replace(changes)
        for row in dropped:
            self.session.set_row_bounds(row, -np.inf, np.inf)
        unallocated, gap = self._aims
        self.session.set_objective(unallocated[0], unallocated[1], "minimise")
        first = self._solve()
        second: Result | None = None
        if _decided(first):
            assert first.value is not None
            self.session.set_row_bounds(self._freeze, -np.inf, first.value - unallocated[1] + 1e-6)
            self.session.set_objective(gap[0], gap[1], "minimise")
            second = self._solve()
            self.session.set_row_bounds(self._freeze, -np.inf, np.inf)
        self.restore([*changes, *dropped])
        if second is None or first.value is None or second.value is None:
            return None
        return Best(first.value * THOUSAND, second.value * THOUSAND)


def _bounds(limit: Limit, instance: Instance) -> tuple[float, float]:
    end = limit.constant_gbp
    if limit.year == 1 and limit.factor:
        end += limit.factor * sum(instance.opening_gbp[cell] for cell in limit.cells)
    at = float(end) / THOUSAND
    return (at, np.inf) if limit.side == "least" else (-np.inf, at)


def _decided(result: Result) -> bool:
    """Whether a plan exists.

    Raises
    ------
    RuntimeError
        If the solver could not tell, which these small linear programs leave no reason for.
    """
    if result.status not in ("optimal", "infeasible"):
        raise RuntimeError(f"HiGHS could not decide a linear program: {result.reason}")
    return result.status == "optimal"
