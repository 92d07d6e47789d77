"""Whether the reason given for not booking a patient is true."""

from __future__ import annotations

from collections.abc import Iterator

from models.shared.findings import Finding
from models.theatres.checker.evidence import Evidence, finding
from models.theatres.checker.room import ORDER_CODES, Known, Room
from models.theatres.checker.slots import FreePlaces
from models.theatres.checker.suitability import (
    first_bookable_day,
    first_day_with_kit,
    readiness_codes,
    suitable_lists,
)
from models.theatres.entities import TheatreList

RULE = "everyone_accounted_for"
# What other times of the day, or of other patients' tests, might mend.
MENDED_BY_TIMES = ORDER_CODES | {"test_slots"}


def false_reasons(evidence: Evidence) -> Iterator[Finding]:
    """Reasons in not_booked that the instance and the plan contradict."""
    before_the_plan = FreePlaces(evidence, evidence.existing_visits)
    room = Room(evidence, Known(evidence))
    for row in evidence.rows("not_booked"):
        patient_id, code = row.text("patient_id"), row.text("reason_code")
        if patient_id not in evidence.instance.patients or patient_id in evidence.by_patient:
            continue
        where = evidence.where("not_booked", row)
        own, lists = _own_reason(evidence, patient_id, before_the_plan)
        if own is not None:
            if code != own:
                yield finding(RULE, f"{patient_id} is said not to be booked for {code}; it is {own}.", where)
            continue
        if fault := _shared_reason_fault(room, patient_id, code, lists):
            yield finding(RULE, f"{patient_id} is said not to be booked for {code}, but {fault}.", where)


def _own_reason(
    evidence: Evidence, patient_id: str, before_the_plan: FreePlaces
) -> tuple[str | None, list[TheatreList]]:
    """The reason that lies in the patient's own data, else None and the lists only other patients keep them off.

    The lists are sifted; the first sieve that lets none through gives the code.
    """
    if codes := readiness_codes(evidence, patient_id):
        return codes[0], []
    patient = evidence.instance.patients[patient_id]
    fixed = evidence.fixed_list_of.get(patient_id)
    left = suitable_lists(evidence, patient_id)
    if not left:
        return "no_suitable_list", []
    left = [at for at in left if fixed in (None, at.list_id)]
    if not left:
        return "existing_booking", []
    first = first_bookable_day(evidence, patient_id)
    left = [at for at in left if at.date >= first or evidence.had_already(patient_id, at.list_id)]
    if not left:
        return "notice", []
    first = first_day_with_kit(evidence, patient_id)
    left = [at for at in left if at.date >= first or evidence.had_already(patient_id, at.list_id)]
    if not left:
        return "loan_kit", []
    left = [
        at
        for at in left
        if (patient.available_from is None or patient.available_from <= at.date)
        and (patient.available_to is None or at.date <= patient.available_to)
    ]
    if not left:
        return "not_available", []
    left = [at for at in left if before_the_plan.suffice_for(patient_id, at.date)]
    return (None, left) if left else ("tests_not_in_time", [])


def _shared_reason_fault(room: Room, patient_id: str, code: str, lists: list[TheatreList]) -> str | None:
    """Why a reason that lies in what others have taken is not true, in words; None when it holds.

    What is said to be short is short on at least one of the lists; and on no list is nothing short.
    """
    if code == "room_left":
        return _room_left_fault(room, patient_id, lists)
    for at in lists:
        if next(room.shortages(patient_id, at), None) is None:
            return f"there is room for them on list {at.list_id}"
    if code == "lower_priority" or any(code in room.shortages(patient_id, at) for at in lists):
        return None
    found = sorted({one for at in lists for one in room.shortages(patient_id, at)})
    return f"what is short on their lists is {', '.join(found)}"


def _room_left_fault(room: Room, patient_id: str, lists: list[TheatreList]) -> str | None:
    """Why there is no room, in words; None when there may be some, as in a plan changed by hand or stopped.

    What the other lists and patients would have to make way for by times alone does not speak against room.
    """
    if room.evidence.is_complete and room.evidence.instance.settings.aim != "by_hand":
        return "a plan that was neither changed by hand nor stopped leaves no room"
    if any(MENDED_BY_TIMES.issuperset(room.shortages(patient_id, at)) for at in lists):
        return None
    return "something is short on each of their lists"
