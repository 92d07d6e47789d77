"""Every hard rule matters somewhere in what is shipped; a plan made without it is refused for it by the checker."""

from __future__ import annotations

import pytest

from models.estates.checker import refused_by
from models.estates.instance import EstatesInstance
from models.estates.method import solve_estates
from models.estates.rules import RULES
from models.shared.problem import SolveOptions
from nwl_opt.problems import shipped_scenarios
from nwl_opt.scenario import read_scenario
from solvers.types import StopWhen, gap_share
from tests.estates_small import solved
from tests.model.estates.plans import checked, instance_of, rules_broken, shipped, shipped_plan, solve

pytestmark = pytest.mark.model

HARD = [rule.id for rule in RULES if rule.hard and not rule.definitional]
SCENARIOS = {path.stem: read_scenario(path) for path in shipped_scenarios("estates")}
SMALL = sorted(name for name, scenario in SCENARIOS.items() if scenario.instance == "each_rule")
WITH_A_PLAN = frozenset({"lease_nearly_over", "needed_floor_goes", "no_session_for_a_list", "one_site_for_an_area"})
# Rules that matter in `each_rule` once something is asked for or freed in it.
ASKED_FOR_BY = {"E-40": "no_session_for_a_list", "E-41": "one_site_for_an_area"}
# A limit on what stays unmet cannot make the least unmet any less: it only says no.
ONLY_SAYS_NO = "E-02"
# What a plan made without the rule may break as well: appointments in rooms of another kind are too many for their
# own, more hours than the ceiling allows leave no session for what cannot be moved, rooms in works have no timetable,
# and closed lists sent anywhere may be all that a clinic has.
ALSO_BROKEN = {
    "E-04": {"E-05", "E-06", "E-07", "E-40"},
    "E-06": {"E-06", "E-07", "E-40"},
    "E-07": {"E-07", "E-40"},
    "E-33": {"E-33", "E-40"},
    "E-38": {"E-21", "E-38", "E-40"},
}


@pytest.mark.parametrize("rule", [rule for rule in HARD if rule != ONLY_SAYS_NO])
def test_dropping_a_rule_makes_a_better_plan_that_breaks_it(rule: str) -> None:
    """In its own neighbourhood of `each_rule` the rule costs money or minutes; nothing else is broken without it."""
    held = shipped_plan("each_rule", ASKED_FOR_BY.get(rule))
    freed = solve(held.instance, rule)
    before, after = [stage.value for stage in held.outcome.stages], [stage.value for stage in freed.outcome.stages]
    first = next(at for at in range(len(before)) if gap_share(before[at], after[at]))
    # A plan made anew for its timetable has the bound of plans without one: its value is what there is to beat.
    value, bound = after[first], before[first] if rule == "E-40" else held.outcome.stages[first].bound
    assert value is not None and bound is not None and value < bound
    broken = rules_broken(checked(freed, freed.written()))
    assert broken == {rule} or (broken and broken <= ALSO_BROKEN[rule])


@pytest.mark.parametrize("name", [name for name in SMALL if name not in WITH_A_PLAN])
def test_a_refused_request_has_a_plan_once_a_rule_it_names_is_left_out(name: str) -> None:
    """The order itself (E-25) is one of them everywhere: without it nothing is asked."""
    instance = instance_of(shipped("each_rule", name))
    assert "E-25" in SCENARIOS[name].binds
    for rule in set(SCENARIOS[name].binds) - {"E-25"}:
        assert _has_plan(instance, rule), rule


def _has_plan(instance: EstatesInstance, without_rule: str) -> bool:
    """Whether there is any plan: mostly the first stage has one before it hears that it should stop."""
    options = SolveOptions(without_rules=frozenset({without_rule}))
    at_once = solve_estates(instance, options, StopWhen(lambda: True))
    return at_once.decisions is not None or solved(instance, without_rule).decisions is not None


@pytest.mark.parametrize("name", ["refused_gp_premises", "refused_too_early"])
def test_a_refused_request_has_no_plan_and_says_which_rules_refuse_it(name: str) -> None:
    outcome = solved(instance_of(shipped("each_rule", name)))
    assert outcome.status == "infeasible" and outcome.decisions is None
    assert set(SCENARIOS[name].binds) <= {explanation.rule for explanation in outcome.explanations}


def test_an_order_above_the_demand_leaves_people_without_a_room() -> None:
    """The one room left gives 46.17 of the 49.93 hours a week of 5,700 people: 3.76 hours, 940 contacts a year.

    The order names no day, so the floor goes as late as it can, in the last period.
    """
    case = shipped_plan("each_rule", "needed_floor_goes")
    unmet = [row for row in case.tables["service_plan"] if row["site_id"] == "-" and row["contacts"] > 1]
    assert [(row["area_id"], row["year"]) for row in unmet] == [("ceiling_town", "2029/30")]
    assert unmet[0]["contacts"] == pytest.approx((5700 * 0.00876 - 46.1728) * 50 * 5, abs=0.5)


def test_leaving_a_lease_nine_months_early_loses_money() -> None:
    """Kept to its end on 24 June 2027 the floor costs £40,000 and, for April to June, £10,000.

    Left on 1 October 2026: six months £20,000, a fifth of six more £4,000, and 9 / 12 of £40,000 to pay; then a fifth
    of three months, £2,000. That is £14,000 more in 2026/27 and £8,000 less in 2027/28.
    """
    kept, left = (shipped_plan("each_rule", name).stage_values["npv_cost"] for name in (None, "lease_nearly_over"))
    assert kept is not None and left is not None
    assert left - kept == pytest.approx(14_000 - 8_000 / 1.035, abs=1)


def test_every_hard_rule_is_named_by_a_scenario_or_matters_in_each_rule() -> None:
    named = {rule for scenario in SCENARIOS.values() for rule in scenario.binds}
    assert ONLY_SAYS_NO in named
    assert set(named) <= set(HARD)


@pytest.mark.parametrize("name", sorted(name for name, scenario in SCENARIOS.items() if scenario.instance == "nwl"))
def test_orders_on_the_reference_can_be_followed_or_are_shipped_to_be_refused(name: str) -> None:
    instance = instance_of(shipped("nwl", name))
    refused = refused_by(instance)
    ordered = {
        suite.suite_id: refused[suite.suite_id] for suite in instance.suites if suite.instruction == "hand_back"
    }
    if "refused" not in name:
        assert not any(ordered.values()), ordered
    elif name == "refused_lift":
        assert [tuple(reasons) for reasons in ordered.values()] == [("E-17",)]
    else:
        assert {rule for reasons in ordered.values() for rule in reasons} == {"E-09", "E-12"}
