"""Reading what happened in a week gone by: patients, tests, and events that change what comes after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.theatres.entities import Appointment
from nwl_opt.theatres.passing_time import (
    CANCELLED_BY_HOSPITAL,
    CANCELLED_BY_PATIENT,
    DONE,
    ENDS,
    REFUSED,
    REMOVED,
    Happened,
)
from nwl_opt.theatres.reading_events import read_toml
from nwl_opt.theatres.saved_lists import SavedLists

_KEYS = ("patient", "missed_test", "event")
_PATIENT_KEYS, _TEST_KEYS = ("patient", "happened"), ("patient", "test")


@dataclass(frozen=True)
class Week:
    """What happened: to those whose list is over, and as events to everybody else.

    `names` are what the file calls the entries of `events`: `event 1`, `patient 2`.
    """

    file: str
    happened: Happened
    events: tuple[Mapping[str, object], ...]
    names: tuple[str, ...]


def read_happened(path: Path, saved: SavedLists, to: dt.date) -> Week:
    """What happened until a day, held against the plan.

    What is said of patients whose list is still to come is an event like those of a repair.

    Raises
    ------
    InputFaults
        If the file cannot be read or used; all its faults are told.
    """
    values = read_toml(path, "a file of what happened")
    reader = _Reader(path.name, saved, to)
    for key in sorted(set(values) - set(_KEYS)):
        reader.fault(key, str(values[key]), f"must be one of {', '.join(_KEYS)}")
    ends, still_to_come = reader.patients(values.get("patient", []))
    missed = reader.missed(values.get("missed_test", []))
    own = {f"event {number}": entry for number, entry in reader.entries("event", values.get("event", []))}
    if reader.faults:
        raise InputFaults(reader.faults)
    events = {**own, **still_to_come}
    return Week(path.name, Happened(ends, missed), tuple(events.values()), tuple(events))


@dataclass
class _Reader:
    file: str
    saved: SavedLists
    to: dt.date
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, found: str, expected: str) -> None:
        self.faults.append(Fault(self.file, None, where, found, expected, "Correct the file of what happened."))

    def entries(self, name: str, given: object) -> Iterator[tuple[int, Mapping[str, object]]]:
        if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
            self.fault(name, str(given), f"must be written as [[{name}]]")
            return
        yield from enumerate(given, start=1)

    def patients(self, given: object) -> tuple[dict[str, str], dict[str, Mapping[str, object]]]:
        """Patient -> what became of them, for lists that are over; and entry -> event of all others."""
        ends: dict[str, str] = {}
        events: dict[str, Mapping[str, object]] = {}
        seen: set[str] = set()
        for number, entry in self.entries("patient", given):
            where = f"patient {number}"
            if not self._has_keys(where, entry, _PATIENT_KEYS):
                continue
            patient_id, end = str(entry["patient"]), str(entry["happened"])
            if end not in ENDS:
                self.fault(f"{where}, happened", end, f"must be one of {', '.join(ENDS)}")
            elif patient_id in seen:
                self.fault(f"{where}, patient", patient_id, "must stand here once")
            elif self._may_be(where, patient_id, end):
                if self._is_over(patient_id):
                    ends[patient_id] = end
                else:
                    events[where] = _event(patient_id, end)
            seen.add(patient_id)
        return ends, events

    def missed(self, given: object) -> frozenset[tuple[str, str]]:
        """The tests that were not done although there was an appointment before the day."""
        made = {(a.patient_id, a.test_id) for a in self._appointments() if a.start.date() < self.to}
        found: set[tuple[str, str]] = set()
        for number, entry in self.entries("missed_test", given):
            where = f"missed_test {number}"
            if not self._has_keys(where, entry, _TEST_KEYS):
                continue
            key = (str(entry["patient"]), str(entry["test"]))
            if key not in made:
                self.fault(
                    where, ", ".join(key), f"must be a patient and a test with an appointment before {self.to}"
                )
            found.add(key)
        return frozenset(found)

    def _appointments(self) -> list[Appointment]:
        told = {patient_id for patient_id, state in self.saved.states.items() if state != "proposed"}
        new = [a for a in self.saved.plan.appointments if a.patient_id in told]
        return [*self.saved.instance.existing_appointments, *new]

    def _is_over(self, patient_id: str) -> bool:
        list_id = self.saved.plan.list_of.get(patient_id)
        return list_id is not None and self.saved.instance.lists[list_id].date < self.to

    def _may_be(self, where: str, patient_id: str, end: str) -> bool:
        """Whether this can have happened to the patient."""
        if patient_id not in self.saved.instance.patients:
            self.fault(f"{where}, patient", patient_id, "must be on the waiting list of the run")
        elif end != REMOVED and patient_id not in self.saved.plan.list_of:
            self.fault(f"{where}, patient", patient_id, "must be booked in the run; only removed may be anybody")
        elif end == DONE and not self._is_over(patient_id):
            self.fault(f"{where}, happened", end, f"the list of {patient_id} is not before {self.to}")
        else:
            return True
        return False

    def _has_keys(self, where: str, entry: Mapping[str, object], keys: tuple[str, ...]) -> bool:
        if set(entry) == set(keys):
            return True
        self.fault(where, ", ".join(sorted(entry)), f"must have the keys {' and '.join(keys)}")
        return False


def _event(patient_id: str, end: str) -> Mapping[str, object]:
    """What happened to a patient whose list is still to come, as an event."""
    kinds: Mapping[str, Mapping[str, object]] = {
        CANCELLED_BY_PATIENT: {"kind": "patient_cancels"},
        CANCELLED_BY_HOSPITAL: {"kind": "hospital_cancels"},
        REFUSED: {"kind": "offer_declined"},
        REMOVED: {"kind": "patient_cancels", "wants": "off_the_list"},
    }
    return {**kinds[end], "patient": patient_id}
