"""The least peak of yearly growth: a ratio, so solved by a short series of linear programs (Dinkelbach's method)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.reallocation.formulation.limit import Limit
from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import PlaceLine
from models.reallocation.method.loaded import LoadedModel
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


@dataclass(frozen=True)
class _Growth:
    """One place and line in one year: columns now and the year before (none in year 1), opening in thousands."""

    key: PlaceLine
    now: tuple[int, ...]
    before: tuple[int, ...]
    opening: float


def minimise_peak_growth(
    loaded: LoadedModel, frozen: LinearModel, start: Values, limits: Limits, watch: Watch
) -> Result:
    """Minimise the largest yearly growth of any place's line over the frozen model, starting from one of its points.

    Each round asks, at the growth z reached so far, by how much every cell could stay below growing by z (as a share
    of its opening); what that plan grows by at most is the next z. When no cell can stay below, z is the least. The
    bound is z less that last margin, divided by how small a cell can get.
    """
    growths, deadline = _growths(loaded), Deadline(limits.time_limit_seconds)
    session, first_row = _session(frozen, growths)
    best, values, smallest = _peak(growths, start), start, smallest_share(loaded)
    started, cpu_started = time.monotonic(), time.process_time()
    bound: float | None = None
    last: Result | None = None
    for _ in range(_ROUNDS):
        _set_growth(session, first_row, growths, best)
        last = session.solve(deadline.within(limits), options=_TIGHT)
        if last.values is None or last.value is None:
            break
        margin = last.value / _MARGIN_COST
        bound = _bound(best, min(margin, 0.0), smallest)
        reached = _peak(growths, last.values[: len(start)])
        if reached < best:
            best, values = reached, last.values[: len(start)]
        watch.progress(Progress(time.monotonic() - started, "peak_growth", best, bound, gap_share(best, bound)))
        if margin > -_CLOSE_SHARE or watch.cancelled() or deadline.passed():
            break
    assert last is not None
    closed = bound is not None and best - bound <= max(limits.absolute_gap, limits.relative_gap * abs(best))
    stopped = last.stopped_by_clock or watch.cancelled() or deadline.passed()
    seconds = (time.monotonic() - started, time.process_time() - cpu_started)
    return Result(
        status="optimal" if closed else "feasible",
        reason="no cell can grow less" if closed else last.reason,
        value=best,
        bound=bound,
        values=values,
        seconds=seconds[0],
        cpu_seconds=seconds[1],
        solver=last.solver,
        stopped_by_clock=stopped,
        cancelled=watch.cancelled(),
    )


def _session(frozen: LinearModel, growths: Sequence[_Growth]) -> tuple[HighsSession, int]:
    """The frozen model with a growth row for every place, line and year, loaded; and the first of those rows."""
    matrix, upper = _rows(growths, len(frozen.cost), 0.0)
    model = with_rows(frozen, matrix, np.full(len(upper), -np.inf), upper)
    session = HighsSession(_with_margin(model, growths))
    return session, session.row_count - len(growths)


def peak_rows(loaded: LoadedModel, columns: int, growth_share: float) -> tuple[sparse.csr_matrix[np.float64], Values]:
    """Rows (with their upper ends) that keep every place's line from growing faster than a share in any year."""
    return _rows(_growths(loaded), columns, growth_share)


def smallest_share(loaded: LoadedModel) -> float:
    """The least any place's line can be in any year, as a share of its opening, by its own limits from below."""
    instance = loaded.instance
    own: dict[tuple[PlaceLine, int], list[Limit]] = {}
    of_cells = {cells: key for key, cells in instance.cells_of.items()}
    for limit in loaded.limits.values():
        key = of_cells.get(limit.cells)
        if key is not None and limit.side == "least":
            own.setdefault((key, limit.year), []).append(limit)
    smallest = 1.0
    for key in instance.place_lines:
        least = opening = float(instance.opening_of[key])
        for t in range(1, instance.horizon + 1):
            limits = own.get((key, t), [])
            least = max((float(limit.factor) * least + float(limit.constant_gbp) for limit in limits), default=0.0)
            smallest = min(smallest, max(least, 0.0) / opening)
    return smallest


def _bound(growth: float, margin: float, smallest: float) -> float | None:
    return None if smallest <= 0.0 else growth + margin / smallest


def _growths(loaded: LoadedModel) -> list[_Growth]:
    instance = loaded.instance
    return [
        _Growth(
            key,
            tuple(loaded.column(cell, t) for cell in cells),
            tuple(loaded.column(cell, t - 1) for cell in cells) if t > 1 else (),
            instance.opening_of[key] / THOUSAND,
        )
        for key, cells in instance.cells_of.items()
        for t in range(1, instance.horizon + 1)
    ]


def _rows(
    growths: Sequence[_Growth], columns: int, growth_share: float
) -> tuple[sparse.csr_matrix[np.float64], Values]:
    rows, at, data = [], [], []
    for row, growth in enumerate(growths):
        for column in growth.now:
            rows.append(row)
            at.append(column)
            data.append(1.0)
        for column in growth.before:
            rows.append(row)
            at.append(column)
            data.append(-1.0 - growth_share)
    upper = np.array([0.0 if growth.before else (1 + growth_share) * growth.opening for growth in growths])
    return sparse.csr_matrix((data, (rows, at)), shape=(len(growths), columns)), upper


def _with_margin(model: LinearModel, growths: Sequence[_Growth]) -> LinearModel:
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
    return LinearModel(
        cost=np.append(np.zeros(len(model.cost)), _MARGIN_COST),
        offset=0.0,
        sense="minimise",
        lower=np.append(model.lower, -10.0),
        upper=np.append(model.upper, 10.0),
        integer=np.append(model.integer, False),
        matrix=sparse.csr_matrix(sparse.hstack([model.matrix, margin])),
        row_lower=model.row_lower,
        row_upper=model.row_upper,
    )


def _set_growth(session: HighsSession, first_row: int, growths: Sequence[_Growth], growth_share: float) -> None:
    for at, growth in enumerate(growths):
        for column in growth.before:
            session.set_coefficient(first_row + at, column, -1.0 - growth_share)
        if not growth.before:
            session.set_row_bounds(first_row + at, -np.inf, (1 + growth_share) * growth.opening)


def _peak(growths: Sequence[_Growth], values: Values) -> float:
    """The largest growth in a solution; a cell that stays at nothing does not grow."""
    peak = -1.0
    for growth in growths:
        now = float(values[list(growth.now)].sum())
        before = float(values[list(growth.before)].sum()) if growth.before else growth.opening
        if before > 1e-9:
            peak = max(peak, now / before - 1)
    return peak
