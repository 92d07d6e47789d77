"""What a scheduler can ask for by hand, and whether it can be asked of a plan at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from models.shared.faults import Fault, InputFaults
from nwl_opt.theatres.carry_over import is_firmer
from nwl_opt.theatres.manual.standing import Standing

Kind = Literal["move", "swap", "book", "take_off", "decline", "offer", "agree", "lock", "unlock"]

KINDS: tuple[Kind, ...] = ("move", "swap", "book", "take_off", "decline", "offer", "agree", "lock", "unlock")
STATE_OF: dict[str, str] = {"offer": "offered", "agree": "agreed", "lock": "locked", "unlock": "agreed"}
"""The state a booking has after each of these; what was locked in the saved plan stays agreed with the patient."""


@dataclass(frozen=True)
class Wanted:
    """One change. `list_id`, with a place or a time on it, is for `move` and `book`; `other` for `swap`.

    `start` is the earliest the case may begin; cases after it follow. Without place and time the order rules decide.
    """

    kind: Kind
    patient_id: str
    list_id: str | None = None
    position: int | None = None
    start: dt.time | None = None
    other: str | None = None


def refuse_impossible(standing: Standing, wanted: Wanted) -> None:
    """Refuse what is no change of this plan, whatever the rules say.

    Raises
    ------
    InputFaults
        If a patient, a list or a place is not there, or the change would change nothing; all faults are told.
    """
    faults = [*_faults(standing, wanted)]
    if faults:
        raise InputFaults(faults)


def _faults(standing: Standing, wanted: Wanted) -> Iterator[Fault]:
    for patient_id in (wanted.patient_id, *((wanted.other or "",) if wanted.kind == "swap" else ())):
        if patient_id not in standing.base.patients:
            yield _fault(wanted, patient_id or "nobody", "must be on the waiting list", "Look it up in the lists.")
        elif wanted.kind == "book" and patient_id in standing.list_of:
            yield _fault(wanted, f"{patient_id} on {standing.list_of[patient_id]}", "must have no list yet",
                         "Move the patient instead.")  # fmt: skip
        elif wanted.kind != "book" and patient_id not in standing.list_of:
            yield _fault(wanted, patient_id, "must be on a list", "Book the patient instead.")
    if wanted.kind in ("move", "book"):
        yield from _faults_of_place(standing, wanted)
    elif wanted.other is not None and wanted.kind == "swap":
        if standing.list_of.get(wanted.patient_id) == standing.list_of.get(wanted.other, ""):
            yield _fault(wanted, f"{wanted.patient_id} and {wanted.other}", "must be on two lists",
                         "Give one of them another place on the list.")  # fmt: skip
    elif wanted.kind in STATE_OF and wanted.patient_id in standing.list_of:
        yield from _faults_of_state(standing, wanted)
    elif wanted.kind == "decline" and standing.state_of(wanted.patient_id) == "proposed":
        yield _fault(wanted, f"{wanted.patient_id}, proposed", "must have been told a date",
                     "Nobody was told: take the patient off the list.")  # fmt: skip


def _faults_of_place(standing: Standing, wanted: Wanted) -> Iterator[Fault]:
    if wanted.list_id is None or wanted.list_id not in standing.base.lists:
        yield _fault(wanted, wanted.list_id or "no list", "must be a list of this plan", "Look it up in the lists.")
        return
    here = standing.list_of.get(wanted.patient_id) == wanted.list_id
    if here and wanted.position is None and wanted.start is None:
        yield _fault(wanted, f"{wanted.patient_id} on {wanted.list_id}", "must be another list",
                     "Name another list, or another place or time on this one.")  # fmt: skip
    most = len(standing.plan.by_list[wanted.list_id]) + (0 if here else 1)
    if wanted.position is not None and not 1 <= wanted.position <= most:
        yield _fault(wanted, f"place {wanted.position}", f"must be from 1 to {most}", "Name another place.")
    on = standing.base.lists[wanted.list_id]
    if wanted.start is not None and not on.start.time() <= wanted.start < on.end.time():
        yield _fault(wanted, f"{wanted.start:%H:%M}", f"must be from {on.start:%H:%M} to before {on.end:%H:%M}",
                     "Name a time within the list.")  # fmt: skip


def _faults_of_state(standing: Standing, wanted: Wanted) -> Iterator[Fault]:
    state, wished = standing.state_of(wanted.patient_id), STATE_OF[wanted.kind]
    found = f"{wanted.patient_id}, {state}"
    if wanted.kind == "unlock":
        if state != "locked":
            yield _fault(wanted, found, "must be locked", "There is nothing to unlock.")
    elif not is_firmer(wished, state):
        yield _fault(wanted, found, f"must be less firm than {wished}",
                     "Moving the patient, taking them off or their declining undoes what was agreed.")  # fmt: skip


def _fault(wanted: Wanted, found: str, expected: str, mend: str) -> Fault:
    return Fault(wanted.kind.replace("_", " "), None, None, found, expected, mend)
