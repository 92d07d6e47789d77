"""Other ways to book a patient than more of what is short: another surgeon, shorter notice, staff, tests, a place.

Each way is tried before it is offered, with the rest of the plan as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.theatres.booking import Book
from models.theatres.eligibility import may_operate, theatre_suits_patient
from models.theatres.entities import TheatreList
from models.theatres.reasons.edits import Change, Edit, edited
from models.theatres.reasons.steps import Step, commitments_moved
from models.theatres.reasons.test_steps import one_more_appointment
from models.theatres.words import day_text, list_text

Offer = tuple[str, tuple[Edit, ...]]
"""What a patient could agree to: in words, and as edits of their own row."""


@dataclass(frozen=True)
class Help:
    """A tried change in words; with `edits`, or in the place of `instead_of`, the patient fits on `list_id`."""

    sentence: str
    list_id: str
    edits: tuple[Edit, ...]
    instead_of: str | None = None


def first_list_that_fits(book: Book, patient_id: str) -> TheatreList | None:
    """The earliest list on which a patient fits as things stand."""
    return next((on for on in book.eligible(patient_id) if book.fits(patient_id, on.list_id)), None)


def first_offer_that_fits(book: Book, patient_id: str, offers: Sequence[Offer]) -> tuple[Help, ...]:
    """The first offer under which the patient fits on some list."""
    for words, edits in offers:
        found = first_list_that_fits(book.under(edited(book.instance, edits)), patient_id)
        if found is not None:
            return (Help(f"{words}: there is room on {list_text(found)}.", found.list_id, edits),)
    return ()


def wider_choices(book: Book, patient_id: str) -> list[Offer]:
    """Agreeing to any surgeon of the home trust, and to any surgeon at all: those the patient has not agreed to."""
    patient = book.instance.patients[patient_id]
    return [
        (
            f"Agreeing to any surgeon of {book.instance.trusts[patient.trust_id]}"
            if choice == "trust"
            else "Agreeing to any surgeon",
            (Change("patients", (("patient_id", patient_id),), "surgeon_choice", choice),),
        )
        for choice in {"named": ("trust", "any"), "trust": ("any",)}.get(patient.surgeon_choice, ())
    ]


def another_surgeon(book: Book, patient_id: str) -> tuple[Help, ...]:
    """The first wider choice of surgeon under which there is room."""
    return first_offer_that_fits(book, patient_id, wider_choices(book, patient_id))


def staff_or_surgeon_for_a_list(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> tuple[Help, ...]:
    """Staff for a list that has a surgeon for the patient, or such a surgeon for a list that has none."""
    instance, patient = book.instance, book.instance.patients[patient_id]
    able = [s for s in instance.surgeons if may_operate(instance, patient, s)]
    for on in lists:
        if book.own_rules(patient_id, on.list_id) != ("T-03",):
            continue
        where = (("list_id", on.list_id),)
        staff = () if on.staffed else (Change("lists", where, "staffed", True),)
        for surgeon_id in (on.surgeon_id,) if on.surgeon_id is not None else able:
            surgeon = () if on.surgeon_id is not None else (Change("lists", where, "surgeon_id", surgeon_id),)
            edits: tuple[Edit, ...] = (*staff, *surgeon)
            if edits and book.under(edited(instance, edits)).fits(patient_id, on.list_id):
                theatre = instance.theatres[on.theatre_id].name
                words = f"{surgeon_id} taking list {on.list_id}" if surgeon else f"Staff for list {on.list_id}"
                words += " and staff for it" if staff and surgeon else ""
                return (Help(f"{words} ({theatre}, {day_text(on.date)}).", on.list_id, edits),)
    return ()


def surgeon_elsewhere(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> tuple[Help, ...]:
    """What a surgeon does elsewhere on the day of a list moved, when only the way between keeps them from it."""
    for on in lists:
        if book.own_rules(patient_id, on.list_id) == ("T-34",):
            for step in commitments_moved(book, on):
                if book.under(edited(book.instance, step.edits)).fits(patient_id, on.list_id):
                    sentence = f"{step.help[:1].upper()}{step.help[1:]}: there is room on {list_text(on)}."
                    return (Help(sentence, on.list_id, step.edits),)
    return ()


def tests_in_time(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> tuple[Help, ...]:
    """New appointments, or tests done on planning day, that serve one of the lists."""
    instance, planning = book.instance, book.instance.planning_date
    for on in lists:
        steps = []
        for test_id in book.tests.impossible(patient_id, on.date):
            new = next(one_more_appointment(book, patient_id, test_id, on.date), None)
            steps.append(new or _done_on(book, patient_id, test_id, planning))
        edits = tuple(edit for step in steps for edit in step.edits)
        visits = dict(visit for step in steps for visit in step.visits)
        if steps and book.under(edited(instance, edits), patient_id, visits).fits(patient_id, on.list_id):
            what = " and ".join(step.help for step in steps)
            sentence = f"{what[:1].upper()}{what[1:]}: there is room on {list_text(on)}."
            return (Help(sentence, on.list_id, edits),)
    return ()


def _done_on(book: Book, patient_id: str, test_id: str, day: dt.date) -> Step:
    """A test done on a day outside the appointments on offer."""
    name, midnight = book.instance.tests[test_id].name, dt.datetime.combine(day, dt.time())
    where = (("patient_id", patient_id), ("test_id", test_id))
    return Step(
        code="tests_not_in_time",
        effort=0,
        short=name,
        help=f"{name} done on {day_text(day)}",
        edits=(Change("patient_tests", where, "done_on", day),),
        visits=((test_id, ("", midnight, midnight)),),
    )


def place_of_another(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> tuple[Help, ...]:
    """The place of a booked patient, should it come free: of the lowest points first, no agreed date among them."""
    instance = book.instance
    places = [
        (instance.weight(other), on.start, other, on)
        for on in lists
        for other in book.patients_on(on.list_id)
        if other not in instance.fixed_bookings
    ]
    for _, _, other, on in sorted(places, key=lambda place: place[:3]):
        if book.fits_instead_of(other, patient_id):
            sentence = f"The place of {other} on {list_text(on)}, should it come free."
            return (Help(sentence, on.list_id, (), instead_of=other),)
    return ()


@dataclass(frozen=True)
class Swap:
    """Two lists of the same hours changing theatres, in words and as edits."""

    words: str
    edits: tuple[Edit, ...]


def swaps(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> list[tuple[TheatreList, Swap]]:
    """Lists that are only in the wrong theatre for a patient, with each swap that no booked patient minds."""
    instance, found = book.instance, []
    for on in lists:
        if book.own_rules(patient_id, on.list_id) != ("T-05",):
            continue
        for other in sorted(instance.lists.values(), key=lambda x: x.list_id):
            if (other.start, other.end) != (on.start, on.end) or other.theatre_id == on.theatre_id:
                continue
            if not theatre_suits_patient(instance, instance.patients[patient_id], other):
                continue
            edits = (
                Change("lists", (("list_id", on.list_id),), "theatre_id", other.theatre_id),
                Change("lists", (("list_id", other.list_id),), "theatre_id", on.theatre_id),
            )
            tried = book.under(edited(instance, edits))
            booked = [(p, x.list_id) for x in (on, other) for p in book.patients_on(x.list_id)]
            if not any(tried.own_rules(p, at) for p, at in booked):
                theatre = instance.theatres[other.theatre_id].name
                words = f"{list_text(on)} in {theatre}, changing theatres with list {other.list_id}"
                found.append((on, Swap(words[:1].upper() + words[1:], edits)))
    return found


def theatres_swapped(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> tuple[Help, ...]:
    """Two lists of the same hours changing theatres, when the patient's list is only in the wrong one."""
    for on, swap in swaps(book, patient_id, lists):
        if book.under(edited(book.instance, swap.edits)).fits(patient_id, on.list_id):
            return (Help(f"{swap.words}.", on.list_id, swap.edits),)
    return ()
