"""What a plan is worth in each stage of the solve, so that any two plans can be set side by side, stage by stage."""

from __future__ import annotations

from collections import Counter

from models.shared.problem import Measure
from models.theatres.eligibility import readiness_codes
from models.theatres.plan import Plan
from models.theatres.rules import BEFORE_BOOKINGS_KEPT, LEAST_SHARE_PREFIX


def stages(plan: Plan) -> dict[str, Measure]:
    """The stages that apply to the instance, by name and in their order."""
    instance, booked = plan.instance, plan.list_of
    kept = {}
    if instance.movable_bookings:
        kept["bookings_kept"] = Measure(sum(instance.kept_points(p, at) for p, at in booked.items()), "points")
    touch = sum(instance.duration(p, at).mean_minutes for p, at in booked.items())
    found = {
        **_least_shares(plan),
        **_due_dates(plan),
        "p2_booked": _patients(sum(instance.patients[p].priority == "P2" for p in booked)),
        "long_waits_booked": _patients(sum(instance.is_long_wait(p) for p in booked)),
        "long_waits_at_end_booked": _patients(sum(instance.is_long_wait_at_end(p) for p in booked)),
        "weighted_wait": Measure(sum(instance.weight(p) for p in booked), "points"),
        "touch_minutes": Measure(touch, "minutes"),
    }
    if instance.settings.aim == "least_change":
        urgent = {name: found[name] for name in BEFORE_BOOKINGS_KEPT}
        return {**_due_dates(plan), **urgent, **kept, **found}
    return {**found, **kept}


def _least_shares(plan: Plan) -> dict[str, Measure]:
    """T-36: for each home trust how many are booked, up to the least share of its ready patients."""
    instance = plan.instance
    if instance.settings.least_trust_share <= 0:
        return {}
    ready = Counter(
        patient.trust_id
        for p, patient in instance.patients.items()
        if p in plan.list_of or not readiness_codes(instance, p)
    )
    booked = Counter(instance.patients[p].trust_id for p in plan.list_of)
    return {
        f"{LEAST_SHARE_PREFIX}{trust}": _patients(min(booked[trust], instance.least_booked(ready[trust])))
        for trust in sorted(instance.trusts)
    }


def _due_dates(plan: Plan) -> dict[str, Measure]:
    """T-38: patients booked by the date they are due; nothing when nobody has one."""
    due = {p: patient.due_by for p, patient in plan.instance.patients.items() if patient.due_by is not None}
    met = sum(p in plan.list_of and plan.instance.lists[plan.list_of[p]].date <= by for p, by in due.items())
    return {"due_dates_met": _patients(met)} if due else {}


def _patients(number: int) -> Measure:
    return Measure(number, "patients")
