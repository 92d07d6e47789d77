"""Cross-checks of what may change beside hand-backs (conversions, GP premises, capital), and of what is measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.estates.settings import EstatesSettings
from models.shared.calendar import financial_year, first_calendar_year
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance, Row


def validate_changes(parsed: ParsedInstance) -> Iterator[Fault]:
    """Every contradiction in the tables of change."""
    yield from _conversions(parsed)
    yield from _open_space(parsed)
    yield from _premises(parsed)
    yield from _capital_sources(parsed)
    yield from _co_locations(parsed)
    yield from _measured_hours(parsed)
    yield from _days_after_the_plan(parsed)
    if isinstance(parsed.settings, EstatesSettings):
        yield from _gp_room_type(parsed, parsed.settings)


def _conversions(parsed: ParsedInstance) -> Iterator[Fault]:
    """Works use up rooms the suite has, and make another kind of room of them."""
    table = parsed.table("conversions")
    rooms = {(r.text("suite_id"), r.text("room_type")): r.integer("rooms") for r in parsed.table("rooms")}
    for row in table:
        kind, suite = row.text("from_room_type"), row.text("suite_id")
        if kind == row.text("to_room_type"):
            yield table.fault(row, "to_room_type", f"must differ from from_room_type, {kind}",
                              "Name the kind of room the works make.")  # fmt: skip
        has = rooms.get((suite, kind), 0)
        if parsed.table("rooms").complete and row.integer("rooms_from") > has:
            yield table.fault(row, "rooms_from", f"must be at most {has}, the {kind} rooms of {suite}",
                              "Correct the number, or the rooms of the suite in rooms.csv.")  # fmt: skip


def _open_space(parsed: ParsedInstance) -> Iterator[Fault]:
    """The core suite, without which the site cannot be open, is not offered."""
    table = parsed.table("suites")
    cores = {row.text("core_suite") for row in parsed.table("sites")}
    for row in table:
        if row.text("suite_id") in cores and row.maybe_date("open_space_from") is not None:
            yield table.fault(row, "open_space_from", "must be empty for the core suite of a site",
                              "Remove the date, or name another core suite in sites.csv.")  # fmt: skip


def _premises(parsed: ParsedInstance) -> Iterator[Fault]:
    """Premises have both grid references or neither; those that may close have a place to go from."""
    table = parsed.table("gp_premises")
    for row in table:
        east, north = row.maybe_number_of("easting"), row.maybe_number_of("northing")
        for name, value, other in (("easting", east, north), ("northing", north, east)):
            if value is None and other is not None:
                yield table.fault(row, name, "must be given where the other grid reference is",
                                  "Give both, or leave both empty.")  # fmt: skip
        closes = row.maybe_date("closes_from")
        if closes is not None and (east is None or north is None):
            yield table.fault(row, "closes_from", "must be empty where the place of the premises is not known",
                              "Give easting and northing: the minutes to the others depend on them.")  # fmt: skip
        if closes is None and row.text("instruction") == "close":
            yield table.fault(row, "instruction", "must not be close where closes_from is empty",
                              "Give the first day it may close, or choose keep or free.")  # fmt: skip


def _capital_sources(parsed: ParsedInstance) -> Iterator[Fault]:
    """Money is for a year of the plan, and for a borough in which there are sites."""
    table = parsed.table("capital_sources")
    years = [financial_year(first) for first in _years_of_plan(parsed)]
    boroughs = sorted({row.text("borough") for row in parsed.table("sites")})
    for row in table:
        if years and row.text("year") not in years:
            yield table.fault(row, "year", f"must be a year of the plan, {years[0]} to {years[-1]}",
                              "Correct the year, or remove the row.")  # fmt: skip
        borough = row.maybe_text("borough")
        if borough is not None and parsed.table("sites").complete and borough not in boroughs:
            yield table.fault(row, "borough", f"must be a borough with a site: {', '.join(boroughs)}",
                              "Correct the name; leave it empty for money to be spent anywhere.")  # fmt: skip


def _co_locations(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("co_locations")
    for row in table:
        if row.text("with_room_type") == row.text("room_type"):
            yield table.fault(row, "with_room_type", "must be another kind of room",
                              "Name the kind that must be there as well, or remove the row.")  # fmt: skip


def _measured_hours(parsed: ParsedInstance) -> Iterator[Fault]:
    """Hours are measured in rooms that are there."""
    table = parsed.table("measured_hours")
    site_of = {row.text("suite_id"): row.text("site_id") for row in parsed.table("suites")}
    there = {
        (site_of.get(row.text("suite_id")), row.text("room_type"))
        for row in parsed.table("rooms")
        if row.integer("rooms")
    }
    if not (parsed.table("rooms").complete and parsed.table("suites").complete):
        return
    for row in table:
        kind, site = row.text("room_type"), row.text("site_id")
        hours = [row.maybe_number_of(name) for name in ("booked_hours", "used_hours", "observed_hours")]
        if (site, kind) not in there and any(hours):
            yield table.fault(row, "room_type", f"must be a kind of room that {site} has",
                              "Correct the site or the kind, or add the rooms to rooms.csv.")  # fmt: skip


def _days_after_the_plan(parsed: ParsedInstance) -> Iterator[Fault]:
    """A day on which something may first happen lies before the plan ends."""
    years = _years_of_plan(parsed)
    if not years:
        return
    end = dt.date(years[-1] + 1, 4, 1)
    days = (("conversions", "digitised_by"), ("suites", "open_space_from"), ("gp_premises", "closes_from"))
    for name, column in days:
        table = parsed.table(name)
        for row in table:
            day = row.maybe_date(column)
            if day is not None and day >= end:
                yield table.fault(row, column, f"must be before the plan ends on {end}",
                                  "Correct the day, or leave out what cannot happen within the plan.")  # fmt: skip


def _gp_room_type(parsed: ParsedInstance, settings: EstatesSettings) -> Iterator[Fault]:
    """Patients of closed lists are seen in a kind of room that is listed; without GP premises it does not matter."""
    kinds = sorted(row.text("room_type") for row in parsed.table("room_types"))
    premises: list[Row] = list(parsed.table("gp_premises"))
    if premises and parsed.table("room_types").complete and settings.gp_room_type not in kinds:
        yield Fault("instance.toml", None, "settings.gp_room_type", settings.gp_room_type,
                    f"must stand in room_types.csv: {', '.join(kinds)}", "Name one of them.")  # fmt: skip


def _years_of_plan(parsed: ParsedInstance) -> range:
    """The calendar years in which the plan's financial years begin; empty where periods could not be read."""
    table = parsed.table("periods")
    rows = list(table)
    if not rows or not table.complete:
        return range(0)
    first = first_calendar_year(rows[0].text("first_year"))
    return range(first, first_calendar_year(rows[-1].text("first_year")) + rows[-1].integer("years"))
