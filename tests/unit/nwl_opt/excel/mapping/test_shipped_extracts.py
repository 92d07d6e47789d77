"""The shipped extracts are what the shipped tables come to in others' words, and load without faults."""

from __future__ import annotations

from pathlib import Path

import pytest
import python_calamine as calamine

from instances.as_exported import files, write
from nwl_opt.estates.charging.reconcile import reconcile
from nwl_opt.excel.mapping import Load, convert_extract, load_extracts, read_mapping, write_table
from nwl_opt.files.reading import read_instance
from nwl_opt.opening import validate_raw
from nwl_opt.problems import data_folder, find_instance, load_problem

pytestmark = pytest.mark.unit


def _load(kind: str, mapping: str, extract: str) -> Load:
    folder = data_folder(kind) / "extracts"
    return Load(read_mapping(folder / f"{mapping}.toml"), folder / extract)


def _cells(path: Path) -> list[list[object]]:
    return calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_the_shipped_extracts_are_those_the_shipped_tables_give(tmp_path: Path) -> None:
    write(tmp_path)
    for name, _ in files():
        kind, _, rest = name.partition("/")
        shipped, made = data_folder(kind) / rest, tmp_path / name
        same = (
            _cells(shipped) == _cells(made) if made.suffix == ".xlsx" else shipped.read_bytes() == made.read_bytes()
        )
        assert same, f"{name} differs; write(Path('instances')) of instances.as_exported makes it anew"


def test_a_ledger_of_thousands_fills_three_tables_to_the_pound() -> None:
    loads = [_load("reallocation", name, "general_ledger.xlsx") for name in ("ledger", "ledger_cells", "baseline")]
    loaded = load_extracts(find_instance("reallocation/tiny"), loads)
    assert not loaded.faults
    tiny = read_instance(find_instance("reallocation/tiny"), load_problem("reallocation").register)
    at = loaded.raw.tables["baseline"].header.index("recurrent_gbp")
    was = tiny.tables["baseline"].header.index("recurrent_gbp")
    assert sorted(row[at] for row in loaded.raw.tables["baseline"].rows) == sorted(
        row[was] for row in tiny.tables["baseline"].rows
    )
    sums = [one for table in loaded.tables for one in table.mapped.money]
    assert [(one.column, int(one.extract_gbp), int(one.loaded_gbp)) for one in sums] == [
        ("gbp", 1_250_000, 1_250_000), ("non_recurrent_gbp", 10_000, 10_000), ("recurrent_gbp", 1_240_000, 1_000_000),
    ]  # fmt: skip
    assert all(one.reconciles and one.agrees_with_a_stated_total for one in sums)


def test_a_waiting_list_is_added_and_a_rota_takes_the_place_of_the_lists() -> None:
    loads = [
        _load("theatres", "waiting_list", "waiting_list.xlsx"),
        _load("theatres", "theatre_rota", "theatre_rota.csv"),
    ]
    loaded = load_extracts(find_instance("theatres/nwl"), loads)
    assert not loaded.faults
    assert not validate_raw("theatres", loaded.raw).faults
    waiting, rota = loaded.tables
    assert (waiting.rows_before, waiting.rows_after, dict(waiting.mapped.left_out)) == (
        600, 612, {"rows of totals": 1, "no longer waiting": 1},
    )  # fmt: skip
    nwl = read_instance(find_instance("theatres/nwl"), load_problem("theatres").register)
    assert loaded.raw.tables["lists"].rows == nwl.tables["lists"].rows
    assert rota.mapped.left_out["cancelled lists"] == 2
    marks = {row.cells["provenance"] for one in loaded.tables for row in one.mapped.rows}
    assert marks == {"synthetic"}


def test_a_charging_schedule_updates_the_suites_it_names() -> None:
    loaded = load_extracts(
        find_instance("estates/nwl"), [_load("estates", "suite_charges", "charging_schedule.xlsx")]
    )
    assert not loaded.faults
    (suites,) = loaded.tables
    assert (suites.rows_before, suites.rows_after, suites.rows_changed) == (144, 144, 3)
    assert all(one.reconciles for one in suites.mapped.money)


def test_a_charging_schedule_becomes_the_one_that_is_reconciled(tmp_path: Path) -> None:
    mapped = convert_extract(_load("estates", "charging_schedule", "charging_schedule.xlsx"))
    write_table(mapped, tmp_path / "charges.csv")
    done = reconcile("estates/nwl", str(tmp_path / "charges.csv"), None, None)
    shipped = reconcile("estates/nwl", "estates/charging/schedule_2026_27.csv", None, None)
    assert done.comparison == shipped.comparison


def test_bookings_of_rooms_become_those_that_are_measured(tmp_path: Path) -> None:
    write_table(convert_extract(_load("estates", "room_bookings", "room_bookings.csv")), tmp_path / "bookings.csv")
    shipped = data_folder("estates") / "exports" / "bookings.csv"
    assert (tmp_path / "bookings.csv").read_bytes() == shipped.read_bytes()
