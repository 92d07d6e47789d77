"""The model loaded into the solver once, so that limits can be loosened, dropped and tried again at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from models.reallocation.formulation.arrays import ArrayFormulation
from models.reallocation.formulation.limit import AnyLimit, ExcessLimit, Limit, Term
from models.reallocation.formulation.model import THOUSAND, Formulation
from models.reallocation.instance import CellKey, Instance
from models.reallocation.method.arrays import LARGE_CELL_YEARS, CompiledArrays, compiled_model
from solvers.highs import HighsSession
from solvers.pyomo_bridge import CompiledModel
from solvers.types import Limits, Result, Values

QUIET = Limits(seed=0)
_PENNY = {"primal_feasibility_tolerance": 1e-5, "dual_feasibility_tolerance": 1e-9}
"""Rows are sums of up to millions (of thousands of pounds): a penny is as exact as doubles let them be. A reduced
cost below its tolerance counts as none, so what is called best may be off by that times all the money: by pounds."""
METHODS: tuple[dict[str, str | int | float | bool], ...] = (
    {"solver": "simplex", "simplex_strategy": 1, **_PENNY},
    {"solver": "simplex", "simplex_strategy": 4, **_PENNY},
    {"solver": "ipm", **_PENNY},
)
_PRICE_OF_SHARE = 1e6
"""What a mean gap of 1 costs: a thousand pounds may change that share by less than the solver looks at."""
FREEZE = 1e-6  # a tenth of a penny, or a millionth of a millionth of need


@dataclass(frozen=True)
class Best:
    """The best the first aims can reach, in pounds; `soft_violation_gbp` by the order of the soft rules."""

    unallocated_gbp: float
    final_year_gap_gbp: float
    soft_violation_gbp: tuple[float, ...] = ()


@dataclass(frozen=True)
class GapStage:
    """The least gap, in thousands: the columns, each row's multiplier, and between which ends of it that holds."""

    values: Values
    multipliers: Values
    row_from: Values
    row_to: Values


def load(instance: Instance, limits: Sequence[AnyLimit], large_cell_years: int = LARGE_CELL_YEARS) -> LoadedModel:
    """The model with its limits exact, or, where these leave no plan, each half a pound further out."""
    exact = LoadedModel(instance, limits, large_cell_years)
    if exact.has_plan():
        return exact
    return LoadedModel(instance, [limit.relaxed() for limit in limits], large_cell_years)


