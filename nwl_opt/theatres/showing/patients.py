"""The waiting list as one table: every patient with what came of them, sifted as a scheduler asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.theatres.entities import Patient
from models.theatres.instance import Instance
from models.theatres.output_tables import READINESS_CODES
from models.theatres.patient_tables import PRIORITIES
from models.theatres.words import CODE_WORDS, day_text
from nwl_opt.paging import Paged, paged
from nwl_opt.theatres.printing.sheets import clock
from nwl_opt.theatres.showing.shown import ShownRun

Booked = Literal["", "yes", "no", "not_ready"]
BOOKED_WORDS: dict[Booked, str] = {
    "": "all",
    "yes": "booked",
    "no": "ready, not booked",
    "not_ready": "not ready",
}
PATIENTS_A_PAGE = 100


@dataclass(frozen=True)
class PatientFilter:
    """What is asked for; an empty text asks for all."""

    priority: str = ""
    subspecialty_id: str = ""
    surgeon_id: str = ""
    booked: Booked = ""
    reason_code: str = ""


@dataclass(frozen=True)
class PatientLine:
    """One patient of the list; `outcome` says when and where, or why not."""

    patient_id: str
    priority: str
    weeks_waited: int
    subspecialty: str
    operation: str
    surgeon: str
    booked: bool
    outcome: str


@dataclass(frozen=True)
class PatientChoices:
    """What can be asked for: value and words of each, only of what the run has."""

    priorities: tuple[tuple[str, str], ...]
    subspecialties: tuple[tuple[str, str], ...]
    surgeons: tuple[tuple[str, str], ...]
    booked: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]


def choices(shown: ShownRun) -> PatientChoices:
    """What a form offers."""
    instance = shown.instance
    people = instance.patients.values()
    priorities = {patient.priority for patient in people}
    surgeons = {patient.surgeon_id for patient in people if patient.surgeon_id is not None}
    surgeons |= {row.text("surgeon_id") for row in shown.tables["theatre_lists"]}
    subspecialties = {instance.procedures[patient.procedure_code].subspecialty_id for patient in people}
    counts = Counter(row.text("reason_code") for row in shown.tables["not_booked"])
    reasons = sorted(counts, key=lambda code: (code in READINESS_CODES, -counts[code], code))
    return PatientChoices(
        priorities=tuple((one, one) for one in PRIORITIES if one in priorities),
        subspecialties=tuple((one, instance.subspecialties[one]) for one in sorted(subspecialties)),
        surgeons=tuple((one, one) for one in sorted(surgeons)),
        booked=tuple((value, words) for value, words in BOOKED_WORDS.items() if value),
        reasons=tuple((code, f"{reason_words(code)} ({counts[code]})") for code in reasons),
    )


def reason_words(code: str) -> str:
    """A reason code as a scheduler says it."""
    return CODE_WORDS.get(code, code.replace("_", " "))


def patient_page(shown: ShownRun, asked: PatientFilter, page: int) -> Paged[PatientLine]:
    """One page of those asked for, the most urgent and then the longest waits first; a page too far is the last."""
    found = [patient for patient in shown.instance.patients.values() if _is_asked_for(shown, patient, asked)]
    found.sort(key=lambda patient: (patient.priority, patient.clock_start, patient.patient_id))
    own = paged(found, page, PATIENTS_A_PAGE)
    return Paged(tuple(patient_line(shown, one) for one in own.rows), own.found, own.page, own.pages, own.first)


def patient_line(shown: ShownRun, patient: Patient) -> PatientLine:
    """One patient as the list has them."""
    instance, procedure = shown.instance, shown.instance.procedures[patient.procedure_code]
    return PatientLine(
        patient_id=patient.patient_id,
        priority=patient.priority,
        weeks_waited=instance.wait_weeks(patient.patient_id),
        subspecialty=instance.subspecialties[procedure.subspecialty_id],
        operation=procedure.name,
        surgeon=surgeon_words(instance, patient),
        booked=shown.case_of(patient.patient_id) is not None,
        outcome=_outcome(shown, patient.patient_id),
    )


def surgeon_words(instance: Instance, patient: Patient) -> str:
    """Who may operate, as the patient agreed."""
    if patient.surgeon_choice == "any":
        return "any surgeon"
    if patient.surgeon_choice == "trust":
        return f"any of {instance.trusts[patient.trust_id]}"
    return patient.surgeon_id or "none named"


def find_patient(instance: Instance, text: str) -> str | None:
    """The patient with this pseudonym, however its letters were written; None when there is none."""
    asked = text.strip().casefold()
    return next((patient_id for patient_id in instance.patients if patient_id.casefold() == asked), None)


def _outcome(shown: ShownRun, patient_id: str) -> str:
    case, reason = shown.case_of(patient_id), shown.reason_of(patient_id)
    if case is not None:
        start = case.moment("start")
        theatre = shown.instance.theatres[case.text("theatre")].name
        return f"{day_text(start.date())}, {clock(start)}, {theatre} ({case.text('state')})"
    return "not known" if reason is None else reason_words(reason.text("reason_code"))


def _is_asked_for(shown: ShownRun, patient: Patient, asked: PatientFilter) -> bool:
    case, reason = shown.case_of(patient.patient_id), shown.reason_of(patient.patient_id)
    code = "" if reason is None else reason.text("reason_code")
    operates = case.text("surgeon_id") if case is not None else patient.surgeon_id
    subspecialty = shown.instance.procedures[patient.procedure_code].subspecialty_id
    outcome: Booked = "yes" if case is not None else "not_ready" if code in READINESS_CODES else "no"
    wanted: Sequence[tuple[str, str | None]] = (
        (asked.priority, patient.priority),
        (asked.subspecialty_id, subspecialty),
        (asked.surgeon_id, operates),
        (asked.booked, outcome),
        (asked.reason_code, code),
    )
    return all(not value or value == own for value, own in wanted)
