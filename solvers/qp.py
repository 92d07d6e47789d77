"""The point of a polyhedron closest to a target, by the interior-point solver Clarabel, with a bound proved here."""

from __future__ import annotations

import time
from dataclasses import dataclass

import clarabel
import numpy as np
from scipy import sparse

from solvers.ends import implied_ends
from solvers.highs import LinearModel
from solvers.inside import with_inside
from solvers.types import Limits, Progress, Result, SolverUse, Status, Unwatched, Values, Watch, gap_share
from solvers.versions import solver_version

_STATUS: dict[str, Status] = {
    "Solved": "optimal",
    "AlmostSolved": "feasible",
    "PrimalInfeasible": "infeasible",
    "DualInfeasible": "unbounded",
}
_OPTIONS: dict[str, str | int | float | bool] = {
    "tol_gap_abs": 1e-11,
    "tol_gap_rel": 1e-11,
    "tol_feas": 1e-11,
    "max_iter": 200,
    "max_threads": 1,
}

_PASSES = 3
_CLOSE = 1e-4


@dataclass(frozen=True)
class SquaredDistance:
    """`sum_j weight[j] * (x[j] - target[j])^2`; a column of weight 0 is not in the aim, its target must be 0."""

    weight: Values
    target: Values

    def value(self, x: Values) -> float:
        return float(np.sum(self.weight * (x - self.target) ** 2))


def solve_squared_distance(
    model: LinearModel,
    aim: SquaredDistance,
    limits: Limits,
    *,
    stage: str = "",
    watch: Watch | None = None,
    feasibility: float = 1e-6,
) -> Result:
    """The point of a polyhedron that is closest to a target in weighted squares; the costs of `model` are not used.

    `bound` is a Lagrangian bound worked out here from the multipliers, so it holds whatever the solver says of
    itself (the rows must leave columns of weight 0 an end, else it may be None). The status is `optimal` only when
    value and bound agree within the gaps of `limits` and no row or bound is missed by more than `feasibility`.
    """
    problem = _Projection.of(model, aim)
    started, cpu_started = time.monotonic(), time.process_time()
    word, x, multipliers = problem.solve(limits)
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu_started
    status, value, bound, values = _STATUS.get(word, "unknown"), None, None, None
    if status in ("optimal", "feasible"):
        values = np.clip(x, model.lower, model.upper)
        value, bound = aim.value(values), problem.proved_bound(multipliers, model)
        missed = largest_miss(model, values)
        distance = np.inf if bound is None else abs(value - bound)
        close = distance <= max(limits.absolute_gap, limits.relative_gap * abs(value))
        status = "optimal" if close else "feasible"
        if missed > feasibility:
            word, status = f"{word}, but a row is missed by {missed:.1e}", "unknown"
            values = value = bound = None
    use = SolverUse("Clarabel", solver_version("clarabel"), _OPTIONS)
    result = Result(status, word, value, bound, values, seconds, cpu, use, stopped_by_clock=word == "MaxTime")
    (watch or Unwatched()).progress(Progress(seconds, stage, value, bound, gap_share(value, bound)))
    return result


def largest_miss(model: LinearModel, x: Values) -> float:
    """By how much a point misses the worst of a model's rows and bounds; 0 when it misses none."""
    activity = model.matrix @ x
    return max(
        0.0,
        float(np.max(model.row_lower - activity, initial=0.0)),
        float(np.max(activity - model.row_upper, initial=0.0)),
        float(np.max(model.lower - x, initial=0.0)),
        float(np.max(x - model.upper, initial=0.0)),
    )


@dataclass(frozen=True)
class _Point:
    """What a pass found, and by how much it misses the worst row."""

    word: str
    point: Values
    multipliers: Values
    miss: float


