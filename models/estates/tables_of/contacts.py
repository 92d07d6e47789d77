"""The tables of contacts: where they take place, and how far people travel."""

from __future__ import annotations

from models.estates.demand import NOWHERE, clinical_hours_per_year
from models.estates.geography import sites_with_rooms, travel_minutes, usual_sites
from models.estates.plan import PlacedContacts, Plan
from models.shared.cells import Cell


def service_plan(plan: Plan) -> list[dict[str, Cell]]:
    """Every area, service, site and period with contacts."""
    minutes = {service.service: service.minutes_per_contact for service in plan.instance.services}
    rows: list[dict[str, Cell]] = [
        {
            "area_id": item.area_id,
            "service": item.service,
            "site_id": item.site_id,
            "year": plan.instance.periods[item.period].first_year,
            "contacts": item.contacts,
            "clinical_hours": clinical_hours_per_year(item.contacts, minutes[item.service]),
        }
        for item in plan.contacts
    ]
    return sorted(rows, key=lambda row: tuple(str(row[c]) for c in ("year", "service", "area_id", "site_id")))


def travel(plan: Plan) -> list[dict[str, Cell]]:
    """Every area, face-to-face service and period: minutes before and after, contacts moved."""
    instance = plan.instance
    minutes = travel_minutes(instance)
    usual = usual_sites(instance, minutes, sites_with_rooms(instance))
    services = {service.service: service for service in instance.services if not service.is_virtual}
    quintile = {area.area_id: area.imd_quintile for area in instance.areas}
    grouped: dict[tuple[int, str, str], list[PlacedContacts]] = {}
    for item in plan.contacts:
        if item.service in services:
            grouped.setdefault((item.period, item.service, item.area_id), []).append(item)
    rows: list[dict[str, Cell]] = []
    for (period, service, area), items in sorted(grouped.items()):
        today = usual.get((area, services[service].room_type))
        placed = [item for item in items if item.site_id != NOWHERE]
        contacts = sum(item.milli_contacts for item in placed)
        travelled = sum(item.milli_contacts * minutes[area, item.site_id] for item in placed)
        moved = sum(item.milli_contacts for item in placed if today is None or item.site_id != today.site_id)
        rows.append(
            {
                "area_id": area,
                "service": service,
                "year": instance.periods[period].first_year,
                "minutes_before": None if today is None else today.minutes,
                "minutes_after": travelled / contacts if contacts else None,
                "imd_quintile": quintile[area],
                "contacts_moved": moved / 1000,
            }
        )
    return rows
