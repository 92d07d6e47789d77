"""Bad input for theatres: every fault at once, each with file, row, what was found and what was expected."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.shared.faults import Fault
from models.shared.parsing import RawInstance
from tests.model.theatres.plans import faults_of, from_text, shipped
from tests.model.theatres.workshop import INSTANCE

pytestmark = pytest.mark.unit


def with_cell(raw: RawInstance, table: str, row: int, column: str, text: str) -> RawInstance:
    """The instance with one cell overwritten; rows count as a spreadsheet does, the header is row 1."""
    old = raw.tables[table]
    rows = [list(cells) for cells in old.rows]
    rows[old.row_numbers.index(row)][old.header.index(column)] = text
    changed = replace(old, rows=tuple(tuple(cells) for cells in rows))
    return replace(raw, tables={**raw.tables, table: changed})


def without_row(raw: RawInstance, table: str, row: int) -> RawInstance:
    old = raw.tables[table]
    kept = [at for at, number in enumerate(old.row_numbers) if number != row]
    rows, numbers = tuple(old.rows[at] for at in kept), tuple(old.row_numbers[at] for at in kept)
    return replace(raw, tables={**raw.tables, table: replace(old, rows=rows, row_numbers=numbers)})


def with_row_again(raw: RawInstance, table: str, row: int) -> RawInstance:
    """The instance with a copy of a row at the end of the table."""
    old = raw.tables[table]
    rows, numbers = (*old.rows, old.rows[old.row_numbers.index(row)]), (*old.row_numbers, old.row_numbers[-1] + 1)
    return replace(raw, tables={**raw.tables, table: replace(old, rows=rows, row_numbers=numbers)})


def with_setting(raw: RawInstance, name: str, value: object) -> RawInstance:
    settings = raw.header["settings"]
    assert isinstance(settings, dict)
    return replace(raw, header={**raw.header, "settings": {**settings, name: value}})


def the_fault(raw: RawInstance, file: str, row: int | None, column: str | None) -> Fault:
    """The one fault of an instance, which must stand there and say what was found, expected and how to mend it."""
    faults = faults_of(raw)
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [(file, row, column)], faults
    assert faults[0].found and faults[0].expected and faults[0].mend.endswith(".")
    return faults[0]


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "expected"),
    [
        ("lists", 2, "surgeon_id", "S9", "must stand in surgeons.csv, column surgeon_id"),
        ("lists", 3, "date", "2027-04-20", "must be from 2027-04-12 to 2027-04-18, the horizon"),
        ("lists", 2, "end", "08:00", "must be after start 08:30"),
        ("lists", 2, "date", "12/04/2027", "must be a date like 2026-11-23"),
        ("patients", 3, "asa_grade", "two", "must be a number"),
        ("patients", 3, "asa_grade", "2.5", "must be a whole number"),
        ("patients", 3, "asa_grade", "6", "must be between 1 and 5"),
        ("patients", 4, "clock_start", "2027-04-01", "must not be after planning_date 2027-03-22"),
        ("patients", 4, "latex_allergy", "perhaps", "must be yes, no or unknown"),
        ("patients", 4, "priority", "P9", "must be one of P2, P3, P4, P5, P6"),
        ("patients", 4, "trust_id", "", "must not be empty"),
        ("procedures", 2, "touch_minutes", "-30", "must be 1 or more"),
        ("los_curves", 2, "occupied_share", "NaN", "must be a finite number"),
        ("los_curves", 3, "occupied_share", "1.5", "must be between 0 and 1"),
        ("patient_tests", 2, "done_on", "2027-03-23", "must not be after planning_date 2027-03-22"),
        ("test_slots", 2, "date", "2027-03-21", "must not be before planning_date 2027-03-22"),
        ("test_slots", 2, "slots", "40", "the last appointment must end on the same day"),
        ("test_sites", 2, "trust_id", "", "must name the home trust of a clinic"),
    ],
)
def test_one_wrong_cell(table: str, row: int, column: str, text: str, expected: str) -> None:
    fault = the_fault(with_cell(shipped("tiny"), table, row, column, text), f"{table}.csv", row, column)
    assert expected in fault.expected
    assert fault.found == (text or "(empty)")


def test_a_patient_twice() -> None:
    fault = the_fault(with_row_again(shipped("tiny"), "patients", 5), "patients.csv", 8, None)
    assert fault.found == "patient_id = P4, as in row 5"
    assert fault.expected == "patient_id must be different in every row"


def test_a_test_without_validity_for_a_trust() -> None:
    fault = the_fault(without_row(shipped("tiny"), "test_validity", 3), "test_validity.csv", None, None)
    assert fault.found == "no row for test mri, trust A"
    assert fault.mend == "Add a row mri, A with valid_days."


def test_nights_without_beds() -> None:
    fault = the_fault(without_row(shipped("tiny"), "beds", 4), "beds.csv", None, None)
    assert fault.found == "no row for ward ward on 2027-04-14"
    assert "from 2027-04-12 to 2027-04-14" in fault.expected


def test_a_curve_that_rises() -> None:
    raw = with_cell(shipped("tiny"), "los_curves", 2, "occupied_share", "0.4")
    fault = the_fault(raw, "los_curves.csv", 3, "occupied_share")
    assert fault.expected == "must not be more than the night before"


def test_a_curve_with_a_gap() -> None:
    """Night 2 without night 1; the bed nights such a stay would need are missing as well."""
    faults = faults_of(with_cell(shipped("tiny"), "los_curves", 3, "night", "2"))
    assert [(fault.file, fault.row) for fault in faults] == [("los_curves.csv", 3), ("beds.csv", None)]
    assert faults[0].expected == "must be 1: nights count from 0 without a gap"


def test_day_cases_without_their_curve() -> None:
    raw = with_setting(shipped("tiny"), "day_case_curve_id", "away")
    assert the_fault(raw, "instance.toml", None, "settings.day_case_curve_id").found == "away"


def test_lists_before_the_plan_is_made() -> None:
    raw = with_setting(shipped("tiny"), "planning_date", dt.date(2027, 4, 13))
    faults = faults_of(raw)
    assert any(f.column == "settings.horizon_start" and "2027-04-13" in f.expected for f in faults)


def test_two_lists_in_one_theatre_at_once() -> None:
    fault = the_fault(with_cell(shipped("tiny"), "lists", 3, "date", "2027-04-12"), "lists.csv", 3, "start")
    assert fault.expected == "must not be before list M ends at 12:30"


def test_an_unknown_setting_and_one_out_of_range() -> None:
    assert the_fault(with_setting(shipped("tiny"), "grace", 5), "instance.toml", None, "settings.grace")
    raw = with_setting(shipped("tiny"), "overrun_probability_limit_share", 0.9)
    assert the_fault(raw, "instance.toml", None, "settings.overrun_probability_limit_share").found == "0.9"


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "words"),
    [
        ("existing_bookings", 2, "list_id", "X", "must stand in lists.csv"),
        ("existing_bookings", 2, "patient_id", "P99", "must stand in patients.csv"),
        ("existing_appointments", 2, "start", "2027-03-30T09:50", "must be an appointment time in test_slots.csv"),
        ("surgeon_leave", 2, "last_day", "2027-04-13", "must not be before first_day 2027-04-14"),
        ("patients", 9, "available_to", "2027-04-16", "must not be before available_from 2027-04-17"),
        ("kit", 2, "sets", "-1", "must be 0 or more"),
        ("procedure_kit", 2, "kit_id", "hammer", "must stand in kit.csv"),
        ("durations", 2, "surgeon_id", "S9", "must stand in surgeons.csv"),
    ],
)
def test_one_wrong_cell_of_the_tables_tiny_does_not_have(
    table: str, row: int, column: str, text: str, words: str
) -> None:
    durations = "\n== durations\nsurgeon_id,procedure_code,touch_minutes,touch_cv_share\nS1,hip,95,0.2\n"
    fault = the_fault(
        with_cell(from_text(INSTANCE + durations), table, row, column, text), f"{table}.csv", row, column
    )
    assert words in fault.expected and fault.found == text


def test_more_appointments_than_places() -> None:
    extra = "P3,poa,clinic,2027-03-30T09:45\n"
    fault = the_fault(from_text(INSTANCE + extra), "existing_appointments.csv", 3, "start")
    assert fault.expected == "more patients than places at this time"


def test_all_faults_are_told_at_once() -> None:
    """Eight kinds of fault in five files, by file and row."""
    raw = shipped("tiny")
    for table, row, column, text in (
        ("lists", 2, "surgeon_id", "S9"),
        ("lists", 2, "end", "08:00"),
        ("lists", 3, "date", "2027-04-20"),
        ("los_curves", 2, "occupied_share", "NaN"),
        ("patients", 3, "asa_grade", "two"),
        ("procedures", 2, "touch_minutes", "-30"),
    ):
        raw = with_cell(raw, table, row, column, text)
    raw = without_row(with_row_again(raw, "patients", 5), "test_validity", 2)
    found = {(fault.file, fault.row, fault.column) for fault in faults_of(raw)}
    assert found == {
        ("lists.csv", 2, "surgeon_id"),
        ("lists.csv", 2, "end"),
        ("lists.csv", 3, "date"),
        ("los_curves.csv", 2, "occupied_share"),
        ("patients.csv", 3, "asa_grade"),
        ("patients.csv", 8, None),
        ("procedures.csv", 2, "touch_minutes"),
        ("test_validity.csv", None, None),
    }
