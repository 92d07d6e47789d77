"""Key figures of the lists as planned, from expected minutes. Utilisation is a ratio of sums over usable lists."""

from __future__ import annotations

from models.shared.problem import Measure
from models.theatres.day_order import gap_minutes, pairs_in_wrong_order
from models.theatres.figures import list_figures
from models.theatres.measures.counting import count, mean, ratio
from models.theatres.plan import Plan

# A list of at least this many minutes counts as an all-day list.
ALL_DAY_MINUTES = 420


def lists(plan: Plan) -> dict[str, Measure]:
    """How many lists and cases, and how full the usable lists are, empty ones included."""
    instance = plan.instance
    figures = [f for f in list_figures(plan).values() if f.usable]
    busy = [f for f in figures if f.cases]
    all_day = [f for f in figures if f.on.minutes >= ALL_DAY_MINUTES]
    joints = sum(
        instance.procedure_of(case.patient_id).is_joint for f in all_day for case in plan.by_list[f.on.list_id]
    )
    minutes, touch = sum(f.on.minutes for f in figures), sum(f.touch_minutes for f in figures)
    gaps = sum(
        gap_minutes(instance, instance.patients[case.patient_id])
        for f in figures
        for case in plan.by_list[f.on.list_id]
    )
    capped = sum(f.capped_minutes for f in figures)
    chances = [f.overrun_probability for f in busy]
    return {
        "lists_usable": count(figures, "lists"),
        "lists_used": count(busy, "lists"),
        "cases_per_usable_list": Measure(ratio(sum(f.cases for f in figures), len(figures)), "cases"),
        "cases_per_480_minutes": Measure(ratio(480 * sum(f.cases for f in figures), minutes), "cases"),
        "joints_per_all_day_list": Measure(ratio(joints, len(all_day)), "cases"),
        "capped_utilisation_planned": Measure(ratio(capped, minutes), "share"),
        "duration_capped_utilisation_planned": Measure(
            ratio(sum(min(f.touch_minutes, f.on.minutes) for f in figures), minutes), "share"
        ),
        "uncapped_utilisation_planned": Measure(ratio(touch, minutes), "share"),
        "booking_efficiency_planned": Measure(ratio(touch + gaps, minutes), "share"),
        "overrun_probability_planned": Measure(mean(chances), "share"),
        "highest_overrun_probability_planned": Measure(max(chances, default=0.0), "share"),
    }


def order(plan: Plan) -> dict[str, Measure]:
    """Pairs of cases against the wished order (T-26, T-27)."""
    pairs = [
        pairs_in_wrong_order(plan.instance, [case.patient_id for case in cases]) for cases in plan.by_list.values()
    ]
    return {
        "diabetic_pairs_in_wrong_order": Measure(sum(diabetic for diabetic, _ in pairs), "pairs"),
        "day_case_pairs_in_wrong_order": Measure(sum(day_case for _, day_case in pairs), "pairs"),
    }
