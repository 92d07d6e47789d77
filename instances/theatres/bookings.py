"""Synthetic bookings and test appointments made before the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from instances.theatres.catalogue import CLINICS, Row
from instances.theatres.dice import Dice
from instances.theatres.parameters import Parameters


def booking_rows(parameters: Parameters, tables: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """Bookings made before the plan, at most one with a surgeon, with the tests they still need appointed.

    Only patients who are ready, of a named surgeon who has a usable list in the first half of the horizon, whose
    missing tests all have an appointment in time: so the firm ones can stay.
    """
    dice = Dice(parameters.seed, "bookings")
    diary = _Diary(tables)
    bookings: list[Row] = []
    made: list[Row] = []
    candidates = dice.sample([row for row in tables["patients"] if _is_plain(row)], len(tables["patients"]))
    taken: set[str] = set()
    for patient in candidates:
        if len(bookings) >= parameters.existing_bookings:
            break
        at = _list_for(parameters, tables, patient, taken)
        appointments = None if at is None else diary.appointments(patient, at["date"])
        if at is None or appointments is None:
            continue
        taken.add(str(at["surgeon_id"]))
        made += appointments
        state = ("agreed", "offered", "locked", "agreed", "proposed", "agreed")[len(bookings) % 6]
        bookings.append(
            {
                "patient_id": patient["patient_id"],
                "list_id": at["list_id"],
                "state": state,
                "provenance": "synthetic",
            }
        )
    return {
        "existing_bookings": sorted(bookings, key=lambda row: str(row["patient_id"])),
        "existing_appointments": sorted(made, key=lambda row: (str(row["patient_id"]), str(row["test_id"]))),
    }


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


def _list_for(parameters: Parameters, tables: Mapping[str, list[Row]], patient: Row, taken: set[str]) -> Row | None:
    """The first staffed list of the patient's surgeon, whole day, any sub-specialty, in the first half."""
    middle = parameters.horizon_start + dt.timedelta(days=7 * max(1, parameters.weeks // 2))
    procedures = {row["procedure_code"]: row for row in tables["procedures"]}
    skills = {(row["surgeon_id"], row["subspecialty_id"]) for row in tables["surgeon_subspecialties"]}
    away = tables["surgeon_leave"]
    if (patient["surgeon_id"], procedures[patient["procedure_code"]]["subspecialty_id"]) not in skills:
        return None
    for row in tables["lists"]:
        day = row["date"]
        assert isinstance(day, dt.date)
        if (
            row["surgeon_id"] == patient["surgeon_id"]
            and row["staffed"] is True
            and row["subspecialty_id"] is None
            and day < middle
            and row["end"] == dt.time(16, 30)
            and row["surgeon_id"] not in taken
            and not any(a["surgeon_id"] == row["surgeon_id"] and _covers(a, day) for a in away)
        ):
            return row
    return None


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
