"""What follows from the instance alone, worked out here a second time: demand, journeys, rooms, months."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from models.estates.entities import Area, Conversion, Occupation, Period, Service, Site, Suite
from models.estates.instance import EstatesInstance
from models.shared.calendar import add_months, first_calendar_year

NO_PLACE = "-"
WEEK = "week"

Demand = Mapping[tuple[str, str, str], float]


@dataclass(frozen=True)
class Facts:
    """The instance, and what the checks need of it.

    `demand` is by area (`-` for virtual services), service and first year of the period. `usual` is, by area and room
    type, the nearest site that has such a room today; it is missing where no site has one. `end_day` is the first day
    after the plan, `months` the firsts of all months of the plan.
    """

    instance: EstatesInstance
    demand: Demand
    minutes: Mapping[tuple[str, str], int]
    usual: Mapping[tuple[str, str], str]
    site_by_id: Mapping[str, Site]
    suite_by_id: Mapping[str, Suite]
    service_by_id: Mapping[str, Service]
    suites_by_site: Mapping[str, tuple[Suite, ...]]
    occupations_by_suite: Mapping[str, tuple[Occupation, ...]]
    conversions_by_suite: Mapping[str, tuple[Conversion, ...]]
    clinical_types: frozenset[str]
    fixed_types: frozenset[str]
    first_day: dt.date
    end_day: dt.date
    months: tuple[dt.date, ...]

    def minutes_before(self, area_id: str, room_type: str) -> int | None:
        site_id = self.usual.get((area_id, room_type))
        return None if site_id is None else self.minutes[area_id, site_id]

    def room_types_of(self, site_id: str) -> tuple[str, ...]:
        """The kinds of room any suite of the site has today, or that a conversion can make there."""
        suites = self.suites_by_site[site_id]
        kinds = {kind for suite in suites for kind in suite.rooms}
        made = {one.to_room_type for suite in suites for one in self.conversions_by_suite[suite.suite_id]}
        return tuple(sorted(kinds | made))

    def occupations(self, suite: Suite) -> tuple[Occupation, ...]:
        return self.occupations_by_suite.get(suite.suite_id, ())

    def core_date(self, suite: Suite, dates: Mapping[str, dt.date]) -> dt.date | None:
        return dates.get(self.site_by_id[suite.site_id].core_suite)

    def is_core(self, suite: Suite) -> bool:
        return self.site_by_id[suite.site_id].core_suite == suite.suite_id

    def extent(self, suite: Suite, dates: Mapping[str, dt.date]) -> str:
        """Whether the suite goes with the whole building or as a part of it."""
        return "whole" if dates[suite.suite_id] == self.core_date(suite, dates) else "part"


def facts_of(instance: EstatesInstance) -> Facts:
    """Work out everything that does not depend on the plan."""
    suites_by_site = {
        site.site_id: tuple(suite for suite in instance.suites if suite.site_id == site.site_id)
        for site in instance.sites
    }
    minutes = {
        (area.area_id, site.site_id): journey_minutes(instance, area, site)
        for area in instance.areas
        for site in instance.sites
    }
    return Facts(
        instance=instance,
        demand=demand_of(instance),
        minutes=minutes,
        usual=_usual_sites(instance, minutes, suites_by_site),
        site_by_id={site.site_id: site for site in instance.sites},
        suite_by_id={suite.suite_id: suite for suite in instance.suites},
        service_by_id={service.service: service for service in instance.services},
        suites_by_site=suites_by_site,
        occupations_by_suite={
            suite.suite_id: tuple(one for one in instance.occupations if one.suite_id == suite.suite_id)
            for suite in instance.suites
        },
        conversions_by_suite={
            suite.suite_id: tuple(one for one in instance.conversions if one.suite_id == suite.suite_id)
            for suite in instance.suites
        },
        clinical_types=frozenset(kind.room_type for kind in instance.room_types if kind.clinical),
        fixed_types=frozenset(kind.room_type for kind in instance.room_types if kind.fixed),
        first_day=instance.periods[0].first_day,
        end_day=instance.periods[-1].end_day,
        months=tuple(firsts_of_months(instance.periods[0].first_day, instance.periods[-1].end_day)),
    )


def demand_of(instance: EstatesInstance) -> Demand:
    """Contacts a year in the busiest year of each period, by area and service; virtual ones together under `-`."""
    demand: dict[tuple[str, str, str], float] = {}
    people = sum(area.population for area in instance.areas)
    for period in instance.periods:
        for service in instance.services:
            per_person = {
                year: contacts_per_person(instance, service, year) * growth_factor(instance, year, people)
                for year in calendar_years(period)
            }
            busiest = max(per_person.values())
            if service.is_virtual:
                demand[NO_PLACE, service.service, period.first_year] = people * busiest
                continue
            for area in instance.areas:
                demand[area.area_id, service.service, period.first_year] = area.population * busiest
    return demand


def contacts_per_person(instance: EstatesInstance, service: Service, year: int) -> float:
    """Contacts one person has with a service in the financial year that starts in the calendar year given."""
    settings = instance.settings
    if service.demand_source == "own":
        years_on = max(0, year - first_calendar_year(settings.path_first_year))
        return service.contacts_per_1000_people / 1000 * (1 + service.growth_share_per_year) ** years_on
    virtual = virtual_share(instance, year)
    mode = virtual if service.is_virtual else 1 - virtual
    return settings.contact_rate * settings.share_in_these_sites * mode * service.contact_share


def virtual_share(instance: EstatesInstance, year: int) -> float:
    """The part of primary care contacts that is virtual in a year, on the straight line of the path."""
    first, last = instance.settings.virtual_share_first, instance.settings.virtual_share_last
    return first + way_along_the_path(instance, year) * (last - first)


def growth_factor(instance: EstatesInstance, year: int, people: int) -> float:
    """How many times today's people live in every area that year; all areas grow alike."""
    added = instance.settings.population_added * way_along_the_path(instance, year)
    return 1 + added / people if people else 1.0


