"""Who holds what when on a day: theatres, surgeons, recovery bays, image intensifiers and sets, as lanes of spans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from models.shared.parsing import Row
from models.theatres.entities import Kit, TheatreList
from nwl_opt.theatres.printing.sheets import clock
from nwl_opt.theatres.showing.shown import ShownRun

SpanKind = Literal["case", "turnaround", "surgeon", "elsewhere", "recovery", "intensifier", "set", "reprocessing"]


@dataclass(frozen=True)
class Span:
    """Something held from one moment to another; `state` only of a case, `patient_id` of all but turnarounds."""

    kind: SpanKind
    start: dt.datetime
    end: dt.datetime
    label: str
    words: str
    patient_id: str = ""
    state: str = ""


@dataclass(frozen=True)
class Lane:
    """One theatre, surgeon, bay, machine or set, with what holds it.

    `lists` are the lists of a theatre, `closed` the ids of those on which nobody can be operated.
    """

    name: str
    spans: tuple[Span, ...]
    lists: tuple[TheatreList, ...] = ()
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LaneGroup:
    """Lanes of one kind."""

    title: str
    lanes: tuple[Lane, ...]


def lane_groups(shown: ShownRun, date: dt.date) -> tuple[LaneGroup, ...]:
    """Every group of a day that holds something; theatres are always there when there are lists."""
    rows = [row for on in shown.lists_on(date) for row in shown.cases(on.list_id)]
    rows.sort(key=lambda row: (row.moment("start"), row.text("theatre")))
    bays = _numbered("Bay", [_recovery(shown, row) for row in rows])
    machines = _numbered("C-arm", [_machine(row) for row in rows if _needs_machine(shown, row)])
    kits = shown.instance.kit.values()
    groups = (
        LaneGroup("Theatres", tuple(_theatres(shown, date))),
        LaneGroup("Surgeons", tuple(_surgeons(shown, date, rows))),
        LaneGroup("Recovery", tuple(bays)),
        LaneGroup("Image intensifiers (C-arms)", tuple(machines)),
        *(LaneGroup(kit.name, tuple(_sets(shown, kit, rows))) for kit in kits),
    )
    return tuple(group for group in groups if group.lanes)


def _theatres(shown: ShownRun, date: dt.date) -> Iterator[Lane]:
    for theatre_id, name in shown.theatres:
        lists = tuple(on for on in shown.lists_on(date) if on.theatre_id == theatre_id)
        if lists:
            spans = [span for on in lists for span in _of_list(shown, on)]
            closed = frozenset(on.list_id for on in lists if _is_closed(shown, on))
            yield Lane(name, tuple(spans), lists, closed)


def _is_closed(shown: ShownRun, on: TheatreList) -> bool:
    return not shown.figures(on.list_id).flag("usable") and not shown.cases(on.list_id)


def _of_list(shown: ShownRun, on: TheatreList) -> Iterator[Span]:
    rows = shown.cases(on.list_id)
    for row in rows:
        patient_id, start, end = row.text("patient_id"), row.moment("start"), row.moment("end")
        words = f"{patient_id}, {row.text('procedure')}, {clock(start)} to {clock(end)}, {row.text('state')}"
        yield Span("case", start, end, f"{patient_id} {row.text('procedure')}", words, patient_id, row.text("state"))
        gap = row.integer("turnaround_minutes")
        if gap and row is not rows[-1]:
            until = end + dt.timedelta(minutes=gap)
            what = "clean-down" if shown.instance.patients[patient_id].infection_risk == "yes" else "turnaround"
            yield Span("turnaround", end, until, "", f"{what}, {gap} minutes from {clock(end)}")


def _surgeons(shown: ShownRun, date: dt.date, rows: Sequence[Row]) -> Iterator[Lane]:
    for surgeon_id in sorted({row.text("surgeon_id") for row in rows}):
        spans = [_held(row, "surgeon") for row in rows if row.text("surgeon_id") == surgeon_id]
        for elsewhere in shown.instance.surgeons[surgeon_id].commitments:
            if elsewhere.start.date() == date:
                words = f"elsewhere, {clock(elsewhere.start)} to {clock(elsewhere.end)}"
                spans.append(Span("elsewhere", elsewhere.start, elsewhere.end, "elsewhere", words))
        yield Lane(surgeon_id, tuple(sorted(spans, key=lambda span: span.start)))


def _held(row: Row, kind: SpanKind) -> Span:
    patient_id, start, end = row.text("patient_id"), row.moment("start"), row.moment("end")
    words = f"{patient_id}, {row.text('theatre')}, {clock(start)} to {clock(end)}"
    return Span(kind, start, end, f"{patient_id}, {row.text('theatre')}", words, patient_id)


def _recovery(shown: ShownRun, row: Row) -> tuple[Span, ...]:
    patient_id, start = row.text("patient_id"), row.moment("end")
    minutes = shown.instance.procedure_of(patient_id).recovery_minutes
    if not minutes:
        return ()
    end = start + dt.timedelta(minutes=minutes)
    words = f"{patient_id} in recovery, {clock(start)} to {clock(end)}"
    return (Span("recovery", start, end, patient_id, words, patient_id),)


def _needs_machine(shown: ShownRun, row: Row) -> bool:
    return shown.instance.procedure_of(row.text("patient_id")).needs_image_intensifier


def _machine(row: Row) -> tuple[Span, ...]:
    return (_held(row, "intensifier"),)


def _sets(shown: ShownRun, kit: Kit, rows: Sequence[Row]) -> Iterator[Lane]:
    uses: list[tuple[Span, ...]] = []
    for row in rows:
        patient_id, end = row.text("patient_id"), row.moment("end")
        if kit.kit_id in shown.instance.procedure_of(patient_id).kit:
            ready = end + dt.timedelta(minutes=kit.reprocess_minutes)
            words = f"reprocessing after {patient_id}, ready at {clock(ready)}"
            after = (Span("reprocessing", end, ready, "", words, patient_id),) if kit.reprocess_minutes else ()
            uses.append((_held(row, "set"), *after))
    yield from _numbered("Set", uses)


def _numbered(name: str, uses: Iterable[tuple[Span, ...]]) -> Iterator[Lane]:
    """As few lanes as hold all uses: which of equal things a use takes is not planned, only that one is free."""
    lanes: list[list[Span]] = []
    for use in sorted((use for use in uses if use), key=lambda use: (use[0].start, use[0].patient_id)):
        lane = next((one for one in lanes if one[-1].end <= use[0].start), None)
        if lane is None:
            lane = []
            lanes.append(lane)
        lane.extend(use)
    for at, spans in enumerate(lanes, start=1):
        yield Lane(f"{name} {at}", tuple(spans))
