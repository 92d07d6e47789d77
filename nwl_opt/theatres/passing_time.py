"""A plan's days go by: lists are run, tests are done, and what is over leaves the tables."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.theatres.eligibility import serves
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from nwl_opt.theatres.draft import Cells, Draft
from nwl_opt.theatres.effects import count_decline, due_after

DONE, CANCELLED_BY_PATIENT, CANCELLED_BY_HOSPITAL = "done", "cancelled_by_patient", "cancelled_by_hospital"
REFUSED, REMOVED = "refused", "removed"
ENDS: tuple[str, ...] = (DONE, CANCELLED_BY_PATIENT, CANCELLED_BY_HOSPITAL, REFUSED, REMOVED)
_NEVER_TOLD = "never_told"  # what becomes of a proposed booking; nobody says so in a file
MOST_WEEKS = 26
# Tables of what is on offer on a day, and the column that says until when a row matters.
_DATED = {
    "lists": "date",
    "staff": "date",
    "surgeon_commitments": "date",
    "test_slots": "date",
    "beds": "date",
    "surgeon_leave": "last_day",
}


@dataclass(frozen=True)
class Happened:
    """What became of the patients and tests of the days gone by, where it is not what was planned.

    `ends` is patient -> one of `ENDS`, `missed` the tests (patient, test) that were not done.
    """

    ends: Mapping[str, str]
    missed: frozenset[tuple[str, str]] = frozenset()


AS_PLANNED = Happened({})


@dataclass(frozen=True)
class Passed:
    """The figures of the days gone by: patients by what became of them, tests done, lists run.

    `never_told` are those whose date is lost: it was only proposed, so they were not operated on and wait again.
    """

    ends: Mapping[str, tuple[str, ...]]
    lists_over: int
    tests_done: int
    tests_missed: int
    never_told: tuple[str, ...]


def pass_time(draft: Draft, plan: Plan, to: dt.date, happened: Happened = AS_PLANNED) -> Passed:
    """Let the days before `to` go by: lists before it were run, tests before it done, unless said otherwise.

    Who was operated on leaves the waiting list and stays in the beds' census by their length-of-stay curve. Nobody
    was told of bookings that were only proposed: neither the operation nor its tests were done.
    """
    instance = plan.instance
    over = {list_id for list_id, on in instance.lists.items() if on.date < to}
    ends: dict[str, list[str]] = {end: [] for end in (*ENDS, _NEVER_TOLD)}
    proposed = {row["patient_id"] for row in draft.rows("existing_bookings") if row["state"] == "proposed"}
    _date_open_requests(draft, instance.planning_date)
    done, missed = _tests_over(draft, plan, to, happened)
    stays: dict[tuple[str, dt.date], tuple[float, float]] = {}
    for booking in plan.bookings:
        if booking.list_id not in over:
            continue
        end = happened.ends.get(booking.patient_id, _NEVER_TOLD if booking.patient_id in proposed else DONE)
        ends[end].append(booking.patient_id)
        _end(draft, instance, booking.patient_id, booking.list_id, end)
        if end == DONE:
            _add_stay(stays, instance, booking.patient_id, instance.lists[booking.list_id].date)
    _into_the_census(draft, stays)
    for table, column in _DATED.items():
        _drop_what_is_over(draft, table, column, to)
    _move_the_horizon(draft, instance, to)
    never_told = tuple(sorted(ends.pop(_NEVER_TOLD)))
    return Passed({end: tuple(sorted(who)) for end, who in ends.items()}, len(over), done, missed, never_told)


def _end(draft: Draft, instance: Instance, patient_id: str, list_id: str, end: str) -> None:
    """What becomes of a patient on a list that is over."""
    if end in (DONE, REMOVED):
        draft.remove_patient(patient_id)
        return
    draft.keep("existing_bookings", lambda row: row["patient_id"] != patient_id)
    draft.keep("named_changes", lambda row: row["patient_id"] != patient_id)
    if end == CANCELLED_BY_HOSPITAL:
        due_after(draft, patient_id, instance.lists[list_id].date)
    if end == REFUSED:
        count_decline(draft, patient_id)


def _date_open_requests(draft: Draft, planning_date: dt.date) -> None:
    """A test without a day of request was asked for on the old planning day, which now moves on."""
    for row in draft.rows("patient_tests"):
        if not draft.cell("patient_tests", row, "requested_on"):
            draft.change("patient_tests", row, requested_on=planning_date)


def _tests_over(draft: Draft, plan: Plan, to: dt.date, happened: Happened) -> tuple[int, int]:
    """Appointments before `to` become tests done; returns how many, and how many were missed."""
    needed = {(row["patient_id"], row["test_id"]): row for row in draft.rows("patient_tests")}
    counts = {True: 0, False: 0}
    for row in draft.rows("existing_appointments"):
        day = dt.date.fromisoformat(row["start"][:10])
        if day >= to:
            continue
        key = (row["patient_id"], row["test_id"])
        counts[key in happened.missed] += 1
        if key not in happened.missed:
            _done_on(draft, plan, needed[key], day)
    draft.keep("existing_appointments", lambda row: dt.date.fromisoformat(row["start"][:10]) >= to)
    return counts[False], counts[True]


def _done_on(draft: Draft, plan: Plan, row: Cells, day: dt.date) -> None:
    """The newest test counts; but one done before stays when only it serves the operation that is booked.

    The result's own day, where one is given, is that of the appointment when it does not come before it.
    """
    before = draft.day("patient_tests", row, "done_on")
    if before is not None and _serves(plan, row, before) and not _serves(plan, row, day):
        return
    result = draft.day("patient_tests", row, "result_on")
    draft.change("patient_tests", row, done_on=day, result_on=None if result is None or result < day else result)


def _serves(plan: Plan, row: Cells, tested: dt.date) -> bool:
    """Whether a test on a day serves the operation that is booked, as T-15 and T-16 say."""
    patient_id, list_id = row["patient_id"], plan.list_of.get(row["patient_id"])
    if list_id is None:
        return False
    trust, day = plan.instance.patients[patient_id].trust_id, plan.instance.lists[list_id].date
    return serves(plan.instance, trust, row["test_id"], tested, day)


def _add_stay(
    stays: dict[tuple[str, dt.date], tuple[float, float]], instance: Instance, patient_id: str, day: dt.date
) -> None:
    ward = instance.procedure_of(patient_id).ward_id
    for night, share in enumerate(instance.stay(patient_id)):
        mean, variance = stays.get((ward, day + dt.timedelta(days=night)), (0.0, 0.0))
        stays[ward, day + dt.timedelta(days=night)] = (mean + share, variance + share * (1.0 - share))


def _into_the_census(draft: Draft, stays: Mapping[tuple[str, dt.date], tuple[float, float]]) -> None:
    """Add those who were operated on to the patients expected in the beds, night by night."""
    for row in draft.rows("beds"):
        mean, variance = stays.get((row["ward_id"], dt.date.fromisoformat(row["date"][:10])), (0.0, 0.0))
        if mean:
            draft.change(
                "beds",
                row,
                census_expected=f"{float(draft.cell('beds', row, 'census_expected')) + mean:.6f}",
                census_variance=f"{float(draft.cell('beds', row, 'census_variance')) + variance:.6f}",
            )


def _drop_what_is_over(draft: Draft, table: str, column: str, to: dt.date) -> None:
    def matters(row: Cells) -> bool:
        day = draft.day(table, row, column)
        return day is None or day >= to

    draft.keep(table, matters)


def _move_the_horizon(draft: Draft, instance: Instance, to: dt.date) -> None:
    """The planning date moves; the first day only when it is past, and then the last day stays in its week."""
    settings = instance.settings
    end = settings.horizon_start + dt.timedelta(weeks=settings.horizon_weeks)
    set_horizon(draft, to, max(settings.horizon_start, to), end)


def last_list_day(instance: Instance, added: Iterable[dt.date] = ()) -> dt.date:
    """The last day with a list; the planning date where there is none. After it nothing is left to plan."""
    return max((*(on.date for on in instance.lists.values()), *added), default=instance.planning_date)


def set_horizon(draft: Draft, planning_date: dt.date, start: dt.date, end: dt.date) -> None:
    """Whole weeks from `start` until the day before `end` is within them."""
    weeks = min(MOST_WEEKS, max(1, math.ceil((end - start).days / 7)))
    draft.set(planning_date=planning_date, horizon_start=start, horizon_weeks=weeks)
