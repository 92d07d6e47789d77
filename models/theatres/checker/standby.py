"""T-25: who stands by for each list could come, would fit, and has waited longest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from models.shared.findings import Finding
from models.shared.parsing import Row
from models.theatres.checker.appointments import is_served
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.room import ORDER_CODES, Known, Room
from models.theatres.checker.suitability import (
    first_day_with_kit,
    readiness_codes,
    suitable_lists,
)
from models.theatres.checker.tallies import differences, wrong
from models.theatres.entities import TheatreList

MOST_PLACES = 5


def standby_rows(evidence: Evidence) -> Iterator[Finding]:
    """For every list with a case its standby patients are right, in order, and none who must be there is missing."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in evidence.rows("standby"):
        rows[row.text("list_id")].append(row)
    desk = _Desk(evidence)
    for list_id in sorted(set(rows) | set(evidence.instance.lists)):
        written = sorted(rows[list_id], key=lambda row: row.integer("place"))
        if not evidence.by_list.get(list_id):
            for row in written:
                yield wrong(f"list {list_id} has no patients and needs nobody standing by.", _at(evidence, row))
            continue
        session = evidence.instance.lists[list_id]
        for place, row in enumerate(written, start=1):
            yield from _row(desk, session, row, place)
        yield from _order(evidence, list_id, written)
        yield from _missing(desk, session, written)


def _at(evidence: Evidence, row: Row) -> str:
    return evidence.where("standby", row)


class _Desk:
    """Who could come at short notice, and in whose place they would fit."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.room = Room(evidence, Known(evidence))
        self.candidates = sorted(
            (p for p in evidence.instance.patients if self.fault(p) is None),
            key=lambda p: waited_longest(evidence, p),
        )
        self.lists_of = {p: {at.list_id for at in suitable_lists(evidence, p)} for p in self.candidates}

    def fault(self, patient_id: str) -> str | None:
        """Why nobody would ask this patient at short notice, in words; None when there is no reason."""
        patient = self.evidence.instance.patients.get(patient_id)
        if patient is None:
            return "is not on the waiting list"
        if patient_id in self.evidence.by_patient:
            return "is booked"
        if codes := readiness_codes(self.evidence, patient_id):
            return f"is not ready: {', '.join(codes)}"
        return None if patient.short_notice else "has not agreed to short notice"

    def fault_on(self, patient_id: str, session: TheatreList) -> str | None:
        """Why a candidate could not come to this list, whoever is on it, in words."""
        if session.list_id not in self.lists_of[patient_id]:
            return "its surgeon or theatre does not suit them"
        patient = self.evidence.instance.patients[patient_id]
        first, last = patient.available_from or dt.date.min, patient.available_to or dt.date.max
        if not first <= session.date <= last:
            return "they cannot come that day"
        in_time = session.date >= first_day_with_kit(self.evidence, patient_id)
        if not in_time and not self.evidence.had_already(patient_id, session.list_id):
            return "the loan kit cannot be there"
        if any(v.day == session.date for v in self.evidence.visits_by_patient.get(patient_id, ()) if v.existing):
            return "they have a test that day"
        served = [is_served(self.evidence, patient, need.test_id, session.date) for need in patient.tests]
        return None if all(served) else "they would need a new test appointment"

    def short(self, patient_id: str, session: TheatreList, instead_of: str) -> set[str]:
        """What would be short on a list with this patient in the place of that one."""
        return set(self.room.without(instead_of).shortages(patient_id, session))

    def certain_place(self, patient_id: str, session: TheatreList) -> str | None:
        """The first booked patient in whose place a candidate fits with nothing short in the simplest order."""
        if self.fault_on(patient_id, session) is not None:
            return None
        for case in self.evidence.by_list[session.list_id]:
            if next(self.room.without(case.patient_id).shortages(patient_id, session), None) is None:
                return case.patient_id
        return None


def waited_longest(evidence: Evidence, patient_id: str) -> tuple[dt.date, str]:
    """The order in which patients are asked."""
    patient = evidence.instance.patients.get(patient_id)
    return (patient.clock_start if patient is not None else dt.date.max), patient_id


def _row(desk: _Desk, session: TheatreList, row: Row, place: int) -> Iterator[Finding]:
    """One patient standing by."""
    evidence, patient_id, instead_of = desk.evidence, row.text("patient_id"), row.text("instead_of")
    where, what = _at(evidence, row), f"list {session.list_id}, {patient_id} standing by"
    yield from differences(row, {"place": place}, what, where)
    if fault := desk.fault(patient_id):
        yield wrong(f"{what}: the patient {fault}.", where)
        return
    yield from differences(row, {"weeks_waited": evidence.weeks_waited(patient_id)}, what, where)
    if fault := desk.fault_on(patient_id, session):
        yield wrong(f"{what}: {fault}.", where)
        return
    positions = {case.patient_id: number for number, case in enumerate(evidence.by_list[session.list_id])}
    if instead_of not in positions:
        yield wrong(f"{what}: {instead_of}, whose place they would take, is not on the list.", where)
    elif short := desk.short(patient_id, session, instead_of) - ORDER_CODES:
        yield wrong(f"{what}: in the place of {instead_of}, {', '.join(sorted(short))} would be short.", where)
    else:
        first = desk.certain_place(patient_id, session)
        if first is not None and positions[first] < positions[instead_of]:
            yield wrong(f"{what}: they fit in the place of {first} already, who comes before {instead_of}.", where)


def _order(evidence: Evidence, list_id: str, written: list[Row]) -> Iterator[Finding]:
    """Longest wait first, nobody twice, no more than are asked."""
    patients = [row.text("patient_id") for row in written]
    if patients != sorted(patients, key=lambda p: waited_longest(evidence, p)):
        yield wrong(f"list {list_id}: {', '.join(patients)} do not stand by in the order of their waits.",
                    evidence.where("standby"))  # fmt: skip
    if len(set(patients)) < len(patients):
        yield wrong(f"list {list_id}: somebody stands by twice.", evidence.where("standby"))
    if len(written) > MOST_PLACES:
        yield wrong(f"list {list_id}: {len(written)} patients stand by; {MOST_PLACES} are named at most.",
                    evidence.where("standby"))  # fmt: skip


def _missing(desk: _Desk, session: TheatreList, written: list[Row]) -> Iterator[Finding]:
    """Candidates who certainly fit and have waited longer than somebody named, or for whom there is a place left."""
    named = {row.text("patient_id") for row in written}
    asked_last = max((waited_longest(desk.evidence, p) for p in named), default=(dt.date.min, ""))
    for patient_id in desk.candidates:
        before = waited_longest(desk.evidence, patient_id) < asked_last or len(written) < MOST_PLACES
        if patient_id not in named and before and (at := desk.certain_place(patient_id, session)) is not None:
            message = f"list {session.list_id}: {patient_id} could stand by in the place of {at} and is not named."
            yield wrong(message, desk.evidence.where("standby"))
