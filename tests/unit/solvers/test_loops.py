"""Stages, conflicts and neighbourhood search on models small enough to do by hand."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.conflicts import minimal_conflict
from solvers.highs import HighsSession, linear_model
from solvers.neighbourhood import search
from solvers.stages import Aim, Deadline, solve_in_stages
from solvers.types import Limits, Progress, Unwatched

pytestmark = pytest.mark.unit


def triangle() -> HighsSession:
    """x + y <= 4, x and y in 0..3, whole."""
    return HighsSession(
        linear_model(
            2,
            [([0, 1], [1.0, 1.0], -np.inf, 4.0)],
            cost=np.zeros(2),
            lower=np.zeros(2),
            upper=np.full(2, 3.0),
            integer=np.ones(2, dtype=bool),
        )
    )


def test_each_stage_is_frozen_before_the_next() -> None:
    """First the most x (3), then the most y (1, as x + y <= 4); both with their bounds."""
    aims = [
        Aim("x", "units", "maximise", np.array([1.0, 0.0])),
        Aim("y", "units", "maximise", np.array([0.0, 1.0])),
    ]
    staged = solve_in_stages(triangle(), aims, Limits())
    assert staged.status == "optimal"
    assert [(s.name, s.value, s.bound) for s in staged.stages] == [("x", 3.0, 3.0), ("y", 1.0, 1.0)]
    assert staged.values is not None
    assert staged.values.tolist() == [3.0, 1.0]


def test_tolerance_lets_a_later_aim_in() -> None:
    """One unit of x may be given up: then y can be 2."""
    aims = [
        Aim("x", "units", "maximise", np.array([1.0, 0.0]), tolerance=1.0),
        Aim("y", "units", "maximise", np.array([0.0, 1.0]), offset=10.0),
    ]
    staged = solve_in_stages(triangle(), aims, Limits())
    assert staged.stages[1].value == 12.0


def test_a_cancel_between_stages_keeps_the_first() -> None:
    class Cancelling(Unwatched):
        heard = 0

        def progress(self, event: Progress) -> None:
            self.heard += 1

        def cancelled(self) -> bool:
            return self.heard > 0

    aims = [Aim(n, "units", "maximise", np.array(c)) for n, c in (("x", [1.0, 0.0]), ("y", [0.0, 1.0]))]
    staged = solve_in_stages(triangle(), aims, Limits(), watch=Cancelling())
    assert staged.cancelled and staged.status == "feasible"
    assert staged.values is not None and staged.values[0] == 3.0


def test_an_infeasible_model_has_no_values() -> None:
    session = triangle()
    session.add_row(np.array([1.0, 0.0]), 5.0, np.inf)
    staged = solve_in_stages(session, [Aim("x", "units", "maximise", np.array([1.0, 0.0]))], Limits())
    assert (staged.status, staged.values) == ("infeasible", None)


def test_a_passed_deadline_leaves_no_time() -> None:
    deadline = Deadline(0.0)
    assert deadline.passed()
    assert deadline.within(Limits(time_limit_seconds=5.0)).time_limit_seconds == 0.0
    assert Deadline(None).remaining() is None


@given(st.integers(0, 2**32 - 1))
def test_every_conflict_found_is_minimal(seed: int) -> None:
    """Plant two conflicts among seven groups: the answer is infeasible, and feasible without any one of it."""
    draw = random.Random(seed)
    groups = [f"rule {i}" for i in range(7)]
    planted = [frozenset(draw.sample(groups, draw.randint(1, 3))) for _ in range(2)]

    def feasible(kept: frozenset[str]) -> bool:
        return not any(conflict <= kept for conflict in planted)

    found = minimal_conflict(groups, feasible)
    assert found is not None
    assert not feasible(frozenset(found))
    assert all(feasible(frozenset(found) - {group}) for group in found)


def test_no_conflict_where_all_hold() -> None:
    assert minimal_conflict(["a", "b"], lambda kept: True) is None


def test_search_climbs_to_the_bound_and_stops() -> None:
    """Flip one bit at a time: from 00000 to 11111 takes five better rounds, and the bound ends it."""
    better: list[float] = []

    def improve(state: tuple[int, ...], at: int, round_number: int) -> tuple[tuple[int, ...], float]:
        changed = (*state[:at], 1, *state[at + 1 :])
        return changed, float(sum(changed))

    result = search(
        (0,) * 5, 0.0, choose=lambda s, r: r.randrange(5), improve=improve, rounds=500, seed=1, bound=5.0,
        on_better=lambda s, v: better.append(v),
    )  # fmt: skip
    assert result.state == (1,) * 5
    assert better == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert result.rounds < 500
    assert not result.stopped_by_clock


def test_search_repeats_with_a_seed() -> None:
    def improve(state: int, step: int, round_number: int) -> tuple[int, float] | None:
        return (state + step, float(-abs(17 - state - step))) if step % 3 else None

    runs = [
        search(0, -17.0, choose=lambda s, r: r.randint(-4, 4), improve=improve, rounds=30, seed=9) for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_search_never_takes_a_worse_state() -> None:
    for seed, value in itertools.product(range(3), (0.0, 1.0)):
        result = search(
            0, value, choose=lambda s, r: r.random(), improve=lambda s, n, k: (k, n - 2), rounds=9, seed=seed
        )
        assert (result.state, result.value) == (0, value)
