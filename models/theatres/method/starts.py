"""Plans to start from: quick fillings in the order of the stages, and what booking staff do without us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Set

from models.theatres.baselines import baselines, earliest, fill, fill_once, tightest
from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.entities import TheatreList
from models.theatres.formulation.month import Month
from models.theatres.instance import Instance


def first_start(instance: Instance, without_rules: frozenset[str]) -> Book:
    """Whoever is booked already stays, as far as that goes; then the others in the order of the stages.

    P2 first, then long waits, then who is worth most points; each on the first list with room.
    """
    book = Book(instance, without_rules)
    keep_bookings(book)
    make_room(book)
    fill_once(book, in_order_of_the_stages(instance, without_rules), earliest)
    return book


def other_starts(month: Month) -> Iterator[Book]:
    """The same order without regard to bookings that may move, on the first and on the tightest list with room.

    Then every baseline (they keep all rules, so also fewer).
    """
    order = in_order_of_the_stages(month.instance, month.without_rules)
    for choice in (earliest, tightest) if month.instance.movable_bookings else (tightest,):
        book = Book(month.instance, month.without_rules)
        fill(book, order, choice)
        yield book
    for plan in baselines(month.instance).values():
        yield Book.of_plan(plan, month.without_rules)


def keeps_what_was_told(month: Month, book: Book) -> bool:
    """Whether every booking that may move is where it was, and these are so many that no other start has that too."""
    instance = month.instance
    stayed = all(book.list_of.get(p) == at for p, (at, _) in instance.movable_bookings.items())
    return stayed and 2 * len(instance.movable_bookings) >= len(book.list_of)


def keep_bookings(book: Book) -> None:
    """Book patients with bookings that may move where they are, else near there; most points of T-40 first."""
    instance = book.instance
    before = {p: at for p, (at, _) in instance.movable_bookings.items()}
    for patient_id in sorted(before, key=lambda p: (-instance.kept_points(p, before[p]), p)):
        book.book(patient_id, before[patient_id])
    for patient_id in sorted(before.keys() - book.list_of.keys()):
        near = [on for on in book.eligible(patient_id) if instance.kept_points(patient_id, on.list_id)]
        near.sort(key=lambda on: (-instance.kept_points(patient_id, on.list_id), on.start, on.list_id))
        any(book.book(patient_id, on.list_id) for on in near)


def make_room(book: Book) -> None:
    """Book who is due by a date (T-38), P2 and long waits; where nobody else fits, in the place of somebody else.

    Who gives way has a booking that may move and none of this to say for themselves that counts as much; of those the
    one with fewest points of T-40, who is put as near as there is room.
    """
    instance = book.instance
    due = {p: one.due_by for p, one in instance.patients.items() if one.due_by is not None}
    p2 = {p for p, one in instance.patients.items() if one.priority == "P2"}
    long_waits = {p for p in instance.patients if instance.is_long_wait(p)}
    for patient_id, day in sorted(due.items(), key=lambda one: (one[1], one[0])):
        _make_room_for(book, patient_id, due.keys(), by=day)
    for patient_id in sorted(p2):
        _make_room_for(book, patient_id, due.keys() | p2)
    for patient_id in sorted(long_waits, key=lambda p: (instance.patients[p].clock_start, p)):
        _make_room_for(book, patient_id, due.keys() | p2 | long_waits)


def _make_room_for(book: Book, patient_id: str, as_urgent: Set[str], by: dt.date | None = None) -> None:
    """Book a patient on the first list with room, else in the place of somebody who is not as urgent."""
    instance = book.instance
    lists = (
        [] if patient_id in book.list_of else [on for on in book.eligible(patient_id) if by is None or on.date <= by]
    )
    if any(book.book(patient_id, on.list_id) for on in lists):
        return
    may_go = [
        p
        for on in lists
        for p in book.patients_on(on.list_id)
        if p not in as_urgent and p not in instance.fixed_bookings
    ]
    may_go.sort(key=lambda p: (instance.kept_points(p, book.list_of[p]), p))
    gone = next((p for p in may_go if book.swap(p, patient_id)), None)
    if gone is not None:
        any(book.book(gone, on.list_id) for on in _near_first(book, gone))


def _near_first(book: Book, patient_id: str) -> list[TheatreList]:
    """The lists a patient could be on, those with most points of T-40 first."""
    points = book.instance.kept_points
    return sorted(book.eligible(patient_id), key=lambda on: (-points(patient_id, on.list_id), on.start, on.list_id))


def in_order_of_the_stages(instance: Instance, without_rules: frozenset[str]) -> list[str]:
    """The patients who are ready: P2 first, then long waits, then who is worth most points."""
    all_ready = "T-02" in without_rules
    ready = [p for p in instance.patients if all_ready or not readiness_codes(instance, p)]
    return sorted(
        ready,
        key=lambda p: (
            instance.patients[p].priority != "P2",
            not instance.is_long_wait(p),
            -instance.weight(p),
            p,
        ),
    )
