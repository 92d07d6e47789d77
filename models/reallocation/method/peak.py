"""The least peak of yearly growth: a ratio, so solved by a short series of linear programs (Dinkelbach's method)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.reallocation.method.growth import Growth, growth_rows, growths_of, peak_of
from models.reallocation.method.region import INTERIOR_FIRST, SIMPLEX_FIRST, is_large, solve_by_any
from models.reallocation.method.staged_model import StagedModel
from solvers.highs import HighsSession, LinearModel, with_rows
from solvers.stages import Deadline
from solvers.types import Limits, Progress, Result, Values, Watch, gap_share

_ROUNDS = 60
_TIGHT: dict[str, str | int | float | bool] = {
    "primal_feasibility_tolerance": 1e-7,
    "dual_feasibility_tolerance": 1e-9,
}
_HEARD_AFTER_SECONDS = 1.0
_CLOSE_SHARE = 1e-9
_REFUSED = 1e-10
_SMALL_SHARE = 1e-6
_PART_OF_GAP = 0.1
_MARGIN_COST = 1e6
"""What a margin of 1 costs. A thousand pounds may change the margin by less than 1e-7, and HiGHS takes so small a
reduced cost for none: at a cost of 1 it called plans best that were not."""


def minimise_peak_growth(
    model: StagedModel, region: LinearModel, start: Values, limits: Limits, watch: Watch
) -> Result:
    """Minimise the largest yearly growth of any place's line over a region, starting from one of its points.

    Each round asks, at the growth z reached so far, by how much every cell could stay below growing by z (as a share
    of what it had the year before in the plan found last); what the new plan grows by at most is the next z. When no
    cell can stay below, z is the least. That a hair less than z cannot be done is then shown by one more round.
    """
    started, cpu_started = time.monotonic(), time.process_time()
    rounds, deadline = _Rounds.of(region, growths_of(model)), Deadline(limits.time_limit_seconds)
    best, values = peak_of(rounds.growths, start), start
    bound: float | None = None
    for _ in range(_ROUNDS):
        last = rounds.solve(best, values, deadline.within(limits))
        if last.status != "optimal" or last.values is None:
            break
        found = last.values[: len(start)]
        reached = peak_of(rounds.growths, found)
        done = rounds.margin(last) > -_CLOSE_SHARE or reached >= best
        if reached < best:
            best, values = reached, found
        if done:
            bound = rounds.bound(best, values, deadline, limits)
        spent = time.monotonic() - started
        if done or spent > _HEARD_AFTER_SECONDS:  # what is heard first is shown, and a moment later it has its bound
            watch.progress(Progress(spent, "peak_growth", best, bound, gap_share(best, bound)))
        if done or watch.cancelled() or deadline.passed():
            break
    closed = bound is not None and best - bound <= _gap(best, limits)
    stopped = last.stopped_by_clock or (not closed and (watch.cancelled() or deadline.passed()))
    return Result(
        status="optimal" if closed else "feasible",
        reason="no cell can grow less" if closed else f"no bound close to it was found ({last.reason})",
        value=best,
        bound=bound,
        values=values,
        seconds=time.monotonic() - started,
        cpu_seconds=time.process_time() - cpu_started,
        solver=last.solver,
        stopped_by_clock=stopped,
        cancelled=watch.cancelled(),
    )


def _gap(best: float, limits: Limits) -> float:
    return max(limits.absolute_gap, limits.relative_gap * abs(best))


@dataclass
class _Rounds:
    """A region with a growth row for every place, line and year, and the column of the margin, loaded."""

    session: HighsSession
    growths: Sequence[Growth]
    first_row: int
    margin_column: int
    large: bool
    rounds: int = 0

    @staticmethod
    def of(region: LinearModel, growths: Sequence[Growth]) -> _Rounds:
        matrix, upper = growth_rows(growths, len(region.cost), 0.0)
        model = with_rows(region, matrix, np.full(len(upper), -np.inf), upper)
        session = HighsSession(_with_margin(model, growths))
        return _Rounds(session, growths, session.row_count - len(growths), len(region.cost), is_large(region))

    def solve(self, growth_share: float, values: Values, limits: Limits) -> Result:
        """The least margin by which growth of so much is missed; below zero, every cell can grow by less."""
        for at, growth in enumerate(self.growths):
            row, before = self.first_row + at, growth.opening
            for column in growth.before:
                self.session.set_coefficient(row, column, -1.0 - growth_share)
            if growth.before:
                before = max(float(values[list(growth.before)].sum()), _SMALL_SHARE * growth.opening)
            else:
                self.session.set_row_bounds(row, -np.inf, (1 + growth_share) * growth.opening)
            self.session.set_coefficient(row, self.margin_column, -before)
        methods = INTERIOR_FIRST if self.large and self.rounds < 2 else SIMPLEX_FIRST
        self.rounds += 1
        return solve_by_any(self.session, limits, options=_TIGHT, methods=methods)

    def margin(self, result: Result) -> float:
        """The margin of a solved round."""
        assert result.value is not None
        return result.value / _MARGIN_COST

    def bound(self, growth_share: float, values: Values, deadline: Deadline, limits: Limits) -> float | None:
        """A growth no plan can stay below: a hair less than what was reached, else by the multipliers."""
        hair = growth_share - max(_CLOSE_SHARE, _PART_OF_GAP * limits.relative_gap * abs(growth_share))
        refused = self.solve(hair, values, deadline.within(limits))
        if refused.status == "optimal" and self.margin(refused) > _REFUSED:
            return hair
        again = self.solve(growth_share, values, deadline.within(limits))
        if again.status != "optimal":
            return None
        return self._bound_by_multipliers(growth_share, again, deadline.within(limits))

    def _bound_by_multipliers(self, growth_share: float, result: Result, limits: Limits) -> float | None:
        """The least the peak can be, by the multipliers of a round at the growth z.

        With multipliers u of the growth rows, every plan has `sum u (x[t] - (1 + z) x[t-1]) >= margin`; one that
        grows by q at most has `sum u (x[t] - (1 + q) x[t-1]) <= 0`. So `(z - q) sum u x[t-1] <= -margin`, and what
        the sum on the left can be at least is found by one more solve. None where it can be nothing.
        """
        assert result.row_duals is not None
        duals = result.row_duals[self.first_row : self.first_row + len(self.growths)]
        weights = np.abs(duals) / _MARGIN_COST
        cost, known = np.zeros(self.margin_column + 1), 0.0
        for weight, growth in zip(weights, self.growths, strict=True):
            cost[list(growth.before)] += weight
            known += 0.0 if growth.before else float(weight) * growth.opening
        most = max(float(np.max(cost)), _CLOSE_SHARE)
        self.session.set_column_bounds(self.margin_column, -10.0, 0.0)
        self.session.set_objective(cost / most, 0.0, "minimise")
        least = solve_by_any(self.session, limits, options=_TIGHT)
        if least.status != "optimal" or least.value is None:
            return None
        weight = known + least.value * most
        return None if weight <= _CLOSE_SHARE else growth_share + min(self.margin(result), 0.0) / weight


def _with_margin(model: LinearModel, growths: Sequence[Growth]) -> LinearModel:
    """One more column, minimised: by how much (as a share of the year before) the growth rows may be missed."""
    rows = model.matrix.shape[0]
    first = rows - len(growths)
    margin = sparse.csr_matrix(
        (
            [-growth.opening for growth in growths],
            ([first + at for at in range(len(growths))], [0] * len(growths)),
        ),
        shape=(rows, 1),
    )
    return replace(
        model,
        cost=np.append(np.zeros(len(model.cost)), _MARGIN_COST),
        offset=0.0,
        sense="minimise",
        lower=np.append(model.lower, -10.0),
        upper=np.append(model.upper, 10.0),
        integer=np.append(model.integer, False),
        matrix=sparse.csr_matrix(sparse.hstack([model.matrix, margin])),
        column_names=(),
        row_names=(),
    )
