"""The worst made least, level by level, against a slow search that asks of every member alone: could it fall?"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy.optimize import linprog

from solvers.highs import HighsSession, linear_model
from solvers.leximin import Level, Members, level_by_level
from solvers.types import Limits, Result, Values

pytestmark = pytest.mark.unit

Rows = list[tuple[list[int], list[float], float]]
PRICE = 1e3


def random_rows(random: Random, count: int) -> Rows:
    """Sums of some sizes that must be at least so much (a least amount each, and several together)."""
    rows: Rows = [([at], [1.0], round(random.uniform(0.0, 2.0), 2)) for at in range(count)]
    for _ in range(count):
        chosen = sorted(random.sample(range(count), random.randint(1, count)))
        # Few different weights, so that members tie and multipliers are not unique.
        weights = [random.choice((1.0, 1.0, 2.0)) for _ in chosen]
        rows.append((chosen, weights, float(random.randint(1, 6))))
    return rows


def levels_of(rows: Rows, scale: Values, most_levels: int = 99) -> list[Level]:
    """Sizes x >= 0 under the rows, with the column of the worst last."""
    count = len(scale)
    told = [(chosen, weights, least, np.inf) for chosen, weights, least in rows]
    told += [([at, count], [1.0, -float(scale[at])], -np.inf, 0.0) for at in range(count)]
    ends = np.full(count + 1, 1000.0)
    session = HighsSession(
        linear_model(count + 1, told, cost=np.zeros(count + 1), lower=np.zeros(count + 1), upper=ends)
    )
    members = Members(count, np.arange(len(rows), len(told)), scale, tuple((at,) for at in range(count)), PRICE)

    def solve(cost: Values) -> Result:
        session.set_objective(cost, 0.0, "minimise")
        return session.solve(Limits())

    found = level_by_level(session, members, count + 1, solve, most_levels=most_levels, nothing=1e-9)
    return list(found)


def least(rows: Rows, scale: Values, held: dict[int, float], worst_of: list[int], alone: int | None) -> float:
    """The least the worst of some members can be; or, `alone`, the least one can be with the others at most there."""
    count = len(scale)
    matrix, ends = [], []
    for chosen, weights, amount in rows:
        row = np.zeros(count + 1)
        row[chosen] = -np.array(weights)
        matrix.append(row)
        ends.append(-amount)
    for member in worst_of:
        row = np.zeros(count + 1)
        row[member], row[count] = 1.0 / scale[member], -1.0
        matrix.append(row)
        ends.append(0.0)
    bounds = [(0.0, held[at] * scale[at] if at in held else None) for at in range(count)]
    cost = np.zeros(count + 1)
    if alone is None:
        cost[count] = 1.0
        bounds.append((0.0, None))
    else:
        cost[alone] = 1.0 / scale[alone]
        bounds.append((0.0, held[-1]))
    answer = linprog(cost, np.array(matrix), np.array(ends), bounds=bounds, method="highs")
    assert answer.status == 0
    assert answer.fun is not None
    return float(answer.fun)


def slow_levels(rows: Rows, scale: Values) -> list[tuple[float, set[int]]]:
    """Every level, and those of the others that cannot be lower at it, each asked for by a program of its own."""
    held: dict[int, float] = {}
    free = list(range(len(scale)))
    levels: list[tuple[float, set[int]]] = []
    while free:
        value = least(rows, scale, held, free, None)
        if value <= 1e-9:
            return levels
        level = held | {-1: value + 1e-9}
        standing = {at for at in free if least(rows, scale, level, free, at) >= value - 1e-6}
        assert standing
        levels.append((value, standing))
        held |= dict.fromkeys(standing, value + 1e-10)
        free = [at for at in free if at not in standing]
    return levels


@pytest.mark.parametrize("seed", range(40))
def test_levels_are_those_of_the_slow_search(seed: int) -> None:
    random = Random(seed)
    count = random.randint(2, 6)
    rows = random_rows(random, count)
    scale = np.array([random.choice((1.0, 1.0, 2.0, 0.5)) for _ in range(count)])
    found = [(level.value, set(level.held)) for level in levels_of(rows, scale) if level.held]
    wanted = slow_levels(rows, scale)
    assert [held for _, held in found] == [held for _, held in wanted]
    assert [value for value, _ in found] == pytest.approx([value for value, _ in wanted], abs=1e-6)


def test_members_without_a_multiplier_that_must_stand_are_found() -> None:
    """Three sizes of at least 2: one multiplier is enough to prove the worst, all three must stand there."""
    levels = levels_of([([at], [1.0], 2.0) for at in range(3)] + [([3], [1.0], 1.0)], np.ones(4))
    assert [(level.value, set(level.held)) for level in levels] == [(2.0, {0, 1, 2}), (1.0, {3})]


def test_a_member_at_the_level_by_chance_is_let_go() -> None:
    """The second and third share 3: at the first level of 2 each may stand, neither must."""
    levels = levels_of([([0], [1.0], 2.0), ([1, 2], [1.0, 1.0], 3.0)], np.ones(3))
    assert [(level.value, set(level.held)) for level in levels] == [(2.0, {0}), (1.5, {1, 2})]


def test_no_more_levels_than_asked_for() -> None:
    rows: Rows = [([at], [1.0], 5.0 - at) for at in range(4)]
    assert [level.value for level in levels_of(rows, np.ones(4), most_levels=2)] == [5.0, 4.0]


def test_nothing_left_ends_the_levels() -> None:
    levels = levels_of([([0], [1.0], 2.0), ([1], [1.0], 0.0)], np.ones(2))
    assert [(level.value, level.held) for level in levels] == [(2.0, (0,)), (0.0, ())]
