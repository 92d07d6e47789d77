"""The closest point of a polyhedron: hand-solved, proved, and exact where floors meet caps."""

from __future__ import annotations

import numpy as np
import pytest

from solvers.highs import LinearModel, linear_model
from solvers.inside import with_inside
from solvers.qp import SquaredDistance, largest_miss, solve_squared_distance
from solvers.types import Limits, Result

pytestmark = pytest.mark.unit

INF = float("inf")
Rows = list[tuple[list[int], list[float], float, float]]


def model_of(rows: Rows, columns: int, lower: float = 0.0, upper: float = INF) -> LinearModel:
    ends = np.full(columns, lower), np.full(columns, upper)
    return linear_model(columns, rows, cost=np.zeros(columns), lower=ends[0], upper=ends[1])


def solved(model: LinearModel, target: list[float], weight: list[float] | None = None) -> Result:
    weights = np.ones(len(target)) if weight is None else np.array(weight)
    return solve_squared_distance(model, SquaredDistance(weights, np.array(target)), Limits())


def test_a_point_inside_stays_where_it_is() -> None:
    result = solved(model_of([([0, 1], [1.0, 1.0], -INF, 10.0)], 2), [3.0, 4.0])
    assert result.status == "optimal"
    assert result.value == pytest.approx(0.0, abs=1e-12)
    assert result.values == pytest.approx([3.0, 4.0])


def test_projection_onto_a_line_by_hand() -> None:
    """min (x-1)^2 + (y-1)^2 with x + y = 4: both move by 1, value 2."""
    result = solved(model_of([([0, 1], [1.0, 1.0], 4.0, 4.0)], 2), [1.0, 1.0])
    assert result.values == pytest.approx([2.0, 2.0])
    assert result.value == pytest.approx(2.0)
    assert result.bound == pytest.approx(2.0, rel=1e-9)


def test_weights_decide_who_moves() -> None:
    """min 3(x-1)^2 + (y-1)^2 with x + y = 4: the multiplier is shared, so y moves three times as far: 1.5, 2.5."""
    result = solved(model_of([([0, 1], [1.0, 1.0], 4.0, 4.0)], 2), [1.0, 1.0], [3.0, 1.0])
    assert result.values == pytest.approx([1.5, 2.5])
    assert result.value == pytest.approx(3 * 0.25 + 2.25)


def test_a_floor_that_meets_a_cap_is_an_equality() -> None:
    """x >= 5 and x <= 1.05 * y with y <= 100/21 leave one point: no inside to walk in."""
    rows: Rows = [
        ([0], [1.0], 5.0, INF),
        ([0, 1], [1.0, -1.05], -INF, 0.0),
        ([1], [1.0], 5.0 / 1.05, 5.0 / 1.05),
        ([0, 2], [1.0, 1.0], 8.0, 8.0),
    ]
    model = model_of(rows, 3)
    assert with_inside(model).equalities == 3
    result = solved(model, [1.0, 1.0, 1.0])
    assert result.status == "optimal"
    assert result.values == pytest.approx([5.0, 5.0 / 1.05, 3.0], abs=1e-9)


def test_a_repeated_equality_is_said_once() -> None:
    rows: Rows = [([0, 1], [1.0, 1.0], 4.0, 4.0), ([0, 1], [2.0, 2.0], 8.0, 8.0), ([0, 1], [1.0, 1.0], -INF, 9.0)]
    inside = with_inside(model_of(rows, 2))
    assert inside.equalities == 1
    assert solved(model_of(rows, 2), [1.0, 1.0]).value == pytest.approx(2.0)


def test_no_point_at_all_is_told() -> None:
    result = solved(model_of([([0], [1.0], 5.0, INF), ([0], [1.0], -INF, 4.0)], 1), [1.0])
    assert result.values is None
    assert result.status in ("infeasible", "unknown")


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_is_never_above_any_other_point(seed: int) -> None:
    """Weak duality: the proved bound is at most the value of every point there is; here of 300 random ones."""
    random = np.random.default_rng(seed)
    columns = 6
    centre = random.uniform(1, 5, columns)
    rows: Rows = []
    for _ in range(8):
        direction = random.normal(size=columns)
        at = float(direction @ centre)
        rows.append((list(range(columns)), direction.tolist(), -INF, at + float(random.uniform(0.1, 1.0))))
    model = model_of(rows, columns, upper=10.0)
    target, weight = random.uniform(0, 10, columns), random.uniform(0.1, 5, columns)
    aim = SquaredDistance(weight, target)
    result = solve_squared_distance(model, aim, Limits())
    assert result.status == "optimal"
    assert result.bound is not None and result.value is not None
    for step in random.normal(size=(300, columns)):
        point = np.clip(centre + step * random.uniform(0, 1), 0, 10)
        if largest_miss(model, point) == 0.0:
            assert aim.value(point) >= result.bound - 1e-9


def test_the_same_call_gives_the_same_bits() -> None:
    rows: Rows = [([0, 1, 2], [1.0, 1.0, 1.0], 10.0, 10.0), ([0, 1], [1.0, -1.1], -INF, 0.0)]
    first, second = (solved(model_of(rows, 3), [5.0, 1.0, 1.0], [1.0, 2.0, 0.5]) for _ in range(2))
    assert first.values is not None and second.values is not None
    assert first.values.tobytes() == second.values.tobytes()
