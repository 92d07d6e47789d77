"""What the lists need together: staff in every shift, joints on a list, transport, trays and recovery bays."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.shared.findings import Finding
from models.theatres.checker.evidence import Case, Evidence, at_time, finding, on_day
from models.theatres.entities import Shift

Span = tuple[dt.datetime, dt.datetime]


def check_staff_every_session(evidence: Evidence) -> Iterator[Finding]:
    """T-29: in each shift the lists with a case do not need more people of a role than there are."""
    used = frozenset(list_id for list_id, cases in evidence.by_list.items() if cases)
    for shift in evidence.instance.shifts:
        needed = people_needed(evidence, shift, used)
        if needed > shift.available:
            role = evidence.instance.roles[shift.role]
            during = ", ".join(lists_in(evidence, shift, used))
            message = (
                f"{at_time(shift.start)} to {shift.end:%H:%M}: {needed} {role.name} are needed for lists {during}; "
                f"there are {shift.available}."
            )
            yield finding("staff_every_session", message, evidence.where("theatre_lists"))


def lists_in(evidence: Evidence, shift: Shift, used: frozenset[str]) -> list[str]:
    """Of these lists, those that overlap a shift."""
    lists = evidence.instance.lists
    return sorted(at for at in used if shift.start < lists[at].end and lists[at].start < shift.end)


def people_needed(evidence: Evidence, shift: Shift, used: frozenset[str]) -> int:
    """People of the shift's role that these lists need during it."""
    return evidence.instance.roles[shift.role].per_list * len(lists_in(evidence, shift, used))


def check_joints_per_list(evidence: Evidence) -> Iterator[Finding]:
    """T-30: no list has more joint replacements than agreed for it."""
    for list_id, cases in evidence.by_list.items():
        most = evidence.instance.lists[list_id].max_joints
        joints = [case for case in cases if evidence.operation(case.patient_id).is_joint]
        if most is not None and len(joints) > most:
            message = f"list {list_id} has {len(joints)} joint replacements; {most} agreed."
            yield finding("joints_per_list", message, joints[-1].where)


def check_transport_places(evidence: Evidence) -> Iterator[Finding]:
    """T-35: on no day do more patients need hospital transport than there are journeys."""
    most = evidence.instance.settings.transport_places_per_day
    for day, cases in evidence.by_day.items():
        brought = [case for case in cases if evidence.patient(case).hospital_transport]
        if len(brought) > most:
            who = ", ".join(sorted(case.patient_id for case in brought))
            message = (
                f"{on_day(day)}: {len(brought)} patients need hospital transport, {most} can be brought ({who})."
            )
            yield finding("transport_places", message, brought[-1].where)


def check_trays_ready(evidence: Evidence) -> Iterator[Finding]:
    """T-32: whenever a case takes a set of a kit, no more are in use or being reprocessed than there are."""
    for cases in evidence.by_day.values():
        holders: dict[str, list[tuple[Case, Span]]] = defaultdict(list)
        for case in cases:
            for kit_id in evidence.operation(case.patient_id).kit:
                again = dt.timedelta(minutes=evidence.instance.kit[kit_id].reprocess_minutes)
                holders[kit_id].append((case, (case.start, evidence.due_end(case) + again)))
        for kit_id, held in sorted(holders.items()):
            kit = evidence.instance.kit[kit_id]
            for case, number in _crowded(held, kit.sets):
                message = (
                    f"{at_time(case.start)}: {case.patient_id} needs {kit.name}; with it {number} sets are in use or "
                    f"being reprocessed, there are {kit.sets}."
                )
                yield finding("trays_ready", message, case.where)


def check_recovery_bays(evidence: Evidence) -> Iterator[Finding]:
    """T-33: whenever a case ends, no more patients are in recovery than there are bays."""
    bays = evidence.instance.settings.recovery_bays
    for case, number in _crowded([(case, in_recovery(evidence, case)) for case in evidence.cases], bays):
        message = (
            f"{at_time(evidence.due_end(case))}: {case.patient_id} comes into recovery as number {number}; there are "
            f"{bays} bays."
        )
        yield finding("recovery_bays", message, case.where)


def in_recovery(evidence: Evidence, case: Case) -> Span:
    """From the end of a case until its bay is free again."""
    end = evidence.due_end(case)
    return end, end + dt.timedelta(minutes=evidence.operation(case.patient_id).recovery_minutes)


def most_at_once(spans: Sequence[Span]) -> int:
    """The most of these half-open spans that hold one moment; empty spans hold none."""
    changes = sorted(change for start, end in spans if start < end for change in ((start, 1), (end, -1)))
    most = now = 0
    for _, change in changes:  # at one moment those that end come before those that start
        now += change
        most = max(most, now)
    return most


def _crowded(held: Sequence[tuple[Case, Span]], most: int) -> Iterator[tuple[Case, int]]:
    """Each case at whose start more spans hold than there may, with how many; the numbers only rise at a start."""
    if most_at_once([span for _, span in held]) <= most:
        return
    for case, (start, end) in held:
        number = sum(first <= start < last for _, (first, last) in held)
        if start < end and number > most:
            yield case, number
