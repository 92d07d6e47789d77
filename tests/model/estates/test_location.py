"""Location cores to proof: against complete enumeration, plain HiGHS and the estates' own staged solve."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.estates.location.bench import core_of, measure, verdicts
from models.estates.location.core import LocationCore
from models.estates.location.knapsacks import WholeAreas, fill_by_share
from models.estates.location.mapping import estates_instance
from models.estates.location.method import solve_location
from models.estates.location.plain import solve_plain
from models.estates.location.published import cases_of
from models.estates.location.reading import LocationFile
from models.estates.location.relaxation import Relaxation, Search, raise_bound
from models.estates.method import solve_estates
from models.shared.problem import SolveOptions
from solvers.types import Unwatched

pytestmark = pytest.mark.model


def some_file(seed: int, sites: int, areas: int, tightness: float = 2.5) -> LocationFile:
    random = np.random.default_rng(seed)
    demand = random.integers(1, 12, areas).astype(float)
    capacity = random.integers(1, 5, sites).astype(float) * np.ceil(demand.sum() / tightness / 2.5)
    capacity[0] = max(capacity[0], demand.sum())
    return LocationFile(
        name=f"seed {seed}",
        family="Holmberg",
        fixed_cost=random.integers(20, 90, sites).astype(float),
        capacity=capacity,
        demand=demand,
        serving_cost=random.integers(1, 40, (sites, areas)).astype(float),
        single_source=True,
    )


def best_by_enumeration(core: LocationCore) -> float:
    """The least cost over every way to give each area one site."""
    best = np.inf
    for ways in itertools.product(range(core.site_count), repeat=core.area_count):
        shares = np.zeros_like(core.serve_gbp)
        shares[list(ways), range(core.area_count)] = 1.0
        kept = shares.any(axis=1)
        if (shares @ core.demand_hours <= core.capacity_hours).all():
            best = min(best, core.cost_gbp(kept, shares))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_one_site_an_area_agrees_with_complete_enumeration(seed: int) -> None:
    core = core_of(some_file(seed, sites=3, areas=7), single=True)
    core = replace(core, one_site_per_area=True)
    found = solve_location(core)
    assert found.status == "optimal" and found.value_gbp == best_by_enumeration(core)
    assert found.kept is not None and found.shares is not None and core.faults_of(found.kept, found.shares) == []


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("single", [False, True])
def test_the_method_and_plain_highs_prove_the_same_value(seed: int, single: bool) -> None:
    core = replace(core_of(some_file(seed, sites=9, areas=24, tightness=4.0), single), one_site_per_area=single)
    found, plain = solve_location(core), solve_plain(core, 60.0)
    assert found.status == "optimal" and plain.proved
    assert found.value_gbp == pytest.approx(plain.value_gbp, abs=1e-5)
    assert found.first_bound_gbp <= found.value_gbp + 1e-6
    assert found.kept is not None and found.shares is not None and core.faults_of(found.kept, found.shares) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_median_keeps_the_number_of_sites_asked_for(seed: int) -> None:
    core = core_of(
        replace(some_file(seed, 8, 20), fixed_cost=np.zeros(8), capacity=np.full(8, 1000.0), sites_open=3), True
    )
    best = min(core.serve_gbp[list(three)].min(axis=0).sum() for three in itertools.combinations(range(8), 3))
    found = solve_location(core)
    assert found.status == "optimal" and found.value_gbp == best
    assert found.kept is not None and int(found.kept.sum()) == 3


@pytest.mark.parametrize("single", [False, True])
def test_the_staged_solve_of_the_estate_finds_the_same_net_present_cost(single: bool) -> None:
    """The same instance through the strategic model: nobody unmet, then least cost, which is the core's.

    Costs are in thousands, for later stages may exceed the net present cost by £20.
    """
    file = some_file(11, sites=4, areas=8)
    capacity = np.array([30.0, 25.0, 20.0, 28.0]) * file.demand.sum() / 60.0 // 1
    file = replace(file, capacity=capacity, fixed_cost=1000 * file.fixed_cost, serving_cost=1000 * file.serving_cost)
    instance = estates_instance(file, one_site_per_area=single)
    outcome = solve_estates(instance, SolveOptions(gap_share=0.0), Unwatched())
    cost = {stage.name: stage.value for stage in outcome.stages}["npv_cost"]
    found = solve_location(core_of(file, single))
    assert found.value_gbp == pytest.approx(cost, abs=21.0)


def test_no_plan_is_said_where_areas_fit_into_no_site() -> None:
    """Areas of 6, 6 and 6 hours and sites that hold 9: 18 hours in all, but only one area each."""
    core = LocationCore(
        "three into two", np.array([1.0, 1.0]), np.array([9.0, 9.0]), np.full(3, 6.0), np.ones((2, 3)), True
    )
    assert solve_location(core).status == "infeasible"
    assert solve_location(replace(core, one_site_per_area=False)).value_gbp == pytest.approx(5.0)


def test_a_bound_is_never_above_the_best_whatever_the_prices() -> None:
    random = np.random.default_rng(3)
    core = replace(core_of(some_file(5, 3, 6), True), one_site_per_area=True)
    best = best_by_enumeration(core)
    relaxation = Relaxation(core)
    for whole in (False, True):
        for _ in range(50):
            assert relaxation.at(random.uniform(0, 60, 6), whole).value_gbp <= best + 1e-9
        found = raise_bound(relaxation, relaxation.first_prices(), Search(rounds=60), whole=whole)
        assert found.value_gbp <= best + 1e-9


def test_a_surcharge_is_never_above_what_a_departure_costs() -> None:
    """For each site and pair: the best plan that uses it costs at least bound + surcharge, by enumeration."""
    core = replace(core_of(some_file(8, 3, 6), True), one_site_per_area=True)
    relaxation = Relaxation(core)
    prices = raise_bound(relaxation, relaxation.first_prices(), Search(rounds=60), whole=True).prices
    bound, more = relaxation.surcharges(prices, whole=True)
    for i in range(core.site_count):
        for j in range(core.area_count):
            serve = core.serve_gbp.copy()
            serve[np.arange(core.site_count) != i, j] = np.inf
            assert best_by_enumeration(replace(core, serve_gbp=serve)) >= bound + more.serve_gbp[i, j] - 1e-6


def test_knapsacks_of_whole_areas_are_the_best_by_enumeration() -> None:
    random = np.random.default_rng(7)
    hours, capacity = random.integers(1, 9, 7).astype(float), np.array([5.0, 11.0, 20.0])
    gain = random.uniform(-5, 10, (3, 7))
    whole = WholeAreas(hours, capacity)
    sets = [np.array(pick) for pick in itertools.product([0.0, 1.0], repeat=7)]
    forced = whole.gain_with(gain)
    for i in range(3):
        fits = [pick for pick in sets if pick @ hours <= capacity[i]]
        assert whole.fill(gain).gain[i] == pytest.approx(max(pick @ gain[i] for pick in fits))
        assert fill_by_share(gain, hours, capacity)[0][i] >= whole.fill(gain).gain[i] - 1e-9
        for j in range(7):
            best = max((pick @ gain[i] for pick in fits if pick[j]), default=-np.inf)
            assert forced[i, j] == pytest.approx(best)


def test_the_same_core_gives_the_same_plan() -> None:
    core = core_of(some_file(21, 10, 30), True)
    first, second = solve_location(core), solve_location(core)
    assert first.kept is not None and second.kept is not None and first.shares is not None
    assert (first.kept == second.kept).all() and (first.shares == second.shares).all()
    assert (first.rounds, first.pairs_left, first.solves) == (second.rounds, second.pairs_left, second.solves)


def test_least_capacity_is_the_least_sum_that_holds_all() -> None:
    """Demand 10; sites of 4, 7 and 9: sums are 4, 7, 9, 11, 13, 16, 20, so 11."""
    core = LocationCore("sums", np.ones(3), np.array([4.0, 7.0, 9.0]), np.array([10.0]), np.ones((3, 1)), False)
    assert core.least_capacity_hours() == 11.0


def test_small_published_problems_are_proved(outside_data: Path) -> None:
    """Optima of OR-Library, Holmberg and the p-median files, as published."""
    wanted = {"cap41", "cap64", "cap104", "holm_p01", "holm_p21", "holm_p43", "pmed1"}
    lines = [
        measure(case, 60.0, (), with_plain=False)
        for case in cases_of(outside_data / "benchmarks" / "cflp")
        if case.name in wanted and not (case.family == "OR-Library cap" and case.way == "single")
    ]
    assert {line.case.name for line in lines} == wanted
    assert all(line.is_proved and line.agrees for line in lines)
    assert all(not measured.wrong for _, measured in verdicts(lines))
