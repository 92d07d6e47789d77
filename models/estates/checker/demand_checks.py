"""Checks of where demand goes: E-01 to E-04."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from models.estates.checker.facts import Facts
from models.estates.checker.written import NO_PLACE, Written
from models.shared.findings import Finding

# Contacts are written to three decimals, so each row may be off by half of the last one.
ROW_TOLERANCE_CONTACTS = 0.0005


def check_demand_placed(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-01: the contacts of each area and service, unmet ones included, are its demand."""
    placed: dict[tuple[str, str, str], float] = defaultdict(float)
    rows: dict[tuple[str, str, str], int] = defaultdict(int)
    for (area, service, _, year), contacts in written.contacts.items():
        placed[area, service, year] += contacts
        rows[area, service, year] += 1
    places = len(facts.instance.sites) + 1
    for key in sorted(set(facts.demand) | set(placed)):
        wanted, got = facts.demand.get(key, 0.0), placed.get(key, 0.0)
        tolerance = ROW_TOLERANCE_CONTACTS * (places + 1) + 1e-7 * wanted
        if abs(wanted - got) > tolerance:
            area, service, year = key
            yield _error("E-01", f"{_people(area)} need {wanted:,.1f} contacts of {service} a year in the period "
                         f"from {year}; the plan places or counts {got:,.1f} in {rows.get(key, 0)} rows.",
                         f"service_plan.csv {area}, {service}, {year}")  # fmt: skip


def check_unmet_demand_within_limit(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-02: in each period no more than the agreed share of all contacts is without a room."""
    limit_share = facts.instance.settings.unmet_share_limit
    for period in facts.instance.periods:
        year = period.first_year
        wanted = sum(contacts for (_, _, y), contacts in facts.demand.items() if y == year)
        rows = [c for (_, _, site, y), c in written.contacts.items() if (site, y) == (NO_PLACE, year)]
        limit = limit_share * wanted
        if sum(rows) > limit + ROW_TOLERANCE_CONTACTS * len(rows) + 1e-6 * wanted:
            yield _error("E-02", f"{sum(rows):,.0f} contacts a year have no room in the period from {year}; at most "
                         f"{limit:,.0f} may ({limit_share:.1%} of {wanted:,.0f}).",
                         f"service_plan.csv, site -, {year}")  # fmt: skip


def check_services_of_a_room_type_together(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-03: people of an area who need the same kind of room use the same sites in the same proportions."""
    sites_of: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for area, service, site, year in written.contacts:
        sites_of[area, facts.service_by_id[service].room_type, year].add(site)
    services_of: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for one in facts.instance.services:
        services_of[one.room_type, one.is_virtual].append(one.service)
    for (area, room_type, year), sites in sorted(sites_of.items()):
        services = services_of[room_type, area == NO_PLACE]
        wanted = {service: facts.demand.get((area, service, year), 0.0) for service in services}
        for site in sorted(sites):
            yield from _uneven(written, area, site, year, wanted)


def _uneven(written: Written, area: str, site: str, year: str, wanted: dict[str, float]) -> Iterator[Finding]:
    """Services whose part of the demand at a site differs from that of all services together."""
    total = sum(wanted.values())
    got = {service: written.contacts.get((area, service, site, year), 0.0) for service in wanted}
    if not total:
        return
    share = sum(got.values()) / total
    for service in sorted(wanted):
        tolerance = ROW_TOLERANCE_CONTACTS * (len(wanted) + 1) + 1e-7 * wanted[service]
        if abs(got[service] - share * wanted[service]) > tolerance:
            yield _error("E-03", f"{_people(area)} who need the same kind of room as {service} go to {site} for "
                         f"{share:.2%} of their contacts, but for {service} it is {got[service]:,.1f} of "
                         f"{wanted[service]:,.1f} contacts.",
                         f"service_plan.csv {area}, {service}, {site}, {year}")  # fmt: skip


def check_rooms_by_type(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-04: contacts stand only where a suite planned on has a room of the service's kind (works: see E-33)."""
    for (area, service, site_id, year), contacts in sorted(written.contacts.items()):
        kind = facts.service_by_id[service].room_type
        if site_id != NO_PLACE and contacts > 0 and not written.rooms_without_works.get((site_id, kind, year)):
            yield _error("E-04", f"{contacts:,.1f} contacts of {service} are placed at "
                         f"{facts.site_by_id[site_id].name}, which has no {kind} room in the period from {year}.",
                         f"service_plan.csv {area}, {service}, {site_id}, {year}")  # fmt: skip


def _people(area: str) -> str:
    return "Virtual contacts" if area == NO_PLACE else f"People of {area}"


def _error(rule: str, message: str, where: str) -> Finding:
    return Finding(rule, "error", message, where)
