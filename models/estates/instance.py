"""The estates instance: frozen, and valid if it exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.estates.entities import (
    Area,
    CapitalSource,
    Conversion,
    MeasuredHours,
    Occupation,
    Period,
    Premises,
    RoomType,
    Service,
    Site,
    Slot,
    Suite,
    VacatingRule,
)
from models.estates.settings import EstatesSettings


@dataclass(frozen=True)
class EstatesInstance:
    """A valid instance. Tuples are in the order of ids (periods and slots: in the order of the file).

    `needs_beside` maps a kind of room to the kinds a site must have beside it; `service_costs_gbp` an area and
    site to
    pounds per contact.
    """

    title: str
    settings: EstatesSettings
    sites: tuple[Site, ...]
    suites: tuple[Suite, ...]
    room_types: tuple[RoomType, ...]
    occupations: tuple[Occupation, ...]
    services: tuple[Service, ...]
    areas: tuple[Area, ...]
    travel_times_minutes: Mapping[tuple[str, str], int]
    periods: tuple[Period, ...]
    slots: tuple[Slot, ...]
    vacating_rules: tuple[VacatingRule, ...]
    provenance_counts: Mapping[str, int]
    conversions: tuple[Conversion, ...] = ()
    premises: tuple[Premises, ...] = ()
    capital_sources: tuple[CapitalSource, ...] = ()
    needs_beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    service_costs_gbp: Mapping[tuple[str, str], float] = field(default_factory=dict)
    measured_hours: tuple[MeasuredHours, ...] = ()

    def suites_of(self, site_id: str) -> tuple[Suite, ...]:
        return tuple(suite for suite in self.suites if suite.site_id == site_id)

    def site(self, site_id: str) -> Site:
        return next(site for site in self.sites if site.site_id == site_id)

    def suite(self, suite_id: str) -> Suite:
        return next(suite for suite in self.suites if suite.suite_id == suite_id)

    def occupations_of(self, suite_id: str) -> tuple[Occupation, ...]:
        return tuple(item for item in self.occupations if item.suite_id == suite_id)

    @property
    def financial_years(self) -> tuple[str, ...]:
        return tuple(year for period in self.periods for year in period.financial_years)
