"""Order and times of one day's cases under the hard order rules; exact search, no solver.

Cases follow each other without idle time in the preferred order. Only when that would use too many image
intensifiers at once, or one surgeon in two theatres, is the day searched: cases are appended in the order of their
starts, each as early as it can start. Every schedule in which no case could start earlier is reached that way, and
one of those meets all list ends whenever any schedule does.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist

from models.theatres.eligibility import NO_RULES
from models.theatres.entities import Patient, TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Booking

_SEARCH_NODES = 4_000
_EPSILON = 1e-9


@dataclass(frozen=True)
class DayCase:
    """One case as the order of the day sees it; a smaller `rank` wants to be earlier, equal `hard_class` is free."""

    hard_class: int
    rank: tuple[bool, bool, bool, str, str]
    patient_id: str
    minutes: int
    gap_minutes: int
    needs_image_intensifier: bool


@dataclass(frozen=True)
class DayList:
    """A list with its cases in preferred order; times are minutes from midnight."""

    on: TheatreList
    start: int
    latest_end: float
    cases: tuple[DayCase, ...]


@lru_cache(maxsize=8)
def standard_normal_quantile(share: float) -> float:
    """The z below which a standard normal value lies with this probability."""
    return NormalDist().inv_cdf(share)


def order_class(patient: Patient, without: frozenset[str] = NO_RULES) -> int:
    """0 latex, 1 latex and infection, 2 neither, 3 infection: lower comes first (T-22, then T-23)."""
    latex = patient.latex_allergy == "yes" and "T-22" not in without
    infected = patient.infection_risk == "yes" and "T-23" not in without
    return (1 if infected else 0) if latex else (3 if infected else 2)


def gap_minutes(instance: Instance, patient: Patient) -> int:
    """Minutes between this case and the next: clean-down after an infection risk, else turnaround (T-21)."""
    infected = patient.infection_risk == "yes"
    return instance.settings.clean_down_minutes if infected else instance.settings.turnaround_minutes


def latest_end_minutes(instance: Instance, on: TheatreList, variance: float, without: frozenset[str]) -> float:
    """Minutes from the start of a list by which its last case must be expected to end (T-08, T-09)."""
    settings = instance.settings
    latest = math.inf if "T-08" in without else float(on.minutes)
    if "T-09" not in without:
        z = standard_normal_quantile(1.0 - settings.overrun_probability_limit_share)
        latest = min(latest, on.minutes + settings.overrun_grace_minutes - z * math.sqrt(variance))
    return latest


def day_case(instance: Instance, patient_id: str, list_id: str, without: frozenset[str] = NO_RULES) -> DayCase:
    """A patient on a list as the order of the day sees them."""
    patient = instance.patients[patient_id]
    return DayCase(
        hard_class=order_class(patient, without),
        rank=(
            patient.infection_risk == "yes",
            patient.diabetic == "no" and "T-26" not in without,
            not patient.day_case and "T-27" not in without,
            patient.priority,
            patient_id,
        ),
        patient_id=patient_id,
        minutes=instance.duration(patient_id, list_id).mean_minutes,
        gap_minutes=gap_minutes(instance, patient),
        needs_image_intensifier=instance.procedure_of(patient_id).needs_image_intensifier,
    )


def day_list(
    instance: Instance, list_id: str, patients: Sequence[str], without: frozenset[str] = NO_RULES
) -> DayList | None:
    """A list with its cases in preferred order, or None when they cannot end in time even without idle time."""
    on = instance.lists[list_id]
    cases = tuple(
        sorted((day_case(instance, p, list_id, without) for p in patients), key=lambda c: (c.hard_class, c.rank))
    )
    variance = sum(instance.duration(p, list_id).variance_minutes2 for p in patients)
    start = on.start.hour * 60 + on.start.minute
    latest = start + latest_end_minutes(instance, on, variance, without)
    if cases and start + _length(cases) > latest + _EPSILON:
        return None
    return DayList(on, start, latest, cases)


def order_day(
    instance: Instance, patients_by_list: Mapping[str, Sequence[str]], without: frozenset[str] = NO_RULES
) -> dict[str, tuple[Booking, ...]] | None:
    """Positions and times of all cases of one day, or None when no order keeps every rule.

    `patients_by_list` holds the lists of one calendar day. The search gives up after a fixed number of steps, so
    None is a proof except on days far beyond five theatres.
    """
    day = []
    for list_id in sorted(patients_by_list):
        ready = day_list(instance, list_id, patients_by_list[list_id], without)
        if ready is None:
            return None
        day.append(ready)
    machines = len(day) if "T-14" in without else instance.settings.image_intensifiers
    limits = _Limits(machines, "T-10" not in without)
    starts = _without_idle_time(day)
    if not limits.allow(day, starts):
        found = _Search(day, limits).run()
        if found is None:
            return None
        starts = found
    return {x.on.list_id: _bookings(x, starts) for x in day}


def pairs_in_wrong_order(instance: Instance, patients: Sequence[str]) -> tuple[int, int]:
    """T-26 and T-27 on one list in this order: pairs with a diabetic, and with a day case, later than preferred."""
    cases = [(order_class(instance.patients[p]), instance.patients[p]) for p in patients]
    diabetic = day_cases = 0
    for at, (hard_class, first) in enumerate(cases):
        for other_class, second in cases[at + 1 :]:
            if hard_class != other_class:
                continue
            first_diabetic, second_diabetic = first.diabetic != "no", second.diabetic != "no"
            diabetic += second_diabetic and not first_diabetic
            day_cases += first_diabetic == second_diabetic and second.day_case and not first.day_case
    return diabetic, day_cases


def _length(cases: Sequence[DayCase]) -> int:
    return sum(c.minutes for c in cases) + sum(c.gap_minutes for c in cases[:-1])


def _without_idle_time(day: Sequence[DayList]) -> dict[str, int]:
    starts: dict[str, int] = {}
    for one in day:
        at = one.start
        for case in one.cases:
            starts[case.patient_id] = at
            at += case.minutes + case.gap_minutes
    return starts


def _bookings(one: DayList, starts: Mapping[str, int]) -> tuple[Booking, ...]:
    midnight = dt.datetime.combine(one.on.date, dt.time())
    in_order = sorted(one.cases, key=lambda c: starts[c.patient_id])
    return tuple(
        Booking(
            list_id=one.on.list_id,
            position=at,
            patient_id=case.patient_id,
            start=midnight + dt.timedelta(minutes=starts[case.patient_id]),
            end=midnight + dt.timedelta(minutes=starts[case.patient_id] + case.minutes),
        )
        for at, case in enumerate(in_order, start=1)
    )


@dataclass(frozen=True)
class _Limits:
    """What the theatres of a day share: image intensifiers (T-14) and surgeons (T-10)."""

    machines: int
    one_place: bool

    def allow(self, day: Sequence[DayList], starts: Mapping[str, int]) -> bool:
        """Whether these starts keep both limits."""
        placed = _Placed()
        running = [(starts[c.patient_id], one, c) for one in day for c in one.cases]
        for start, one, case in sorted(running, key=lambda r: (r[0], r[2].patient_id)):
            if self.earliest(placed, one, case, start) != start:
                return False
            placed = placed.with_case(one, case, start)
        return True

    def earliest(self, placed: _Placed, one: DayList, case: DayCase, start: int) -> int | None:
        """The first minute from `start` on at which a case can run; None: never. Placed cases start no later."""
        if case.needs_image_intensifier:
            if not self.machines:
                return None
            busy = sorted(end for end in placed.machine_ends if end > start)
            if len(busy) >= self.machines:
                start = busy[len(busy) - self.machines]
        if self.one_place:
            start = max([start, *(end for surgeon, end in placed.surgeon_ends if surgeon == one.on.surgeon_id)])
        return start


@dataclass(frozen=True)
class _Placed:
    """Ends of the cases placed so far, those with an image intensifier and those of each surgeon."""

    machine_ends: tuple[int, ...] = ()
    surgeon_ends: tuple[tuple[str | None, int], ...] = ()

    def with_case(self, one: DayList, case: DayCase, start: int) -> _Placed:
        end = start + case.minutes
        machines = (*self.machine_ends, end) if case.needs_image_intensifier else self.machine_ends
        others = tuple(x for x in self.surgeon_ends if x[0] != one.on.surgeon_id)
        return _Placed(machines, (*others, (one.on.surgeon_id, end)))


@dataclass
class _Search:
    """Depth first over cases in the order of their starts; `nodes` counts steps, `dead` the states already left."""

    day: Sequence[DayList]
    limits: _Limits
    nodes: int = 0
    dead: set[tuple[object, ...]] = field(default_factory=set)

    def run(self) -> dict[str, int] | None:
        waiting = tuple(one.cases for one in self.day)
        free = tuple(one.start for one in self.day)
        return self._extend(waiting, free, _Placed(), 0)

    def _extend(
        self, waiting: tuple[tuple[DayCase, ...], ...], free: tuple[int, ...], placed: _Placed, clock: int
    ) -> dict[str, int] | None:
        if not any(waiting):
            return {}
        busy_ends = tuple(sorted(e for e in placed.machine_ends if e > clock))
        surgeons = tuple(sorted((str(s), e) for s, e in placed.surgeon_ends if e > clock))
        state = (waiting, free, busy_ends, surgeons, clock)
        self.nodes += 1
        if state in self.dead or self.nodes > _SEARCH_NODES:
            return None
        for start, at, case in self._choices(waiting, free, placed, clock):
            one = self.day[at]
            rest = (*waiting[:at], tuple(c for c in waiting[at] if c is not case), *waiting[at + 1 :])
            next_free = (*free[:at], start + case.minutes + case.gap_minutes, *free[at + 1 :])
            found = self._extend(rest, next_free, placed.with_case(one, case, start), start)
            if found is not None:
                return {case.patient_id: start, **found}
        self.dead.add(state)
        return None

    def _choices(
        self, waiting: Sequence[tuple[DayCase, ...]], free: Sequence[int], placed: _Placed, clock: int
    ) -> list[tuple[int, int, DayCase]]:
        """Who can start next, earliest first; none at all when some list can no longer end in time."""
        choices: list[tuple[int, int, DayCase]] = []
        for at, cases in enumerate(waiting):
            if not cases:
                continue
            one, seen = self.day[at], set()
            soonest = math.inf
            for case in cases:
                like = (case.hard_class, case.rank[:3], case.minutes, case.gap_minutes, case.needs_image_intensifier)
                if case.hard_class != cases[0].hard_class or like in seen:
                    continue
                seen.add(like)
                start = self.limits.earliest(placed, one, case, free[at])
                if start is None:
                    return []
                soonest = min(soonest, start)
                if start >= clock:
                    choices.append((start, at, case))
            if soonest + _length(cases) > one.latest_end + _EPSILON:
                return []
        return sorted(choices, key=lambda c: (c[0], c[2].rank, c[1]))
