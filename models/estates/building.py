"""A valid estates instance from tables in which no fault was found."""

from __future__ import annotations

from collections.abc import Mapping

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
from models.estates.instance import EstatesInstance
from models.estates.settings import EstatesSettings
from models.shared.parsing import ParsedInstance, Row


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
        conversions=tuple(_conversion(row) for row in _sorted(parsed, "conversions", "conversion_id")),
        premises=tuple(_premises(row) for row in _sorted(parsed, "gp_premises", "practice_id")),
        capital_sources=tuple(_capital_source(row) for row in _sorted(parsed, "capital_sources", "source_id")),
        needs_beside=_needs_beside(parsed),
        service_costs_gbp={
            (row.text("area_id"), row.text("site_id")): row.number_of("gbp_per_contact")
            for row in parsed.table("service_costs")
        },
        measured_hours=tuple(_measured_hours(row) for row in parsed.table("measured_hours")),
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
        open_space_from=row.maybe_date("open_space_from"),
        open_space_works_gbp=row.integer("open_space_works_gbp"),
        backlog_gbp=row.integer("backlog_gbp"),
    )


def _room_type(row: Row) -> RoomType:
    return RoomType(
        row.text("room_type"),
        row.text("name"),
        row.flag("clinical"),
        row.flag("fixed"),
        row.number_of("open_space_gbp_per_session"),
    )


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


def _conversion(row: Row) -> Conversion:
    return Conversion(
        conversion_id=row.text("conversion_id"),
        suite_id=row.text("suite_id"),
        from_room_type=row.text("from_room_type"),
        rooms_from=row.integer("rooms_from"),
        to_room_type=row.text("to_room_type"),
        rooms_to=row.integer("rooms_to"),
        digitised_by=row.date("digitised_by"),
        works_months=row.integer("works_months"),
        works_gbp=row.integer("works_gbp"),
    )


def _premises(row: Row) -> Premises:
    return Premises(
        practice_id=row.text("practice_id"),
        name=row.text("name"),
        borough=row.text("borough"),
        area_id=row.text("area_id"),
        easting_m=row.maybe_number_of("easting"),
        northing_m=row.maybe_number_of("northing"),
        list_size=row.integer("list_size"),
        rooms=row.integer("rooms"),
        reimbursement_gbp=row.integer("reimbursement_gbp"),
        closes_from=row.maybe_date("closes_from"),
        closing_cost_gbp=row.integer("closing_cost_gbp"),
        instruction=row.text("instruction"),
    )


def _capital_source(row: Row) -> CapitalSource:
    return CapitalSource(
        source_id=row.text("source_id"),
        kind=row.text("kind"),
        borough=row.maybe_text("borough"),
        year=row.text("year"),
        limit_gbp=row.integer("limit_gbp"),
        share_of_project=row.number_of("share_of_project"),
    )


def _needs_beside(parsed: ParsedInstance) -> dict[str, tuple[str, ...]]:
    pairs = sorted((row.text("room_type"), row.text("with_room_type")) for row in parsed.table("co_locations"))
    return {kind: tuple(beside for at, beside in pairs if at == kind) for kind, _ in pairs}


def _measured_hours(row: Row) -> MeasuredHours:
    return MeasuredHours(
        row.text("site_id"),
        row.text("room_type"),
        row.text("slot"),
        row.maybe_number_of("booked_hours"),
        row.maybe_number_of("used_hours"),
        row.maybe_number_of("observed_hours"),
    )
