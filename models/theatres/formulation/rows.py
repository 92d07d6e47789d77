"""Limits over bookings of several lists, one function per rule, and the rows of all rules together."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from models.theatres.entities import Procedure
from models.theatres.formulation.appointments import Need
from models.theatres.formulation.limits import Row, UsedListsLimit
from models.theatres.formulation.list_rows import joints_per_list, list_time, overrun_chance, overrun_rehearsed
from models.theatres.formulation.month import Indices, Month


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


def staff_every_session(month: Month) -> Iterator[UsedListsLimit]:
    """Lists with patients do not need more staff of any role than there are, in any shift.

    lists with a case that overlap the shift <= available / per list, whole (T-29).
    """
    for shift in month.instance.shifts:
        role = month.instance.roles.get(shift.role)
        if role is None or role.per_list == 0:
            continue
        day = month.lists_by_day.get(shift.start.date(), ())
        lists = [at for at in day if shift.overlaps(month.instance.lists[month.lists[at]]) and len(month.by_list[at])]
        upper = shift.available // role.per_list
        if len(lists) > upper:
            name = f"T_29_staff_every_session[{shift.role},{shift.start:%Y-%m-%d %H:%M}]"
            yield UsedListsLimit(name, "T-29", tuple(lists), upper)


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
    for (kit_id, day), pairs in _pairs_by_kit(month).items():
        upper = float(month.instance.kit[kit_id].cases_per_day)
        yield Row(f"T_13_kit_every_day[{kit_id},{day}]", "T-13", pairs, np.ones(len(pairs)), upper)


def image_intensifiers(month: Month) -> Iterator[Row]:
    """No more cases run at once with an image intensifier than there are machines.

    A day: sum touch x <= machines * minutes from the first start to the last end (T-14); `day` has the exact rule.
    """
    machines = month.instance.settings.image_intensifiers
    for day in month.lists_by_day:
        pairs, span = _pairs_of_day(month, day, lambda kind: kind.needs_image_intensifier), _day_span(month, day)
        if len(pairs) and span is not None:
            touch = month.touch_minutes[pairs].astype(np.float64)
            yield Row(f"T_14_image_intensifiers[{day}]", "T-14", pairs, touch, machines * span)


def trays_ready(month: Month) -> Iterator[Row]:
    """At no moment are more sets in use or being reprocessed than there are.

    A day: sum (touch + reprocessing) x <= sets * (minutes from the first start to the last end + reprocessing) over
    cases that need the kit (T-32); `day` has the exact rule.
    """
    for (kit_id, day), pairs in _pairs_by_kit(month).items():
        kit, span = month.instance.kit[kit_id], _day_span(month, day)
        if span is not None and kit.reprocess_minutes > 0:
            held = (month.touch_minutes[pairs] + kit.reprocess_minutes).astype(np.float64)
            upper = kit.sets * (span + kit.reprocess_minutes)
            yield Row(f"T_32_trays_ready[{kit_id},{day}]", "T-32", pairs, held, upper)


def recovery_bays(month: Month) -> Iterator[Row]:
    """At no moment are more patients in recovery than there are bays.

    A day: sum recovery x <= bays * minutes from the first possible end of a case to the last end of recovery (T-33);
    `day` has the exact rule.
    """
    for day in month.lists_by_day:
        pairs, span = _pairs_of_day(month, day, lambda kind: kind.recovery_minutes > 0), _day_span(month, day)
        if len(pairs) and span is not None:
            kinds = [month.instance.procedures[month.patient(int(pair)).procedure_code] for pair in pairs]
            stays = np.array([kind.recovery_minutes for kind in kinds], dtype=np.float64)
            upper = month.instance.settings.recovery_bays * (
                span - float(month.touch_minutes[pairs].min()) + float(stays.max())
            )
            yield Row(f"T_33_recovery_bays[{day}]", "T-33", pairs, stays, upper)


def transport_places(month: Month) -> Iterator[Row]:
    """No more patients who need hospital transport come on a day than there are journeys.

    sum of x over patients of the day with hospital transport <= transport places a day (T-35).
    """
    upper = float(month.instance.settings.transport_places_per_day)
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for pair, patient, on in month.each_pair():
        if patient.hospital_transport:
            by_day[on.date].append(pair)
    for day, found in sorted(by_day.items()):
        pairs = np.array(found, dtype=np.int64)
        yield Row(f"T_35_transport_places[{day}]", "T-35", pairs, np.ones(len(pairs)), upper)


def _pairs_by_kit(month: Month) -> dict[tuple[str, dt.date], Indices]:
    """(kit, day) -> the pairs whose operation needs the kit."""
    found: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for pair, patient, on in month.each_pair():
        for kit_id in month.instance.procedures[patient.procedure_code].kit:
            found[kit_id, on.date].append(pair)
    return {key: np.array(pairs, dtype=np.int64) for key, pairs in sorted(found.items())}


def _pairs_of_day(month: Month, day: dt.date, wanted: Callable[[Procedure], bool]) -> Indices:
    """The pairs on lists of a day whose operation is one of those wanted."""
    found = [
        int(pair)
        for at in month.lists_by_day[day]
        for pair in month.by_list[at]
        if wanted(month.instance.procedures[month.patient(int(pair)).procedure_code])
    ]
    return np.array(found, dtype=np.int64)


def _day_span(month: Month, day: dt.date) -> float | None:
    """Minutes from the first start to the last end a case can have on a day; None when no rule sets an end."""
    lists = [month.instance.lists[month.lists[at]] for at in month.lists_by_day[day]]
    span = (max(on.end for on in lists) - min(on.start for on in lists)).total_seconds() / 60
    if month.keeps("T-08"):
        return span
    return span + month.instance.settings.overrun_grace_minutes if month.keeps("T-09") else None


def tests_have_places(month: Month) -> Iterator[Row]:
    """Patients whose last day for a test is up to some day are no more than the places up to it (T-18, prefix rows).

    Necessary only: the exact matching comes back with further rows of this kind (`places_row`).
    """
    return (row for _, row in prefix_rows(month))


@dataclass(frozen=True)
class Prefix:
    """The places for a test at these sites up to a day."""

    test_id: str
    sites: tuple[str, ...]
    last: dt.date


def prefix_rows(month: Month) -> Iterator[tuple[Prefix, Row]]:
    """The rows on places for tests, each with the places it counts."""
    by_group: dict[tuple[str, tuple[str, ...]], list[tuple[Need, int]]] = defaultdict(list)
    for pair, needs in enumerate(month.needs):
        for need in needs:
            by_group[need.test_id, need.sites].append((need, pair))
    free = month.appointments.free
    for test_id, sites in sorted(by_group):
        # Patients whose sites all lie among these compete for them.
        inside = [e for (t, s), es in by_group.items() if t == test_id and set(s) <= set(sites) for e in es]
        inside.sort(key=lambda e: (e[0].last, e[1]))
        found = np.array([pair for _, pair in inside], dtype=np.int64)
        lasts = np.array([need.last.toordinal() for need, _ in inside], dtype=np.int64)
        # How many different patients the pairs up to each one have.
        new = np.zeros(len(found), dtype=np.int64)
        new[np.unique(month.pair_patient[found], return_index=True)[1]] = 1
        patients = np.cumsum(new)
        for end in np.flatnonzero(np.diff(lasts, append=lasts[-1] + 1)).tolist():
            last = inside[end][0].last
            places = sum(count for (site, day), count in free[test_id].items() if site in sites and day <= last)
            if patients[end] > places:
                pairs = np.sort(found[: end + 1])
                name = f"T_18_real_test_slots[{test_id},{'+'.join(sites)},{last}]"
                yield Prefix(test_id, sites, last), Row(name, "T-18", pairs, np.ones(len(pairs)), float(places))


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
    ("T-30", joints_per_list),
    ("T-32", trays_ready),
    ("T-33", recovery_bays),
    ("T-35", transport_places),
    ("T-37", overrun_rehearsed),
)


def month_rows(month: Month) -> tuple[Row, ...]:
    """Every row of the rules in force."""
    return tuple(row for rule_id, build in ROW_RULES if month.keeps(rule_id) for row in build(month))


USED_LISTS_RULES: tuple[tuple[str, Callable[[Month], Iterator[UsedListsLimit]]], ...] = (
    ("T-11", surgeon_lists_a_week),
    ("T-29", staff_every_session),
)


def used_lists_limits(month: Month) -> tuple[UsedListsLimit, ...]:
    """The limits on how many lists are used, of the rules in force; the tightest of those on the same lists."""
    tightest: dict[tuple[int, ...], UsedListsLimit] = {}
    for rule_id, build in USED_LISTS_RULES:
        for limit in build(month) if month.keeps(rule_id) else ():
            known = tightest.get(limit.lists)
            if known is None or limit.upper < known.upper:
                tightest[limit.lists] = limit
    return tuple(tightest.values())
