"""Rules an instance need not have (R-13 to R-22), each solved on paper: one place, two lines, in thousands.

Opening: acute 600, mental health 400. Half of all need is either line's, the money grows 4 % to 1,040, so need is 520
each and, with nothing else in the way, that is the plan. Costs rise 5 %, normal productivity is 3 %: v = 1.02.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.method.solving import solve
from models.reallocation.plan import Plan
from models.reallocation.rules import RULES
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched
from tests.reallocation_tables import Tables, built

pytestmark = pytest.mark.model

SETTINGS: Mapping[str, object] = {
    "line_need_basis": "shares", "growth_share": 0.04, "reserve_share": 0.0, "cost_uplift_share": 0.05,
    "productivity_share": 0.03, "pace_floor_growth_share": -1.0, "mh_growth_cap_share": 1.0,
    "mh_cost_per_wte_gbp": 60_000, "turnover_band_share": 1.0,
}  # fmt: skip
ACUTE, MENTAL_HEALTH = PlaceLine("here", "acute"), PlaceLine("here", "mental_health")


def tables(years: int = 1, **of_acute: object) -> Tables:
    return {
        "places": [{"place": "here", "name": "Here"}],
        "lines": [
            {"line": "acute", "name": "Acute", "role": "acute", "need_share": 0.5, **of_acute},
            {"line": "mental_health", "name": "Mental health", "role": "mental_health", "need_share": 0.5},
        ],
        "years": [{"year": f"{2024 + t}/{25 + t}"} for t in range(years)],
        "baseline": [
            {"place": "here", "line": "acute", "recurrent_gbp": 600_000},
            {"place": "here", "line": "mental_health", "recurrent_gbp": 400_000},
        ],
        "need": [{"place": "here", "component": "people", "weighted_population": 100}],
        "need_weights": [{"line": line, "component": "people", "weight": 1} for line in ("acute", "mental_health")],
    }


def outcome_of(instance: Instance) -> Outcome:
    return solve(instance, SolveOptions(), Unwatched())


def plan_of(given: Tables, **settings: object) -> tuple[Plan, dict[str, float]]:
    """The plan, and its stage values."""
    instance = built(given, {**SETTINGS, **settings})
    outcome = outcome_of(instance)
    assert outcome.status == "optimal" and outcome.decisions is not None, outcome.reason
    values = {stage.name: stage.value for stage in outcome.stages if stage.value is not None}
    return Plan.from_decisions(instance, outcome.decisions), values


def allocated(plan: Plan, year: int = 1) -> tuple[int, int]:
    """What acute and mental health get."""
    return plan.of(ACUTE, year), plan.of(MENTAL_HEALTH, year)


def test_with_nothing_in_the_way_both_lines_stand_at_need() -> None:
    plan, values = plan_of(tables())
    assert allocated(plan) == pytest.approx((520_000, 520_000), abs=1)
    assert values["final_year_gap"] == pytest.approx(0, abs=0.01)


def test_a_ring_fence_keeps_its_minimum() -> None:
    """R-13: 560 fenced in acute leave 480."""
    given = tables() | {
        "ring_fences": [{"fence": "bcf", "name": "Fund", "year": "2024/25", "minimum_gbp": 560_000}],
        "ring_fence_cells": [{"fence": "bcf", "line": "acute"}],
    }
    assert allocated(plan_of(given)[0]) == (560_000, 480_000)


def test_no_more_is_withdrawn_than_can_be_released() -> None:
    """R-14: a tenth of acute can be released, .9 x 1.02 x 600 = 550.8 stay."""
    assert allocated(plan_of(tables(releasable_share=0.1))[0]) == (550_800, 489_200)


@pytest.mark.parametrize(("limit_gbp", "acute"), [(None, 572_000), (15_000, 582_000)])
def test_withdrawing_is_paid_from_the_fund_and_within_the_limit_over_all_years(
    limit_gbp: int | None, acute: int
) -> None:
    """R-15: a fund of 20 leaves 1,020. Half of what acute falls below 612 is double running or stranded: it stays at
    572, or at 582 where all years together may cost 15."""
    given = tables(double_running_share=0.3, stranded_share=0.2)
    given["years"][0]["transition_fund_gbp"] = 20_000
    more: dict[str, object] = {} if limit_gbp is None else {"transition_cost_limit_gbp": limit_gbp}
    plan, _ = plan_of(given, **more)
    assert allocated(plan) == (acute, 1_020_000 - acute)
    costs = {(row["line"], row["year"]): row for row in plan.tables()["transition"]}
    both = costs["all", "2024/25"]
    assert (both["withdrawn_gbp"], both["fund_gbp"]) == (612_000 - acute, 20_000)
    assert both["double_running_gbp"] == (612_000 - acute) * 3 // 10


def test_a_limit_over_all_years_is_kept_over_all_years() -> None:
    """R-15: withdrawing costs half of it, all years may cost 12: what acute falls below its volume in the two years
    together comes to 24 at most, and to that."""
    given = tables(years=2, double_running_share=0.5)
    for row in given["years"]:
        row["transition_fund_gbp"] = 10_000
    plan, _ = plan_of(given, transition_cost_limit_gbp=12_000)
    acute = [plan.of(ACUTE, t) for t in range(3)]
    withdrawn = [max(0.0, 1.02 * acute[t - 1] - acute[t]) for t in (1, 2)]
    assert sum(withdrawn) == pytest.approx(24_000, abs=2)
    assert max(withdrawn) <= 20_000


def test_mental_health_takes_on_no_more_than_can_be_recruited() -> None:
    """R-19: one more whole-time equivalent at 60 x 1.05, on top of 400 x 1.05: 483."""
    given = tables()
    given["years"][0]["mh_recruitment_cap_wte"] = 1
    assert allocated(plan_of(given)[0]) == (557_000, 483_000)


def test_a_required_share_of_the_gap_is_closed() -> None:
    """R-20: at 15 % a year mental health gets 460, 60 short of need: 40 % of the gap of 100 is closed."""
    plan, values = plan_of(tables(), mh_growth_cap_share=0.15, required_closure_share=0.4)
    assert allocated(plan) == pytest.approx((580_000, 460_000), abs=2)
    assert values["unallocated"] == pytest.approx(0, abs=1.5)
    assert values["final_year_gap"] == pytest.approx(60_000, abs=1.5)


def test_where_too_large_a_share_is_required_there_is_no_plan() -> None:
    """R-20: as above, 60 is the least that can be missing; leaving money unspent does not help."""
    settings = {**SETTINGS, "mh_growth_cap_share": 0.15, "required_closure_share": 0.41}
    assert outcome_of(built(tables(), settings)).status == "infeasible"


def test_a_soft_rule_is_missed_by_as_little_as_can_be() -> None:
    """R-20 as above with 90 % required, softly: 60 stay where 10 may, so it is missed by 50."""
    given = tables() | {"soft_rules": [{"rule": "R-20", "order": 1}]}
    plan, values = plan_of(given, mh_growth_cap_share=0.15, required_closure_share=0.9)
    assert values["soft_1"] == pytest.approx(50_000, abs=1.5)
    row = next(row for row in plan.tables()["rules"] if row["rule"] == "R-20")
    assert (row["status"], row["hard_or_soft"]) == ("broken_soft", "soft")
    assert row["headroom_gbp"] == pytest.approx(-50_000, abs=2)


def test_soft_rules_give_way_in_their_order() -> None:
    """A fence of 560 on acute and a closure of 90 % (a gap of 10) cannot both be: the one that comes first holds."""
    fence = {
        "ring_fences": [{"fence": "bcf", "name": "Fund", "year": "2024/25", "minimum_gbp": 560_000}],
        "ring_fence_cells": [{"fence": "bcf", "line": "acute"}],
    }
    for first, second, acute, missed in (("R-13", "R-20", 560_000, 30_000), ("R-20", "R-13", 530_000, 30_000)):
        given = tables() | fence | {"soft_rules": [{"rule": first, "order": 1}, {"rule": second, "order": 2}]}
        plan, values = plan_of(given, required_closure_share=0.9)
        assert values["soft_1"] == pytest.approx(0, abs=0.01)
        assert values["soft_2"] == pytest.approx(missed, abs=3)
        assert plan.of(ACUTE, 1) == pytest.approx(acute, abs=3)


def test_cutting_upstream_adds_to_need() -> None:
    """R-21: each pound acute falls below 612 adds 50 pence to mental health's need.

    At 520 acute stands at need, and mental health's 520 less a relief of .5 x -92 = -46 is 46 short. More for acute
    would be a pound over for 50 pence.
    """
    given = tables() | {
        "spillover": [{"from_line": "acute", "to_line": "mental_health", "theta_share": 0.5, "lag_years": 0}]
    }
    plan, values = plan_of(given)
    assert allocated(plan) == pytest.approx((520_000, 520_000), abs=2)
    assert values["final_year_gap"] == pytest.approx(23_000, abs=1.5)
    rows = {row["line"]: row for row in plan.tables()["allocations"] if row["year"] == "2024/25"}
    assert rows["mental_health"]["relief_gbp"] == pytest.approx(-46_000, abs=1)
    assert rows["mental_health"]["gap_gbp"] == pytest.approx(-46_000, abs=2)


def test_relief_is_felt_only_after_its_lag() -> None:
    """R-21 with a lag of a year: nothing of it in a plan of one year."""
    given = tables() | {
        "spillover": [{"from_line": "acute", "to_line": "mental_health", "theta_share": 0.5, "lag_years": 1}]
    }
    plan, values = plan_of(given)
    assert values["final_year_gap"] == pytest.approx(0, abs=0.01)
    assert all(row["relief_gbp"] == 0 for row in plan.tables()["allocations"])


def test_a_limit_on_every_growth() -> None:
    """R-22: at most 10 % a year anywhere: mental health 440."""
    assert allocated(plan_of(tables(), peak_growth_limit_share=0.1)[0]) == (600_000, 440_000)


def test_the_fastest_closure_is_found_and_kept() -> None:
    """R-08 under fastest_closure, money flat at 1,000: at 10 % a year mental health gets 440, 484, 500."""
    plan, values = plan_of(tables(years=5), growth_share=0.0, mh_growth_cap_share=0.1, aim="fastest_closure")
    assert values["years_to_closure"] == 3
    assert plan.closed_from == 3
    assert plan.of(MENTAL_HEALTH, 2) <= 484_000
    assert [plan.of(MENTAL_HEALTH, t) for t in (3, 4, 5)] == pytest.approx([500_000] * 3, abs=25)


def test_the_least_disruption_that_closes_what_is_required() -> None:
    """Half of the 100 must be closed by 450 for mental health: a growth of 12.5 %, and no more."""
    plan, values = plan_of(tables(), growth_share=0.0, required_closure_share=0.5, aim="least_disruption")
    assert values["peak_growth"] == pytest.approx(0.125, abs=2e-6)
    assert allocated(plan) == pytest.approx((550_000, 450_000), abs=2)


def test_a_gap_counted_as_a_share_of_need() -> None:
    """Acute fenced at 560 is 40 over 520, mental health 40 short of it: a mean of 7.69 %."""
    given = tables() | {
        "ring_fences": [{"fence": "bcf", "name": "Fund", "year": "2024/25", "minimum_gbp": 560_000}],
        "ring_fence_cells": [{"fence": "bcf", "line": "acute"}],
    }
    _, values = plan_of(given, gap_counted_in="share_of_need")
    assert values["final_year_gap_share"] == pytest.approx(40 / 520, abs=2e-6)
    assert "final_year_gap" not in values


def test_need_in_pounds_is_taken_as_given() -> None:
    """R-10: 500 and 500 of 1,040 in all: the money is allocated, so 40 stand over need."""
    needs = [
        {"place": "here", "line": line, "year": year, "need_gbp": gbp}
        for line in ("acute", "mental_health")
        for year, gbp in (("2023/24", 480_000), ("2024/25", 500_000))
    ]
    given = tables() | {"need_targets": needs}
    for line in given["lines"]:
        del line["need_share"]
    plan, values = plan_of(given, line_need_basis="pounds")
    assert plan.need_gbp[ACUTE] == (480_000, 500_000)
    assert values["unallocated"] == pytest.approx(0, abs=0.01)
    assert values["final_year_gap"] == pytest.approx(20_000, abs=2)


def test_first_claims_come_off_before_anything_is_shared_out() -> None:
    """R-16 and R-17: primary care is short of 30, and a point of 3.7 % of efficiency is not delivered.

    1,040 less 30 is 1,010 in scope; 1 % of the allocation of 1,040 is 10.4: 999.6 are left.
    """
    plan, _ = plan_of(tables(), primary_care_gap_gbp=30_000, delivered_efficiency_share=0.027)
    items = {row["item"]: row["gbp"] for row in plan.tables()["envelope"] if row["year"] == "2024/25"}
    assert (items["primary_care"], items["break_even"], items["spendable"]) == (30_000, 10_400, 999_600)
    assert sum(allocated(plan)) == 999_600


@pytest.mark.parametrize("rule", ["R-13", "R-14", "R-15", "R-19", "R-20", "R-22"])
def test_a_rule_an_instance_need_not_have_is_off_until_it_is_asked_for(rule: str) -> None:
    plan, _ = plan_of(tables())
    assert rule in {known.id for known in RULES}
    row = next(row for row in plan.tables()["rules"] if row["rule"] == rule)
    assert (row["scope"], row["members"]) == ("all", 0)
