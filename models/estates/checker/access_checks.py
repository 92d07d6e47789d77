"""Checks of what stays within reach: E-21 to E-23, E-35 to E-37 and E-41."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from models.estates.checker.facts import NO_PLACE, Facts
from models.estates.checker.lists import GP_LIST
from models.estates.checker.uses import is_site_open
from models.estates.checker.written import Written, room_type_of
from models.shared.findings import Finding

TOLERANCE_HOURS_A_WEEK = 1e-3

Journey = tuple[str, str, str, str]  # area, service, site, first year of the period


def check_minimum_opening(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-21: an open site with clinical rooms has the agreed clinical hours for each session it opens."""
    instance = facts.instance
    needed = instance.settings.minimum_clinical_hours_per_session * len(instance.slots)
    hours = written.kind_hours_a_week(facts)
    for period in instance.periods:
        for site in instance.sites:
            if not is_site_open(facts, written.uses, site.site_id, period):
                continue
            places = [(site.site_id, kind, period.first_year) for kind in sorted(facts.clinical_types)]
            got = sum(hours.get(place, 0.0) for place in places)
            if any(written.rooms.get(place) for place in places) and got < needed - TOLERANCE_HOURS_A_WEEK:
                yield _error("E-21", f"{site.name} is open in the period from {period.first_year} for {got:,.1f} "
                             f"clinical hours a week; opening {len(instance.slots)} sessions asks for {needed:,.1f}.",
                             f"room_utilisation.csv {site.site_id}, {period.first_year}")  # fmt: skip


def check_within_travel_limit(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-22: no contact face to face is further away than the travel limit."""
    limit = facts.instance.settings.travel_limit_minutes
    for journey in _journeys(written):
        area, service, site_id, _ = journey
        minutes = facts.minutes[area, site_id]
        if minutes > limit:
            yield _error("E-22", f"People of {area} are sent {minutes} minutes to {facts.site_by_id[site_id].name} "
                         f"for {service}; the limit is {limit}.", _where(journey))  # fmt: skip


def check_no_area_worse_than(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-23: no contact is more than the agreed minutes further away than the nearest such room of today."""
    limit = facts.instance.settings.added_minutes_limit
    for journey, minutes, before in _further_than_today(facts, written):
        area, service, site_id, _ = journey
        if minutes > before + limit:
            yield _error("E-23", f"People of {area} travel {minutes} minutes to {facts.site_by_id[site_id].name} for "
                         f"{service}, {minutes - before} more than to the nearest such room of today ({before}); at "
                         f"most {limit} more are allowed.", _where(journey))  # fmt: skip


def check_core20_no_worse_than(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-35: no contact of a Core20 area is more than the tighter minutes further away than such a room of today."""
    settings = facts.instance.settings
    core20 = {
        area.area_id
        for area in facts.instance.areas
        if area.core20_share is not None and area.core20_share >= settings.core20_threshold_share
    }
    limit = settings.core20_added_minutes_limit
    for journey, minutes, before in _further_than_today(facts, written):
        area, service, site_id, _ = journey
        if area in core20 and minutes > before + limit:
            yield _error("E-35", f"People of {area}, a Core20 area, travel {minutes} minutes to "
                         f"{facts.site_by_id[site_id].name} for {service}, {minutes - before} more than to the "
                         f"nearest such room of today ({before}); at most {limit} more are allowed.",
                         _where(journey))  # fmt: skip


def check_borough_presence(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-36: each borough keeps its number of open sites."""
    least = facts.instance.settings.minimum_open_sites_per_borough
    for borough in sorted({site.borough for site in facts.instance.sites}):
        sites = [site.site_id for site in facts.instance.sites if site.borough == borough]
        for period in facts.instance.periods:
            there = sum(is_site_open(facts, written.uses, site_id, period) for site_id in sites)
            if there < min(least, len(sites)):
                yield _error("E-36", f"{there} sites of {borough} are open in the period from {period.first_year}; "
                             f"{min(least, len(sites))} must be.",
                             f"site_plan.csv {', '.join(sites)}, {period.first_year}")  # fmt: skip


def check_rooms_needed_beside(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-37: contacts stand only at a site that has the kinds of room theirs needs beside it (works: see E-33)."""
    used = {(key[1], key[2], key[3]) for key, contacts in written.contacts.items() if contacts and key[2] != NO_PLACE}
    used |= {(GP_LIST, site, year) for site, service, year in written.hours_a_week if service == GP_LIST}
    for service, site_id, year in sorted(used):
        for kind in facts.instance.needs_beside.get(room_type_of(facts, service), ()):
            if site_id in facts.site_by_id and not written.rooms_without_works.get((site_id, kind, year)):
                yield _error("E-37", f"{service} takes place at {facts.site_by_id[site_id].name}, which has no "
                             f"{kind} room beside its own in the period from {year}.",
                             f"service_plan.csv {service}, {site_id}, {year}")  # fmt: skip


def check_one_site_for_an_area(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-41: where the setting asks for it, people of an area who need one kind of room go to one site, or to none."""
    if not facts.instance.settings.one_site_per_area:
        return
    places: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for (area, service, site_id, year), contacts in written.contacts.items():
        if contacts > 0 and area != NO_PLACE:
            places[area, facts.service_by_id[service].room_type, year].add(site_id)
    for (area, kind, year), sites in sorted(places.items()):
        if len(sites) > 1:
            names = ["no room at all" if site == NO_PLACE else facts.site_by_id[site].name for site in sorted(sites)]
            yield _error("E-41", f"People of {area} who need {kind} rooms go to {' and to '.join(names)} in the "
                         f"period from {year}; all must go to one site.",
                         f"service_plan.csv {area}, {year}")  # fmt: skip


def _journeys(written: Written) -> Iterator[Journey]:
    """Contacts face to face that are placed, in order."""
    for key, contacts in sorted(written.contacts.items()):
        if contacts > 0 and key[0] != NO_PLACE and key[2] != NO_PLACE:
            yield key


def _further_than_today(facts: Facts, written: Written) -> Iterator[tuple[Journey, int, int]]:
    """Each journey with its minutes and those to the nearest site that has the room today."""
    for journey in _journeys(written):
        area, service, site_id, _ = journey
        before = facts.minutes_before(area, facts.service_by_id[service].room_type)
        if before is not None:
            yield journey, facts.minutes[area, site_id], before


def _where(journey: Journey) -> str:
    return f"service_plan.csv {', '.join(journey)}"


def _error(rule: str, message: str, where: str) -> Finding:
    return Finding(rule, "error", message, where)
