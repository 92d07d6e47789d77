"""The orders of days a booking book has found, and those it has found not to exist: nothing is asked twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.theatres.day_order import (
    SHARED_RULES,
    DayList,
    bookings_of,
    capacities,
    day_list,
    keeps_the_rules,
    times_of_day,
)
from models.theatres.day_search import times
from models.theatres.day_shared import Answer, Kind, keeps_capacities, scarce
from models.theatres.instance import Instance
from models.theatres.plan import Booking

Cases = Mapping[str, Sequence[str]]
Starts = Mapping[str, int]

# The book asks often, and may say no where a long search would find a way: it gives up sooner.
BOOK_NODES = 600
# What is said of a patient asks longer: on days of fourteen theatres the search above called an empty list full.
REASON_NODES = 4_000
STANDBY_NODES = 20_000
# Of a day that is booked an order is wanted, so the search goes on.
PLAN_NODES = 100_000

_Key = tuple[tuple[str, float, tuple[int, ...]], ...]
_StartsByCase = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class OrderConflict:
    """Why the cases of a day have no order.

    Without any one of the rules in `alone` there is one. When there is no such rule, `together` are rules without
    which there is an order, and none of them can stay.
    """

    alone: tuple[str, ...]
    together: tuple[str, ...]


@dataclass(frozen=True)
class _Ready:
    """A list in preferred order with the number of each case's kind."""

    day_list: DayList
    numbers: tuple[int, ...]


