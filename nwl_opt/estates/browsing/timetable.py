"""The week of a site: who is in which room in which session."""

from __future__ import annotations

from dataclasses import dataclass

from nwl_opt.estates.browsing.wording import code_words, slot_words
from nwl_opt.estates.reporting.saved import EstateTables


@dataclass(frozen=True)
class InRoom:
    """A service in a room for a session, with its clinical hours."""

    service: str
    used_hours: float


@dataclass(frozen=True)
class RoomWeek:
    """A room's week: what is in it, session by session."""

    number: int
    sessions: tuple[tuple[InRoom, ...], ...]


@dataclass(frozen=True)
class KindWeek:
    """The rooms of one kind at a site that are used in the week; `rooms_kept` counts the empty ones as well."""

    room_type: str
    name: str
    rooms: tuple[RoomWeek, ...]
    rooms_kept: int

    @property
    def rooms_without_use(self) -> int:
        return max(0, self.rooms_kept - len(self.rooms))


@dataclass(frozen=True)
class SiteWeek:
    """A site in a period: sessions of the week in words, and its kinds of rooms."""

    site_id: str
    site: str
    year: str
    sessions: tuple[str, ...]
    session_hours: float
    kinds: tuple[KindWeek, ...]


def site_week(estate: EstateTables, site_id: str, year: str) -> SiteWeek:
    """The timetable of a site in a period."""
    instance = estate.instance
    names = {service.service: service.name for service in instance.services}
    slots = [slot.slot for slot in instance.slots]
    held: dict[tuple[str, int], dict[str, list[InRoom]]] = {}
    for row in estate.tables["timetable"]:
        if row.text("site_id") == site_id and row.text("year") == year:
            room = held.setdefault((row.text("room_type"), row.integer("room")), {})
            service = row.text("service")
            told = InRoom(names.get(service, code_words(service)), row.number_of("used_hours"))
            room.setdefault(row.text("slot"), []).append(told)
    kept = _rooms_kept(estate, site_id, year)
    kinds = [
        KindWeek(
            kind.room_type,
            kind.name,
            tuple(
                RoomWeek(number, tuple(tuple(week.get(slot, ())) for slot in slots))
                for (room_type, number), week in sorted(held.items())
                if room_type == kind.room_type
            ),
            kept.get(kind.room_type, 0),
        )
        for kind in instance.room_types
    ]
    return SiteWeek(
        site_id,
        instance.site(site_id).name,
        year,
        tuple(slot_words(slot) for slot in instance.slots),
        instance.settings.session_hours,
        tuple(kind for kind in kinds if kind.rooms or kind.rooms_kept),
    )


def _rooms_kept(estate: EstateTables, site_id: str, year: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in estate.tables["room_utilisation"]:
        if row.text("site_id") == site_id and row.text("year") == year:
            kind = row.text("room_type")
            found[kind] = max(found.get(kind, 0), row.integer("rooms"))
    return found
