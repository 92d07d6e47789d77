"""What must hold of every plan, whatever the instance."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.baselines import pro_rata_growth
from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.method import region as region_module
from models.reallocation.method import stages as stages_module
from models.reallocation.method.loaded import load
from models.reallocation.method.solving import solve
from models.reallocation.plan import Plan
from models.shared.problem import SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import generated, instance_of, shipped
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, Tables, built, line_level_tables

pytestmark = pytest.mark.model


def plan_of(instance: Instance, seed: int = 1) -> Plan:
    outcome = solve(instance, SolveOptions(seed=seed), Unwatched())
    assert outcome.decisions is not None, outcome.reason
    return Plan.from_decisions(instance, outcome.decisions)


def boroughs(scale: int = 1, order: tuple[str, ...] = ("a", "b", "c")) -> Tables:
    """Three places with different need and spend, four lines."""
    people = {"a": 1000, "b": 1500, "c": 700}
    lean = {"a": 1.08, "b": 0.93, "c": 1.02}
    tables = line_level_tables(scope_gbp=42_000_000)
    rows = copy.deepcopy(tables["baseline"])
    tables["places"] = [{"place": place, "name": place} for place in order]
    tables["need"] = [{"place": p, "component": "people", "weighted_population": people[p]} for p in order]
    tables["baseline"] = [
        row
        | {
            "place": place,
            "recurrent_gbp": scale * round(int(str(row["recurrent_gbp"])) * people[place] / 3200 * lean[place]),
        }
        for place in order
        for row in rows
    ]
    return tables


SETTINGS = LINE_LEVEL_SETTINGS | {"mh_growth_cap_share": 0.09}


def test_a_thousand_times_the_money_is_a_thousand_times_the_plan() -> None:
    small = plan_of(built(boroughs(), SETTINGS))
    large = plan_of(built(boroughs(1000), SETTINGS))
    for cell, pounds in small.allocation_gbp.items():
        for one, thousand in zip(pounds, large.allocation_gbp[cell], strict=True):
            assert thousand / 1000 == pytest.approx(one, abs=25)


def test_the_order_of_boroughs_does_not_matter() -> None:
    """The plan is unique, so the same places in another order get the same, but for a pound where rounding ties."""
    first = plan_of(built(boroughs(), SETTINGS))
    second = plan_of(built(boroughs(order=("c", "a", "b")), SETTINGS))
    assert first.allocation_gbp.keys() == second.allocation_gbp.keys()
    for cell, pounds in first.allocation_gbp.items():
        assert second.allocation_gbp[cell] == pytest.approx(pounds, abs=2)


def test_boroughs_that_are_alike_are_treated_alike() -> None:
    tables = boroughs()
    for row in tables["need"]:
        row["weighted_population"] = 1000
    spend = {row["line"]: row["recurrent_gbp"] for row in tables["baseline"] if row["place"] == "a"}
    for row in tables["baseline"]:
        row["recurrent_gbp"] = spend[row["line"]]
    plan = plan_of(built(tables, SETTINGS))
    for key in plan.instance.place_lines:
        for year in (1, 2, 3):
            alike = plan.of(PlaceLine("a", key.line), year)
            assert plan.of(key, year) == pytest.approx(alike, abs=3)


@pytest.mark.parametrize("rule", ["R-02", "R-03", "R-04", "R-05", "R-06", "R-07"])
def test_loosening_a_rule_never_worsens_the_gap(rule: str) -> None:
    """On the reference instance, a point of every rule, and the rule gone."""
    instance = instance_of(shipped("nwl"))
    strict = load(instance, limits_of(instance)).best({})
    dropped = load(instance, limits_of(instance, frozenset({rule}))).best({})
    assert strict is not None and dropped is not None
    assert dropped.unallocated_gbp <= strict.unallocated_gbp + 1
    assert dropped.final_year_gap_gbp <= strict.final_year_gap_gbp + 1


@pytest.mark.parametrize("points", [Fraction(1, 200), Fraction(1, 50)])
def test_a_lower_floor_never_worsens_the_gap(points: Fraction) -> None:
    instance = instance_of(shipped("nwl"))
    lower = instance.settings.model_copy(update={"pace_floor_growth_share": float(-points)})
    now, then = (load(i, limits_of(i)).best({}) for i in (instance, replace(instance, settings=lower)))
    assert now is not None and then is not None
    assert then.final_year_gap_gbp < now.final_year_gap_gbp


def test_the_investment_standard_counts_growth_before_convergence() -> None:
    """Growth 4 % less 1 % convergence: the money grows 3 %, the standard asks mental health for 4 %."""
    tables = line_level_tables(years=1)
    tables["years"][0] |= {"growth_share": "0.04", "convergence_share": "0.01"}
    instance = built(tables, LINE_LEVEL_SETTINGS)
    assert instance.money[1].spendable_gbp == 4_326_000_000
    limit = next(limit for limit in limits_of(instance) if limit.rule == "R-04")
    assert limit.factor == Fraction(104, 100)
    pounds = {cell: (gbp, 0) for cell, gbp in instance.opening_gbp.items()}
    mental_health = next(cell for cell in instance.cells if cell.line == "mental_health")
    for growth, kept in ((Fraction(104, 100), True), (Fraction(1039, 1000), False), (Fraction(103, 100), False)):
        opened = instance.opening_gbp[mental_health]
        pounds[mental_health] = (opened, int(opened * growth))
        assert (limit.headroom_gbp(pounds) >= 0) is kept


def test_another_solver_seed_gives_the_same_plan_to_the_pound() -> None:
    instance = instance_of(shipped("nwl"))
    plans = [plan_of(instance, seed).allocation_gbp for seed in (1, 2, 77)]
    assert plans[0] == plans[1] == plans[2]


def test_the_plan_hangs_on_no_solver_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The aims frozen a hair higher, as another solver version might leave them, move no cell by more than that.

    The last aim is strictly convex, so the plan is a continuous function of where the others are frozen.
    """
    instance = instance_of(shipped("nwl"))
    before = plan_of(instance)
    on_grid = region_module.on_grid
    for module in (region_module, stages_module):
        monkeypatch.setattr(module, "on_grid", lambda value, freeze: on_grid(value, freeze) + freeze * 1e-4)
    after = plan_of(instance)
    assert after.decisions() != {}
    for cell, pounds in before.allocation_gbp.items():
        assert after.allocation_gbp[cell] == pytest.approx(pounds, abs=50)


@pytest.mark.parametrize("years", [1, 5, 10])
def test_horizons_up_to_ten_years(years: int) -> None:
    instance = instance_of(generated(years, places=3, lines=4, years=years, providers=2))
    outcome = solve(instance, SolveOptions(), Unwatched())
    assert outcome.status == "optimal", outcome.reason
    assert all(stage.gap_share is not None and stage.gap_share <= 1e-6 for stage in outcome.stages)


def test_pro_rata_growth_moves_nothing_and_spends_every_pound() -> None:
    plan = pro_rata_growth(instance_of(shipped("nwl")))
    for year, money in enumerate(plan.instance.money):
        assert plan.total(year) == money.spendable_gbp
    for cell, pounds in plan.allocation_gbp.items():
        share = pounds[0] / plan.total(0)
        assert pounds[-1] == pytest.approx(share * plan.total(plan.instance.horizon), abs=1), cell
