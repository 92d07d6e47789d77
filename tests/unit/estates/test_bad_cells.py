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


# each_rule: conversions.csv rows 2 records, 3 decant, 4 capital; gp_premises.csv rows 2 right_size_practice,
# 3 full_practice_small, 4 full_practice_large (may not close), 5 timetable_practice.
WRONG_CHANGES = [
    ("conversions", 2, "suite_id", "recrods-0", "must stand in suites.csv, column suite_id"),
    ("conversions", 2, "rooms_from", "3", "must be at most 1, the records rooms of records-0"),
    ("conversions", 2, "rooms_from", "0", "must be between 1 and 10000"),
    ("conversions", 3, "from_room_type", "garden", "must stand in room_types.csv, column room_type"),
    ("conversions", 2, "to_room_type", "records", "must differ from from_room_type, records"),
    ("conversions", 3, "digitised_by", "2032-04-01", "must be before the plan ends on 2032-04-01"),
    ("conversions", 3, "digitised_by", "", "must not be empty"),
    ("conversions", 4, "works_months", "-6", "must be between 0 and 120"),
    ("conversions", 4, "works_gbp", "-1", "must be 0 or more"),
    ("suites", 2, "open_space_from", "2027-04-01", "must be empty for the core suite of a site"),
    ("suites", 3, "open_space_from", "2040-04-01", "must be before the plan ends on 2032-04-01"),
    ("suites", 3, "backlog_gbp", "-5", "must be 0 or more"),
    ("room_types", 2, "open_space_gbp_per_session", "-40", "must be between 0 and 10000"),
    ("gp_premises", 2, "easting", "", "must be given where the other grid reference is"),
    ("gp_premises", 2, "northing", "", "must be given where the other grid reference is"),
    ("gp_premises", 2, "list_size", "-60", "must be between 0 and 1000000"),
    ("gp_premises", 2, "area_id", "atlantis", "must stand in areas.csv, column area_id"),
    ("gp_premises", 2, "closes_from", "2045-04-01", "must be before the plan ends on 2032-04-01"),
    ("gp_premises", 4, "instruction", "close", "must not be close where closes_from is empty"),
    ("gp_premises", 2, "instruction", "hand_back", "must be one of free, keep, close"),
    ("capital_sources", 2, "year", "2040/41", "must be a year of the plan, 2026/27 to 2031/32"),
    ("capital_sources", 2, "year", "2026", "must be a financial year"),
    ("capital_sources", 2, "borough", "Atlantis", "must be a borough with a site: Exampleshire, Otherland"),
    ("capital_sources", 2, "share_of_project", "33", "must be between 0 and 1"),
    ("capital_sources", 2, "kind", "lottery", "must be one of lig, s106, cil, icb, other"),
    ("co_locations", 2, "with_room_type", "consulting", "must be another kind of room"),
    ("services", 2, "service", "gp_list", "must not be gp_list, which the results use themselves"),
]


@pytest.mark.parametrize(("table", "row", "column", "text", "expected"), WRONG_CHANGES)
def test_a_wrong_cell_of_what_may_change_is_named_with_its_row(
    table: str, row: int, column: str, text: str, expected: str
) -> None:
    faults = faults_of(with_cell(shipped("each_rule"), table, row, column, text))
    here = [fault for fault in faults if (fault.file, fault.row, fault.column) == (f"{table}.csv", row, column)]
    assert any(expected in fault.expected for fault in here), faults
    assert all(fault.found in (text, "(empty)") and fault.mend.endswith(".") for fault in here)


@pytest.mark.parametrize(("table", "row", "column", "text", "expected"), WRONG_CELLS)
def test_a_wrong_cell_is_named_with_its_row(table: str, row: int, column: str, text: str, expected: str) -> None:
    faults = faults_of(with_cell(shipped("tiny"), table, row, column, text))
    here = [fault for fault in faults if (fault.file, fault.row, fault.column) == (f"{table}.csv", row, column)]
    assert any(expected in fault.expected for fault in here), faults
    assert all(fault.found in (text, "(empty)") and fault.mend.endswith(".") for fault in here)


def test_premises_that_may_close_need_a_place() -> None:
    raw = with_cell(shipped("each_rule"), "gp_premises", 2, "easting", "")
    raw = with_cell(raw, "gp_premises", 2, "northing", "")
    assert places_of(raw) == [("gp_premises.csv", 2, "closes_from")]
    raw = with_cell(raw, "gp_premises", 2, "closes_from", "")
    assert places_of(raw) == []


def test_hours_measured_in_rooms_that_are_not_there() -> None:
    raw = with_cell(shipped("nwl"), "measured_hours", 2, "room_type", "xray")
    assert ("measured_hours.csv", 2, "room_type") in places_of(raw)


def test_a_kind_of_room_for_gp_lists_that_nobody_lists() -> None:
    raw = shipped("each_rule")
    settings = raw.header["settings"]
    assert isinstance(settings, dict)
    settings["gp_room_type"] = "garden"
    assert places_of(raw) == [("instance.toml", None, "settings.gp_room_type")]
    assert places_of(without_table(raw, "gp_premises")) == []


def test_every_fault_of_what_may_change_is_told_at_once() -> None:
    raw = shipped("each_rule")
    wrong = (("conversions", 2, "rooms_from", "3"), ("conversions", 3, "digitised_by", "2032-04-01"),
             ("gp_premises", 2, "easting", ""), ("gp_premises", 4, "instruction", "close"),
             ("capital_sources", 2, "borough", "Atlantis"), ("capital_sources", 3, "year", "2040/41"),
             ("co_locations", 2, "with_room_type", "consulting"),
             ("suites", 2, "open_space_from", "2027-04-01"))  # fmt: skip
    for table, row, column, text in wrong:
        raw = with_cell(raw, table, row, column, text)
    assert {(f"{table}.csv", row, column) for table, row, column, _ in wrong} <= set(places_of(raw))


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
