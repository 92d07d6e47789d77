"""Limits over bookings, one function per rule: linear rows, and rows with a quantile of a sum of random terms."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from models.theatres.formulation.appointments import Need
from models.theatres.formulation.month import Indices, Month, Numbers


@dataclass(frozen=True)
class Row:
    """A limit: sum mean x + z sqrt(constant + sum variance x) <= upper, over the pairs named.

    With `z` 0 it is a plain linear row. `proven` says that every plan that keeps the rules keeps the row (only such
    rows may serve a bound); `in_one_list` is the list all its pairs are on, whose fillings already keep it, so that
    the bound by columns need not state it again; `clean_down` says that it counts clean-downs on a list.
    """

    name: str
    rule: str
    pairs: Indices
    mean: Numbers
    upper: float
    variance: Numbers | None = None
    constant_variance: float = 0.0
    z: float = 0.0
    proven: bool = True
    in_one_list: int | None = None
    clean_down: bool = False


@dataclass(frozen=True)
class UsedListsLimit:
    """No more than `upper` of these lists have a patient."""

    name: str
    rule: str
    lists: tuple[int, ...]
    upper: int


@dataclass(frozen=True)
class NotTogether:
    """Cases that cannot be put in order on one day, found in the search: not so many of each group at once.

    A group holds pairs of one list that are alike for the order of the day, and how many of them are too many when
    every other group has its number as well.
    """

    name: str
    rule: str
    groups: tuple[tuple[Indices, int], ...]
    proven: bool


def list_time(month: Month) -> Iterator[Row]:
    """The last case is expected to end within the list.

    sum (touch + turnaround) x <= minutes of l + turnaround, and with one clean-down less than infected cases (T-08).
    """
    for load in _loads(month):
        on = month.instance.lists[month.lists[load.list_at]]
        name = f"T_08_list_time[{on.list_id}{load.suffix}]"
        yield replace(_list_row(name, "T-08", load), upper=on.minutes + load.given_back)


def overrun_chance(month: Month) -> Iterator[Row]:
    """The chance that a list ends more than the grace after its end stays within the limit.

    sum (touch + turnaround) x + z sqrt(sum variance x) <= minutes of l + grace + turnaround (T-09).
    """
    settings = month.instance.settings
    z = NormalDist().inv_cdf(1 - settings.overrun_probability_limit_share)
    for load in _loads(month):
        on = month.instance.lists[month.lists[load.list_at]]
        latest = on.minutes + settings.overrun_grace_minutes + load.given_back
        row = _list_row(f"T_09_overrun_chance[{on.list_id}{load.suffix}]", "T-09", load)
        yield replace(row, upper=latest, variance=month.touch_variance[load.pairs], z=z)


def surgeon_in_one_place(month: Month) -> Iterator[Row]:
    """A surgeon operates on one patient at a time.

    Two overlapping lists of one surgeon: sum touch x <= minutes from the first start to the last end (T-10); `day`
    holds the exact rule.
    """
    for day_lists in month.lists_by_day.values():
        for first, second in itertools.combinations(day_lists, 2):
            a, b = month.instance.lists[month.lists[first]], month.instance.lists[month.lists[second]]
            if a.surgeon_id is None or a.surgeon_id != b.surgeon_id or a.end <= b.start or b.end <= a.start:
                continue
            pairs = np.concatenate([month.by_list[first], month.by_list[second]])
            span = (max(a.end, b.end) - min(a.start, b.start)).total_seconds() / 60
            name = f"T_10_surgeon_in_one_place[{a.list_id},{b.list_id}]"
            yield Row(name, "T-10", pairs, month.touch_minutes[pairs].astype(np.float64), span)


def surgeon_lists_a_week(month: Month) -> Iterator[UsedListsLimit]:
    """A surgeon runs no more lists in a week than agreed.

    lists of s with a case in a calendar week <= max lists per week of s (T-11).
    """
    weeks: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for at, list_id in enumerate(month.lists):
        on = month.instance.lists[list_id]
        if on.surgeon_id is not None and len(month.by_list[at]):
            weeks[on.surgeon_id, on.date - dt.timedelta(days=on.date.weekday())].append(at)
    for (surgeon, monday), lists in sorted(weeks.items()):
        upper = month.instance.surgeons[surgeon].max_lists_per_week
        if len(lists) > upper:
            yield UsedListsLimit(f"T_11_surgeon_lists_a_week[{surgeon},{monday}]", "T-11", tuple(lists), upper)


def beds_every_night(month: Month) -> Iterator[Row]:
    """On every calendar night the beds suffice with the chance set.

    census + sum S x + z sqrt(census variance + sum S (1 - S) x) <= beds, on nights the plan uses (T-12).
    """
    z = NormalDist().inv_cdf(month.instance.settings.bed_quantile_share)
    occupied: dict[tuple[str, dt.date], list[tuple[int, float]]] = defaultdict(list)
    for pair, patient, on in month.each_pair():
        ward = month.instance.procedures[patient.procedure_code].ward_id
        for night, share in enumerate(month.instance.stay(patient.patient_id)):
            if share > 0:
                occupied[ward, on.date + dt.timedelta(days=night)].append((pair, share))
    for (ward, date), found in sorted(occupied.items()):
        night_beds = month.instance.beds[ward, date]
        pairs = np.array([pair for pair, _ in found], dtype=np.int64)
        shares = np.array([s for _, s in found], dtype=np.float64)
        upper = night_beds.beds_open - night_beds.census_expected
        name = f"T_12_beds_every_night[{ward},{date}]"
        if upper - z * math.sqrt(night_beds.census_variance) < 0:
            yield Row(name, "T-12", pairs, np.ones(len(pairs)), 0.0)
        else:
            variance = shares * (1 - shares)
            yield Row(name, "T-12", pairs, shares, upper, variance, night_beds.census_variance, z)


def kit_every_day(month: Month) -> Iterator[Row]:
    """No kit is used more often in a day than its sets and cycles allow.

    cases of the day that need k <= sets(k) * cycles per day(k) (T-13).
    """
    used: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for pair, patient, on in month.each_pair():
        for kit_id in month.instance.procedures[patient.procedure_code].kit:
            used[kit_id, on.date].append(pair)
    for (kit_id, day), pairs in sorted(used.items()):
        upper = float(month.instance.kit[kit_id].cases_per_day)
        found = np.array(pairs, dtype=np.int64)
        yield Row(f"T_13_kit_every_day[{kit_id},{day}]", "T-13", found, np.ones(len(found)), upper)


def image_intensifiers(month: Month) -> Iterator[Row]:
    """No more cases run at once with an image intensifier than there are machines.

    A day: sum touch x <= machines * minutes from the first start to the last end (T-14); `day` has the exact rule.
    """
    machines = month.instance.settings.image_intensifiers
    for day, lists in month.lists_by_day.items():
        pairs = np.array(
            [
                pair
                for at in lists
                for pair in month.by_list[at]
                if month.instance.procedures[month.patient(int(pair)).procedure_code].needs_image_intensifier
            ],
            dtype=np.int64,
        )
        if len(pairs):
            on = [month.instance.lists[month.lists[at]] for at in lists]
            span = (max(x.end for x in on) - min(x.start for x in on)).total_seconds() / 60
            touch = month.touch_minutes[pairs].astype(np.float64)
            yield Row(f"T_14_image_intensifiers[{day}]", "T-14", pairs, touch, machines * span)


def tests_have_places(month: Month) -> Iterator[Row]:
    """Patients whose last day for a test is up to some day are no more than the places up to it (T-18, prefix rows).

    Necessary only: the exact matching comes back with further rows of this kind (`places_row`).
    """
    by_group: dict[tuple[str, tuple[str, ...]], list[tuple[Need, int]]] = defaultdict(list)
    for pair, needs in enumerate(month.needs):
        for need in needs:
            by_group[need.test_id, need.sites].append((need, pair))
    for test_id, sites in sorted(by_group):
        # Patients whose sites all lie among these compete for them.
        inside = [e for (t, s), found in by_group.items() if t == test_id and set(s) <= set(sites) for e in found]
        free = month.appointments.free[test_id]
        for last in sorted({need.last for need, _ in inside}):
            pairs = np.array(sorted({pair for need, pair in inside if need.last <= last}), dtype=np.int64)
            places = sum(count for (site, day), count in free.items() if site in sites and day <= last)
            if len(np.unique(month.pair_patient[pairs])) > places:
                name = f"T_18_real_test_slots[{test_id},{'+'.join(sites)},{last}]"
                yield Row(name, "T-18", pairs, np.ones(len(pairs)), float(places))


def places_row(month: Month, test_id: str, places: frozenset[tuple[str, dt.date]]) -> Row:
    """Patients who can only use these places for a test are no more than the places (T-18, found by matching)."""
    pairs = np.array(
        [
            pair
            for pair, needs in enumerate(month.needs)
            if any(need.test_id == test_id and places.issuperset(month.appointments.places(need)) for need in needs)
        ],
        dtype=np.int64,
    )
    upper = sum(month.appointments.free[test_id][at] for at in places)
    first, last = min(day for _, day in places), max(day for _, day in places)
    name = f"T_18_real_test_slots[{test_id},{first},{last},{len(places)} places]"
    return Row(name, "T-18", pairs, np.ones(len(pairs)), float(upper))


ROW_RULES: tuple[tuple[str, Callable[[Month], Iterator[Row]]], ...] = (
    ("T-08", list_time),
    ("T-09", overrun_chance),
    ("T-10", surgeon_in_one_place),
    ("T-12", beds_every_night),
    ("T-13", kit_every_day),
    ("T-14", image_intensifiers),
    ("T-18", tests_have_places),
)


def month_rows(month: Month) -> tuple[Row, ...]:
    """Every row of the rules in force."""
    return tuple(row for rule_id, build in ROW_RULES if month.keeps(rule_id) for row in build(month))


def used_lists_limits(month: Month) -> tuple[UsedListsLimit, ...]:
    """The limits on how many lists are used, if the rule is in force."""
    return tuple(surgeon_lists_a_week(month)) if month.keeps("T-11") else ()


@dataclass(frozen=True)
class _Load:
    """Minutes each pair takes of its list, turnaround included, and what the last case gives back of that."""

    list_at: int
    pairs: Indices
    minutes: Numbers
    given_back: float
    suffix: str = ""
    proven: bool = True


def _loads(month: Month) -> Iterator[_Load]:
    """The time of each list in up to three forms, which all hold.

    Infected cases end a list, each but the last with a clean-down after it. One who also has latex allergy comes
    first, so a clean-down follows, unless nobody else is on the list: that form may ask a little more than the rule,
    and is `proven` only when one such patient alone would fit with the clean-down anyway.
    """
    s = month.instance.settings
    extra = float(max(s.clean_down_minutes - s.turnaround_minutes, 0))
    for at, pairs in enumerate(month.by_list):
        if not len(pairs):
            continue
        people = [month.patient(int(pair)) for pair in pairs]
        infected = np.array([p.infection_risk == "yes" for p in people])
        first = infected & np.array([p.latex_allergy == "yes" and month.keeps("T-22") for p in people])
        turnaround = float(s.turnaround_minutes)
        least = np.where(infected, min(turnaround, s.clean_down_minutes), turnaround).astype(np.float64)
        plain = month.touch_minutes[pairs] + least
        yield _Load(at, pairs, plain, turnaround)
        if infected.sum() > 1 and extra > 0:
            yield _Load(at, pairs, np.asarray(plain + extra * infected), turnaround + extra, ",clean-down")
        if first.any() and extra > 0:
            both = np.asarray(plain + extra * first)
            alone = month.touch_minutes[pairs] + extra + 3 * np.sqrt(month.touch_variance[pairs])
            exact = first.sum() == 1 and alone[first].max() <= month.instance.lists[month.lists[at]].minutes
            yield _Load(at, pairs, both, turnaround, ",latex and infection", bool(exact))


def _list_row(name: str, rule: str, load: _Load) -> Row:
    return Row(
        name=name,
        rule=rule,
        pairs=load.pairs,
        mean=load.minutes,
        upper=0.0,
        proven=load.proven,
        in_one_list=load.list_at,
        clean_down=bool(load.suffix),
    )
