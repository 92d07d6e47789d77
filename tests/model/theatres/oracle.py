"""The best plan of a tiny month by trying every way to put its patients on lists; and small months to try it on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from models.theatres.booking import Book
from models.theatres.instance import Instance
from tests.model.theatres.workshop import workshop

Values = tuple[int, int, int, int]


def best_values(instance: Instance, without_rules: frozenset[str] = frozenset()) -> Values:
    """The values of the four stages of the lexicographically best plan."""
    book = Book(instance, without_rules)
    waiting = [p for p in instance.patients if p not in book.list_of and book.eligible(p)]
    return _best(book, waiting)


def values_of(instance: Instance, list_of: dict[str, str]) -> Values:
    """Patients of P2, long waits, points and minutes of a set of bookings, counted here and not by the model."""
    s = instance.settings
    booked = [instance.patients[p] for p in list_of]
    weeks = {p.patient_id: (s.planning_date - p.clock_start).days // 7 for p in booked}
    more = {"P2": s.weight_p2, "P3": s.weight_p3}
    return (
        sum(p.priority == "P2" for p in booked),
        sum(w >= s.long_wait_weeks for w in weeks.values()),
        sum(s.weight_case + s.weight_week_waited * weeks[p.patient_id] + more.get(p.priority, 0) for p in booked),
        sum(instance.duration(p, list_id).mean_minutes for p, list_id in list_of.items()),
    )


def _best(book: Book, waiting: Sequence[str]) -> Values:
    if not waiting:
        return values_of(book.instance, book.list_of)
    patient_id, rest = waiting[0], waiting[1:]
    best = _best(book, rest)
    for on in book.eligible(patient_id):
        if book.book(patient_id, on.list_id):
            best = max(best, _best(book, rest))
            book.remove(patient_id)
    return best


def small_month(seed: int) -> Instance:
    """The workshop with other durations, priorities, waits, beds, sets and lists; one bed or set more or less."""
    draw = random.Random(seed)
    base = workshop()
    people = sorted(draw.sample(sorted(base.patients), 8))
    procedures = {
        code: replace(
            p,
            duration=replace(
                p.duration,
                mean_minutes=p.duration.mean_minutes + draw.choice((-20, 0, 15, 40)),
                variance_minutes2=p.duration.variance_minutes2 * draw.choice((0.5, 1.0, 2.0)),
            ),
        )
        for code, p in base.procedures.items()
    }
    patients = {
        patient_id: replace(
            p,
            priority=draw.choice(("P2", "P3", "P4", "P4")),
            clock_start=p.clock_start.replace(year=draw.choice((2025, 2026, 2026))),
            infection_risk=draw.choice(("no", "no", "yes")),
            surgeon_choice=draw.choice(("named", "any")),
            available_from=None,
            notice_days=21,
        )
        for patient_id, p in base.patients.items()
        if patient_id in people
    }
    lists = {
        list_id: replace(on, staffed=on.staffed or draw.random() < 0.5, subspecialty_id=None)
        for list_id, on in base.lists.items()
    }
    beds = {
        key: replace(night, beds_open=night.beds_open + draw.choice((-1, 0, 1, 2)))
        for key, night in base.beds.items()
    }
    kit = {kit_id: replace(k, sets=k.sets + draw.choice((-1, 0, 1))) for kit_id, k in base.kit.items()}
    surgeons = {
        s: replace(surgeon, max_lists_per_week=draw.choice((1, 2, 3))) for s, surgeon in base.surgeons.items()
    }
    return replace(
        base,
        procedures=procedures,
        patients=patients,
        lists=lists,
        beds=beds,
        kit=kit,
        surgeons=surgeons,
        existing_bookings={},
        existing_appointments=(),
    )
