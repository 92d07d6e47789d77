"""The weeks a timetable is made for: the hours of a plan by session, in whole thousandths."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.estates.instance import EstatesInstance
from models.estates.slots import spread_over_slots
from models.estates.timetable.week import MICRO_PER_HOUR, MICRO_PER_MILLI, RoomWeek
from models.shared.rounding import round_to_total

ROUNDING_HOURS = 5e-3
"""Hours a week by which the rounding of contacts may lift full rooms above their ceiling."""
_MILLI_PER_HOUR = 1000
_HAIR = 1e-6


def week_of(
    instance: EstatesInstance,
    site_id: str,
    room_type: str,
    period: int,
    rooms: int,
    service_hours: Mapping[str, float],
) -> RoomWeek:
    """The week of one kind of room at one site, from each service's hours a week.

    A plan made without the ceiling may use more than the ceiling allows; its week then has limits that hold it with
    every room in use.
    """
    micro = {service: round(hours * MICRO_PER_HOUR) for service, hours in sorted(service_hours.items())}
    micro = {service: hours for service, hours in micro.items() if hours >= MICRO_PER_MILLI // 2}
    ceiling = math.floor(ceiling_hours(instance, site_id) * _MILLI_PER_HOUR + _HAIR)
    total = _whole(sum(micro.values()), len(micro), len(instance.slots) * rooms * ceiling)
    wanted = _wanted(instance, total, rooms, ceiling)
    weights = [slot.demand_weight for slot in instance.slots]
    stays = (1 - instance.settings.movable_share) / len(weights)
    return RoomWeek(
        site_id=site_id,
        room_type=room_type,
        period=period,
        rooms=rooms,
        slots=tuple(slot.slot for slot in instance.slots),
        weekdays=tuple(slot.weekday for slot in instance.slots),
        wanted_milli_hours=wanted,
        least_milli_hours=tuple(math.floor(stays * weight * total) for weight in weights),
        limit_milli_hours=tuple(max(ceiling, -(-hours // max(rooms, 1))) for hours in wanted),
        service_micro_hours=tuple(micro.items()),
        services_per_session=instance.settings.services_per_session,
    )


def ceiling_hours(instance: EstatesInstance, site_id: str) -> float:
    """Most used hours of one room in one session: the common ceiling, or the site's own lower cap."""
    own, settings = instance.site(site_id).utilisation_cap_share, instance.settings
    share = settings.used_share_ceiling if own is None else min(settings.used_share_ceiling, own)
    return share * settings.session_hours


def _whole(micro_hours: int, services: int, full_milli_hours: int) -> int:
    """Thousandths of an hour in all: no more than full rooms hold, where only rounding puts more into them."""
    total = max(round(micro_hours / MICRO_PER_MILLI), services)
    over_by_rounding = services <= full_milli_hours < total <= full_milli_hours + ROUNDING_HOURS * _MILLI_PER_HOUR
    return full_milli_hours if over_by_rounding else total


def _wanted(instance: EstatesInstance, total: int, rooms: int, ceiling: int) -> tuple[int, ...]:
    """Thousandths of an hour by slot: where demand wants them, but for what full sessions pass on."""
    weights = [slot.demand_weight for slot in instance.slots]
    length = round(instance.settings.session_hours * _MILLI_PER_HOUR)
    limit = rooms * (ceiling if total <= len(weights) * rooms * ceiling else length)
    spread = spread_over_slots(float(total), weights, float(limit))
    most = limit if total <= len(weights) * limit else total
    return tuple(round_to_total(spread, total, [0] * len(weights), [most] * len(weights)))
