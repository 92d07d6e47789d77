"""How many rooms of each kind each generated site needs, if people go to the nearest site that has one.

A generated estate starts from this and adds what is spare, so that nobody is without a room before anything closes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from instances.estates.catalogue import SERVICES, WEEK, Work

CONTACT_RATE = 7.5
SHARE_IN_THESE_SITES = 0.40
VIRTUAL_FIRST, VIRTUAL_LAST = 0.27, 0.45
PATH_YEARS = 14
POPULATION_ADDED = 100_000
RESIDENTS = 2_111_469
REGISTERED = 2_774_346
WEEKS, SESSION_HOURS, CEILING, MOVABLE = 50, 5.0, 0.85, 0.25

# Public transport: 8 minutes' wait, 14 km/h, 1.3 km of way for each km of straight line.
_WAIT_MINUTES, _KM_PER_HOUR, _DETOUR = 8, 14.0, 1.3


@dataclass(frozen=True)
class Point:
    """A place on the grid, in metres; `people` live there."""

    name: str
    easting: int
    northing: int
    people: int = 0


def metres(a: Point, b: Point) -> float:
    return math.hypot(a.easting - b.easting, a.northing - b.northing)


def minutes(a: Point, b: Point) -> int:
    """One-way minutes by public transport, whole."""
    return math.floor(_WAIT_MINUTES + metres(a, b) / 1000 * _DETOUR / _KM_PER_HOUR * 60 + 0.5)


def hours_per_person(work: Work, growth_share: float) -> float:
    """Room hours a year for one of today's people in the busiest year to 2040/41, while their number grows."""
    return max(_hours(work, growth_share, step) for step in range(PATH_YEARS + 1))


def _hours(work: Work, growth_share: float, step: int) -> float:
    people = 1 + growth_share * step / PATH_YEARS
    if not work.contact_share:
        return people * work.per_1000 / 1000 * (1 + work.growth_share) ** step * work.minutes / 60
    virtual = VIRTUAL_FIRST + (VIRTUAL_LAST - VIRTUAL_FIRST) * step / PATH_YEARS
    mode = virtual if work.virtual else 1 - virtual
    return people * CONTACT_RATE * SHARE_IN_THESE_SITES * mode * work.contact_share * work.minutes / 60


def weekly_hours_of_a_room(cap_share: float | None) -> float:
    """Used hours a week one room can deliver: what cannot be moved out of the busiest session sets it."""
    ceiling = CEILING if cap_share is None else min(CEILING, cap_share)
    busiest = (1 - MOVABLE) * max(weight for _, _, weight in WEEK) / len(WEEK)
    return ceiling * SESSION_HOURS * min(len(WEEK), 1 / busiest)


def nearest(area: Point, sites: Sequence[Point]) -> Point:
    return min(sites, key=lambda site: (minutes(area, site), site.name))


def spread(sites: Sequence[Point], areas: Sequence[Point], count: int) -> list[Point]:
    """Sites such that nobody lives far from one: first the most central, then always the one most missed.

    Far journeys count more: what is kept small is the sum of squared distances over the people.
    """
    distance = {site.name: [metres(area, site) for area in areas] for site in sites}
    nearest_now = [math.inf] * len(areas)
    chosen: list[Point] = []
    while len(chosen) < min(count, len(sites)):

        def person_metres(site: Point, now: Sequence[float] = nearest_now) -> float:
            shorter = zip(areas, now, distance[site.name], strict=True)
            return sum(area.people * min(before, after) ** 2 for area, before, after in shorter)

        left = [site for site in sites if site not in chosen]
        best = min(left, key=lambda site: (person_metres(site), site.name))
        chosen.append(best)
        nearest_now = [min(now, new) for now, new in zip(nearest_now, distance[best.name], strict=True)]
    return chosen


def rooms_needed(
    room_type: str,
    sites: Sequence[Point],
    areas: Sequence[Point],
    caps: Mapping[str, float],
    growth_share: float,
) -> dict[str, float]:
    """Rooms (with fractions) each site needs for one room type when every area goes to its nearest site."""
    per_person = sum(hours_per_person(work, growth_share) for work in SERVICES if work.room_type == room_type)
    hours = dict.fromkeys((site.name for site in sites), 0.0)
    for area in areas:
        hours[nearest(area, sites).name] += area.people * per_person / WEEKS
    return {name: week / weekly_hours_of_a_room(caps.get(name)) for name, week in hours.items()}
