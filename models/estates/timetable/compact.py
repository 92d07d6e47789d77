"""Timetables as the plain values a plan's decisions are saved as, and as rows of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from models.estates.instance import EstatesInstance
from models.estates.timetable.week import MICRO_PER_HOUR, Booking, Timetable
from models.shared.cells import Cell

PlaceAndPeriod = tuple[str, str, int]
"""Site, kind of room and number of the period."""
SHOWN_MICRO_HOURS = MICRO_PER_HOUR // 2000
"""Half a thousandth of an hour: less is not written."""


def compact(timetables: Iterable[Timetable]) -> list[list[object]]:
    """Each timetable as site, kind of room, period and its bookings (room, slot, service, millionths of an hour)."""
    weeks = {(one.week.site_id, one.week.room_type, one.week.period): one.bookings for one in timetables}
    return compact_bookings(weeks)


def compact_bookings(bookings: Mapping[PlaceAndPeriod, Sequence[Booking]]) -> list[list[object]]:
    """The same from the bookings of each kind of room at each site and period."""
    return [
        [site, kind, period, [[b.room, b.slot, b.service, b.micro_hours] for b in bookings[site, kind, period]]]
        for site, kind, period in sorted(bookings)
    ]


def bookings_from(decisions: object) -> dict[PlaceAndPeriod, tuple[Booking, ...]]:
    """What `compact` wrote.

    Raises
    ------
    TypeError
        If it is not what `compact` wrote.
    """
    found: dict[PlaceAndPeriod, tuple[Booking, ...]] = {}
    for entry in _sequence(decisions):
        site, kind, period, bookings = _sequence(entry)
        found[str(site), str(kind), int(str(period))] = tuple(_booking(booking) for booking in _sequence(bookings))
    return found


def _booking(entry: object) -> Booking:
    room, slot, service, micro_hours = _sequence(entry)
    return Booking(int(str(room)), int(str(slot)), str(service), int(str(micro_hours)))


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError("this is not a timetable of an estates plan")
    return value


def timetable_rows(
    instance: EstatesInstance, bookings: Mapping[PlaceAndPeriod, Sequence[Booking]]
) -> list[dict[str, Cell]]:
    """The rows of the table `timetable`, in the order of site, period, kind of room, room, slot and service."""
    rows: list[dict[str, Cell]] = []
    for site, kind, period in sorted(bookings, key=lambda key: (key[0], key[2], key[1])):
        rows.extend(
            {
                "site_id": site,
                "year": instance.periods[period].first_year,
                "room_type": kind,
                "room": booking.room,
                "slot": instance.slots[booking.slot].slot,
                "service": booking.service,
                "used_hours": booking.hours,
            }
            for booking in sorted(bookings[site, kind, period])
            if booking.micro_hours >= SHOWN_MICRO_HOURS
        )
    return rows
