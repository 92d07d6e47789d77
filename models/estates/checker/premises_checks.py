"""Checks of GP premises and their lists: E-38 and E-39."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from models.estates.checker.facts import Facts
from models.estates.checker.lists import ListFacts, minutes_to_receiver
from models.estates.checker.written import Written
from models.estates.entities import Period, Premises
from models.shared.findings import Finding
from models.shared.parsing import Row

ROW_TOLERANCE_CONTACTS = 0.0011
TOLERANCE_HOURS_A_WEEK = 1e-3


def check_gp_lists_dispersed(facts: Facts, written: Written, lists: ListFacts) -> Iterator[Finding]:
    """E-38: only premises that may close do, from their day; then the whole list is seen within the limit."""
    for practice in facts.instance.premises:
        day = written.uses.closures.get(practice.practice_id)
        for wrong in _closing(facts, practice, day):
            yield _finding("E-38", practice, wrong, f"premises_plan.csv {practice.practice_id}")
    rows: dict[tuple[str, str], list[tuple[str, Row]]] = defaultdict(list)
    for (practice_id, year, receiver), row in sorted(written.dispersal.items()):
        rows[practice_id, year].append((receiver, row))
    for practice in facts.instance.premises:
        for period in facts.instance.periods:
            year = period.first_year
            where = f"list_dispersal.csv {practice.practice_id}, {year}"
            own = rows.get((practice.practice_id, year), [])
            closed = not written.uses.is_open(practice.practice_id, period)
            wanted = lists.needs[practice.practice_id, year].contacts if closed else 0.0
            placed = sum(row.number_of("contacts") for _, row in own)
            if abs(placed - wanted) > ROW_TOLERANCE_CONTACTS * (len(own) + 1):
                yield _finding("E-38", practice, f"{placed:,.3f} contacts of its list are seen elsewhere in the "
                               f"period from {year}; it must be {wanted:,.3f}", where)  # fmt: skip
            for receiver, row in own:
                for wrong in _receiving(facts, written, practice, period, receiver, row):
                    yield _finding("E-38", practice, wrong, f"{where}, {receiver}")


def check_gp_rooms_within_ceiling(facts: Facts, written: Written, lists: ListFacts) -> Iterator[Finding]:
    """E-39: premises take no more hours of other lists than they can spare at the ceiling."""
    del facts
    taken: dict[tuple[str, str], float] = defaultdict(float)
    for (_, year, receiver), row in written.dispersal.items():
        if row.text("receiver_kind") == "premises" and receiver in lists.premises:
            taken[receiver, year] += lists.hours_a_week(row.number_of("contacts"))
    for (receiver, year), hours in sorted(taken.items()):
        spare = lists.spare_hours_a_week(receiver, year)
        if hours > spare + TOLERANCE_HOURS_A_WEEK + 1e-6 * spare:
            yield _finding("E-39", lists.premises[receiver], f"it takes {hours:,.2f} hours a week of closed lists in "
                           f"the period from {year}; it can spare {spare:,.2f}",
                           f"list_dispersal.csv {receiver}, {year}")  # fmt: skip


def _closing(facts: Facts, practice: Premises, day: dt.date | None) -> Iterator[str]:
    """What is wrong with the day on which premises close."""
    if day is None:
        return
    decision = facts.instance.settings.decision_date
    if practice.closes_from is None or day < practice.closes_from:
        may_not = "close" if practice.closes_from is None else f"before {practice.closes_from}"
        yield f"it closes on {day}, but may not {may_not}"
    if day.day != 1 or not decision <= day < facts.end_day:
        yield f"it closes on {day}, which is no first of a month between {decision} and {facts.end_day}"
    if practice.easting_m is None or practice.northing_m is None:
        yield "it closes, but its place is not known"


def _receiving(
    facts: Facts, written: Written, practice: Premises, period: Period, receiver: str, row: Row
) -> Iterator[str]:
    """What forbids a receiver."""
    kind = facts.instance.settings.gp_room_type
    if row.text("receiver_kind") == "site":
        site = facts.site_by_id.get(receiver)
        if site is None:
            yield f"{receiver} is no site"
            return
        if not written.rooms_without_works.get((receiver, kind, period.first_year)):
            yield f"its patients are sent to {site.name}, without {kind} rooms in the period from {period.first_year}"
        minutes = minutes_to_receiver(facts, practice, site)
    else:
        other = next((one for one in facts.instance.premises if one.practice_id == receiver), None)
        if other is None:
            yield f"{receiver} is no practice"
            return
        if not written.uses.is_open(receiver, period) or receiver == practice.practice_id:
            yield f"its patients are sent to {receiver}, which is closed in the period from {period.first_year}"
        minutes = minutes_to_receiver(facts, practice, other)
    limit = facts.instance.settings.dispersal_limit_minutes
    if minutes is None:
        yield f"its patients are sent to {receiver}, and one of the two places is not known"
    elif minutes > limit:
        yield f"its patients are sent {minutes} minutes to {receiver}; the limit is {limit}"


def _finding(rule: str, practice: Premises, what: str, where: str) -> Finding:
    return Finding(rule, "error", f"{practice.name} ({practice.practice_id}): {what}.", where)
