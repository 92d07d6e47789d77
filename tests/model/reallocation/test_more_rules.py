"""With rules on that an instance need not have: money scales, names do not matter, whole pounds keep limits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.formulation import limits_of
from models.reallocation.formulation.limit import AnyLimit, ExcessLimit
from models.reallocation.method.solving import solve
from models.reallocation.method.whole_pounds import to_whole_pounds
from models.reallocation.plan import Plan
from models.shared.problem import SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import generated, instance_of, solved_instance
from tests.model.reallocation.test_rules_by_hand import SETTINGS, allocated, plan_of
from tests.model.reallocation.test_rules_by_hand import tables as small
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, LINES, Tables, built, line_level_tables

pytestmark = pytest.mark.model

_SEEDS = (1, 3, 13)


def all_rules(scale: int = 1, names: tuple[str, str] = ("east", "west")) -> Tables:
    """Two places that differ, with a fence, a fund, a cap on recruitment, release, and relief."""
    given = line_level_tables(scope_gbp=42_000_000)
    people = dict(zip(names, (1000, 1700), strict=True))
    lean = dict(zip(names, (1.06, 0.97), strict=True))
    rows = given["baseline"]
    given["places"] = [{"place": place, "name": place} for place in names]
    given["need"] = [{"place": p, "component": "people", "weighted_population": people[p]} for p in names]
    given["baseline"] = [
        row
        | {"place": p, "recurrent_gbp": scale * round(int(str(row["recurrent_gbp"])) * people[p] / 2700 * lean[p])}
        for p in names
        for row in rows
    ]
    for line in given["lines"]:
        line |= {"releasable_share": 0.1, "double_running_share": 0.2} if line["line"] == "acute" else {}
    for year in given["years"]:
        year |= {"transition_fund_gbp": scale * 100_000, "mh_recruitment_cap_wte": 12}
    fenced = [
        {"fence": "bcf", "name": "Fund", "year": y["year"], "minimum_gbp": scale * 2_400_000} for y in given["years"]
    ]
    return given | {
        "ring_fences": fenced,
        "ring_fence_cells": [{"fence": "bcf", "place": names[0], "line": "community"}],
        "spillover": [{"from_line": "community", "to_line": "acute", "theta_share": 0.2, "lag_years": 1}],
    }  # fmt: skip


def planned(given: Tables, scale: int = 1) -> Plan:
    settings = LINE_LEVEL_SETTINGS | {"mh_growth_cap_share": 0.09, "mh_cost_per_wte_gbp": scale * 60_000}
    instance = built(given, settings)
    outcome = solve(instance, SolveOptions(), Unwatched())
    assert outcome.status == "optimal" and outcome.decisions is not None, outcome.reason
    return Plan.from_decisions(instance, outcome.decisions)


def test_a_thousand_times_the_money_is_a_thousand_times_the_plan() -> None:
    once, thousand = planned(all_rules()), planned(all_rules(1000), 1000)
    for cell, pounds in once.allocation_gbp.items():
        assert [gbp / 1000 for gbp in thousand.allocation_gbp[cell]] == pytest.approx(pounds, abs=25)


def test_places_under_other_names_get_the_same() -> None:
    """The names put the places in another order, so the solver sees another model."""
    names = {"east": "west", "west": "east"}
    first, second = planned(all_rules()), planned(all_rules(names=("west", "east")))
    for cell, pounds in first.allocation_gbp.items():
        other = cell._replace(place=names[cell.place])
        assert second.allocation_gbp[other] == pytest.approx(pounds, abs=25)


def test_nothing_moves_when_nothing_deviates() -> None:
    """Every line at need, the money flat, all rules on: everybody keeps what they have."""
    given = line_level_tables(deviations=dict.fromkeys(LINES, 0.0) | {"mental_health": 1e-9, "acute": -1e-9})
    for line in given["lines"]:
        line |= {"releasable_share": 0.1, "double_running_share": 0.2, "deviation_share": ""}
        line["need_share"] = next(int(r["recurrent_gbp"]) for r in given["baseline"] if r["line"] == line["line"])
    total = sum(int(line["need_share"]) for line in given["lines"])
    for line in given["lines"]:
        line["need_share"] = int(line["need_share"]) / total
        line["q_group_share"] = ""
    flat = LINE_LEVEL_SETTINGS | {
        "line_need_basis": "shares", "growth_share": 0.0, "cost_uplift_share": 0.02, "productivity_share": 0.02,
        "transition_fund_share": 0.0,
    }  # fmt: skip
    instance = built(given, flat)
    outcome = solve(instance, SolveOptions(), Unwatched())
    assert outcome.decisions is not None, outcome.reason
    plan = Plan.from_decisions(instance, outcome.decisions)
    for pounds in plan.allocation_gbp.values():
        assert pounds == pytest.approx([pounds[0]] * 4, abs=8)
    assert not [row for row in plan.tables()["moves"] if abs(int(str(row["full_year_gbp"]))) > 8]


@pytest.mark.parametrize("seed", _SEEDS)
def test_whole_pounds_keep_every_limit_exactly_and_every_total(seed: int) -> None:
    """Hard limits have no headroom below zero; soft ones give no more than the solver found, and a few pounds."""
    case = solved_instance(instance_of(generated(seed, places=4, lines=5, years=4, providers=3, more_rules=1)))
    plan, soft = case.plan, case.instance.soft_order
    hard = [limit for limit in plan.limits if limit.rule not in soft]
    assert any(limit.rule == "R-15" for limit in hard)
    assert [limit for limit in hard if limit.headroom_gbp(plan.allocation_gbp) < 0] == []
    unallocated = case.stage_values["unallocated"]
    left = sum(money.spendable_gbp - plan.total(t) for t, money in enumerate(case.instance.money))
    assert unallocated is not None and left == pytest.approx(unallocated, abs=2 * case.instance.horizon)


def test_whole_pounds_stay_within_a_fund_that_is_used_up() -> None:
    """R-15: half of what acute falls below 612,000 may cost 50 pounds, so it gets 611,900 or more.

    A solver's amount a hair below that, and nearest to it in whole pounds by the total, must not go to the pound
    below.
    """
    instance = built(small(double_running_share=0.5), {**SETTINGS, "transition_fund_share": 0.0001})
    fund = next(limit for limit in limits_of(instance) if isinstance(limit, ExcessLimit))
    kept: tuple[AnyLimit, ...] = (*limits_of(instance), replace(fund, most_gbp=Fraction(50)))
    acute, mental_health = instance.cells
    spendable = instance.money[1].spendable_gbp
    amounts = {acute: [600_000.0, 611_899.4], mental_health: [400_000.0, spendable - 611_899.4]}
    pounds = to_whole_pounds(instance, kept, amounts)
    assert (pounds[acute][1], pounds[mental_health][1]) == (611_900, spendable - 611_900)
    assert all(limit.headroom_gbp(pounds) >= 0 for limit in kept)


def test_with_a_fund_of_nothing_no_volume_is_withdrawn() -> None:
    """R-15: what acute keeps is 1.02 x 600 = 612, so mental health gets the other 428."""
    plan, _ = plan_of(small(double_running_share=0.5))
    assert allocated(plan) == (612_000, 428_000)
