"""E-30 for capital, GP premises and the lists dispersed: every row there, every derived column right."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from models.estates.checker.cash import Cash
from models.estates.checker.columns import MILLI, columns, error, shown
from models.estates.checker.facts import Facts
from models.estates.checker.lists import ListFacts, minutes_to_receiver
from models.estates.checker.written import Written
from models.estates.entities import Period, Premises
from models.shared.findings import Finding
from models.shared.parsing import Row

NEARLY_HALF = 1e-6


def capital_table(facts: Facts, written: Written) -> Iterator[Finding]:
    """No row without pounds, and what is left of each source after all of them."""
    limit = {(one.source_id, one.year): one.limit_gbp for one in facts.instance.capital_sources}
    spent: dict[tuple[str, str], int] = defaultdict(int)
    for (year, _, source_id), row in written.capital.items():
        spent[source_id, year] += row.integer("gbp")
    for (year, project, source_id), row in sorted(written.capital.items()):
        where = f"capital.csv {year}, {project}, {source_id}"
        if not row.integer("gbp"):
            yield error("Nothing is paid, so there is no row.", where)
        of_source = limit.get((source_id, year))
        left = None if of_source is None else of_source - spent[source_id, year]
        if row.maybe_integer("year_left_gbp") != left:
            yield error(f"year_left_gbp is {shown(left)}, not {shown(row.maybe_integer('year_left_gbp'))}.", where)


def premises_plan(facts: Facts, written: Written, lists: ListFacts, cash: Cash) -> Iterator[Finding]:
    """Every practice in every period: open or closed, its list, its hours and what is reimbursed."""
    received: dict[tuple[str, str], float] = defaultdict(float)
    for (_, year, receiver), row in written.dispersal.items():
        if row.text("receiver_kind") == "premises":
            received[receiver, year] += lists.hours_a_week(row.number_of("contacts"))
    for practice in facts.instance.premises:
        for period in facts.instance.periods:
            key = (practice.practice_id, period.first_year)
            row_or_none = written.premises_plan.get(key)
            if row_or_none is None:
                yield error("This row is missing.", f"premises_plan.csv {', '.join(key)}")
                continue
            yield from _practice_row(facts, written, lists, cash, practice, period, row_or_none, received[key])


def _practice_row(
    facts: Facts,
    written: Written,
    lists: ListFacts,
    cash: Cash,
    practice: Premises,
    period: Period,
    row: Row,
    received_hours: float,
) -> Iterator[Finding]:
    year = period.first_year
    where = f"premises_plan.csv {practice.practice_id}, {year}"
    day, is_open = written.uses.closures.get(practice.practice_id), written.uses.is_open(practice.practice_id, period)
    if row.maybe_date("date") != day:
        yield error(f"date is {shown(day)}, not {shown(row.maybe_date('date'))}.", where)
    if (row.text("status") == "open") != is_open:
        yield error(f"It is {'open' if is_open else 'closed'} in the period, not {row.text('status')}.", where)
    sizes = {size for people in lists.needs[practice.practice_id, year].people for size in _rounded(people)}
    if row.integer("list_size") not in sizes:
        yield error(f"list_size is {min(sizes)}, not {row.integer('list_size')}.", where)
    hours = lists.own_hours_a_week(practice.practice_id, year) + received_hours
    sessions = practice.rooms * len(facts.instance.slots)
    may_close = practice.closes_from is not None
    right: dict[str, float | None] = {
        "used_hours": hours if is_open else 0.0,
        "available_hours": sessions * facts.instance.settings.session_hours if is_open else 0.0,
        "reimbursement_gbp": cash.gbp(practice.practice_id, "gp_reimbursement", year)
        if may_close
        else practice.reimbursement_gbp,
    }
    yield from columns(row, right, where)


def _rounded(people: float) -> set[int]:
    """People rounded to whole ones; both where a half lies within the arithmetic's own error."""
    return {math.floor(people + 0.5 - NEARLY_HALF), math.floor(people + 0.5 + NEARLY_HALF)}


def list_dispersal(facts: Facts, written: Written, lists: ListFacts) -> Iterator[Finding]:
    """Hours and minutes of each row follow from its contacts and places."""
    for (practice_id, year, receiver), row in sorted(written.dispersal.items()):
        where = f"list_dispersal.csv {practice_id}, {year}, {receiver}"
        contacts = row.number_of("contacts")
        if contacts < MILLI:
            yield error("So few contacts have no row.", where)
        hours = contacts * lists.minutes_per_contact / 60
        if abs(row.number_of("clinical_hours") - hours) > MILLI * (1 + lists.minutes_per_contact / 60):
            yield error(f"clinical_hours is {hours:,.3f}, not {row.number_of('clinical_hours'):,.3f}.", where)
        place = (
            facts.site_by_id.get(receiver) if row.text("receiver_kind") == "site" else lists.premises.get(receiver)
        )
        minutes = None if place is None else minutes_to_receiver(facts, lists.premises[practice_id], place)
        if minutes is not None and row.integer("minutes") != minutes:
            yield error(f"minutes is {minutes}, not {row.integer('minutes')}.", where)
