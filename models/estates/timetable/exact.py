"""From thousandths of an hour to exact hours: each service's last millionths go where there is room for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from models.estates.timetable.week import MICRO_PER_MILLI, Booking, RoomWeek, Timetable

MilliHours = dict[tuple[int, int, str], int]
"""Thousandths of an hour by room, slot and service."""
_PIECE_MICRO_HOURS = 400
"""Most that one booking takes on or gives up at a time: less than half of the smallest booking."""


def timetable_of(week: RoomWeek, milli_hours: Mapping[tuple[int, int, str], int]) -> Timetable:
    """A timetable whose hours are exact for each service.

    A slot's hours are those of `milli_hours` to less than a thousandth for each service; what is added goes to the
    emptiest rooms, what is taken off comes from the slots furthest above what must stay in them.
    """
    micro = {key: hours * MICRO_PER_MILLI for key, hours in sorted(milli_hours.items()) if hours}
    room_spare, slot_spare = _spare(week, micro)
    for service, exact in week.service_micro_hours:
        own = [key for key in micro if key[2] == service]
        left = exact - sum(micro[key] for key in own)
        while left and own:
            piece = max(min(left, _PIECE_MICRO_HOURS), -_PIECE_MICRO_HOURS)
            if piece > 0:
                key = max(own, key=lambda at: (room_spare[at[:2]], at))
            else:
                key = max(own, key=lambda at: (min(slot_spare[at[1]], micro[at]), at))
            micro[key] += piece
            room_spare[key[:2]] -= piece
            slot_spare[key[1]] += piece
            left -= piece
    return Timetable(week, tuple(Booking(*key, hours) for key, hours in sorted(micro.items())))


def _spare(
    week: RoomWeek, micro_hours: Mapping[tuple[int, int, str], int]
) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """What each room in use can still take in a slot, and how far each slot is above what must stay in it."""
    rooms, slots = Counter[tuple[int, int]](), Counter[int]()
    for room, slot, _ in micro_hours:
        rooms[room, slot] = week.limit_milli_hours[slot] * MICRO_PER_MILLI
        slots[slot] = -week.least_milli_hours[slot] * MICRO_PER_MILLI
    for (room, slot, _), hours in micro_hours.items():
        rooms[room, slot] -= hours
        slots[slot] += hours
    return rooms, slots
