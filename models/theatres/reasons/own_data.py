"""Patients whom their own data keep off every list, whoever else is booked: one function for each sieve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models.theatres.booking import Book
from models.theatres.eligibility import first_day_ahead, is_usable, may_operate, right_surgeon
from models.theatres.entities import Patient, TheatreList
from models.theatres.instance import Instance
from models.theatres.reasons.alternatives import (
    Help,
    Offer,
    another_surgeon,
    first_offer_that_fits,
    staff_or_surgeon_for_a_list,
    surgeon_elsewhere,
    swaps,
    tests_in_time,
    theatres_swapped,
    wider_choices,
)
from models.theatres.reasons.edits import Addition, Change, edited
from models.theatres.reasons.reason import Reason, and_then, upper_first
from models.theatres.reasons.remedies import Remedies, least_effort
from models.theatres.words import day_text, list_text

_LISTS_TRIED = 4


def no_suitable_list(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """No list has staff, a right surgeon who can be there, and a theatre that suits (T-03, T-04, T-05, T-34)."""
    instance, patient = book.instance, book.instance.patients[patient_id]
    own = [on for on in lists if on.surgeon_id is not None and right_surgeon(instance, patient, on)]
    who = {"named": patient.surgeon_id or "the named surgeon", "trust": f"any surgeon of {patient.trust_id}"}
    surgeon = who.get(patient.surgeon_choice, "any surgeon")
    staffed = [on for on in own if "T-03" not in book.own_rules(patient_id, on.list_id)]
    if not own:
        sentence, rules = f"There is no list of {surgeon} for this operation on these dates.", ("T-04",)
    elif not staffed:
        sentence, rules = f"No list of {surgeon} is staffed with the surgeon there.", ("T-03",)
    elif not any(is_usable(instance, on) for on in staffed):
        sentence = f"On the day of each list of {surgeon} they are elsewhere, with no time for the way between."
        rules = ("T-34",)
    else:
        laminar = any(patient.asa_grade <= instance.theatres[on.theatre_id].max_asa_grade for on in staffed)
        what = "has the laminar flow this operation needs" if laminar else f"takes ASA grade {patient.asa_grade}"
        sentence, rules = f"No theatre {surgeon} works in {what}.", ("T-05",)
    helps = [*another_surgeon(book, patient_id), *staff_or_surgeon_for_a_list(book, patient_id, lists)]
    helps += surgeon_elsewhere(book, patient_id, own) if not helps else ()
    helps += theatres_swapped(book, patient_id, own) if not helps else ()
    helps += _in_another_theatre(book, patient_id, own) if not helps else ()
    helps += _with_another_surgeon(book, patient_id) if not helps else ()
    elsewhere = f"No theatre here takes ASA grade {patient.asa_grade}: an operation at another hospital."
    if not helps and all(patient.asa_grade > theatre.max_asa_grade for theatre in instance.theatres.values()):
        return Reason(patient_id, "no_suitable_list", sentence, rules, (), elsewhere)
    if not helps and not own:
        missing = _missing_list(book.instance, patient, surgeon)
        return Reason(patient_id, "no_suitable_list", sentence, rules, (), missing)
    return Reason(patient_id, "no_suitable_list", sentence, rules, tuple(helps[:2]))


def _missing_list(instance: Instance, patient: Patient, surgeon: str) -> str:
    """What nobody can be booked without: a list of a surgeon of theirs on a day they can be told of and come.

    This is what is missing, not a change that was tried: what else such a list needs, nobody knows yet.
    """
    if not any(may_operate(instance, patient, surgeon_id) for surgeon_id in instance.surgeons):
        skill = instance.subspecialties[instance.procedures[patient.procedure_code].subspecialty_id]
        return f"Missing is a surgeon for {skill} whom the patient has agreed to, with a list."
    planning = instance.planning_date
    first = planning + dt.timedelta(days=first_day_ahead(instance, patient))
    if patient.available_to is not None and patient.available_to < first:
        last = day_text(patient.available_to)
        return f"Missing is a list of {surgeon} with room from {day_text(first)}; the patient can come until {last}."
    days = [f"from {day_text(max(first, patient.available_from or first))}"]
    days += [f"until {day_text(patient.available_to)}"] if patient.available_to is not None else []
    return f"Missing is a list of {surgeon} for this operation, with room, on a day {' '.join(days)}."


def _in_another_theatre(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> tuple[Help, ...]:
    """Theatres swapped, and then what is missing on the list: the first swap after which a remedy is found."""
    for on, swap in swaps(book, patient_id, lists)[:_LISTS_TRIED]:
        remedy = Remedies(book.under(edited(book.instance, swap.edits))).for_list(patient_id, on.list_id)
        if remedy is not None:
            return and_then(swap.words, swap.edits, (Help(f"{upper_first(remedy.help)}.", on.list_id, remedy.edits),))
    return ()


def _with_another_surgeon(book: Book, patient_id: str) -> tuple[Help, ...]:
    """Another surgeon, and then what is missing on the nearest list."""
    for words, edits in wider_choices(book, patient_id):
        willing = book.under(edited(book.instance, edits))
        broken = [(on.list_id, willing.why_not(patient_id, on.list_id)) for on in willing.eligible(patient_id)]
        remedy = Remedies(willing).nearest(patient_id, broken, _LISTS_TRIED)
        if remedy is not None:
            return and_then(words, edits, (Help(f"{upper_first(remedy.help)}.", remedy.list_id, remedy.edits),))
    return ()


def existing_booking(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """The booking that stays breaks a rule (T-20)."""
    del lists
    list_id = book.instance.fixed_bookings[patient_id]
    rules = book.why_not(patient_id, list_id)
    where = list_text(book.instance.lists[list_id])
    sentence = (
        f"Has a booking that stays on {where}, which breaks {', '.join(rules)}; no other list may be offered unasked."
    )
    named = Addition("named_changes", (("patient_id", patient_id), ("reason", "the booking cannot be kept")))
    helps = first_offer_that_fits(book, patient_id, [("With a change named for this patient", (named,))])
    return Reason(patient_id, "existing_booking", sentence, ("T-20",), helps)


def notice(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """Every list that suits is too soon for the notice (T-06)."""
    days, planning = book.instance.patients[patient_id].notice_days, book.instance.planning_date
    sentence = (
        f"Every list that suits is before {day_text(planning + dt.timedelta(days=days))}, the first day with "
        f"{days} days' notice; the last one is on {day_text(lists[-1].date)}."
    )
    latest_first = list(reversed(lists))
    offers = [_with_notice(patient_id, on, planning) for on in latest_first]
    return Reason(patient_id, "notice", sentence, ("T-06",), _own_change(book, patient_id, latest_first, offers))


def _with_notice(patient_id: str, on: TheatreList, planning: dt.date) -> Offer:
    notice = (on.date - planning).days
    return f"Accepting {notice} days' notice", (Change("patients", _row(patient_id), "notice_days", notice),)


def loan_kit(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """Every list that suits is too soon for kit on loan (T-31)."""
    instance, planning = book.instance, book.instance.planning_date
    kit = max((instance.kit[k] for k in instance.procedure_of(patient_id).kit), key=lambda k: (k.loan_days, k.kit_id))
    sentence = (
        f"{kit.name} must be ordered {kit.loan_days} days before, so no operation before "
        f"{day_text(planning + dt.timedelta(days=kit.loan_days))}; the last list that suits is on "
        f"{day_text(lists[-1].date)}."
    )
    latest_first = list(reversed(lists))
    offers = [_with_loan(book, patient_id, on) for on in latest_first]
    return Reason(patient_id, "loan_kit", sentence, ("T-31",), _own_change(book, patient_id, latest_first, offers))


def _with_loan(book: Book, patient_id: str, on: TheatreList) -> Offer:
    """Every kit of the patient delivered by the day of a list."""
    instance, days = book.instance, (on.date - book.instance.planning_date).days
    late = [instance.kit[k] for k in instance.procedure_of(patient_id).kit if instance.kit[k].loan_days > days]
    words = " and ".join(f"{kit.name} delivered in {days} days instead of {kit.loan_days}" for kit in late)
    return words, tuple(Change("kit", (("kit_id", kit.kit_id),), "loan_days", days) for kit in late)


def not_available(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """The patient can come on no day with a list that suits (T-07)."""
    patient = book.instance.patients[patient_id]
    since = f"from {day_text(patient.available_from)}" if patient.available_from else ""
    until = f"until {day_text(patient.available_to)}" if patient.available_to else ""
    sentence = f"Can come only {' '.join(part for part in (since, until) if part)}; no list that suits is then."
    offers = [_on_its_day(patient, on) for on in lists]
    return Reason(patient_id, "not_available", sentence, ("T-07",), _own_change(book, patient_id, lists, offers))


def _on_its_day(patient: Patient, on: TheatreList) -> Offer:
    early = patient.available_from is not None and on.date < patient.available_from
    column = "available_from" if early else "available_to"
    return f"Coming on {day_text(on.date)}", (Change("patients", _row(patient.patient_id), column, on.date),)


def _own_change(
    book: Book, patient_id: str, lists: Sequence[TheatreList], offers: Sequence[Offer]
) -> tuple[Help, ...]:
    """What helps when the patient changes a date or notice, one offer for each list: that alone, else with more."""
    helps = first_offer_that_fits(book, patient_id, offers)
    if helps:
        return helps
    near = []
    for on, (words, edits) in zip(lists, offers, strict=True):
        willing = book.under(edited(book.instance, edits))
        rules = willing.why_not(patient_id, on.list_id)
        if not willing.own_rules(patient_id, on.list_id):
            near.append((least_effort(willing, patient_id, on.list_id, rules), on.list_id, words, edits, willing))
    for _, list_id, words, edits, willing in sorted(near, key=lambda item: item[:2])[:_LISTS_TRIED]:
        remedy = Remedies(willing).for_list(patient_id, list_id)
        if remedy is not None:
            return and_then(words, edits, (Help(f"{upper_first(remedy.help)}.", list_id, remedy.edits),))
    return ()


def tests_not_in_time(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """The tests cannot be done before any list that suits (T-15 to T-19)."""
    instance = book.instance
    last = lists[-1]
    rules = tuple(sorted({rule for on in lists for rule in book.tests.never(patient_id, on.date)}))
    names = sorted({instance.tests[t].name for on in lists for t in book.tests.impossible(patient_id, on.date)})
    what = ", ".join(names) or "An appointment already made"
    sentence = (
        f"{what} cannot be fitted in before any of the {len(lists)} lists that suit, up to {day_text(last.date)}."
    )
    helps = tests_in_time(book, patient_id, list(reversed(lists))[:_LISTS_TRIED])
    return Reason(patient_id, "tests_not_in_time", sentence, rules, helps)


def _row(patient_id: str) -> tuple[tuple[str, str], ...]:
    return (("patient_id", patient_id),)
