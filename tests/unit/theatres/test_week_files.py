"""The files of a scheduler's week: they come out of the generator, load, and name what the reference has."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from instances.theatres.parameters import Parameters
from instances.theatres.scheduler_week import ROLLED_TO, extract_rows, history_rows, week_tables
from models.shared.register import Column, Table
from models.theatres.identity import is_nhs_number
from models.theatres.patient_tables import PATIENTS
from models.theatres.tables import REGISTER
from nwl_opt.files.tables import csv_bytes, formatted_rows
from nwl_opt.files.writing import raw_rows
from nwl_opt.problems import data_folder
from nwl_opt.theatres.adding import read_additions
from nwl_opt.theatres.durations import HISTORY, read_history
from nwl_opt.theatres.events import EVENT_KINDS
from nwl_opt.theatres.key_file import IDENTITY_COLUMNS
from tests.unit.theatres.test_generator import read_back

pytestmark = pytest.mark.unit

COMMAND = "python3 -m tests.unit.theatres.test_week_files"
WEEK = data_folder("theatres") / "week"
_TABLE_OF = {"referrals": "patients", "referral_tests": "patient_tests"}


def files() -> dict[str, bytes]:
    """Every generated file of the week, by name."""
    made = {}
    for name, rows in week_tables().items():
        raw = raw_rows(REGISTER.input(_TABLE_OF.get(name, name)), rows)
        made[f"{name}.csv"] = csv_bytes(raw.header, raw.rows)
    history = history_rows(Parameters())
    made["history.csv"] = csv_bytes([c.name for c in HISTORY.columns], formatted_rows(HISTORY, history))
    extract = extract_rows(Parameters(), is_nhs_number)
    kinds = {column.name: column for column in (*IDENTITY_COLUMNS, *PATIENTS.columns)}
    columns = tuple(kinds.get(name, Column(name, "text", name)) for name in extract[0])
    made["extract.csv"] = csv_bytes(list(extract[0]), formatted_rows(Table("extract", "", columns), extract))
    return made


def write_week(folder: Path) -> None:
    """Write the generated files, as they are shipped."""
    for name, content in files().items():
        (folder / name).write_bytes(content)


def test_the_week_is_what_the_generator_makes() -> None:
    """To mend: python3 -m tests.unit.theatres.test_week_files writes it anew."""
    shipped = {path.name: path.read_bytes() for path in WEEK.glob("*.csv")}
    assert sorted(shipped) == sorted(files())
    assert [name for name, content in files().items() if shipped[name] != content] == [], f"run: {COMMAND}"


def test_added_rows_are_read_without_a_fault() -> None:
    names = [path.stem for path in sorted(WEEK.glob("*.csv")) if path.stem not in ("history", "extract")]
    tables = read_additions([(_TABLE_OF.get(name, name), WEEK / f"{name}.csv") for name in names])
    assert {table.name for table in tables} == {
        "patients", "patient_tests", "lists", "staff", "surgeon_commitments", "surgeon_leave", "test_slots", "beds",
    }  # fmt: skip


def test_new_lists_are_those_of_the_week_after_the_reference() -> None:
    end = Parameters().horizon_end
    lists = week_tables()["lists"]
    assert len(lists) >= 25
    for row in lists:
        day = row["date"]
        assert isinstance(day, dt.date) and 0 < (day - end).days <= 7


def test_the_events_name_what_the_reference_has() -> None:
    """Agreed dates for those who cancel or whose result is late, so that they are booked in every plan."""
    instance = read_back(Parameters())
    events = tomllib.loads((WEEK / "events.toml").read_text())["event"]
    assert {event["kind"] for event in events} == {
        "patient_cancels", "theatre_down", "surgeon_away", "result_late", "new_patient",
    }  # fmt: skip
    assert {event["kind"] for event in events} <= set(EVENT_KINDS)
    for event in events:
        assert event.get("patient", next(iter(instance.fixed_bookings))) in instance.fixed_bookings
        assert event.get("theatre", "T1") in instance.theatres
        assert event.get("surgeon", "S01") in instance.surgeons
    late = next(event for event in events if event["kind"] == "result_late")
    assert (late["patient"], late["test"]) in {(a.patient_id, a.test_id) for a in instance.existing_appointments}
    assert late["result_on"] >= instance.lists[instance.fixed_bookings[late["patient"]]].date


def test_what_happened_can_have_happened() -> None:
    instance = read_back(Parameters())
    happened = tomllib.loads((WEEK / "happened.toml").read_text())
    for entry in happened["patient"]:
        known = instance.fixed_bookings if entry["happened"] != "removed" else instance.patients
        assert entry["patient"] in known
    appointed = {(a.patient_id, a.test_id): a.start.date() for a in instance.existing_appointments}
    assert all(appointed[entry["patient"], entry["test"]] < ROLLED_TO for entry in happened["missed_test"])


def test_the_history_is_about_the_surgeons_of_the_reference() -> None:
    instance = read_back(Parameters())
    cases = read_history(WEEK / "history.csv")
    assert len(cases) > 500
    assert {case.pair[0] for case in cases} <= set(instance.surgeons)
    assert {case.pair[1] for case in cases} <= set(instance.procedures)


if __name__ == "__main__":
    write_week(WEEK)
