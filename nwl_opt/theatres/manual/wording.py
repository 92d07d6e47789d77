"""Changes in words."""

from __future__ import annotations

from models.theatres.words import list_text
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.wanted import Wanted


def wanted_words(standing: Standing, wanted: Wanted) -> str:
    """A change as a sentence, said of the plan it is asked of."""
    patient, here = wanted.patient_id, _on(standing, wanted.patient_id)
    match wanted.kind:
        case "move":
            same = standing.list_of.get(patient) == wanted.list_id
            return (
                f"{patient}: {'on' if same else f'from {here} to'} {_list(standing, wanted.list_id)}{_place(wanted)}."
            )
        case "book":
            return f"{patient}: booked on {_list(standing, wanted.list_id)}{_place(wanted)}."
        case "swap":
            return f"{patient} on {here} and {wanted.other} on {_on(standing, wanted.other or '')} swap lists."
        case "take_off":
            return f"{patient}: taken off {here}."
        case "decline":
            return f"{patient}: declines {here}."
        case "offer":
            return f"{patient}: {here} offered."
        case "agree":
            return f"{patient}: {here} agreed."
        case "lock":
            return f"{patient}: locked on {here}."
        case "unlock":
            return f"{patient}: unlocked on {here}."


def _on(standing: Standing, patient_id: str) -> str:
    return _list(standing, standing.list_of.get(patient_id))


def _list(standing: Standing, list_id: str | None) -> str:
    on = standing.base.lists.get(list_id or "")
    return "no list" if on is None else list_text(on)


def _place(wanted: Wanted) -> str:
    if wanted.position is not None:
        return f", place {wanted.position}"
    return f", not before {wanted.start:%H:%M}" if wanted.start is not None else ""
