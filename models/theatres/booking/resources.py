"""What the lists of a month share: beds, kit, staff, surgeons' weeks, hospital transport; counted as patients come.

Each question names the rule that one more patient on a list would break, or what exactly would be short.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from models.theatres.day_order import standard_normal_quantile
from models.theatres.eligibility import NO_RULES
from models.theatres.entities import Shift, TheatreList
from models.theatres.instance import Instance

_EPSILON = 1e-9


@dataclass
class _Night:
    """Who is expected in the beds of a ward on one night; `limit` is the number of beds."""

    mean: float
    variance: float
    limit: int


class Resources:
    """How much of everything shared the booked patients take."""

    def __init__(self, instance: Instance, without_rules: frozenset[str] = NO_RULES) -> None:
        self.instance, self.without_rules = instance, without_rules
        self._kit: Counter[tuple[str, dt.date]] = Counter()
        self._lists_a_week: Counter[tuple[str | None, dt.date]] = Counter()
        self._transport: Counter[dt.date] = Counter()
        self._used: set[str] = set()
        self._nights = {
            key: _Night(night.census_expected, night.census_variance, night.beds_open)
            for key, night in instance.beds.items()
        }
        self._bed_z = standard_normal_quantile(instance.settings.bed_quantile_share)
        self._shifts_of = _shifts_by_list(instance, instance.lists)

    def under(self, instance: Instance) -> Resources:
        """The same bookings under a changed instance, for questions only."""
        other = copy.copy(self)
        other.instance = instance
        if instance.beds is not self.instance.beds:
            other._nights = {
                key: _Night(night.mean, night.variance, instance.beds[key].beds_open)
                for key, night in self._nights.items()
            }
        if instance.shifts is not self.instance.shifts or instance.roles is not self.instance.roles:
            other._shifts_of = _shifts_by_list(instance, instance.lists)
        elif instance.lists is not self.instance.lists:
            # Dates cannot change under a book, so only lists of the days of changed ones see other shifts or lists.
            before = self.instance.lists
            days = {on.date for list_id, on in instance.lists.items() if on is not before[list_id]}
            affected = {on.list_id for on in instance.lists.values() if on.date in days}
            other._shifts_of = {**self._shifts_of, **_shifts_by_list(instance, affected)}
        return other

    def enter(self, patient_id: str, on: TheatreList, sign: int, *, alone: bool) -> None:
        """Count a patient who comes (+1) or leaves (-1); `alone` says that nobody else is on the list."""
        if alone:
            self._lists_a_week[on.surgeon_id, week_of(on.date)] += sign
            (self._used.add if sign > 0 else self._used.discard)(on.list_id)
        self._transport[on.date] += sign * self.instance.patients[patient_id].hospital_transport
        for kit_id in self.instance.procedure_of(patient_id).kit:
            self._kit[kit_id, on.date] += sign
        for night, share in self._nights_of(patient_id, on.date):
            night.mean += sign * share
            night.variance += sign * share * (1.0 - share)

    def broken(self, patient_id: str, on: TheatreList) -> Iterator[str | None]:
        """The rules one more patient on a list breaks, the cheapest first; None for one that holds."""
        for rule, breaks in (
            ("T-11", self._too_many_lists),
            ("T-29", self._without_staff),
            ("T-35", self._without_transport),
            ("T-13", self._without_kit),
            ("T-12", self._without_bed),
        ):
            yield rule if rule not in self.without_rules and breaks(patient_id, on) else None

    def kit_short(self, patient_id: str, list_id: str) -> tuple[str, ...]:
        """The kit a patient needs that is used up on the day of a list (T-13)."""
        instance, day = self.instance, self.instance.lists[list_id].date
        return tuple(k for k in instance.procedure_of(patient_id).kit if self.kit_left(k, day) <= 0)

    def kit_left(self, kit_id: str, day: dt.date) -> int:
        """How often a kit can still be used on a day (T-13)."""
        return self.instance.kit[kit_id].cases_per_day - self._kit[kit_id, day]

    def beds_short(self, patient_id: str, list_id: str) -> dict[dt.date, int]:
        """Night -> beds missing on it were the patient on the list (T-12); nights with enough are left out."""
        day, short = self.instance.lists[list_id].date, {}
        for at, (night, share) in enumerate(self._nights_of(patient_id, day)):
            missing = self._beds_needed(night, share) - night.limit
            if missing > _EPSILON:
                short[day + dt.timedelta(days=at)] = math.ceil(missing - _EPSILON)
        return short

    def staff_short(self, list_id: str) -> dict[tuple[str, dt.datetime], int]:
        """Role and start of the shift -> staff missing were an empty list used (T-29)."""
        if list_id in self._used:
            return {}
        return {
            (shift.role, shift.start): per_list - left
            for shift, per_list, left in self._staff_left(list_id)
            if per_list > left
        }

    def staff_left(self, list_id: str) -> int | None:
        """People left over in the scarcest role and shift of a list, used lists staffed; None: nothing limits it."""
        return min((left for _, _, left in self._staff_left(list_id)), default=None)

    def lists_taken(self, surgeon_id: str, day: dt.date) -> int:
        """The lists of a surgeon that have a case in the week of a day (T-11)."""
        return self._lists_a_week[surgeon_id, week_of(day)]

    def _staff_left(self, list_id: str) -> Iterator[tuple[Shift, int, int]]:
        """The shifts a list needs staff of: how many of them, and how many no used list needs (T-29)."""
        for shift, per_list, lists in self._shifts_of.get(list_id, ()):
            yield shift, per_list, shift.available - per_list * len(self._used.intersection(lists))

    def _too_many_lists(self, patient_id: str, on: TheatreList) -> bool:
        del patient_id
        if on.list_id in self._used or on.surgeon_id is None:
            return False
        most = self.instance.surgeons[on.surgeon_id].max_lists_per_week
        return self.lists_taken(on.surgeon_id, on.date) >= most

    def _without_staff(self, patient_id: str, on: TheatreList) -> bool:
        del patient_id
        return bool(self.staff_short(on.list_id))

    def _without_transport(self, patient_id: str, on: TheatreList) -> bool:
        if not self.instance.patients[patient_id].hospital_transport:
            return False
        return self._transport[on.date] >= self.instance.settings.transport_places_per_day

    def _without_kit(self, patient_id: str, on: TheatreList) -> bool:
        return bool(self.kit_short(patient_id, on.list_id))

    def _without_bed(self, patient_id: str, on: TheatreList) -> bool:
        nights = self._nights_of(patient_id, on.date)
        return any(self._beds_needed(night, share) > night.limit + _EPSILON for night, share in nights)

    def _beds_needed(self, night: _Night, share: float) -> float:
        """Beds at the quantile on a night, with one more patient who is still there with chance `share`."""
        variance = max(0.0, night.variance + share * (1.0 - share))
        return night.mean + share + self._bed_z * math.sqrt(variance)

    def _nights_of(self, patient_id: str, day: dt.date) -> Iterator[tuple[_Night, float]]:
        ward = self.instance.procedure_of(patient_id).ward_id
        for night, share in enumerate(self.instance.stay(patient_id)):
            if share > 0.0:
                yield self._nights[ward, day + dt.timedelta(days=night)], share


def _shifts_by_list(instance: Instance, lists: Collection[str]) -> dict[str, list[tuple[Shift, int, frozenset[str]]]]:
    """List -> the shifts it needs staff of, how many of them, and all lists that overlap each of these shifts.

    Asked of all lists of the days of `lists`, which are whole days.
    """
    days: dict[dt.date, list[TheatreList]] = {}
    for list_id in lists:
        days.setdefault(instance.lists[list_id].date, []).append(instance.lists[list_id])
    found: dict[str, list[tuple[Shift, int, frozenset[str]]]] = {list_id: [] for list_id in lists}
    for shift in instance.shifts:
        on_day = days.get(shift.start.date())
        role = instance.roles.get(shift.role)
        if on_day and role is not None and role.per_list > 0:
            overlapped = frozenset(on.list_id for on in on_day if shift.overlaps(on))
            for list_id in overlapped:
                found[list_id].append((shift, role.per_list, overlapped))
    return found


def week_of(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())
