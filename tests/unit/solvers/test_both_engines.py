"""HiGHS and CP-SAT in one process, in either order, with right answers."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import numpy as np
import pytest
from ortools.sat.python import cp_model

from solvers.cpsat import solve_cpsat
from solvers.highs import linear_model, solve_linear
from solvers.types import Limits
from solvers.versions import UntrustedSolver, refuse_untrusted_highs

pytestmark = pytest.mark.unit

TWO_VARIABLES = """
import numpy as np
{imports}
from ortools.sat.python import cp_model
from solvers.types import Limits
linear = highs.linear_model(
    2, [([0, 1], [1.0, 2.0], -np.inf, 9.0)], cost=np.array([1.0, 3.0]), lower=np.zeros(2),
    upper=np.array([4.0, 7.0]), integer=np.array([False, True]), sense="maximise")
model = cp_model.CpModel()
x, y = model.new_int_var(0, 4, "x"), model.new_int_var(0, 7, "y")
model.add(x + 2 * y <= 9)
model.maximize(x + 3 * y)
answers = highs.solve_linear(linear, Limits()), cpsat.solve_cpsat(model, Limits())
print([(a.status, a.value, a.bound) for a in answers])
"""


@pytest.mark.parametrize("order", [("highs", "cpsat"), ("cpsat", "highs")])
def test_both_import_orders_solve_the_two_variable_model(order: tuple[str, str]) -> None:
    """max x + 3y, x + 2y <= 9, 0 <= x <= 4, 0 <= y <= 7, y whole: y = 4, x = 1, 13 (HiGHS 1.14 says 10)."""
    imports = "\n".join(f"from solvers import {name}" for name in order)
    done = subprocess.run(
        [sys.executable, "-c", TWO_VARIABLES.format(imports=imports)],
        capture_output=True, text=True, check=False, env=_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[('optimal', 13.0, 13.0), ('optimal', 13.0, 13.0)]"


def _environment() -> dict[str, str]:
    import os
    from pathlib import Path

    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}


@pytest.mark.parametrize("version", ["1.13.1", "1.14.0", "1.15.1"])
def test_versions_with_wrong_answers_are_refused(version: str) -> None:
    with pytest.raises(UntrustedSolver, match=version):
        refuse_untrusted_highs(version)


def test_the_pinned_version_is_taken() -> None:
    assert refuse_untrusted_highs("1.12.0") == "1.12.0"


@pytest.mark.parametrize("seed", range(40))
def test_highs_cpsat_and_brute_force_agree(seed: int) -> None:
    """Small whole-number models in the shapes we use: lists to fill, rooms to share, switches to pay."""
    draw = random.Random(seed)
    columns, rows = draw.randint(2, 4), draw.randint(1, 4)
    upper = [draw.randint(1, 4) for _ in range(columns)]
    cost = [draw.randint(-9, 12) for _ in range(columns)]
    weights = [[draw.randint(-5, 9) for _ in range(columns)] for _ in range(rows)]
    limit = [draw.randint(0, 25) for _ in range(rows)]
    best = max(
        (
            sum(c * v for c, v in zip(cost, point, strict=True))
            for point in itertools.product(*(range(u + 1) for u in upper))
            if all(
                sum(w * v for w, v in zip(row, point, strict=True)) <= b
                for row, b in zip(weights, limit, strict=True)
            )
        ),
        default=None,
    )
    assert best is not None, "zero is always feasible"
    every = list(range(columns))
    linear = linear_model(
        columns,
        [(every, [float(w) for w in row], -np.inf, float(b)) for row, b in zip(weights, limit, strict=True)],
        cost=np.array(cost, dtype=float), lower=np.zeros(columns), upper=np.array(upper, dtype=float),
        integer=np.ones(columns, dtype=bool), sense="maximise",
    )  # fmt: skip
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, u, "") for u in upper]
    for row, b in zip(weights, limit, strict=True):
        model.add(sum(w * v for w, v in zip(row, variables, strict=True)) <= b)
    model.maximize(sum(c * v for c, v in zip(cost, variables, strict=True)))
    for result in (
        solve_linear(linear, Limits(relative_gap=0, absolute_gap=0)),
        solve_cpsat(model, Limits()),
    ):
        assert result.status == "optimal"
        assert result.value == pytest.approx(best, abs=1e-6)
        assert result.bound == pytest.approx(best, abs=1e-6)
