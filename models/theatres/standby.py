"""The standby list: who could come at short notice if a place on a list came free.

A patient stands on it when, with everybody else where they are, they fit in the place of somebody booked; they have
agreed to short notice, so T-06 does not count, and all their tests are in hand: there is no time for a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.plan import Plan

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
    book = Book.of_plan(plan, _DOES_NOT_COUNT)
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
            yield from _of_list(book, list_id, [case.patient_id for case in cases], waiting)


def _of_list(book: Book, list_id: str, booked: Sequence[str], waiting: Sequence[str]) -> Iterator[Standby]:
    day, place = book.instance.lists[list_id].date, 0
    for patient_id in waiting:
        if book.own_rules(patient_id, list_id) or book.tests.missing(patient_id, day):
            continue
        instead = next((leaves for leaves in booked if book.fits_instead_of(leaves, patient_id)), None)
        if instead is not None:
            place += 1
            yield Standby(list_id, place, patient_id, instead)
        if place == PLACES_PER_LIST:
            return
