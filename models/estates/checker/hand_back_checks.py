"""Checks of what is handed back and when: E-08 to E-20, E-24 and E-25."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from models.estates.checker.facts import Facts
from models.estates.checker.refusals import may_go_as_part, not_admissible, not_vacant, standing_refusals
from models.estates.checker.written import Written
from models.estates.entities import Suite
from models.shared.findings import Finding


def check_handed_back_once(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-08: one date per suite in all its rows, and no suite that was handed back comes back."""
    for suite in facts.instance.suites:
        days = set(written.date_rows[suite.suite_id])
        if len(days) > 1:
            said = ", ".join(sorted("no date" if day is None else day.isoformat() for day in days))
            yield _finding("E-08", facts, suite, f"its rows name more than one date: {said}")
        gone_in: str | None = None
        for period in facts.instance.periods:
            row = written.site_plan.get((suite.suite_id, period.first_year))
            if row is None:
                continue
            if row.text("status") == "handed_back":
                gone_in = gone_in or period.first_year
            elif gone_in is not None:
                yield _finding("E-08", facts, suite, f"it is handed back in the period from {gone_in} and back in "
                               f"the one from {period.first_year}")  # fmt: skip


def check_icb_pays_the_void(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-09: the ICB pays for the void of what is handed back."""
    yield from _standing("E-09", facts, written)


def check_surplus_declared(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-10: what is handed back is declared surplus."""
    yield from _standing("E-10", facts, written)


def check_vacant_by_the_date(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-11: what is handed back or offered on Open Space is empty on the day."""
    yield from _on_the_day("E-11", facts, written, not_vacant)
    for suite_id, day in written.uses.offers.items():
        suite = facts.suite_by_id[suite_id]
        reason = not_vacant(facts, suite, day)
        if reason is not None:
            yield _finding("E-11", facts, suite, f"it is offered on Open Space from {day}, but {reason}")


def check_self_contained(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-12: a part that is handed back is self-contained."""
    yield from _standing("E-12", facts, written)


def check_at_least_100_m2(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-13: what is handed back is large enough."""
    yield from _standing("E-13", facts, written)


def check_nhs_property_services_only(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-14: no GP premises and no other owner's building is handed back."""
    yield from _standing("E-14", facts, written)


def check_not_pfi(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-15: no PFI building is handed back."""
    yield from _standing("E-15", facts, written)


def check_not_onerous_lease(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-16: nothing under an onerous lease is handed back."""
    yield from _standing("E-16", facts, written)


def check_not_lift_or_chp(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-17: no LIFT or Community Health Partnerships space is handed back."""
    yield from _standing("E-17", facts, written)


def check_admissible_dates(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-18: notice has run, and the day is the first of a month or the break or end of the lease."""
    yield from _on_the_day("E-18", facts, written, not_admissible)


def check_top_floor_first(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-19: a part goes only when every floor above that could go as a part has gone, or goes the same day."""
    for suite, day in _handed_back(facts, written):
        if facts.extent(suite, written.dates) != "part":
            continue
        for above in facts.suites_by_site[suite.site_id]:
            if above.floor <= suite.floor or not may_go_as_part(facts, above):
                continue
            when = written.dates.get(above.suite_id)
            if when is None or when > day:
                then = "stays" if when is None else f"goes on {when}"
                yield _finding("E-19", facts, suite, f"it goes on {day}, but {above.name} ({above.suite_id}) above "
                               f"it {then} and could go")  # fmt: skip


def check_open_only_with_core_suite(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-20: nothing of a site is kept when its core suite goes (of offers and works E-31 and E-32 say so)."""
    for suite in facts.instance.suites:
        if suite.suite_id in written.uses.offers or suite.suite_id in written.uses.conversions:
            continue
        core_date = facts.core_date(suite, written.dates)
        day = written.dates.get(suite.suite_id)
        if core_date is not None and (day is None or day > core_date):
            then = "stays" if day is None else f"goes on {day}"
            yield _finding(
                "E-20", facts, suite, f"it {then}, but the building closes with its core suite on {core_date}"
            )


def check_fixed_rooms_stay(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-24: no room fitted for one purpose is handed back, offered on Open Space or converted."""
    yield from _standing("E-24", facts, written)
    for suite_id, day in sorted(written.uses.offers.items()):
        fixed = sorted(facts.fixed_types & set(facts.suite_by_id[suite_id].rooms))
        if fixed:
            yield _finding("E-24", facts, facts.suite_by_id[suite_id], f"it is offered on Open Space from {day}, "
                           f"but it has rooms fitted for one purpose ({', '.join(fixed)})")  # fmt: skip
    for suite_id, works in sorted(written.uses.conversions.items()):
        kind = works.conversion.from_room_type
        if kind in facts.fixed_types:
            yield _finding("E-24", facts, facts.suite_by_id[suite_id], f"{works.conversion.conversion_id} uses up "
                           f"{kind} rooms, which are fitted for one purpose")  # fmt: skip


def check_instructions_followed(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-25: what is ordered is done."""
    yield from _orders_for_premises(facts, written)
    for suite in facts.instance.suites:
        day = written.dates.get(suite.suite_id)
        if suite.instruction == "keep" and day is not None:
            yield _finding("E-25", facts, suite, f"the order is to keep it, but it goes on {day}")
        if suite.instruction == "hand_back":
            if day is None:
                yield _finding("E-25", facts, suite, "the order is to hand it back, but it stays")
            elif suite.instruction_date is not None and day != suite.instruction_date:
                yield _finding("E-25", facts, suite, f"the order is to hand it back on {suite.instruction_date}, "
                               f"but it goes on {day}")  # fmt: skip


def _orders_for_premises(facts: Facts, written: Written) -> Iterator[Finding]:
    for practice in facts.instance.premises:
        day = written.uses.closures.get(practice.practice_id)
        about, where = f"{practice.name} ({practice.practice_id})", f"premises_plan.csv {practice.practice_id}"
        if practice.instruction == "close" and day is None:
            yield Finding("E-25", "error", f"{about}: the order is to close it, but it stays.", where)
        if practice.instruction == "keep" and day is not None:
            yield Finding("E-25", "error", f"{about}: the order is to keep it, but it closes on {day}.", where)


def _standing(rule: str, facts: Facts, written: Written) -> Iterator[Finding]:
    """Suites handed back although the rule refuses them on every day."""
    for suite, day in _handed_back(facts, written):
        reason = standing_refusals(facts, suite, facts.extent(suite, written.dates)).get(rule)
        if reason is not None:
            yield _finding(rule, facts, suite, f"it is handed back on {day}, but {reason}")


def _on_the_day(
    rule: str, facts: Facts, written: Written, why_not: Callable[[Facts, Suite, dt.date], str | None]
) -> Iterator[Finding]:
    """Suites handed back on a day on which the rule refuses them."""
    for suite, day in _handed_back(facts, written):
        reason = why_not(facts, suite, day)
        if reason is not None:
            yield _finding(rule, facts, suite, f"it is handed back on {day}, but {reason}")


def _handed_back(facts: Facts, written: Written) -> Iterator[tuple[Suite, dt.date]]:
    for suite in facts.instance.suites:
        if suite.suite_id in written.dates:
            yield suite, written.dates[suite.suite_id]


def _finding(rule: str, facts: Facts, suite: Suite, what: str) -> Finding:
    site = facts.site_by_id[suite.site_id]
    return Finding(rule, "error", f"{site.name}, {suite.name} ({suite.suite_id}): {what}.",
                   f"site_plan.csv {suite.suite_id}")  # fmt: skip
