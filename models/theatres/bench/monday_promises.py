"""What is promised of single days and of mending a plan: days proved optimal, and one cancellation repaired."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models.shared.problem import SolveOptions, View
from models.shared.promises import Instances, Measured
from models.theatres.bench.solved import SolvedMonth, solve_month
from models.theatres.building import build_instance
from models.theatres.instance import Instance
from models.theatres.method.days import cases_by_day, prove_day
from models.theatres.plan import Plan

# The days and the cancellation are of a plan made with less search: what is measured is what comes after it.
EFFORT_SHARE = 0.2
DAYS, DAYS_PROMISED = 8, 7
_DAY_CPU_SECONDS, _REPAIR_CPU_SECONDS = 60.0, 10.0


def days(instances: Instances) -> Measured:
    """The days of the monthly plan with most cases: the best order proved, or the resource named that leaves none."""
    month = solve_month(build_instance(instances.shipped("nwl")), SolveOptions(effort_share=EFFORT_SHARE))
    busiest = sorted(
        cases_by_day(month.plan).items(), key=lambda day: (-sum(len(cases) for cases in day[1].values()), day[0])
    )
    rows, settled, longest = [], 0, 0.0
    for day, cases in busiest[:DAYS]:
        known = [booking for list_id in cases for booking in month.plan.by_list[list_id]]
        found = prove_day(month.instance, cases, cpu_seconds=_DAY_CPU_SECONDS, known=known)
        settled += found.status == "optimal" or bool(found.status == "infeasible" and found.in_the_way)
        longest = max(longest, found.cpu_seconds)
        stages = ", ".join(f"{stage.name} {stage.value}" for stage in found.stages)
        count = sum(len(patients) for patients in cases.values())
        rows.append((str(day), str(len(cases)), str(count), found.status, stages or ", ".join(found.in_the_way),
                     f"{found.cpu_seconds:.2f}"))  # fmt: skip
    headings = ("day", "lists", "cases", "order", "stages, or rules in the way", "CPU-s")
    title = "The busiest days of the monthly plan, each put in order anew"
    return Measured(
        f"Days of the monthly plan, {_DAY_CPU_SECONDS:.0f} CPU-s each: {DAYS_PROMISED} of {DAYS} proved optimal, or "
        "infeasible with the resource named",
        f"{settled} of {len(rows)} in at most {longest:.1f} CPU-s",
        settled >= min(DAYS_PROMISED, len(rows)),
        month.wrong,
        (View(title, headings, tuple(rows), (False, True, True, False, False, True)),),
    )


def repair(instances: Instances) -> Measured:
    """One patient cancels: the place is filled, every other agreed date stays, as little as possible moves."""
    month = solve_month(build_instance(instances.shipped("nwl")), SolveOptions(effort_share=EFFORT_SHARE))
    leaves = month.plan.bookings[len(month.plan.bookings) // 2].patient_id
    mended = solve_month(_after_cancellation(month.plan, leaves))
    kept = sum(mended.plan.list_of.get(p) == at for p, at in month.plan.list_of.items() if p != leaves)
    told = len(month.plan.bookings) - 1
    return Measured(
        f"One cancellation repaired with least change, all in: under {_REPAIR_CPU_SECONDS:.0f} CPU-s",
        f"{mended.cpu_seconds:.1f} CPU-s; {kept} of {told} other bookings stay, {len(mended.plan.bookings)} booked",
        mended.cpu_seconds < _REPAIR_CPU_SECONDS,
        mended.wrong or _moved_unnamed(mended),
    )


def _after_cancellation(plan: Plan, leaves: str) -> Instance:
    """The day after: of the dates every other one is agreed with its tests, and one patient wants none any more."""
    instance = plan.instance
    agreed = {p for at, p in enumerate(sorted(plan.list_of)) if at % 2} | set(instance.fixed_bookings)
    new = [made for made in plan.appointments if made.patient_id in agreed]
    made = [one for one in (*instance.existing_appointments, *new) if one.patient_id != leaves]
    today = instance.planning_date + dt.timedelta(days=1)
    return replace(
        instance,
        settings=instance.settings.model_copy(update={"planning_date": today, "aim": "least_change"}),
        patients={p: one for p, one in instance.patients.items() if p != leaves},
        existing_bookings={
            p: (at, "agreed" if p in agreed else "proposed") for p, at in sorted(plan.list_of.items()) if p != leaves
        },
        existing_appointments=tuple(sorted(made, key=lambda one: (one.patient_id, one.test_id, one.start))),
    )


def _moved_unnamed(mended: SolvedMonth) -> str:
    """Whose agreed date moved, though no change was named; empty when nobody's did."""
    moved = [p for p, at in mended.instance.fixed_bookings.items() if mended.plan.list_of.get(p) != at]
    return f"the agreed dates of {', '.join(moved)} moved" if moved else ""
