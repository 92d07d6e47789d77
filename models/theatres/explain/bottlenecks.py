"""What is used up in a plan: kit by day, test places by week, beds by night, image intensifiers at once."""

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


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())
