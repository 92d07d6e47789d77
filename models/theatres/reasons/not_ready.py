"""Patients who are not ready: what has to be done first, and whether there is room for them once it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.theatres.booking import Book
from models.theatres.reasons.alternatives import Help, first_list_that_fits
from models.theatres.reasons.edits import Change, Edit, edited
from models.theatres.reasons.reason import Reason, and_then, lower_first
from models.theatres.words import list_text


@dataclass(frozen=True)
class _Readiness:
    """A readiness code in words, what has to be done, and the edits that say it was done."""

    sentence: str
    to_do: str
    edits: tuple[tuple[str, str | bool], ...]


_READINESS: dict[str, _Readiness] = {
    "asked_to_wait": _Readiness("Has asked to wait (priority P5 or P6)", "the patient wants to go ahead",
                                (("priority", "P4"),)),
    "not_an_adult": _Readiness("Is under 18, and the centre treats adults", "", ()),
    "not_validated": _Readiness("The entry has not been validated", "the entry is validated", (("validated", True),)),
    "unfit": _Readiness("Was not fit for surgery at the last review", "the patient is fit", (("fit", True),)),
    "no_consent": _Readiness("Has not consented to this operation", "consent is given", (("consented", True),)),
    "side_missing": _Readiness("The side of the operation is not written down", "the side is written down",
                               (("laterality", "left"),)),
    "latex_unknown": _Readiness("Nobody has asked about latex allergy", "latex allergy is known (and there is none)",
                                (("latex_allergy", "no"),)),
    "infection_unknown": _Readiness("The infection status is unknown", "the infection status is known (and clear)",
                                    (("infection_risk", "no"),)),
    "no_surgeon": _Readiness("No surgeon is named", "a surgeon is named", ()),
}  # fmt: skip


def not_ready(book: Book, patient_id: str, codes: Sequence[str], when_ready: Callable[[Book, str], Reason]) -> Reason:
    """Why somebody with these readiness codes is not booked; `when_ready` says what would be in the way then."""
    sentence = "; ".join(_READINESS[code].sentence for code in codes) + "."
    if "not_an_adult" in codes:
        help = "Treatment at a centre for children and young people."
        return Reason(patient_id, codes[0], sentence, ("T-02",), (), help)
    once = "Once " + " and ".join(_READINESS[code].to_do for code in codes)
    where = (("patient_id", patient_id),)
    edits: tuple[Edit, ...] = tuple(
        Change("patients", where, column, value) for code in codes for column, value in _READINESS[code].edits
    )
    named = _surgeons_to_name(book, patient_id) if "no_surgeon" in codes else ("",)
    after = None
    for surgeon_id in named:
        name = (Change("patients", where, "surgeon_id", surgeon_id),) if surgeon_id else ()
        ready = book.under(edited(book.instance, (*edits, *name)))
        found = first_list_that_fits(ready, patient_id)
        if found is not None:
            who = f" ({surgeon_id})" if surgeon_id else ""
            there = f"{once}{who}: there is room on {list_text(found)}."
            return Reason(patient_id, codes[0], sentence, ("T-02",), (Help(there, found.list_id, (*edits, *name)),))
        after = after or (when_ready(ready, patient_id), (*edits, *name))
    if after is None:
        return Reason(patient_id, codes[0], sentence, ("T-02",), (), f"{once}; no surgeon covers the operation.")
    then, first = after
    helps = and_then(once, first, then.helps)
    return Reason(
        patient_id, codes[0], sentence, ("T-02",), helps, f"{once}; even then: {lower_first(then.sentence)}"
    )


def _surgeons_to_name(book: Book, patient_id: str) -> tuple[str, ...]:
    """The surgeons who cover a patient's operation, those of the home trust first."""
    instance = book.instance
    patient, wanted = instance.patients[patient_id], instance.procedure_of(patient_id).subspecialty_id
    able = [s for s in instance.surgeons.values() if wanted in s.subspecialties]
    return tuple(s.surgeon_id for s in sorted(able, key=lambda s: (s.trust_id != patient.trust_id, s.surgeon_id)))
