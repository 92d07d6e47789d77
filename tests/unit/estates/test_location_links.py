"""Linking rows stay outside until they are violated; the bound is then that of the model with all of them."""

from __future__ import annotations

import numpy as np
import pytest

from models.estates.location.core import LocationCore
from models.estates.location.linear import core_model, everything
from models.estates.location.links import LinkLoader, linking_rows, separate_links
from solvers.highs import HighsSession, relaxed, solve_linear, with_rows
from solvers.types import Limits

pytestmark = pytest.mark.unit


def some_core(seed: int, sites: int = 8, areas: int = 20) -> LocationCore:
    random = np.random.default_rng(seed)
    demand = random.integers(1, 15, areas).astype(float)
    return LocationCore(
        name=f"seed {seed}",
        keep_gbp=random.integers(40, 120, sites).astype(float),
        capacity_hours=np.full(sites, float(np.ceil(demand.sum() / 3))),
        demand_hours=demand,
        serve_gbp=random.integers(1, 60, (sites, areas)).astype(float),
        one_site_per_area=False,
    )


def test_a_row_is_scaled_and_its_terms_added() -> None:
    """flow (column 2) - 4 choice 0 - 2 choice 1 - 2 choice 1: all are divided by the largest coefficient, 4."""
    rows = linking_rows(np.array([2]), np.array([0, 0, 0]), np.array([0, 1, 1]), np.array([4.0, 2.0, 2.0]), 3)
    assert rows.matrix.toarray().tolist() == [[-1.0, -1.0, 0.25]]


def test_the_most_violated_rows_come_first() -> None:
    rows = linking_rows(np.array([1, 2, 3]), np.array([0, 1, 2]), np.zeros(3, dtype=np.int64), np.ones(3), 4)
    assert separate_links(rows, np.array([0.5, 0.7, 0.4, 0.9])).tolist() == [2, 0]
    assert len(separate_links(rows, np.array([1.0, 0.7, 0.4, 0.9]))) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_root_bound_is_that_of_all_rows_with_few_loaded(seed: int) -> None:
    built = core_model(some_core(seed), everything(some_core(seed)))
    count = len(built.links)
    full = with_rows(built.model, built.links.matrix, np.full(count, -np.inf), np.zeros(count))
    session = HighsSession(built.model)
    before = session.row_count
    root = LinkLoader(session, built.links).tighten(Limits())
    assert root.result.value == pytest.approx(solve_linear(relaxed(full), Limits()).value, abs=1e-6)
    assert 0 < root.rows_loaded < count and session.row_count == before + root.rows_loaded
    whole = session.solve(Limits(relative_gap=0.0))
    assert whole.value == pytest.approx(solve_linear(full, Limits(relative_gap=0.0)).value, abs=1e-6)


def test_rows_once_loaded_stay_for_another_objective() -> None:
    built = core_model(some_core(4), everything(some_core(4)))
    session = HighsSession(built.model)
    loader = LinkLoader(session, built.links)
    first = loader.tighten(Limits())
    again = loader.tighten(Limits())
    assert (again.rounds, again.rows_loaded) == (1, first.rows_loaded)
    session.set_objective(built.model.cost[::-1].copy(), 0.0, "minimise")
    changed = loader.tighten(Limits())
    assert changed.result.values is not None
    assert len(separate_links(built.links, changed.result.values)) == 0


def test_an_unneeded_row_can_be_loaded_twice_in_vain() -> None:
    built = core_model(some_core(5), everything(some_core(5)))
    loader = LinkLoader(HighsSession(built.model), built.links)
    assert loader.load(np.array([3, 1])) == 2 and loader.load(np.array([1, 3, 5])) == 1
    assert loader.rows_loaded == 3
