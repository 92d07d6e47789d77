"""Why a patient is not booked and what would book them, found by testing that patient alone against the plan.

The definitions of the codes stand in the README. Whatever is said to help was tried before it is said: with those
edits, and the rest of the plan as it is, the patient fits; as things stand the patient fits nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.theatres.booking import Book
from models.theatres.eligibility import NO_RULES, is_usable, may_operate, readiness_codes
from models.theatres.entities import Patient, TheatreList
from models.theatres.plan import Plan
from models.theatres.reasons.alternatives import (
    Help,
    Offer,
    another_surgeon,
    first_list_that_fits,
    first_offer_that_fits,
    place_of_another,
    staff_or_surgeon_for_a_list,
    tests_in_time,
    theatres_swapped,
)
from models.theatres.reasons.edits import Change, Edit, edited
from models.theatres.reasons.remedies import Remedy, first_estimate, remedy_for_list
from models.theatres.words import day_text, list_text

_LISTS_TRIED = 4
# A remedy of more minutes than this is unlikely to be granted: other ways are named first.
_FAR = 45
_NOTHING = "No single change was found that would book this patient on these lists."


@dataclass(frozen=True)
class Reason:
    """Why one patient is not booked; `rules` are those that stand in the way, `helps` what would book them."""

    patient_id: str
    code: str
    sentence: str
    rules: tuple[str, ...]
    helps: tuple[Help, ...] = ()
    otherwise: str = _NOTHING

    @property
    def what_would_help(self) -> str:
        return " Or: ".join(help.sentence for help in self.helps) if self.helps else self.otherwise


@dataclass(frozen=True)
class _Readiness:
    """A readiness code in words, what has to be done, and the edits that say it was done."""

    sentence: str
    to_do: str
    edits: tuple[tuple[str, str | bool], ...]


_READINESS: dict[str, _Readiness] = {
    "asked_to_wait": _Readiness("Has asked to wait (priority P5 or P6)", "the patient wants to go ahead",
                                (("priority", "P4"),)),
    "not_an_adult": _Readiness("Is under 18, and the centre treats adults", "", ()),
    "not_validated": _Readiness("The entry has not been validated", "the entry is validated", (("validated", True),)),
    "unfit": _Readiness("Was not fit for surgery at the last review", "the patient is fit", (("fit", True),)),
    "no_consent": _Readiness("Has not consented to this operation", "consent is given", (("consented", True),)),
    "side_missing": _Readiness("The side of the operation is not written down", "the side is written down",
                               (("laterality", "left"),)),
    "latex_unknown": _Readiness("Nobody has asked about latex allergy", "latex allergy is known (and there is none)",
                                (("latex_allergy", "no"),)),
    "infection_unknown": _Readiness("The infection status is unknown", "the infection status is known (and clear)",
                                    (("infection_risk", "no"),)),
    "no_surgeon": _Readiness("No surgeon is named", "a surgeon is named", ()),
}  # fmt: skip


def reasons(plan: Plan, without_rules: frozenset[str] = NO_RULES) -> dict[str, Reason]:
    """The reason of every patient the plan does not book, in the order of patients."""
    book = Book.of_plan(plan, without_rules)
    return {p: reason(book, p) for p in plan.instance.patients if p not in plan.list_of}


def reason(book: Book, patient_id: str) -> Reason:
    """Why one patient is not booked in a book."""
    codes = readiness_codes(book.instance, patient_id) if "T-02" not in book.without_rules else ()
    return _not_ready(book, patient_id, codes) if codes else _ready(book, patient_id)


# --- patients who are not ready ------------------------------------------------------------------------------------


def _not_ready(book: Book, patient_id: str, codes: Sequence[str]) -> Reason:
    sentence = "; ".join(_READINESS[code].sentence for code in codes) + "."
    if "not_an_adult" in codes:
        help = "Treatment at a centre for children and young people."
        return Reason(patient_id, codes[0], sentence, ("T-02",), (), help)
    once = "Once " + " and ".join(_READINESS[code].to_do for code in codes)
    where = _row(patient_id)
    edits: tuple[Edit, ...] = tuple(
        Change("patients", where, column, value) for code in codes for column, value in _READINESS[code].edits
    )
    named = _surgeons_to_name(book, patient_id) if "no_surgeon" in codes else ("",)
    after = None
    for surgeon_id in named:
        name = (Change("patients", where, "surgeon_id", surgeon_id),) if surgeon_id else ()
        ready = book.under(edited(book.instance, (*edits, *name)))
        found = first_list_that_fits(ready, patient_id)
        if found is not None:
            who = f" ({surgeon_id})" if surgeon_id else ""
            there = f"{once}{who}: there is room on {list_text(found)}."
            return Reason(patient_id, codes[0], sentence, ("T-02",), (Help(there, found.list_id, (*edits, *name)),))
        after = after or (_ready(ready, patient_id), (*edits, *name))
    if after is None:
        return Reason(patient_id, codes[0], sentence, ("T-02",), (), f"{once}; no surgeon covers the operation.")
    then, first = after
    helps = _and_then(once, first, then.helps)
    return Reason(
        patient_id, codes[0], sentence, ("T-02",), helps, f"{once}; even then: {_lower_first(then.sentence)}"
    )


def _and_then(first: str, edits: tuple[Edit, ...], then: Sequence[Help]) -> tuple[Help, ...]:
    """What helps once something else has been settled."""
    return tuple(
        Help(
            f"{first}, and then: {_lower_first(more.sentence)}", more.list_id, (*edits, *more.edits), more.instead_of
        )
        for more in then
    )


def _surgeons_to_name(book: Book, patient_id: str) -> tuple[str, ...]:
    """The surgeons who cover a patient's operation, those of the home trust first."""
    instance = book.instance
    patient, wanted = instance.patients[patient_id], instance.procedure_of(patient_id).subspecialty_id
    able = [s for s in instance.surgeons.values() if wanted in s.subspecialties]
    return tuple(s.surgeon_id for s in sorted(able, key=lambda s: (s.trust_id != patient.trust_id, s.surgeon_id)))


