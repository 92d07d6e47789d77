"""The plan: what becomes of suites and GP premises and when, and where the contacts take place; from decisions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from models.estates.cash import CashBook, extent_of
from models.estates.demand import NOWHERE, Commodity, planning_demand
from models.estates.entities import Suite
from models.estates.hand_back import Option, Phase
from models.estates.instance import EstatesInstance
from models.estates.right_size import GpLists
from models.estates.timetable.compact import PlaceAndPeriod, bookings_from, compact_bookings
from models.estates.timetable.week import Booking
from models.shared.rounding import round_to_total

_Place = TypeVar("_Place", str, tuple[str, str])
WHOLE = 1_000_000_000
"""Shares of demand travel through the decisions as whole billionths."""
DATED = ("hand_backs", "open_space", "conversions", "closures")
"""What a plan decides with a day."""
_DUST = 1e-7
"""Shares below this are noise of the solver."""


@dataclass(frozen=True)
class Placement:
    """Part of the demand of one commodity in one area and period that goes to one site, in billionths."""

    area_id: str
    commodity: Commodity
    period: int
    site_id: str
    billionths: int


@dataclass(frozen=True)
class PlacedContacts:
    """Contacts a year of one service, area and period at one site (`-`: without a room), in thousandths."""

    area_id: str
    service: str
    period: int
    site_id: str
    milli_contacts: int

    @property
    def contacts(self) -> float:
        return self.milli_contacts / 1000


@dataclass(frozen=True)
class Dispersal:
    """Part of a closed GP list that goes to one receiver, a practice or a site, in a period, in billionths."""

    practice_id: str
    period: int
    receiver: str
    receiver_kind: str
    billionths: int


@dataclass(frozen=True)
class DispersedContacts:
    """Contacts a year of a closed GP list that one receiver takes in a period, in thousandths."""

    practice_id: str
    period: int
    receiver: str
    receiver_kind: str
    milli_contacts: int

    @property
    def contacts(self) -> float:
        return self.milli_contacts / 1000


@dataclass(frozen=True)
class Plan:
    """An estates plan.

    `hand_backs` and `open_space` map a suite, `conversions` a conversion and `closures` a practice to its day; what
    stays as it is, is not in them. `timetable` is None where none was made: a plain rule then fills the rooms.
    """

    instance: EstatesInstance
    hand_backs: Mapping[str, dt.date]
    placements: tuple[Placement, ...]
    open_space: Mapping[str, dt.date] = field(default_factory=dict)
    conversions: Mapping[str, dt.date] = field(default_factory=dict)
    closures: Mapping[str, dt.date] = field(default_factory=dict)
    dispersals: tuple[Dispersal, ...] = ()
    timetable: Mapping[PlaceAndPeriod, tuple[Booking, ...]] | None = None

    @classmethod
    def from_decisions(cls, instance: EstatesInstance, decisions: Mapping[str, object]) -> Plan:
        """The plan that `decisions` wrote.

        Raises
        ------
        TypeError
            If the mapping is not one that `decisions` wrote.
        """
        dates = {name: _dates(decisions, name) for name in DATED}
        timetable = decisions.get("timetable")
        return cls(
            instance=instance,
            placements=tuple(
                Placement(str(area), Commodity(str(kind), str(mode)), int(period), str(site), int(billionths))
                for area, kind, mode, period, site, billionths in _entries(decisions, "placements")
            ),
            dispersals=tuple(
                Dispersal(str(practice), int(period), str(receiver), str(kind), int(billionths))
                for practice, period, receiver, kind, billionths in _entries(decisions, "dispersals")
            ),
            timetable=None if timetable is None else bookings_from(timetable),
            **dates,
        )

    def date(self, suite_id: str) -> dt.date | None:
        """The day a suite is handed back."""
        return self.hand_backs.get(suite_id)

    def core_date(self, suite: Suite) -> dt.date | None:
        """The day the core suite of a suite's site goes."""
        return self.date(self._cores[suite.site_id])

    def option(self, suite: Suite) -> Option:
        """What becomes of a suite."""
        return self._options[suite.suite_id]

    def extent(self, suite: Suite) -> str | None:
        return extent_of(self.date(suite.suite_id), self.core_date(suite))

    def phase(self, suite: Suite, period: int) -> Phase:
        """What a suite is planned as in a period."""
        return self.option(suite).phase(self.instance.periods[period])

    def is_open(self, site_id: str, period: int) -> bool:
        """Whether a site is open in a period: its core suite is not handed back before the period has ended."""
        core = self.date(self._cores[site_id])
        return core is None or core >= self.instance.periods[period].end_day

    def premises_open(self, practice_id: str, period: int) -> bool:
        """Whether GP premises are planned on in a period."""
        closed = self.closures.get(practice_id)
        return closed is None or closed >= self.instance.periods[period].end_day

    def rooms(self, site_id: str, room_type: str, period: int) -> int:
        at = self.instance.periods[period]
        return sum(
            self.option(suite).rooms(suite, room_type, at)
            for suite in self.instance.suites
            if suite.site_id == site_id
        )

    @cached_property
    def contacts(self) -> tuple[PlacedContacts, ...]:
        """Contacts of every service, area and period by site, those without a room under `-`."""
        return tuple(_placed_contacts(self.instance, self.placements))

    @cached_property
    def gp_lists(self) -> GpLists:
        return GpLists(self.instance)

    @cached_property
    def dispersed(self) -> tuple[DispersedContacts, ...]:
        """Contacts of every closed list and period by receiver."""
        return tuple(_dispersed_contacts(self.gp_lists, self.dispersals))

    @cached_property
    def cash_book(self) -> CashBook:
        return CashBook(self.instance)

    @cached_property
    def _cores(self) -> Mapping[str, str]:
        return {site.site_id: site.core_suite for site in self.instance.sites}

    @cached_property
    def _options(self) -> Mapping[str, Option]:
        works = {c.suite_id: c for c in self.instance.conversions if c.conversion_id in self.conversions}
        found: dict[str, Option] = {}
        for suite in self.instance.suites:
            own, core = suite.suite_id, self.core_date(suite)
            if own in works and own not in self.hand_backs:
                day = self.conversions[works[own].conversion_id]
                found[own] = Option(own, day, core, "conversion", works[own])
            elif own in self.open_space and own not in self.hand_backs:
                found[own] = Option(own, self.open_space[own], core, "open_space")
            else:
                found[own] = Option(own, self.date(own), core)
        return found

    def decisions(self) -> dict[str, object]:
        """The plan as a small mapping that `from_decisions` reads back."""
        written: dict[str, object] = {name: _days(getattr(self, name)) for name in DATED}
        written["placements"] = [
            [p.area_id, p.commodity.room_type, p.commodity.mode, p.period, p.site_id, p.billionths]
            for p in self.placements
        ]
        written["dispersals"] = [
            [d.practice_id, d.period, d.receiver, d.receiver_kind, d.billionths] for d in self.dispersals
        ]
        if self.timetable is not None:
            written["timetable"] = compact_bookings(self.timetable)
        return written


