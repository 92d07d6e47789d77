"""The arrays of a large system are the Pyomo model of it, row for row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from models.reallocation.entities import RingFence, Spillover
from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.formulation.arrays import build_arrays
from models.reallocation.formulation.model import build
from models.reallocation.instance import Instance
from models.reallocation.method.arrays import compile_arrays, compiled_model
from solvers.highs import LinearModel, solve_linear
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Limits, Values
from tests.model.reallocation.plans import generated, instance_of, shipped

pytestmark = pytest.mark.model

_CLOSE = {"rtol": 1e-11, "atol": 1e-9}


def every_rule_on(instance: Instance) -> Instance:
    """The instance with rules of every kind: convex, soft, relieved, fenced, recruited for."""
    settings = instance.settings.model_copy(
        update={
            "closure_required": True,
            "required_closure_share": 0.1,
            "peak_growth_limit_share": 0.4,
            "transition_fund_share": 0.01,
            "transition_cost_limit_gbp": 50_000_000,
        }
    )
    lines = tuple(
        replace(line, releasable_share=Fraction(1, 10), double_running_share=Fraction(1, 4))
        if line.role in ("acute", "community")
        else line
        for line in instance.lines
    )
    fenced = tuple(cell for cell in instance.cells if cell.line == "community")[:3]
    fence = RingFence("bcf", "Better Care Fund", fenced, {year.year: 1_000_000 for year in instance.years})
    return replace(
        instance,
        settings=settings,
        lines=lines,
        years=tuple(replace(year, mh_recruitment_cap_wte=5_000) for year in instance.years),
        ring_fences=(fence,),
        spillovers=(
            Spillover("community", "acute", Fraction(3, 10), 0),
            Spillover("mental_health", "acute", Fraction(1, 10), 1),
        ),
        soft_order={"R-08": 2, "R-06": 1, "R-15": 1, "R-20": 3},
    )


def both(instance: Instance) -> tuple[tuple[LinearModel, Mapping[str, tuple[Values, float]]], ...]:
    """The linear model and its aims, by Pyomo and as arrays."""
    limits = limits_of(instance)
    pyomo, arrays = build(instance, limits), build_arrays(instance, limits)
    made = []
    for formulation, compiled in ((pyomo, compile_pyomo(pyomo.model)), (arrays, compile_arrays(arrays))):
        expressions = {
            "unallocated": formulation.unallocated(),
            "gap": formulation.final_year_gap(),
            "share": formulation.final_year_gap_share(),
            "worst": formulation.worst_cell_gap(),
        } | {str(order): formulation.soft_violation(order) for order in formulation.soft_orders}
        made.append((compiled.linear, {name: compiled.objective(one) for name, one in expressions.items()}))
    return tuple(made)


def assert_equal(instance: Instance) -> LinearModel:
    """Both models have the same columns, rows, ends, coefficients and aims; returns the one."""
    (first, aims), (second, others) = both(instance)
    assert second.column_names == first.column_names
    assert second.row_names == first.row_names
    for name in ("lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_allclose(getattr(second, name), getattr(first, name), **_CLOSE, err_msg=name)
    sorted_first = sparse.csr_matrix(first.matrix)
    sorted_first.sort_indices()
    np.testing.assert_array_equal(second.matrix.indptr, sorted_first.indptr)
    np.testing.assert_array_equal(second.matrix.indices, sorted_first.indices)
    np.testing.assert_allclose(second.matrix.data, sorted_first.data, **_CLOSE)
    assert list(others) == list(aims)
    for name, (cost, offset) in aims.items():
        np.testing.assert_allclose(others[name][0], cost, **_CLOSE, err_msg=name)
        assert others[name][1] == pytest.approx(offset, rel=1e-12), name
    return first


def test_two_hundred_practices_are_equal_row_for_row() -> None:
    linear = assert_equal(instance_of(generated(1, practices=200, years=5)))
    assert linear.matrix.shape[0] > 10_000


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_systems_with_every_rule_on_are_equal_row_for_row(seed: int) -> None:
    instance = every_rule_on(instance_of(generated(seed, places=2 + seed, lines=4, years=2 + seed % 2, providers=3)))
    assert_equal(instance)
    missing = set(RULE_FUNCTIONS) - {limit.rule for limit in limits_of(instance)}
    assert not missing, "a rule without limits here compares nothing"


@pytest.mark.parametrize("name", ["nwl", "tiny", "line_level"])
def test_shipped_instances_are_equal_row_for_row(name: str) -> None:
    assert_equal(instance_of(shipped(name)))


def test_both_models_come_to_the_same_value() -> None:
    (first, aims), (second, others) = both(instance_of(shipped("nwl")))
    values = []
    for linear, aim in ((first, aims["gap"]), (second, others["gap"])):
        row = sparse.csr_matrix(aims["unallocated"][0])
        spent = replace(
            linear,
            cost=aim[0],
            matrix=sparse.csr_matrix(sparse.vstack([linear.matrix, row])),
            row_lower=np.append(linear.row_lower, -np.inf),
            row_upper=np.append(linear.row_upper, 1e-6 - aims["unallocated"][1]),
        )
        values.append(solve_linear(spent, Limits()).value)
    assert values[0] is not None and values[1] == pytest.approx(values[0], abs=1e-5)


def test_a_large_system_is_put_together_as_arrays_and_a_small_one_by_pyomo() -> None:
    instance = instance_of(shipped("tiny"))
    size = len(instance.cells) * instance.horizon
    small, _ = compiled_model(instance, limits_of(instance), size + 1)
    large, _ = compiled_model(instance, limits_of(instance), size)
    assert type(small).__name__ == "Formulation"
    assert type(large).__name__ == "ArrayFormulation"
