"""A plan as the tables its user reads, rows in a fixed order."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.estates.cash import CHARGES, ICB, LEDGERS, discount_factor
from models.estates.demand import NOWHERE, clinical_hours_per_year, hours_per_week
from models.estates.eligibility import Eligibility, eligibility
from models.estates.entities import Suite
from models.estates.geography import sites_with_rooms, travel_minutes, usual_sites
from models.estates.instance import EstatesInstance
from models.estates.plan import PlacedContacts, Plan
from models.estates.slots import sessions_for, spread_over_slots
from models.shared.cells import Cell

Rows = list[dict[str, Cell]]
ROUNDING_HOURS = 5e-3
"""Hours a week by which the rounding of contacts may lift a full room above its ceiling."""


def tables_of(plan: Plan) -> dict[str, Rows]:
    """All tables of a plan."""
    return {
        "site_plan": _site_plan(plan),
        "service_plan": _service_plan(plan),
        "room_utilisation": _room_utilisation(plan),
        "cashflow": _cashflow(plan),
        "travel": _travel(plan),
        "capital": [],
        "premises_plan": [],
        "list_dispersal": [],
        "timetable": [],
        "utilisation_today": [],
    }


def _site_plan(plan: Plan) -> Rows:
    instance = plan.instance
    may = eligibility(instance)
    rows: Rows = []
    for suite in sorted(instance.suites, key=lambda suite: (suite.site_id, suite.suite_id)):
        lines = plan.cash_book.lines(suite, plan.date(suite.suite_id), plan.core_date(suite))
        date = plan.date(suite.suite_id)
        for at, period in enumerate(instance.periods):
            going = date is not None and period.first_day <= date < period.end_day
            rows.append(
                {
                    "site_id": suite.site_id,
                    "suite_id": suite.suite_id,
                    "year": period.first_year,
                    "status": _status(plan, suite, at, may[suite.suite_id]),
                    "date": date,
                    "converted_to": None,
                    "annual_charge_gbp": suite.annual_charge_gbp,
                    "one_off_gbp": sum(line.gbp for line in lines if line.item == "vacating_payment") if going else 0,
                    "reason": _reason(plan, suite, may[suite.suite_id]),
                    "extent": plan.extent(suite),
                    "icb_charge_gbp": sum(
                        line.gbp for line in lines if line.year == period.first_year and line.item in CHARGES
                    ),
                }
            )
    return rows


def _status(plan: Plan, suite: Suite, period: int, may: Eligibility) -> str:
    if not plan.is_planned_on(suite, period):
        return "handed_back"
    return "kept" if may.may_go else "ineligible"


def _reason(plan: Plan, suite: Suite, may: Eligibility) -> str:
    if plan.date(suite.suite_id) is not None:
        return (
            "handed back as part of the whole building" if plan.extent(suite) == "whole" else "handed back as a part"
        )
    if not may.may_go:
        return may.in_words()
    if not may.may_go_as_part:
        return "could go with the whole building only" + (f": {may.in_words()}" if may.refusing_rules else "")
    return "could go; this plan keeps it"


def _service_plan(plan: Plan) -> Rows:
    minutes = {service.service: service.minutes_per_contact for service in plan.instance.services}
    rows: Rows = [
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


def used_hours_per_week(plan: Plan) -> dict[tuple[str, str, int], float]:
    """Used hours a week by site, kind of room and period."""
    services = {service.service: service for service in plan.instance.services}
    parts: dict[tuple[str, str, int], list[float]] = {}
    for item in plan.contacts:
        if item.site_id == NOWHERE:
            continue
        service = services[item.service]
        yearly = clinical_hours_per_year(item.contacts, service.minutes_per_contact)
        parts.setdefault((item.site_id, service.room_type, item.period), []).append(yearly)
    weeks = plan.instance.settings.weeks_per_year
    return {key: hours_per_week(math.fsum(hours), weeks) for key, hours in sorted(parts.items())}


def ceiling_share(instance: EstatesInstance, site_id: str) -> float:
    """The ceiling on used hours of a site: the common one, or its own lower cap."""
    own = instance.site(site_id).utilisation_cap_share
    common = instance.settings.used_share_ceiling
    return common if own is None else min(common, own)


def _room_utilisation(plan: Plan) -> Rows:
    instance = plan.instance
    used = used_hours_per_week(plan)
    today = {(suite.site_id, kind) for suite in instance.suites for kind in suite.rooms}
    places = sorted(today | {(site, kind) for site, kind, _ in used})
    rows: Rows = []
    for site, kind in places:
        for at in range(len(instance.periods)):
            rows.extend(_one_kind_of_room(plan, site, kind, at, used.get((site, kind, at), 0.0)))
    return rows


def _one_kind_of_room(plan: Plan, site_id: str, room_type: str, period: int, weekly_hours: float) -> Rows:
    """The sessions of the week and the week itself, for one kind of room at one site.

    A plan made without the ceiling may use more than the ceiling allows; it is then written with every room booked
    and the sessions as full as they get, so that what it breaks is the ceiling and nothing else.
    """
    instance = plan.instance
    length = instance.settings.session_hours
    ceiling = ceiling_share(instance, site_id)
    rooms = plan.rooms(site_id, room_type, period)
    weights = [slot.demand_weight for slot in instance.slots]
    fits = weekly_hours <= len(weights) * rooms * length * ceiling + ROUNDING_HOURS
    by_slot = spread_over_slots(weekly_hours, weights, rooms * length * (ceiling if fits else 1.0))
    sessions = [min(rooms, sessions_for(hours, length * ceiling)) for hours in by_slot]
    names = [slot.slot for slot in instance.slots]
    entries = [*zip(names, by_slot, sessions, [1] * len(names), strict=True)]
    entries.append(("week", math.fsum(by_slot), sum(sessions), len(names)))
    return [
        {
            "site_id": site_id,
            "room_type": room_type,
            "year": instance.periods[period].first_year,
            "slot": slot,
            "available_hours": rooms * slots * length,
            "booked_hours": booked * length,
            "used_hours": hours,
            "utilisation_share": hours / (rooms * slots * length) if rooms else None,
            "rooms": rooms,
            "sessions": booked,
        }
        for slot, hours, booked, slots in entries
    ]


def _cashflow(plan: Plan) -> Rows:
    years = plan.instance.financial_years
    totals = {(year, ledger, item): 0 for year in years for ledger, items in LEDGERS.items() for item in items}
    for suite in plan.instance.suites:
        for line in plan.cash_book.lines(suite, plan.date(suite.suite_id), plan.core_date(suite)):
            totals[line.year, line.ledger, line.item] += line.gbp
    return [
        {
            "year": year,
            "item": item,
            "ledger": ledger,
            "gbp": gbp,
            "discounted_gbp": gbp * discount_factor(plan.instance, year),
        }
        for (year, ledger, item), gbp in sorted(totals.items())
    ]


def _travel(plan: Plan) -> Rows:
    instance = plan.instance
    minutes = travel_minutes(instance)
    usual = usual_sites(instance, minutes, sites_with_rooms(instance))
    services = {service.service: service for service in instance.services if not service.is_virtual}
    quintile = {area.area_id: area.imd_quintile for area in instance.areas}
    grouped: dict[tuple[int, str, str], list[PlacedContacts]] = {}
    for item in plan.contacts:
        if item.service in services:
            grouped.setdefault((item.period, item.service, item.area_id), []).append(item)
    rows: Rows = []
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


def stage_values(plan: Plan) -> Mapping[str, float]:
    """The value of each aim of a plan, from what its tables hold."""
    instance = plan.instance
    services = {service.service: service for service in instance.services}
    weights = [period.weight for period in instance.periods]
    minutes = travel_minutes(instance)
    usual = usual_sites(instance, minutes, sites_with_rooms(instance))
    unmet: list[float] = []
    wanted: list[float] = []
    travelled: list[float] = []
    moved: list[float] = []
    for item in plan.contacts:
        weighted = weights[item.period] * item.milli_contacts
        service = services[item.service]
        if item.site_id == NOWHERE:
            unmet.append(weighted)
        if service.is_virtual:
            continue
        wanted.append(weighted)
        if item.site_id != NOWHERE:
            travelled.append(weighted * minutes[item.area_id, item.site_id])
            today = usual.get((item.area_id, service.room_type))
            if today is None or item.site_id != today.site_id:
                moved.append(weighted)
    return {
        "unmet_demand": math.fsum(unmet) / 1000,
        "npv_cost": npv_cost_gbp(plan),
        "travel": math.fsum(travelled) / math.fsum(wanted) if math.fsum(wanted) else 0.0,
        "disruption": math.fsum(moved) / 1000,
    }


def npv_cost_gbp(plan: Plan) -> float:
    """Net present cost of a plan to the ICB: its whole pounds by year and item, discounted."""
    icb = [row for row in _cashflow(plan) if row["ledger"] == ICB]
    return math.fsum(float(row["discounted_gbp"]) for row in icb if isinstance(row["discounted_gbp"], float))
