"""The table of utilisation as measured today: booked, used and observed hours, never mixed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.estates.entities import MeasuredHours
from models.estates.instance import EstatesInstance
from models.shared.cells import Cell

WEEK = "week"


def utilisation_today(instance: EstatesInstance) -> list[dict[str, Cell]]:
    """Every session and the week of each site and kind of room with a measurement."""
    measured = {(one.site_id, one.room_type, one.slot): one for one in instance.measured_hours}
    slots = [slot.slot for slot in instance.slots]
    rows: list[dict[str, Cell]] = []
    for site, kind in sorted({(site, kind) for site, kind, _ in measured}):
        rooms = sum(suite.rooms.get(kind, 0) for suite in instance.suites_of(site))
        available = rooms * instance.settings.session_hours
        rows.extend(_row(site, kind, slot, available, [measured.get((site, kind, slot))]) for slot in slots)
        week = [measured.get((site, kind, slot)) for slot in slots]
        rows.append(_row(site, kind, WEEK, available * len(slots), week))
    return rows


def _row(
    site_id: str, room_type: str, slot: str, available_hours: float, measured: Sequence[MeasuredHours | None]
) -> dict[str, Cell]:
    booked = _sum([None if one is None else one.booked_hours for one in measured])
    used = _sum([None if one is None else one.used_hours for one in measured])
    observed = _sum([None if one is None else one.observed_hours for one in measured])
    return {
        "site_id": site_id,
        "room_type": room_type,
        "slot": slot,
        "available_hours": available_hours,
        "booked_hours": booked,
        "used_hours": used,
        "observed_hours": observed,
        "booked_share": _share(booked, available_hours),
        "used_share": _share(used, available_hours),
        "observed_share": _share(observed, available_hours),
    }


def _sum(hours: Sequence[float | None]) -> float | None:
    """The sum, or nothing unless every session was measured."""
    known = [one for one in hours if one is not None]
    return math.fsum(known) if len(known) == len(hours) else None


def _share(hours: float | None, available_hours: float) -> float | None:
    return None if hours is None or not available_hours else hours / available_hours
