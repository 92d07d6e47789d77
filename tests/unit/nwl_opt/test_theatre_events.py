"""Events: every kind does what it says to the tables and hits whom it says; all faults of a file are told at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from models.theatres.instance import Instance
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.effects import Hit, apply_events
from nwl_opt.theatres.events import EVENT_KINDS
from nwl_opt.theatres.reading_events import events_of, planning_date_of, read_events
from nwl_opt.theatres.saved_lists import instance_of
from tests.small_diary import MONDAY, PLANNING, TUESDAY, WEDNESDAY, small_diary

pytestmark = pytest.mark.unit

FILE = "events.toml"


def after(text: str, on: dt.date = PLANNING, **states: str) -> tuple[Draft, Instance, list[Hit]]:
    """The tables and the instance after events of a day, and whom they hit."""
    draft = carried_over(small_diary(**states))
    before = instance_of(draft.validated())
    hits = apply_events(draft, before, events_of(FILE, tomllib.loads(text), on, before))
    return draft, instance_of(draft.validated()), hits


def who(hits: list[Hit]) -> list[str]:
    return [hit.patient_id for hit in hits]


def event(kind: str, **keys: object) -> str:
    """An event as a file says it."""
    lines = [
        f"{name} = {value if isinstance(value, (dt.date, int)) else repr(value)}" for name, value in keys.items()
    ]
    return "\n".join(["[[event]]", f"kind = '{kind}'", *lines]).replace("True", "true").replace("False", "false")


def test_a_patient_who_cancels_an_agreed_date_is_set_free_by_name_and_comes_later() -> None:
    """T-20, T-07: the date given up is not offered again; nobody else is set free."""
    _, instance, hits = after(event("patient_cancels", patient="P2", reason="ill"), P2="agreed", P1="agreed")
    assert instance.named_changes == {"P2": "The patient cancels and wants another date (ill)."}
    assert instance.patients["P2"].available_from == WEDNESDAY  # the day after Tuesday's list
    assert instance.existing_bookings["P2"] == ("T", "agreed")
    assert instance.fixed_bookings == {"P1": "M"}
    assert [(hit.patient_id, hit.list_id, hit.state, hit.firm) for hit in hits] == [("P2", "T", "agreed", True)]


def test_a_proposed_booking_that_is_hit_has_the_event_as_its_reason() -> None:
    """A theatre was down, and of its proposed patients it was said that the list had no surgeon."""
    _, instance, hits = after(event("patient_cancels", patient="P2", not_before=dt.date(2027, 4, 20)))
    assert instance.named_changes == {"P2": "The patient cancels and wants another date."}
    assert not hits[0].firm
    assert instance.patients["P2"].available_from == dt.date(2027, 4, 20)


def test_a_patient_who_leaves_the_list_is_gone_with_tests_and_booking() -> None:
    """Nothing that hangs on the patient stays behind, so the tables are valid."""
    draft, instance, hits = after(event("patient_cancels", patient="P3", wants="off_the_list"), P3="agreed")
    assert "P3" not in instance.patients
    assert "P3" not in instance.existing_bookings
    assert not [row for row in draft.rows("patient_tests") if row["patient_id"] == "P3"]
    assert instance.named_changes == {}
    assert hits[0].leaves


def test_who_is_cancelled_on_the_day_is_due_within_28_days() -> None:
    """T-38: 28 days after the day of the list; an earlier date stays."""
    _, instance, _ = after(event("hospital_cancels", patient="P1", on_the_day=True), MONDAY, P1="locked")
    assert instance.patients["P1"].due_by == MONDAY + dt.timedelta(days=28)
    assert list(instance.named_changes) == ["P1"]
    _, instance, _ = after(event("hospital_cancels", patient="P1"), P1="proposed")
    assert instance.patients["P1"].due_by is None


def test_only_a_list_of_that_day_is_cancelled_on_the_day() -> None:
    """On Monday P2's list is still a day off: nobody can have cancelled it on the day."""
    fault = (
        "event 1, on_the_day = yes; must be no: P2 is booked on 2027-04-13, and the day of the events is 2027-04-12"
    )
    with pytest.raises(InputFaults, match=fault):
        after(event("hospital_cancels", patient="P2", on_the_day=True), MONDAY, P2="agreed")