def way_along_the_path(instance: EstatesInstance, year: int) -> float:
    first = first_calendar_year(instance.settings.path_first_year)
    last = first_calendar_year(instance.settings.path_last_year)
    return min(1.0, max(0.0, (year - first) / (last - first)))


def calendar_years(period: Period) -> range:
    first = first_calendar_year(period.first_year)
    return range(first, first + period.years)


def journey_minutes(instance: EstatesInstance, area: Area, site: Site) -> int:
    """One-way minutes from an area to a site: as listed, or by straight line, detour and speed."""
    listed = instance.travel_times_minutes.get((area.area_id, site.site_id))
    if listed is not None:
        return listed
    return minutes_between(instance, (area.easting_m, area.northing_m), (site.easting_m, site.northing_m))


def minutes_between(instance: EstatesInstance, start_m: tuple[float, float], end_m: tuple[float, float]) -> int:
    """One-way minutes between two grid references, by straight line, detour and speed, rounded half up."""
    settings = instance.settings
    km_per_hour, extra_minutes = {
        "walk": (settings.walk_km_per_hour, 0),
        "public_transport": (settings.public_transport_km_per_hour, settings.public_transport_wait_minutes),
        "car": (settings.car_km_per_hour, settings.car_parking_minutes),
    }[settings.travel_mode]
    km = math.dist(start_m, end_m) / 1000
    return math.floor(km * settings.detour_factor / km_per_hour * 60 + extra_minutes + 0.5)


def _usual_sites(
    instance: EstatesInstance,
    minutes: Mapping[tuple[str, str], int],
    suites_by_site: Mapping[str, tuple[Suite, ...]],
) -> dict[tuple[str, str], str]:
    usual: dict[tuple[str, str], str] = {}
    for kind in instance.room_types:
        having = sorted(s for s, suites in suites_by_site.items() if any(kind.room_type in k.rooms for k in suites))
        for area in instance.areas:
            if having:
                usual[area.area_id, kind.room_type] = min(
                    having, key=lambda site: (minutes[area.area_id, site], site)
                )
    return usual


def firsts_of_months(start: dt.date, end: dt.date) -> list[dt.date]:
    """The firsts of months from `start` (included) to before `end`."""
    day = start if start.day == 1 else add_months(start.replace(day=1), 1)
    found: list[dt.date] = []
    while day < end:
        found.append(day)
        day = add_months(day, 1)
    return found
