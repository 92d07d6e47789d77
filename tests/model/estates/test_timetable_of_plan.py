"""The timetables of whole plans: checked, saved, read back (E-40)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from models.estates.checker import check_plan
from models.estates.plan import Plan
from models.estates.tables_of import tables_of
from models.estates.timetable import best
from models.estates.timetable.asking import LIMITS
from models.estates.timetable.best import Timetabled, best_timetables
from models.estates.timetable.of_plan import plain_timetables, weeks_of_plan
from models.estates.timetable.plain import plain_timetable
from tests.model.estates.plans import Solved, as_read, generated_plan, rules_broken, shipped_plan

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def solved() -> Solved:
    return generated_plan(3, 5)


@pytest.fixture(scope="module")
def timetabled(solved: Solved) -> Timetabled:
    return best.timetabled(solved.plan)


def broken(plan: Plan) -> set[str]:
    return rules_broken(check_plan(plan.instance, as_read(tables_of(plan)), None))


def test_every_week_has_a_timetable_proven_and_no_worse_than_the_plain_one(timetabled: Timetabled) -> None:
    plain = plain_timetables(weeks_of_plan(timetabled.plan))
    assert set(timetabled.answers) == set(plain)
    assert not timetabled.without
    for key, answer in timetabled.answers.items():
        assert answer.timetable is not None
        assert answer.timetable.sessions <= plain[key].sessions
        assert answer.sessions_bound <= answer.timetable.sessions
        assert answer.clinician_days_bound <= answer.timetable.clinician_days
        if plain[key].holds:
            assert answer.timetable.clinician_days <= plain[key].clinician_days


def test_the_check_passes_plan_and_plain_rule(solved: Solved, timetabled: Timetabled) -> None:
    assert broken(timetabled.plan) == set()
    assert broken(replace(solved.plan, timetable=None)) == set()


def test_a_plan_with_its_timetable_is_saved_and_read_back(timetabled: Timetabled) -> None:
    saved = json.loads(json.dumps(timetabled.plan.decisions()))
    again = Plan.from_decisions(timetabled.plan.instance, saved)
    assert again.timetable == timetabled.plan.timetable
    assert again.decisions() == timetabled.plan.decisions()
    assert tables_of(again) == tables_of(timetabled.plan)


def test_each_kind_of_room_holds_only_services_that_need_it(timetabled: Timetabled) -> None:
    """E-04: virtual consultations stand in the rooms they need, which are not clinical."""
    instance = timetabled.plan.instance
    kind_of = {service.service: service.room_type for service in instance.services}
    assert timetabled.plan.timetable is not None
    for (_, kind, _), bookings in timetabled.plan.timetable.items():
        for booking in bookings:
            assert kind_of.get(booking.service, instance.settings.gp_room_type) == kind


def test_one_service_to_a_session_leaves_some_weeks_without(solved: Solved) -> None:
    """With one service to a session small services have nowhere to go; the answer says how far the rooms would do."""
    settings = solved.instance.settings.model_copy(update={"services_per_session": 1})
    alone = replace(solved.plan, instance=replace(solved.instance, settings=settings), timetable=None)
    weeks = {key: week for key, week in weeks_of_plan(alone).items() if key[2] == 0 and key[1] == "treatment"}
    answers = best_timetables(weeks, replace(LIMITS, deterministic_limit=0.02))
    without = [answer for answer in answers.values() if answer.timetable is None]
    assert 0 < len(without) < len(answers)
    for answer in without:
        hours = sum(micro for _, micro in answer.week.service_micro_hours) / 1e6
        assert answer.most_hours is not None
        assert answer.most_hours <= hours + 0.01
        assert answer.reason.startswith("no timetable")


def test_only_the_clinic_made_for_it_can_be_without_a_timetable_in_each_rule() -> None:
    """E-40: where a plan disperses a small list into a full room, one service to a session, no timetable exists."""
    plan = shipped_plan("each_rule").plan
    doubtful = {key: week for key, week in weeks_of_plan(plan).items() if not plain_timetable(week).holds}
    without = {key for key, answer in best_timetables(doubtful).items() if answer.timetable is None}
    assert {site for site, _, _ in without} <= {"timetable_clinic"}
