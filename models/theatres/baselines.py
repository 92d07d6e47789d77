"""What booking staff do without us, under the same rules: three list builders in everyday use.

Each goes on until no remaining ready patient fits on any list; each plan passes the same checker as ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from models.theatres.booking import Book
from models.theatres.eligibility import readiness_codes
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Plan

Turn = Callable[[str], tuple[bool, dt.date, str]]
Choice = Callable[[Book, str], Sequence[TheatreList]]


def baselines(instance: Instance) -> dict[str, Plan]:
    """The three plans by name, in the order in which they are printed."""
    return {
        "longest_wait_first": longest_wait_first(instance),
        "p2_then_longest_wait": p2_then_longest_wait(instance),
        "surgeon_best_fit": surgeon_best_fit(instance),
    }


def longest_wait_first(instance: Instance) -> Plan:
    """Go through the waiting list by clock start; give each patient the first list that has room."""
    book = Book(instance)
    fill(book, in_turn(instance, lambda p: (False, instance.patients[p].clock_start, p)), earliest)
    return book.plan()


def p2_then_longest_wait(instance: Instance) -> Plan:
    """P2 patients first, by clock start, then everybody else by clock start; each on the first list with room."""
    book = Book(instance)
    fill(book, in_turn(instance, p2_first(instance)), earliest)
    return book.plan()


def surgeon_best_fit(instance: Instance) -> Plan:
    """Fill every surgeon's lists as tightly as they go, P2 first, then swap longer cases in.

    Each patient in turn goes on the list that is left with the least spare time. Then a waiting patient with a longer
    operation, of no lower standing (P2, long wait, others), takes the place of a booked one; then gaps are filled.
    """
    book = Book(instance)
    order = in_turn(instance, p2_first(instance))
    fill(book, order, tightest)
    swap_longer_cases_in(book, order)
    fill(book, order, tightest)
    return book.plan()


def p2_first(instance: Instance) -> Turn:
    """P2 patients before all others, each by clock start."""
    patients = instance.patients
    return lambda p: (patients[p].priority != "P2", patients[p].clock_start, p)


def in_turn(instance: Instance, turn: Turn) -> list[str]:
    """The ready patients in the order of their turn."""
    return sorted((p for p in instance.patients if not readiness_codes(instance, p)), key=turn)


def earliest(book: Book, patient_id: str) -> Sequence[TheatreList]:
    """The lists a patient could be on as far as their own data say, earliest first; the book asks for tests."""
    return tuple(book.allowed(patient_id).values())


def tightest(book: Book, patient_id: str) -> Sequence[TheatreList]:
    """The lists with room for a patient, the one left with the least spare minutes first."""
    left = [(book.spare_minutes(on.list_id, patient_id), on.list_id, on) for on in book.eligible(patient_id)]
    return [on for spare, _, on in sorted(left, key=lambda x: x[:2]) if spare >= 0]


def fill(book: Book, order: Sequence[str], choice: Choice) -> None:
    """Book patients in turn on the first list that takes them, again and again until nobody fits."""
    booked = -1
    while booked != len(book.list_of):
        booked = len(book.list_of)
        fill_once(book, order, choice)


def fill_once(book: Book, order: Sequence[str], choice: Choice) -> None:
    """Book patients in turn on the first list that takes them; somebody may fit still, now that others moved."""
    for patient_id in order:
        if patient_id not in book.list_of:
            any(book.book(patient_id, on.list_id) for on in choice(book, patient_id))


def swap_longer_cases_in(book: Book, order: Sequence[str]) -> None:
    """Let waiting patients with longer operations take the places of booked ones of no higher standing."""
    instance = book.instance
    for patient_id in order:
        for on in book.eligible(patient_id):
            if patient_id in book.list_of:
                break
            minutes = instance.duration(patient_id, on.list_id).mean_minutes
            for other in book.patients_on(on.list_id):
                longer = minutes > instance.duration(other, on.list_id).mean_minutes
                allowed = standing(instance, patient_id) <= standing(instance, other)
                if longer and allowed and other not in instance.fixed_bookings and book.swap(other, patient_id):
                    break


def standing(instance: Instance, patient_id: str) -> int:
    """0 for P2, 1 for a long wait, 2 for everybody else."""
    if instance.patients[patient_id].priority == "P2":
        return 0
    return 1 if instance.is_long_wait(patient_id) else 2
