"""The standby list: who could come at short notice if a place on a list came free.

A patient stands on it when, with everybody else where they are, they fit in the place of somebody booked; they have
agreed to short notice, so T-06 does not count, and all their tests are in hand: there is no time for a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.theatres.booking import Book
from models.theatres.booking.day_orders import STANDBY_NODES
from models.theatres.day_order import DayList, day_case, day_list, times_of_day
from models.theatres.eligibility import readiness_codes
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan

PLACES_PER_LIST = 5
_DOES_NOT_COUNT = frozenset({"T-06", "T-20"})


@dataclass(frozen=True)
class Standby:
    """Who is asked at which place when the booked patient `instead_of` cannot come."""

    list_id: str
    place: int
    patient_id: str
    instead_of: str


def standby(plan: Plan) -> Iterator[Standby]:
    """Up to five patients for every list with a case, lists in the order of time, longest waits first."""
    instance = plan.instance
    book = Book.of_plan(plan, _DOES_NOT_COUNT, nodes=STANDBY_NODES)
    waiting = sorted(
        (
            p
            for p, patient in instance.patients.items()
            if patient.short_notice and p not in plan.list_of and not readiness_codes(instance, p)
        ),
        key=lambda p: (instance.patients[p].clock_start, p),
    )
    for list_id, cases in sorted(plan.by_list.items(), key=lambda item: (instance.lists[item[0]].start, item[0])):
        if cases:
            yield from _of_list(plan, book, list_id, waiting)


def _of_list(plan: Plan, book: Book, list_id: str, waiting: Sequence[str]) -> Iterator[Standby]:
    booked, day, place = [case.patient_id for case in plan.by_list[list_id]], plan.instance.lists[list_id].date, 0
    for patient_id in waiting:
        if book.own_rules(patient_id, list_id) or book.tests.missing(patient_id, day):
            continue
        instead = next((leaves for leaves in booked if _fits(plan, book, leaves, patient_id)), None)
        if instead is not None:
            place += 1
            yield Standby(list_id, place, patient_id, instead)
        if place == PLACES_PER_LIST:
            return


def _fits(plan: Plan, book: Book, leaves: str, comes: str) -> bool:
    """Whether one fits in the place of the other while all other lists of the day stay as they are."""
    if not book.fits_instead_of(leaves, comes):
        return False
    instance, list_id = plan.instance, plan.list_of[leaves]
    patients = [comes, *(case.patient_id for case in plan.by_list[list_id] if case.patient_id != leaves)]
    own = day_list(instance, list_id, patients, _DOES_NOT_COUNT)
    others = [_as_planned(instance, case) for case in plan.bookings if _same_day(instance, case, list_id)]
    return own is not None and times_of_day(instance, [own, *others]).starts is not None


def _same_day(instance: Instance, case: Booking, list_id: str) -> bool:
    return case.list_id != list_id and instance.lists[case.list_id].date == instance.lists[list_id].date


def _as_planned(instance: Instance, booking: Booking) -> DayList:
    """A case of another list as a list of its own that can be nowhere but at its planned time."""
    case, at = day_case(instance, booking.patient_id, booking.list_id, _DOES_NOT_COUNT), booking.start
    start = at.hour * 60 + at.minute
    return DayList(instance.lists[booking.list_id], start, start + case.minutes, (case,))
