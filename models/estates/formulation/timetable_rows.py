"""The rule of the timetable as rows of a CP-SAT model (E-40), without a variable for any single room.

Rooms of one kind are alike, so the model counts them by *pattern*: the set of services that share a room on a
weekday. Within a slot of that day, rooms of the pattern in use are counted by the services in them, no more than may
share a session. A weekday with q slots needs no pattern of more than q times that many services.

Sums are exact in whole thousandths of an hour. Rooms in use for the same services are filled one after the other, so
that a timetable can be read off every solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from models.estates.timetable.week import RoomWeek

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Services = tuple[int, ...]


@dataclass(frozen=True)
class Pattern:
    """Services that share a room on a weekday, and the sets of them that may share one session of it."""

    services: Services
    sessions: tuple[Services, ...]

    @property
    def clinician_days(self) -> int:
        return len(self.services)


@dataclass(frozen=True)
class Sharing:
    """Rooms of one pattern in one slot that one set of services shares, and the hours of each of them."""

    pattern: int
    slot: int
    rooms: cp_model.IntVar
    hours: tuple[tuple[int, cp_model.IntVar], ...]


class PatternModel:
    """The variables of one week. `timetable_holds` writes the rows."""

    def __init__(self, week: RoomWeek, patterns: Sequence[Pattern], *, movable: bool = False) -> None:
        from ortools.sat.python.cp_model import CpModel  # slow to take in, and only timetables need it

        self.week, self.patterns, self.movable = week, tuple(patterns), movable
        self.cp = CpModel()
        self.hours = [week.service_milli_hours[service] for service in week.services]
        days = range(len(week.slots_of_day))
        self.rooms = {
            (at, day): self.cp.new_int_var(0, week.rooms, f"rooms[{at},{day}]")
            for at in range(len(self.patterns))
            for day in days
        }
        self.sharings = [
            Sharing(
                at,
                slot,
                self.cp.new_int_var(0, week.rooms, f"used[{at},{slot},{services}]"),
                tuple(
                    (service, self.cp.new_int_var(0, self.hours[service], f"hours[{at},{slot},{service}]"))
                    for service in services
                ),
            )
            for at, pattern in enumerate(self.patterns)
            for services in pattern.sessions
            for slot in range(len(week.slots))
        ]
        self.slot_hours: list[cp_model.LinearExprT] = [self._slot_hours(slot) for slot in range(len(week.slots))]
        self.service_hours: list[cp_model.LinearExprT] = list(self.hours)

    def _slot_hours(self, slot: int) -> cp_model.LinearExprT:
        """Hours of a slot: those wanted then, or where they may be moved, anything that E-06 and E-07 allow."""
        if not self.movable:
            return self.week.wanted_milli_hours[slot]
        most = self.week.rooms * self.week.limit_milli_hours[slot]
        return self.cp.new_int_var(self.week.least_milli_hours[slot], most, f"slot[{slot}]")

    def by_slot(self, slot: int) -> list[Sharing]:
        return [sharing for sharing in self.sharings if sharing.slot == slot]

    @property
    def sessions(self) -> cp_model.LinearExprT:
        return sum(sharing.rooms for sharing in self.sharings)

    @property
    def clinician_days(self) -> cp_model.LinearExprT:
        return sum(self.patterns[at].clinician_days * rooms for (at, _), rooms in self.rooms.items())


def patterns_of(week: RoomWeek, largest: int) -> list[Pattern]:
    """All patterns of up to `largest` services."""
    everybody = range(len(week.services))
    return [
        Pattern(services, tuple(combinations(services, min(week.services_per_session, size))))
        for size in range(1, min(largest, len(everybody)) + 1)
        for services in combinations(everybody, size)
    ]


def largest_pattern(week: RoomWeek) -> int:
    """Most services a room can have on one weekday."""
    slots_in_a_day = max((len(slots) for slots in week.slots_of_day.values()), default=0)
    return min(len(week.services), week.services_per_session * slots_in_a_day)


def timetable_holds(model: PatternModel) -> None:
    """E-40: every session has its rooms, at most so many services in each, within the ceiling, sums exact.

    sum over rooms of used[s,r,room,h,v,t] = used[s,r,h,t] over services and hours[s,v,t] over sessions;
    services[s,r,room,h,t] <= services_per_session
    """
    _rooms_of_patterns(model)
    if not model.movable:
        _enough_rooms(model)
    for sharing in model.sharings:
        limit = model.week.limit_milli_hours[sharing.slot]
        model.cp.add(sum(hours for _, hours in sharing.hours) <= limit * sharing.rooms)
    for slot, hours in enumerate(model.slot_hours):
        model.cp.add(sum(part for sharing in model.by_slot(slot) for _, part in sharing.hours) == hours)
    for service, hours in enumerate(model.service_hours):
        parts = [part for sharing in model.sharings for one, part in sharing.hours if one == service]
        model.cp.add(sum(parts) == hours)


def _rooms_of_patterns(model: PatternModel) -> None:
    """On each weekday no more rooms have a pattern than there are, and in each of its slots none is in use twice."""
    for day, slots in enumerate(model.week.slots_of_day.values()):
        model.cp.add(sum(model.rooms[at, day] for at in range(len(model.patterns))) <= model.week.rooms)
        for slot in slots:
            in_use: dict[int, list[cp_model.IntVar]] = {}
            for sharing in model.by_slot(slot):
                in_use.setdefault(sharing.pattern, []).append(sharing.rooms)
            for at, rooms in sorted(in_use.items()):
                model.cp.add(sum(rooms) <= model.rooms[at, day])


def _enough_rooms(model: PatternModel) -> None:
    """No slot uses fewer rooms than its hours fill: follows from the rest, and makes the bounds sharp."""
    week = model.week
    for slot, least in enumerate(week.least_sessions):
        model.cp.add(sum(sharing.rooms for sharing in model.by_slot(slot)) >= least)
    for day, slots in enumerate(week.slots_of_day.values()):
        rooms = sum(model.rooms[at, day] for at in range(len(model.patterns)))
        model.cp.add(rooms >= max(week.least_sessions[slot] for slot in slots))
