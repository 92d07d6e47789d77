"""Demand and rooms as the model sees them: cells of demand, GP lists that may be dispersed, the sites each may use,
and the hours a room can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.estates.demand import NOWHERE, Commodity, Demand, clinical_hours_per_year, hours_per_week, planning_demand
from models.estates.entities import Area, Premises
from models.estates.geography import UsualSite, is_core20, sites_with_rooms, travel_minutes, usual_sites
from models.estates.instance import EstatesInstance
from models.estates.right_size import PREMISES, GpLists, Receiver, closing_dates
from models.estates.settings import EstatesSettings
from models.estates.slots import profile_factor


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
class ListCell:
    """A GP list that may be dispersed: its premises, who may take it, hours a week and contacts a year by period."""

    premises: Premises
    receivers: tuple[Receiver, ...]
    hours: tuple[float, ...]
    contacts: tuple[float, ...]


@dataclass(frozen=True)
class Network:
    """Everything the model needs to place demand, derived from an instance and the rules in force.

    `spare_hours` holds, by practice and period, the hours a week its premises can take beside its own list.
    """

    instance: EstatesInstance
    minutes: Mapping[tuple[str, str], int]
    usual: Mapping[tuple[str, str], UsualSite]
    cells: tuple[Cell, ...]
    weekly_hours_per_room: Mapping[str, float]
    lists: tuple[ListCell, ...] = ()
    spare_hours: Mapping[tuple[str, int], float] = field(default_factory=dict)

    @property
    def periods(self) -> range:
        return range(len(self.instance.periods))


def build_network(instance: EstatesInstance, without_rules: frozenset[str] = frozenset()) -> Network:
    """The network of an instance, with the rules of `without_rules` left out."""
    minutes = travel_minutes(instance)
    usual = usual_sites(instance, minutes, sites_with_rooms(instance))
    offers = sites_that_may_have_rooms(instance)
    hours, contacts = services_of_a_room_type_together(instance, planning_demand(instance))
    everywhere = tuple(sorted({site for sites in offers.values() for site in sites}))
    reach = _Reach(instance, minutes, usual, without_rules)
    cells: list[Cell] = []
    for commodity, area in sorted(hours):
        if max(contacts[commodity, area]) <= 0:
            continue
        places = everywhere if "E-04" in without_rules else offers[commodity.room_type]
        sites = reach.sites(area, commodity.room_type, places)
        cells.append(Cell(area, commodity, sites, tuple(hours[commodity, area]), tuple(contacts[commodity, area])))
    takers = everywhere if "E-04" in without_rules else offers.get(instance.settings.gp_room_type, ())
    lists, spare = _lists(instance, takers, without_rules)
    return Network(instance, minutes, usual, tuple(cells), _capacities(instance, without_rules), lists, spare)


def eased_network(network: Network, room_type: str, without_rules: frozenset[str]) -> Network:
    """The demand of a network for one kind of room, with rules about journeys, rooms and sessions left out."""
    instance, offers = network.instance, sites_that_may_have_rooms(network.instance)
    everywhere = tuple(sorted({site for sites in offers.values() for site in sites}))
    places = everywhere if "E-04" in without_rules else offers[room_type]
    reach = _Reach(instance, network.minutes, network.usual, without_rules)
    cells = tuple(
        replace(cell, sites=reach.sites(cell.area_id, room_type, places))
        for cell in network.cells
        if cell.commodity.room_type == room_type
    )
    return replace(network, cells=cells, weekly_hours_per_room=_capacities(instance, without_rules))


def sites_that_may_have_rooms(instance: EstatesInstance) -> dict[str, tuple[str, ...]]:
    """For each kind of room, the sites that have one today or that a conversion can give one."""
    found = {kind: set(sites) for kind, sites in sites_with_rooms(instance).items()}
    for conversion in instance.conversions:
        found[conversion.to_room_type].add(instance.suite(conversion.suite_id).site_id)
    return {kind: tuple(sorted(sites)) for kind, sites in found.items()}


def _lists(
    instance: EstatesInstance, sites: tuple[str, ...], without_rules: frozenset[str]
) -> tuple[tuple[ListCell, ...], dict[tuple[str, int], float]]:
    """The lists that may be dispersed, and the hours other premises can take."""
    book = GpLists(instance)
    limit = None if "E-38" in without_rules else instance.settings.dispersal_limit_minutes
    lists = tuple(
        ListCell(
            premises=premises,
            receivers=book.receivers(practice, sites, limit),
            hours=book.lists[practice].hours,
            contacts=tuple(milli / 1000 for milli in book.lists[practice].milli_contacts),
        )
        for practice, premises in sorted(book.premises.items())
        if closing_dates(instance, premises, from_any_day="E-38" in without_rules)
    )
    takers = {one.receiver_id for each in lists for one in each.receivers if one.kind == PREMISES}
    periods = range(len(instance.periods))
    return lists, {(one, t): book.spare_hours(one, t) for one in sorted(takers) for t in periods}


def services_of_a_room_type_together(
    instance: EstatesInstance, demand: tuple[Demand, ...]
) -> tuple[dict[tuple[Commodity, str], list[float]], dict[tuple[Commodity, str], list[float]]]:
    """E-03. People of one area who need the same kind of room use the same sites in the same proportions.

    The services of a commodity are one flow: its used hours a week and contacts a year, by commodity and area, a list
    over the periods.
    """
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


@dataclass(frozen=True)
class Journey:
    """People of an area on their way to a site, and the site they use today for that kind of room."""

    area: Area
    minutes: int
    before: UsualSite | None


def within_travel_limit(journey: Journey, settings: EstatesSettings) -> bool:
    """E-22. Nobody is sent further than the travel limit.

    minutes[a,s] <= travel_limit_minutes
    """
    return journey.minutes <= settings.travel_limit_minutes


def no_area_worse_than(journey: Journey, settings: EstatesSettings) -> bool:
    """E-23. From no area does anyone travel more than the agreed minutes beyond the nearest site of today.

    minutes[a,s] <= minutes_before[a,v] + added_minutes_limit
    """
    return journey.before is None or journey.minutes <= journey.before.minutes + settings.added_minutes_limit


def core20_no_worse_than(journey: Journey, settings: EstatesSettings) -> bool:
    """E-35. From no Core20 area does anyone travel more than the tighter minutes beyond the nearest site of today.

    minutes[a,s] <= minutes_before[a,v] + core20_added_minutes_limit (core20_share[a] >= core20_threshold_share)
    """
    if journey.before is None or not is_core20(journey.area, settings):
        return True
    return journey.minutes <= journey.before.minutes + settings.core20_added_minutes_limit


JOURNEY_RULES = {"E-22": within_travel_limit, "E-23": no_area_worse_than, "E-35": core20_no_worse_than}
"""The rules that forbid journeys."""


def may_travel(journey: Journey, settings: EstatesSettings, without_rules: frozenset[str]) -> bool:
    """Whether every rule in force allows a journey."""
    return all(allows(journey, settings) for rule, allows in JOURNEY_RULES.items() if rule not in without_rules)


def sessions_within_rooms(settings: EstatesSettings, slots: int) -> float:
    """E-05. In each session of the week no more sessions are booked than there are rooms.

    hours a week of one room = slots x session_hours
    """
    return slots * settings.session_hours


def demand_arrives_by_slot(weights: list[float], movable_share: float) -> float:
    """E-07. Demand that cannot be moved is met in the session of the week in which it arises.

    The part of a room's week that can then be reached: min(1, 1 / ((1 - movable_share) x max weight)); see `slots`.
    """
    return profile_factor(weights, movable_share)


class _Reach:
    """Which sites the people of an area may use."""

    def __init__(
        self,
        instance: EstatesInstance,
        minutes: Mapping[tuple[str, str], int],
        usual: Mapping[tuple[str, str], UsualSite],
        without_rules: frozenset[str],
    ) -> None:
        self._areas = {area.area_id: area for area in instance.areas}
        self._settings = instance.settings
        self._minutes, self._usual, self._without = minutes, usual, without_rules

    def sites(self, area_id: str, room_type: str, places: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some places to which every rule in force lets the people of an area travel; virtually, all."""
        if area_id == NOWHERE:
            return places
        area, before = self._areas[area_id], self._usual.get((area_id, room_type))
        return tuple(
            place
            for place in places
            if may_travel(Journey(area, self._minutes[area_id, place], before), self._settings, self._without)
        )


def _capacities(instance: EstatesInstance, without_rules: frozenset[str]) -> dict[str, float]:
    """Used hours a week that one room can take, by site: week x ceiling x what the profile lets it reach."""
    settings = instance.settings
    week = sessions_within_rooms(settings, len(instance.slots))
    weights = [slot.demand_weight for slot in instance.slots]
    reachable = 1.0 if "E-07" in without_rules else demand_arrives_by_slot(weights, settings.movable_share)
    found: dict[str, float] = {}
    for site in instance.sites:
        own_cap = 1.0 if site.utilisation_cap_share is None else site.utilisation_cap_share
        ceiling = 1.0 if "E-06" in without_rules else min(settings.used_share_ceiling, own_cap)
        found[site.site_id] = week * ceiling * reachable
    return found
