"""Travel minutes, and the site each area uses today."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.estates.entities import Area, Site
from models.estates.instance import EstatesInstance
from models.estates.settings import EstatesSettings

Minutes = Mapping[tuple[str, str], int]


def computed_minutes(area: Area, site: Site, settings: EstatesSettings) -> int:
    """One-way minutes between an area and a site by the grid."""
    return grid_minutes(math.hypot(area.easting_m - site.easting_m, area.northing_m - site.northing_m), settings)


def grid_minutes(metres: float, settings: EstatesSettings) -> int:
    """One-way minutes from straight-line distance, detour, speed of the mode and its waiting or parking."""
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
class UsualSite:
    """The site people of one area use today for one kind of room: the nearest that has it (ties: the first id)."""

    site_id: str
    minutes: int


def sites_with_rooms(instance: EstatesInstance) -> dict[str, tuple[str, ...]]:
    """For each kind of room, the sites that have one today."""
    site_of = {suite.suite_id: suite.site_id for suite in instance.suites}
    return {
        kind.room_type: tuple(
            sorted({site_of[suite.suite_id] for suite in instance.suites if kind.room_type in suite.rooms})
        )
        for kind in instance.room_types
    }


def usual_sites(
    instance: EstatesInstance, minutes: Minutes, offers: Mapping[str, Collection[str]]
) -> dict[tuple[str, str], UsualSite]:
    """The usual site of every area and kind of room; no entry where nobody has such a room."""
    found: dict[tuple[str, str], UsualSite] = {}
    for area in instance.areas:
        for kind in instance.room_types:
            times = sorted((minutes[area.area_id, site], site) for site in offers[kind.room_type])
            if times:
                found[area.area_id, kind.room_type] = UsualSite(times[0][1], times[0][0])
    return found


def is_core20(area: Area, settings: EstatesSettings) -> bool:
    """Whether at least the agreed part of an area's people live in the most deprived fifth of England."""
    return area.core20_share is not None and area.core20_share >= settings.core20_threshold_share
