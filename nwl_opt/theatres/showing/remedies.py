"""What would help those who are not booked, counted: which change helps how many, alone or after something else."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from models.theatres.output_tables import READINESS_CODES
from nwl_opt.theatres.showing.shown import ShownRun

_THEN = re.compile(r",? and then: ")
_EVEN_THEN = "; even then: "
"""What follows is no change but why the one before it is not enough."""
_OR = " Or: "
_LONGER = "a list that ends later"
_NOTHING = "nothing"
"""Said of patients for whom no change was found."""
_LIST_ID = re.compile(r"\blist (\S+) \(", re.I)

# What a remedy says, and the kind of change it is; the first that is found counts. The table holds sentences alone.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("the place of somebody booked, should it come free", re.compile(r"^the place of ", re.I)),
    (_LONGER, re.compile(r" ending [\d,]+ minutes? later")),
    ("a looser limit on the chance of a late finish", re.compile(r"^a limit of .* chance of a late finish", re.I)),
    ("one more joint on a list", re.compile(r"joints? instead of")),
    ("more staff in a shift", re.compile(r" more on \w{3} \d+ \w{3}, for list ")),
    ("one more list a week for a surgeon", re.compile(r" running \d+ lists a week")),
    ("a list in another theatre", re.compile(r" changing theatres with ")),
    ("staff or a surgeon for a list", re.compile(r"^staff for list |^\S+ taking list ", re.I)),
    ("more instrument sets, or quicker reprocessing", re.compile(r"more set of |more uses? of | ready again ")),
    ("more beds on a night", re.compile(r"more beds? on ")),
    ("one more image intensifier", re.compile(r"more image intensifier")),
    ("one more recovery bay", re.compile(r"more recovery bay")),
    ("more places on hospital transport", re.compile(r"hospital transport \(")),
    ("one more test appointment", re.compile(r"more appointments? for ")),
    ("a test already done", re.compile(r" done on \w{3} \d+ \w{3}")),
    ("a surgeon's other work moved to another day", re.compile(r" moved to another day")),
    ("agreeing to another surgeon", re.compile(r"^agreeing to any surgeon", re.I)),
    ("coming on another day", re.compile(r"^coming on ", re.I)),
    ("accepting shorter notice", re.compile(r"^accepting ", re.I)),
    ("finishing what makes the patient ready", re.compile(r"^once ", re.I)),
    ("treatment at another hospital", re.compile(r"^(no theatre here takes|treatment at)", re.I)),
    (_NOTHING, re.compile(r"^no single change was found", re.I)),
)
OTHER = "something else: see the patient"


@dataclass(frozen=True)
class RemedyCount:
    """A kind of change: for how many patients it is part of what would book them, and for how many it alone would.

    `ready_patients` are those of `patients` who could be operated on today if there were room.
    """

    words: str
    patients: int
    alone: int
    ready_patients: int


def remedy_counts(shown: ShownRun) -> tuple[RemedyCount, ...]:
    """Every kind of change that would book somebody, the most helpful first."""
    whom: dict[str, set[str]] = defaultdict(set)
    alone: dict[str, set[str]] = defaultdict(set)
    ready: set[str] = set()
    for row in shown.tables["not_booked"]:
        patient_id = row.text("patient_id")
        if row.text("reason_code") not in READINESS_CODES:
            ready.add(patient_id)
        for remedy in row.text("what_would_help").split(_OR):
            change, even_then, _ = remedy.strip().partition(_EVEN_THEN)
            kinds = [kind_of(step) for step in _THEN.split(change) if step]
            for kind in kinds:
                whom[kind].add(patient_id)
            if len(kinds) == 1 and not even_then:
                alone[kinds[0]].add(patient_id)
    whom.pop(_NOTHING, None)
    counts = [RemedyCount(kind, len(people), len(alone[kind]), len(people & ready)) for kind, people in whom.items()]
    return tuple(sorted(counts, key=lambda one: (-one.alone, -one.patients, one.words)))


def kind_of(step: str) -> str:
    """The kind of change one step of a remedy is."""
    return next((words for words, pattern in _KINDS if pattern.search(step)), OTHER)


@dataclass(frozen=True)
class LongerList:
    """A list, and how many patients would be booked, each taken alone, if it ended later."""

    list_id: str
    patients: int


def longer_lists(shown: ShownRun, most: int) -> tuple[LongerList, ...]:
    """The lists whose later end would help the most patients, by itself or after something else."""
    whom: dict[str, set[str]] = defaultdict(set)
    for row in shown.tables["not_booked"]:
        for step in re.split(f"{_THEN.pattern}|{_OR}", row.text("what_would_help")):
            found = _LIST_ID.search(step)
            if kind_of(step) == _LONGER and found is not None and found[1] in shown.instance.lists:
                whom[found[1]].add(row.text("patient_id"))
    ordered = sorted(whom.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(LongerList(list_id, len(people)) for list_id, people in ordered[:most])
