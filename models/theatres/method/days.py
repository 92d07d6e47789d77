"""The wished order of days whose lists share surgeons or machines: CP-SAT on one day at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from models.theatres.day_order import day_list, pairs_in_wrong_order
from models.theatres.formulation.day import DayModel, build_day
from models.theatres.instance import Instance
from models.theatres.method.quiet import Quiet
from models.theatres.plan import Booking, Plan
from solvers.cpsat import solve_cpsat
from solvers.stages import Deadline
from solvers.types import Limits, Values, Watch

DETERMINISTIC_SECONDS = 2.0


def wished_order(plan: Plan, without_rules: frozenset[str], seed: int, watch: Watch, deadline: Deadline) -> Plan:
    """The plan with fewer diabetic patients and day cases late, on days on which waiting for machines put some there.

    Lists and appointments stay. First pairs with a diabetic patient in the wrong order, then with a day case, then
    the sum of starts are made as small as they go.
    """
    by_day: dict[dt.date, list[str]] = {}
    for list_id, cases in plan.by_list.items():
        if cases:
            by_day.setdefault(plan.instance.lists[list_id].date, []).append(list_id)
    bookings: list[Booking] = []
    for _, lists in sorted(by_day.items()):
        today = [booking for list_id in lists for booking in plan.by_list[list_id]]
        if _wrong(plan.instance, plan, lists) != (0, 0) and not watch.cancelled() and not deadline.passed():
            today = _day(plan, lists, without_rules, seed, watch, deadline) or today
        bookings += today
    return Plan.of(plan.instance, bookings, plan.appointments)


def no_order_exists(
    instance: Instance, patients_by_list: Mapping[str, Sequence[str]], without_rules: frozenset[str]
) -> bool:
    """Whether CP-SAT proves that no order of these cases of one day keeps the rules."""
    day = [day_list(instance, at, patients, without_rules) for at, patients in sorted(patients_by_list.items())]
    if any(one is None for one in day):
        return True
    built = build_day(instance, [one for one in day if one is not None], without_rules)
    return solve_cpsat(built.model, Limits(deterministic_limit=DETERMINISTIC_SECONDS)).status == "infeasible"


def _wrong(instance: Instance, plan: Plan, lists: Sequence[str]) -> tuple[int, int]:
    wrong = [pairs_in_wrong_order(instance, [b.patient_id for b in plan.by_list[at]]) for at in lists]
    return sum(diabetic for diabetic, _ in wrong), sum(day_case for _, day_case in wrong)


def _day(
    plan: Plan, lists: Sequence[str], without_rules: frozenset[str], seed: int, watch: Watch, deadline: Deadline
) -> list[Booking] | None:
    instance = plan.instance
    day = [day_list(instance, at, [b.patient_id for b in plan.by_list[at]], without_rules) for at in lists]
    ready = [one for one in day if one is not None]
    built = build_day(instance, ready, without_rules)
    midnight = dt.datetime.combine(instance.lists[lists[0]].date, dt.time())
    now = {b.patient_id: int((b.start - midnight).total_seconds()) // 60 for at in lists for b in plan.by_list[at]}
    for case in built.cases:
        built.model.add_hint(case.start, now[case.case.patient_id])
    values = _in_stages(built, seed, watch, deadline)
    if values is None:
        return None
    starts = built.starts({index: float(value) for index, value in enumerate(values)})
    bookings = []
    for one in ready:
        ordered = sorted(one.cases, key=lambda known: starts[known.patient_id])
        for position, known in enumerate(ordered, start=1):
            start = midnight + dt.timedelta(minutes=starts[known.patient_id])
            end = start + dt.timedelta(minutes=known.minutes)
            bookings.append(Booking(one.on.list_id, position, known.patient_id, start, end))
    return bookings


def _in_stages(built: DayModel, seed: int, watch: Watch, deadline: Deadline) -> Values | None:
    values: Values | None = None
    starts = cp_model.LinearExpr.sum([case.start for case in built.cases])
    for aim in (cp_model.LinearExpr.sum(built.diabetic), cp_model.LinearExpr.sum(built.day_case), starts):
        built.model.minimize(aim)
        limits = deadline.within(Limits(deterministic_limit=DETERMINISTIC_SECONDS, seed=seed))
        result = solve_cpsat(built.model, limits, watch=Quiet(watch))
        if result.values is None or result.value is None:
            return values
        values = result.values
        built.model.add(aim <= round(result.value))
        built.model.clear_hints()
        for case in built.cases:
            built.model.add_hint(case.start, round(float(values[case.start.index])))
    return values