class LoadedModel:
    """One instance under some limits, compiled and loaded.

    `limits[row]` is the limit a row stands for, `violations[row]` the column by which a soft one is missed.
    """

    def __init__(
        self, instance: Instance, limits: Sequence[AnyLimit], large_cell_years: int = LARGE_CELL_YEARS
    ) -> None:
        self.instance = instance
        self.formulation, self.compiled = compiled_model(instance, limits, large_cell_years)
        self.session = HighsSession(self.compiled.linear)
        row_of = {name: row for row, name in enumerate(self.compiled.rows)}
        form = self.formulation
        self.limits: Mapping[int, AnyLimit] = {row_of[name]: limit for name, limit in form.limit_of_row.items()}
        self.violations: Mapping[int, int] = {
            row_of[name]: self._at(variable) for name, variable in form.violation_of_row.items()
        }
        self._excesses = {
            row_of[name]: tuple(self._at(variable) for variable in own) for name, own in form.excess_of_row.items()
        }
        self._aims = first_aims(self.formulation, self.compiled)
        self._freeze = [self.session.add_row(cost, -np.inf, np.inf) for cost, _ in self._aims[:-1]]

    def _at(self, variable: object) -> int:
        at = self.compiled.column(variable)
        assert at is not None
        return at

    def column(self, cell: CellKey, year: int) -> int:
        """The column of a cell's allocation in a plan year."""
        return self._at(self.formulation.cell(cell, year))

    def _solve(self, from_point: bool = False) -> Result:
        """Solve what is loaded; other methods decide where the first cannot (rules that meet in one point).

        `from_point` says that the last solution is still one, so that the primal simplex goes first.
        """
        for options in (METHODS[1], METHODS[0], *METHODS[2:]) if from_point else METHODS:
            result = self.session.solve(QUIET, options=options)
            if result.status in ("optimal", "infeasible"):
                break
        return result

    def has_plan(self) -> bool:
        """Whether a plan was found; False too where the solver could not tell."""
        self._aim_at_nothing()
        return self._solve().status == "optimal"

    def holds(self, dropped: Iterable[int] = ()) -> bool:
        """Whether all limits but the dropped rows can hold together (soft ones always can)."""
        rows = list(dropped)
        for row in rows:
            self.session.set_row_bounds(row, -np.inf, np.inf)
        self._aim_at_nothing()
        result, linear = self._solve(), self.compiled.linear
        for row in rows:
            self.session.set_row_bounds(row, float(linear.row_lower[row]), float(linear.row_upper[row]))
        return _decided(result)

    def replace(self, changes: Mapping[int, AnyLimit]) -> None:
        """Put other limits into some rows: other factors, constants and weights of the same cells, year and side."""
        for row, limit in changes.items():
            self._put(row, limit, self.limits[row])

    def restore(self, rows: Iterable[int]) -> None:
        """Put the model's own limits back into some rows."""
        for row in rows:
            self._put(row, self.limits[row], None)

    def best(self, changes: Mapping[int, AnyLimit], dropped: Sequence[int] = ()) -> Best | None:
        """What the first aims reach with some limits changed and some dropped; None when there is no plan.

        The model is left as it was.
        """
        self.replace(changes)
        for row in dropped:
            self.session.set_row_bounds(row, -np.inf, np.inf)
        results = self._first_results()
        self._unfreeze()
        self.restore([*changes, *dropped])
        if results is None:
            return None
        values, soft = [_value(result) for result in results], len(self.formulation.soft_orders)
        return Best(
            values[soft] * THOUSAND, values[-1] * THOUSAND, tuple(value * THOUSAND for value in values[:soft])
        )

    def gap_stage(self) -> GapStage | None:
        """The gap at its least with its multipliers, aims before it kept; None without a plan or without a basis."""
        results = self._first_results()
        ranging = None if results is None else self.session.row_ranging()
        self._unfreeze()
        if results is None or ranging is None or results[-1].row_duals is None:
            return None
        values = results[-1].values
        assert values is not None
        return GapStage(values, results[-1].row_duals, ranging[0], ranging[1])

    def _first_results(self) -> list[Result] | None:
        """Each of the first aims at its best while those before it are kept there."""
        results: list[Result] = []
        for at, (cost, offset) in enumerate(self._aims):
            self.session.set_objective(cost, offset, "minimise")
            result = self._solve(from_point=at > 0)
            if not _decided(result):
                return None
            results.append(result)
            if at < len(self._freeze):
                self.session.set_row_bounds(self._freeze[at], -np.inf, _value(result) - offset + FREEZE)
        return results

    def _unfreeze(self) -> None:
        for row in self._freeze:
            self.session.set_row_bounds(row, -np.inf, np.inf)

    def _aim_at_nothing(self) -> None:
        self.session.set_objective(np.zeros(len(self.compiled.variables)), 0.0, "minimise")

    def _put(self, row: int, limit: AnyLimit, now: AnyLimit | None) -> None:
        """Write a limit into its row; `now`, where given, is what stands there and need not be written again.

        What stands beside the cells in plan years is not written: a change of it would pass unseen.
        """
        assert not (isinstance(limit, Limit) and isinstance(now, Limit)) or _beside(limit) == _beside(now), limit
        if isinstance(limit, ExcessLimit):
            before = None if not isinstance(now, ExcessLimit) else now.excesses
            if limit.excesses != before:
                for column, excess in zip(self._excesses[row], limit.excesses, strict=True):
                    self.session.set_coefficient(row, column, float(excess.weight))
        elif limit.year > 1 and not (isinstance(now, Limit) and now.factor == limit.factor):
            for cell in limit.cells:
                self.session.set_coefficient(row, self.column(cell, limit.year - 1), -float(limit.factor))
        self.session.set_row_bounds(row, *row_ends(limit, self.instance))


def first_aims(
    formulation: Formulation | ArrayFormulation, compiled: CompiledModel | CompiledArrays
) -> list[tuple[Values, float]]:
    """Soft rules in their order, what is left unallocated, then the gap (in pounds last, however counted)."""
    aims = [compiled.objective(formulation.soft_violation(order)) for order in formulation.soft_orders]
    aims.append(compiled.objective(formulation.unallocated()))
    if formulation.instance.settings.gap_counted_in == "share_of_need":
        cost, offset = compiled.objective(formulation.final_year_gap_share())
        aims.append((_PRICE_OF_SHARE * cost, _PRICE_OF_SHARE * offset))
    return [*aims, compiled.objective(formulation.final_year_gap())]


def _beside(limit: Limit) -> list[Term]:
    return [term for term in limit.others if term.year]


def _value(result: Result) -> float:
    assert result.value is not None
    return result.value


def row_ends(limit: AnyLimit, instance: Instance) -> tuple[float, float]:
    """The ends of a limit's row: what is known of it, as the base year, is on this side."""
    end = limit.end_gbp
    if isinstance(limit, Limit):
        if limit.year == 1 and limit.factor:
            end += limit.factor * sum(instance.opening_gbp[cell] for cell in limit.cells)
        opened = [term for term in limit.others if term.year == 0]
        end -= sum(
            (term.coefficient * sum(instance.opening_gbp[cell] for cell in term.cells) for term in opened),
            Fraction(0),
        )
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
