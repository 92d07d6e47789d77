"""What a plan is worth: every stage recomputed, and what the soft rules about people find."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from models.shared.findings import Finding
from models.theatres.checker.changes import kept_points, may_move
from models.theatres.checker.evidence import Evidence, finding, on_day
from models.theatres.checker.suitability import readiness_codes
from models.theatres.checker.tallies import wrong
from models.theatres.rules import LEAST_SHARE_PREFIX

RUN = "run.json"
# A share times a number of patients is meant in decimals: 0.07 x 100 is 7 patients, not 7.0000000000000009.
DIGITS_OF_A_PRODUCT = 9


def recorded_stages(evidence: Evidence, stage_values: Mapping[str, float | None]) -> Iterator[Finding]:
    """T-25: the run recorded the stages there are, in their order, each with the value the lists give."""
    ours = stages_of(evidence)
    for name, recorded in sorted(stage_values.items()):
        if name not in ours:
            yield wrong(f"stage {name} is not one of {', '.join(ours)}.", RUN)
        elif recorded is not None and not math.isclose(recorded, ours[name], abs_tol=1e-6):
            yield wrong(f"stage {name} was recorded as {recorded:g}; the lists give {ours[name]}.", RUN)
    for name in ours:
        if name not in stage_values:
            yield wrong(f"stage {name} was not recorded.", RUN)
    known = [name for name in stage_values if name in ours]
    if known != [name for name in ours if name in stage_values]:
        yield wrong(f"the stages were taken in the order {', '.join(known)}; it is {', '.join(ours)}.", RUN)


def stages_of(evidence: Evidence) -> dict[str, int]:
    """The value of every stage there is, in order.

    A patient wrongly booked twice counts twice in the minutes only.
    """
    settings = evidence.instance.settings
    kept = {"bookings_kept": _bookings_kept(evidence)} if may_move(evidence) else {}
    shares = {
        f"{LEAST_SHARE_PREFIX}{trust_id}": min(booked, least_booked(evidence, ready))
        for trust_id, (ready, booked) in sorted(ready_and_booked(evidence, by_trust(evidence)).items())
        if settings.least_trust_share > 0
    }
    due = any(patient.due_by is not None for patient in evidence.instance.patients.values())
    dates = {"due_dates_met": _due_dates_met(evidence)} if due else {}
    if settings.aim == "least_change":
        always = _always(evidence)
        urgent = {name: always[name] for name in ("p2_booked", "long_waits_booked")}
        return {**dates, **urgent, **kept, **shares, **always}
    return {**shares, **dates, **_always(evidence), **kept}


def _always(evidence: Evidence) -> dict[str, int]:
    """The stages every run has."""
    settings, booked = evidence.instance.settings, sorted(evidence.by_patient)
    priority = {patient_id: evidence.instance.patients[patient_id].priority for patient_id in booked}
    extra = {"P2": settings.weight_p2, "P3": settings.weight_p3}
    weeks = {patient_id: evidence.weeks_waited(patient_id) for patient_id in booked}
    return {
        "p2_booked": sum(priority[p] == "P2" for p in booked),
        "long_waits_booked": sum(weeks[p] >= settings.long_wait_weeks for p in booked),
        "long_waits_at_end_booked": sum(_weeks_at_end(evidence, p) >= settings.long_wait_weeks for p in booked),
        "weighted_wait": sum(
            settings.weight_case + settings.weight_week_waited * weeks[p] + extra.get(priority[p], 0) for p in booked
        ),
        "touch_minutes": sum(evidence.minutes_and_variance(c.patient_id, c.list_id)[0] for c in evidence.cases),
    }


def _weeks_at_end(evidence: Evidence, patient_id: str) -> int:
    """Whole weeks from the start of the clock to the end of the horizon."""
    settings = evidence.instance.settings
    days = settings.horizon_start - evidence.instance.patients[patient_id].clock_start
    return (days.days + 7 * settings.horizon_weeks) // 7


def _due_dates_met(evidence: Evidence) -> int:
    return sum(is_met(evidence, patient_id) for patient_id in evidence.by_patient)


def is_met(evidence: Evidence, patient_id: str) -> bool:
    """Whether a patient has a due date and is booked on or before it."""
    due, cases = evidence.instance.patients[patient_id].due_by, evidence.by_patient.get(patient_id, ())
    return due is not None and any(evidence.session(case).date <= due for case in cases)


def _bookings_kept(evidence: Evidence) -> int:
    return sum(kept_points(evidence, cases[0]) for cases in evidence.by_patient.values())


def by_trust(evidence: Evidence) -> Mapping[str, tuple[str, ...]]:
    """Home trust -> its patients."""
    patients = evidence.instance.patients.values()
    return {
        trust_id: tuple(p.patient_id for p in patients if p.trust_id == trust_id)
        for trust_id in evidence.instance.trusts
    }


def ready_and_booked(evidence: Evidence, groups: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, int]]:
    """Group -> its ready patients, all booked ones among them, and how many of these are booked."""
    found: dict[str, tuple[int, int]] = {}
    for group, patients in groups.items():
        booked = [patient_id in evidence.by_patient for patient_id in patients]
        ready = [at or not readiness_codes(evidence, p) for p, at in zip(patients, booked, strict=True)]
        found[group] = sum(ready), sum(booked)
    return found


def least_booked(evidence: Evidence, ready: int) -> int:
    """How many of so many ready patients of a trust should be booked at least."""
    return math.ceil(round(evidence.instance.settings.least_trust_share * ready, DIGITS_OF_A_PRODUCT))


def check_least_share_per_trust(evidence: Evidence) -> Iterator[Finding]:
    """T-36 (soft): of each home trust's ready patients at least the share set is booked."""
    where = evidence.where("fairness")
    for trust_id, (ready, booked) in sorted(ready_and_booked(evidence, by_trust(evidence)).items()):
        least = least_booked(evidence, ready)
        if booked < least:
            message = f"{booked} of {ready} ready patients of {trust_id} are booked; the share set asks for {least}."
            yield finding("least_share_per_trust", message, where, "note")


def check_due_dates_met(evidence: Evidence) -> Iterator[Finding]:
    """T-38 (soft): ready patients with a due date are booked by then."""
    for patient_id, patient in evidence.instance.patients.items():
        if patient.due_by is None or is_met(evidence, patient_id):
            continue
        cases = evidence.by_patient.get(patient_id, ())
        if cases or not readiness_codes(evidence, patient_id):
            now = f"is booked for {on_day(evidence.session(cases[0]).date)}" if cases else "is not booked"
            where = cases[0].where if cases else evidence.where("not_booked")
            message = f"{patient_id} is due by {on_day(patient.due_by)} and {now}."
            yield finding("due_dates_met", message, where, "note")


def check_least_change(evidence: Evidence) -> Iterator[Finding]:
    """T-40 (soft): patients keep the list they had."""
    for patient_id, (list_id, state) in sorted(evidence.instance.existing_bookings.items()):
        cases = evidence.by_patient.get(patient_id, ())
        if patient_id in evidence.fixed_list_of or any(case.list_id == list_id for case in cases):
            continue
        now = f"is on {cases[0].list_id}" if cases else "is not booked"
        where = cases[0].where if cases else evidence.where("not_booked")
        yield finding("least_change", f"{patient_id} had the {state} list {list_id} and {now}.", where, "note")
