"""A week of operations as it turns out: who cancels, how long cases take, who is sent home, who stays in a bed."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from models.theatres.day_order import gap_minutes
from models.theatres.plan import Booking, Plan
from models.theatres.rolling.world import Stay, World
from models.theatres.rules import DAYS_UNTIL_DUE

# Patients who cancel in the week of their operation; the place is lost. An assumption.
PATIENT_CANCELS_SHARE = 0.03


@dataclass(frozen=True)
class Week:
    """One week: cases done, lists run and late (beyond the grace), minutes over, cancellations, waits at its end."""

    first_day: dt.date
    cases: int
    lists: int
    late_lists: int
    minutes_over: float
    cancelled_by_patients: int
    cancelled_on_the_day: int
    most_beds_share: float
    nights_over_beds: int
    long_waits: int
    waiting: int


def live_through(world: World, plan: Plan) -> Week:
    """Run the lists of the week from `world.today` as the plan has them, and move the world on by a week."""
    end = world.today + dt.timedelta(days=7)
    world.tests_done(end)
    tally = _Tally()
    for list_id, cases in plan.by_list.items():
        on = world.year.lists[list_id]
        todays = [case for case in cases if world.agreed.get(case.patient_id) == list_id]
        if world.today <= on.date < end and todays:
            _run_list(world, plan, list_id, todays, tally)
    most_share, nights_over = 0.0, 0
    for night in (world.today + dt.timedelta(days=at) for at in range(7)):
        for known, taken in world.beds_taken(night):
            most_share = max(most_share, taken / known.beds_open if known.beds_open else 0.0)
            nights_over += taken > known.beds_open
    first_day, world.today = world.today, end
    world.stays = [stay for stay in world.stays if (end - stay.operated_on).days <= len(stay.nights)]
    return Week(
        first_day,
        tally.cases,
        tally.lists,
        tally.late_lists,
        tally.minutes_over,
        tally.cancelled_by_patients,
        tally.cancelled_on_the_day,
        most_share,
        nights_over,
        world.long_waits(),
        len(world.waiting),
    )


@dataclass
class _Tally:
    cases: int = 0
    lists: int = 0
    late_lists: int = 0
    minutes_over: float = 0.0
    cancelled_by_patients: int = 0
    cancelled_on_the_day: int = 0


def _run_list(world: World, plan: Plan, list_id: str, cases: list[Booking], tally: _Tally) -> None:
    settings, luck, on = world.year.settings, world.luck, world.year.lists[list_id]
    clock = luck.exponential(settings.mean_late_start_minutes, "late", list_id)
    day = luck.normal("day", list_id)
    last_end, sent_home = 0.0, False
    for case in cases:
        patient_id = case.patient_id
        if luck.happens(PATIENT_CANCELS_SHARE, "patient cancels", patient_id, on.date):
            tally.cancelled_by_patients += 1
            world.leave_list(patient_id)
            continue
        clock = max(clock, (case.start - on.start).total_seconds() / 60)
        mean = plan.instance.duration(patient_id, list_id).mean_minutes
        sent_home = sent_home or clock + mean > on.minutes + settings.cancel_over_minutes
        if sent_home:
            tally.cancelled_on_the_day += 1
            world.leave_list(patient_id, on.date + dt.timedelta(days=DAYS_UNTIL_DUE))
            continue
        last_end = clock + _minutes(world, plan, case, day)
        spread = settings.turnaround_sd_minutes * luck.normal("turnaround", patient_id)
        clock = last_end + max(0.0, gap_minutes(plan.instance, plan.instance.patients[patient_id]) + spread)
        _operated(world, plan, patient_id, on.date)
        tally.cases += 1
    over = max(0.0, last_end - on.minutes)
    tally.lists += 1
    tally.late_lists += over > settings.overrun_grace_minutes
    tally.minutes_over += over


def _minutes(world: World, plan: Plan, case: Booking, day: float) -> float:
    """How long a case takes: lognormal, correlated with the others of its list by the common draw of the day."""
    known = plan.instance.duration(case.patient_id, case.list_id)
    share = world.year.settings.duration_correlation_share
    z = math.sqrt(share) * day + math.sqrt(1 - share) * world.luck.normal("touch", case.patient_id)
    sigma2 = math.log1p(known.variance_minutes2 / known.mean_minutes**2)
    return known.mean_minutes * math.exp(math.sqrt(sigma2) * z - sigma2 / 2)


def _operated(world: World, plan: Plan, patient_id: str, day: dt.date) -> None:
    """The patient leaves the waiting list and goes to a bed."""
    ward = plan.instance.procedure_of(patient_id).ward_id
    nights = plan.instance.stay(patient_id)
    world.stays.append(Stay(ward, day, nights, world.luck.share("stay", patient_id)))
    del world.waiting[patient_id], world.agreed[patient_id]
    world.appointments = [made for made in world.appointments if made.patient_id != patient_id]
