"""Test appointments of the patients a change puts on another day: given up, kept where they serve, or found anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.theatres.booking.appointments import AppointmentBook
from models.theatres.entities import Appointment
from models.theatres.instance import Instance
from nwl_opt.theatres.manual.standing import Standing, by_patient

Made = Mapping[str, tuple[Appointment, ...]]


def seated(standing: Standing, list_of: Mapping[str, str], who: Sequence[str]) -> tuple[Made, tuple[str, ...]]:
    """Everybody's new appointments after a change, and for whom of those concerned some test finds no place.

    Who was told a date keeps their appointments; a patient for whom all still serve keeps them; others move only
    where a place can be had in no other way.
    """
    instance, made = standing.instance, standing.new_tests
    told = {p: found for p, found in made.items() if p in standing.told}
    book = AppointmentBook.of_instance(instance)
    for patient_id, found in sorted(made.items()):
        if patient_id in list_of and patient_id not in who and patient_id not in told:
            book.load(patient_id, instance.lists[list_of[patient_id]].date, found)
    new: list[str] = []
    for patient_id in who:
        if patient_id in list_of and _serve(
            instance, patient_id, list_of[patient_id], made.get(patient_id, ()), book
        ):
            day = instance.lists[list_of[patient_id]].date
            book.load(patient_id, day, made.get(patient_id, ()))
        elif patient_id in list_of:
            new.append(patient_id)
    without = tuple(p for p in new if not book.add(p, instance.lists[list_of[p]].date))
    return {**told, **by_patient(book.appointments())}, without


def _serve(
    instance: Instance, patient_id: str, list_id: str, mine: Sequence[Appointment], book: AppointmentBook
) -> bool:
    """Whether the appointments a patient had are just what the new day needs; their own places are free for them."""
    day, patient = instance.lists[list_id].date, instance.patients[patient_id]
    missing = {test.test_id: test for test in book.missing(patient_id, day)}
    if sorted(missing) != [a.test_id for a in mine]:
        return False
    free = all(
        book.offers.seat(a)[0] in book.offers.choices(patient, missing[a.test_id], day) and a.start.date() < day
        for a in mine
    )
    return free and not book.never(patient_id, day)
