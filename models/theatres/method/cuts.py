"""Why a filling the rows allow cannot be kept after all, as a row that forbids it from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from models.theatres.booking import Book
from models.theatres.day_order import SHARED_RULES, day_case
from models.theatres.formulation.appointments import Need, Place
from models.theatres.formulation.limits import NotTogether, Row
from models.theatres.formulation.list_rows import not_so_long
from models.theatres.formulation.month import Indices, Month
from models.theatres.formulation.rows import places_row
from models.theatres.method.days import any_order, no_order_exists

Kind = tuple[int, int, int, tuple[tuple[str, str, int], ...]]
"""Place of the list, order class, gap after, and what is held for how long after the end of the case."""


def cut_for(month: Month, book: Book, pair: int) -> Row | NotTogether | None:
    """A row broken by the bookings of the book with one more pair, which the book refused; None when there is none.

    Tests without places: everybody who can only use the same full places. Days without an order: a smallest set of
    cases that cannot be ordered together. Lists late too often when rehearsed: those cases and others like them.
    """
    patient, on = month.patient(pair), month.list_at(pair)
    rules = book.why_not(patient.patient_id, on.list_id)
    if "T-18" in rules:
        for need in month.needs[pair]:
            places = _full_places(month, book, need)
            if places is not None:
                return places_row(month, need.test_id, places)
    of_the_day = [rule for rule in SHARED_RULES if rule in rules]
    if of_the_day:
        return _day_cut(month, book, pair, of_the_day[0])
    if "T-37" in rules:
        others = [month.pair_of[p, on.list_id] for p in book.patients_on(on.list_id)]
        return not_so_long(month, [*others, pair])
    return None


def _full_places(month: Month, book: Book, need: Need) -> frozenset[Place] | None:
    """The places a need and all who would have to move for it can use, when every one of them is full.

    Everybody with an appointment in these places can only use these places, so that they and the need are one too
    many: Hall's condition is broken. None when a place is free after all.
    """
    takers: dict[Place, list[str]] = {}
    for made in book.tests.appointments():
        if made.test_id == need.test_id:
            takers.setdefault((made.site_id, made.start.date()), []).append(made.patient_id)
    needs = _needs_of_booked(month, book, need.test_id)
    free = month.appointments.free[need.test_id]
    reached: set[Place] = set()
    waiting = list(month.appointments.places(need))
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        here = takers.get(place, [])
        if len(here) < free[place]:
            return None
        reached.add(place)
        for patient_id in here:
            waiting.extend(month.appointments.places(needs[patient_id]))
    return frozenset(reached)


def _needs_of_booked(month: Month, book: Book, test_id: str) -> Mapping[str, Need]:
    found = {}
    for patient_id, list_id in book.list_of.items():
        for need in month.needs[month.pair_of[patient_id, list_id]]:
            if need.test_id == test_id:
                found[patient_id] = need
    return found


def _day_cut(month: Month, book: Book, pair: int, rule: str) -> NotTogether | None:
    """The refused case with as few others of its day as cannot be put in order with it.

    None when the day has an order after all, which the book did not find and is told.
    """
    day = month.list_at(pair).date
    refused = (month.patient(pair).patient_id, month.list_at(pair).list_id)
    cases = [(p, at) for p, at in sorted(book.list_of.items()) if month.instance.lists[at].date == day]
    needed = [*cases, refused]
    found = any_order(month.instance, _by_list(month, needed, day), month.without_rules)
    if found.bookings:
        book.remember_order(found.bookings)
        return None
    # Whole lists first: most of a day has nothing to do with it.
    by_list = [[case for case in cases if case[1] == at] for at in sorted({at for _, at in cases})]
    for some in [*by_list, *([case] for case in cases)]:
        fewer = [other for other in needed if other not in some]
        if len(fewer) < len(needed) and not _may_have_order(month, fewer, day):
            needed = fewer
    pairs = np.array(sorted(month.pair_of[case] for case in needed), dtype=np.int64)
    # Said of longer cases too, so it must not hang on the rehearsal: there a longer case has other luck.
    proven = no_order_exists(month.instance, _by_list(month, needed, day), month.without_rules | {"T-37"})
    name = f"{rule.replace('-', '_')}_not_together[{day},{'+'.join(p for p, _ in needed)}]"
    return NotTogether(name, rule, _groups(month, pairs), proven)


def _groups(month: Month, pairs: Indices) -> tuple[tuple[Indices, int], ...]:
    """So many cases at least as long as the longest, as the second longest, ... of each kind: then no order exists.

    An order of longer cases is one of shorter ones too: each ends when the longer one did.
    """
    kinds: dict[Kind, list[int]] = {}
    for pair in pairs.tolist():
        kinds.setdefault(_kind(month, pair), []).append(pair)
    groups = []
    for kind, found in sorted(kinds.items()):
        alike = [int(pair) for pair in month.by_list[kind[0]] if _kind(month, int(pair)) == kind]
        found.sort(key=lambda pair: (-month.touch_minutes[pair], -month.touch_variance[pair]))
        # As uncertain as the most uncertain of the shorter ones: whoever takes a place then takes no less.
        variances = np.maximum.accumulate(month.touch_variance[found][::-1])[::-1]
        for number, (pair, variance) in enumerate(zip(found, variances, strict=True), start=1):
            longer = [p for p in alike if month.touch_minutes[p] >= month.touch_minutes[pair]]
            uncertain = {p for p in longer if month.touch_variance[p] >= variance} | set(found[:number])
            groups.append((np.array(sorted(uncertain), dtype=np.int64), number))
    return tuple(groups)


def _kind(month: Month, pair: int) -> Kind:
    """What the order of the day sees of a case, but for its minutes; begins with the list."""
    patient, list_at = month.patient(pair), int(month.pair_list[pair])
    seen = day_case(month.instance, patient.patient_id, month.lists[list_at], month.without_rules).kind
    held = tuple((*use.resource, use.until - seen.minutes) for use in seen.uses)
    return list_at, seen.hard_class, seen.gap_minutes, held


def _may_have_order(month: Month, cases: list[tuple[str, str]], day: dt.date) -> bool:
    return not no_order_exists(month.instance, _by_list(month, cases, day), month.without_rules)


def _by_list(month: Month, cases: list[tuple[str, str]], day: dt.date) -> dict[str, list[str]]:
    by_list: dict[str, list[str]] = {month.lists[at]: [] for at in month.lists_by_day[day]}
    for patient_id, list_id in cases:
        by_list[list_id].append(patient_id)
    return by_list
