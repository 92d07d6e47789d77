"""A diary small enough to follow by hand: the shipped tiny instance with a second theatre, surgeon and day, planned.

Lists of 240 minutes: M (Monday 12 April 2027) and T (Tuesday) of surgeon S1 in theatre T1, W (Wednesday) of S2 in T2.
The plan: P1 and P6 on M, P2 and P3 on T, nobody on W; P4, who would go to any surgeon, is not booked; P5 is not
ready. Appointments made by the plan: P2, P3 and P6 at the clinic on 30 March, P3's MRI on 5 April. Four scrub nurses
every day, two to a list.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from models.theatres.plan import Plan
from models.theatres.tables import REGISTER
from nwl_opt.files.reading import read_instance
from nwl_opt.files.writing import write_raw_folder
from nwl_opt.problems import data_folder
from nwl_opt.run_folder import SavedRun
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.saved_lists import SavedLists, instance_of
from nwl_opt.usable_run import UsableRun

PLANNING = dt.date(2027, 3, 22)
MONDAY, TUESDAY, WEDNESDAY = (dt.date(2027, 4, day) for day in (12, 13, 14))
DECISIONS: dict[str, object] = {
    "bookings": [
        ["P1", "M", 1, "2027-04-12T08:30"],
        ["P6", "M", 2, "2027-04-12T10:25"],
        ["P2", "T", 1, "2027-04-13T08:30"],
        ["P3", "T", 2, "2027-04-13T10:25"],
    ],
    "tests": [
        ["P2", "poa", "clinic", "2027-03-30T09:00"],
        ["P3", "mri", "centre", "2027-04-05T10:00"],
        ["P3", "poa", "clinic", "2027-03-30T09:45"],
        ["P6", "poa", "clinic", "2027-03-30T10:30"],
    ],
}


def small_draft() -> Draft:
    """The tables of the small diary, to be changed by a test."""
    draft = Draft(read_instance(data_folder("theatres") / "tiny", REGISTER), REGISTER)
    draft.add("theatres", {"theatre_id": "T2", "name": "Theatre 2", "max_asa_grade": 3, "laminar_flow": True})
    draft.add("surgeons", {"surgeon_id": "S2", "trust_id": "A", "max_lists_per_week": 2})
    for skill in ("hip", "foot"):
        draft.add("surgeon_subspecialties", {"surgeon_id": "S2", "subspecialty_id": skill})
    draft.add("lists", {"list_id": "W", "theatre_id": "T2", "date": WEDNESDAY, "start": "08:30", "end": "12:30",
                        "surgeon_id": "S2", "staffed": True})  # fmt: skip
    draft.add("beds", {"ward_id": "ward", "date": dt.date(2027, 4, 15), "beds_open": 4})
    draft.add("staff_needs", {"role": "scrub", "name": "Scrub nurse", "per_list": 2})
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        draft.add("staff", {"date": day, "role": "scrub", "start": "08:00", "end": "13:00", "available": 4})
    draft.add("test_slots", {"site_id": "clinic", "test_id": "poa", "date": dt.date(2027, 4, 6), "start": "09:00",
                             "slots": 4, "slot_minutes": 45, "places": 1})  # fmt: skip
    busy = draft.find("surgeons", surgeon_id="S1")
    assert busy is not None, "S1 is in the shipped tiny instance"
    draft.change("surgeons", busy, max_lists_per_week=3)
    anybody = draft.find("patients", patient_id="P4")
    assert anybody is not None, "P4 is in the shipped tiny instance"
    draft.change("patients", anybody, surgeon_choice="any")
    return draft


def small_folder(target: Path) -> Path:
    """The small diary's instance as a folder."""
    write_raw_folder(target, small_draft().raw())
    return target


def small_diary(draft: Draft | None = None, **states: str) -> SavedLists:
    """The plan as a run that was saved; `states` says which bookings were firm before, as `P1="agreed"`."""
    draft = small_draft() if draft is None else draft
    bookings = DECISIONS["bookings"]
    assert isinstance(bookings, list)
    for patient_id, list_id, *_ in bookings:
        if patient_id in states:
            draft.add(
                "existing_bookings", {"patient_id": patient_id, "list_id": list_id, "state": states[patient_id]}
            )
    validation = draft.validated()
    record: dict[str, object] = {"status": "optimal", "stages": []}
    run = SavedRun(Path("small_diary"), {"kind": "theatres"}, record)
    return SavedLists(UsableRun(run, record, validation), Plan.from_decisions(instance_of(validation), DECISIONS))
