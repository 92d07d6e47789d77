"""What changed since the plan before, patient by patient, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.theatres.booking import Book
from models.theatres.plan import Plan
from models.theatres.reasons.remedies import CODE_OF_RULE
from models.theatres.words import CODE_WORDS, day_text

Kind = Literal["moved", "given_up", "new"]

# Why a booking could not have stayed whoever else is booked, by the rule that says so.
OWN_REASONS: Mapping[str, str] = {
    "T-02": "the patient is not ready any more",
    "T-03": "the list has no staff or no surgeon",
    "T-04": "the surgeon of the list is not one for this patient",
    "T-05": "the theatre does not suit the patient",
    "T-07": "the patient cannot come on the day",
    "T-31": "loan kit would not be there in time",
    "T-34": "the surgeon cannot be there in time",
}
_TESTS = "the tests cannot be done in time"
_MOST_NAMED = 3


@dataclass(frozen=True)
class Change:
    """One patient whose booking is not what it was. Lists are None where there is none."""

    patient_id: str
    kind: Kind
    state_before: str | None
    list_before: str | None
    list_after: str | None
    why: str


def changes(plan: Plan) -> Iterator[Change]:
    """Every existing booking that is not on its list any more; after a repair, or changes by hand, new ones too."""
    instance = plan.instance
    book = Book.of_plan(plan)
    for patient_id, (before, state) in sorted(instance.existing_bookings.items()):
        after = plan.list_of.get(patient_id)
        if after != before:
            kind: Kind = "given_up" if after is None else "moved"
            yield Change(patient_id, kind, state, before, after, _why_not_kept(plan, book, patient_id, kind))
    if instance.existing_bookings and instance.settings.aim in ("least_change", "by_hand"):
        for patient_id, list_id in sorted(plan.list_of.items()):
            if patient_id not in instance.existing_bookings:
                yield Change(patient_id, "new", None, None, list_id, _why_new(plan, patient_id, list_id))


def _why_not_kept(plan: Plan, book: Book, patient_id: str, kind: Kind) -> str:
    """The change that was named; else what rules the old list out; else who came instead, or what is short on it."""
    instance = plan.instance
    if patient_id in instance.named_changes:
        return instance.named_changes[patient_id]
    before = instance.existing_bookings[patient_id][0]
    own = book.own_rules(patient_id, before)
    if own:
        reason = rules_in_words(own)
        return f"{reason[0].upper()}{reason[1:]}."
    verb = "Moved" if kind == "moved" else "Given up"
    came = [p for p, at in sorted(plan.list_of.items()) if at == before and _list_before(plan, p) != before]
    with book.without([*came, patient_id] if patient_id in book.list_of else came):
        short = book.why_not(patient_id, before)
    if short:
        # Also without those who came the patient would not fit, so they are not the reason.
        return f"{verb}: {rules_in_words(short)}."
    if came:
        return f"{verb} to make room for {_named(came)}."
    return f"{verb} for the sake of other aims; its list has room still."


def rules_in_words(rules: Sequence[str]) -> str:
    """What keeps a patient off a list, as a book names the rules: one reason of their own, or all that is short."""
    own = [OWN_REASONS[rule] for rule in rules if rule in OWN_REASONS]
    if own:
        return own[0]
    if any(rule not in CODE_OF_RULE for rule in rules):
        return _TESTS
    words = dict.fromkeys(CODE_WORDS[CODE_OF_RULE[rule]] for rule in rules)
    return f"short for it on its list now: {', '.join(words)}"


def _why_new(plan: Plan, patient_id: str, list_id: str) -> str:
    """Whose place the patient may have, or that there was room; and what made them come first."""
    patient = plan.instance.patients[patient_id]
    left = [p for p in sorted(plan.instance.existing_bookings) if _left(plan, p, list_id)]
    place = f"Takes a place left by {_named(left)}" if left else "Takes room that was free"
    if patient.due_by is not None:
        return f"{place}; is due by {day_text(patient.due_by)}."
    return f"{place}; has waited {plan.instance.wait_weeks(patient_id)} weeks, {patient.priority}."


def _left(plan: Plan, patient_id: str, list_id: str) -> bool:
    return _list_before(plan, patient_id) == list_id != plan.list_of.get(patient_id)


def _list_before(plan: Plan, patient_id: str) -> str | None:
    return plan.instance.existing_bookings.get(patient_id, (None, ""))[0]


def _named(patients: list[str]) -> str:
    """Patients by id, the first few of many."""
    shown, more = patients[:_MOST_NAMED], len(patients) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
