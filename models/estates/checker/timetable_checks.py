"""Check of the weekly timetable: E-40, for every site, kind of room, period, session and room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from models.estates.checker.facts import Facts
from models.estates.checker.lists import GP_LIST
from models.estates.checker.room_checks import ceiling_share_of, slots_written
from models.estates.checker.written import RoomSlot, Written, room_type_of
from models.shared.findings import Finding
from models.shared.parsing import Row

TOLERANCE_HOURS_A_WEEK = 1e-3
# A service may be in a room for less than this without a row.
UNWRITTEN_HOURS = 0.0005


def check_timetable_holds(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-40: in each session every service has its rooms, no room is overfull, and the hours are those planned."""
    services_of_kind: dict[str, int] = defaultdict(int)
    for service in (*(one.service for one in facts.instance.services), GP_LIST):
        services_of_kind[room_type_of(facts, service)] += 1
    of_service: dict[tuple[str, str, str], float] = defaultdict(float)
    for place, rows in sorted(written.timetable.items()):
        for row in rows:
            of_service[place[0], row.text("service"), place[2]] += row.number_of("used_hours")
        yield from _session(facts, written, place, rows)
    for site, kind, year, slot, row in slots_written(facts, written):
        rows = written.timetable.get((site, kind, year, slot), ())
        yield from _against_utilisation(facts, (site, kind, year, slot), row, rows, services_of_kind[kind])
    planned = {key: hours for key, hours in written.hours_a_week.items() if key[0] in facts.site_by_id}
    for key in sorted({*planned, *of_service}):
        site, service, year = key
        hours = planned.get(key, 0.0)
        rooms = written.rooms_without_works.get((site, room_type_of(facts, service), year), 0)
        allowed = TOLERANCE_HOURS_A_WEEK + UNWRITTEN_HOURS * len(facts.instance.slots) * max(1, rooms) + 1e-6 * hours
        if abs(of_service[key] - hours) > allowed:
            yield Finding("E-40", "error", f"{facts.site_by_id[site].name}, {service}, period from {year}: the "
                          f"timetable holds {of_service[key]:,.3f} hours a week; {hours:,.3f} are planned.",
                          f"timetable.csv {site}, {year}, {service}")  # fmt: skip


def _session(facts: Facts, written: Written, place: RoomSlot, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """One session of one kind of room at a site: its rooms are there, and none holds too much."""
    site, kind, year, _ = place
    settings = facts.instance.settings
    rooms = written.rooms_without_works.get((site, kind, year), 0)
    hours: dict[int, float] = defaultdict(float)
    services: dict[int, int] = defaultdict(int)
    for row in rows:
        room, service = row.integer("room"), row.text("service")
        hours[room] += row.number_of("used_hours")
        services[room] += 1
        if room_type_of(facts, service) != kind:
            yield _finding(facts, place, f"{service} needs a {room_type_of(facts, service)} room, not this kind.")
        if not 1 <= room <= rooms:
            yield _finding(facts, place, f"room {room} is used; {rooms} rooms are planned on.")
    most = ceiling_share_of(facts, site) * settings.session_hours
    for room in sorted(hours):
        if services[room] > settings.services_per_session:
            yield _finding(facts, place, f"{services[room]} services share room {room}; at most "
                           f"{settings.services_per_session} may.")  # fmt: skip
        if hours[room] > most + TOLERANCE_HOURS_A_WEEK:
            yield _finding(facts, place, f"room {room} holds {hours[room]:,.2f} hours; at most {most:,.2f} may be "
                           f"used.")  # fmt: skip


def _against_utilisation(
    facts: Facts, place: RoomSlot, utilisation: Row, rows: tuple[Row, ...], services: int
) -> Iterator[Finding]:
    """The hours and rooms of one session are those of `room_utilisation`."""
    hours = sum(row.number_of("used_hours") for row in rows)
    used, sessions = utilisation.number_of("used_hours"), utilisation.integer("sessions")
    in_use = len({row.integer("room") for row in rows})
    if abs(hours - used) > TOLERANCE_HOURS_A_WEEK + UNWRITTEN_HOURS * services * max(1, sessions):
        yield _finding(facts, place, f"its rooms hold {hours:,.3f} hours; {used:,.3f} are planned.")
    if in_use != sessions:
        yield _finding(facts, place, f"{in_use} rooms are in use in {sessions} sessions.")


def _finding(facts: Facts, place: RoomSlot, what: str) -> Finding:
    site, kind, year, slot = place
    return Finding("E-40", "error", f"{facts.site_by_id[site].name}, {kind} rooms, {slot}, period from {year}: "
                   f"{what}", f"timetable.csv {site}, {year}, {kind}, {slot}")  # fmt: skip
