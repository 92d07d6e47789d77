"""E-30: the written tables are whole, and agree with one another and with the instance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.estates.checker.cash import LEDGER_OF_ITEM, Cash
from models.estates.checker.cash_checks import check_system_cash
from models.estates.checker.facts import Facts, planned_on, rooms_planned_on
from models.estates.checker.refusals import could_be_handed_back
from models.estates.checker.written import NO_PLACE, WEEK, Written
from models.estates.entities import Period, Suite
from models.shared.findings import Finding
from models.shared.parsing import Row

MILLI = 0.00051
TOLERANCE_HOURS_A_WEEK = 1e-3
_RULE_ID = re.compile(r"E-\d\d")


def check_tables_agree(facts: Facts, written: Written, cash: Cash) -> Iterator[Finding]:
    """E-30: every expected row is there, and each derived column is what its sources give."""
    yield from _site_plan(facts, written)
    yield from _service_plan(facts, written)
    yield from _room_utilisation(facts, written)
    yield from _missing_cash(facts, written)
    yield from check_system_cash(facts, written, cash)
    yield from _travel(facts, written)


def _site_plan(facts: Facts, written: Written) -> Iterator[Finding]:
    for suite in facts.instance.suites:
        could_go, reasons = could_be_handed_back(facts, suite)
        for period in facts.instance.periods:
            where = f"site_plan.csv {suite.suite_id}, {period.first_year}"
            row = written.site_plan.get((suite.suite_id, period.first_year))
            if row is None:
                yield _error(f"The row of {suite.suite_id} in the period from {period.first_year} is missing.", where)
                continue
            yield from _site_plan_row(facts, written, suite, period, row, where)
            if row.text("status") != "handed_back":
                yield from _kept_or_ineligible(suite, row, could_go, reasons, where)


def _site_plan_row(
    facts: Facts, written: Written, suite: Suite, period: Period, row: Row, where: str
) -> Iterator[Finding]:
    day = written.dates.get(suite.suite_id)
    extent = None if day is None else facts.extent(suite, written.dates)
    right = {
        "site_id": suite.site_id,
        "annual_charge_gbp": suite.annual_charge_gbp,
        "extent": extent,
        "converted_to": None,
    }
    for column, value in right.items():
        if row.cells[column] != value:
            yield _error(f"{suite.suite_id}: {column} is {_shown(value)}, not {_shown(row.cells[column])}.", where)
    status, gone = row.text("status"), not planned_on(written.dates, suite.suite_id, period)
    if (status == "handed_back") != gone:
        then = "has no hand-back date" if day is None else f"goes on {day}"
        yield _error(f"{suite.suite_id} {then}, so in the period from {period.first_year} it is "
                     f"{'handed back' if gone else 'kept'}, not {status.replace('_', ' ')}.", where)  # fmt: skip


def _kept_or_ineligible(
    suite: Suite, row: Row, could_go: bool, reasons: frozenset[str], where: str
) -> Iterator[Finding]:
    """A kept suite is shown as ineligible when it could go neither as a part nor with its building, and only then."""
    if (row.text("status") == "ineligible") == could_go:
        yield _error(f"{suite.suite_id} {'could' if could_go else 'could not'} be handed back, but is shown as "
                     f"{row.text('status')}.", where)  # fmt: skip
    elif not could_go:
        named = set(_RULE_ID.findall(row.text("reason")))
        if not named or named - reasons:
            yield _error(f"{suite.suite_id} is refused by {', '.join(sorted(reasons))}; its reason names "
                         f"{', '.join(sorted(named)) or 'no rule'}.", where)  # fmt: skip


def _service_plan(facts: Facts, written: Written) -> Iterator[Finding]:
    for (area, service_id, site, year), row in sorted(written.service_plan.items()):
        service = facts.service_by_id[service_id]
        where = f"service_plan.csv {area}, {service_id}, {site}, {year}"
        hours = row.number_of("contacts") * service.minutes_per_contact / 60
        if abs(row.number_of("clinical_hours") - hours) > MILLI * (1 + service.minutes_per_contact / 60):
            yield _error(f"{row.number_of('contacts'):,.3f} contacts of {service.minutes_per_contact} minutes are "
                         f"{hours:,.3f} hours, not {row.number_of('clinical_hours'):,.3f}.", where)  # fmt: skip
        if (area == NO_PLACE) != service.is_virtual:
            yield Finding("E-01", "error", f"{service_id} is {'virtual' if service.is_virtual else 'face to face'}: "
                          f"its contacts cannot stand under area {area}.", where)  # fmt: skip


def _room_utilisation(facts: Facts, written: Written) -> Iterator[Finding]:
    weekly = _hours_a_week(facts, written)
    expected: set[tuple[str, str, str, str]] = set()
    slots = [slot.slot for slot in facts.instance.slots]
    for site in facts.instance.sites:
        for kind in facts.room_types_of(site.site_id):
            for period in facts.instance.periods:
                place = (site.site_id, kind, period.first_year)
                expected |= {(*place, slot) for slot in (*slots, WEEK)}
                rows = {slot: written.utilisation.get((*place, slot)) for slot in (*slots, WEEK)}
                yield from _one_kind_of_room(facts, written, place, period, rows, weekly.get(place, 0.0))
    for place_and_slot in sorted(set(written.utilisation) - expected):
        yield _error("The site has no such room today.", f"room_utilisation.csv {', '.join(place_and_slot)}")


def _one_kind_of_room(
    facts: Facts,
    written: Written,
    place: tuple[str, str, str],
    period: Period,
    rows: Mapping[str, Row | None],
    weekly_hours: float,
) -> Iterator[Finding]:
    """The rows of one kind of room at one site: there, true to the site plan, and the week true to its sessions."""
    length = facts.instance.settings.session_hours
    rooms = rooms_planned_on(facts, written.dates, place[0], place[1], period)
    there = {slot: row for slot, row in rows.items() if row is not None}
    for slot in sorted(set(rows) - set(there)):
        yield _error("This row is missing.", f"room_utilisation.csv {', '.join(place)}, {slot}")
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
        yield from _columns(row, right, f"room_utilisation.csv {', '.join(place)}, {slot}")
    in_slots = sum(row.number_of("used_hours") for row in slots.values())
    if abs(in_slots - weekly_hours) > TOLERANCE_HOURS_A_WEEK + 1e-6 * weekly_hours:
        yield _error(f"The sessions of the week hold {in_slots:,.3f} hours; the service plan brings "
                     f"{weekly_hours:,.3f}.", f"room_utilisation.csv {', '.join(place)}")  # fmt: skip


def _hours_a_week(facts: Facts, written: Written) -> dict[tuple[str, str, str], float]:
    hours: dict[tuple[str, str, str], float] = defaultdict(float)
    for (_, service_id, site, year), contacts in written.contacts.items():
        service = facts.service_by_id[service_id]
        weekly = contacts * service.minutes_per_contact / 60 / facts.instance.settings.weeks_per_year
        hours[site, service.room_type, year] += weekly
    return hours


def _missing_cash(facts: Facts, written: Written) -> Iterator[Finding]:
    for year in facts.instance.financial_years:
        for item in LEDGER_OF_ITEM:
            if (year, item) not in written.cashflow:
                yield _error(f"The line {item} of {year} is missing.", f"cashflow.csv {year}, {item}")


def _travel(facts: Facts, written: Written) -> Iterator[Finding]:
    quintile = {area.area_id: area.imd_quintile for area in facts.instance.areas}
    journeys = _journeys_by_area(written)
    expected: set[tuple[str, str, str]] = set()
    for (area, service_id, year), demand in sorted(facts.demand.items()):
        key = (area, service_id, year)
        if area == NO_PLACE or demand < MILLI:
            continue
        expected.add(key)
        row = written.travel.get(key)
        where = f"travel.csv {', '.join(key)}"
        if row is None:
            yield _error("This row is missing.", where)
            continue
        kind = facts.service_by_id[service_id].room_type
        usual = facts.usual.get((area, kind))
        placed = journeys.get(key, {})
        contacts = sum(placed.values())
        person_minutes = sum(count * facts.minutes[area, site] for site, count in placed.items())
        right: dict[str, float | None] = {
            "minutes_before": facts.minutes_before(area, kind),
            "minutes_after": person_minutes / contacts if contacts else None,
            "imd_quintile": quintile[area],
            "contacts_moved": sum(count for site, count in placed.items() if site != usual),
        }
        yield from _columns(row, right, where)
    for key in sorted(set(written.travel) - expected):
        if facts.demand.get(key) is None or key[0] == NO_PLACE:
            yield _error("There is no such demand face to face.", f"travel.csv {', '.join(key)}")


def _journeys_by_area(written: Written) -> dict[tuple[str, str, str], dict[str, float]]:
    placed: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for (area, service, site, year), contacts in written.contacts.items():
        if area != NO_PLACE and site != NO_PLACE:
            placed[area, service, year][site] = contacts
    return placed


def _columns(row: Row, right: Mapping[str, float | None], where: str) -> Iterator[Finding]:
    """Columns of a row that are not what they should be, to the last decimal written."""
    for column, value in right.items():
        written = row.maybe_number_of(column)
        if value is None or written is None:
            if value is not written:
                yield _error(f"{column} is {_shown(value)}, not {_shown(written)}.", where)
        elif abs(written - value) > TOLERANCE_HOURS_A_WEEK + 1e-6 * abs(value):
            yield _error(f"{column} is {value:,.3f}, not {written:,.3f}.", where)


def _shown(value: object) -> str:
    return "empty" if value is None else str(value)


def _error(message: str, where: str) -> Finding:
    return Finding("E-30", "error", message, where)
