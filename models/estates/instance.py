"""The estates instance: frozen, and valid if it exists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.estates.settings import EstatesSettings
from models.estates.validation import validate
from models.shared.calendar import financial_year, financial_year_start, first_calendar_year
from models.shared.parsing import ParsedInstance, Row

__all__ = [
    "Area",
    "EstatesInstance",
    "Occupation",
    "Period",
    "RoomType",
    "Service",
    "Site",
    "Slot",
    "Suite",
    "VacatingRule",
    "build_instance",
    "validate",
]


@dataclass(frozen=True)
class Site:
    """A building. `utilisation_cap_share` is None where only the common ceiling applies."""

    site_id: str
    name: str
    postcode: str | None
    borough: str
    easting_m: float
    northing_m: float
    tenure: str
    onerous_lease: bool
    core_suite: str
    utilisation_cap_share: float | None


@dataclass(frozen=True)
class Suite:
    """A floor or wing: what is kept or handed back. `rooms` holds the number of rooms by type, zeros left out."""

    suite_id: str
    site_id: str
    name: str
    floor: int
    area_m2: int
    self_contained: bool
    rent_gbp: int
    rates_gbp: int
    facilities_gbp: int
    service_charge_gbp: int
    lease_start: dt.date | None
    lease_break: dt.date | None
    lease_end: dt.date | None
    notice_months: int
    void_payer: str
    surplus_declared: bool
    vacant_by: dt.date | None
    instruction: str
    instruction_date: dt.date | None
    rooms: Mapping[str, int]

    @property
    def running_costs_gbp(self) -> int:
        """Rates, facilities and service charge a year: what a building costs beside its rent."""
        return self.rates_gbp + self.facilities_gbp + self.service_charge_gbp

    @property
    def annual_charge_gbp(self) -> int:
        return self.rent_gbp + self.running_costs_gbp


@dataclass(frozen=True)
class RoomType:
    room_type: str
    name: str
    clinical: bool
    fixed: bool


@dataclass(frozen=True)
class Occupation:
    """Area someone occupies and who pays for it; `end_date` is the first day the occupier is gone."""

    occupation_id: str
    suite_id: str
    occupier: str
    area_m2: int
    payer: str
    end_date: dt.date | None


@dataclass(frozen=True)
class Service:
    service: str
    name: str
    mode: str
    room_type: str
    minutes_per_contact: int
    demand_source: str
    contact_share: float
    contacts_per_1000_people: float
    growth_share_per_year: float

    @property
    def is_virtual(self) -> bool:
        return self.mode == "virtual"


@dataclass(frozen=True)
class Area:
    """Where people live; `population` is on the basis the settings choose."""

    area_id: str
    name: str
    borough: str
    easting_m: float
    northing_m: float
    population: int
    imd_quintile: int
    core20_share: float | None = None


@dataclass(frozen=True)
class Period:
    """A step of the plan. `first_day` is its first day, `end_day` the first day after it."""

    first_year: str
    years: int
    weight: float

    @property
    def financial_years(self) -> tuple[str, ...]:
        first = first_calendar_year(self.first_year)
        return tuple(financial_year(first + offset) for offset in range(self.years))

    @property
    def first_day(self) -> dt.date:
        return financial_year_start(self.first_year)

    @property
    def end_day(self) -> dt.date:
        return dt.date(first_calendar_year(self.first_year) + self.years, 4, 1)


@dataclass(frozen=True)
class Slot:
    slot: str
    weekday: str
    session: str
    demand_weight: float


@dataclass(frozen=True)
class VacatingRule:
    tenure: str
    extent: str
    valid_from: dt.date
    share_of_annual_charge: float
    pro_rata_to_lease_end: bool


@dataclass(frozen=True)
class EstatesInstance:
    """A valid instance. Tuples are in the order of ids (periods and slots: in the order of the file)."""

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


def build_instance(parsed: ParsedInstance) -> EstatesInstance:
    """The instance of tables in which neither the register nor `validate` found a fault."""
    settings = parsed.settings
    assert isinstance(settings, EstatesSettings), "settings were not read"
    rooms = _rooms_by_suite(parsed)
    return EstatesInstance(
        title=parsed.title,
        settings=settings,
        sites=tuple(_site(row) for row in _sorted(parsed, "sites", "site_id")),
        suites=tuple(_suite(row, rooms) for row in _sorted(parsed, "suites", "suite_id")),
        room_types=tuple(_room_type(row) for row in _sorted(parsed, "room_types", "room_type")),
        occupations=tuple(_occupation(row) for row in _sorted(parsed, "occupations", "occupation_id")),
        services=tuple(_service(row) for row in _sorted(parsed, "services", "service")),
        areas=tuple(_area(row, settings) for row in _sorted(parsed, "areas", "area_id")),
        travel_times_minutes={
            (row.text("area_id"), row.text("site_id")): row.integer("minutes") for row in parsed.table("travel_times")
        },
        periods=tuple(
            Period(row.text("first_year"), row.integer("years"), row.number_of("weight"))
            for row in parsed.table("periods")
        ),
        slots=tuple(
            Slot(row.text("slot"), row.text("weekday"), row.text("session"), row.number_of("demand_weight"))
            for row in parsed.table("weekly_profile")
        ),
        vacating_rules=tuple(_vacating_rule(row) for row in parsed.table("vacating_payments")),
        provenance_counts=dict(parsed.provenance_counts),
    )


def _sorted(parsed: ParsedInstance, table: str, key: str) -> list[Row]:
    return sorted(parsed.table(table), key=lambda row: row.text(key))


def _rooms_by_suite(parsed: ParsedInstance) -> dict[str, dict[str, int]]:
    rooms: dict[str, dict[str, int]] = {}
    for row in sorted(parsed.table("rooms"), key=lambda row: (row.text("suite_id"), row.text("room_type"))):
        if row.integer("rooms") > 0:
            rooms.setdefault(row.text("suite_id"), {})[row.text("room_type")] = row.integer("rooms")
    return rooms


def _site(row: Row) -> Site:
    return Site(
        site_id=row.text("site_id"),
        name=row.text("name"),
        postcode=row.maybe_text("postcode"),
        borough=row.text("borough"),
        easting_m=row.number_of("easting"),
        northing_m=row.number_of("northing"),
        tenure=row.text("tenure"),
        onerous_lease=row.flag("onerous_lease"),
        core_suite=row.text("core_suite"),
        utilisation_cap_share=row.maybe_number_of("utilisation_cap_share"),
    )


def _suite(row: Row, rooms: Mapping[str, Mapping[str, int]]) -> Suite:
    return Suite(
        suite_id=row.text("suite_id"),
        site_id=row.text("site_id"),
        name=row.text("name"),
        floor=row.integer("floor"),
        area_m2=row.integer("area_m2"),
        self_contained=row.flag("self_contained"),
        rent_gbp=row.integer("rent_gbp"),
        rates_gbp=row.integer("rates_gbp"),
        facilities_gbp=row.integer("facilities_gbp"),
        service_charge_gbp=row.integer("service_charge_gbp"),
        lease_start=row.maybe_date("lease_start"),
        lease_break=row.maybe_date("lease_break"),
        lease_end=row.maybe_date("lease_end"),
        notice_months=row.integer("notice_months"),
        void_payer=row.text("void_payer"),
        surplus_declared=row.flag("surplus_declared"),
        vacant_by=row.maybe_date("vacant_by"),
        instruction=row.text("instruction"),
        instruction_date=row.maybe_date("instruction_date"),
        rooms=rooms.get(row.text("suite_id"), {}),
    )


def _room_type(row: Row) -> RoomType:
    return RoomType(row.text("room_type"), row.text("name"), row.flag("clinical"), row.flag("fixed"))


def _occupation(row: Row) -> Occupation:
    return Occupation(
        occupation_id=row.text("occupation_id"),
        suite_id=row.text("suite_id"),
        occupier=row.text("occupier"),
        area_m2=row.integer("area_m2"),
        payer=row.text("payer"),
        end_date=row.maybe_date("end_date"),
    )


def _service(row: Row) -> Service:
    return Service(
        service=row.text("service"),
        name=row.text("name"),
        mode=row.text("mode"),
        room_type=row.text("room_type"),
        minutes_per_contact=row.integer("minutes_per_contact"),
        demand_source=row.text("demand_source"),
        contact_share=row.number_of("contact_share"),
        contacts_per_1000_people=row.number_of("contacts_per_1000_people"),
        growth_share_per_year=row.number_of("growth_share_per_year"),
    )


def _area(row: Row, settings: EstatesSettings) -> Area:
    registered = settings.population_basis == "registered"
    return Area(
        area_id=row.text("area_id"),
        name=row.text("name"),
        borough=row.text("borough"),
        easting_m=row.number_of("easting"),
        northing_m=row.number_of("northing"),
        population=row.integer("registered_population" if registered else "population"),
        imd_quintile=row.integer("imd_quintile"),
        core20_share=row.maybe_number_of("core20_share"),
    )


def _vacating_rule(row: Row) -> VacatingRule:
    return VacatingRule(
        tenure=row.text("tenure"),
        extent=row.text("extent"),
        valid_from=row.date("valid_from"),
        share_of_annual_charge=row.number_of("share_of_annual_charge"),
        pro_rata_to_lease_end=row.flag("pro_rata_to_lease_end"),
    )
