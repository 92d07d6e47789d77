"""Order and times of one day's cases under the order rules, and what the theatres of a day share.

The hard order of a list: P2 first (T-39), then latex allergy (T-22), then infection last (T-23). Where they
contradict each other the earlier one decides: an infected P2 patient comes before all who are not P2, and clean-down
follows.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

from models.theatres.day_search import SEARCH_NODES, times
from models.theatres.day_shared import Answer, Kind, Line, Resource, Use, keeps_capacities, length
from models.theatres.eligibility import NO_RULES
from models.theatres.entities import Patient, TheatreList
from models.theatres.instance import Instance
from models.theatres.plan import Booking
from models.theatres.rehearsal import rehearsal_of

_EPSILON = 1e-9

SHARED_RULES = ("T-10", "T-14", "T-32", "T-33")
"""The rules on what the theatres of a day share: a surgeon, image intensifiers, trays, recovery bays."""

OrderRule = Literal["T-39", "T-22", "T-23", "T-26", "T-27"]
_WISHES = ("T-26", "T-27")


@dataclass(frozen=True)
class DayCase:
    """One case as the order of the day sees it; among equals by class a smaller `rank` wants to be earlier.

    After the wishes (T-26, T-27) shorter cases come first, so that the starts of a list are as early as they go.
    """

    kind: Kind
    rank: tuple[int, bool, bool, int, str, str]
    patient_id: str

    @property
    def minutes(self) -> int:
        return self.kind.minutes


@dataclass(frozen=True)
class DayList:
    """A list with its cases in preferred order; times are minutes from midnight."""

    on: TheatreList
    start: int
    latest_end: float
    cases: tuple[DayCase, ...]

    @property
    def line(self) -> Line:
        return Line(self.on.theatre_id, self.start, self.latest_end, tuple(case.kind for case in self.cases))


@lru_cache(maxsize=8)
def standard_normal_quantile(share: float) -> float:
    """The z below which a standard normal value lies with this probability."""
    return NormalDist().inv_cdf(share)


def order_class(patient: Patient, without: frozenset[str] = NO_RULES) -> int:
    """The place in the hard order, lower first: urgency (T-39), then latex (T-22), then infection (T-23).

    For P2 patients 0 latex, 1 latex and infection, 2 neither, 3 infection; for all others 4 more.
    """
    later = [not first for _, first in _hard_order(patient, without)]
    return 4 * later[0] + 2 * later[1] + later[2]


@dataclass(frozen=True)
class Placing:
    """Why one case of a list comes right before the next one.

    `rule` decided it (None: no rule tells them apart). `overruled` are the hard rules that come later in turn and
    would have had it the other way. `despite` says that the rule is a wish (T-26, T-27) the day did not allow: the
    order is the other way round because of what the theatres share.
    """

    rule: OrderRule | None
    overruled: tuple[OrderRule, ...] = ()
    despite: bool = False


def placing(first: Patient, second: Patient, without: frozenset[str] = NO_RULES) -> Placing:
    """Why the first of two patients of a list comes before the second.

    The rules decide in turn: T-39, T-22, T-23, then the wishes T-26 and T-27. The first that tells the two apart
    decides, so rules that contradict each other have one answer.
    """
    both = zip(_order(first, without), _order(second, without), strict=True)
    told_apart = [(rule, mine) for (rule, mine), (_, other) in both if mine != other]
    if not told_apart:
        return Placing(None)
    decided, first_early = told_apart[0]
    overruled = tuple(rule for rule, mine in told_apart[1:] if mine != first_early and rule not in _WISHES)
    return Placing(decided, overruled, despite=not first_early)


def placings(instance: Instance, patients: Sequence[str], without: frozenset[str] = NO_RULES) -> tuple[Placing, ...]:
    """Why each patient of a list, but for the last, comes right before the next."""
    people = [instance.patients[p] for p in patients]
    return tuple(placing(first, second, without) for first, second in itertools.pairwise(people))


def _order(patient: Patient, without: frozenset[str]) -> tuple[tuple[OrderRule, bool], ...]:
    """Every order rule in turn, and whether it wants the patient early."""
    return (
        *_hard_order(patient, without),
        ("T-26", patient.diabetic != "no" and "T-26" not in without),
        ("T-27", patient.day_case and "T-27" not in without),
    )


def _hard_order(patient: Patient, without: frozenset[str]) -> tuple[tuple[OrderRule, bool], ...]:
    return (
        ("T-39", patient.priority == "P2" and "T-39" not in without),
        ("T-22", patient.latex_allergy == "yes" and "T-22" not in without),
        ("T-23", patient.infection_risk != "yes" or "T-23" in without),
    )


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


def shared_uses(
    instance: Instance, patient_id: str, list_id: str, without: frozenset[str] = NO_RULES
) -> tuple[Use, ...]:
    """What a case holds of what the theatres share, and how long (T-10, T-14, T-32, T-33)."""
    procedure, minutes = instance.procedure_of(patient_id), instance.duration(patient_id, list_id).mean_minutes
    surgeon_id = instance.lists[list_id].surgeon_id
    found = [Use(("T-10", surgeon_id), 0, minutes)] if surgeon_id is not None else []
    if procedure.needs_image_intensifier:
        found.append(Use(("T-14", "image intensifiers"), 0, minutes))
    found += [Use(("T-32", k), 0, minutes + instance.kit[k].reprocess_minutes) for k in procedure.kit]
    if procedure.recovery_minutes:
        found.append(Use(("T-33", "recovery bays"), minutes, minutes + procedure.recovery_minutes))
    return tuple(use for use in found if use.resource[0] not in without)


def capacity(instance: Instance, resource: Resource) -> int:
    """How many there are of a shared resource."""
    rule, name = resource
    counts = {"T-14": instance.settings.image_intensifiers, "T-33": instance.settings.recovery_bays}
    return instance.kit[name].sets if rule == "T-32" else counts.get(rule, 1)


def day_case(instance: Instance, patient_id: str, list_id: str, without: frozenset[str] = NO_RULES) -> DayCase:
    """A patient on a list as the order of the day sees them."""
    patient = instance.patients[patient_id]
    gap = gap_minutes(instance, patient)
    minutes = instance.duration(patient_id, list_id).mean_minutes
    uses = shared_uses(instance, patient_id, list_id, without)
    return DayCase(
        kind=Kind(order_class(patient, without), minutes, gap, uses),
        rank=(
            gap,
            patient.diabetic == "no" and "T-26" not in without,
            not patient.day_case and "T-27" not in without,
            minutes,
            patient.priority,
            patient_id,
        ),
        patient_id=patient_id,
    )


def day_list(
    instance: Instance, list_id: str, patients: Sequence[str], without: frozenset[str] = NO_RULES
) -> DayList | None:
    """A list with its cases in preferred order, or None when they cannot end in time even without idle time.

    Idle minutes of a plan end a list later, rehearsed (T-37) as well as expected (T-08, T-09).
    """
    on = instance.lists[list_id]
    cases = tuple(
        sorted((day_case(instance, p, list_id, without) for p in patients), key=lambda c: (c.kind.hard_class, c.rank))
    )
    start = on.start.hour * 60 + on.start.minute
    if not cases:
        return DayList(on, start, start + on.minutes, ())
    durations = [instance.duration(p, list_id) for p in patients]
    latest = latest_end_minutes(instance, on, sum(d.variance_minutes2 for d in durations), without)
    minutes = length([case.kind for case in cases])
    if "T-37" not in without:
        rehearsed = rehearsal_of(instance.settings).latest_end_minutes(
            [(d.mean_minutes, d.variance_minutes2) for d in durations], [c.kind.gap_minutes for c in cases[:-1]]
        )
        latest = min(latest, minutes + on.minutes + instance.settings.overrun_grace_minutes - rehearsed)
    return None if minutes > latest + _EPSILON else DayList(on, start, start + latest, cases)


def times_of_day(instance: Instance, day: Sequence[DayList], nodes: int = SEARCH_NODES) -> Answer:
    """Starts of all cases of a day, list by list in the order of its cases; the rules left out ask for nothing."""
    return times([one.line for one in day], capacities(instance, day), nodes)


def capacities(instance: Instance, day: Sequence[DayList]) -> dict[Resource, int]:
    """How many there are of everything the cases of a day share."""
    resources = {use.resource for one in day for case in one.cases for use in case.kind.uses}
    return {resource: capacity(instance, resource) for resource in sorted(resources)}


def keeps_the_rules(instance: Instance, day: Sequence[DayList], starts: Mapping[str, int]) -> bool:
    """Whether these starts keep the order of each list, its times and its end, and what the theatres share."""
    for one in day:
        free, hard_class = one.start, 0
        for case in sorted(one.cases, key=lambda c: starts[c.patient_id]):
            start, kind = starts[case.patient_id], case.kind
            if start < free or kind.hard_class < hard_class or start + kind.minutes > one.latest_end + _EPSILON:
                return False
            free, hard_class = start + kind.minutes + kind.gap_minutes, kind.hard_class
    by_case = [[starts[case.patient_id] for case in one.cases] for one in day]
    return keeps_capacities([one.line for one in day], by_case, capacities(instance, day))


def bookings_of(one: DayList, starts: Sequence[int]) -> tuple[Booking, ...]:
    """The bookings of a list whose cases start then (minutes from midnight, in the order of its cases)."""
    midnight = dt.datetime.combine(one.on.date, dt.time())
    in_order = sorted(zip(starts, one.cases, strict=True), key=lambda item: item[0])
    return tuple(
        Booking(
            list_id=one.on.list_id,
            position=at,
            patient_id=case.patient_id,
            start=midnight + dt.timedelta(minutes=start),
            end=midnight + dt.timedelta(minutes=start + case.minutes),
        )
        for at, (start, case) in enumerate(in_order, start=1)
    )


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
