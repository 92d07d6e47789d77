"""Floor and cap of every place's line, worked out a second time: settings, distance bands, rows of pace.csv."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from models.reallocation.checker.money import as_written
from models.reallocation.entities import PaceRow, PlaceLine
from models.reallocation.instance import Instance
from models.reallocation.settings import NO_CAP_SHARE


@dataclass(frozen=True)
class Pace:
    """Least and most yearly growth; None where there is none."""

    floor: Fraction | None
    cap: Fraction | None


NO_PACE = Pace(None, None)


def pace_of_line(instance: Instance, key: PlaceLine, role: str, distance: Fraction) -> Pace:
    """The pace of a place and leaf line that opened `distance` from need, as a share of need.

    The settings come first, the bands replace them, a row for every place those, and the place's own row all.
    """
    settings = instance.settings
    usual_cap = settings.mh_growth_cap_share if role == "mental_health" else settings.pace_cap_growth_share
    floor, cap = as_written(settings.pace_floor_growth_share), as_written(usual_cap)
    own = [band for band in instance.pace_bands if band.line == key.line]
    bands = own or [band for band in instance.pace_bands if band.line is None]
    floors = [(b.distance_share, b.floor_growth_share) for b in bands if b.floor_growth_share is not None]
    caps = [(b.distance_share, b.cap_growth_share) for b in bands if b.cap_growth_share is not None]
    floor = _on_the_line(floors, distance) if floors else floor
    cap = _on_the_line(caps, distance) if caps else cap
    return with_rows(instance.pace, key, Pace(floor, cap))


def with_rows(rows: Iterable[PaceRow], key: PlaceLine, usual: Pace) -> Pace:
    """The usual pace, replaced limit by limit by the row for every place, then by the place's own row."""
    of_line = [row for row in rows if row.line == key.line]
    floor, cap = usual.floor, usual.cap
    for place in (None, key.place):
        for row in of_line:
            if row.place == place:
                floor = floor if row.floor_growth_share is None else row.floor_growth_share
                cap = cap if row.cap_growth_share is None else row.cap_growth_share
    return Pace(floor, None if cap is None or cap >= NO_CAP_SHARE else cap)


def _on_the_line(points: Iterable[tuple[Fraction, Fraction]], distance: Fraction) -> Fraction:
    """The height at a distance of the line drawn through points, level beyond its ends."""
    ordered = sorted(points)
    distance = min(max(distance, ordered[0][0]), ordered[-1][0])
    for (left, low), (right, high) in pairwise(ordered):
        if left <= distance <= right:
            return (low * (right - distance) + high * (distance - left)) / (right - left)
    return ordered[0][1]
