"""Key figures of a plan. `planned` figures follow from expected times; `simulated` ones from random days.

Utilisation is a ratio of sums over all usable lists (staffed, with a surgeon), empty ones included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.shared.problem import Measure
from models.theatres.day_order import pairs_in_wrong_order
from models.theatres.eligibility import readiness_codes
from models.theatres.figures import list_figures, night_figures
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.simulation import Simulation

# A list of at least this many minutes counts as an all-day list.
ALL_DAY_MINUTES = 420


# What is printed first, beside the baselines; the others follow.
_FIRST = (
    "cases", "p2_booked", "p2_ready_not_booked", "long_waits_booked", "long_waits_ready_not_booked",
    "long_waits_at_horizon_end", "weighted_wait", "ready_not_booked", "cases_per_usable_list",
    "joints_per_all_day_list", "capped_utilisation_planned", "capped_utilisation_simulated",
    "overrun_probability_simulated", "beds_peak_at_quantile", "tests_booked", "tests_later_than_six_weeks",
)  # fmt: skip


def measures(plan: Plan) -> dict[str, Measure]:
    """All key figures by name, in the order in which they are printed."""
    found = {
        **_people(plan),
        **_lists(plan),
        **_simulated(plan),
        **_beds_and_tests(plan),
        **_order(plan),
        **_fairness(plan),
    }
    return {name: found[name] for name in (*_FIRST, *(name for name in found if name not in _FIRST))}


def _people(plan: Plan) -> dict[str, Measure]:
    instance, booked = plan.instance, plan.list_of
    ready = {p for p in instance.patients if not readiness_codes(instance, p)}
    p2 = {p for p, patient in instance.patients.items() if patient.priority == "P2"}
    long = {p for p in instance.patients if instance.is_long_wait(p)}
    left = [p for p in instance.patients if p not in booked]
    weeks = sorted(instance.wait_weeks(p) for p in booked)
    return {
        "cases": _count(booked),
        "ready_not_booked": _count(ready - booked.keys()),
        "not_ready": _count(instance.patients.keys() - ready - booked.keys()),
        "p2_booked": _count(p2 & booked.keys()),
        "p2_ready_not_booked": _count((p2 & ready) - booked.keys()),
        "p2_not_ready": _count(p2 - ready - booked.keys()),
        "long_waits_booked": _count(long & booked.keys()),
        "long_waits_ready_not_booked": _count((long & ready) - booked.keys()),
        "long_waits_not_ready": _count(long - ready - booked.keys()),
        "long_waits_at_horizon_end": _count(p for p in left if _wait_at_end(instance, p)),
        "weighted_wait": Measure(sum(instance.weight(p) for p in booked), "points"),
        "median_weeks_waited_by_booked": Measure(weeks[len(weeks) // 2] if weeks else 0, "weeks"),
    }


def _lists(plan: Plan) -> dict[str, Measure]:
    figures = [f for f in list_figures(plan).values() if f.usable]
    busy = [f for f in figures if f.cases]
    all_day = [f for f in figures if f.on.minutes >= ALL_DAY_MINUTES]
    joints = sum(
        plan.instance.procedure_of(case.patient_id).is_joint for f in all_day for case in plan.by_list[f.on.list_id]
    )
    minutes = sum(f.on.minutes for f in figures)
    chances = [f.overrun_probability for f in busy]
    return {
        "lists_usable": _count(figures, "lists"),
        "lists_used": _count(busy, "lists"),
        "cases_per_usable_list": Measure(_ratio(sum(f.cases for f in figures), len(figures)), "cases"),
        "cases_per_480_minutes": Measure(_ratio(480 * sum(f.cases for f in figures), minutes), "cases"),
        "joints_per_all_day_list": Measure(_ratio(joints, len(all_day)), "cases"),
        "touch_minutes_planned": Measure(sum(f.touch_minutes for f in figures), "minutes"),
        "capped_utilisation_planned": Measure(_ratio(sum(f.capped_minutes for f in figures), minutes), "share"),
        "overrun_probability_planned": Measure(_mean(chances), "share"),
        "highest_overrun_probability_planned": Measure(max(chances, default=0.0), "share"),
    }


def _simulated(plan: Plan) -> dict[str, Measure]:
    usable = [list_id for list_id, figures in list_figures(plan).items() if figures.usable]
    found, stressed = Simulation(plan).lists, Simulation(plan, "stressed").lists
    days = [found[list_id] for list_id in usable]
    used = [list_id for list_id in usable if plan.by_list[list_id]]
    busy, busy_stressed = [found[list_id] for list_id in used], [stressed[list_id] for list_id in used]
    minutes = sum(day.window_minutes for day in days)
    return {
        "capped_utilisation_simulated": Measure(_ratio(sum(float(d.capped.mean()) for d in days), minutes), "share"),
        "uncapped_utilisation_simulated": Measure(_ratio(sum(float(d.touch.mean()) for d in days), minutes), "share"),
        "overrun_probability_simulated": Measure(_mean(d.overrun_probability for d in busy), "share"),
        "any_overrun_probability_simulated": Measure(_mean(d.any_overrun_probability for d in busy), "share"),
        "minutes_over_per_list_simulated": Measure(_mean(d.mean_minutes_over for d in busy), "minutes"),
        "overrun_probability_stressed_simulated": Measure(
            _mean(d.overrun_probability for d in busy_stressed), "share"
        ),
    }


def _beds_and_tests(plan: Plan) -> dict[str, Measure]:
    nights = [night for night in night_figures(plan).values() if night.from_plan > 0.0]
    spare = min((night.beds_open - night.at_quantile for night in nights), default=0.0)
    hospital = [a for a in plan.appointments if plan.instance.sites[a.site_id].kind == "hospital"]
    return {
        "beds_peak_at_quantile": Measure(max((night.at_quantile for night in nights), default=0.0), "beds"),
        "least_spare_beds_at_quantile": Measure(spare, "beds"),
        "tests_booked": _count(plan.appointments, "appointments"),
        "tests_booked_at_fallback_hospitals": _count(hospital, "appointments"),
        "tests_later_than_six_weeks": Measure(tests_after_six_weeks(plan), "appointments"),
    }


def tests_after_six_weeks(plan: Plan) -> int:
    """New appointments for counted diagnostic tests later than six weeks after their request (T-28)."""
    instance = plan.instance
    limit = dt.timedelta(days=instance.settings.dm01_days)
    late = 0
    for made in plan.appointments:
        asked = next(t.requested_on for t in instance.patients[made.patient_id].tests if t.test_id == made.test_id)
        late += instance.tests[made.test_id].dm01 and made.start.date() > asked + limit
    return late


def _order(plan: Plan) -> dict[str, Measure]:
    pairs = [
        pairs_in_wrong_order(plan.instance, [case.patient_id for case in cases]) for cases in plan.by_list.values()
    ]
    return {
        "diabetic_pairs_in_wrong_order": Measure(sum(diabetic for diabetic, _ in pairs), "pairs"),
        "day_case_pairs_in_wrong_order": Measure(sum(day_case for _, day_case in pairs), "pairs"),
    }


def _fairness(plan: Plan) -> dict[str, Measure]:
    """Booked share of the ready patients of each home trust and each deprivation quintile (1 most deprived)."""
    instance, booked = plan.instance, plan.list_of
    ready = [p for p in instance.patients if p in booked or not readiness_codes(instance, p)]
    shares = {}
    for trust in instance.trusts:
        own = [p for p in ready if instance.patients[p].trust_id == trust]
        shares[f"booked_share_trust_{trust}"] = Measure(_ratio(sum(p in booked for p in own), len(own)), "share")
    for quintile in range(1, 6):
        own = [p for p in ready if instance.patients[p].deprivation_quintile == quintile]
        shares[f"booked_share_quintile_{quintile}"] = Measure(
            _ratio(sum(p in booked for p in own), len(own)), "share"
        )
    return shares


def _wait_at_end(instance: Instance, patient_id: str) -> bool:
    """Whether somebody not booked will have waited the long-wait weeks when the horizon ends."""
    settings = instance.settings
    end = settings.horizon_start + dt.timedelta(weeks=settings.horizon_weeks)
    return (end - instance.patients[patient_id].clock_start).days // 7 >= settings.long_wait_weeks


def _count(things: Iterable[object], unit: str = "patients") -> Measure:
    return Measure(sum(1 for _ in things), unit)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return _ratio(sum(found), len(found))
