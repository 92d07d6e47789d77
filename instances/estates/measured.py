"""Invented exports of a booking system, a clinical system and room sensors: what is booked, used and observed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from instances.estates.buildings import Suite
from instances.estates.catalogue import ROOM_KINDS, WEEK
from instances.estates.draw import Draw
from instances.estates.need import SESSION_HOURS
from instances.estates.tenants import Row

USED_SHARE = 0.45
SHARE_OF_SITES_MEASURED = 0.4
# How far bookings stand above what is used, and how much of that gap a sensor sees somebody in the room.
_BOOKED_PER_USED = (1.25, 1.65)
_SEEN_OF_THE_GAP = (0.2, 0.6)
# Every fifth measured site has bookings alone, every seventh sensors alone.
_BOOKINGS_ALONE, _SENSORS_ALONE = 5, 7


def measured_rows(seed: int, suites: Sequence[Suite]) -> list[Row]:
    """Hours a week by site, kind of clinical room and session, for two sites in five."""
    rooms: dict[str, Counter[str]] = {}
    for suite in suites:
        rooms.setdefault(suite.place.site_id, Counter()).update(suite.rooms)
    count = math.ceil(SHARE_OF_SITES_MEASURED * len(rooms))
    chosen = Draw(seed, "measured sites").shuffled(sorted(rooms))[:count]
    draw = Draw(seed, "measured")
    return [
        row
        for number, site in sorted(enumerate(chosen, start=1), key=lambda item: item[1])
        for row in _site_rows(draw, number, site, rooms[site])
    ]


def _site_rows(draw: Draw, number: int, site: str, rooms: Mapping[str, int]) -> list[Row]:
    busy = draw.between(0.7, 1.2)
    kinds = [kind.room_type for kind in ROOM_KINDS if kind.clinical and rooms[kind.room_type]]
    return [
        _row(draw, number, {"site_id": site, "room_type": kind, "slot": f"{day}_{half}"},
             SESSION_HOURS * rooms[kind], USED_SHARE * weight * busy)
        for kind in kinds
        for day, half, weight in WEEK
    ]  # fmt: skip


def _row(draw: Draw, number: int, key: Row, available_hours: float, used_share: float) -> Row:
    """Used hours never above what a session can deliver; booked never above the session, observed in between."""
    used = min(0.85, used_share * draw.between(0.85, 1.15)) * available_hours
    booked = min(available_hours, used * draw.between(*_BOOKED_PER_USED))
    observed = used + (booked - used) * draw.between(*_SEEN_OF_THE_GAP)
    sensors_alone = number % _SENSORS_ALONE == 0
    bookings_alone = not sensors_alone and number % _BOOKINGS_ALONE == 0
    return {
        **key,
        "booked_hours": None if sensors_alone else round(booked, 1),
        "used_hours": None if sensors_alone or bookings_alone else round(used, 1),
        "observed_hours": None if bookings_alone else round(observed, 1),
        "provenance": "synthetic",
    }
