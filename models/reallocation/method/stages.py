"""The aims in their order: what is left unallocated, the gap, the worst cell, peak growth, the straight path."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import CellKey, Instance
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.method.peak import minimise_peak_growth, peak_rows
from models.reallocation.rules import STAGES, StageSpec
from solvers.highs import HighsSession, LinearModel, with_rows
from solvers.qp import SquaredDistance, solve_squared_distance
from solvers.stages import Aim, Deadline, StagedResult, distinct_uses, solve_in_stages, stage_result
from solvers.types import Limits, Progress, Result, SolverUse, StageResult, Status, Values, Watch, gap_share

UNALLOCATED, GAP, WORST, PEAK, PATH = STAGES
Amounts = Mapping[CellKey, Sequence[float]]
_MULTIPLIER = 1e-6
_NOTHING = 1e-5  # a penny
_DECIMALS = 4
_SHARE_DECIMALS = 12
_PRICE_OF_WORST = 1e6
"""What a worst gap of 1 costs. A thousand pounds may change that share by less than the solver looks at; see peak."""
_MISS = 5e-4  # half a pound: whole pounds are made from this, and every limit is held exactly there


@dataclass(frozen=True)
class StagedAmounts:
    """What the stages came to; `amounts` are pounds of years 0 to T, not whole yet, of the last stage with a plan."""

    status: Status
    reason: str
    stages: tuple[StageResult, ...]
    solvers: tuple[SolverUse, ...]
    amounts: Amounts | None
    stopped_by_clock: bool
    cancelled: bool


class _InPounds:
    """A watch that hears pounds where the solver counts thousands."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def progress(self, event: Progress) -> None:
        scale = _scale_of(event.stage)
        value = None if event.value is None else event.value * scale
        bound = None if event.bound is None else event.bound * scale
        self._watch.progress(replace(event, value=value, bound=bound))

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self._watch.incumbent(decisions)

    def cancelled(self) -> bool:
        return self._watch.cancelled()


class _Face:
    """The points at which the money aims are at their best: rows and columns that must stay at their ends.

    By complementary slackness a row with a multiplier is tight at every best point. Saying so with equalities leaves
    later solves a region with an inside, where "no worse than the value" alone would leave one a hair thin.
    """

    def __init__(self, model: LinearModel) -> None:
        self.row_lower, self.row_upper = model.row_lower.copy(), model.row_upper.copy()
        self.lower, self.upper = model.lower.copy(), model.upper.copy()

    def fix(self, session: HighsSession, result: Result) -> None:
        """Keep the loaded model, and this face, where one solved aim is at its best."""
        assert result.row_duals is not None and result.column_duals is not None and result.values is not None
        for row in np.flatnonzero(np.abs(result.row_duals[: len(self.row_lower)]) > _MULTIPLIER):
            if self.row_lower[row] != self.row_upper[row]:
                end = self.row_upper[row] if np.isfinite(self.row_upper[row]) else self.row_lower[row]
                self.row_lower[row] = self.row_upper[row] = end
                session.set_row_bounds(int(row), end, end)
        for column in np.flatnonzero(np.abs(result.column_duals) > _MULTIPLIER):
            low, high = self.lower[column], self.upper[column]
            end = low if abs(result.values[column] - low) <= abs(result.values[column] - high) else high
            self._keep(session, int(column), end)

    def fix_at_nothing(self, session: HighsSession, aim: Aim, result: Result) -> None:
        """Where a sum of amounts that cannot be negative came to nothing, keep each of them at nothing.

        The multipliers of such an aim need not show it: they may rest on half of the amounts alone.
        """
        nothing = result.value is not None and result.value <= _NOTHING
        if nothing and bool(np.all(aim.cost >= 0)):
            for column in np.flatnonzero(aim.cost > 0):
                if self.lower[column] == 0.0:
                    self._keep(session, int(column), 0.0)

    def _keep(self, session: HighsSession, column: int, end: float) -> None:
        self.lower[column] = self.upper[column] = end
        session.set_column_bounds(column, end, end)

    def of(self, model: LinearModel) -> LinearModel:
        """The model kept on this face."""
        return replace(model, lower=self.lower, upper=self.upper, row_lower=self.row_lower, row_upper=self.row_upper)


def solve_stages(
    loaded: LoadedModel, limits: Limits, watch: Watch, on_plan: Callable[[Amounts], None]
) -> StagedAmounts:
    """Solve every aim in turn; `on_plan` hears of each plan that is better than the one before."""
    deadline, heard = Deadline(limits.time_limit_seconds), _InPounds(watch)
    aims, face = _linear_aims(loaded), _Face(loaded.compiled.linear)

    def after(aim: Aim, result: Result) -> None:
        on_plan(loaded.amounts(_found(result)))
        if aim.unit == "gbp" and result.status == "optimal":
            face.fix(loaded.session, result)
            face.fix_at_nothing(loaded.session, aim, result)

    staged = solve_in_stages(loaded.session, aims, limits, watch=heard, on_stage=after)
    stages = [_in_pounds(stage) for stage in staged.stages]
    if staged.status != "optimal":
        amounts = None if staged.values is None else loaded.amounts(staged.values)
        ended = (staged.stopped_by_clock, staged.cancelled)
        return StagedAmounts(staged.status, staged.reason, tuple(stages), staged.solvers, amounts, *ended)
    assert staged.values is not None
    frozen = _frozen(face.of(loaded.compiled.linear), aims, staged)
    peak = minimise_peak_growth(loaded, frozen, staged.values, deadline.within(limits), heard)
    stages.append(stage_result(PEAK.name, PEAK.unit, "minimise", peak))
    uses = [*staged.solvers, peak.solver]
    results = [peak]
    on_plan(loaded.amounts(_found(peak)))
    if peak.stopped_by_clock or deadline.passed() or watch.cancelled():
        results = [replace(peak, stopped_by_clock=True, cancelled=watch.cancelled())]
    elif peak.value is not None:
        path = _straightest(loaded, frozen, peak.value, deadline.within(limits), heard)
        stages.append(_in_pounds(stage_result(PATH.name, PATH.unit, "minimise", path)))
        uses.append(path.solver)
        results.append(path)
    return _closing(loaded, stages, uses, results)


