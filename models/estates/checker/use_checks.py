"""Checks of what suites become beside being handed back: E-31 to E-33."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.estates.checker.facts import Facts
from models.estates.checker.room_checks import only_without_works
from models.estates.checker.uses import WORKS
from models.estates.checker.written import Written
from models.estates.entities import Period, Suite
from models.shared.findings import Finding

TOLERANCE_HOURS_A_WEEK = 1e-3


def check_open_space_from_its_day(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-31: an offer on Open Space is of a suite that is listed for it, in a building that stays open."""
    for suite_id, day in sorted(written.uses.offers.items()):
        suite = facts.suite_by_id[suite_id]
        for wrong in _wrong_day(facts, suite, day, written):
            yield _finding("E-31", facts, suite, f"it is offered on Open Space from {day}, but {wrong}")
        if facts.is_core(suite):
            yield _finding("E-31", facts, suite, "it is the core suite of its site and is never offered")
        if suite.void_payer != "icb":
            yield _finding("E-31", facts, suite, f"it is offered on Open Space, but the {suite.void_payer} pays for "
                           f"its void")  # fmt: skip
        if suite.open_space_from is None or day < suite.open_space_from:
            when = "at all" if suite.open_space_from is None else f"before {suite.open_space_from}"
            yield _finding("E-31", facts, suite, f"it is offered on Open Space from {day}, but may not be {when}")


def check_converted_when_digitised(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-32: works begin when the records are digitised, and use up rooms the suite has."""
    for suite_id, works in sorted(written.uses.conversions.items()):
        suite, own = facts.suite_by_id[suite_id], works.conversion
        for wrong in _wrong_day(facts, suite, works.day, written):
            yield _finding("E-32", facts, suite, f"works begin on {works.day}, but {wrong}")
        if works.day < own.digitised_by:
            yield _finding("E-32", facts, suite, f"works begin on {works.day}, but the records of "
                           f"{own.conversion_id} are digitised by {own.digitised_by}")  # fmt: skip
        there = suite.rooms.get(own.from_room_type, 0)
        if there < own.rooms_from:
            yield _finding("E-32", facts, suite, f"{own.conversion_id} uses up {own.rooms_from} "
                           f"{own.from_room_type} rooms; there are {there}")  # fmt: skip


def check_decant_during_works(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-33: while works go on in a suite, nobody is seen in rooms that only it has."""
    hours = written.kind_hours_a_week(facts)
    for period in facts.instance.periods:
        in_works = [s for s in facts.instance.suites if written.uses.standing(s.suite_id, period) == WORKS]
        for suite in in_works:
            for kind in sorted(suite.rooms):
                place = (suite.site_id, kind, period.first_year)
                wrong = _beyond_the_rooms(facts, written, place, period, hours.get(place, 0.0))
                if wrong is not None:
                    yield _finding("E-33", facts, suite, f"works go on in it in the period from "
                                   f"{period.first_year}, but {wrong}")  # fmt: skip


def _beyond_the_rooms(
    facts: Facts, written: Written, place: tuple[str, str, str], period: Period, hours_a_week: float
) -> str | None:
    """What is planned at a site beyond the rooms that are not in works, or None."""
    rooms = written.rooms[place]
    if not rooms and hours_a_week > TOLERANCE_HOURS_A_WEEK:
        return f"people are still sent to its {place[1]} rooms, and the site has no others"
    for slot in facts.instance.slots:
        row = written.utilisation.get((place[0], place[1], period.first_year, slot.slot))
        if row is None:
            continue
        if rooms < row.integer("sessions") <= written.rooms_without_works[place]:
            return f"{slot.slot} has {row.integer('sessions')} sessions in the {rooms} {place[1]} rooms left"
        if only_without_works(facts, written, place, row.number_of("used_hours")):
            return f"{slot.slot} has {row.number_of('used_hours'):,.2f} hours in the {rooms} {place[1]} rooms left"
    return None


def _wrong_day(facts: Facts, suite: Suite, day: dt.date, written: Written) -> Iterator[str]:
    """What forbids the day to an offer or to works alike."""
    decision = facts.instance.settings.decision_date
    if day.day != 1:
        yield "that is not the first of a month"
    if not decision <= day < facts.end_day:
        yield f"that is not between {decision}, the day of the decision, and the plan's end, {facts.end_day}"
    core_date = facts.core_date(suite, written.uses.hand_backs)
    if core_date is not None:
        yield f"the building is handed back on {core_date}"


def _finding(rule: str, facts: Facts, suite: Suite, what: str) -> Finding:
    site = facts.site_by_id[suite.site_id]
    return Finding(rule, "error", f"{site.name}, {suite.name} ({suite.suite_id}): {what}.",
                   f"site_plan.csv {suite.suite_id}")  # fmt: skip
