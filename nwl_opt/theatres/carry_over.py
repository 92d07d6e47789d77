"""From a plan to the instance of the next one: what was planned is what is there already."""

from __future__ import annotations

from collections.abc import Mapping

from models.theatres.patient_tables import BOOKING_STATES
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.saved_lists import SavedLists

NOBODY: Mapping[str, str] = {}


def carried_over(saved: SavedLists, firmer: Mapping[str, str] = NOBODY) -> Draft:
    """The instance of a run with its plan as what was booked before.

    Every booking becomes an existing one, in the state it had, or as `firmer` says. Appointments made before stay;
    those the plan made for patients who have been told their date are made now, and where such a patient had one for
    the same test that no longer served, the new one takes its place, and a result given for that one is forgotten.
    Those of proposed bookings stay free. Named changes have done their work and go.
    """
    draft = Draft(saved.run.validation.raw, saved.run.validation.problem.register)
    states = {**saved.states, **firmer}
    draft.clear("existing_bookings")
    for patient_id, list_id in sorted(saved.plan.list_of.items()):
        draft.add("existing_bookings", {"patient_id": patient_id, "list_id": list_id, "state": states[patient_id]})
    draft.clear("named_changes")
    made = {
        (a.patient_id, a.test_id): {"site_id": a.site_id, "start": a.start}
        for a in saved.plan.appointments
        if states[a.patient_id] != "proposed"
    }
    draft.keep("existing_appointments", lambda row: (row["patient_id"], row["test_id"]) not in made)
    for (patient_id, test_id), where in sorted(made.items()):
        draft.add("existing_appointments", {"patient_id": patient_id, "test_id": test_id, **where})
        forget_late_result(draft, patient_id, test_id)
    return draft


def forget_late_result(draft: Draft, patient_id: str, test_id: str) -> None:
    """A test made anew because a result was late or early is the one that counts: that result is not its own."""
    row = draft.find("patient_tests", patient_id=patient_id, test_id=test_id)
    if row is not None and row.get("result_on", ""):
        draft.change("patient_tests", row, done_on=None, result_on=None)


def is_firmer(state: str, than: str) -> bool:
    """Whether a state comes after another: proposed, offered, agreed, locked."""
    return BOOKING_STATES.index(state) > BOOKING_STATES.index(than)