# --- patients who are ready ----------------------------------------------------------------------------------------


def _ready(book: Book, patient_id: str) -> Reason:
    """Sift the lists as the README says; the first sieve that lets none through is the reason."""
    through_all = book.eligible(patient_id)
    if through_all:
        return _others_come_first(book, patient_id, through_all)
    left = sorted(book.instance.lists.values(), key=lambda on: (on.start, on.list_id))
    sieves = (
        ("no_suitable_list", {"T-02", "T-03", "T-04", "T-05", "T-34"}, _no_suitable_list),
        ("existing_booking", {"T-20"}, _existing_booking),
        ("notice", {"T-06"}, _notice),
        ("loan_kit", {"T-31"}, _loan_kit),
        ("not_available", {"T-07"}, _not_available),
        ("tests_not_in_time", {"T-15", "T-16", "T-17", "T-18", "T-19"}, _tests_not_in_time),
    )
    for _, rules, tell in sieves:
        through = [on for on in left if not rules & set(book.own_rules(patient_id, on.list_id))]
        if not through:
            return tell(book, patient_id, left)
        left = through
    raise AssertionError(f"{left[0].list_id} passes every sieve for {patient_id} and is not eligible")


def _no_suitable_list(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    instance, patient = book.instance, book.instance.patients[patient_id]
    own = [on for on in lists if on.surgeon_id is not None and may_operate(instance, patient, on.surgeon_id)]
    who = {"named": patient.surgeon_id or "the named surgeon", "trust": f"any surgeon of {patient.trust_id}"}
    surgeon = who.get(patient.surgeon_choice, "any surgeon")
    usable = [on for on in own if is_usable(instance, on)]
    if not own:
        sentence, rules = f"There is no list of {surgeon} for this operation on these dates.", ("T-04",)
    elif not usable:
        sentence, rules = f"No list of {surgeon} is staffed with the surgeon there.", ("T-03",)
    else:
        sentence = f"No theatre {surgeon} works in takes ASA grade {patient.asa_grade} and this operation."
        rules = ("T-05",)
    helps = [*another_surgeon(book, patient_id), *staff_or_surgeon_for_a_list(book, patient_id, lists)]
    helps += theatres_swapped(book, patient_id, own) if not helps else ()
    return Reason(patient_id, "no_suitable_list", sentence, rules, tuple(helps))


def _existing_booking(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    del lists
    list_id = book.instance.fixed_bookings[patient_id]
    rules = book.why_not(patient_id, list_id)
    where = list_text(book.instance.lists[list_id])
    sentence = (
        f"Has an agreed date on {where}, which breaks {', '.join(rules)}; no other list may be offered unasked."
    )
    return Reason(patient_id, "existing_booking", sentence, ("T-20",))


def _notice(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
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


def _loan_kit(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
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


def _not_available(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
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
            near.append((first_estimate(willing, patient_id, on.list_id, rules), on.list_id, words, edits, willing))
    for _, list_id, words, edits, willing in sorted(near, key=lambda item: item[:2])[:_LISTS_TRIED]:
        remedy = remedy_for_list(willing, patient_id, list_id)
        if remedy is not None:
            return _and_then(words, edits, (Help(f"{_upper_first(remedy.help)}.", list_id, remedy.edits),))
    return ()


def _tests_not_in_time(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
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


def _others_come_first(book: Book, patient_id: str, lists: Sequence[TheatreList]) -> Reason:
    """Somebody else has what the patient needs on every list; say what is short where the least would help."""
    broken = {on.list_id: book.why_not(patient_id, on.list_id) for on in lists}
    rules = tuple(sorted({rule for found in broken.values() for rule in found}))
    free = next((on for on in lists if not broken[on.list_id]), None)
    if free is not None:
        there = Help(f"Booking on {list_text(free)}: there is room.", free.list_id, ())
        return Reason(patient_id, "lower_priority", "There is room; the search ended before it.", rules, (there,))
    remedy = _least_remedy(book, patient_id, broken)
    full = f"The {len(lists)} lists that suit are full" if len(lists) > 1 else "The one list that suits is full"
    pool = another_surgeon(book, patient_id)
    helps = [Help(f"{_upper_first(remedy.help)}.", remedy.list_id, remedy.edits)] if remedy is not None else []
    if remedy is not None and remedy.effort[0] == 1:
        code, step = remedy.steps[0].code, remedy.steps[0]
        sentence = f"{full}; the nearest lacks {step.short}."
        far = step.effort > _FAR
    else:
        code, far = "lower_priority", True
        sentence = f"{full}, and on {'each' if len(lists) > 1 else 'it'} more than one thing is short."
    place = place_of_another(book, patient_id, lists) if far and not pool else ()
    found = [*pool, *place, *helps] if far else [*helps, *pool]
    return Reason(patient_id, code, sentence, rules, tuple(found[:2]))


def _least_remedy(book: Book, patient_id: str, broken: Mapping[str, Sequence[str]]) -> Remedy | None:
    """The remedy with the fewest things and the least of them, among the lists where the least seems short."""
    near = sorted((first_estimate(book, patient_id, list_id, rules), list_id) for list_id, rules in broken.items())
    tried = [remedy_for_list(book, patient_id, list_id) for _, list_id in near[:_LISTS_TRIED]]
    return min((remedy for remedy in tried if remedy is not None), key=lambda r: r.effort, default=None)


def _row(patient_id: str) -> tuple[tuple[str, str], ...]:
    return (("patient_id", patient_id),)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
