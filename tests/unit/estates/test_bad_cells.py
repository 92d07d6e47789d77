"""Bad cells in an estate: every fault at once, each with file, row, what was found and what was expected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.shared.faults import Fault
from models.shared.parsing import RawInstance
from tests.model.estates.plans import faults_of, shipped

pytestmark = pytest.mark.unit


def with_cell(raw: RawInstance, table: str, row: int, column: str, text: str) -> RawInstance:
    """The instance with one cell overwritten; rows count as a spreadsheet does, the header is row 1."""
    old = raw.tables[table]
    rows = [list(cells) for cells in old.rows]
    rows[old.row_numbers.index(row)][old.header.index(column)] = text
    return replace(raw, tables={**raw.tables, table: replace(old, rows=tuple(map(tuple, rows)))})


def with_row_again(raw: RawInstance, table: str, row: int) -> RawInstance:
    old = raw.tables[table]
    rows = (*old.rows, old.rows[old.row_numbers.index(row)])
    changed = replace(old, rows=rows, row_numbers=(*old.row_numbers, old.row_numbers[-1] + 1))
    return replace(raw, tables={**raw.tables, table: changed})


def without_table(raw: RawInstance, table: str) -> RawInstance:
    return replace(raw, tables={name: rows for name, rows in raw.tables.items() if name != table})


def without_column(raw: RawInstance, table: str, column: str) -> RawInstance:
    old = raw.tables[table]
    at = old.header.index(column)
    rows = tuple(cells[:at] + cells[at + 1 :] for cells in old.rows)
    changed = replace(old, header=old.header[:at] + old.header[at + 1 :], rows=rows)
    return replace(raw, tables={**raw.tables, table: changed})


def places_of(raw: RawInstance) -> list[tuple[str, int | None, str | None]]:
    faults = sorted(faults_of(raw), key=Fault.sort_key)
    assert all(fault.found and fault.expected and fault.mend.endswith(".") for fault in faults)
    return [(fault.file, fault.row, fault.column) for fault in faults]


# tiny: suites.csv rows 2 north-ground, 3 north-upper, 4 south-ground.
WRONG_CELLS = [
    ("rooms", 3, "suite_id", "north-uper", "must stand in suites.csv, column suite_id"),
    ("rooms", 2, "room_type", "garden", "must stand in room_types.csv, column room_type"),
    ("rooms", 2, "rooms", "-1", "must be between 0 and 10000"),
    ("rooms", 2, "rooms", "two", "must be a number"),
    ("rooms", 2, "rooms", "1.5", "must be a whole number"),
    ("suites", 3, "area_m2", "-120", "must be between 1 and 200000"),
    ("suites", 3, "area_m2", "NaN", "must be a finite number"),
    ("suites", 3, "rent_gbp", "twelve thousand", "must be a number"),
    ("suites", 3, "vacant_by", "1/4/2026", "must be a date like 2026-11-23"),
    ("suites", 3, "self_contained", "maybe", "must be yes or no"),
    ("suites", 3, "instruction", "sell", "must be one of free, keep, hand_back"),
    ("suites", 3, "void_payer", "", "must not be empty"),
    ("suites", 3, "lease_end", "2025-03-31", "must be after the decision date 2026-04-01"),
    ("areas", 2, "population", "-480", "must be 0 or more"),
    ("areas", 3, "population", "nan", "must be a finite number"),
    ("areas", 3, "imd_quintile", "6", "must be between 1 and 5"),
    ("areas", 2, "area_id", "-", "must not be -, which the results use themselves"),
    ("weekly_profile", 2, "slot", "week", "must not be week, which the results use themselves"),
    ("sites", 2, "tenure", "freehold", "must be one of nhsps_freehold, nhsps_leasehold"),
    ("sites", 3, "core_suite", "north-upper", "must be a suite of site south, not of north"),
    ("occupations", 2, "payer", "council", "must be one of icb, provider, gp"),
    ("occupations", 2, "area_m2", "121", "beyond its 120 m2"),
    ("travel_times", 2, "minutes", "-10", "must be between 0 and 600"),
    ("periods", 3, "first_year", "2027/29", "must be a financial year like 2024/25"),
    ("services", 2, "minutes_per_contact", "0", "must be between 1 and 600"),
]


@pytest.mark.parametrize(("table", "row", "column", "text", "expected"), WRONG_CELLS)
def test_a_wrong_cell_is_named_with_its_row(table: str, row: int, column: str, text: str, expected: str) -> None:
    faults = faults_of(with_cell(shipped("tiny"), table, row, column, text))
    here = [fault for fault in faults if (fault.file, fault.row, fault.column) == (f"{table}.csv", row, column)]
    assert any(expected in fault.expected for fault in here), faults
    assert all(fault.found in (text, "(empty)") and fault.mend.endswith(".") for fault in here)


def test_a_lease_that_ends_before_it_starts() -> None:
    raw = with_cell(shipped("tiny"), "suites", 4, "lease_start", "2026-01-01")
    raw = with_cell(raw, "suites", 4, "lease_end", "2025-12-31")
    assert {fault.expected for fault in faults_of(raw)} == {
        "must be after the decision date 2026-04-01",
        "must be after the lease start 2026-01-01",
    }


def test_the_same_room_row_twice() -> None:
    faults = faults_of(with_row_again(shipped("tiny"), "rooms", 3))
    assert [(fault.file, fault.row) for fault in faults] == [("rooms.csv", 5)]
    assert faults[0].found == "suite_id = north-upper, room_type = consulting, as in row 3"


def test_a_missing_table_and_a_missing_column() -> None:
    assert ("occupations.csv", None, None) in places_of(without_table(shipped("tiny"), "occupations"))
    assert places_of(without_table(shipped("tiny"), "travel_times")) == []
    faults = faults_of(without_column(shipped("tiny"), "suites", "notice_months"))
    assert [(fault.file, fault.row, fault.found) for fault in faults] == [
        ("suites.csv", 1, "no column notice_months")
    ]


def test_everything_wrong_is_told_at_once() -> None:
    raw = shipped("tiny")
    wrong = (("suites", 3, "area_m2", "-1"), ("areas", 2, "population", "many"), ("rooms", 4, "suite_id", "cellar"),
             ("periods", 2, "weight", "0"), ("services", 2, "room_type", "theatre"))  # fmt: skip
    for table, row, column, text in wrong:
        raw = with_cell(raw, table, row, column, text)
    assert {(f"{table}.csv", row, column) for table, row, column, _ in wrong} <= set(places_of(raw))
