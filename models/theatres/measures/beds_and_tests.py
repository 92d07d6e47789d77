"""Key figures of beds and of tests before surgery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.shared.problem import Measure
from models.theatres.entities import Appointment, PatientTest
from models.theatres.figures import night_figures
from models.theatres.measures.counting import count, mean, ratio
from models.theatres.plan import Plan

_SATURDAY = 5


def beds(plan: Plan) -> dict[str, Measure]:
    """The fullest night, the least to spare, and how full the ward is on week nights and at weekends."""
    instance = plan.instance
    nights = [night for night in night_figures(plan).values() if night.from_plan > 0.0]
    days = {on.date for on in instance.lists.values()}
    during = [night for night in night_figures(plan).values() if days and min(days) <= night.date <= max(days)]
    weekend = [night for night in during if night.date.weekday() >= _SATURDAY]
    return {
        "beds_peak_at_quantile": Measure(max((night.at_quantile for night in nights), default=0.0), "beds"),
        "least_spare_beds_at_quantile": Measure(
            min((night.beds_open - night.at_quantile for night in nights), default=0.0), "beds"
        ),
        "bed_occupancy_planned": Measure(
            ratio(sum(night.expected for night in during), sum(night.beds_open for night in during)), "share"
        ),
        "weekend_bed_nights_free_planned": Measure(
            sum(max(0.0, night.beds_open - night.expected) for night in weekend), "bed nights"
        ),
    }


def tests(plan: Plan) -> dict[str, Measure]:
    """Appointments this plan makes, when they are, and the six-week standard (DM01)."""
    instance = plan.instance
    hospital = [a for a in plan.appointments if instance.sites[a.site_id].kind == "hospital"]
    counted = [a for a in plan.appointments if instance.tests[a.test_id].dm01]
    late = tests_after_six_weeks(plan)
    lead = [
        (instance.lists[plan.list_of[a.patient_id]].date - a.start.date()).days
        for a in plan.appointments
        if a.patient_id in plan.list_of
    ]
    waiting, over = _waiting_at_end(plan)
    return {
        "tests_booked": count(plan.appointments, "appointments"),
        "tests_booked_at_fallback_hospitals": count(hospital, "appointments"),
        "tests_done_again": count((a for a in plan.appointments if _was_done(plan, a)), "appointments"),
        "tests_later_than_six_weeks": Measure(late, "appointments"),
        "tests_later_than_six_weeks_share": Measure(ratio(late, len(counted)), "share"),
        "tests_waiting_at_horizon_end": Measure(waiting, "tests"),
        "tests_waiting_over_six_weeks_at_horizon_end_share": Measure(ratio(over, waiting), "share"),
        "days_from_test_to_surgery": Measure(mean(lead), "days"),
    }


def tests_after_six_weeks(plan: Plan) -> int:
    """New appointments for counted diagnostic tests later than six weeks after their request (T-28)."""
    instance = plan.instance
    limit = dt.timedelta(days=instance.settings.dm01_days)
    return sum(
        instance.tests[made.test_id].dm01 and made.start.date() > _request(plan, made).requested_on + limit
        for made in plan.appointments
    )


def _waiting_at_end(plan: Plan) -> tuple[int, int]:
    """Counted tests asked for and not done when the horizon ends, and how many of them wait beyond six weeks."""
    instance, settings = plan.instance, plan.instance.settings
    end = settings.horizon_start + dt.timedelta(weeks=settings.horizon_weeks)
    made = {
        (a.patient_id, a.test_id)
        for a in (*instance.existing_appointments, *plan.appointments)
        if a.start.date() < end
    }
    waiting = [test.requested_on for patient, test in _counted_not_done(plan) if (patient, test.test_id) not in made]
    limit = dt.timedelta(days=settings.dm01_days)
    return len(waiting), sum(end > asked + limit for asked in waiting)


def _counted_not_done(plan: Plan) -> Iterator[tuple[str, PatientTest]]:
    for patient_id, patient in plan.instance.patients.items():
        for test in patient.tests:
            if plan.instance.tests[test.test_id].dm01 and test.done_on is None:
                yield patient_id, test


def _was_done(plan: Plan, made: Appointment) -> bool:
    """Whether the patient has had this test, or has an appointment for it: it will be too old on the day."""
    before = {(a.patient_id, a.test_id) for a in plan.instance.existing_appointments}
    return _request(plan, made).done_on is not None or (made.patient_id, made.test_id) in before


def _request(plan: Plan, made: Appointment) -> PatientTest:
    return next(t for t in plan.instance.patients[made.patient_id].tests if t.test_id == made.test_id)
