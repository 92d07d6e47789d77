"""Who may be on which list at all, what was booked before stays, and nobody is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from models.shared.findings import Finding
from models.theatres.checker.evidence import Evidence, at_time, finding, on_day
from models.theatres.checker.reasons import false_reasons
from models.theatres.checker.suitability import (
    first_bookable_day,
    first_day_with_kit,
    readiness_codes,
    surgeon_fault,
    theatre_fault,
)


def check_one_list_per_patient(evidence: Evidence) -> Iterator[Finding]:
    """T-01: no patient stands in two rows of the theatre lists."""
    for patient_id, cases in evidence.by_patient.items():
        if len(cases) > 1:
            lists = ", ".join(case.list_id for case in cases)
            yield finding("one_list_per_patient", f"{patient_id} is booked {len(cases)} times: {lists}.",
                          cases[1].where)  # fmt: skip


def check_patient_is_ready(evidence: Evidence) -> Iterator[Finding]:
    """T-02: no booked patient has a readiness code."""
    for case in evidence.cases:
        if codes := readiness_codes(evidence, case.patient_id):
            message = f"{case.patient_id} is on list {case.list_id} but is not ready: {', '.join(codes)}."
            yield finding("patient_is_ready", message, case.where)


def check_list_is_staffed(evidence: Evidence) -> Iterator[Finding]:
    """T-03: every list with a case exists, is staffed and has a surgeon who is there."""
    for case in evidence.all_cases:
        session = evidence.instance.lists.get(case.list_id)
        if session is None:
            yield finding("list_is_staffed", f"{case.patient_id} is on list {case.list_id}, which does not exist.",
                          case.where)  # fmt: skip
        elif not evidence.is_staffed(session):
            why = "has no staff" if not session.staffed else "has no surgeon"
            if session.staffed and session.surgeon_id is not None:
                why = f"has no surgeon: {session.surgeon_id} is on leave"
            message = f"{case.patient_id} is on list {case.list_id}, which {why} on {on_day(session.date)}."
            yield finding("list_is_staffed", message, case.where)


def check_right_surgeon(evidence: Evidence) -> Iterator[Finding]:
    """T-04: the list's surgeon may operate on the patient, and the list is for the operation."""
    for case in evidence.cases:
        session = evidence.session(case)
        if session.surgeon_id is None:
            continue
        if fault := surgeon_fault(evidence, case.patient_id, session):
            yield finding("right_surgeon", f"{case.patient_id} on list {case.list_id}: {fault}.", case.where)


def check_theatre_suits_patient(evidence: Evidence) -> Iterator[Finding]:
    """T-05: the theatre takes the patient's ASA grade and has laminar flow where it is needed."""
    for case in evidence.cases:
        if fault := theatre_fault(evidence, case.patient_id, evidence.session(case)):
            yield finding("theatre_suits_patient", f"{case.patient_id} on list {case.list_id}: {fault}.", case.where)


def check_reasonable_notice(evidence: Evidence) -> Iterator[Finding]:
    """T-06: a date that the patient did not have before leaves the notice asked for."""
    for case in evidence.cases:
        day = evidence.session(case).date
        first = first_bookable_day(evidence, case.patient_id)
        if day < first and not evidence.had_already(case.patient_id, case.list_id):
            message = (
                f"{case.patient_id} is on list {case.list_id} on {on_day(day)}; with "
                f"{evidence.patient(case).notice_days} days' notice {on_day(first)} is the first day to offer."
            )
            yield finding("reasonable_notice", message, case.where)


def check_loan_kit_notice(evidence: Evidence) -> Iterator[Finding]:
    """T-31: on a date the patient did not have before, the loan kit of the operation can be there."""
    for case in evidence.cases:
        day, first = evidence.session(case).date, first_day_with_kit(evidence, case.patient_id)
        if day < first and not evidence.had_already(case.patient_id, case.list_id):
            message = (
                f"{case.patient_id} is on list {case.list_id} on {on_day(day)}; the loan kit of the operation, "
                f"ordered today, is there on {on_day(first)}."
            )
            yield finding("loan_kit_notice", message, case.where)


