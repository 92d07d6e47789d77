"""HiGHS on raw arrays: one model that stays loaded while objectives, bounds and rows change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.types import Limits, Progress, Result, Sense, SolverUse, Status, Unwatched, Values, Watch, gap_share
from solvers.versions import refuse_untrusted_highs

OnSolution = Callable[[Values], None]

_STATUS: dict[object, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kObjectiveBound: "feasible",
    highspy.HighsModelStatus.kObjectiveTarget: "feasible",
    highspy.HighsModelStatus.kSolutionLimit: "feasible",
    highspy.HighsModelStatus.kTimeLimit: "unknown",
    highspy.HighsModelStatus.kIterationLimit: "unknown",
    highspy.HighsModelStatus.kInterrupt: "unknown",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "unknown",
    highspy.HighsModelStatus.kUnknown: "unknown",
}


@dataclass(frozen=True)
class LinearModel:
    """Minimise or maximise `cost @ x + offset` over rows `row_lower <= matrix @ x <= row_upper`.

    Shapes: n columns, m rows; `matrix` is m x n in CSR form; infinities are `inf`. `integer` marks whole-number
    columns. Names are carried for reports only.
    """

    cost: Values
    offset: float
    sense: Sense
    lower: Values
    upper: Values
    integer: NDArray[np.bool_]
    matrix: sparse.csr_matrix[np.float64]
    row_lower: Values
    row_upper: Values
    column_names: tuple[str, ...] = ()
    row_names: tuple[str, ...] = ()


class HighsSession:
    """A model loaded into HiGHS once and solved many times.

    Objectives, bounds and rows may change between solves; nothing is rebuilt. One thread, a fixed seed.
    """

    def __init__(self, model: LinearModel) -> None:
        self.version = refuse_untrusted_highs()
        self._highs = highspy.Highs()
        self._highs.setOptionValue("log_to_console", False)  # output_flag off would silence progress too
        self._whole = model.integer
        self._integer = bool(model.integer.any())
        self._sense = model.sense
        self._columns = len(model.cost)
        self._start: Values | None = None
        self.row_count = len(model.row_lower)
        self._highs.passModel(_highs_lp(model))

    def set_objective(self, cost: Values, offset: float, sense: Sense) -> None:
        """Replace the whole objective."""
        index = np.arange(self._columns, dtype=np.int32)
        self._highs.changeColsCost(self._columns, index, np.asarray(cost, dtype=np.float64))
        self._highs.changeObjectiveOffset(offset)
        self._highs.changeObjectiveSense(_sense(sense))
        self._sense = sense

    def add_row(self, coefficients: Values, lower: float, upper: float) -> int:
        """Add one row and return its index; `coefficients` has one entry per column."""
        index = np.flatnonzero(coefficients).astype(np.int32)
        self._highs.addRow(lower, upper, len(index), index, np.asarray(coefficients, dtype=np.float64)[index])
        self.row_count += 1
        return self.row_count - 1

    def add_rows(self, matrix: sparse.csr_matrix[np.float64], lower: Values, upper: Values) -> range:
        """Add many rows at once (`matrix`: rows x columns) and return their indices."""
        first, self.row_count = self.row_count, self.row_count + int(matrix.shape[0])
        self._highs.addRows(
            matrix.shape[0],
            np.asarray(lower, dtype=np.float64),
            np.asarray(upper, dtype=np.float64),
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )
        return range(first, self.row_count)

    def drop_rows(self, rows: NDArray[np.int64]) -> None:
        """Take rows out; those below move up."""
        if len(rows):
            self._highs.deleteRows(len(rows), np.asarray(rows, dtype=np.int32))
            self.row_count -= len(rows)

    @contextmanager
    def continuous(self) -> Iterator[None]:
        """Within this, the whole-number columns may take any value between their ends."""
        columns = np.flatnonzero(self._whole).astype(np.int32)
        self._set_kind(columns, highspy.HighsVarType.kContinuous)
        self._integer = False
        try:
            yield
        finally:
            self._set_kind(columns, highspy.HighsVarType.kInteger)
            self._integer = len(columns) > 0

    def set_coefficient(self, row: int, column: int, coefficient: float) -> None:
        self._highs.changeCoeff(row, column, coefficient)

    def add_columns(self, cost: Values, matrix: sparse.csc_matrix[np.float64], lower: Values, upper: Values) -> None:
        """Add many continuous columns at once (`matrix`: rows x new columns); later costs and rows count them."""
        self._highs.addCols(
            matrix.shape[1],
            np.asarray(cost, dtype=np.float64),
            lower,
            upper,
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )
        self._columns += int(matrix.shape[1])

    def set_row_bounds(self, row: int, lower: float, upper: float) -> None:
        self._highs.changeRowBounds(row, lower, upper)

    def set_column_bounds(self, column: int, lower: float, upper: float) -> None:
        self._highs.changeColBounds(column, lower, upper)

    def set_columns(self, columns: NDArray[np.int64], values: Values) -> None:
        """Hold many columns at values, one for each."""
        ends = np.asarray(values, dtype=np.float64)
        self._highs.changeColsBounds(len(columns), np.asarray(columns, dtype=np.int32), ends, ends)

    def start_from(self, values: Values) -> None:
        """Offer a solution to the next solve of a model with whole-number columns."""
        self._start = values

    def forget(self) -> None:
        """Let the next solve start from nothing, not from where the last one ended."""
        self._highs.clearSolver()

    def solve(
        self,
        limits: Limits,
        *,
        stage: str = "",
        watch: Watch | None = None,
        on_solution: OnSolution | None = None,
        options: dict[str, str | int | float | bool] | None = None,
    ) -> Result:
        """Solve what is loaded.

        `options` are further HiGHS options by name; they stay set for later solves.

        Raises
        ------
        ValueError
            If HiGHS refuses an option or a value.
        """
        used = self._set_options(limits, options or {})
        if self._start is not None and self._integer:
            solution = highspy.HighsSolution()
            solution.col_value = [float(v) for v in self._start]
            self._highs.setSolution(solution)
            self._start = None
        follower = _Follower(self._highs, stage, watch or Unwatched(), on_solution)
        started, cpu_started = time.monotonic(), time.process_time()
        if watch is not None or on_solution is not None:  # nobody else hears it, and each call back takes its time
            follower.attach(started, self._integer)
        self._highs.run()
        follower.detach()
        timing = (time.monotonic() - started, time.process_time() - cpu_started)
        result = self._read(limits, SolverUse("HiGHS", self.version, used), timing, follower.asked_to_stop)
        (watch or Unwatched()).progress(Progress(result.seconds, stage, result.value, result.bound, result.gap_share))
        return result

    def _set_kind(self, columns: NDArray[np.int32], kind: highspy.HighsVarType) -> None:
        if len(columns):
            self._highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), int(kind), dtype=np.uint8))

    def row_ranging(self) -> tuple[Values, Values] | None:
        """Between which ends each row's active end may be moved, alone, for its multiplier to hold.

        Of the last solve, a linear program solved to its best by a simplex method; None where HiGHS has no basis.
        """
        status, ranging = self._highs.getRanging()
        if status != highspy.HighsStatus.kOk or not ranging.valid:
            return None
        low = np.asarray(ranging.row_bound_dn.value_, dtype=np.float64)
        return low, np.asarray(ranging.row_bound_up.value_, dtype=np.float64)

    def _set_options(
        self, limits: Limits, options: dict[str, str | int | float | bool]
    ) -> dict[str, str | int | float | bool]:
        chosen: dict[str, str | int | float | bool] = {
            "threads": limits.threads,
            "random_seed": limits.seed,
            "mip_rel_gap": limits.relative_gap,
            "mip_abs_gap": limits.absolute_gap,
            "time_limit": float("inf") if limits.time_limit_seconds is None else limits.time_limit_seconds,
            "mip_max_nodes": 2_147_483_647 if limits.node_limit is None else limits.node_limit,
            # 1.12 once proved a wrong bound with restarts. The estate `nwl`: 119 CPU-s with them, 117 without.
            "mip_allow_restart": False,
            **options,
        }
        for name, value in chosen.items():
            if self._highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                raise ValueError(f"HiGHS does not take {name} = {value}")
        return {k: v for k, v in chosen.items() if v != float("inf") and v != 2_147_483_647}

    def _read(self, limits: Limits, use: SolverUse, timing: tuple[float, float], cancelled: bool) -> Result:
        highs_status = self._highs.getModelStatus()
        info = self._highs.getInfo()
        status = _STATUS.get(highs_status, "error")
        solved = info.primal_solution_status == 2 and status not in ("infeasible", "unbounded", "error")
        solution = self._highs.getSolution()
        values = np.asarray(solution.col_value, dtype=np.float64) if solved else None
        value = float(info.objective_function_value) if solved else None
        bound = self._bound(info, status, value)
        if solved and status == "unknown":
            status = "feasible"
        if status == "optimal" and not solved:
            status = "unknown"  # optimal after scaling, but off by more than the tolerance in the rows as given
        if status == "optimal" and self._integer and gap_share(value, bound):
            status = "optimal" if _within(value, bound, limits) else "feasible"
        return Result(
            status=status,
            reason=self._highs.modelStatusToString(highs_status),
            value=value,
            bound=bound,
            values=values,
            seconds=timing[0],
            cpu_seconds=timing[1],
            solver=use,
            stopped_by_clock=cancelled or highs_status == highspy.HighsModelStatus.kTimeLimit,
            cancelled=cancelled,
            row_duals=np.asarray(solution.row_dual, dtype=np.float64) if solution.dual_valid else None,
            column_duals=np.asarray(solution.col_dual, dtype=np.float64) if solution.dual_valid else None,
        )

    def _bound(self, info: highspy.HighsInfo, status: Status, value: float | None) -> float | None:
        if not self._integer:
            return value if status == "optimal" else None
        bound = float(info.mip_dual_bound)
        return bound if np.isfinite(bound) else None


class _Follower:
    """Passes HiGHS's callbacks on to a watch and stops the solve when asked."""

    def __init__(self, highs: highspy.Highs, stage: str, watch: Watch, on_solution: OnSolution | None) -> None:
        self._highs, self._stage, self._watch, self._on_solution = highs, stage, watch, on_solution
        self._started = 0.0
        self._last = 0.0
        self.asked_to_stop = False

    def attach(self, started: float, integer: bool) -> None:
        self._started = started
        if integer:
            self._highs.cbMipLogging += self._log
            self._highs.cbMipImprovingSolution += self._improved
            self._highs.cbMipInterrupt += self._interrupt
        else:
            self._highs.cbSimplexInterrupt += self._interrupt
            self._highs.cbIpmInterrupt += self._interrupt

    def detach(self) -> None:
        for callback in (
            self._highs.cbMipLogging,
            self._highs.cbMipImprovingSolution,
            self._highs.cbMipInterrupt,
            self._highs.cbSimplexInterrupt,
            self._highs.cbIpmInterrupt,
        ):
            callback.clear()

    def _log(self, event: highspy.highs.HighsCallbackEvent) -> None:
        data = event.data_out
        value, bound = _finite(data.mip_primal_bound), _finite(data.mip_dual_bound)
        seconds = time.monotonic() - self._started
        self._watch.progress(Progress(seconds, self._stage, value, bound, gap_share(value, bound)))

    def _improved(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if self._on_solution is not None:
            self._on_solution(np.asarray(event.data_out.mip_solution, dtype=np.float64).copy())

    def _interrupt(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if (now := time.monotonic()) - self._last < 0.1:
            return
        self._last = now
        if self._watch.cancelled():
            self.asked_to_stop = True
            event.interrupt()


def solve_linear(
    model: LinearModel,
    limits: Limits,
    *,
    stage: str = "",
    watch: Watch | None = None,
    start: Values | None = None,
    on_solution: OnSolution | None = None,
) -> Result:
    """Load and solve one model."""
    session = HighsSession(model)
    if start is not None:
        session.start_from(start)
    return session.solve(limits, stage=stage, watch=watch, on_solution=on_solution)


def relaxed(model: LinearModel) -> LinearModel:
    """The same model with every whole-number column made continuous."""
    return replace(model, integer=np.zeros(len(model.cost), dtype=bool))


def with_rows(model: LinearModel, matrix: sparse.csr_matrix[np.float64], lower: Values, upper: Values) -> LinearModel:
    """The same model with further rows (unnamed) below its own."""
    return replace(
        model,
        matrix=sparse.csr_matrix(sparse.vstack([model.matrix, matrix])),
        row_lower=np.concatenate([model.row_lower, lower]),
        row_upper=np.concatenate([model.row_upper, upper]),
        row_names=(*model.row_names, *("" for _ in range(matrix.shape[0]))) if model.row_names else (),
    )


def linear_model(
    columns: int,
    rows: Sequence[tuple[Sequence[int], Sequence[float], float, float]],
    *,
    cost: Values,
    lower: Values,
    upper: Values,
    integer: NDArray[np.bool_] | None = None,
    sense: Sense = "minimise",
    offset: float = 0.0,
) -> LinearModel:
    """A model from rows given as (column indices, coefficients, lower, upper)."""
    indptr = np.cumsum([0, *(len(row[0]) for row in rows)])
    indices = np.array([i for row in rows for i in row[0]], dtype=np.int32)
    data = np.array([v for row in rows for v in row[1]], dtype=np.float64)
    return LinearModel(
        cost=cost,
        offset=offset,
        sense=sense,
        lower=lower,
        upper=upper,
        integer=np.zeros(columns, dtype=bool) if integer is None else integer,
        matrix=sparse.csr_matrix((data, indices, indptr), shape=(len(rows), columns)),
        row_lower=np.array([row[2] for row in rows], dtype=np.float64),
        row_upper=np.array([row[3] for row in rows], dtype=np.float64),
    )


def _highs_lp(model: LinearModel) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.row_lower)
    lp.col_cost_, lp.offset_, lp.sense_ = model.cost, model.offset, _sense(model.sense)
    lp.col_lower_, lp.col_upper_ = model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = model.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = model.matrix.data.astype(np.float64)
    if model.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in model.integer]
    return lp


def _sense(sense: Sense) -> highspy.ObjSense:
    return highspy.ObjSense.kMinimize if sense == "minimise" else highspy.ObjSense.kMaximize


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) and abs(number) < 1e30 else None


def _within(value: float | None, bound: float | None, limits: Limits) -> bool:
    if value is None or bound is None:
        return False
    return abs(bound - value) <= 1.0001 * max(limits.absolute_gap, limits.relative_gap * abs(value)) + 1e-9
