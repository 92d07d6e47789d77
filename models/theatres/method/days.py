"""The best order of each day: CP-SAT on one day at a time, from the order the day has."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ortools.sat.python import cp_model

from models.theatres.day_order import (
    SHARED_RULES,
    DayList,
    bookings_of,
    day_list,
    keeps_the_rules,
    pairs_in_wrong_order,
    times_of_day,
)
from models.theatres.eligibility import NO_RULES
from models.theatres.formulation.day import DayModel, build_day
from models.theatres.instance import Instance
from models.theatres.method.quiet import Quiet
from models.theatres.plan import Booking, Plan
from solvers.cpsat import solve_cpsat
from solvers.stages import Deadline
from solvers.types import Limits, Unwatched, Watch

DETERMINISTIC_SECONDS = 1.0
# The model answers sooner than a long search without a solver.
FIRST_NODES = 150
DAY_STAGES = ("diabetics_late", "day_cases_late", "sum_of_starts")
"""The aims of a day, in order: pairs with a diabetic late (T-26), with a day case late (T-27), minutes of starts."""

# Tried on days of the reference plan: the sum of starts is proved by its linear relaxation.
CP_SAT = {"linearization_level": 2}
LIST_RULES = ("T-08", "T-09", "T-37")

DayStatus = Literal["optimal", "feasible", "infeasible", "unknown"]
Cases = Mapping[str, Sequence[str]]
Starts = Mapping[str, int]


@dataclass(frozen=True)
class DayStage:
    """One aim of a day: the value reached and the bound proved, the earlier aims kept; None: none was."""

    name: str
    value: int
    bound: int | None

    @property
    def proved(self) -> bool:
        return self.bound is not None and self.value <= self.bound


@dataclass(frozen=True)
class ProvedDay:
    """A day put in the best order found.

    `optimal`: every stage is proved. `infeasible`: no order keeps the rules, and `in_the_way` names those without
    any one of which there is one (all that share things, when no single one is it). `unknown`: nothing was shown.
    """

    status: DayStatus
    stages: tuple[DayStage, ...] = ()
    in_the_way: tuple[str, ...] = ()
    bookings: tuple[Booking, ...] = ()
    cpu_seconds: float = 0.0


def prove_day(
    instance: Instance,
    cases: Cases,
    without_rules: frozenset[str] = NO_RULES,
    *,
    cpu_seconds: float = 60.0,
    threads: int = 2,
    seed: int = 1,
    known: Sequence[Booking] = (),
) -> ProvedDay:
    """The best order of the cases of one day (list -> patients), proved as far as the CPU seconds go.

    `known` are the bookings of a plan for that day: the order returned is never worse than theirs.
    """
    began = time.process_time()

    def limits() -> Limits:
        left = max(cpu_seconds - (time.process_time() - began), 0.0)
        return Limits(time_limit_seconds=left / threads, seed=seed, threads=threads)

    found = _Day(instance, cases, without_rules, limits, Unwatched()).best(_starts(known))
    return ProvedDay(
        found.status, found.stages, found.in_the_way, found.bookings, cpu_seconds=time.process_time() - began
    )


def wished_order(plan: Plan, without_rules: frozenset[str], seed: int, watch: Watch, deadline: Deadline) -> Plan:
    """The plan with each day in the best order found; lists and appointments stay.

    First pairs with a diabetic patient in the wrong order, then with a day case, then the sum of starts are made as
    small as they go. Most days are in the best order as they are, and need no search.
    """

    def limits() -> Limits:
        return deadline.within(Limits(deterministic_limit=DETERMINISTIC_SECONDS, seed=seed))

    bookings: list[Booking] = []
    for today in cases_by_day(plan).values():
        now = tuple(booking for list_id in today for booking in plan.by_list[list_id])
        found = None
        if not watch.cancelled() and not deadline.passed():
            found = _Day(plan.instance, today, without_rules, limits, Quiet(watch)).best(_starts(now))
        bookings += now if found is None or not found.bookings else found.bookings
    return Plan.of(plan.instance, bookings, plan.appointments)


def cases_by_day(plan: Plan) -> dict[dt.date, dict[str, tuple[str, ...]]]:
    """Day -> list -> patients, of the days and lists that have patients."""
    by_day: dict[dt.date, dict[str, tuple[str, ...]]] = {}
    for list_id, booked in plan.by_list.items():
        if booked:
            patients = tuple(booking.patient_id for booking in booked)
            by_day.setdefault(plan.instance.lists[list_id].date, {})[list_id] = patients
    return dict(sorted(by_day.items()))


def no_order_exists(instance: Instance, cases: Cases, without_rules: frozenset[str]) -> bool:
    """Whether it is proved that no order of these cases of one day keeps the rules."""
    return any_order(instance, cases, without_rules).status == "infeasible"


def any_order(instance: Instance, cases: Cases, without_rules: frozenset[str]) -> ProvedDay:
    """Some order of these cases of one day (`feasible`), the proof that there is none, or `unknown`."""

    def limits() -> Limits:
        return Limits(deterministic_limit=DETERMINISTIC_SECONDS)

    return _Day(instance, cases, without_rules, limits, Unwatched()).any()


@dataclass(frozen=True)
class _Day:
    """One day to be put in order; `limits` says what is left of the time."""

    instance: Instance
    cases: Cases
    without_rules: frozenset[str]
    limits: Callable[[], Limits]
    watch: Watch

    def best(self, known: Starts) -> ProvedDay:
        """The best order found; never worse than the one known, if that keeps the rules."""
        lists = self._lists(self.without_rules)
        if lists is None:
            return ProvedDay("infeasible", in_the_way=self._without_each(LIST_RULES))
        ideal = {
            case.patient_id: start
            for one in lists
            for case, start in zip(one.cases, one.line.starts_without_idle_time(), strict=True)
        }
        best = (0, 0, sum(ideal.values()))
        is_ideal = self._values(lists, ideal) == best and "T-23" not in self.without_rules
        if is_ideal and keeps_the_rules(self.instance, lists, ideal):
            return self._proved(lists, ideal, best)
        built = build_day(self.instance, lists, self.without_rules)
        if known and keeps_the_rules(self.instance, lists, known):
            return self._in_stages(built, lists, known)
        first = self._first(lists)
        if first.bookings:
            return self._in_stages(built, lists, _starts(first.bookings))
        if first.status == "infeasible":
            return replace(first, in_the_way=self._without_each(SHARED_RULES) or SHARED_RULES)
        return first

    def _lists(self, without_rules: frozenset[str]) -> list[DayList] | None:
        found = [day_list(self.instance, at, self.cases[at], without_rules) for at in sorted(self.cases)]
        ready = [one for one in found if one is not None]
        return ready if len(ready) == len(found) else None

    def any(self) -> ProvedDay:
        """Any order."""
        lists = self._lists(self.without_rules)
        return ProvedDay("infeasible") if lists is None else self._first(lists)

    def _first(self, lists: Sequence[DayList]) -> ProvedDay:
        """Any order: from a short search without a solver, else from the model, which may prove there is none."""
        answer = times_of_day(self.instance, lists, FIRST_NODES)
        if answer.starts is not None:
            found = zip(lists, answer.starts, strict=True)
            return ProvedDay("feasible", bookings=tuple(b for one, starts in found for b in bookings_of(one, starts)))
        if answer.proven:
            return ProvedDay("infeasible")
        built = build_day(self.instance, lists, self.without_rules)
        result = solve_cpsat(built.model, self.limits(), watch=self.watch)
        if result.values is not None:
            starts = built.starts(dict(enumerate(map(float, result.values))))
            return ProvedDay("feasible", bookings=_bookings(lists, starts))
        return ProvedDay("infeasible" if result.status == "infeasible" else "unknown")

    def _without_each(self, rules: Sequence[str]) -> tuple[str, ...]:
        """The rules without any one of which the day has an order."""
        return tuple(rule for rule in rules if rule not in self.without_rules and self._possible_without(rule))

    def _possible_without(self, rule: str) -> bool:
        without = replace(self, without_rules=self.without_rules | {rule})
        return (
            without.any().status == "feasible"
            if rule in SHARED_RULES
            else without._lists(without.without_rules) is not None
        )

    def _in_stages(self, built: DayModel, lists: Sequence[DayList], starts: Starts) -> ProvedDay:
        terms = (built.diabetic, built.day_case, [case.start for case in built.cases])
        stages: list[DayStage] = []
        for at, (name, mine) in enumerate(zip(DAY_STAGES, terms, strict=True)):
            aim = cp_model.LinearExpr.sum(mine)
            value, bound = self._values(lists, starts)[at], 0 if at < 2 else None
            if bound is None or value > bound:
                starts, bound = self._improved(built, aim, starts)
                value = self._values(lists, starts)[at]
            stages.append(DayStage(name, value, bound))
            built.model.add(aim <= value)
        done = all(stage.proved for stage in stages)
        return ProvedDay("optimal" if done else "feasible", tuple(stages), bookings=_bookings(lists, starts))

    def _improved(self, built: DayModel, aim: cp_model.LinearExprT, starts: Starts) -> tuple[Starts, int | None]:
        """The best starts found for one aim from those known, and the bound on it."""
        limits = self.limits()
        if limits.time_limit_seconds is not None and limits.time_limit_seconds <= 0:
            return starts, None
        built.model.minimize(aim)
        built.model.clear_hints()
        for case in built.cases:
            built.model.add_hint(case.start, starts[case.case.patient_id])
        for (first, second), switch in built.before.items():
            if not isinstance(switch, cp_model.IntVar):
                continue
            built.model.add_hint(switch, starts[first] < starts[second])
        result = solve_cpsat(built.model, limits, watch=self.watch, parameters=CP_SAT)
        bound = None if result.bound is None else round(result.bound)
        if result.values is None:
            return starts, bound
        return built.starts(dict(enumerate(map(float, result.values)))), bound

    def _values(self, lists: Sequence[DayList], starts: Starts) -> tuple[int, int, int]:
        diabetic = day_case = 0
        for one in lists:
            order = sorted((case.patient_id for case in one.cases), key=lambda p: starts[p])
            wrong = pairs_in_wrong_order(self.instance, order)
            diabetic, day_case = diabetic + wrong[0], day_case + wrong[1]
        return diabetic, day_case, sum(starts.values())

    def _proved(self, lists: Sequence[DayList], starts: Starts, values: Sequence[int]) -> ProvedDay:
        stages = tuple(DayStage(name, value, value) for name, value in zip(DAY_STAGES, values, strict=True))
        return ProvedDay("optimal", stages, bookings=_bookings(lists, starts))


def _starts(bookings: Sequence[Booking]) -> dict[str, int]:
    return {b.patient_id: b.start.hour * 60 + b.start.minute for b in bookings}


def _bookings(lists: Sequence[DayList], starts: Starts) -> tuple[Booking, ...]:
    return tuple(b for one in lists for b in bookings_of(one, [starts[c.patient_id] for c in one.cases]))
