"""From a solution of the timetable's model to hours by room, slot and service."""

from __future__ import annotations

from models.estates.formulation.timetable_rows import Pattern, PatternModel, Services
from models.estates.timetable.exact import MilliHours
from solvers.types import Values


def milli_hours_of(model: PatternModel, values: Values) -> MilliHours:
    """Thousandths of an hour by room, slot and service of a solution.

    Patterns take rooms in a fixed order, those of the smallest services first, so that a service meets the same
    rooms on most days; rooms of a pattern that are not in use in a slot stay empty.
    """
    order = sorted(range(len(model.patterns)), key=lambda at: _by_size(model, model.patterns[at]))
    found: MilliHours = {}
    for day, slots in enumerate(model.week.slots_of_day.values()):
        first_room = 1
        for at in order:
            for slot in slots:
                _fill_pattern(model, values, at, slot, first_room, found)
            first_room += round(values[model.rooms[at, day].index])
    return found


def _by_size(model: PatternModel, pattern: Pattern) -> tuple[list[int], Services]:
    return sorted(model.hours[service] for service in pattern.services), pattern.services


def _fill_pattern(
    model: PatternModel, values: Values, pattern: int, slot: int, first_room: int, found: MilliHours
) -> None:
    """Fill the rooms of a pattern in one slot, one after the other, service after service."""
    limit, room = model.week.limit_milli_hours[slot], first_room
    for sharing in model.sharings:
        if (sharing.pattern, sharing.slot) != (pattern, slot):
            continue
        space = limit
        for service, variable in sharing.hours:
            left = round(values[variable.index])
            while left:
                if space == 0:
                    room, space = room + 1, limit
                taken = min(left, space)
                key = (room, slot, model.week.services[service])
                found[key] = found.get(key, 0) + taken
                left, space = left - taken, space - taken
        room += space < limit
