"""Times of the lists a change touches: in the order they have, closed up; or as a search of the day finds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from models.theatres.day_order import bookings_of, day_case, day_list, gap_minutes, times_of_day
from models.theatres.instance import Instance
from models.theatres.plan import Booking

Cases = Mapping[str, tuple[Booking, ...]]
"""List -> its bookings in order."""


def without(cases: Sequence[Booking], patients: Sequence[str]) -> list[str]:
    """The patients of a list in order, but for these."""
    return [case.patient_id for case in cases if case.patient_id not in patients]


def place_for(instance: Instance, list_id: str, order: Sequence[str], patient_id: str) -> int:
    """Where on a list the order rules and wishes put one more patient, the others as they are; counted from 0."""

    mine = _rank(instance, list_id, patient_id)
    return next((at for at, other in enumerate(order) if _rank(instance, list_id, other) > mine), len(order))


def place_at(cases: Sequence[Booking], patient_id: str, start: dt.datetime) -> int:
    """How many cases of a list, this patient's apart, begin before a moment."""
    return sum(case.start < start for case in cases if case.patient_id != patient_id)


def laid(
    instance: Instance, list_id: str, order: Sequence[str], not_before: Mapping[str, dt.datetime]
) -> tuple[Booking, ...]:
    """The cases of a list one after the other, each as soon as the one before lets it, and not before its moment."""
    clock, found = instance.lists[list_id].start, list[Booking]()
    for position, patient_id in enumerate(order, start=1):
        start = max(clock, not_before.get(patient_id, clock))
        end = start + dt.timedelta(minutes=instance.duration(patient_id, list_id).mean_minutes)
        found.append(Booking(list_id, position, patient_id, start, end))
        clock = end + dt.timedelta(minutes=gap_minutes(instance, instance.patients[patient_id]))
    return tuple(found)


def left_as_they_are(cases: Sequence[Booking], gone: Sequence[str]) -> tuple[Booking, ...]:
    """The cases of a list at their times, some of them gone."""
    stay = [case for case in cases if case.patient_id not in gone]
    return tuple(
        Booking(case.list_id, at, case.patient_id, case.start, case.end) for at, case in enumerate(stay, start=1)
    )


def searched(instance: Instance, cases: Cases, days: Sequence[dt.date]) -> dict[str, tuple[Booking, ...]] | None:
    """All lists of these days in an order that keeps what theatres share; None when none was found."""
    found: dict[str, tuple[Booking, ...]] = {}
    for day in days:
        lists = []
        for list_id in sorted(at for at in cases if instance.lists[at].date == day and cases[at]):
            one = day_list(instance, list_id, [case.patient_id for case in cases[list_id]])
            if one is None:
                return None
            lists.append(one)
        starts = times_of_day(instance, lists).starts
        if starts is None:
            return None
        found |= {one.on.list_id: bookings_of(one, mine) for one, mine in zip(lists, starts, strict=True)}
    return found


def layouts(
    instance: Instance, before: Cases, orders: Mapping[str, Sequence[str]], not_before: Mapping[str, dt.datetime],
    *, order_is_free: bool,
) -> Iterator[dict[str, tuple[Booking, ...]]]:  # fmt: skip
    """Ways to time the lists a change touches, the one that moves others least first; `orders` are their patients.

    First closed up in this order; then with those who only lost somebody as they were; then, if no place or time was
    asked for, as a search of the whole day finds it.
    """
    closed = {at: laid(instance, at, order, not_before) for at, order in sorted(orders.items())}
    yield closed
    lost = {at: [c.patient_id for c in before[at] if c.patient_id not in order] for at, order in orders.items()}
    only_lost = [at for at, order in orders.items() if len(order) + len(lost[at]) == len(before[at]) and lost[at]]
    if only_lost:
        yield {**closed, **{at: left_as_they_are(before[at], lost[at]) for at in only_lost}}
    if order_is_free:
        days = sorted({instance.lists[at].date for at in orders})
        found = searched(instance, {**before, **closed}, days)
        if found is not None:
            yield {**closed, **found}


def _rank(instance: Instance, list_id: str, patient_id: str) -> tuple[int, tuple[int, bool, bool, int, str, str]]:
    case = day_case(instance, patient_id, list_id)
    return case.kind.hard_class, case.rank
