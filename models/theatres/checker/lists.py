"""What happens on a list and between lists: times, overruns, surgeons, kit, image intensifiers."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import NormalDist

from models.shared.findings import Finding
from models.theatres.checker.evidence import Case, Evidence, at_time, finding, on_day

TOLERANCE_MINUTES = 1e-6


def check_list_time(evidence: Evidence) -> Iterator[Finding]:
    """T-08: the last case is expected to end by the end of the list."""
    for list_id, cases in evidence.by_list.items():
        session = evidence.instance.lists[list_id]
        last = max(cases, key=evidence.due_end, default=None)
        if last is not None and evidence.due_end(last) > session.end:
            over = (evidence.due_end(last) - session.end).seconds // 60
            message = (
                f"list {list_id}: {last.patient_id} is expected to end at {evidence.due_end(last):%H:%M}, "
                f"{over} minutes after the list ends at {session.end:%H:%M}."
            )
            yield finding("list_time", message, last.where)


def check_overrun_chance(evidence: Evidence) -> Iterator[Finding]:
    """T-09: expected end plus z standard deviations is no later than the end plus the grace (exact)."""
    settings = evidence.instance.settings
    limit = settings.overrun_probability_limit_share
    z = NormalDist().inv_cdf(1 - limit)
    for list_id, cases in evidence.by_list.items():
        if not cases:
            continue
        spare = spare_minutes(evidence, list_id)
        if z * math.sqrt(variance(evidence, cases)) > spare + TOLERANCE_MINUTES:
            chance = overrun_probability(evidence, list_id)
            message = (
                f"list {list_id} ends more than {settings.overrun_grace_minutes} minutes late with a chance of "
                f"{chance:.1%}; {limit:.1%} is allowed."
            )
            yield finding("overrun_chance", message, cases[-1].where)


def spare_minutes(evidence: Evidence, list_id: str) -> float:
    """Minutes from the expected end of the last case to the end of the list plus the grace."""
    session, grace = evidence.instance.lists[list_id], evidence.instance.settings.overrun_grace_minutes
    expected = max((evidence.due_end(case) for case in evidence.by_list[list_id]), default=session.start)
    return (session.end - expected).total_seconds() / 60 + grace


def variance(evidence: Evidence, cases: tuple[Case, ...]) -> float:
    """Sum of the variances of the touch minutes of these cases."""
    return math.fsum(evidence.minutes_and_variance(case.patient_id, case.list_id)[1] for case in cases)


def overrun_probability(evidence: Evidence, list_id: str) -> float:
    """The chance that a list ends later than its end plus the grace, durations normal and independent."""
    cases = evidence.by_list[list_id]
    spare, spread = spare_minutes(evidence, list_id), math.sqrt(variance(evidence, cases))
    if not cases:
        return 0.0
    if spread == 0:
        return float(spare < 0)
    return 1 - NormalDist().cdf(spare / spread)


def check_surgeon_in_one_place(evidence: Evidence) -> Iterator[Finding]:
    """T-10: no two cases of one surgeon run at the same time."""
    by_surgeon: dict[str, list[Case]] = defaultdict(list)
    for case in evidence.cases:
        by_surgeon[evidence.session(case).surgeon_id or ""].append(case)
    for surgeon_id, cases in sorted(by_surgeon.items()):
        for before, case in _overlaps(evidence, cases) if surgeon_id else ():
            message = (
                f"surgeon {surgeon_id} operates on {before.patient_id} (list {before.list_id}) until "
                f"{evidence.due_end(before):%H:%M} and on {case.patient_id} (list {case.list_id}) from "
                f"{at_time(case.start)}."
            )
            yield finding("surgeon_in_one_place", message, case.where)


def _overlaps(evidence: Evidence, cases: list[Case]) -> Iterator[tuple[Case, Case]]:
    """Each case that starts before an earlier one has ended, with the earlier one that ends last."""
    running: Case | None = None
    for case in sorted(cases, key=lambda c: (c.start, c.list_id, c.position)):
        if running is not None and case.start < evidence.due_end(running):
            yield running, case
        if running is None or evidence.due_end(case) > evidence.due_end(running):
            running = case


def check_surgeon_lists_a_week(evidence: Evidence) -> Iterator[Finding]:
    """T-11: no surgeon has cases on more lists, Monday to Sunday, than agreed."""
    lists: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for case in evidence.cases:
        session = evidence.session(case)
        if session.surgeon_id is not None:
            monday = session.date - dt.timedelta(days=session.date.weekday())
            lists[session.surgeon_id, monday].add(case.list_id)
    for (surgeon_id, monday), found in sorted(lists.items()):
        most = evidence.instance.surgeons[surgeon_id].max_lists_per_week
        if len(found) > most:
            message = (
                f"surgeon {surgeon_id} runs {len(found)} lists in the week of {on_day(monday)} "
                f"({', '.join(sorted(found))}); {most} agreed."
            )
            yield finding("surgeon_lists_a_week", message, evidence.where("theatre_lists"))


def check_kit_every_day(evidence: Evidence) -> Iterator[Finding]:
    """T-13: each day's cases that need a kit are no more than its sets can serve."""
    uses: dict[tuple[dt.date, str], list[str]] = defaultdict(list)
    for case in evidence.cases:
        for kit_id in evidence.operation(case.patient_id).kit:
            uses[evidence.session(case).date, kit_id].append(case.patient_id)
    for (day, kit_id), patients in sorted(uses.items()):
        kit = evidence.instance.kit[kit_id]
        if len(patients) > kit.sets * kit.cycles_per_day:
            message = (
                f"{on_day(day)}: {len(patients)} cases need {kit.name}; {kit.sets} sets serve "
                f"{kit.sets * kit.cycles_per_day} ({', '.join(sorted(patients))})."
            )
            yield finding("kit_every_day", message, evidence.where("theatre_lists"))


