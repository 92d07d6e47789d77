"""Every shipped scenario does what its title says, and every rule matters in one of them."""

from __future__ import annotations

import pytest

from models.reallocation.instance import Instance
from models.reallocation.method import solve
from models.reallocation.plan import Plan
from models.reallocation.rules import RULES
from models.shared.problem import Outcome, SolveOptions
from nwl_opt.problems import shipped_scenarios
from nwl_opt.scenario import read_scenario
from solvers.types import Unwatched
from tests.model.reallocation.plans import Solved, checked, instance_of, rules_broken, shipped, solved

pytestmark = pytest.mark.model

WITHOUT_A_PLAN = frozenset(
    {
        "cap_below_the_standard",
        "closure_required",
        "closure_required_by_line",
        "growth_1_percent_no_cut",
        "promise_above_the_cap",
    }
)
SCENARIOS = {path.stem: read_scenario(path) for path in shipped_scenarios("reallocation")}
# Where each rule matters most plainly: the reference itself, or a scenario shipped for it.
MATTERS_IN = {
    "R-02": None,
    "R-03": "mh_cap_8_percent",
    "R-04": "mental_health_at_need",
    "R-05": None,
    "R-06": "growth_4_4_percent",
    "R-07": None,
    "R-08": "closure_required_by_line",
}


def outcome_of(instance: Instance, without: frozenset[str] = frozenset()) -> Outcome:
    return solve(instance, SolveOptions(without_rules=without), Unwatched())


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - WITHOUT_A_PLAN))
def test_scenarios_with_a_plan(name: str) -> None:
    """The plan is proven best in every aim, accepted, and the rules the scenario is shipped for bind in it."""
    scenario = SCENARIOS[name]
    case = solved(scenario.instance, name)
    assert case.outcome.status == "optimal", case.outcome.reason
    assert checked(case, case.written(), case.stage_values).passed
    binding = {str(row["rule"]) for row in case.written()["rules"] if row["status"] == "binding"}
    assert scenario.binds and set(scenario.binds) <= binding


@pytest.mark.parametrize("name", sorted(WITHOUT_A_PLAN))
def test_scenarios_without_a_plan(name: str) -> None:
    """Infeasible is a result with reasons; dropping any one rule the scenario names brings a plan back."""
    scenario = SCENARIOS[name]
    instance = instance_of(shipped(scenario.instance, name))
    outcome = outcome_of(instance)
    assert outcome.status == "infeasible" and outcome.decisions is None
    assert outcome.explanations and outcome.tables_without_plan["repairs"]
    for rule in scenario.binds:
        assert outcome_of(instance, frozenset({rule})).decisions is not None, rule


def test_each_rule_has_a_place_where_it_matters() -> None:
    assert set(MATTERS_IN) == {rule.id for rule in RULES if rule.hard and not rule.definitional}
    for rule, scenario in MATTERS_IN.items():
        assert scenario is None or rule in SCENARIOS[scenario].binds


@pytest.mark.parametrize("rule", sorted(MATTERS_IN))
def test_dropping_a_rule_makes_a_plan_that_breaks_it(rule: str) -> None:
    """The plan made without the rule is refused by the checker for that rule and no other."""
    scenario = MATTERS_IN[rule]
    instance = instance_of(shipped(SCENARIOS[scenario].instance if scenario else "nwl", scenario))
    freed = outcome_of(instance, frozenset({rule}))
    assert freed.decisions is not None
    case = Solved(instance, freed, Plan.from_decisions(instance, freed.decisions))
    assert rules_broken(checked(case, case.written())) == {rule}


def gap_gbp(scenario: str | None = None) -> float:
    """The gap in the last year in the reference, in millions, with a scenario in it."""
    value = solved("nwl", scenario).stage_values["final_year_gap"]
    assert value is not None
    return value / 1e6


def test_scenarios_move_the_gap_the_way_their_words_say() -> None:
    reference = gap_gbp()
    assert gap_gbp("growth_2_percent") > reference
    assert gap_gbp("mh_cap_8_percent") > reference
    assert gap_gbp("mh_cap_12_percent") == pytest.approx(reference, abs=0.01)  # money is what is short
    assert gap_gbp("chc_flat") < reference and gap_gbp("cash_cut_1_percent") < reference
    assert gap_gbp("convergence_1_percent") == pytest.approx(gap_gbp("growth_2_percent"), abs=0.01)
    # More growth under a fixed cap: the target runs away, and the gap is larger than at 3 %.
    assert gap_gbp("growth_4_4_percent") > reference


def test_line_level_closes_at_3_per_cent_and_leaves_22_million_at_2() -> None:
    closed, short = solved("line_level"), solved("line_level", "line_level_growth_2_percent")
    assert closed.stage_values["final_year_gap"] == pytest.approx(0, abs=1)
    assert closed.stage_values["peak_growth"] == pytest.approx(1.03 * 1.25 ** (1 / 3) - 1, abs=1e-6)
    assert short.stage_values["final_year_gap"] == pytest.approx(22.0e6, abs=0.05e6)
