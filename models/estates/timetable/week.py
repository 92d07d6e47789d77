"""What a timetable is made for, and the timetable itself.

Hours are whole thousandths ("milli-hours"), so that every sum is exact and no row is too small to be written; only
the last thousandth of each service's week is kept in millionths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from models.shared.rounding import round_to_total

MICRO_PER_MILLI = 1000
MICRO_PER_HOUR = 1_000_000

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True)
class RoomWeek:
    """One kind of room at one site in one period: what its week must hold.

    All tuples by slot are in the order of the instance's slots. `wanted_milli_hours` sum to the services' hours.
    `least_milli_hours` is what arises in a slot and cannot be moved (E-07). `limit_milli_hours` is what one room may
    hold in a session of the slot (E-06): the ceiling, and no more than that unless the slot cannot be held otherwise.
    Services that together have less than half a thousandth of an hour a week are left out.
    """

    site_id: str
    room_type: str
    period: int
    rooms: int
    slots: tuple[str, ...]
    weekdays: tuple[str, ...]
    wanted_milli_hours: tuple[int, ...]
    least_milli_hours: tuple[int, ...]
    limit_milli_hours: tuple[int, ...]
    service_micro_hours: tuple[tuple[str, int], ...]
    services_per_session: int

    @cached_property
    def services(self) -> tuple[str, ...]:
        return tuple(service for service, _ in self.service_micro_hours)

    @cached_property
    def service_milli_hours(self) -> Mapping[str, int]:
        """Hours of each service in whole thousandths, which sum to those of the slots."""
        exact = [micro / MICRO_PER_MILLI for _, micro in self.service_micro_hours]
        total = sum(self.wanted_milli_hours)
        whole = round_to_total(exact, total, [1] * len(exact), [total] * len(exact))
        return dict(zip(self.services, whole, strict=True))

    @cached_property
    def least_sessions(self) -> tuple[int, ...]:
        """By slot: the fewest rooms that hold its hours."""
        return tuple(-(-hours // limit) if hours else 0 for hours, limit in self._hours_and_limits)

    @cached_property
    def slots_of_day(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the slots of each weekday, weekdays in the order of the week."""
        days: dict[str, tuple[int, ...]] = {}
        for at, weekday in enumerate(self.weekdays):
            days[weekday] = (*days.get(weekday, ()), at)
        return days

    @property
    def fits_its_rooms(self) -> bool:
        """Whether the hours of every slot go into the rooms there are."""
        return all(sessions <= self.rooms for sessions in self.least_sessions)

    @property
    def _hours_and_limits(self) -> list[tuple[int, int]]:
        return list(zip(self.wanted_milli_hours, self.limit_milli_hours, strict=True))


@dataclass(frozen=True, order=True)
class Booking:
    """A service in a room (from 1) in a slot (its number in the week)."""

    room: int
    slot: int
    service: str
    micro_hours: int

    @property
    def hours(self) -> float:
        return self.micro_hours / MICRO_PER_HOUR


@dataclass(frozen=True)
class Timetable:
    """The bookings of one `RoomWeek`, in the order of room, slot and service."""

    week: RoomWeek
    bookings: tuple[Booking, ...]

    @cached_property
    def micro_hours_by_slot(self) -> tuple[int, ...]:
        by_slot = Counter[int]()
        for booking in self.bookings:
            by_slot[booking.slot] += booking.micro_hours
        return tuple(by_slot[at] for at in range(len(self.week.slots)))

    @cached_property
    def sessions_by_slot(self) -> tuple[int, ...]:
        """Rooms in use in each slot."""
        used = Counter(slot for _, slot in {(booking.room, booking.slot) for booking in self.bookings})
        return tuple(used[at] for at in range(len(self.week.slots)))

    @property
    def sessions(self) -> int:
        return sum(self.sessions_by_slot)

    @cached_property
    def clinician_days(self) -> int:
        """(room, service, weekday) triples: the fewer, the more clinicians keep one room."""
        return len({(b.room, b.service, self.week.weekdays[b.slot]) for b in self.bookings})

    @cached_property
    def most_services_in_a_session(self) -> int:
        return max(Counter((b.room, b.slot) for b in self.bookings).values(), default=0)

    @property
    def holds(self) -> bool:
        """Whether no session has more services than may share a room, nor a slot more rooms than there are."""
        return self.week.fits_its_rooms and self.most_services_in_a_session <= self.week.services_per_session


@dataclass(frozen=True)
class TimetableAnswer:
    """What the search found.

    `timetable` is None when there is none (`infeasible`) or none was found within the limits (`unknown`); then
    `reason` says why and `most_hours` the most hours a week the rooms could hold (`most.py`).
    The bounds are proven: no timetable has fewer sessions, nor, with that many sessions, fewer clinician-days.

    Services of one mode come in the same proportions everywhere, so `most_hours` holds for every plan in which one
    mode uses this kind of room. With closed lists it is the hours of the rest and as much of the lists as fits beside
    them, if the rest has a timetable.
    """

    week: RoomWeek
    status: Status
    timetable: Timetable | None
    sessions_bound: int
    clinician_days_bound: int
    reason: str
    most_hours: float | None = None


def days_in_use(week: RoomWeek) -> int:
    """Rooms in use on each weekday, summed: no timetable has fewer clinician-days."""
    return sum(max(week.least_sessions[slot] for slot in slots) for slots in week.slots_of_day.values())
