"""A correct plan, damaged: what lists share, the rehearsal, and what patients were promised, each under its own id.

The plan and its instance are those of thursday.py, made by hand.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.shared.findings import CheckReport
from tests.model.theatres.damage import (
    FIGURES,
    book,
    case,
    move,
    only_on_thursday,
    replace_patient,
    verdict_on_thursday,
)
from tests.model.theatres.plans import Written, checked, rules_speaking
from tests.model.theatres.thursday import STAGES, thursday, thursday_plan

pytestmark = pytest.mark.model


def replaced(leaves: str, comes: str, reason: str, procedure: str, minutes: str = "30") -> Written:
    """The plan with one patient in the place of another, whose columns follow."""
    plan = thursday_plan()
    replace_patient(plan, leaves, comes, reason)
    name = thursday().procedures[procedure].name
    case(plan, comes).update(
        procedure_code=procedure, procedure=name, expected_touch_minutes=minutes, state="proposed"
    )
    return plan


def notes_only(report: CheckReport, rule: str) -> bool:
    """Whether a soft rule says no more than a note."""
    return {finding.severity for finding in report.findings if finding.rule == rule} == {"note"}


def test_the_correct_plan_passes_every_rule() -> None:
    assert verdict_on_thursday(thursday_plan()).findings == ()


def test_a_list_without_staff() -> None:
    """N runs 08:30 to 12:30; until 12:00 there is no anaesthetist."""
    plan = thursday_plan()
    book(plan, "Y1", "N", "1", "hand", "left", "08:30", "09:00", "30", "0", of=thursday())
    message = only_on_thursday(plan, "T-29")
    assert "Wed 14 Apr 2027 08:00 to 12:00: 1 anaesthetists are needed for lists N; there are 0" in message


def test_a_joint_too_many() -> None:
    message = only_on_thursday(replaced("J3", "U1", "list_time", "toe"), "T-30")
    assert "list H has 3 joint replacements; 2 agreed" in message


def test_loan_kit_that_cannot_be_there() -> None:
    message = only_on_thursday(replaced("J3", "W1", "list_time", "ring"), "T-31")
    assert "W1 is on list H on Thu 15 Apr 2027" in message and "is there on Wed 21 Apr 2027" in message


def test_loan_kit_of_a_booking_of_before_is_ordered() -> None:
    """The same list, but W1 had it before: neither notice nor kit is asked again, and the state stays."""
    made = {**thursday().existing_bookings, "W1": ("H", "offered")}
    plan = replaced("J3", "W1", "list_time", "ring")
    case(plan, "W1")["state"] = "offered"
    plan["changes"] = [row for row in plan["changes"] if row["patient_id"] != "J3"]
    report = checked(replace(thursday(), existing_bookings=made), plan)
    assert not rules_speaking(report) - {FIGURES}
    assert not [finding for finding in report.findings if "W1" in finding.message]


def test_a_tray_that_is_not_back() -> None:
    """J1's set is back at 15:00, J2's is in use: L1 cannot begin five minutes before."""
    plan = thursday_plan()
    move(plan, "L1", -5)
    assert "14:55: L1 needs knee tray; with it 3 sets are in use" in only_on_thursday(plan, "T-32")


def test_a_bay_too_few() -> None:
    """L2 from 14:15 is in recovery from 14:45 to 15:45; J1 is there until 15:30 and J2 comes at 15:15."""
    plan = thursday_plan()
    move(plan, "L2", 75)
    assert "15:15: J2 comes into recovery as number 3; there are 2 bays" in only_on_thursday(plan, "T-33")


def test_bays_and_trays_are_free_to_the_minute() -> None:
    """L2's bay is given up when it ends: at 15:14 it would be too many for a minute, a minute more and it is not."""
    plan = thursday_plan()
    move(plan, "L2", 45)  # 13:45 to 14:15, in recovery until 15:15, when J2 comes
    assert rules_speaking(verdict_on_thursday(plan)) <= {FIGURES}


