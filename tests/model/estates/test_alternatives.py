"""The plans next best to the best, against complete enumeration of all sets of changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.ranking.alternatives import alternatives, changes_of_plan
from models.shared.problem import SolveOptions
from tests.estates_small import area, estate, plan_of, site, solved, suite

pytestmark = pytest.mark.model


def _estate() -> EstatesInstance:
    """Two buildings of two floors and four rooms each, one kilometre apart; people fill about half of the rooms."""
    suites = [
        suite("a-0", rooms={"consulting": 1}),
        suite("a-1", rent_gbp=20_000),
        suite("b-0", rooms={"consulting": 1}, rent_gbp=15_000),
        suite("b-1", rent_gbp=9_000),
    ]
    people = [area("x", 2_500), area("y", 2_000, easting_m=501_000.0)]
    return estate([site("a"), site("b", easting_m=501_000.0)], suites, people, travel_limit_minutes=60)


def _every_set_of_changes(instance: EstatesInstance) -> dict[frozenset[str], tuple[float, float]]:
    """Least unmet demand and least cost of every set of suites handed back, each solved with all of it ordered."""
    found: dict[frozenset[str], tuple[float, float]] = {}
    for orders in product(("keep", "hand_back"), repeat=len(instance.suites)):
        suites = tuple(replace(one, instruction=order) for one, order in zip(instance.suites, orders, strict=True))
        outcome = solved(replace(instance, suites=suites))
        if outcome.decisions is not None:
            values = {stage.name: stage.value for stage in outcome.stages}
            unmet, cost = values["unmet_demand"], values["npv_cost"]
            assert unmet is not None and cost is not None
            gone = frozenset(one.suite_id for one in suites if one.instruction == "hand_back")
            found[gone] = (unmet, cost)
    return found


def test_plans_come_in_the_order_of_complete_enumeration() -> None:
    instance = _estate()
    everything = _every_set_of_changes(instance)
    least = min(unmet for unmet, _ in everything.values())
    expected = sorted(cost for unmet, cost in everything.values() if unmet <= least + 1)
    found = alternatives(_plan(instance), SolveOptions(), within_share=1.0, count=100)
    assert len(expected) > 3
    assert [round(one.npv_gbp) for one in found] == [round(cost) for cost in expected]
    assert all(one.is_proved for one in found)
    for one in found:
        assert round(everything[frozenset(suite for suite, _ in one.changes)][1]) == round(one.npv_gbp)


def test_no_plan_costs_more_than_was_asked_for_and_none_comes_twice() -> None:
    found = alternatives(_plan(_estate()), SolveOptions(), within_share=0.2, count=100)
    assert max(one.npv_gbp for one in found) <= 1.2 * found[0].npv_gbp
    assert len({one.changes for one in found}) == len(found)
    assert len(alternatives(_plan(_estate()), SolveOptions(), within_share=1.0, count=2)) == 2


def test_what_differs_is_told_against_the_plan_of_the_run() -> None:
    plan = _plan(_estate())
    first, second = alternatives(plan, SolveOptions(), within_share=1.0, count=2)
    assert first.hands_back_as_the_plan and not second.hands_back_as_the_plan
    assert (changes_of_plan(plan) | set(second.more)) - set(second.less) == second.changes


def _plan(instance: EstatesInstance) -> Plan:
    return plan_of(instance, solved(instance))