def test_who_loses_an_agreed_date_through_the_hospital_is_due_within_28_days_of_it() -> None:
    """So that a new date comes before bookings nobody was told of; whoever cancels themselves is not due."""
    down = event("theatre_down", theatre="T1", first_day=MONDAY, last_day=MONDAY)
    _, instance, _ = after(down, P1="agreed")
    assert instance.patients["P1"].due_by == MONDAY + dt.timedelta(days=28)
    assert instance.patients["P6"].due_by is None  # was only proposed
    _, instance, _ = after(event("patient_cancels", patient="P1"), P1="agreed")
    assert instance.patients["P1"].due_by is None


def test_a_declined_offer_is_counted() -> None:
    """The count leads to a review after two, never off the list."""
    _, instance, _ = after(event("offer_declined", patient="P6"), P6="offered")
    assert instance.patients["P6"].offers_declined == 1
    assert instance.patients["P6"].available_from == TUESDAY
    assert instance.named_changes == {"P6": "The patient declines the date."}


def test_a_theatre_that_is_down_has_no_team_and_hits_all_on_its_lists() -> None:
    """T-03: its lists of these days cannot be used; other days and theatres stay."""
    _, instance, hits = after(event("theatre_down", theatre="T1", first_day=MONDAY, last_day=MONDAY), P1="agreed")
    assert [on.staffed for on in instance.lists.values()] == [False, True, True]
    assert [(hit.patient_id, hit.firm) for hit in hits] == [("P1", True), ("P6", False)]
    assert instance.named_changes == dict.fromkeys(("P1", "P6"), "Theatre T1 is down on 2027-04-12.")


def test_a_surgeon_who_is_away_is_on_leave_and_hits_their_lists() -> None:
    """T-03: leave that begins on the same day is made longer, not written twice."""
    away = event("surgeon_away", surgeon="S1", first_day=TUESDAY, last_day=TUESDAY)
    longer = event("surgeon_away", surgeon="S1", first_day=TUESDAY, last_day=WEDNESDAY)
    _, instance, hits = after(f"{away}\n{longer}", P3="agreed")
    assert instance.surgeons["S1"].leave == ((TUESDAY, WEDNESDAY),)
    assert who(hits) == ["P2", "P3", "P2", "P3"]
    twice = "Surgeon S1 is away on 2027-04-13; surgeon S1 is away from 2027-04-13 to 2027-04-14."
    assert instance.named_changes == {"P2": twice, "P3": twice}


def test_short_staff_stands_down_the_lists_whose_patients_were_told_least() -> None:
    """T-29: with one scrub nurse on Monday no list can run; with two one can, and nobody is hit."""
    one = event("staff_short", role="scrub", first_day=MONDAY, last_day=MONDAY, available=1)
    _, instance, hits = after(one, P1="agreed")
    assert who(hits) == ["P1", "P6"]
    assert list(instance.named_changes) == ["P1", "P6"]
    assert [shift.available for shift in instance.shifts] == [1, 4, 4]
    _, instance, hits = after(one.replace("available = 1", "available = 2"), P1="agreed")
    assert (who(hits), instance.named_changes) == ([], {})


def test_a_list_that_is_given_up_has_no_surgeon_or_the_one_it_goes_to() -> None:
    """T-03, T-04."""
    _, instance, hits = after(event("list_given_up", list="M"), P1="agreed")
    assert instance.lists["M"].surgeon_id is None
    assert who(hits) == ["P1", "P6"]
    _, instance, _ = after(event("list_given_up", list="M", to="S2"))
    assert instance.lists["M"].surgeon_id == "S2"


def test_a_late_result_hits_only_whose_operation_comes_before_it() -> None:
    """T-15: results are with the team a day before; P3's MRI on 5 April serves Tuesday 13 April up to the 12th."""
    in_time = event("result_late", patient="P3", test="mri", result_on=MONDAY)
    _, instance, hits = after(in_time, P3="agreed")
    assert (who(hits), instance.named_changes) == ([], {})
    late = event("result_late", patient="P3", test="mri", result_on=TUESDAY)
    _, instance, hits = after(late, P3="agreed")
    assert who(hits) == ["P3"]
    assert instance.patients["P3"].tests[0].result_on == TUESDAY


def test_a_new_patient_joins_the_waiting_list_with_tests() -> None:
    """Cells are given as a row of patients.csv; tests by name or as a row."""
    _, instance, hits = after(NEW_PATIENT)
    assert (instance.patients["N1"].priority, instance.patients["N1"].due_by) == ("P2", dt.date(2027, 4, 17))
    assert [test.test_id for test in instance.patients["N1"].tests] == ["mri", "poa"]
    assert who(hits) == ["N1"]


