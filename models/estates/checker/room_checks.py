"""Checks of the rooms in each session of the week: E-05 to E-07, for every site, room type, period and session."""

from __future__ import annotations

from collections.abc import Iterator

from models.estates.checker.facts import Facts
from models.estates.checker.written import Written
from models.shared.findings import Finding
from models.shared.parsing import Row

TOLERANCE_HOURS_A_WEEK = 1e-3


def check_sessions_within_rooms(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-05: sessions fit into the rooms planned on (works left to E-33), and hours into the sessions."""
    length = facts.instance.settings.session_hours
    for site, kind, year, slot, row in slots_written(facts, written):
        rooms = written.rooms_without_works.get((site, kind, year), 0)
        sessions, used = row.integer("sessions"), row.number_of("used_hours")
        if not 0 <= sessions <= rooms:
            yield _finding("E-05", facts, site, kind, year, slot,
                           f"{sessions} sessions are booked in {rooms} rooms.")  # fmt: skip
        if used > length * sessions + TOLERANCE_HOURS_A_WEEK:
            yield _finding("E-05", facts, site, kind, year, slot,
                           f"{used:,.2f} hours are used in {sessions} sessions of {length:g} hours.")  # fmt: skip


def check_used_hours_within_ceiling(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-06: used hours stay within the ceiling of the hours booked, in every session (works left to E-33)."""
    settings = facts.instance.settings
    for site, kind, year, slot, row in slots_written(facts, written):
        ceiling = ceiling_share_of(facts, site)
        booked = settings.session_hours * row.integer("sessions")
        used = row.number_of("used_hours")
        if only_without_works(facts, written, (site, kind, year), used):
            continue
        if used > ceiling * booked + TOLERANCE_HOURS_A_WEEK:
            yield _finding("E-06", facts, site, kind, year, slot,
                           f"{used:,.2f} of {booked:,.2f} booked hours are used; at most {ceiling:.0%} "
                           f"({ceiling * booked:,.2f} hours) may be.")  # fmt: skip


def check_demand_arrives_by_slot(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-07: each session holds at least the demand that arises in it and cannot be moved."""
    instance = facts.instance
    stays_share = 1 - instance.settings.movable_share
    weight = {slot.slot: slot.demand_weight / len(instance.slots) for slot in instance.slots}
    total: dict[tuple[str, str, str], float] = {}
    for site, kind, year, _, row in slots_written(facts, written):
        total[site, kind, year] = total.get((site, kind, year), 0.0) + row.number_of("used_hours")
    for site, kind, year, slot, row in slots_written(facts, written):
        needed = stays_share * weight[slot] * total[site, kind, year]
        used = row.number_of("used_hours")
        if used < needed - TOLERANCE_HOURS_A_WEEK:
            yield _finding("E-07", facts, site, kind, year, slot,
                           f"{used:,.2f} hours are used, but {needed:,.2f} hours of demand arise then and "
                           f"cannot be moved.")  # fmt: skip


def ceiling_share_of(facts: Facts, site_id: str) -> float:
    """The largest part of a session's hours that may be used at a site."""
    common, cap = facts.instance.settings.used_share_ceiling, facts.site_by_id[site_id].utilisation_cap_share
    return common if cap is None else min(common, cap)


def only_without_works(facts: Facts, written: Written, place: tuple[str, str, str], used_hours: float) -> bool:
    """Whether the hours of a session fit into the rooms of a site, kind and period only if those in works count."""
    of_a_room = ceiling_share_of(facts, place[0]) * facts.instance.settings.session_hours
    left, all_of_them = written.rooms.get(place, 0), written.rooms_without_works.get(place, 0)
    return of_a_room * left + TOLERANCE_HOURS_A_WEEK < used_hours <= of_a_room * all_of_them + TOLERANCE_HOURS_A_WEEK


def slots_written(facts: Facts, written: Written) -> Iterator[tuple[str, str, str, str, Row]]:
    """The rows of single sessions, in the order of site, kind, period and session."""
    names = {slot.slot for slot in facts.instance.slots}
    for (site, kind, year, slot), row in sorted(written.utilisation.items()):
        if slot in names and site in facts.site_by_id:
            yield site, kind, year, slot, row


def _finding(rule: str, facts: Facts, site: str, kind: str, year: str, slot: str, what: str) -> Finding:
    name = facts.site_by_id[site].name
    return Finding(rule, "error", f"{name}, {kind} rooms, {slot}, period from {year}: {what}",
                   f"room_utilisation.csv {site}, {kind}, {year}, {slot}")  # fmt: skip
