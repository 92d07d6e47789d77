"""Agreed and locked bookings that cannot all stay: which rules contradict each other, and at which patients."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.problem import Explanation
from models.theatres.booking import Book
from models.theatres.formulation.month import Month
from models.theatres.rules import RULES
from solvers.conflicts import minimal_conflict

_STAY = "T-20"


def contradictions(month: Month) -> tuple[Explanation, ...]:
    """Sentences that name a smallest set of rules the fixed bookings break together; empty when they can all stay."""
    instance, without = month.instance, month.without_rules
    if _STAY in without:
        return ()
    book = Book(instance, without)
    if not book.unplaceable:
        return ()
    droppable = [rule.id for rule in RULES if rule.hard and not rule.definitional and rule.id not in without]
    groups = [rule for rule in droppable if rule != _STAY] + [_STAY]

    def can_stay(kept: frozenset[str]) -> bool:
        return _STAY not in kept or not Book(instance, without | (frozenset(groups) - kept)).unplaceable

    rules = minimal_conflict(groups, can_stay) or (_STAY,)
    names = {rule.id: rule for rule in RULES}
    people = _people(book)
    joined = " and ".join(f"{rule} ({names[rule].sentence.rstrip('.')})" for rule in rules)
    summary = Explanation(
        id="infeasible",
        rule=_STAY,
        sentence=f"The agreed and locked bookings cannot all stay: these rules contradict each other: {joined}.",
        numbers={"fixed_bookings": len(instance.fixed_bookings), "bookings_that_do_not_fit": len(people)},
        where="existing_bookings.csv",
        headline=True,
    )
    return (summary, *(_one(book, patient, broken) for patient, broken in people.items()))


def _people(book: Book) -> Mapping[str, tuple[str, ...]]:
    """Patient -> the rules their fixed booking breaks with those before it in the book."""
    fixed = book.instance.fixed_bookings
    return {patient: book.why_not(patient, fixed[patient]) for patient in book.unplaceable}


def _one(book: Book, patient: str, broken: tuple[str, ...]) -> Explanation:
    list_id = book.instance.fixed_bookings[patient]
    sentences = {rule.id: rule.sentence for rule in RULES}
    state = book.instance.existing_bookings[patient][1]
    return Explanation(
        id=f"infeasible-{patient}",
        rule=broken[0] if broken else _STAY,
        sentence=(
            f"Patient {patient} is {state} on list {list_id}, but: "
            + " ".join(sentences[rule] for rule in broken)
            + " Release or move this booking, or change what stands against it."
        ),
        numbers={"rules": ", ".join(broken)},
        where=f"existing_bookings.csv patient_id {patient}",
        headline=True,
    )