NEW_PATIENT = """
[[event]]
kind = "new_patient"
tests = ["poa", { test_id = "mri", requested_on = 2027-03-20 }]
[event.row]
patient_id = "N1"
trust_id = "A"
procedure_code = "W37.1"
surgeon_id = "S1"
priority = "P2"
clock_start = 2027-03-20
laterality = "left"
asa_grade = 2
adult = true
fit = true
consented = true
validated = true
ambulant = true
hospital_transport = false
latex_allergy = "no"
infection_risk = "no"
diabetic = "no"
deprivation_quintile = 3
"""


def test_every_fault_of_an_events_file_is_told_at_once() -> None:
    """File, event, key, what was found, what was expected, how to mend it."""
    before = instance_of(carried_over(small_diary()).validated())
    text = "\n".join([
        "colour = 'red'",
        event("earthquake"),
        event("patient_cancels", patient="P4"),  # not booked, but may say so
        event("patient_cancels", patient="P9", wants="tea"),
        event("hospital_cancels", patient="P4"),
        event("theatre_down", theatre="T9", first_day=TUESDAY, last_day=MONDAY),
        event("theatre_down", theatre="T1", first_day=TUESDAY, last_day=MONDAY, day=MONDAY),
        event("staff_short", role="porter", first_day=MONDAY, last_day=MONDAY, available=-1),
        event("result_late", patient="P4", test="poa", result_on=MONDAY),
        NEW_PATIENT.replace('"N1"', '"P1"').replace("asa_grade = 2", "asa_grade = 9").replace('["poa"', '["tea"'),
    ])  # fmt: skip
    with pytest.raises(InputFaults) as caught:
        events_of(FILE, tomllib.loads(text), PLANNING, before)
    told = {(fault.column, fault.found) for fault in caught.value.faults}
    assert told == {
        ("colour", "red"),
        ("event 1, kind", "earthquake"),
        ("event 3, patient", "P9"),
        ("event 3, wants", "tea"),
        ("event 4, patient", "P4"),
        ("event 5, theatre", "T9"),
        ("event 5, last_day", "2027-04-12"),
        ("event 6, day", "2027-04-12"),
        ("event 6, last_day", "2027-04-12"),
        ("event 7, role", "porter"),
        ("event 7, available", "-1"),
        ("event 8, test", "poa"),
        ("event 9, row.asa_grade", "9"),
        ("event 9, row.patient_id", "P1"),
        ("event 9, tests", "tea"),
    }
    assert all(fault.file == FILE and fault.mend for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "(not given)"),
        ("planning_date = 2027-03-21", "2027-03-21"),
        ("planning_date = 2027-04-15", "2027-04-15"),
        ("planning_date = ", "not TOML"),
    ],
)
def test_an_events_file_without_a_day_to_plan_from_is_refused(content: str, words: str, tmp_path: Path) -> None:
    """The day may not come before that of the plan, nor after its last list: nobody is booked then."""
    path = tmp_path / FILE
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputFaults, match=r"planning date of the run, nor after 2027-04-14|TOML") as caught:
        planning_date_of(FILE, read_events(path), small_diary().instance)
    assert words in caught.value.faults[0].found


def test_every_kind_of_event_is_tried_here() -> None:
    """A new kind brings its test."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [
        kind for kind in EVENT_KINDS if f'event("{kind}"' not in source and f'kind = "{kind}"' not in source
    ] == []


def test_nothing_happens_to_a_patient_who_has_left_the_list() -> None:
    """A late result of a patient who left by an event before it ended the command as a fault of ours."""
    leaves = event("patient_cancels", patient="P3", wants="off_the_list")
    late = event("result_late", patient="P3", test="mri", result_on=dt.date(2027, 4, 10))
    with pytest.raises(InputFaults, match="event 2, patient = P3; must not come after event 1"):
        after(f"{leaves}\n{late}", P3="agreed")
    _, instance, hits = after(f"{late}\n{leaves}", P3="agreed")
    assert "P3" not in instance.patients
    assert hits[-1].leaves


def test_a_test_that_a_new_patient_needs_twice() -> None:
    """It was told as a fault of a table the events file does not have."""
    twice = NEW_PATIENT.replace('["poa", ', '["poa", "mri", ')
    with pytest.raises(InputFaults, match="event 1, tests = mri; must stand here once") as caught:
        after(twice)
    assert [fault.file for fault in caught.value.faults] == [FILE]


def test_a_test_of_a_new_patient_that_is_a_number() -> None:
    """It ended the command as a fault of ours."""
    with pytest.raises(InputFaults, match=r"event 1, tests = 3; must be a test"):
        after("[[event]]\nkind = 'new_patient'\ntests = [3]\nrow = { patient_id = 'N1' }")
