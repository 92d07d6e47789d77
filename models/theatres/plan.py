"""The answer: who is operated on where, when and after which tests, and its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.theatres.entities import Appointment
from models.theatres.instance import Instance


@dataclass(frozen=True, order=True)
class Booking:
    """An operation in the plan. `position` counts from 1; `end` is `start` plus the expected touch minutes."""

    list_id: str
    position: int
    patient_id: str
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Plan:
    """Bookings in the order of lists and positions; new test appointments in the order of patient, test, start.

    Decisions, the form in which a plan is saved, are a mapping of plain lists and texts:
    `{"bookings": [[patient_id, list_id, position, start], ...], "tests": [[patient_id, test_id, site_id, start],
    ...]}` with local moments like `2026-11-23T08:30`. Appointments made before the plan are not repeated in it.
    """

    instance: Instance
    bookings: tuple[Booking, ...]
    appointments: tuple[Appointment, ...]

    @classmethod
    def from_decisions(cls, instance: Instance, decisions: Mapping[str, object]) -> Plan:
        """The plan that was saved as these decisions."""
        bookings = [_booking(instance, row) for row in _rows(decisions, "bookings")]
        appointments = [_appointment(instance, row) for row in _rows(decisions, "tests")]
        return cls.of(instance, bookings, appointments)

    @classmethod
    def of(cls, instance: Instance, bookings: Sequence[Booking], appointments: Sequence[Appointment]) -> Plan:
        """A plan with its parts put in order."""
        ordered = sorted(appointments, key=lambda a: (a.patient_id, a.test_id, a.start))
        return cls(instance, tuple(sorted(bookings)), tuple(ordered))

    def decisions(self) -> dict[str, object]:
        """The plan as plain lists and texts; `from_decisions` reads it."""
        return {
            "bookings": [[b.patient_id, b.list_id, b.position, _text(b.start)] for b in self.bookings],
            "tests": [[a.patient_id, a.test_id, a.site_id, _text(a.start)] for a in self.appointments],
        }

    @cached_property
    def list_of(self) -> Mapping[str, str]:
        """Patient -> list, of the patients booked."""
        return {b.patient_id: b.list_id for b in self.bookings}

    @cached_property
    def by_list(self) -> Mapping[str, tuple[Booking, ...]]:
        """List -> its bookings in order, for every list of the instance."""
        cases: dict[str, list[Booking]] = {list_id: [] for list_id in self.instance.lists}
        for booking in self.bookings:
            cases[booking.list_id].append(booking)
        return {list_id: tuple(found) for list_id, found in cases.items()}

    def state_of(self, patient_id: str) -> str:
        """How firm a booking is: as before when the patient is still on that list, else proposed."""
        before, state = self.instance.existing_bookings.get(patient_id, (None, "proposed"))
        return state if before == self.list_of[patient_id] else "proposed"


def _rows(decisions: Mapping[str, object], name: str) -> list[list[object]]:
    rows = decisions.get(name, [])
    assert isinstance(rows, list), f"decisions: {name} is not a list"
    return rows


def _booking(instance: Instance, row: Sequence[object]) -> Booking:
    patient_id, list_id, position, start = str(row[0]), str(row[1]), int(str(row[2])), _moment(row[3])
    minutes = instance.duration(patient_id, list_id).mean_minutes
    return Booking(list_id, position, patient_id, start, start + dt.timedelta(minutes=minutes))


def _appointment(instance: Instance, row: Sequence[object]) -> Appointment:
    patient_id, test_id, site_id, start = str(row[0]), str(row[1]), str(row[2]), _moment(row[3])
    minutes = instance.slot_minutes(site_id, test_id, start)
    return Appointment(patient_id, test_id, site_id, start, start + dt.timedelta(minutes=minutes))


def _moment(value: object) -> dt.datetime:
    return dt.datetime.fromisoformat(str(value))


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
