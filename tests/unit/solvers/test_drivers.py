"""What the drivers promise: unknown stays unknown, limits hold, a cancel is heard, a start is used."""

from __future__ import annotations

import random

import numpy as np
import pyomo.environ as pyo
import pytest
from ortools.sat.python import cp_model

from solvers.cpsat import InvalidModel, solve_cpsat
from solvers.highs import HighsSession, LinearModel, linear_model, solve_linear
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Limits, Progress, Unwatched, gap_share

pytestmark = pytest.mark.unit


class Recorder(Unwatched):
    """A watch that keeps what it hears and cancels after a number of events."""

    def __init__(self, cancel_after: int | None = None) -> None:
        self.events: list[Progress] = []
        self.cancel_after = cancel_after

    def progress(self, event: Progress) -> None:
        self.events.append(event)

    def cancelled(self) -> bool:
        return self.cancel_after is not None and len(self.events) >= self.cancel_after


def knapsacks(columns: int, seed: int) -> LinearModel:
    """Five dense knapsack rows: hard enough that branch and bound needs more than its root."""
    draw = random.Random(seed)
    rows = []
    for _ in range(5):
        weights = [float(draw.randint(50, 150)) for _ in range(columns)]
        rows.append((list(range(columns)), weights, -np.inf, sum(weights) // 2 + 0.0))
    return linear_model(
        columns, rows, cost=np.array([float(draw.randint(80, 120)) for _ in range(columns)]),
        lower=np.zeros(columns), upper=np.ones(columns), integer=np.ones(columns, dtype=bool), sense="maximise",
    )  # fmt: skip


def test_infeasible_gives_no_values() -> None:
    model = linear_model(1, [([0], [1.0], 5.0, np.inf)], cost=np.ones(1), lower=np.zeros(1), upper=np.ones(1))
    result = solve_linear(model, Limits())
    assert (result.status, result.values, result.value, result.bound) == ("infeasible", None, None, None)


def test_cpsat_infeasible_gives_no_values() -> None:
    model = cp_model.CpModel()
    x = model.new_int_var(0, 1, "x")
    model.add(x >= 5)
    model.maximize(x)
    result = solve_cpsat(model, Limits())
    assert (result.status, result.values, result.value, result.bound) == ("infeasible", None, None, None)


def test_a_stop_without_a_solution_stays_unknown() -> None:
    """A simplex stopped before its first step, at a point that breaks a row, has no answer at all."""
    need = linear_model(
        2, [([0, 1], [1.0, 1.0], 3.0, np.inf)], cost=np.ones(2), lower=np.zeros(2), upper=np.full(2, 9.0)
    )
    session = HighsSession(need)
    result = session.solve(Limits(), options={"simplex_iteration_limit": 0, "presolve": "off"})
    assert (result.status, result.values, result.value, result.bound) == ("unknown", None, None, None)


def test_node_limit_is_repeatable_and_leaves_a_bound() -> None:
    first, second = (solve_linear(knapsacks(60, 2), Limits(node_limit=5)) for _ in range(2))
    assert first.status == "feasible"
    assert first.bound is not None and first.value is not None
    assert first.bound >= first.value
    assert not first.stopped_by_clock
    assert (first.value, first.bound) == (second.value, second.bound)


def test_time_limit_is_told_as_a_stop_by_clock() -> None:
    result = solve_linear(knapsacks(120, 3), Limits(time_limit_seconds=0.2))
    assert result.stopped_by_clock
    assert result.status in ("feasible", "unknown")


def test_a_cancel_stops_highs_and_keeps_the_incumbent() -> None:
    found: list[float] = []
    watch = Recorder(cancel_after=1)
    result = solve_linear(
        knapsacks(120, 4), Limits(time_limit_seconds=60), watch=watch,
        on_solution=lambda values: found.append(float(values.sum())),
    )  # fmt: skip
    assert result.cancelled and result.stopped_by_clock
    assert result.seconds < 30
    assert found or result.values is None


def test_a_cancel_stops_cpsat() -> None:
    model = cp_model.CpModel()
    draw = random.Random(5)
    chosen = [model.new_bool_var("") for _ in range(120)]
    for _ in range(5):
        weights = [draw.randint(50, 150) for _ in chosen]
        model.add(sum(w * x for w, x in zip(weights, chosen, strict=True)) <= sum(weights) // 2)
    model.maximize(sum(draw.randint(80, 120) * x for x in chosen))
    result = solve_cpsat(model, Limits(time_limit_seconds=60), watch=Recorder(cancel_after=1))
    assert result.cancelled and result.stopped_by_clock
    assert result.seconds < 30


def test_a_start_is_taken() -> None:
    model = knapsacks(60, 6)
    best = solve_linear(model, Limits(node_limit=200))
    assert best.values is not None
    again = solve_linear(model, Limits(node_limit=1), start=best.values)
    assert again.value is not None and best.value is not None
    assert again.value >= best.value - 1e-6


def test_progress_has_value_bound_and_gap() -> None:
    watch = Recorder()
    solve_linear(knapsacks(60, 7), Limits(node_limit=50), watch=watch, stage="cases")
    last = watch.events[-1]
    assert last.stage == "cases"
    assert last.value is not None and last.bound is not None
    assert last.gap_share == gap_share(last.value, last.bound)


def test_cpsat_repeats_with_two_workers() -> None:
    """Two workers run interleaved under a deterministic limit, so that they give one answer."""
    values = []
    for _ in range(2):
        model = cp_model.CpModel()
        draw = random.Random(8)
        chosen = [model.new_bool_var("") for _ in range(80)]
        for _ in range(5):
            weights = [draw.randint(50, 150) for _ in chosen]
            model.add(sum(w * x for w, x in zip(weights, chosen, strict=True)) <= sum(weights) // 2)
        model.maximize(sum(draw.randint(80, 120) * x for x in chosen))
        result = solve_cpsat(model, Limits(deterministic_limit=0.3, threads=2))
        assert result.values is not None
        values.append(tuple(result.values))
    assert values[0] == values[1]


def test_an_invalid_cpsat_model_is_named() -> None:
    model = cp_model.CpModel()
    x = model.new_int_var(0, 2**62, "x")
    model.add(5 * x <= 7)
    with pytest.raises(InvalidModel):
        solve_cpsat(model, Limits())


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such_option"):
        HighsSession(knapsacks(5, 1)).solve(Limits(), options={"no_such_option": 1})


def test_the_bridge_keeps_names_signs_and_free_variables() -> None:
    """A two-sided row becomes two; a variable in no row is still a column; names travel."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.y = pyo.Var(bounds=(0, 7), domain=pyo.Integers)
    model.alone = pyo.Var(bounds=(0, 3))
    model.T_01 = pyo.Constraint(expr=model.x + 2 * model.y <= 9)
    model.T_02 = pyo.Constraint(expr=(1, model.x, 3))
    compiled = compile_pyomo(model)
    assert compiled.rows == ("T_01", "T_02", "T_02")
    session = HighsSession(compiled.linear)
    cost, offset = compiled.objective(model.x + 3 * model.y + model.alone + 5)
    session.set_objective(cost, offset, "maximise")
    result = session.solve(Limits())
    assert result.value == pytest.approx(1 + 12 + 3 + 5)
    assert result.values is not None
    compiled.load(result.values)
    assert (pyo.value(model.x), model.y.value, pyo.value(model.alone)) == (1.0, 4, 3.0)


def test_the_bridge_refuses_a_curved_aim() -> None:
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.T_01 = pyo.Constraint(expr=model.x <= 3)
    with pytest.raises(ValueError, match="not linear"):
        compile_pyomo(model).objective(model.x**2)


@pytest.mark.parametrize(
    ("value", "bound", "share"),
    [(100.0, 103.0, 0.03), (0.0, 0.0, 0.0), (None, 1.0, None), (1.0, None, None), (0.0, 5.0, 1.0)],
)
def test_gap_share(value: float | None, bound: float | None, share: float | None) -> None:
    assert gap_share(value, bound) == (None if share is None else pytest.approx(share))
