"""A sentence for every list: its finish, its chances of running late, what made its order, and who comes closest."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from models.shared.problem import Explanation
from models.theatres.booking import Book
from models.theatres.booking.day_orders import REASON_NODES
from models.theatres.day_order import placing, placings
from models.theatres.entities import TheatreList
from models.theatres.explain.telling import Number, listed, percent, tell
from models.theatres.figures import ListFigures, list_figures
from models.theatres.output_tables import READINESS_CODES
from models.theatres.plan import Booking, Plan
from models.theatres.reasons import Reason, Remedies, least_effort
from models.theatres.reasons.remedies import CODE_OF_RULE
from models.theatres.words import CODE_WORDS, list_text

_ORDER_WORDS = {
    "T-39": "urgent patients first",
    "T-22": "latex allergy first",
    "T-23": "infected patients last",
    "T-26": "diabetic patients early",
    "T-27": "day cases early",
}


def the_lists(
    plan: Plan, why: Mapping[str, Reason], late: Mapping[str, float], without_rules: frozenset[str]
) -> Iterator[Explanation]:
    """Every list of the instance in the order of time; `late` holds the rehearsed chance of a late end."""
    remedies = Remedies(Book.of_plan(plan, without_rules, nodes=REASON_NODES))
    ready = [p for p, reason in why.items() if reason.code not in READINESS_CODES]
    figures = list_figures(plan)
    for list_id, found in sorted(figures.items(), key=lambda item: (item[1].on.start, item[0])):
        nearest, missing = _nearest(remedies, ready, found.on) if found.usable else (None, "")
        cases = plan.by_list[list_id]
        parts = [_finish(found, late[list_id]), *_order(plan, cases, without_rules)]
        if not found.usable:
            parts.append("not usable: no staff, no surgeon, or the surgeon is elsewhere")
        elif nearest is not None:
            parts.append(f"closest to fitting is {nearest}, {missing}")
        else:
            parts.append("nobody ready who is not booked could come on it")
        numbers: dict[str, Number] = {
            "cases": found.cases,
            "expected_end": f"{found.expected_end:%H:%M}",
            "spare_minutes": found.spare_minutes,
            "overrun_probability": found.overrun_probability,
            "rehearsed_overrun_probability": late[list_id],
            "closest": nearest or "",
        }
        text = list_text(found.on)
        yield tell(
            f"list_{list_id}",
            f"{text[:1].upper()}{text[1:]}: {'; '.join(parts)}.",
            numbers,
            rule="T-08",
            where=f"lists.csv {list_id}",
            headline=False,
        )


def _finish(found: ListFigures, late: float) -> str:
    if not found.cases:
        return f"no case in {found.on.minutes} minutes"
    cases = f"{found.cases} case{'s' if found.cases > 1 else ''}"
    return (
        f"{cases}, expected finish {found.expected_end:%H:%M} with {found.spare_minutes} minutes to spare, late on "
        f"{percent(found.overrun_probability)} of days as planned and on {percent(late)} rehearsed"
    )


def _order(plan: Plan, cases: Sequence[Booking], without_rules: frozenset[str]) -> Iterator[str]:
    """The rules that made the order, and where two of them asked for opposite things, which one decided."""
    patients = plan.instance.patients
    rules: dict[str, None] = {}
    for placed in placings(plan.instance, [case.patient_id for case in cases], without_rules):
        if placed.rule is not None and not placed.despite:
            rules[placed.rule] = None
    if rules:
        yield f"order: {listed([_ORDER_WORDS[rule] for rule in sorted(rules, key=list(_ORDER_WORDS).index)])}"
    for first, second in itertools.combinations(cases, 2):
        placed = placing(patients[first.patient_id], patients[second.patient_id], without_rules)
        if placed.overruled and placed.rule is not None:
            lost = listed([_ORDER_WORDS[r] for r in placed.overruled])
            yield f"{first.patient_id} before {second.patient_id} by {_ORDER_WORDS[placed.rule]}, against {lost}"
            return


def _nearest(remedies: Remedies, ready: Sequence[str], on: TheatreList) -> tuple[str | None, str]:
    """The ready patient who needs the least to come on a list, and what they lack or are kept off by."""
    book = remedies.book
    found = [
        (least_effort(book, patient_id, on.list_id, book.why_not(patient_id, on.list_id)), patient_id)
        for patient_id in ready
        if not book.own_rules(patient_id, on.list_id)
    ]
    if not found:
        return None, ""
    patient_id = min(found)[1]
    rules = book.why_not(patient_id, on.list_id)
    if not rules:
        return patient_id, "who lacks nothing: there is room"
    remedy = remedies.for_list(patient_id, on.list_id)
    if remedy is not None:
        return patient_id, f"who lacks {listed([_short_here(step.short, on) for step in remedy.steps])}"
    minutes = math.ceil(-book.spare_minutes(on.list_id, patient_id))
    if minutes > 0:
        return patient_id, f"who lacks {minutes} minutes, and the list cannot end as late as that"
    words = dict.fromkeys(CODE_WORDS[CODE_OF_RULE[rule]] for rule in rules)
    return patient_id, f"kept off by {listed(list(words))}"


def _short_here(short: str, on: TheatreList) -> str:
    """What is short, where the sentence is of the list itself."""
    for words in (f" on {list_text(on)}", f" for {list_text(on)}"):
        short = short.replace(words, "")
    return short
