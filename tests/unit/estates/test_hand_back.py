"""Hand-back: every reason for refusal by its name, the days, and the two implementations side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from models.estates.checker import refused_by
from models.estates.eligibility import eligibility, refused
from models.estates.entities import Occupation
from models.estates.formulation.hand_back_rules import OPTION_RULES
from models.estates.hand_back import Option, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.rules import RULES
from tests.estates_small import area, estate, site, suite

pytestmark = pytest.mark.unit

D = dt.date
STAYING = Occupation("o", "A-1", "Trust", 50, "provider", None)

REFUSED: Mapping[str, dict[str, object]] = {
    "E-09": {"suite": {"void_payer": "provider"}},
    "E-10": {"suite": {"surplus_declared": False}},
    "E-11": {"suite": {"vacant_by": None}},
    "E-12": {"suite": {"self_contained": False}},
    "E-13": {"suite": {"area_m2": 90}},
    "E-14": {"site": {"tenure": "gp"}},
    "E-15": {"site": {"tenure": "pfi"}},
    "E-16": {"site": {"onerous_lease": True}},
    "E-17": {"site": {"tenure": "lift_chp"}},
    "E-18": {"suite": {"notice_months": 60}},
    "E-24": {"suite": {"rooms": {"xray": 1}}},
    "E-25": {"suite": {"instruction": "keep"}},
}


def _with(changes: Mapping[str, object], **more: object) -> EstatesInstance:
    """Two floors, of which the upper one has something wrong with it; the ground floor stays."""
    own, its_site = changes.get("suite", {}), changes.get("site", {})
    assert isinstance(own, dict) and isinstance(its_site, dict)
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **own)]
    return estate([site("A", **its_site)], suites, [area("a", 100)], **more)


def test_a_sound_suite_may_go_as_a_part() -> None:
    may = eligibility(_with({}))
    assert may["A-1"].may_go_as_part
    assert may["A-1"].part_refusals == ()
    assert refused(may) == ("A-0",)


@pytest.mark.parametrize("rule", sorted(REFUSED))
def test_each_refusal_names_its_rule(rule: str) -> None:
    """A 90 m2 suite is refused by E-13 at_least_100_m2, a LIFT suite by E-17 not_lift_or_chp, and so on."""
    may = eligibility(_with(REFUSED[rule]))["A-1"]
    assert not may.may_go
    assert may.refusing_rules == (rule,)
    name = next(r.name for r in RULES if r.id == rule)
    assert may.in_words().lower() == f"{rule} {name.replace('_', ' ')}".lower()


@pytest.mark.parametrize("rule", sorted(set(REFUSED) - {"E-25"}))
def test_the_checker_refuses_for_the_same_reasons(rule: str) -> None:
    """Two implementations, written apart from the same definitions."""
    assert rule in refused_by(_with(REFUSED[rule]))["A-1"]


def test_an_occupier_who_stays_and_whom_the_icb_does_not_pay_for_keeps_the_space() -> None:
    assert eligibility(_with({}, occupations=[STAYING]))["A-1"].refusing_rules == ("E-11",)
    paid = Occupation("o", "A-1", "Community team", 50, "icb", None)
    assert eligibility(_with({}, occupations=[paid]))["A-1"].may_go_as_part


def test_small_suites_may_go_with_the_whole_building() -> None:
    """Two suites of 60 m2: as a part E-13 refuses, together they are 120 m2."""
    instance = estate([site("A")], [suite("A-0", area_m2=60), suite("A-1", area_m2=60)], [area("a", 100)])
    may = eligibility(instance)["A-1"]
    assert not may.may_go_as_part
    assert may.may_go_with_building
    assert may.part_refusals == ("E-13",)


def test_a_building_is_kept_by_the_suite_that_may_not_go() -> None:
    instance = estate([site("A")], [suite("A-0"), suite("A-1", void_payer="gp")], [area("a", 100)])
    core = eligibility(instance)["A-0"]
    assert not core.may_go
    assert core.blocked_by == ("A-1",)
    assert core.refusing_rules == ("E-20",)


@pytest.mark.parametrize(
    ("day", "fits"),
    [(D(2026, 9, 1), False), (D(2026, 10, 1), True), (D(2026, 10, 2), False), (D(2027, 6, 24), True),
     (D(2028, 3, 28), True), (D(2029, 4, 1), False)],
)  # fmt: skip
def test_days_are_firsts_of_months_once_notice_has_run_or_the_lease_break_or_end(day: dt.date, fits: bool) -> None:
    """Decision 1 April 2026, six months' notice, break on 24 June 2027, end on 28 March 2028, plan to March 2029."""
    lease = {"lease_break": D(2027, 6, 24), "lease_end": D(2028, 3, 28)}
    facts = suite_facts(_with({"suite": lease, "site": {"tenure": "nhsps_leasehold"}}))["A-1"]
    assert OPTION_RULES["E-18"](facts, Option("A-1", day, None)) is fits


def test_candidate_days_hold_every_day_on_which_something_changes() -> None:
    lease = {"lease_break": D(2027, 6, 24), "lease_end": D(2028, 3, 28), "vacant_by": D(2026, 12, 15)}
    leaving = Occupation("o", "A-1", "Trust", 50, "provider", D(2027, 1, 31))
    instance = _with({"suite": lease, "site": {"tenure": "nhsps_leasehold"}}, occupations=[leaving])
    days = candidate_dates(instance, [suite_facts(instance)["A-1"]])
    assert {D(2026, 10, 1), D(2027, 1, 31), D(2027, 2, 1), D(2027, 6, 24), D(2028, 3, 28), D(2027, 4, 1)} <= set(days)
    assert list(days) == sorted(days)


def test_instructions() -> None:
    free, kept = suite_facts(_with({}))["A-1"], suite_facts(_with({"suite": {"instruction": "keep"}}))["A-1"]
    ordered = {"instruction": "hand_back", "instruction_date": D(2027, 4, 1)}
    gone = suite_facts(_with({"suite": ordered}))["A-1"]
    stay, go, other = (Option("A-1", day, None) for day in (None, D(2027, 4, 1), D(2027, 5, 1)))
    follows = OPTION_RULES["E-25"]
    assert [follows(free, option) for option in (stay, go, other)] == [True, True, True]
    assert [follows(kept, option) for option in (stay, go, other)] == [True, False, False]
    assert [follows(gone, option) for option in (stay, go, other)] == [False, True, False]