def _days(days: Mapping[str, dt.date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in sorted(days.items())}


def _dates(decisions: Mapping[str, object], name: str) -> dict[str, dt.date]:
    found = decisions.get(name, {})
    if not isinstance(found, Mapping):
        raise TypeError("these are not the decisions of an estates plan")
    return {str(key): dt.date.fromisoformat(str(day)) for key, day in found.items()}


def _entries(decisions: Mapping[str, object], name: str) -> Sequence[Sequence[str]]:
    found = decisions.get(name, ())
    if not isinstance(found, Sequence):
        raise TypeError("these are not the decisions of an estates plan")
    return found


def make_plan(
    instance: EstatesInstance,
    hand_backs: Mapping[str, dt.date],
    shares: Mapping[tuple[str, Commodity, int], Mapping[str, float]],
    *,
    open_space: Mapping[str, dt.date] | None = None,
    conversions: Mapping[str, dt.date] | None = None,
    closures: Mapping[str, dt.date] | None = None,
    list_shares: Mapping[tuple[str, int], Mapping[tuple[str, str], float]] | None = None,
) -> Plan:
    """A plan from the share of each area's demand that each site takes; what is missing to 1 has no room.

    `list_shares` does the same for each closed GP list and period, by kind of receiver and receiver.
    """
    placements = tuple(
        Placement(area, commodity, period, site, billionths)
        for area, commodity, period in sorted(shares)
        for site, billionths in _in_billionths(shares[area, commodity, period])
    )
    dispersals = tuple(
        Dispersal(practice, period, receiver, kind, billionths)
        for (practice, period), by_receiver in sorted((list_shares or {}).items())
        for (kind, receiver), billionths in _in_billionths(by_receiver)
    )
    return Plan(
        instance=instance,
        hand_backs=dict(sorted(hand_backs.items())),
        placements=placements,
        open_space=dict(sorted((open_space or {}).items())),
        conversions=dict(sorted((conversions or {}).items())),
        closures=dict(sorted((closures or {}).items())),
        dispersals=dispersals,
    )


def _in_billionths(by_place: Mapping[_Place, float]) -> list[tuple[_Place, int]]:
    """Shares in whole billionths that sum to all, where next to nothing is missing to 1; dust is left out."""
    places = sorted(place for place, share in by_place.items() if share > _DUST)
    placed = min(math.fsum(by_place.values()), 1.0)
    total = WHOLE if placed > 1 - _DUST else round(placed * WHOLE)
    kept = math.fsum(by_place[place] for place in places)
    if not places or kept <= 0:
        return []
    scaled = [by_place[place] / kept * total for place in places]
    whole = round_to_total(scaled, total, [0] * len(places), [total] * len(places))
    return [(place, billionths) for place, billionths in zip(places, whole, strict=True) if billionths > 0]


def _placed_contacts(instance: EstatesInstance, placements: Sequence[Placement]) -> list[PlacedContacts]:
    services = {service.service: service for service in instance.services}
    by_cell: dict[tuple[str, Commodity, int], list[tuple[str, int]]] = {}
    for p in placements:
        by_cell.setdefault((p.area_id, p.commodity, p.period), []).append((p.site_id, p.billionths))
    found: list[PlacedContacts] = []
    for item in planning_demand(instance):
        service = services[item.service]
        sites = by_cell.get((item.area_id, Commodity(service.room_type, service.mode), item.period), [])
        unplaced = WHOLE - sum(billionths for _, billionths in sites)
        shares = [*sorted(sites), (NOWHERE, unplaced)] if unplaced else sorted(sites)
        values = [item.milli_contacts * billionths / WHOLE for _, billionths in shares]
        whole = round_to_total(values, item.milli_contacts, [0] * len(values), [item.milli_contacts] * len(values))
        found.extend(
            PlacedContacts(item.area_id, item.service, item.period, site, milli)
            for (site, _), milli in zip(shares, whole, strict=True)
            if milli > 0
        )
    return found


def _dispersed_contacts(lists: GpLists, dispersals: Sequence[Dispersal]) -> list[DispersedContacts]:
    by_list: dict[tuple[str, int], list[Dispersal]] = {}
    for one in dispersals:
        by_list.setdefault((one.practice_id, one.period), []).append(one)
    found: list[DispersedContacts] = []
    for (practice, period), mine in sorted(by_list.items()):
        milli = lists.lists[practice].milli_contacts[period]
        total = round(milli * sum(one.billionths for one in mine) / WHOLE)
        values = [milli * one.billionths / WHOLE for one in mine]
        whole = round_to_total(values, total, [0] * len(values), [total] * len(values))
        found.extend(
            DispersedContacts(practice, period, one.receiver, one.receiver_kind, taken)
            for one, taken in zip(mine, whole, strict=True)
            if taken > 0
        )
    return found
