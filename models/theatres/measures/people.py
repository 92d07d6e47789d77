"""Key figures of patients: who is booked, who waits at the end of the horizon, what was promised."""

from __future__ import annotations

import datetime as dt

from models.shared.problem import Measure
from models.theatres.eligibility import readiness_codes
from models.theatres.fairness import fairness
from models.theatres.measures.counting import count, percentile, ratio
from models.theatres.plan import Plan

EIGHTEEN_WEEKS = 18


def people(plan: Plan) -> dict[str, Measure]:
    """Booked, ready and not booked, not ready: all, P2 and long waits."""
    instance, booked = plan.instance, plan.list_of
    ready = {p for p in instance.patients if not readiness_codes(instance, p)}
    p2 = {p for p, patient in instance.patients.items() if patient.priority == "P2"}
    long = {p for p in instance.patients if instance.is_long_wait(p)}
    weeks = [instance.wait_weeks(p) for p in booked]
    return {
        "cases": count(booked),
        "ready_not_booked": count(ready - booked.keys()),
        "not_ready": count(instance.patients.keys() - ready - booked.keys()),
        "p2_ready_not_booked": count((p2 & ready) - booked.keys()),
        "p2_not_ready": count(p2 - ready - booked.keys()),
        "long_waits_now": count(long),
        "long_waits_ready_not_booked": count((long & ready) - booked.keys()),
        "long_waits_not_ready": count(long - ready - booked.keys()),
        "median_weeks_waited_by_booked": Measure(percentile(weeks, 0.5), "weeks"),
    }


def waiting_at_end(plan: Plan) -> dict[str, Measure]:
    """Those without a list, with the wait they will have when the horizon ends."""
    instance = plan.instance
    left = [p for p in instance.patients if p not in plan.list_of]
    weeks = [instance.wait_weeks_at_end(p) for p in left]
    under = sum(one < EIGHTEEN_WEEKS for one in weeks)
    return {
        "long_waits_at_horizon_end": count(p for p in left if instance.is_long_wait_at_end(p)),
        "median_weeks_waiting_at_horizon_end": Measure(percentile(weeks, 0.5), "weeks"),
        "weeks_waiting_at_horizon_end_95_of_100_are_within": Measure(percentile(weeks, 0.95), "weeks"),
        "share_waiting_under_18_weeks_at_horizon_end": Measure(ratio(under, len(left)), "share"),
    }


def promises(plan: Plan) -> dict[str, Measure]:
    """Dates set: 28 days after a cancellation on the day, and the bookings of the plan before."""
    instance = plan.instance
    due = {p: patient.due_by for p, patient in instance.patients.items() if patient.due_by is not None}
    missed = [p for p, by in due.items() if p not in plan.list_of or instance.lists[plan.list_of[p]].date > by]
    found = {"due_dates_missed": count(missed)}
    before = instance.existing_bookings
    if before:
        changed = [p for p, (list_id, _) in before.items() if _day(plan, p) != instance.lists[list_id].date]
        found["bookings_with_another_day"] = count(changed)
        found["bookings_with_another_day_share"] = Measure(ratio(len(changed), len(before)), "share")
    return found


def shares(plan: Plan) -> dict[str, Measure]:
    """Booked share of the ready patients of each home trust and each deprivation quintile (1 most deprived)."""
    return {
        f"booked_share_{group.kind}_{group.value}": Measure(group.booked_share, "share") for group in fairness(plan)
    }


def _day(plan: Plan, patient_id: str) -> dt.date | None:
    list_id = plan.list_of.get(patient_id)
    return None if list_id is None else plan.instance.lists[list_id].date
