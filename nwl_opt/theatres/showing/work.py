"""Worklists: who stands by, and what somebody has to do about whom; sifted as asked, and as rows of a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from models.theatres.output_tables import WORKLISTS
from models.theatres.words import day_text
from nwl_opt.theatres.printing.sheets import clock
from nwl_opt.theatres.showing.shown import ShownRun

WORKLIST_WORDS = {
    "validation": "Validation: ask whether the operation is still wanted and needed",
    "consent": "Consent",
    "pre_operative_check": "Checks before the operation",
    "clinical_review": "Clinical review",
    "harm_review": "Harm review of long waits",
    "surgeon": "A surgeon to be named",
}


@dataclass(frozen=True)
class WorkLine:
    """Something to be done about a patient."""

    worklist: str
    patient_id: str
    priority: str
    weeks_waited: int
    operation: str
    reason: str
    blocks_booking: bool
    operation_day: str


@dataclass(frozen=True)
class WorkCount:
    """A worklist at a glance."""

    worklist: str
    words: str
    patients: int
    cannot_be_booked: int


@dataclass(frozen=True)
class StandbyLine:
    """Somebody who can be called for a list."""

    list_id: str
    date: dt.date
    day: str
    where: str
    surgeon: str
    place: int
    patient_id: str
    operation: str
    instead_of: str
    weeks_waited: int


def work_counts(shown: ShownRun) -> tuple[WorkCount, ...]:
    """How many patients stand on each worklist, and how many of them nobody can book until it is done."""
    people: dict[str, set[str]] = {name: set() for name in WORKLISTS}
    stopped: dict[str, set[str]] = {name: set() for name in WORKLISTS}
    for row in shown.tables["worklists"]:
        people[row.text("worklist")].add(row.text("patient_id"))
        if row.flag("blocks_booking"):
            stopped[row.text("worklist")].add(row.text("patient_id"))
    return tuple(
        WorkCount(name, WORKLIST_WORDS[name], len(people[name]), len(stopped[name]))
        for name in WORKLISTS
        if people[name]
    )


def work_lines(shown: ShownRun, worklist: str = "", only_blocking: bool = False) -> tuple[WorkLine, ...]:
    """What is to be done, of one worklist or of all, the longest waits first within each."""
    lines = [
        _line(shown, row.text("worklist"), row.text("patient_id"), row.text("reason"), row.flag("blocks_booking"))
        for row in shown.tables["worklists"]
        if worklist in ("", row.text("worklist")) and (row.flag("blocks_booking") or not only_blocking)
    ]
    return tuple(
        sorted(lines, key=lambda line: (WORKLISTS.index(line.worklist), -line.weeks_waited, line.patient_id))
    )


def _line(shown: ShownRun, worklist: str, patient_id: str, reason: str, blocks_booking: bool) -> WorkLine:
    case, instance = shown.case_of(patient_id), shown.instance
    return WorkLine(
        worklist=worklist,
        patient_id=patient_id,
        priority=instance.patients[patient_id].priority,
        weeks_waited=instance.wait_weeks(patient_id),
        operation=instance.procedure_of(patient_id).name,
        reason=reason,
        blocks_booking=blocks_booking,
        operation_day="" if case is None else day_text(case.date("date")),
    )


def standby_lists(shown: ShownRun) -> tuple[tuple[str, str, int], ...]:
    """The lists for which somebody stands by: id, words, and how many; in the order of time."""
    counts = Counter(row.text("list_id") for row in shown.tables["standby"])
    lists = sorted((shown.instance.lists[list_id] for list_id in counts), key=lambda on: (on.start, on.list_id))
    return tuple(
        (on.list_id, f"{day_text(on.date)}, {_theatre(shown, on.list_id)}", counts[on.list_id]) for on in lists
    )


def standby_lines(shown: ShownRun, list_id: str = "") -> tuple[StandbyLine, ...]:
    """Who can be called, of one list or of all, in the order of time and of places."""
    lines = [
        StandbyLine(
            list_id=(at := row.text("list_id")),
            date=shown.instance.lists[at].date,
            day=day_text(shown.instance.lists[at].date),
            where=f"{_theatre(shown, at)}, {clock(shown.instance.lists[at].start)}",
            surgeon=shown.instance.lists[at].surgeon_id or "none",
            place=row.integer("place"),
            patient_id=row.text("patient_id"),
            operation=shown.instance.procedure_of(row.text("patient_id")).name,
            instead_of=row.text("instead_of"),
            weeks_waited=row.integer("weeks_waited"),
        )
        for row in shown.tables["standby"]
        if list_id in ("", row.text("list_id"))
    ]
    return tuple(sorted(lines, key=lambda line: (shown.instance.lists[line.list_id].start, line.list_id, line.place)))


WORK_HEADER = (
    "worklist",
    "patient_id",
    "priority",
    "weeks_waited",
    "operation",
    "reason",
    "blocks_booking",
    "date_booked",
)
STANDBY_HEADER = (
    "date",
    "list_id",
    "theatre_and_start",
    "surgeon_id",
    "place",
    "patient_id",
    "operation",
    "instead_of",
    "weeks_waited",
)


def work_rows(lines: tuple[WorkLine, ...]) -> list[list[str]]:
    """The lines as rows of a file."""
    return [
        [
            line.worklist,
            line.patient_id,
            line.priority,
            str(line.weeks_waited),
            line.operation,
            line.reason,
            "yes" if line.blocks_booking else "no",
            line.operation_day,
        ]
        for line in lines
    ]


def standby_rows(lines: tuple[StandbyLine, ...]) -> list[list[str]]:
    """The lines as rows of a file."""
    return [
        [
            line.date.isoformat(),
            line.list_id,
            line.where,
            line.surgeon,
            str(line.place),
            line.patient_id,
            line.operation,
            line.instead_of,
            str(line.weeks_waited),
        ]
        for line in lines
    ]


def _theatre(shown: ShownRun, list_id: str) -> str:
    return shown.instance.theatres[shown.instance.lists[list_id].theatre_id].name
