"""Demand and rooms as the model sees them: commodities, cells of areas, and the sites each may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.estates.demand import NOWHERE, Demand, clinical_hours_per_year, hours_per_week, planning_demand
from models.estates.geography import Reach, reach, sites_with_rooms, travel_minutes
from models.estates.instance import EstatesInstance
from models.estates.slots import weekly_hours_per_room


@dataclass(frozen=True, order=True)
class Commodity:
    """All services that need one kind of room in one mode; they go together (E-03)."""

    room_type: str
    mode: str

    @property
    def is_virtual(self) -> bool:
        return self.mode == "virtual"


@dataclass(frozen=True)
class Cell:
    """Demand of one commodity in one area (`-`: virtual), and the sites that may meet it.

    `hours` and `contacts` hold it by period: used hours a week and contacts a year.
    """

    area_id: str
    commodity: Commodity
    sites: tuple[str, ...]
    hours: tuple[float, ...]
    contacts: tuple[float, ...]

    def contacts_per_hour(self, period: int) -> float:
        """Contacts a year that one used hour a week stands for."""
        return self.contacts[period] / self.hours[period] if self.hours[period] > 0 else 0.0


@dataclass(frozen=True)
class Network:
    """Everything the model needs to place demand, derived from an instance and the rules in force."""

    instance: EstatesInstance
    minutes: Mapping[tuple[str, str], int]
    reach: Mapping[tuple[str, str], Reach]
    demand: tuple[Demand, ...]
    cells: tuple[Cell, ...]
    weekly_hours_per_room: Mapping[str, float]

    @property
    def periods(self) -> range:
        return range(len(self.instance.periods))


def build_network(instance: EstatesInstance, without_rules: frozenset[str] = frozenset()) -> Network:
    """The network of an instance, with the rules of `without_rules` left out."""
    minutes = travel_minutes(instance)
    offers = sites_with_rooms(instance)
    reached = reach(instance, minutes, offers, without_rules)
    demand = planning_demand(instance)
    cells = _cells(instance, demand, reached, offers, without_rules)
    return Network(instance, minutes, reached, demand, cells, _capacities(instance, without_rules))


def _cells(
    instance: EstatesInstance,
    demand: tuple[Demand, ...],
    reached: Mapping[tuple[str, str], Reach],
    offers: Mapping[str, tuple[str, ...]],
    without_rules: frozenset[str],
) -> tuple[Cell, ...]:
    """One cell for each commodity and area with any demand, by commodity and area."""
    hours, contacts = _demand_by_cell(instance, demand)
    everywhere = tuple(sorted({site for sites in offers.values() for site in sites}))
    found: list[Cell] = []
    for commodity, area in sorted(hours):
        if max(contacts[commodity, area]) <= 0:
            continue
        if area == NOWHERE:
            sites = everywhere if "E-04" in without_rules else offers[commodity.room_type]
        else:
            sites = reached[area, commodity.room_type].sites
        found.append(Cell(area, commodity, sites, tuple(hours[commodity, area]), tuple(contacts[commodity, area])))
    return tuple(found)


def _demand_by_cell(
    instance: EstatesInstance, demand: tuple[Demand, ...]
) -> tuple[dict[tuple[Commodity, str], list[float]], dict[tuple[Commodity, str], list[float]]]:
    """Used hours a week and contacts a year by commodity and area, a list over the periods."""
    services = {service.service: service for service in instance.services}
    hours: dict[tuple[Commodity, str], list[float]] = {}
    contacts: dict[tuple[Commodity, str], list[float]] = {}
    for item in demand:
        service = services[item.service]
        key = (Commodity(service.room_type, service.mode), item.area_id)
        yearly = clinical_hours_per_year(item.contacts, service.minutes_per_contact)
        hours.setdefault(key, [0.0] * len(instance.periods))
        contacts.setdefault(key, [0.0] * len(instance.periods))
        hours[key][item.period] += hours_per_week(yearly, instance.settings.weeks_per_year)
        contacts[key][item.period] += item.contacts
    return hours, contacts


def _capacities(instance: EstatesInstance, without_rules: frozenset[str]) -> dict[str, float]:
    """Used hours a week that one room can take, by site."""
    settings = instance.settings
    weights = [slot.demand_weight for slot in instance.slots]
    movable = 1.0 if "E-07" in without_rules else settings.movable_share
    found: dict[str, float] = {}
    for site in instance.sites:
        own_cap = 1.0 if site.utilisation_cap_share is None else site.utilisation_cap_share
        ceiling = 1.0 if "E-06" in without_rules else min(settings.used_share_ceiling, own_cap)
        found[site.site_id] = weekly_hours_per_room(weights, movable, settings.session_hours, ceiling)
    return found
