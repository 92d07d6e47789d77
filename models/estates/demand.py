"""How many contacts, hours and rooms: the arithmetic of demand."""

from __future__ import annotations

from dataclasses import dataclass

from models.estates.entities import Service
from models.estates.instance import EstatesInstance
from models.estates.settings import EstatesSettings
from models.shared.calendar import first_calendar_year

NOWHERE = "-"
"""Stands for the area of virtual contacts, and for the site of contacts without a room."""


@dataclass(frozen=True, order=True)
class Commodity:
    """All services that need one kind of room in one mode; they go together (E-03)."""

    room_type: str
    mode: str

    @property
    def is_virtual(self) -> bool:
        return self.mode == "virtual"


@dataclass(frozen=True)
class Demand:
    """Demand of one service in one area (`-`: all areas, for a virtual service) and one period."""

    area_id: str
    service: str
    period: int
    milli_contacts: int

    @property
    def contacts(self) -> float:
        return self.milli_contacts / 1000


def path_share(settings: EstatesSettings, year: str) -> float:
    """How far a financial year lies along the path: 0 up to its first year, 1 from its last."""
    first = first_calendar_year(settings.path_first_year)
    last = first_calendar_year(settings.path_last_year)
    return min(max((first_calendar_year(year) - first) / (last - first), 0.0), 1.0)


def virtual_share(settings: EstatesSettings, year: str) -> float:
    """The part of primary care contacts that is virtual in a financial year."""
    first, last = settings.virtual_share_first, settings.virtual_share_last
    return first + (last - first) * path_share(settings, year)


def population_growth(instance: EstatesInstance, year: str) -> float:
    """People in a financial year for each person of today: those added by then fall on the areas pro rata."""
    today = sum(area.population for area in instance.areas)
    if today == 0:
        return 1.0
    return 1 + instance.settings.population_added * path_share(instance.settings, year) / today


def contact_rate_contacts(people: float, settings: EstatesSettings, share: float) -> float:
    """Primary care contacts a year of a number of people; `share` is the virtual or the face-to-face share."""
    return people * settings.contact_rate * settings.share_in_these_sites * share


def clinical_hours_per_year(contacts: float, minutes_per_contact: float) -> float:
    return contacts * minutes_per_contact / 60


def hours_per_week(hours_per_year: float, weeks_per_year: float) -> float:
    return hours_per_year / weeks_per_year


def rooms_needed(
    contacts: float,
    minutes_per_contact: float,
    *,
    opening_hours_per_week: float,
    weeks_per_year: float,
    used_share: float,
) -> float:
    """Rooms that a year's contacts fill to the used share, before rounding up.

    contacts x minutes / 60 / (opening hours a week x weeks x used share): the arithmetic of the estates standard.
    """
    weekly = hours_per_week(clinical_hours_per_year(contacts, minutes_per_contact), weeks_per_year)
    return weekly / (opening_hours_per_week * used_share)


def contacts_per_person(instance: EstatesInstance, service: Service, year: str) -> float:
    """Contacts of a service in a financial year for each person of today."""
    settings = instance.settings
    people = population_growth(instance, year)
    if service.demand_source == "contact_rate":
        virtual = virtual_share(settings, year)
        share = virtual if service.is_virtual else 1 - virtual
        return contact_rate_contacts(people, settings, share) * service.contact_share
    years = first_calendar_year(year) - first_calendar_year(settings.path_first_year)
    growth = (1 + service.growth_share_per_year) ** max(years, 0)
    return people / 1000 * service.contacts_per_1000_people * growth


def contacts_in_year(instance: EstatesInstance, service: Service, year: str) -> float:
    """Contacts of a service wanted by all areas in a financial year."""
    return sum(area.population for area in instance.areas) * contacts_per_person(instance, service, year)


def planning_demand(instance: EstatesInstance) -> tuple[Demand, ...]:
    """Demand each period is planned for: of each area and service, the largest of its years."""
    found: list[Demand] = []
    for at, period in enumerate(instance.periods):
        for service in instance.services:
            most = max(contacts_per_person(instance, service, year) for year in period.financial_years)
            busiest = [area.population * most for area in instance.areas]
            if service.is_virtual:
                found.append(Demand(NOWHERE, service.service, at, round(sum(busiest) * 1000)))
            else:
                found.extend(
                    Demand(area.area_id, service.service, at, round(contacts * 1000))
                    for area, contacts in zip(instance.areas, busiest, strict=True)
                )
    return tuple(found)
