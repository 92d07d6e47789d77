"""Synthetic bookings and test appointments made before the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from instances.theatres.catalogue import CLINICS, Row
from instances.theatres.dice import Dice
from instances.theatres.parameters import Parameters
from instances.theatres.timetable import ALL_DAY_END
from models.shared.cells import Cell
from models.theatres.rules import DAYS_UNTIL_DUE

_STATES = ("agreed", "offered", "locked", "agreed", "proposed", "agreed")
_FIRST_DAY_STATES = ("proposed", "offered")
CANCELLED_DAYS_AGO = 3


def booking_rows(parameters: Parameters, tables: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """Bookings made before the plan, at most one with a surgeon; tests still needed are appointed, unless proposed.

    Only patients who are ready, of a named surgeon who has a usable list in the first half of the horizon, whose
    missing tests all have an appointment in time: so the firm ones can stay. Some are on the lists of the first day,
    which a plan made a week later locks.
    """
    dice = Dice(parameters.seed, "bookings")
    candidates = dice.sample([row for row in tables["patients"] if _is_plain(row)], len(tables["patients"]))
    office = _Office(tables, candidates)
    middle = parameters.horizon_start + dt.timedelta(days=7 * max(1, parameters.weeks // 2))
    office.book(parameters.existing_bookings, middle, _STATES)
    second_day = parameters.horizon_start + dt.timedelta(days=1)
    office.book(parameters.first_day_bookings, second_day, _FIRST_DAY_STATES)
    return {
        "existing_bookings": sorted(office.bookings, key=lambda row: str(row["patient_id"])),
        "existing_appointments": sorted(
            office.appointments, key=lambda row: (str(row["patient_id"]), str(row["test_id"]))
        ),
    }


def due_dates(parameters: Parameters, tables: Mapping[str, list[Row]]) -> list[Row]:
    """The patients, a few of them cancelled on the day shortly before the plan and so due in 28 days.

    Their tests are all done, as they were for the day that fell through, and their surgeon has a list in time.
    """
    dice = Dice(parameters.seed, "due")
    due = parameters.planning_date + dt.timedelta(days=DAYS_UNTIL_DUE - CANCELLED_DAYS_AGO)
    booked = {row["patient_id"] for row in tables["existing_bookings"]}
    waiting = {row["patient_id"] for row in tables["patient_tests"] if row["done_on"] is None}
    lists = _UsableLists(tables)
    able = [
        row["patient_id"]
        for row in tables["patients"]
        if _is_plain(row)
        and row["patient_id"] not in booked | waiting
        and lists.first_for(row, due + dt.timedelta(days=1)) is not None
    ]
    chosen = set(dice.sample(able, parameters.due_patients))
    return [{**row, "due_by": due if row["patient_id"] in chosen else None} for row in tables["patients"]]


class _Office:
    """Makes bookings, each with another surgeon, and their appointments."""

    def __init__(self, tables: Mapping[str, list[Row]], candidates: list[Row]) -> None:
        self.bookings: list[Row] = []
        self.appointments: list[Row] = []
        self._candidates = candidates
        self._diary = _Diary(tables)
        self._lists = _UsableLists(tables)

    def book(self, count: int, before: dt.date, states: tuple[str, ...]) -> None:
        """Up to `count` further bookings on lists before a day, their states in turn."""
        booked = 0
        for patient in self._candidates:
            if booked >= count:
                return
            at = self._lists.first_for(patient, before)
            appointments = None if at is None else self._diary.appointments(patient, at["date"])
            if at is None or appointments is None:
                continue
            state = states[booked % len(states)]
            booked += 1
            self._lists.take(at)
            self.appointments += appointments if state != "proposed" else []
            self.bookings.append(
                {
                    "patient_id": patient["patient_id"],
                    "list_id": at["list_id"],
                    "state": state,
                    "provenance": "synthetic",
                }
            )


def _is_plain(row: Row) -> bool:
    """Ready for surgery, without a wish, a flag or a second surgeon that could stand in the way."""
    return (
        row["priority"] in ("P3", "P4")
        and all(row[name] is True for name in ("adult", "fit", "consented", "validated", "ambulant"))
        and row["hospital_transport"] is False
        and row["latex_allergy"] == row["infection_risk"] == "no"
        and row["laterality"] in ("left", "right")
        and row["surgeon_id"] is not None
        and row["available_from"] is row["available_to"] is row["notice_days"] is None
        and isinstance(row["asa_grade"], int)
        and row["asa_grade"] <= 2
    )


class _UsableLists:
    """Lists a firm booking can be on: whole days with a full team, of surgeons who can be there."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self._subspecialty = {row["procedure_code"]: row["subspecialty_id"] for row in tables["procedures"]}
        self._skills = {(row["surgeon_id"], row["subspecialty_id"]) for row in tables["surgeon_subspecialties"]}
        self._leave = tables["surgeon_leave"]
        self._busy = {(row["surgeon_id"], row["date"]) for row in tables["surgeon_commitments"]}
        most: dict[str, int] = {}
        for row in tables["staff"]:
            most[str(row["role"])] = max(most.get(str(row["role"]), 0), _number(row["available"]))
        self._short_days = {
            row["date"] for row in tables["staff"] if _number(row["available"]) < most[str(row["role"])]
        }
        self._by_surgeon: dict[object, list[Row]] = {}
        for row in tables["lists"]:
            if self._is_usable(row):
                self._by_surgeon.setdefault(row["surgeon_id"], []).append(row)

    def take(self, at: Row) -> None:
        """No further booking with the surgeon of this list."""
        del self._by_surgeon[at["surgeon_id"]]

    def first_for(self, patient: Row, before: dt.date) -> Row | None:
        """The first usable list of the patient's surgeon before a day."""
        if (patient["surgeon_id"], self._subspecialty[patient["procedure_code"]]) not in self._skills:
            return None
        return next((row for row in self._by_surgeon.get(patient["surgeon_id"], ()) if _day(row) < before), None)

    def _is_usable(self, row: Row) -> bool:
        day, surgeon = _day(row), row["surgeon_id"]
        return (
            row["staffed"] is True
            and row["subspecialty_id"] is None
            and row["end"] == ALL_DAY_END
            and day not in self._short_days
            and (surgeon, day) not in self._busy
            and not any(leave["surgeon_id"] == surgeon and _covers(leave, day) for leave in self._leave)
        )


