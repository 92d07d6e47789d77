"""Each scenario of the reference shows the rules it is shipped for: a plan made without it breaks them in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import pytest

from models.theatres.baselines import baselines
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from nwl_opt.problems import shipped_scenarios
from nwl_opt.scenario import Scenario, apply_scenario, read_scenario
from tests.model.theatres.plans import Written, checked, instance_of, rules_speaking, shipped, texts

pytestmark = pytest.mark.model

SCENARIOS = {path.stem: read_scenario(path) for path in shipped_scenarios("theatres")}
# Appointments that are gone are missed as times that are not on offer; that no other comes in time is T-15.
SEEN_AS = {("no_mri_in_april", "T-15"): "T-18"}
# What allows more: a plan made in it breaks the rule in the reference. And what contradicts an agreed date.
ALLOWS_MORE = ("any_surgeon_of_the_trust",)
CONTRADICTS = {"agreed_list_without_staff": "T-20"}


@dataclass(frozen=True)
class _NoReason:
    """A reason nobody asks for here."""

    code: str = "lower_priority"
    sentence: str = ""
    what_would_help: str = ""


def of_the_reference() -> list[str]:
    """The scenarios of the reference that are to show a rule."""
    return sorted(name for name, scenario in SCENARIOS.items() if scenario.instance == "nwl" and scenario.binds)


def with_scenario(scenario: Scenario) -> Instance:
    return instance_of(apply_scenario(REGISTER, shipped("nwl"), scenario))


def plan_of(instance: Instance) -> Written:
    """A plan as booking staff would make it; who is not booked has no reason worth reading."""
    plan: Plan = baselines(instance)["p2_then_longest_wait"]
    return texts(tables_of(plan, defaultdict(_NoReason)))


@cache
def reference() -> Instance:
    return instance_of(shipped("nwl"))


@cache
def plan_of_the_reference() -> Written:
    return plan_of(reference())


@cache
def broken_in_the_reference() -> set[str]:
    return rules_speaking(checked(reference(), plan_of_the_reference()))


@pytest.mark.parametrize("name", [name for name in of_the_reference() if name not in ALLOWS_MORE])
def test_the_plan_of_the_reference_breaks_the_rule_in_the_scenario(name: str) -> None:
    scenario = SCENARIOS[name]
    broken = rules_speaking(checked(with_scenario(scenario), plan_of_the_reference()))
    expected = {SEEN_AS.get((name, rule), rule) for rule in scenario.binds} - {CONTRADICTS.get(name)}
    assert expected and broken >= expected
    assert not broken_in_the_reference() & expected


@pytest.mark.parametrize("name", ALLOWS_MORE)
def test_a_plan_of_a_scenario_that_allows_more_breaks_the_rule_in_the_reference(name: str) -> None:
    scenario = SCENARIOS[name]
    broken = rules_speaking(checked(reference(), plan_of(with_scenario(scenario))))
    assert broken >= set(scenario.binds)


def test_the_scenario_that_contradicts_an_agreed_date() -> None:
    """T-20 asks for a list T-03 forbids: no plan of it exists."""
    instance = with_scenario(SCENARIOS["agreed_list_without_staff"])
    assert any(not instance.lists[list_id].staffed for list_id in instance.fixed_bookings.values())


def test_scenarios_for_what_if_change_the_reference() -> None:
    """Those that show no rule are questions; each is another instance than the reference, but for its two twins."""
    same = {"long_wait_52_weeks", "mean_stay_2_3"}
    for name, scenario in SCENARIOS.items():
        if scenario.instance == "nwl" and not scenario.binds:
            assert (with_scenario(scenario) == reference()) == (name in same), name