def straight_path_gbp(instance: Instance) -> dict[CellKey, list[float]]:
    """The straight path of every cell, years 1 to T: its distance from need shrinks at one rate until it is gone."""
    path: dict[CellKey, list[float]] = {}
    last = instance.horizon
    for key, cells in instance.cells_of.items():
        opening = instance.opening_of[key]
        ratio = opening / float(instance.need_gbp(key, 0))
        whole = [float(instance.need_gbp(key, t)) * ratio ** ((last - t) / last) for t in range(1, last + 1)]
        for cell in cells:
            share = instance.opening_gbp[cell] / opening
            path[cell] = [share * gbp for gbp in whole]
    return path


def _linear_aims(loaded: LoadedModel) -> list[Aim]:
    formulation, compiled = loaded.formulation, loaded.compiled
    expressions = (
        (UNALLOCATED, formulation.unallocated()),
        (GAP, formulation.final_year_gap()),
        (WORST, formulation.worst_cell_gap()),
    )
    aims = []
    for spec, expression in expressions:
        cost, offset = compiled.objective(expression)
        price = _PRICE_OF_WORST if spec is WORST else 1.0
        aims.append(Aim(spec.name, spec.unit, "minimise", price * cost, price * offset))
    return aims


def _frozen(model: LinearModel, aims: Sequence[Aim], staged: StagedResult) -> LinearModel:
    """The model with every linear aim frozen a little above its value.

    The end is put on a grid, so that two solves that differ in the last digits freeze at the same place.
    """
    ends = []
    for aim, spec, stage in zip(aims, STAGES, staged.stages, strict=False):
        assert stage.value is not None
        ends.append(_on_grid(stage.value, spec.freeze / _scale(spec)) - aim.offset)
    matrix = sparse.csr_matrix(np.stack([aim.cost for aim in aims]))
    return with_rows(model, matrix, np.full(len(aims), -np.inf), np.array(ends))


def _on_grid(value: float, freeze: float) -> float:
    """The value raised by a quarter to three quarters of the tolerance, to a multiple of half the tolerance."""
    step = freeze / 2
    return math.ceil((value + freeze / 4) / step) * step


def _straightest(
    loaded: LoadedModel, frozen: LinearModel, peak_growth: float, limits: Limits, watch: Watch
) -> Result:
    """The plan closest to the straight path, with every earlier aim frozen: strictly convex, so there is one."""
    columns = len(frozen.cost)
    matrix, upper = peak_rows(loaded, columns, _on_grid(peak_growth, PEAK.freeze))
    model = with_rows(frozen, matrix, np.full(len(upper), -np.inf), upper)
    weight, target = np.zeros(columns), np.zeros(columns)
    for cell, pounds in straight_path_gbp(loaded.instance).items():
        for t, gbp in enumerate(pounds, start=1):
            at = loaded.column(cell, t)
            weight[at], target[at] = THOUSAND / gbp, gbp / THOUSAND
    aim = SquaredDistance(weight, target)
    return solve_squared_distance(model, aim, limits, stage=PATH.name, watch=watch, feasibility=_MISS)


def _closing(
    loaded: LoadedModel, stages: Sequence[StageResult], uses: Sequence[SolverUse], results: Sequence[Result]
) -> StagedAmounts:
    with_values = [result for result in results if result.values is not None]
    complete = len(stages) == len(STAGES) and all(stage.status == "optimal" for stage in stages)
    return StagedAmounts(
        status="optimal" if complete else "feasible",
        reason="every aim is at its proven best" if complete else results[-1].reason,
        stages=tuple(stages),
        solvers=distinct_uses(uses),
        amounts=loaded.amounts(_found(with_values[-1])),
        stopped_by_clock=any(result.stopped_by_clock for result in results),
        cancelled=any(result.cancelled for result in results),
    )


def _found(result: Result) -> Values:
    assert result.values is not None
    return result.values


def _scale(spec: StageSpec) -> float:
    """From what the solver counts in to the unit of the aim."""
    if spec is WORST:
        return 1.0 / _PRICE_OF_WORST
    return THOUSAND if spec.unit == "gbp" else 1.0


def _scale_of(stage: str) -> float:
    return next((_scale(spec) for spec in STAGES if spec.name == stage), 1.0)


def _in_pounds(stage: StageResult) -> StageResult:
    """A stage in the unit it is recorded in; pounds to a hundredth of a penny, more than a solver knows."""
    scale, decimals = _scale_of(stage.name), _DECIMALS if stage.unit == "gbp" else _SHARE_DECIMALS
    value = None if stage.value is None else round(stage.value * scale, decimals) + 0.0
    bound = None if stage.bound is None else round(stage.bound * scale, decimals) + 0.0
    return replace(stage, value=value, bound=bound, gap_share=gap_share(value, bound))
