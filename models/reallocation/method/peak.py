"""The least peak of yearly growth: a ratio, so solved by a short series of linear programs (Dinkelbach's method)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.reallocation.method.growth import Growth, growth_rows, growths_of, peak_of
from models.reallocation.method.region import solve_by_any
from models.reallocation.method.staged_model import StagedModel
from solvers.highs import HighsSession, LinearModel, with_rows
from solvers.stages import Deadline
from solvers.types import Limits, Progress, Result, Values, Watch, gap_share

_ROUNDS = 60
_TIGHT: dict[str, str | int | float | bool] = {
    "primal_feasibility_tolerance": 1e-7,
    "dual_feasibility_tolerance": 1e-9,
}
_CLOSE_SHARE = 1e-9
_MARGIN_COST = 1e6
"""What a margin of 1 costs. A thousand pounds may change the margin by less than 1e-7, and HiGHS takes so small a
reduced cost for none: at a cost of 1 it called plans best that were not."""


def minimise_peak_growth(
    model: StagedModel, region: LinearModel, start: Values, limits: Limits, watch: Watch
) -> Result:
    """Minimise the largest yearly growth of any place's line over a region, starting from one of its points.

    Each round asks, at the growth z reached so far, by how much every cell could stay below growing by z (as a share
    of its opening); what that plan grows by at most is the next z. When no cell can stay below, z is the least. The
    bound is worked out from the multipliers of the last round (`_Rounds.bound`).
    """
    started, cpu_started = time.monotonic(), time.process_time()
    rounds, deadline = _Rounds.of(region, growths_of(model)), Deadline(limits.time_limit_seconds)
    best, values, bound = peak_of(rounds.growths, start), start, None
    last: Result | None = None
    for _ in range(_ROUNDS):
        last = rounds.solve(best, deadline.within(limits))
        if last.status != "optimal" or last.values is None or last.value is None:
            break
        margin, found = last.value / _MARGIN_COST, last.values[: len(start)]
        bound = _least(best, min(margin, 0.0), rounds.weight_known(last))
        best, values = min((best, values), (peak_of(rounds.growths, found), found), key=lambda pair: pair[0])
        watch.progress(Progress(time.monotonic() - started, "peak_growth", best, bound, gap_share(best, bound)))
        if margin > -_CLOSE_SHARE:
            if not _closed(best, bound, limits):
                bound = rounds.bound(best, last, deadline.within(limits))
            break
        if watch.cancelled() or deadline.passed():
            break
    assert last is not None
    closed = _closed(best, bound, limits)
    return Result(
        status="optimal" if closed else "feasible",
        reason="no cell can grow less" if closed else f"no bound close to it was found ({last.reason})",
        value=best,
        bound=bound,
        values=values,
        seconds=time.monotonic() - started,
        cpu_seconds=time.process_time() - cpu_started,
        solver=last.solver,
        stopped_by_clock=last.stopped_by_clock or (not closed and (watch.cancelled() or deadline.passed())),
        cancelled=watch.cancelled(),
    )


@dataclass(frozen=True)
class _Rounds:
    """A region with a growth row for every place, line and year, and the column of the margin, loaded."""

    session: HighsSession
    growths: Sequence[Growth]
    first_row: int
    columns: int

    @staticmethod
    def of(region: LinearModel, growths: Sequence[Growth]) -> _Rounds:
        matrix, upper = growth_rows(growths, len(region.cost), 0.0)
        model = with_rows(region, matrix, np.full(len(upper), -np.inf), upper)
        session = HighsSession(_with_margin(model, growths))
        return _Rounds(session, growths, session.row_count - len(growths), len(region.cost) + 1)

    def solve(self, growth_share: float, limits: Limits) -> Result:
        """The least margin by which growth of so much is missed; below zero, every cell can grow by less."""
        for at, growth in enumerate(self.growths):
            for column in growth.before:
                self.session.set_coefficient(self.first_row + at, column, -1.0 - growth_share)
            if not growth.before:
                self.session.set_row_bounds(self.first_row + at, -np.inf, (1 + growth_share) * growth.opening)
        return solve_by_any(self.session, limits, options=_TIGHT)

    def weight_known(self, result: Result) -> float:
        """The part of a round's multipliers that rests on opening budgets, which are numbers."""
        weights = self._weights(result)
        known = [
            weight * growth.opening for weight, growth in zip(weights, self.growths, strict=True) if not growth.before
        ]
        return float(sum(known))

    def bound(self, growth_share: float, result: Result, limits: Limits) -> float | None:
        """The least the peak can be, by the multipliers of the last round.

        With multipliers u of the growth rows, every plan has `sum u (x[t] - (1 + z) x[t-1]) >= margin`; one that
        grows by q at most has `sum u (x[t] - (1 + q) x[t-1]) <= 0`. So `(z - q) sum u x[t-1] <= -margin`, and what
        the sum on the left can be at least is found by one more solve. None where it can be nothing.
        """
        weights = self._weights(result)
        cost = np.zeros(self.columns)
        for weight, growth in zip(weights, self.growths, strict=True):
            for column in growth.before:
                cost[column] += weight
        most = float(np.max(cost))
        self.session.set_column_bounds(self.columns - 1, -10.0, 0.0)
        self.session.set_objective(cost / most, 0.0, "minimise")
        least = solve_by_any(self.session, limits, options=_TIGHT)
        if least.status != "optimal" or least.value is None or result.value is None:
            return None
        known = self.weight_known(result) + least.value * most
        return _least(growth_share, min(result.value / _MARGIN_COST, 0.0), known)

    def _weights(self, result: Result) -> Values:
        assert result.row_duals is not None
        return np.abs(result.row_duals[self.first_row : self.first_row + len(self.growths)]) / _MARGIN_COST


def _least(growth: float, margin: float, weight: float) -> float | None:
    return None if weight <= _CLOSE_SHARE else growth + margin / weight


def _closed(best: float, bound: float | None, limits: Limits) -> bool:
    return bound is not None and best - bound <= max(limits.absolute_gap, limits.relative_gap * abs(best))


def _with_margin(model: LinearModel, growths: Sequence[Growth]) -> LinearModel:
    """One more column, minimised: by how much (as a share of the opening) the growth rows may be missed."""
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
