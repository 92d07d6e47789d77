"""Bad input about staff, surgeons elsewhere, results, changes and due dates: every fault at once."""

from __future__ import annotations

import pytest

from models.shared.parsing import RawInstance
from tests.model.theatres.plans import faults_of, from_text
from tests.model.theatres.workshop import INSTANCE
from tests.unit.theatres.test_bad_input import the_fault, with_cell, without_row

pytestmark = pytest.mark.unit

# The workshop has one list from 08:30 to 16:30, one to 18:30, one from 13:00, all on Monday 12 April, one on Friday.
TEAMS = """
== staff_needs
role,name,per_list
anaesthetist,Anaesthetist,1
odp,Operating department practitioner,1
== staff
date,role,start,end,available
2027-04-12,anaesthetist,07:30,13:00,3
2027-04-12,anaesthetist,13:00,20:00,3
2027-04-13,anaesthetist,07:30,20:00,1
2027-04-14,anaesthetist,07:30,20:00,1
2027-04-15,anaesthetist,07:30,20:00,1
2027-04-16,anaesthetist,07:30,20:00,1
2027-04-17,anaesthetist,07:30,20:00,1
== surgeon_commitments
surgeon_id,date,start,end,travel_minutes
S1,2027-04-13,09:00,12:30,30
== named_changes
patient_id,reason
P1,asked for another day
"""


def workshop_with_teams() -> RawInstance:
    return from_text(INSTANCE + TEAMS)


def test_teams_as_they_should_be() -> None:
    """Shifts that meet at 13:00 cover an all-day list; a role without shifts has no limit."""
    assert faults_of(workshop_with_teams()) == []


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "words"),
    [
        ("staff", 8, "end", "07:30", "must be after start 07:30"),
        ("staff", 8, "role", "porter", "must stand in staff_needs.csv, column role"),
        ("staff", 8, "available", "-1", "must be between 0 and 200"),
        ("surgeon_commitments", 2, "end", "09:00", "must be after start 09:00"),
        ("surgeon_commitments", 2, "surgeon_id", "S9", "must stand in surgeons.csv"),
        ("named_changes", 2, "patient_id", "P2", "must have a row in existing_bookings.csv"),
    ],
)
def test_one_wrong_cell(table: str, row: int, column: str, text: str, words: str) -> None:
    fault = the_fault(with_cell(workshop_with_teams(), table, row, column, text), f"{table}.csv", row, column)
    assert words in fault.expected and fault.found == text


def test_a_list_without_a_shift() -> None:
    """Nobody on Monday afternoon: all three lists of that day are bare, the first to start is named."""
    fault = the_fault(without_row(workshop_with_teams(), "staff", 3), "staff.csv", None, None)
    assert fault.found.startswith("role anaesthetist: no shifts over the whole of list M1, 2027-04-12 08:30 to ")
    assert fault.found.endswith(" and 2 more lists")
    assert fault.mend == "Add the shifts, with available 0 where nobody is there."


def test_shifts_with_a_gap() -> None:
    raw = with_cell(workshop_with_teams(), "staff", 3, "start", "13:10")
    assert "list M1" in the_fault(raw, "staff.csv", None, None).found


def with_results(*rows: str) -> RawInstance:
    """The workshop whose first tests have these rows; P1's assessment is appointed for 30 March."""
    before, _, after = INSTANCE.partition("== patient_tests\n")
    _, _, rest = after.partition("\n== ")
    table = "\n".join(["patient_id,test_id,requested_on,done_on,result_on", *rows])
    return from_text(f"{before}== patient_tests\n{table}\n== {rest}")


def test_results_on_and_after_the_day_of_the_test() -> None:
    rows = ("P1,poa,2027-03-01,,2027-03-30", "P2,poa,2027-03-01,2027-03-20,2027-03-25")
    assert faults_of(with_results(*rows)) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("P2,poa,2027-03-01,2027-03-20,2027-03-19", "must not be before the test itself on 2027-03-20"),
        ("P1,poa,2027-03-01,,2027-03-29", "must not be before the test itself on 2027-03-30"),
        ("P2,poa,2027-03-01,,2027-03-25", "must be empty: the test is neither done nor appointed"),
    ],
)
def test_results_without_or_before_their_test(row: str, words: str) -> None:
    others = ("P1,poa,2027-03-01,",) if not row.startswith("P1") else ()
    fault = the_fault(with_results(row, *others), "patient_tests.csv", 2, "result_on")
    assert words in fault.expected


def with_due_date(day: str) -> RawInstance:
    """The workshop in which P1, whose clock started on 1 March, is due on this day."""
    head = "notice_days,deprivation_quintile\n"
    first = "P1,A,hip,S1,named,P2,2027-03-01,left,2,yes,yes,yes,yes,yes,no,yes,no,no,no,,,,1\n"
    text = INSTANCE.replace(head, "notice_days,deprivation_quintile,due_by\n")
    assert head in INSTANCE and first in INSTANCE
    return from_text(text.replace(first, f"{first.rstrip()},{day}\n"))


def test_due_dates() -> None:
    """One before the clock started is an error; one that has passed was missed and stays."""
    assert faults_of(with_due_date("2027-03-15")) == []
    fault = the_fault(with_due_date("2027-02-28"), "patients.csv", 2, "due_by")
    assert fault.expected == "must not be before clock_start 2027-03-01"


def test_all_faults_about_teams_at_once() -> None:
    raw = workshop_with_teams()
    for table, row, column, text in (
        ("staff", 8, "end", "07:00"),
        ("surgeon_commitments", 2, "end", "08:00"),
        ("named_changes", 2, "patient_id", "P2"),
    ):
        raw = with_cell(raw, table, row, column, text)
    raw = without_row(raw, "staff", 2)
    found = {(fault.file, fault.row, fault.column) for fault in faults_of(raw)}
    assert found == {
        ("staff.csv", 8, "end"),
        ("staff.csv", None, None),
        ("surgeon_commitments.csv", 2, "end"),
        ("named_changes.csv", 2, "patient_id"),
    }