def check_image_intensifiers(evidence: Evidence) -> Iterator[Finding]:
    """T-14: whenever a case that needs one starts, no more are running than there are machines."""
    machines = evidence.instance.settings.image_intensifiers
    users = [c for c in evidence.cases if evidence.operation(c.patient_id).needs_image_intensifier]
    for case in users:
        running = [c for c in users if c.start <= case.start < evidence.due_end(c)]
        if len(running) > machines:
            message = (
                f"{at_time(case.start)}: {len(running)} cases need an image intensifier, there are {machines} "
                f"({', '.join(sorted(c.patient_id for c in running))})."
            )
            yield finding("image_intensifiers", message, case.where)


def check_times_follow_durations(evidence: Evidence) -> Iterator[Finding]:
    """T-21: cases follow one another in order, for their expected minutes, with the gap that has to lie between."""
    for list_id, cases in evidence.by_list.items():
        yield from _each_case(evidence, list_id, cases)
        for before, case in itertools.pairwise(cases):
            gap = evidence.gap_after(before.patient_id)
            free = (case.start - evidence.due_end(before)).total_seconds() / 60
            if free < gap:
                message = (
                    f"list {list_id}: {case.patient_id} starts at {case.start:%H:%M}, {free:.0f} minutes after "
                    f"{before.patient_id} ends; {gap} are needed."
                )
                yield finding("times_follow_durations", message, case.where)
    yield from _theatre_overlaps(evidence)


def _each_case(evidence: Evidence, list_id: str, cases: tuple[Case, ...]) -> Iterator[Finding]:
    rule, session = "times_follow_durations", evidence.instance.lists[list_id]
    for place, case in enumerate(cases, start=1):
        if case.position != place:
            message = f"list {list_id}: {case.patient_id} has position {case.position} but is number {place} in time."
            yield finding(rule, message, case.where)
        if case.start < session.start:
            message = f"list {list_id}: {case.patient_id} starts at {at_time(case.start)}, before the list."
            yield finding(rule, message, case.where)
        if case.end != evidence.due_end(case):
            minutes = evidence.minutes_and_variance(case.patient_id, list_id)[0]
            message = (
                f"list {list_id}: {case.patient_id} ends at {case.end:%H:%M}; from {case.start:%H:%M} with {minutes} "
                f"expected minutes it is {evidence.due_end(case):%H:%M}."
            )
            yield finding(rule, message, case.where)


def _theatre_overlaps(evidence: Evidence) -> Iterator[Finding]:
    by_theatre: dict[str, list[Case]] = defaultdict(list)
    for case in evidence.cases:
        by_theatre[evidence.session(case).theatre_id].append(case)
    for theatre_id, cases in sorted(by_theatre.items()):
        for before, case in _overlaps(evidence, cases):
            if before.list_id != case.list_id:
                message = (
                    f"theatre {theatre_id}: {case.patient_id} (list {case.list_id}) starts at {at_time(case.start)}, "
                    f"while {before.patient_id} (list {before.list_id}) is still there."
                )
                yield finding("times_follow_durations", message, case.where)
