"""The sentences under a plan: each names what it is about, on estates small enough to know the answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.estates.explain import explain
from models.estates.instance import EstatesInstance
from models.estates.tables_of import tables_of
from models.shared.problem import Explanation
from solvers.types import Unwatched
from tests.estates_small import area, estate, plan_of, service, site, solved, suite

pytestmark = pytest.mark.model

D = dt.date


def _told(instance: EstatesInstance) -> list[Explanation]:
    plan = plan_of(instance, solved(instance))
    return list(explain(instance, plan, Unwatched(), {"synthetic": 3, "public": 1}))


def _about(told: list[Explanation], suite_id: str) -> str:
    return " ".join(e.sentence for e in told if e.where.endswith(suite_id))


def test_a_hand_back_says_when_what_it_costs_and_when_it_is_paid_back() -> None:
    """£12,000 once, 0.8 x £24,000 = £19,200 a year less: 7.5 months."""
    instance = estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", 1000)])
    sentence = _about(_told(instance), "A-1")
    assert "1 October 2026 as a part" in sentence
    assert "One-off £12,000, then £19,200 a year less; it pays itself back in 7.5 months" in sentence


def test_a_needed_suite_names_the_room_the_people_and_the_sites() -> None:
    """4,100 people want 16.4 hours a week; the other suite, the only room in reach, can hold 16."""
    instance = estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", 4100)])
    sentence = _about(_told(instance), "A-1")
    assert "needed: without it, from 2027/28 1 area (Area a) wants 16.4 hours of consulting room a week" in sentence
    assert "the 1 site then within reach (Site A) can hold only 16.0." in sentence


def test_a_suite_whose_hand_back_does_not_pay_says_by_how_much() -> None:
    """A lease to April 2030 and a plan to March 2029: £24,000 at once for what 0.2 x £24,000 a year goes on costing.

    Notice ends on 1 October 2028: six months' saving, £9,600, against a payment of £24,000.
    """
    lease = {"lease_end": D(2030, 4, 1), "notice_months": 30}
    suites = [suite("A-0", surplus_declared=False, **lease), suite("A-1", **lease)]
    instance = estate([site("A", tenure="nhsps_leasehold")], suites, [area("a", 100)])
    sentence = _about(_told(instance), "A-1")
    assert "handing it back costs more than it saves: even on 1 October 2028, the best day, £14,400 more" in sentence


def test_a_suite_that_waits_says_why_not_sooner() -> None:
    falling = service(growth_share_per_year=-0.2)
    instance = estate(
        [site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", 4800)], services=[falling]
    )
    assert "not sooner, because from 2026/27 1 area (Area a) wants 19.2 hours" in _about(_told(instance), "A-1")


def test_a_floor_below_one_that_stays_says_so() -> None:
    suites = [
        suite("A-0", surplus_declared=False, rooms={"consulting": 1}),
        suite("A-1", rooms={"office": 1}),
        suite("A-2", rooms={"consulting": 1}),
    ]
    instance = estate([site("A")], suites, [area("a", 4000)])
    assert "kept; below Floor 2, which stays" in _about(_told(instance), "A-1")


def test_a_building_that_could_close_says_who_needs_it() -> None:
    instance = estate([site("A")], [suite("A-0")], [area("a", 1000)])
    assert "the building is needed" in _about(_told(instance), "A-0")
    assert "no other site within reach has such a room" in _about(_told(instance), "A-0")


def test_a_refused_suite_names_the_rule_and_the_occupier() -> None:
    instance = estate([site("A", tenure="lift_chp")], [suite("A-0"), suite("A-1", area_m2=90)], [area("a", 10)])
    sentence = _about(_told(instance), "A-1")
    assert "E-13 at least 100 m2" in sentence
    assert "E-17 not LIFT or CHP" in sentence


def test_unmet_demand_is_a_headline() -> None:
    services = [service(), service("scan", room_type="xray", per_1000=100.0)]
    instance = estate([site("A")], [suite("A-0")], [area("a", 1000)], services=services)
    headline = next(e for e in _told(instance) if e.id == "estates.unmet")
    assert headline.headline
    assert "Service scan: 100 of 100 contacts a year" in headline.sentence


def test_rules_that_hold_say_how_near_they_are() -> None:
    """A goes by order: its Core20 people travel 15 minutes instead of 10. 1,000 contacts fill 4 hours a week."""
    order = {"instruction": "hand_back", "instruction_date": D(2027, 4, 1)}
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0", **order), suite("B-0", surplus_declared=False)],
        [replace(area("a", 1000), core20_share=0.5), area("b", 10)],
        travel={("a", "A"): 10, ("a", "B"): 15, ("b", "A"): 5, ("b", "B"): 5},
        core20_added_minutes_limit=5,
        minimum_open_sites_per_borough=1,
    )
    told = {one.rule: one for one in _told(instance)}
    core20, boroughs, weeks = (told[rule] for rule in ("E-35", "E-36", "E-40"))
    assert core20.numbers == {"areas": 1, "worst": 5, "limit": 5, "at_limit": 1}
    assert "nobody travels more than 5 minutes beyond" in core20.sentence
    assert boroughs.sentence.endswith("no more than that in Brent.")
    assert weeks.numbers["most"] == 1
    written = {(row["site_id"], row["year"], row["slot"], row["room"])
               for row in tables_of(plan_of(instance, solved(instance)))["timetable"]}  # fmt: skip
    assert weeks.numbers["sessions"] == len(written)


def test_what_is_synthetic_is_said() -> None:
    instance = estate([site("A")], [suite("A-0")], [area("a", 1000)])
    assert any("75.0 % of the input figures are synthetic" in e.sentence for e in _told(instance))


def test_two_solves_give_the_same_plan() -> None:
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0"), suite("A-1"), suite("B-0"), suite("B-1")],
        [area(name, 700 + 100 * at) for at, name in enumerate("abcde")],
    )
    assert solved(instance).decisions == solved(instance).decisions