def test_a_surgeon_on_the_way() -> None:
    plan = thursday_plan()
    book(plan, "X1", "K", "1", "hand", "left", "13:00", "13:30", "30", "0", of=thursday())
    message = only_on_thursday(plan, "T-34")
    assert "surgeon S4 is elsewhere from 08:30 to 12:30, 45 minutes away" in message


def test_transport_for_two() -> None:
    message = only_on_thursday(replaced("J3", "V1", "list_time", "hand"), "T-35")
    assert "Thu 15 Apr 2027: 2 patients need hospital transport, 1 can be brought (L2, V1)" in message


def test_a_trust_with_less_than_its_share() -> None:
    """Z2 of trust A in the place of J3 of trust B: 2 of 10 are less than 30 %."""
    plan = replaced("J3", "Z2", "list_time", "hand")
    assert "2 of 10 ready patients of B are booked; the share set asks for 3" in only_on_thursday(plan, "T-36")
    assert notes_only(verdict_on_thursday(plan), "T-36")


def test_a_list_that_fails_the_rehearsal() -> None:
    """A wash-out is as long as a hand on average: T-09 lets it pass, with 30 minutes over 17 a chance of 4 %."""
    message = only_on_thursday(replaced("J3", "Z1", "list_time", "wash"), "T-37")
    assert "list H ends more than 30 minutes late on 1" in message and "13.00% are allowed" in message


def test_a_due_date_missed() -> None:
    plan = replaced("L1", "Z4", "trays", "knee", "60")
    assert "L1 is due by Fri 16 Apr 2027 and is not booked" in only_on_thursday(plan, "T-38")
    assert notes_only(verdict_on_thursday(plan), "T-38")


def test_urgent_not_first() -> None:
    plan = thursday_plan()
    move(plan, "J2", -75)
    move(plan, "J1", 75)
    case(plan, "J1")["position"], case(plan, "J2")["position"] = "2", "1"
    assert "list H: J1 is P2 but comes after J2" in only_on_thursday(plan, "T-39")


def test_latex_not_first() -> None:
    """J3 before J2, who has latex allergy; both after J1, who is P2."""
    plan = thursday_plan()
    move(plan, "J3", -75)
    move(plan, "J2", 45)
    case(plan, "J2")["position"], case(plan, "J3")["position"] = "3", "2"
    assert "J2 has latex allergy but comes after J3" in only_on_thursday(plan, "T-22")


def test_a_booking_offered_is_given_up() -> None:
    plan = replaced("L2", "X2", "transport", "finger")
    assert "L2 had the offered list G and is not booked" in only_on_thursday(plan, "T-40")
    assert notes_only(verdict_on_thursday(plan), "T-40")


def test_a_booking_within_the_lock_days_is_dropped() -> None:
    """K1 was proposed only, but three weeks ahead it stays, whatever its state."""
    plan = replaced("K1", "Z4", "list_time", "knee", "60")
    assert "K1 has the proposed list A but is not booked" in only_on_thursday(plan, "T-20")


def test_a_named_change_sets_a_booking_free() -> None:
    plan = replaced("K1", "Z4", "list_time", "knee", "60")
    report = checked(replace(thursday(), named_changes={"K1": "asked for another week"}), plan)
    assert rules_speaking(report) == {FIGURES, "T-40"}


def test_a_result_that_comes_too_late() -> None:
    """The result of J1's test of 20 March is known to come on the 15th, the day of surgery."""
    patient = thursday().patients["J1"]
    late = replace(patient.tests[0], result_on=thursday().lists["H"].date)
    instance = replace(thursday(), patients={**thursday().patients, "J1": replace(patient, tests=(late,))})
    report = checked(instance, thursday_plan(), STAGES)
    assert [finding.rule for finding in report.findings] == ["T-15"]
