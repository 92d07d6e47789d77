"""The values of the stages of a set of bookings, counted from the definitions and not by the model."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from models.theatres.checker.aims import by_trust
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.suitability import readiness_codes
from models.theatres.instance import Instance

Values = tuple[int, ...]


def values_of(instance: Instance, list_of: Mapping[str, str]) -> Values:
    """The values of the stages of a set of bookings, counted here and not by the model."""
    return tuple(valued(instance, list_of).values())


def valued(instance: Instance, list_of: Mapping[str, str]) -> dict[str, int]:
    """Stage -> value, in the order of the stages."""
    s, evidence = instance.settings, Evidence(instance, {})
    gains = [gains_of(evidence, p, list_id) for p, list_id in list_of.items()]
    sums = {name: sum(gain[name] for gain in gains) for name in gain_names(evidence)}
    shares: dict[str, int] = {}
    if s.least_trust_share > 0:
        for trust_id, patients in sorted(by_trust(evidence).items()):
            ready = [p for p in patients if p in list_of or not readiness_codes(evidence, p)]
            least = math.ceil(round(s.least_trust_share * len(ready), 9))
            shares[f"least_share_{trust_id}"] = min(least, sum(p in list_of for p in patients))
    kept = {"bookings_kept": sums.pop("bookings_kept")} if "bookings_kept" in sums else {}
    dates = {"due_dates_met": sums["due_dates_met"]} if "due_dates_met" in sums else {}
    urgent = {name: sums[name] for name in ("p2_booked", "long_waits_booked")}
    return {**dates, **urgent, **kept, **shares, **sums} if s.aim == "least_change" else {**shares, **sums, **kept}


def gain_names(evidence: Evidence) -> list[str]:
    """The stages that are sums over booked patients."""
    instance = evidence.instance
    names = ["p2_booked", "long_waits_booked", "long_waits_at_end_booked", "weighted_wait", "touch_minutes"]
    if any(p.due_by for p in instance.patients.values()):
        names.insert(0, "due_dates_met")
    return [*names, "bookings_kept"] if set(instance.existing_bookings) - set(evidence.fixed_list_of) else names


def gains_of(evidence: Evidence, patient_id: str, list_id: str) -> dict[str, int]:
    """What a booking adds to each stage."""
    instance, s = evidence.instance, evidence.instance.settings
    p, on = instance.patients[patient_id], instance.lists[list_id]
    weeks = (s.planning_date - p.clock_start).days // 7
    at_end = (s.horizon_start + dt.timedelta(weeks=s.horizon_weeks) - p.clock_start).days // 7
    return {
        "due_dates_met": int(p.due_by is not None and on.date <= p.due_by),
        "p2_booked": int(p.priority == "P2"),
        "long_waits_booked": int(weeks >= s.long_wait_weeks),
        "long_waits_at_end_booked": int(at_end >= s.long_wait_weeks),
        "weighted_wait": s.weight_case
        + s.weight_week_waited * weeks
        + {"P2": s.weight_p2, "P3": s.weight_p3}.get(p.priority, 0),
        "touch_minutes": evidence.minutes_and_variance(patient_id, list_id)[0],
        "bookings_kept": _kept(evidence, patient_id, list_id),
    }


def _kept(evidence: Evidence, patient_id: str, list_id: str) -> int:
    instance, s = evidence.instance, evidence.instance.settings
    if patient_id not in instance.existing_bookings or patient_id in evidence.fixed_list_of:
        return 0
    before_id, state = instance.existing_bookings[patient_id]
    before, now = instance.lists[before_id].date, instance.lists[list_id].date
    points = {"proposed": s.weight_kept_proposed, "offered": s.weight_kept_offered}.get(state, s.weight_kept_agreed)
    same_week = before - dt.timedelta(before.weekday()) == now - dt.timedelta(now.weekday())
    share = 4 if list_id == before_id else 2 if now == before else int(same_week)
    return points * share * (2 if (before - s.planning_date).days <= s.freeze_days else 1)