@dataclass(frozen=True)
class _Projection:
    """Closest point as `min |d|^2` over `matrix @ d + s = rhs`, first `equalities` rows s = 0, the others s >= 0.

    `x = target + scale * d`: weighted columns are scaled so that the aim is a plain sum of squares, and the origin is
    the target, so that small departures from it are not lost in large amounts.
    """

    weighted: Values
    target: Values
    scale: Values
    matrix: sparse.csr_matrix[np.float64]
    rhs: Values
    equalities: int

    @staticmethod
    def of(model: LinearModel, aim: SquaredDistance) -> _Projection:
        inside = with_inside(model)
        rhs = inside.rhs - np.asarray(inside.matrix @ aim.target, dtype=np.float64)
        weighted = (aim.weight > 0).astype(np.float64)
        scale = np.where(aim.weight > 0, 1.0 / np.sqrt(np.where(aim.weight > 0, aim.weight, 1.0)), 1.0)
        matrix = sparse.csr_matrix(inside.matrix @ sparse.diags(scale))
        return _Projection(weighted, aim.target, scale, matrix, rhs, inside.equalities)

    def solve(self, limits: Limits) -> tuple[str, Values, Values]:
        """Clarabel's word, the point, and a multiplier for every row.

        The answer of the first pass is as good as the tolerances allow for amounts as large as the largest in any
        row. Each further pass starts at the point found, keeps only the rows close to it, and so is more exact.
        """
        # Rows of length 1 and distances of about 1 let the tolerances mean the same whatever the amounts.
        lengths = np.maximum(np.sqrt(np.asarray(self.matrix.multiply(self.matrix).sum(axis=1)).ravel()), 1e-12)
        matrix = sparse.csr_matrix(sparse.diags(1.0 / lengths) @ self.matrix)
        rhs = self.rhs / lengths
        best = _Point("", np.zeros(len(self.weighted)), np.zeros(len(rhs)), np.inf)
        missed = np.abs(np.concatenate([rhs[: self.equalities], np.minimum(rhs[self.equalities :], 0.0)]))
        size = max(float(np.max(missed, initial=0.0)), 1e-9)
        kept = np.ones(len(rhs), dtype=bool)
        for _ in range(_PASSES):
            room = rhs - np.asarray(matrix @ best.point, dtype=np.float64)
            word, step, found = self._one_pass(matrix[kept], room[kept] / size, best.point / size, limits)
            multipliers = np.zeros(len(rhs))
            multipliers[kept] = found * size
            point = best.point + size * step
            room = rhs - np.asarray(matrix @ point, dtype=np.float64)
            miss = float(np.max(np.abs(room[: self.equalities]), initial=0.0))
            miss = max(miss, float(np.max(-room[self.equalities :], initial=0.0)))
            if word not in ("Solved", "AlmostSolved") or not miss < best.miss:
                best = best if best.word else _Point(word, point, multipliers, miss)
                break
            best = _Point(word, point, multipliers, miss)
            kept = room <= _CLOSE * size
            kept[: self.equalities] = True
            size *= _CLOSE
        return best.word, self.target + self.scale * best.point, best.multipliers / lengths

    def _one_pass(
        self, matrix: sparse.csr_matrix[np.float64], room: Values, start: Values, limits: Limits
    ) -> tuple[str, Values, Values]:
        """The best step from a start: `min |start + step|^2` over `matrix @ step + s = room`."""
        settings = clarabel.DefaultSettings()
        for name, chosen in _OPTIONS.items():
            setattr(settings, name, chosen)
        settings.verbose = False
        if limits.time_limit_seconds is not None:
            settings.time_limit = max(limits.time_limit_seconds, 0.01)
        cones = [clarabel.NonnegativeConeT(len(room) - self.equalities)]
        if self.equalities:
            cones.insert(0, clarabel.ZeroConeT(self.equalities))
        quadratic = sparse.diags(2.0 * self.weighted, format="csc")
        linear = 2.0 * self.weighted * start
        solution = clarabel.DefaultSolver(quadratic, linear, matrix.tocsc(), room, cones, settings).solve()
        step, found = np.asarray(solution.x, dtype=np.float64), np.asarray(solution.z, dtype=np.float64)
        return str(solution.status), step, found

    def proved_bound(self, multipliers: Values, model: LinearModel) -> float | None:
        """The least the aim can be, by weak duality: any multipliers of the right sign give a bound."""
        signed = multipliers.copy()
        signed[self.equalities :] = np.maximum(signed[self.equalities :], 0.0)
        reduced = np.asarray(self.matrix.T @ signed, dtype=np.float64)
        free = self.weighted == 0
        in_aim = -float(np.sum(reduced[~free] ** 2)) / 4.0
        lower, upper = implied_ends(model)
        slope = reduced[free] / self.scale[free]
        end = np.where(slope > 0, lower[free], upper[free])
        least = np.where(slope == 0.0, 0.0, slope * np.where(slope == 0.0, 0.0, end))
        bound = in_aim + float(least.sum()) - float(signed @ self.rhs)
        return bound if np.isfinite(bound) else None
