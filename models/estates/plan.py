"""The plan: which suites go when, and where the contacts take place; from decisions, and as tables."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.estates.cash import CashBook, extent_of
from models.estates.demand import NOWHERE, Commodity, planning_demand
from models.estates.entities import Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.shared.rounding import round_to_total

_WHOLE = 1_000_000_000
"""Shares of demand travel through the decisions as whole billionths."""
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
class Plan:
    """An estates plan. `hand_backs` maps a suite to the day it goes; suites that stay are not in it."""

    instance: EstatesInstance
    hand_backs: Mapping[str, dt.date]
    placements: tuple[Placement, ...]

    @classmethod
    def from_decisions(cls, instance: EstatesInstance, decisions: Mapping[str, object]) -> Plan:
        """The plan that `decisions` wrote.

        Raises
        ------
        TypeError
            If the mapping is not one that `decisions` wrote.
        """
        hand_backs, placements = decisions["hand_backs"], decisions["placements"]
        if not isinstance(hand_backs, Mapping) or not isinstance(placements, Sequence):
            raise TypeError("these are not the decisions of an estates plan")
        return cls(
            instance,
            {str(suite): dt.date.fromisoformat(str(day)) for suite, day in hand_backs.items()},
            tuple(
                Placement(str(area), Commodity(str(kind), str(mode)), int(period), str(site), int(billionths))
                for area, kind, mode, period, site, billionths in placements
            ),
        )

    def date(self, suite_id: str) -> dt.date | None:
        return self.hand_backs.get(suite_id)

    def core_date(self, suite: Suite) -> dt.date | None:
        """The day the core suite of a suite's site goes."""
        return self.date(self._cores[suite.site_id])

    def option(self, suite: Suite) -> Option:
        return Option(suite.suite_id, self.date(suite.suite_id), self.core_date(suite))

    def extent(self, suite: Suite) -> str | None:
        return extent_of(self.date(suite.suite_id), self.core_date(suite))

    def is_planned_on(self, suite: Suite, period: int) -> bool:
        """Whether a suite's rooms are planned on in a period: it is not handed back before the period has ended."""
        date = self.date(suite.suite_id)
        return date is None or date >= self.instance.periods[period].end_day

    def rooms(self, site_id: str, room_type: str, period: int) -> int:
        return sum(
            suite.rooms.get(room_type, 0)
            for suite in self.instance.suites
            if suite.site_id == site_id and self.is_planned_on(suite, period)
        )

    @cached_property
    def contacts(self) -> tuple[PlacedContacts, ...]:
        """Contacts of every service, area and period by site, those without a room under `-`."""
        return tuple(_placed_contacts(self.instance, self.placements))

    @cached_property
    def cash_book(self) -> CashBook:
        return CashBook(self.instance)

    @cached_property
    def _cores(self) -> Mapping[str, str]:
        return {site.site_id: site.core_suite for site in self.instance.sites}

    def decisions(self) -> dict[str, object]:
        """The plan as a small mapping that `from_decisions` reads back."""
        return {
            "hand_backs": {suite: day.isoformat() for suite, day in sorted(self.hand_backs.items())},
            "placements": [
                [p.area_id, p.commodity.room_type, p.commodity.mode, p.period, p.site_id, p.billionths]
                for p in self.placements
            ],
        }


def make_plan(
    instance: EstatesInstance,
    hand_backs: Mapping[str, dt.date],
    shares: Mapping[tuple[str, Commodity, int], Mapping[str, float]],
) -> Plan:
    """A plan from the share of each area's demand that each site takes; what is missing to 1 has no room."""
    placements: list[Placement] = []
    for area, commodity, period in sorted(shares):
        by_site = shares[area, commodity, period]
        sites = sorted(site for site, share in by_site.items() if share > _DUST)
        placed = min(math.fsum(by_site.values()), 1.0)
        total = _WHOLE if placed > 1 - _DUST else round(placed * _WHOLE)
        kept = math.fsum(by_site[site] for site in sites)
        if not sites or kept <= 0:
            continue
        scaled = [by_site[site] / kept * total for site in sites]
        whole = round_to_total(scaled, total, [0] * len(sites), [total] * len(sites))
        placements.extend(
            Placement(area, commodity, period, site, billionths)
            for site, billionths in zip(sites, whole, strict=True)
            if billionths > 0
        )
    return Plan(instance, dict(sorted(hand_backs.items())), tuple(placements))


def _placed_contacts(instance: EstatesInstance, placements: Sequence[Placement]) -> list[PlacedContacts]:
    services = {service.service: service for service in instance.services}
    by_cell: dict[tuple[str, Commodity, int], list[tuple[str, int]]] = {}
    for p in placements:
        by_cell.setdefault((p.area_id, p.commodity, p.period), []).append((p.site_id, p.billionths))
    found: list[PlacedContacts] = []
    for item in planning_demand(instance):
        service = services[item.service]
        sites = by_cell.get((item.area_id, Commodity(service.room_type, service.mode), item.period), [])
        unplaced = _WHOLE - sum(billionths for _, billionths in sites)
        shares = [*sorted(sites), (NOWHERE, unplaced)] if unplaced else sorted(sites)
        values = [item.milli_contacts * billionths / _WHOLE for _, billionths in shares]
        whole = round_to_total(values, item.milli_contacts, [0] * len(values), [item.milli_contacts] * len(values))
        found.extend(
            PlacedContacts(item.area_id, item.service, item.period, site, milli)
            for (site, _), milli in zip(shares, whole, strict=True)
            if milli > 0
        )
    return found