def check_surgeon_can_travel(evidence: Evidence) -> Iterator[Finding]:
    """T-34: nobody is on a list whose surgeon cannot come from, or get to, where they are else on that day."""
    for case in evidence.cases:
        session = evidence.session(case)
        for other in evidence.in_the_way(session):
            message = (
                f"{case.patient_id} is on list {case.list_id}, {at_time(session.start)} to {session.end:%H:%M}; "
                f"surgeon {session.surgeon_id} is elsewhere from {other.start:%H:%M} to {other.end:%H:%M}, "
                f"{other.travel_minutes} minutes away."
            )
            yield finding("surgeon_can_travel", message, case.where)


def check_patient_is_available(evidence: Evidence) -> Iterator[Finding]:
    """T-07: the day of the list is one on which the patient can come."""
    for case in evidence.cases:
        patient, day = evidence.patient(case), evidence.session(case).date
        first, last = patient.available_from, patient.available_to
        if (first is not None and day < first) or (last is not None and day > last):
            limits = [f"from {on_day(first)}"] if first else []
            limits += [f"until {on_day(last)}"] if last else []
            message = (
                f"{case.patient_id} is on list {case.list_id} on {on_day(day)} but can come only {' '.join(limits)}."
            )
            yield finding("patient_is_available", message, case.where)


def check_bookings_stay(evidence: Evidence) -> Iterator[Finding]:
    """T-20: bookings that stay are on their list, existing appointments in the table, and no others are called so."""
    for patient_id, list_id in sorted(evidence.fixed_list_of.items()):
        booked_on = [case.list_id for case in evidence.by_patient.get(patient_id, ())]
        if list_id not in booked_on:
            state = evidence.instance.existing_bookings[patient_id][1]
            now = f"on {', '.join(booked_on)}" if booked_on else "not booked"
            yield finding("bookings_stay", f"{patient_id} has the {state} list {list_id} but is {now}.",
                          evidence.where("theatre_lists"))  # fmt: skip
    made = {(v.patient_id, v.test_id, v.site_id, v.start) for v in evidence.existing_visits}
    written = {(v.patient_id, v.test_id, v.site_id, v.start): v.where for v in evidence.written_visits if v.existing}
    for patient_id, test_id, site_id, start in sorted(made - set(written)):
        message = f"{patient_id} has an appointment for {test_id} at {site_id}, {at_time(start)}, which is gone."
        yield finding("bookings_stay", message, evidence.where("cdc_appointments"))
    for key in sorted(set(written) - made):
        message = f"{key[0]}: {key[1]} at {key[2]}, {at_time(key[3])}, is called existing but was not made before."
        yield finding("bookings_stay", message, written[key])


def check_everyone_accounted_for(evidence: Evidence) -> Iterator[Finding]:
    """T-24: each patient is on a list, or once in not_booked with a reason that is true; nobody else is anywhere."""
    rule, patients = "everyone_accounted_for", evidence.instance.patients
    for case in evidence.all_cases:
        if case.patient_id not in patients:
            yield finding(rule, f"{case.patient_id} on list {case.list_id} is not on the waiting list.", case.where)
    seen: set[str] = set()
    for row in evidence.rows("not_booked"):
        patient_id, where = row.text("patient_id"), evidence.where("not_booked", row)
        if patient_id not in patients:
            yield finding(rule, f"{patient_id} is not on the waiting list.", where)
        elif patient_id in seen:
            yield finding(rule, f"{patient_id} stands in not_booked twice.", where)
        elif patient_id in evidence.by_patient:
            at = evidence.by_patient[patient_id][0].list_id
            yield finding(rule, f"{patient_id} is on list {at} and also called not booked.", where)
        seen.add(patient_id)
    for patient_id in sorted(set(patients) - seen - set(evidence.by_patient)):
        yield finding(rule, f"{patient_id} is neither on a list nor in not_booked.", evidence.where("not_booked"))
    yield from false_reasons(evidence)
