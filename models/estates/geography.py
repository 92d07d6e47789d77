"""Who can reach what: travel minutes, the usual site, and the sites an area may use."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.estates.instance import Area, EstatesInstance, Site
from models.estates.settings import EstatesSettings

Minutes = Mapping[tuple[str, str], int]


def computed_minutes(area: Area, site: Site, settings: EstatesSettings) -> int:
    """One-way minutes from grid distance, detour, speed of the mode and its waiting or parking."""
    metres = math.hypot(area.easting_m - site.easting_m, area.northing_m - site.northing_m)
    speed, extra = {
        "walk": (settings.walk_km_per_hour, 0),
        "public_transport": (settings.public_transport_km_per_hour, settings.public_transport_wait_minutes),
        "car": (settings.car_km_per_hour, settings.car_parking_minutes),
    }[settings.travel_mode]
    return math.floor(metres / 1000 * settings.detour_factor / speed * 60 + extra + 0.5)


def travel_minutes(instance: EstatesInstance) -> dict[tuple[str, str], int]:
    """One-way minutes of every area and site; a listed time goes before a computed one."""
    minutes: dict[tuple[str, str], int] = {}
    for area in instance.areas:
        for site in instance.sites:
            listed = instance.travel_times_minutes.get((area.area_id, site.site_id))
            minutes[area.area_id, site.site_id] = (
                computed_minutes(area, site, instance.settings) if listed is None else listed
            )
    return minutes


@dataclass(frozen=True)
class Reach:
    """Where people of one area who need one kind of room go today and may go."""

    usual_site: str | None
    minutes_before: int | None
    sites: tuple[str, ...]


def sites_with_rooms(instance: EstatesInstance) -> dict[str, tuple[str, ...]]:
    """For each kind of room, the sites that have one today."""
    site_of = {suite.suite_id: suite.site_id for suite in instance.suites}
    return {
        kind.room_type: tuple(
            sorted({site_of[suite.suite_id] for suite in instance.suites if kind.room_type in suite.rooms})
        )
        for kind in instance.room_types
    }


def reach(
    instance: EstatesInstance, minutes: Minutes, offers: Mapping[str, Collection[str]], without_rules: frozenset[str]
) -> dict[tuple[str, str], Reach]:
    """Reach of every area and kind of room, within the travel limit (E-22) and the added minutes (E-23).

    Without rule E-04 any site with any room will do, so the sites need not offer the kind.
    """
    settings = instance.settings
    everywhere = sorted({site for sites in offers.values() for site in sites})
    found: dict[tuple[str, str], Reach] = {}
    for area in instance.areas:
        for kind in instance.room_types:
            times = {site: minutes[area.area_id, site] for site in offers[kind.room_type]}
            usual = min(times, key=lambda site: (times[site], site)) if times else None
            before = None if usual is None else times[usual]
            limit = math.inf if "E-22" in without_rules else settings.travel_limit_minutes
            if before is not None and "E-23" not in without_rules:
                limit = min(limit, before + settings.added_minutes_limit)
            candidates = everywhere if "E-04" in without_rules else sorted(times)
            sites = tuple(site for site in candidates if minutes[area.area_id, site] <= limit)
            found[area.area_id, kind.room_type] = Reach(usual, before, sites)
    return found
