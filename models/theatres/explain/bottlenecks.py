"""What is used up in a plan: kit by day, tests by week, beds by night, staff by shift, machines and bays at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from models.theatres.figures import NightFigures, night_figures
from models.theatres.plan import Plan


@dataclass(frozen=True)
class KitUse:
    """How one kind of kit is used over the days with lists."""

    kit_id: str
    uses_a_day: int
    busiest_day: dt.date
    most_uses: int
    days_used_up: int
    days: int


@dataclass(frozen=True)
class TestWeek:
    """Places of one test in the week from a Monday: on offer with notice, and taken."""

    __test__ = False  # not a test class, whatever its name says to pytest

    test_id: str
    week: dt.date
    places: int
    taken: int

    @property
    def taken_share(self) -> float:
        return self.taken / self.places if self.places else 0.0


def kit_use(plan: Plan) -> list[KitUse]:
    """Every kind of kit, by id."""
    instance = plan.instance
    days = sorted({on.date for on in instance.lists.values()})
    used = Counter(
        (kit_id, instance.lists[list_id].date)
        for patient_id, list_id in plan.list_of.items()
        for kit_id in instance.procedure_of(patient_id).kit
    )
    found = []
    for kit_id, kit in instance.kit.items():
        if days:
            busiest = max(days, key=lambda day: (used[kit_id, day], -day.toordinal()))
            up = sum(used[kit_id, day] >= kit.cases_per_day for day in days)
            found.append(KitUse(kit_id, kit.cases_per_day, busiest, used[kit_id, busiest], up, len(days)))
    return found


def test_weeks(plan: Plan) -> list[TestWeek]:
    """Every test and week with places on offer from the first day with notice, by test and week."""
    instance = plan.instance
    first = instance.planning_date + dt.timedelta(days=instance.settings.test_notice_days)
    places: Counter[tuple[str, dt.date]] = Counter()
    for run in instance.sessions:
        if run.date >= first:
            places[run.test_id, monday(run.date)] += run.slots * run.places
    taken = Counter(
        (made.test_id, monday(made.start.date()))
        for made in (*instance.existing_appointments, *plan.appointments)
        if made.start.date() >= first
    )
    return [TestWeek(test, week, count, taken[test, week]) for (test, week), count in sorted(places.items())]


def tightest_nights(plan: Plan) -> list[NightFigures]:
    """The nights on which the plan puts somebody in a bed, those with the least spare beds first."""
    nights = [night for night in night_figures(plan).values() if night.from_plan > 0.0]
    return sorted(nights, key=lambda n: (n.beds_open - n.at_quantile, n.date, n.ward_id))


def most_machines_at_once(plan: Plan) -> int:
    """The most image intensifiers in use at one moment."""
    cases = [b for b in plan.bookings if plan.instance.procedure_of(b.patient_id).needs_image_intensifier]
    return max((sum(other.start <= case.start < other.end for other in cases) for case in cases), default=0)


def most_in_recovery_at_once(plan: Plan) -> int:
    """The most patients in recovery at one moment."""
    stays = [
        (case.end, case.end + dt.timedelta(minutes=plan.instance.procedure_of(case.patient_id).recovery_minutes))
        for case in plan.bookings
    ]
    return max((sum(start <= moment < end for start, end in stays) for moment, _ in stays), default=0)


def shifts_taken(plan: Plan) -> dict[str, tuple[int, int]]:
    """Role -> shifts in which nobody is left for another list, and shifts with lists in use."""
    used = [plan.instance.lists[at] for at, cases in plan.by_list.items() if cases]
    full: Counter[str] = Counter()
    shifts: Counter[str] = Counter()
    for shift in plan.instance.shifts:
        role = plan.instance.roles.get(shift.role)
        lists = sum(shift.overlaps(on) for on in used)
        if role is not None and role.per_list and lists:
            shifts[shift.role] += 1
            full[shift.role] += role.per_list * (lists + 1) > shift.available
    return {role: (full[role], shifts[role]) for role in sorted(shifts)}


def weeks_of_surgeons(plan: Plan) -> tuple[int, int]:
    """Weeks in which a surgeon runs all the lists agreed, and weeks in which one has a list."""
    lists = plan.instance.lists.values()
    weeks = {(on.surgeon_id, monday(on.date)) for on in lists if on.surgeon_id is not None}
    runs = Counter((on.surgeon_id, monday(on.date)) for on in lists if plan.by_list[on.list_id])
    full = sum(
        surgeon_id is not None and runs[surgeon_id, week] >= plan.instance.surgeons[surgeon_id].max_lists_per_week
        for surgeon_id, week in weeks
    )
    return full, len(weeks)


def days_of_transport(plan: Plan) -> tuple[int, int]:
    """Days on which every place on hospital transport is taken, and days with lists."""
    instance = plan.instance
    taken = Counter(
        instance.lists[at].date for p, at in plan.list_of.items() if instance.patients[p].hospital_transport
    )
    places = instance.settings.transport_places_per_day
    return sum(number >= places for number in taken.values()), len({on.date for on in instance.lists.values()})


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())
