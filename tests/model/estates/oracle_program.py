"""Where people and closed lists fit, given the rooms of every site in every period: a plain linear program."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from models.estates.checker.facts import NO_PLACE, Facts
from models.estates.checker.lists import hours_of_a_room_a_week as room_hours_a_week
from models.estates.checker.lists import list_facts_of, minutes_to_receiver
from models.estates.checker.room_checks import ceiling_share_of

State = tuple[tuple[str, str, str, int], ...]
"""(site, kind, period, rooms), and for each practice that may close (practice, "open", period, 1 or 0)."""
SLACK = 1e-6
WORST_TOLERANCE_MINUTES = 1e-4


@dataclass(frozen=True)
class _Column:
    """Part of the demand of an area for a kind of room (or of a list) at one place."""

    area: str
    kind: str
    year: str
    contacts: float
    weight: float
    minutes: float
    core20_share: float


class Program:
    """Shares of demand by place; rows in hours a week and in shares."""

    def __init__(self, facts: Facts, state: State) -> None:
        self._facts, self._settings = facts, facts.instance.settings
        self._rooms = {(site, kind, year): rooms for site, kind, year, rooms in state if kind != "open"}
        self._open = {(practice, year): bool(rooms) for practice, kind, year, rooms in state if kind == "open"}
        self._lists = list_facts_of(facts.instance)
        self._columns: list[_Column] = []
        self._hours: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
        self._taken: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self._equal: list[tuple[dict[int, float], float]] = []
        self._upper: list[tuple[dict[int, float], float]] = []
        self._weight = {period.first_year: period.weight for period in facts.instance.periods}
        self._people()
        self._closed_lists()
        self._limits()

    def least_unmet(self) -> float | None:
        """Weighted contacts without a room, at least; None where nothing fits."""
        placed = self._solve([-one.weight * one.contacts for one in self._columns], [])
        return None if placed is None else self._all_contacts() + placed

    def least_worst_travel(self, unmet: float) -> float:
        """The least that the largest mean of minutes can be, by halving."""
        low, high = 0.0, float(max((one.minutes for one in self._columns), default=0.0))
        while high - low > WORST_TOLERANCE_MINUTES:
            middle = (low + high) / 2
            fits = self._solve([0.0] * len(self._columns), self._held(unmet, middle))
            low, high = (middle, high) if fits is None else (low, middle)
        return high

    def least_core20_travel(self, unmet: float, worst: float) -> float | None:
        total = sum(self._weight[y] * c * self._core20(a) for (a, _, y), c in self._demand())
        cost = [one.weight * one.contacts * one.core20_share * one.minutes / (total or 1.0) for one in self._columns]
        return self._solve(cost, self._held(unmet, worst + 1e-3))

    def least_travel(self, unmet: float, worst: float, core20: float) -> float | None:
        everybody = sum(self._weight[y] * c for (_, _, y), c in self._demand())
        total = sum(self._weight[y] * c * self._core20(a) for (a, _, y), c in self._demand())
        cost = [one.weight * one.contacts * one.minutes / (everybody or 1.0) for one in self._columns]
        core = {
            at: one.weight * one.contacts * one.core20_share * one.minutes / (total or 1.0)
            for at, one in enumerate(self._columns)
        }
        return self._solve(cost, [*self._held(unmet, worst + 1e-3), (core, core20 + 1e-4)])

    def _people(self) -> None:
        """One column for each area, kind of room, period and place within reach; at most all of them are placed."""
        demand: dict[tuple[str, str, str], float] = defaultdict(float)
        minutes: dict[tuple[str, str, str], float] = defaultdict(float)
        for (area, service_id, year), contacts in sorted(self._facts.demand.items()):
            service = self._facts.service_by_id[service_id]
            demand[area, service.room_type, year] += contacts
            minutes[area, service.room_type, year] += contacts * service.minutes_per_contact
        for (area, kind, year), contacts in demand.items():
            parts: dict[int, float] = {}
            for site in self._reach(area, kind, year):
                at = len(self._columns)
                journey = 0.0 if area == NO_PLACE else float(self._facts.minutes[area, site])
                own = _Column(area, kind, year, contacts, self._weight[year], journey, self._core20(area))
                self._columns.append(own)
                self._hours[site, kind, year][at] = minutes[area, kind, year] / 60 / self._settings.weeks_per_year
                parts[at] = 1.0
            self._upper.append((parts, 1.0))

    def _closed_lists(self) -> None:
        """The list of a closed practice goes to sites and open practices within the limit, all of it."""
        kind = self._settings.gp_room_type
        for (practice_id, year), is_open in self._open.items():
            if is_open:
                continue
            practice = self._lists.premises[practice_id]
            hours = self._lists.own_hours_a_week(practice_id, year)
            parts: dict[int, float] = {}
            for receiver in (*self._facts.instance.sites, *self._facts.instance.premises):
                minutes = minutes_to_receiver(self._facts, practice, receiver)
                name = receiver.site_id if hasattr(receiver, "site_id") else receiver.practice_id
                if name == practice_id or minutes is None or minutes > self._settings.dispersal_limit_minutes:
                    continue
                if name in self._facts.site_by_id and not self._has(name, kind, year):
                    continue
                if name in self._lists.premises and not self._open.get((name, year), True):
                    continue
                at = len(self._columns)
                self._columns.append(_Column(NO_PLACE, "", year, 0.0, self._weight[year], 0.0, 0.0))
                parts[at] = 1.0
                if name in self._facts.site_by_id:
                    self._hours[name, kind, year][at] = hours
                else:
                    self._taken[name, year][at] = hours
            self._equal.append((parts, 1.0))

    def _limits(self) -> None:
        """Rooms of sites, spare hours of practices, and least hours of sites that have clinical rooms."""
        instance = self._facts.instance
        for place, hours in self._hours.items():
            of_a_room = room_hours_a_week(instance, ceiling_share_of(self._facts, place[0]))
            self._upper.append((hours, of_a_room * self._rooms.get(place, 0)))
        for (practice, year), hours in self._taken.items():
            self._upper.append((hours, self._lists.spare_hours_a_week(practice, year)))
        least = self._settings.minimum_clinical_hours_per_session * len(instance.slots)
        for site in instance.sites:
            for period in instance.periods:
                places = [(site.site_id, kind, period.first_year) for kind in sorted(self._facts.clinical_types)]
                if least and any(self._rooms.get(place) for place in places):
                    row = {at: -hours for place in places for at, hours in self._hours.get(place, {}).items()}
                    self._upper.append((row, -least))

    def _reach(self, area: str, kind: str, year: str) -> list[str]:
        """Sites that have the room and the rooms it needs beside it, near enough for the area."""
        sites = [site.site_id for site in self._facts.instance.sites if self._has(site.site_id, kind, year)]
        if area == NO_PLACE:
            return sites
        before, own = self._facts.minutes_before(area, kind), self._settings
        added = own.added_minutes_limit
        if self._core20(area) >= own.core20_threshold_share and self._has_share(area):
            added = min(added, own.core20_added_minutes_limit)
        limit = own.travel_limit_minutes if before is None else min(own.travel_limit_minutes, before + added)
        return [site for site in sites if self._facts.minutes[area, site] <= limit]

    def _has(self, site: str, kind: str, year: str) -> bool:
        """Whether a site has rooms of a kind, and of the kinds that one needs beside it."""
        kinds = (kind, *self._facts.instance.needs_beside.get(kind, ()))
        return all(self._rooms.get((site, one, year)) for one in kinds)

    def _has_share(self, area: str) -> bool:
        return any(one.core20_share is not None for one in self._facts.instance.areas if one.area_id == area)

    def _core20(self, area: str) -> float:
        return next((one.core20_share or 0.0 for one in self._facts.instance.areas if one.area_id == area), 0.0)

    def _demand(self) -> list[tuple[tuple[str, str, str], float]]:
        return [(key, contacts) for key, contacts in sorted(self._facts.demand.items()) if key[0] != NO_PLACE]

    def _all_contacts(self) -> float:
        return sum(self._weight[year] * contacts for (_, _, year), contacts in self._facts.demand.items())

    def _held(self, unmet: float, worst_minutes: float) -> list[tuple[dict[int, float], float]]:
        """No more unmet than before, and no area's mean journey longer than the minutes given."""
        placed = {at: -one.weight * one.contacts for at, one in enumerate(self._columns)}
        rows = [(placed, unmet - self._all_contacts() + 1e-3)]
        means: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
        for at, one in enumerate(self._columns):
            if one.area != NO_PLACE:
                means[one.area, one.kind, one.year][at] = one.minutes - worst_minutes
        return [*rows, *((row, 0.0) for row in means.values())]

    def _solve(self, cost: list[float], more: list[tuple[dict[int, float], float]]) -> float | None:
        if not self._columns:
            feasible = all(limit >= -SLACK for _, limit in [*self._upper, *more]) and not self._equal
            return 0.0 if feasible else None
        upper, limits = self._matrix([*self._upper, *more])
        equal, rights = self._matrix(self._equal)
        result = linprog(cost, A_ub=upper, b_ub=limits, A_eq=equal if len(rights) else None,
                         b_eq=rights if len(rights) else None, bounds=(0, 1))  # fmt: skip
        return float(result.fun) if result.status == 0 else None

    def _matrix(self, rows: list[tuple[dict[int, float], float]]) -> tuple[np.ndarray, list[float]]:
        matrix = np.zeros((len(rows), len(self._columns)))
        for at, (row, _) in enumerate(rows):
            for column, value in row.items():
                matrix[at, column] = value
        return matrix, [limit for _, limit in rows]
