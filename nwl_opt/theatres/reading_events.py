"""Reading an events file against the plan it is for; all its faults are told at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.shared.cells import Cell, CellError, parse_cell
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import Row
from models.shared.register import Column, Table
from models.theatres.instance import Instance
from models.theatres.patient_tables import PATIENT_TESTS, PATIENTS
from nwl_opt.files.toml_reading import parse_toml
from nwl_opt.scenario_edits import scenario_cell
from nwl_opt.theatres.events import EVENT_KINDS, Event, Events
from nwl_opt.theatres.passing_time import last_list_day

_FILE_KEYS = ("planning_date", "event")


def read_toml(path: Path, what: str) -> Mapping[str, object]:
    """The values of a TOML file.

    Raises
    ------
    InputFaults
        If it cannot be read.
    """
    try:
        return parse_toml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputFaults([Fault(path.name, None, None, f"unreadable ({error.strerror})", f"must be {what}",
                                 "Check the path.")]) from None  # fmt: skip
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFaults([Fault(path.name, None, None, f"not TOML ({error})", f"must be {what} in TOML",
                                 "Correct the line.")]) from None  # fmt: skip


def read_events(path: Path) -> Mapping[str, object]:
    """The values of an events file, not yet held against a plan.

    Raises
    ------
    InputFaults
        If it cannot be read.
    """
    return read_toml(path, "an events file")


def planning_date_of(file: str, values: Mapping[str, object], saved: Instance) -> dt.date:
    """The day from which the saved instance is planned anew.

    Raises
    ------
    InputFaults
        If it is missing, is no day, comes before that of the plan or after the last list.
    """
    found, first, last = values.get("planning_date"), saved.planning_date, last_list_day(saved)
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime) and first <= found <= last:
        return found
    expected = (
        f"must be a day like 2027-04-12, not before {first}, the planning date of the run, "
        f"nor after {last}, the day of its last list"
    )
    raise InputFaults([_fault(file, "planning_date", "(not given)" if found is None else str(found), expected)])


def events_of(
    file: str,
    values: Mapping[str, object],
    planning_date: dt.date,
    instance: Instance,
    names: Sequence[str] = (),
) -> Events:
    """The events of a file, held against the instance as it stands on that day with its plan as booked.

    `names` are what faults call the entries, where not all of them stand in the file as [[event]].

    Raises
    ------
    InputFaults
        If the file has faults; all are told.
    """
    reader = _Reader(file, instance, planning_date, names)
    for key in sorted(set(values) - set(_FILE_KEYS)):
        reader.fault(key, str(values[key]), f"must be one of {', '.join(_FILE_KEYS)}")
    events = tuple(reader.events(values.get("event", [])))
    if reader.faults:
        raise InputFaults(reader.faults)
    return Events(file, planning_date, events)


@dataclass
class _Reader:
    file: str
    instance: Instance
    planning_date: dt.date
    names: Sequence[str]
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        instance = self.instance
        self._known: dict[str, tuple[frozenset[str], str]] = {
            "patients": (frozenset(instance.patients), "must be on the waiting list on that day"),
            "plan.booked": (frozenset(instance.existing_bookings), "must be a patient booked on that day or later"),
            "theatres": (frozenset(instance.theatres), "must be a theatre"),
            "surgeons": (frozenset(instance.surgeons), "must be a surgeon"),
            "lists": (frozenset(instance.lists), "must be a list that is not over on that day"),
            "tests": (frozenset(instance.tests), "must be a test"),
            "roles": (frozenset(instance.roles), "must be a role of staff_needs.csv"),
        }
        self._new: set[str] = set()
        self._leaves: dict[str, str] = {}  # by which event a patient leaves the waiting list

    def fault(self, where: str, found: str, expected: str) -> None:
        self.faults.append(_fault(self.file, where, found, expected))

    def events(self, entries: object) -> list[Event]:
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            self.fault("event", str(entries), "must be written as [[event]]")
            return []
        found = [self._event(number, entry) for number, entry in enumerate(entries, start=1)]
        return [event for event in found if event is not None]

    def _event(self, number: int, entry: Mapping[str, object]) -> Event | None:
        name = self.names[number - 1] if self.names else f"event {number}"
        kind = str(entry.get("kind", "(not given)"))
        if kind not in EVENT_KINDS:
            self.fault(f"{name}, kind", kind, f"must be one of {', '.join(EVENT_KINDS)}")
            return None
        more = ("row", "tests") if kind == "new_patient" else ()
        known = ("kind", *(column.name for column in EVENT_KINDS[kind]), *more)
        for key in sorted(set(entry) - set(known)):
            self.fault(f"{name}, {key}", str(entry[key]), f"{kind} has the keys {', '.join(known)}")
        before = len(self.faults)
        cells = {column.name: self._cell(f"{name}, {column.name}", entry, column) for column in EVENT_KINDS[kind]}
        self._look_at_days(name, cells)
        row, tests = self._new_patient(name, entry) if kind == "new_patient" else ({}, ())
        if len(self.faults) > before:
            return None
        event = Event(number, kind, Row(number, cells), row, tests)
        self._look_at_test(name, event)
        self._look_at_the_day(name, event)
        self._look_at_leavers(name, event)
        return event if len(self.faults) == before else None

    def _cell(self, where: str, entry: Mapping[str, object], column: Column) -> Cell:
        text = scenario_cell(entry[column.name]) if column.name in entry else column.default or ""
        if not text:
            if not column.may_be_empty:
                self.fault(where, "(not given)", f"must be given: {column.meaning}")
            return None
        try:
            value = parse_cell(text, column)
        except CellError as error:
            self.fault(where, text, str(error))
            return None
        if column.refers_to is not None:
            ids, expected = self._known[column.refers_to]
            if value not in ids:
                self.fault(where, text, expected)
        return value

    def _look_at_days(self, name: str, cells: Mapping[str, Cell]) -> None:
        first, last = (cells.get(key) for key in ("first_day", "last_day"))
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            self.fault(f"{name}, last_day", str(last), f"must not be before first_day {first}")

    def _look_at_leavers(self, name: str, event: Event) -> None:
        """Nothing more happens to a patient after the event by which they leave the waiting list."""
        patient_id = event.values.cells.get("patient")
        if not isinstance(patient_id, str):
            return
        if patient_id in self._leaves:
            left = self._leaves[patient_id]
            expected = f"must not come after {left}, by which the patient leaves the list"
            self.fault(f"{name}, patient", patient_id, expected)
        if event.kind == "patient_cancels" and event.values.text("wants") == "off_the_list":
            self._leaves.setdefault(patient_id, name)

    def _look_at_test(self, name: str, event: Event) -> None:
        """A late result is of a test that was done, or for which there is an appointment."""
        if event.kind != "result_late":
            return
        patient_id, test_id = event.values.text("patient"), event.values.text("test")
        done = any(t.test_id == test_id and t.done_on for t in self.instance.patients[patient_id].tests)
        made = any((a.patient_id, a.test_id) == (patient_id, test_id) for a in self.instance.existing_appointments)
        if not done and not made:
            self.fault(f"{name}, test", test_id, f"must be a test {patient_id} has done, or has an appointment for")

    def _look_at_the_day(self, name: str, event: Event) -> None:
        """Only a list of the day, or before it, can be cancelled on the day."""
        if event.kind != "hospital_cancels" or not event.values.flag("on_the_day"):
            return
        patient_id = event.values.text("patient")
        day = self.instance.lists[self.instance.existing_bookings[patient_id][0]].date
        if day > self.planning_date:
            expected = (
                f"must be no: {patient_id} is booked on {day}, and the day of the events is {self.planning_date}"
            )
            self.fault(f"{name}, on_the_day", "yes", expected)

    def _new_patient(
        self, name: str, entry: Mapping[str, object]
    ) -> tuple[dict[str, str], tuple[dict[str, str], ...]]:
        row = self._row_of(f"{name}, row", entry.get("row"), PATIENTS)
        patient_id = row.get("patient_id", "")
        if patient_id in self.instance.patients or patient_id in self._new:
            self.fault(f"{name}, row.patient_id", patient_id, "must not be on the waiting list already")
        self._new.add(patient_id)
        given = entry.get("tests", [])
        if not isinstance(given, Sequence) or isinstance(given, str):
            self.fault(f"{name}, tests", str(given), 'must be a list, like ["poa", "bloods"]')
            given = []
        tests: list[dict[str, str]] = []
        for test in given:
            if not isinstance(test, (str, Mapping)):
                self.fault(f"{name}, tests", str(test), 'must be a test, or { test_id = "mri", done_on = ... }')
                continue
            cells = {"test_id": test} if isinstance(test, str) else test
            found = self._row_of(f"{name}, tests", {"patient_id": patient_id, **cells}, PATIENT_TESTS)
            if found.get("test_id", "") not in self.instance.tests:
                self.fault(f"{name}, tests", found.get("test_id", "(not given)"), "must be a test")
            elif any(found["test_id"] == known.get("test_id") for known in tests):
                self.fault(f"{name}, tests", found["test_id"], "must stand here once")
            tests.append(found)
        return row, tuple(tests)

    def _row_of(self, where: str, given: object, table: Table) -> dict[str, str]:
        """The cells of a row as text, each read by its column."""
        if not isinstance(given, Mapping):
            found = "(not given)" if given is None else str(given)
            self.fault(where, found, f"must be a row of {table.name}: {{ column = value, ... }}")
            return {}
        columns = {column.name: column for column in table.columns}
        for key in sorted(set(given) - set(columns)):
            self.fault(f"{where}.{key}", str(given[key]), f"must be a column of {table.name}")
        cells: dict[str, str] = {}
        for column in table.columns:
            plain = Column(**{**column.__dict__, "refers_to": None})
            value = self._cell(f"{where}.{column.name}", given, plain)
            if column.name in given and value is not None:
                cells[column.name] = scenario_cell(given[column.name])
        return cells


def _fault(file: str, where: str, found: str, expected: str) -> Fault:
    return Fault(file, None, where, found, expected, f"Correct {file}.")
