"""Rules that contradict each other: no plan, and the smallest set of them by name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.estates.instance import EstatesInstance
from models.estates.rules import RULES
from models.shared.problem import Outcome
from tests.estates_small import area, estate, plan_of, site, solved, suite
from tests.model.estates.all_uses import practice

pytestmark = pytest.mark.model

D = dt.date
ORDER = {"instruction": "hand_back", "instruction_date": D(2027, 4, 1)}


def _ordered(**site_changes: object) -> EstatesInstance:
    return estate(
        [site("A", **site_changes)], [suite("A-0", surplus_declared=False), suite("A-1", **ORDER)], [area("a", 10)]
    )


def _named(outcome: Outcome) -> set[str]:
    return {explanation.rule for explanation in outcome.explanations}


@pytest.mark.parametrize(
    ("changes", "rule"), [({"tenure": "lift_chp"}, "E-17"), ({"tenure": "pfi"}, "E-15"), ({"tenure": "gp"}, "E-14"),
                          ({"onerous_lease": True}, "E-16")],
)  # fmt: skip
def test_an_order_against_a_refusal_is_explained(changes: dict[str, object], rule: str) -> None:
    instance = _ordered(**changes)
    outcome = solved(instance)
    assert outcome.status == "infeasible"
    assert outcome.decisions is None
    assert _named(outcome) == {rule, "E-25"}
    assert "A-1" in outcome.explanations[0].sentence
    assert plan_of(instance, solved(instance, rule)).hand_backs == {"A-1": D(2027, 4, 1)}
    assert plan_of(instance, solved(instance, "E-25")).hand_backs == {}


def test_an_order_for_a_day_before_the_notice_has_run() -> None:
    early = {"instruction": "hand_back", "instruction_date": D(2026, 6, 1)}
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **early)]
    outcome = solved(estate([site("A")], suites, [area("a", 10)]))
    assert _named(outcome) == {"E-18", "E-25"}


def test_an_order_for_a_lower_floor_while_the_upper_may_not_go_yet() -> None:
    """The top floor is vacant in 2028 only; the first floor is ordered to go in 2027."""
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **ORDER), suite("A-2", vacant_by=D(2028, 4, 1))]
    outcome = solved(estate([site("A")], suites, [area("a", 10)]))
    assert outcome.status == "infeasible"
    assert {"E-11", "E-19", "E-25"} <= _named(outcome)


def test_an_order_that_leaves_people_without_a_room() -> None:
    """All demand must be met, and the floor ordered away is needed: ceiling, limit and order conflict."""
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **ORDER)]
    instance = estate([site("A")], suites, [area("a", 4500)], unmet_share_limit=0.0)
    outcome = solved(instance)
    assert outcome.status == "infeasible"
    assert _named(outcome) == {"E-02", "E-06", "E-25"}
    assert solved(instance, "E-02").stages[0].value == pytest.approx(1000, abs=0.5)


def test_a_conflict_is_minimal() -> None:
    """With the rules of the conflict alone there is no plan; without any one of them there is."""
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **ORDER), suite("A-2", vacant_by=D(2028, 4, 1))]
    instance = estate([site("A")], suites, [area("a", 10)])
    named = _named(solved(instance))
    others = {rule.id for rule in RULES if not rule.definitional} - named
    assert solved(instance, *others).decisions is None
    for rule in sorted(named):
        assert solved(instance, rule, *others).decisions is not None


def test_only_the_orders_in_conflict_are_named() -> None:
    """Two orders, one of them against LIFT: the other is not mentioned."""
    sites = [site("A", tenure="lift_chp"), site("B")]
    suites = [suite("A-0"), suite("A-1", **ORDER), suite("B-0", surplus_declared=False), suite("B-1", **ORDER)]
    outcome = solved(estate(sites, suites, [area("a", 10)]))
    assert outcome.explanations[0].where == "A-1"


def test_an_open_site_nobody_can_reach_is_a_conflict() -> None:
    """B may not go and must have clinical hours, but lies beyond the travel limit of everybody."""
    instance = estate(
        [site("A"), site("B", tenure="lift_chp")],
        [suite("A-0"), suite("B-0")],
        [area("a", 2000)],
        travel={("a", "A"): 10, ("a", "B"): 90},
        minimum_clinical_hours_per_session=1.0,
        added_minutes_limit=600,
    )
    outcome = solved(instance)
    assert outcome.status == "infeasible"
    assert {"E-21", "E-22"} <= _named(outcome)


def test_an_order_to_close_premises_whose_list_nobody_can_take() -> None:
    """E-38. The only site is an hour away, further than patients of a closed list are sent."""
    closes = practice("E1", closes_from=D(2026, 4, 1), instruction="close")
    far = estate([site("A", easting_m=560_000.0)], [suite("A-0", surplus_declared=False)], [area("a", 100)])
    outcome = solved(replace(far, premises=(closes,)))
    assert outcome.status == "infeasible"
    assert _named(outcome) == {"E-25", "E-38"}
    assert outcome.explanations[0].where == "E1"