@dataclass
class DayOrders:
    """Orders of days by what is on their lists: patients who are alike in order and time have one answer.

    A case taken off leaves an order behind, so whatever the book once held it can put in order again.
    """

    instance: Instance
    without_rules: frozenset[str]
    nodes: int = field(default_factory=lambda: BOOK_NODES)
    _lists: dict[tuple[str, tuple[str, ...]], _Ready | None] = field(default_factory=dict, repr=False)
    _numbers: dict[tuple[Kind, float], int] = field(default_factory=dict, repr=False)
    _found: dict[_Key, Answer] = field(default_factory=dict, repr=False)
    _conflicts: dict[_Key, OrderConflict] = field(default_factory=dict, repr=False)
    _refused: dict[tuple[str, int], int] = field(default_factory=dict, repr=False)
    _removals: Counter[dt.date] = field(default_factory=Counter, repr=False)

    def starts(self, cases: Cases) -> Starts | None:
        """The start of each case of a day in minutes from midnight; None when no order was found."""
        day = self._day(cases)
        if day is None:
            return None
        found = self._answer(day).starts
        return None if found is None else _named(day, found)

    def _answer(self, day: Sequence[_Ready]) -> Answer:
        without_idle_time = self._no_idle_time(day)
        if without_idle_time is not None:
            return Answer(without_idle_time)
        key = _key(day)
        if key not in self._found:
            lists = [ready.day_list for ready in day]
            self._found[key] = times([one.line for one in lists], capacities(self.instance, lists), self.nodes)
        return self._found[key]

    def bookings(self, cases: Cases) -> list[Booking] | None:
        """The cases of a day with positions and times, list by list; None when no order was found."""
        day = self._day(cases)
        if day is None:
            return None
        lists, answer = [ready.day_list for ready in day], self._answer(day)
        if not answer.proven:
            answer = times_of_day(self.instance, lists, PLAN_NODES)
        if answer.starts is None:
            return None
        found = zip(lists, answer.starts, strict=True)
        return [booking for one, starts in found for booking in bookings_of(one, starts)]

    def settle(self, cases: Cases) -> bool:
        """Whether a day has an order, by as long a search as for a plan; what is found is remembered."""
        day = self._day(cases)
        if day is None:
            return False
        answer = self._answer(day)
        if answer.starts is None and not answer.proven:
            answer = times_of_day(self.instance, [ready.day_list for ready in day], PLAN_NODES)
            self._found[_key(day)] = answer
        return answer.starts is not None

    def takes(self, cases: Cases, list_id: str, patient_id: str) -> bool:
        """Whether the cases of a day have an order, the patient just added to a list being one of them."""
        date = self.instance.lists[list_id].date
        ready = self._list(list_id, cases[list_id])
        if ready is None:
            return False
        at = next(n for n, case in enumerate(ready.day_list.cases) if case.patient_id == patient_id)
        asked = (list_id, ready.numbers[at])
        if self._refused.get(asked) == self._removals[date]:
            # More cases have come since, none has gone: there is no more room than there was.
            return False
        day = self._day(cases)
        if day is None:
            # A list of the day that is too long as it is says nothing against this patient.
            return True
        answer = self._answer(day)
        if answer.starts is None and answer.proven:
            self._refused[asked] = self._removals[date]
        return answer.starts is not None

    def conflict(self, cases: Cases) -> OrderConflict:
        """Which rules leave a day without an order, found by leaving each out alone; none when it has one."""
        day = self._day(cases)
        if day is None or self._answer(day).starts is not None:
            return OrderConflict((), ())
        key = _key(day)
        if key not in self._conflicts:
            self._conflicts[key] = self._conflict(day)
        return self._conflicts[key]

    def _conflict(self, day: Sequence[_Ready]) -> OrderConflict:
        lists = [ready.day_list for ready in day]
        limits, lines = capacities(self.instance, lists), [one.line for one in lists]
        could_run_out = {rule for rule, _ in scarce(lines, limits)}
        rules = tuple(rule for rule in SHARED_RULES if rule in could_run_out)

        def possible(left_out: Sequence[str]) -> bool:
            kept = {resource: count for resource, count in limits.items() if resource[0] not in left_out}
            return times(lines, kept, self.nodes).starts is not None

        alone = tuple(rule for rule in rules if possible((rule,))) if len(rules) > 1 else rules
        together = rules
        for rule in () if alone else rules:
            fewer = tuple(other for other in together if other != rule)
            if possible(fewer):
                together = fewer
        return OrderConflict(alone, together)

    def removed(self, before: Cases, patient_id: str) -> None:
        """Remember an order of those who stay on a day when a case goes: the others can keep their times."""
        after = {at: [p for p in patients if p != patient_id] for at, patients in before.items()}
        day = self._day(after)
        if day is None or self._no_idle_time(day) is not None:
            return
        known = self._found.get(_key(day))
        if known is not None and known.starts is not None:
            return
        starts = self.starts(before)
        if starts is not None:
            self._keep(day, starts)

    def case_gone(self, list_id: str) -> None:
        """There may be room again on the day of a list."""
        self._removals[self.instance.lists[list_id].date] += 1

    def under(self, instance: Instance, same_cases: bool) -> DayOrders:
        """What is known for an instance in which at most patients who are not booked differ (`same_cases`)."""
        if not same_cases:
            return DayOrders(instance, self.without_rules, self.nodes)
        return replace(self, instance=instance, _lists={})

    def for_other_bookings(self) -> DayOrders:
        """What is known of days, for a book that holds others: whom this one refused does not count."""
        return replace(self, _refused={}, _removals=Counter())

    def remember(self, bookings: Sequence[Booking]) -> None:
        """Remember the order of each day of a plan that keeps the order rules, what is shared and the lists' ends."""
        by_day: dict[dt.date, dict[str, list[str]]] = {}
        for booking in bookings:
            cases = by_day.setdefault(self.instance.lists[booking.list_id].date, {})
            cases.setdefault(booking.list_id, []).append(booking.patient_id)
        starts = {b.patient_id: b.start.hour * 60 + b.start.minute for b in bookings}
        for _, cases in sorted(by_day.items()):
            day = self._day(cases)
            if day is not None and keeps_the_rules(self.instance, [r.day_list for r in day], starts):
                self._keep(day, starts)

    def _keep(self, day: Sequence[_Ready], starts: Starts) -> None:
        by_case = tuple(tuple(starts[c.patient_id] for c in ready.day_list.cases) for ready in day)
        self._found[_key(day)] = Answer(by_case)

    def _no_idle_time(self, day: Sequence[_Ready]) -> _StartsByCase | None:
        """The preferred order without idle time, if it keeps what is shared."""
        lists = [ready.day_list for ready in day]
        starts = tuple(one.line.starts_without_idle_time() for one in lists)
        kept = keeps_capacities([one.line for one in lists], starts, capacities(self.instance, lists))
        return starts if kept else None

    def _day(self, cases: Cases) -> list[_Ready] | None:
        """The lists of a day that have cases; None when one of them cannot end in time whatever the others do."""
        day = []
        for list_id in sorted(cases):
            if cases[list_id]:
                ready = self._list(list_id, cases[list_id])
                if ready is None:
                    return None
                day.append(ready)
        return day

    def _list(self, list_id: str, patients: Sequence[str]) -> _Ready | None:
        key = (list_id, tuple(patients))
        if key not in self._lists:
            one = day_list(self.instance, list_id, patients, self.without_rules)
            self._lists[key] = (
                None if one is None else _Ready(one, tuple(self._number(one, at) for at in range(len(one.cases))))
            )
        return self._lists[key]

    def _number(self, one: DayList, at: int) -> int:
        case = one.cases[at]
        variance = self.instance.duration(case.patient_id, one.on.list_id).variance_minutes2
        return self._numbers.setdefault((case.kind, variance), len(self._numbers))


def _key(day: Sequence[_Ready]) -> _Key:
    return tuple((r.day_list.on.list_id, r.day_list.latest_end, r.numbers) for r in day)


def _named(day: Sequence[_Ready], starts: _StartsByCase) -> Starts:
    return {
        case.patient_id: start
        for ready, mine in zip(day, starts, strict=True)
        for case, start in zip(ready.day_list.cases, mine, strict=True)
    }
