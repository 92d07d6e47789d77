"""Why a patient is not booked and what would book them, found by testing that patient alone against the plan.

The definitions of the codes stand in the README. Whatever is said to help was tried before it is said: with those
edits, and the rest of the plan as it is, the patient fits; as things stand the patient fits nowhere.
"""

from __future__ import annotations

from models.theatres.booking import Book
from models.theatres.booking.day_orders import REASON_NODES
from models.theatres.eligibility import NO_RULES, readiness_codes
from models.theatres.plan import Plan
from models.theatres.reasons.not_ready import not_ready
from models.theatres.reasons.others_first import others_come_first
from models.theatres.reasons.own_data import (
    existing_booking,
    loan_kit,
    no_suitable_list,
    not_available,
    notice,
    tests_not_in_time,
)
from models.theatres.reasons.reason import Reason
from models.theatres.reasons.remedies import Remedies


def reasons(plan: Plan, without_rules: frozenset[str] = NO_RULES) -> dict[str, Reason]:
    """The reason of every patient the plan does not book, in the order of patients."""
    remedies = Remedies(Book.of_plan(plan, without_rules, nodes=REASON_NODES))
    return {p: _reason(remedies, p) for p in plan.instance.patients if p not in plan.list_of}


def reason(book: Book, patient_id: str) -> Reason:
    """Why one patient is not booked in a book."""
    return _reason(Remedies(book), patient_id)


def _reason(remedies: Remedies, patient_id: str) -> Reason:
    book = remedies.book
    codes = readiness_codes(book.instance, patient_id) if "T-02" not in book.without_rules else ()
    if codes:
        return not_ready(book, patient_id, codes, lambda ready, of: _of_ready(remedies.of_others(ready), of))
    return _of_ready(remedies, patient_id)


def _of_ready(remedies: Remedies, patient_id: str) -> Reason:
    """Sift the lists as the README says; the first sieve that lets none through is the reason."""
    book = remedies.book
    through_all = book.eligible(patient_id)
    if through_all:
        return others_come_first(remedies, patient_id, through_all)
    left = sorted(book.instance.lists.values(), key=lambda on: (on.start, on.list_id))
    sieves = (
        ({"T-02", "T-03", "T-04", "T-05", "T-34"}, no_suitable_list),
        ({"T-20"}, existing_booking),
        ({"T-06"}, notice),
        ({"T-31"}, loan_kit),
        ({"T-07"}, not_available),
        ({"T-15", "T-16", "T-17", "T-18", "T-19"}, tests_not_in_time),
    )
    for rules, tell in sieves:
        through = [on for on in left if not rules & set(book.own_rules(patient_id, on.list_id))]
        if not through:
            return tell(book, patient_id, left)
        left = through
    raise AssertionError(f"{left[0].list_id} passes every sieve for {patient_id} and is not eligible")
