"""What stands on each generated site: rooms by kind, and the suites that hold them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from instances.estates.catalogue import GENERAL
from instances.estates.draw import Draw
from instances.estates.need import Point, rooms_needed, spread
from instances.estates.places import ONEROUS, Place

GROSS_M2_PER_ROOM = 40
SPARE_BY_ROLE = {"usual": (1.0, 1.3), "hub": (1.1, 1.4), "whole": (1.9, 2.8), "void": (2.3, 3.2)}
GENERAL_ROOMS_PER_ROOM_NEEDED = 750 / 448.6
SMALL_SUITE_SHARE = 0.16
# One site in so many has rooms of the kind; general rooms and offices are everywhere.
SITES_PER_SITE_WITH = {"counselling": 1.85, "group": 3.4, "minor_op": 4.8, "dental": 5.3, "xray": 6.0}
# Belmont: 30 % empty at 110,000 a year (public) is 314 m2 of 1,047 at 350 a m2; the split is ours.
BELMONT_M2 = (445, 288, 314)
TWIN_FIXED_ROOMS = 2


@dataclass
class Suite:
    """A floor of a site under construction; `kind` says what its occupations and dates will be."""

    suite_id: str
    place: Place
    floor: int
    is_small: bool = False
    rooms: Counter[str] = field(default_factory=Counter)
    area_m2: int = 0
    kind: str = ""

    @property
    def is_core(self) -> bool:
        return self.floor == 0

    @property
    def room_count(self) -> int:
        return sum(self.rooms.values())


def caps_of(places: Sequence[Place], sites: Sequence[Point], areas: Sequence[Point]) -> dict[str, float]:
    """The smallest tenth of the sites, by people who live nearest, may only be filled to 75 %."""
    people = rooms_needed("consulting", sites, areas, {}, 0.0)
    smallest = sorted(people, key=lambda name: (people[name], name))[: len(places) // 10]
    return dict.fromkeys(sorted(smallest), 0.75)


def rooms_by_site(
    seed: int,
    places: Sequence[Place],
    sites: Sequence[Point],
    areas: Sequence[Point],
    caps: Mapping[str, float],
    growth_share: float,
) -> dict[str, Counter[str]]:
    """Rooms of each kind at each site: what it needs if everybody goes to the nearest, and what is spare."""
    spare = _spare_factors(seed, places)
    rooms: dict[str, Counter[str]] = {place.site_id: Counter() for place in places}
    floor: dict[tuple[str, str], int] = {}
    target = 0.0
    for kind in GENERAL:
        for site, need in rooms_needed(kind, sites, areas, caps, growth_share).items():
            floor[site, kind] = max(1, math.ceil(need))
            rooms[site][kind] = max(floor[site, kind], math.floor(need * spare[site] + 0.5))
            target += need * GENERAL_ROOMS_PER_ROOM_NEEDED
    _meet_target(seed, rooms, floor, round(target))
    for kind, one_in in SITES_PER_SITE_WITH.items():
        chosen = spread(sites, areas, max(1, math.ceil(len(sites) / one_in)))
        for site, need in rooms_needed(kind, chosen, areas, caps, growth_share).items():
            rooms[site][kind] = max(1, math.ceil(need))
    for site, need in rooms_needed("office", sites, areas, caps, growth_share).items():
        rooms[site]["office"] = max(1, math.ceil(need * (1.0 + (spare[site] - 1.0) / 2)))
        rooms[site]["records"] = 1 + (sum(rooms[site].values()) > 20)
    return rooms


def _spare_factors(seed: int, places: Sequence[Place]) -> dict[str, float]:
    draw = Draw(seed, "spare")
    return {place.site_id: draw.between(*SPARE_BY_ROLE[place.role]) for place in places}


def _meet_target(
    seed: int, rooms: dict[str, Counter[str]], floor: Mapping[tuple[str, str], int], target: int
) -> None:
    """Add or take single rooms, never below what a site needs, until the total is met."""
    turn = Draw(seed, "target").shuffled(sorted(floor))
    missing = target - sum(rooms[site][kind] for site, kind in floor)
    while missing:
        changed = False
        for site, kind in turn:
            if missing > 0:
                rooms[site][kind] += 1
            elif rooms[site][kind] > floor[site, kind]:
                rooms[site][kind] -= 1
            else:
                continue
            changed = True
            missing += -1 if missing > 0 else 1
            if not missing:
                break
        if not changed:
            return


def suites_of(
    seed: int, places: Sequence[Place], rooms: Mapping[str, Counter[str]], suites_per_site: int | None
) -> list[Suite]:
    """The suites with their rooms and areas."""
    suites = [
        Suite(f"{place.site_id}-{floor}", place, floor)
        for place in places
        for floor in range(suites_per_site or place.suites)
    ]
    _mark_small(seed, suites)
    for place in places:
        own = [suite for suite in suites if suite.place is place]
        _fill(own, rooms[place.site_id], _shares(own, rooms[place.site_id].total()))
    _twin_fixed_rooms(suites)
    draw = Draw(seed, "areas")
    for suite in suites:
        low, high = (0.90, 1.20) if suite.is_small else (0.95, 1.05)
        suite.area_m2 = max(12, round(suite.room_count * GROSS_M2_PER_ROOM * draw.between(low, high)))
        if suite.place.site_id == "belmont" and suite.floor < len(BELMONT_M2):
            suite.area_m2 = BELMONT_M2[suite.floor]
    return suites


def _twin_fixed_rooms(suites: Sequence[Suite]) -> None:
    """A second dental surgery upstairs at two sites: space that could be spared, were its room not fixed."""
    with_dental = {suite.place.site_id for suite in suites if suite.is_core and suite.rooms["dental"]}
    upstairs = [
        suite
        for suite in suites
        if suite.floor == 1
        and suite.place.site_id in with_dental
        and suite.place.tenure in ("nhsps_freehold", "nhsps_leasehold")
        and suite.place.site_id not in ONEROUS
        and suite.place.role in ("usual", "void")
        and not suite.is_small
    ]
    for suite in upstairs[:TWIN_FIXED_ROOMS]:
        suite.rooms["dental"] += 1
        suite.kind = "fixed"


def _mark_small(seed: int, suites: Sequence[Suite]) -> None:
    """The share of suites under 100 m2: upper floors of sites with at least three suites, one each."""
    tops = [s for s in suites if s.floor == 2 and s.place.site_id != "belmont"]
    usual = [s for s in Draw(seed, "small").shuffled(tops) if s.place.role == "usual"]
    others = [s for s in Draw(seed, "small others").shuffled(tops) if s.place.role != "usual"]
    for suite in (usual + others)[: round(SMALL_SUITE_SHARE * len(suites))]:
        suite.is_small = True


def _shares(suites: Sequence[Suite], total: int) -> tuple[int, ...]:
    """How many rooms each suite gets: two in a small one, the rest in parts of 1.3 on the ground floor to 1 above."""
    weights = [0.0 if s.is_small else 1.3 if s.is_core else 1.0 for s in suites]
    if suites[0].place.site_id == "belmont" and len(suites) == len(BELMONT_M2):
        weights = [float(area) for area in BELMONT_M2]
    large = max(0, total - sum(2 for suite in suites if suite.is_small))
    sizes = [2 if s.is_small else math.floor(large * w / sum(weights)) for s, w in zip(suites, weights, strict=True)]
    sizes[0] += total - sum(sizes)
    return tuple(sizes)


def _fill(suites: Sequence[Suite], rooms: Mapping[str, int], sizes: Sequence[int]) -> None:
    """Deal the rooms out, rare kinds first on the ground floor, the common ones in turn over all floors."""
    order = ("xray", "dental", "minor_op", "group", "records", "counselling", "treatment", "examination", "office",
             "consulting")  # fmt: skip
    left = list(sizes)
    at = 0
    for kind in order:
        for _ in range(rooms.get(kind, 0)):
            while not any(left):
                left[0] += 1
            if kind in ("xray", "dental") and left[0] > 0:
                at = 0
            while left[at % len(left)] <= 0:
                at += 1
            suites[at % len(left)].rooms[kind] += 1
            left[at % len(left)] -= 1
            at += 1
