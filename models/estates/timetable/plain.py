"""The plain rule: rooms filled in order, service after service, without a solver.

In each slot the first rooms are filled to their limit and the last one takes the rest, so no slot uses more rooms
than it must. Then room by room, from Monday to the end of the week, the services follow one another, the largest
last: it also fills up what another leaves of a day, so that each service shares as few days as it can. A service
stays in its room for a whole day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from models.estates.timetable.exact import MilliHours, timetable_of
from models.estates.timetable.week import RoomWeek, Timetable


def plain_timetable(week: RoomWeek) -> Timetable:
    """The timetable of the plain rule.

    It uses the fewest sessions, and is exact by slot and service; `holds` says whether it keeps E-40. It may fail to
    where many small services meet in few rooms: whether there is a timetable at all is then for the search. Rooms
    that cannot hold the hours at all get no bookings.
    """
    if not week.fits_its_rooms:
        return Timetable(week, ())
    return timetable_of(week, _Filling(week).milli_hours())


class _Filling:
    """Services that follow one another through the rooms."""

    def __init__(self, week: RoomWeek) -> None:
        self._week = week
        self._left = dict(week.service_milli_hours)
        by_size = sorted(week.services, key=lambda service: (-self._left[service], service))
        self._largest, self._waiting = by_size[:1], by_size[1:]
        self._now: str | None = None
        self._placed: MilliHours = {}

    def milli_hours(self) -> MilliHours:
        room_days = self._room_days()
        for at, (room, fills) in enumerate(room_days):
            self._fill_day(room, fills, days_left=len(room_days) - at)
        return self._placed

    def _room_days(self) -> list[tuple[int, list[tuple[int, int]]]]:
        """Each room and weekday with what the room holds in each of its slots, room by room."""
        week = self._week
        found: list[tuple[int, list[tuple[int, int]]]] = []
        for room in range(1, max(week.least_sessions, default=0) + 1):
            for slots in week.slots_of_day.values():
                fills = [(slot, self._fill(room, slot)) for slot in slots if week.least_sessions[slot] >= room]
                if fills:
                    found.append((room, fills))
        return found

    def _fill(self, room: int, slot: int) -> int:
        limit, sessions = self._week.limit_milli_hours[slot], self._week.least_sessions[slot]
        return limit if room < sessions else self._week.wanted_milli_hours[slot] - (sessions - 1) * limit

    def _fill_day(self, room: int, fills: Sequence[tuple[int, int]], days_left: int) -> None:
        for at, (slot, hours) in enumerate(fills):
            if at == 0 or len(self._waiting) >= days_left:
                self._start_next()
            self._fill_session(room, slot, hours)

    def _start_next(self) -> None:
        if self._now is None and self._waiting:
            self._now = self._waiting.pop(0)

    def _fill_session(self, room: int, slot: int, hours: int) -> None:
        services = Counter[str]()
        while hours > 0:
            service = self._next_service(hours, last_place=len(services) + 1 >= self._week.services_per_session)
            taken = min(hours, self._left[service])
            self._left[service] -= taken
            hours -= taken
            services[service] += taken
            if self._left[service] == 0:
                self._finish(service)
        for service, taken in services.items():
            self._placed[room, slot, service] = taken

    def _finish(self, service: str) -> None:
        if service == self._now:
            self._now = None
        elif service in self._waiting:
            self._waiting.remove(service)

    def _next_service(self, hours: int, *, last_place: bool) -> str:
        """Who comes next in a session; in its last place rather one who can fill it."""
        filler = self._largest[0]
        candidates = [service for service in (self._now, filler, *self._waiting) if service and self._left[service]]
        if last_place:
            candidates = [service for service in candidates if self._left[service] >= hours] or candidates
        chosen = candidates[0]
        if self._now is None and chosen in self._waiting:
            self._waiting.remove(chosen)
            self._now = chosen
        return chosen
