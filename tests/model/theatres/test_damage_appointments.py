"""A correct plan, damaged: test appointments and what was booked before. Each rule is caught under its own id."""

from __future__ import annotations

import pytest

from tests.model.theatres.damage import (
    appoint,
    appointment,
    case,
    later,
    only,
    reappoint,
    replace_patient,
    verdict_is_soft,
)
from tests.model.theatres.workshop import case_row, correct_plan

pytestmark = pytest.mark.model


@pytest.mark.parametrize("start", ["", "2027-04-10T09:00"])
def test_a_test_too_late_or_not_at_all(start: str) -> None:
    """An assessment on Saturday 10 April has its result on the 12th, a day too late."""
    plan = correct_plan()
    if start:
        reappoint(plan, "P3", "poa", start)
    else:
        plan["cdc_appointments"].remove(appointment(plan, "P3", "poa"))
    words = "is on Sat 10 Apr 2027, too late for its result" if start else "has no appointment"
    assert words in only(plan, "T-15")


def test_a_test_that_has_expired() -> None:
    plan = correct_plan()
    reappoint(plan, "P3", "mrsa", "2027-04-01T11:00")
    assert "mrsa of Thu 1 Apr 2027 is 11 days old on the day of surgery, Mon 12 Apr 2027; A accepts 10" in only(
        plan, "T-16"
    )


def test_a_site_that_does_not_take_the_patient() -> None:
    plan = correct_plan()
    appointment(plan, "P5", "xray")["site"] = "centre"
    assert "takes nobody who comes by hospital transport" in only(plan, "T-17")


def test_a_clinic_of_another_trust() -> None:
    plan = correct_plan()
    replace_patient(plan, "P10", "P12", "list_time")
    appoint(plan, "P12", "poa", "clinic", "2027-03-30T09:45", 45, 2)
    assert "takes patients of A only" in only(plan, "T-17", "T-04", "T-18")


def test_appointments_that_are_not_on_offer() -> None:
    plan = correct_plan()
    reappoint(plan, "P3", "mri", "2027-03-30T11:01")
    assert "no such appointment is on offer" in only(plan, "T-18")


def test_an_appointment_longer_than_its_slot() -> None:
    plan = correct_plan()
    row = appointment(plan, "P3", "mri")
    row["end"], row["result_due"] = later(row["end"], 1), later(row["result_due"], 1)
    assert "takes 30 minutes, not until 11:31" in only(plan, "T-18")


def test_two_patients_in_one_place() -> None:
    """The slot P3 is moved to is P1's."""
    plan = correct_plan()
    reappoint(plan, "P3", "poa", "2027-03-30T09:45")
    assert "2 patients, 1 places (P1, P3)" in only(plan, "T-18", "T-19")


def test_an_appointment_with_too_little_notice() -> None:
    """Three days' notice from 22 March is the 25th; the assessment on the 24th is also accepted too long before."""
    plan = correct_plan()
    reappoint(plan, "P3", "poa", "2027-03-24T09:00")
    assert "Thu 25 Mar 2027 is the first day with enough notice" in only(plan, "T-18")


@pytest.mark.parametrize(
    ("patient_id", "test", "site", "start", "words"),
    [
        ("P7", "poa", "clinic", "2027-04-10T09:00", "the patient is not booked"),
        ("P10", "mri", "centre", "2027-04-01T13:00", "the patient does not need this test"),
        ("P10", "poa", "clinic", "2027-04-10T09:00", "the test is done, or appointed, already"),
        ("P3", "mri", "centre", "2027-03-30T10:30", "a second new appointment"),
    ],
)
def test_wasted_places(patient_id: str, test: str, site: str, start: str, words: str) -> None:
    plan = correct_plan()
    minutes, days = {"poa": (45, 2), "mri": (30, 7)}[test]
    appoint(plan, patient_id, test, site, start, minutes, days)
    assert words in only(plan, "T-18", "T-19")


def test_no_time_to_travel_between_sites() -> None:
    """The assessment ends at 09:45; a scan at another site at 10:00 leaves 15 minutes."""
    plan = correct_plan()
    reappoint(plan, "P3", "mri", "2027-03-30T10:00")
    assert "60 minutes between are needed" in only(plan, "T-19")


def test_a_test_on_the_day_of_surgery() -> None:
    plan = correct_plan()
    reappoint(plan, "P5", "xray", "2027-04-12T10:00")
    assert "P5 has xray on the day of surgery" in only(plan, "T-19", "T-15", "T-18")


def test_an_agreed_booking_is_dropped() -> None:
    """P1 is put on another list: the date agreed is gone."""
    plan = correct_plan()
    plan["theatre_lists"].remove(case(plan, "P1"))
    plan["theatre_lists"].append(case_row("F", "1", "P1", "hip", "left", "08:30", "10:10", "100", "0"))
    for place, patient_id in enumerate(("P3", "P10", "P2"), start=1):
        case(plan, patient_id)["position"] = str(place)
    assert "P1 has the agreed list M1 but is on F" in only(plan, "T-20", "T-04", "T-11", "T-24")


def test_an_existing_appointment_is_gone() -> None:
    plan = correct_plan()
    plan["cdc_appointments"].remove(appointment(plan, "P1", "poa"))
    assert "P1 has an appointment for poa at clinic, Tue 30 Mar 2027 09:45, which is gone" in only(plan, "T-20")


def test_a_new_appointment_called_existing() -> None:
    plan = correct_plan()
    appointment(plan, "P3", "mri")["state"] = "existing"
    assert "is called existing but was not made before" in only(plan, "T-20", "T-15")


def test_a_counted_test_after_six_weeks() -> None:
    """Asked for on 16 February: 30 March is the 42nd day, 1 April the 44th."""
    plan = correct_plan()
    reappoint(plan, "P3", "mri", "2027-04-01T13:00")
    message = only(plan, "T-28")
    assert "P3 waits 44 days for MRI; the standard is 42" in message and verdict_is_soft(plan, "T-28")
