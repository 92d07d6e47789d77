"""E-30 for the rooms: how full they are by the plan, and how full they are measured to be today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.estates.checker.columns import TOLERANCE_HOURS_A_WEEK, columns, error
from models.estates.checker.facts import WEEK, Facts
from models.estates.checker.written import Written
from models.estates.entities import MeasuredHours
from models.shared.findings import Finding
from models.shared.parsing import Row

MEASURES = ("booked", "used", "observed")


def room_utilisation(facts: Facts, written: Written) -> Iterator[Finding]:
    """Every kind of room a site has or can be given, in every period and session and for the week."""
    weekly = written.kind_hours_a_week(facts)
    expected: set[tuple[str, str, str, str]] = set()
    slots = [slot.slot for slot in facts.instance.slots]
    for site in facts.instance.sites:
        for kind in facts.room_types_of(site.site_id):
            for period in facts.instance.periods:
                place = (site.site_id, kind, period.first_year)
                expected |= {(*place, slot) for slot in (*slots, WEEK)}
                rows = {slot: written.utilisation.get((*place, slot)) for slot in (*slots, WEEK)}
                yield from _one_kind_of_room(facts, written, place, rows, weekly.get(place, 0.0))
    for place_and_slot in sorted(set(written.utilisation) - expected):
        yield error(
            "The site has no such room, today or after works.", f"room_utilisation.csv {', '.join(place_and_slot)}"
        )


def _one_kind_of_room(
    facts: Facts,
    written: Written,
    place: tuple[str, str, str],
    rows: Mapping[str, Row | None],
    weekly_hours: float,
) -> Iterator[Finding]:
    """The rows of one kind of room at one site: there, true to the site plan, and the week true to its sessions."""
    length = facts.instance.settings.session_hours
    rooms = written.rooms[place]
    there = {slot: row for slot, row in rows.items() if row is not None}
    for slot in sorted(set(rows) - set(there)):
        yield error("This row is missing.", f"room_utilisation.csv {', '.join(place)}, {slot}")
    slots = {slot: row for slot, row in there.items() if slot != WEEK}
    for slot, row in sorted(there.items()):
        sessions_open = rooms * (len(facts.instance.slots) if slot == WEEK else 1)
        sessions, used = row.integer("sessions"), row.number_of("used_hours")
        right: dict[str, float | None] = {
            "rooms": rooms,
            "available_hours": sessions_open * length,
            "booked_hours": sessions * length,
            "utilisation_share": used / (sessions_open * length) if sessions_open else None,
        }
        if slot == WEEK:
            right["sessions"] = sum(one.integer("sessions") for one in slots.values())
            right["used_hours"] = weekly_hours
        yield from columns(row, right, f"room_utilisation.csv {', '.join(place)}, {slot}")
    in_slots = sum(row.number_of("used_hours") for row in slots.values())
    if abs(in_slots - weekly_hours) > TOLERANCE_HOURS_A_WEEK + 1e-6 * weekly_hours:
        yield error(f"The sessions of the week hold {in_slots:,.3f} hours; the service plan brings "
                     f"{weekly_hours:,.3f}.", f"room_utilisation.csv {', '.join(place)}")  # fmt: skip


def utilisation_today(facts: Facts, written: Written) -> Iterator[Finding]:
    """Measured hours by site, kind of room and session, with their sums and shares of the rooms of today."""
    length = facts.instance.settings.session_hours
    measured = {(one.site_id, one.room_type, one.slot): one for one in facts.instance.measured_hours}
    slots = [slot.slot for slot in facts.instance.slots]
    expected: set[tuple[str, str, str]] = set()
    for site, kind in sorted({(site, kind) for site, kind, _ in measured}):
        rooms = sum(suite.rooms.get(kind, 0) for suite in facts.suites_by_site[site])
        for slot in (*slots, WEEK):
            expected.add((site, kind, slot))
            row = written.utilisation_today.get((site, kind, slot))
            where = f"utilisation_today.csv {site}, {kind}, {slot}"
            if row is None:
                yield error("This row is missing.", where)
                continue
            summed = [measured.get((site, kind, one)) for one in (slots if slot == WEEK else [slot])]
            available = rooms * length * len(summed)
            right: dict[str, float | None] = {"available_hours": available}
            for name in MEASURES:
                hours = _sum_of_measured(summed, name)
                right[f"{name}_hours"] = hours
                right[f"{name}_share"] = hours / available if hours is not None and available else None
            yield from columns(row, right, where)
    for key in sorted(set(written.utilisation_today) - expected):
        yield error("Nothing is measured there.", f"utilisation_today.csv {', '.join(key)}")


def _sum_of_measured(rows: list[MeasuredHours | None], name: str) -> float | None:
    """The sum of one measure, or None unless every session was measured."""
    total = 0.0
    for row in rows:
        by_name = {} if row is None else {
            "booked": row.booked_hours, "used": row.used_hours, "observed": row.observed_hours
        }  # fmt: skip
        hours = by_name.get(name)
        if hours is None:
            return None
        total += hours
    return total