def _day(row: Row) -> dt.date:
    day = row["date"]
    assert isinstance(day, dt.date)
    return day


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _covers(leave: Row, day: dt.date) -> bool:
    first, last = leave["first_day"], leave["last_day"]
    assert isinstance(first, dt.date) and isinstance(last, dt.date)
    return first <= day <= last


class _Diary:
    """Gives out appointments, each once."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self._needs: dict[str, list[Row]] = {}
        for row in tables["patient_tests"]:
            self._needs.setdefault(str(row["patient_id"]), []).append(row)
        self._valid = {(row["test_id"], row["trust_id"]): row["valid_days"] for row in tables["test_validity"]}
        self._report = {row["test_id"]: row["report_days"] for row in tables["tests"]}
        self._free: dict[str, list[tuple[dt.datetime, int, str]]] = {}
        for row in tables["test_slots"]:
            self._free.setdefault(str(row["test_id"]), []).extend(_moments(row))
        for slots in self._free.values():
            slots.sort()

    def appointments(self, patient: Row, surgery: object) -> list[Row] | None:
        """Appointments for all tests not valid on the day of surgery, each on another day; None: impossible."""
        assert isinstance(surgery, dt.date)
        chosen: list[tuple[str, tuple[dt.datetime, int, str]]] = []
        days: set[dt.date] = set()
        for need in self._needs.get(str(patient["patient_id"]), []):
            test = str(need["test_id"])
            first, last = self._window(patient, test, surgery)
            done = need["done_on"]
            if isinstance(done, dt.date) and first <= done <= last:
                continue
            usable = (
                slot
                for slot in self._free.get(test, [])
                if first <= slot[0].date() <= last
                and slot[0].date() not in days
                and (not slot[2].startswith("poa_") or slot[2] == CLINICS[str(patient["trust_id"])])
            )
            slot = next(usable, None)
            if slot is None:
                return None
            days.add(slot[0].date())
            chosen.append((test, slot))
        for test, slot in chosen:
            self._free[test].remove(slot)
        return [
            {
                "patient_id": patient["patient_id"],
                "test_id": test,
                "site_id": site,
                "start": start,
                "provenance": "synthetic",
            }
            for test, (start, _, site) in chosen
        ]

    def _window(self, patient: Row, test: str, surgery: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day on which the test serves the operation, with a day to spare."""
        valid, report = self._valid[test, patient["trust_id"]], self._report[test]
        assert isinstance(valid, int) and isinstance(report, int)
        return surgery - dt.timedelta(days=valid), surgery - dt.timedelta(days=report + 2)


def _moments(row: Row) -> list[tuple[dt.datetime, int, str]]:
    day, start, slots, minutes = row["date"], row["start"], row["slots"], row["slot_minutes"]
    assert isinstance(day, dt.date) and isinstance(start, dt.time)
    assert isinstance(slots, int) and isinstance(minutes, int)
    first = dt.datetime.combine(day, start)
    return [(first + dt.timedelta(minutes=at * minutes), minutes, str(row["site_id"])) for at in range(slots)]
