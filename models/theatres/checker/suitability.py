"""What a patient's own data allow: readiness, surgeons, theatres, notice."""

from __future__ import annotations

import datetime as dt

from models.theatres.checker.evidence import Evidence
from models.theatres.entities import TheatreList
from models.theatres.output_tables import READINESS_CODES


def readiness_codes(evidence: Evidence, patient_id: str) -> tuple[str, ...]:
    """Every code that keeps a patient from being booked, in the order in which they are reported."""
    patient = evidence.instance.patients[patient_id]
    side = patient.laterality
    holds = {
        "asked_to_wait": patient.priority in ("P5", "P6"),
        "not_an_adult": not patient.adult,
        "not_validated": not patient.validated,
        "unfit": not patient.fit,
        "no_consent": not patient.consented,
        "side_missing": evidence.operation(patient_id).is_joint and (side is None or side == "none"),
        "latex_unknown": patient.latex_allergy == "unknown",
        "infection_unknown": patient.infection_risk == "unknown",
        "no_surgeon": patient.surgeon_choice == "named" and patient.surgeon_id is None,
    }
    return tuple(code for code in READINESS_CODES if holds[code])


def surgeon_fault(evidence: Evidence, patient_id: str, session: TheatreList) -> str | None:
    """Why a list's surgeon may not operate on a patient, in words; None when there is no reason."""
    patient, operation = evidence.instance.patients[patient_id], evidence.operation(patient_id)
    surgeon = evidence.instance.surgeons[session.surgeon_id or ""]
    needed = operation.subspecialty_id
    if session.subspecialty_id not in (None, needed):
        return f"the list is for {session.subspecialty_id}, the operation is {needed}"
    if needed not in surgeon.subspecialties:
        return f"surgeon {surgeon.surgeon_id} does not cover {needed}"
    if surgeon.surgeon_id == patient.surgeon_id or patient.surgeon_choice == "any":
        return None
    if patient.surgeon_choice == "trust" and surgeon.trust_id == patient.trust_id:
        return None
    agreed = f"{patient.surgeon_id} only" if patient.surgeon_choice == "named" else f"surgeons of {patient.trust_id}"
    return f"surgeon {surgeon.surgeon_id} of {surgeon.trust_id}, but the patient agreed to {agreed}"


def theatre_fault(evidence: Evidence, patient_id: str, session: TheatreList) -> str | None:
    """Why a theatre does not suit a patient, in words; None when it does."""
    patient, theatre = evidence.instance.patients[patient_id], evidence.instance.theatres[session.theatre_id]
    if patient.asa_grade > theatre.max_asa_grade:
        return f"ASA grade {patient.asa_grade}, but {theatre.name} takes up to {theatre.max_asa_grade}"
    if evidence.operation(patient_id).needs_laminar_flow and not theatre.laminar_flow:
        return f"the operation needs laminar flow, which {theatre.name} does not have"
    return None


def first_bookable_day(evidence: Evidence, patient_id: str) -> dt.date:
    """Planning day plus the notice the patient, or the policy, asks for."""
    notice = evidence.instance.patients[patient_id].notice_days
    return evidence.instance.settings.planning_date + dt.timedelta(days=notice)


def first_day_with_kit(evidence: Evidence, patient_id: str) -> dt.date:
    """The first day for which all loan kit of the operation can still be ordered."""
    known = evidence.instance.kit
    days = max((known[kit_id].loan_days for kit_id in evidence.operation(patient_id).kit), default=0)
    return evidence.instance.settings.planning_date + dt.timedelta(days=days)


def suitable_lists(evidence: Evidence, patient_id: str) -> list[TheatreList]:
    """Usable lists whose surgeon and theatre suit the patient, whatever the date."""
    return [
        session
        for session in evidence.usable_lists.values()
        if surgeon_fault(evidence, patient_id, session) is None
        and theatre_fault(evidence, patient_id, session) is None
    ]
