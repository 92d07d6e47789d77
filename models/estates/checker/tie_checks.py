"""E-30: the written tables are whole, and agree with one another and with the instance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from models.estates.checker.cash import LEDGER_OF_ITEM, Cash
from models.estates.checker.cash_checks import other_cash_lines
from models.estates.checker.columns import MILLI, columns, error, shown
from models.estates.checker.facts import NO_PLACE, Facts
from models.estates.checker.lists import ListFacts
from models.estates.checker.refusals import could_be_handed_back
from models.estates.checker.tie_changes import capital_table, list_dispersal, premises_plan
from models.estates.checker.tie_rooms import room_utilisation, utilisation_today
from models.estates.checker.uses import PLANNED
from models.estates.checker.written import Written
from models.estates.entities import Period, Suite
from models.shared.findings import Finding
from models.shared.parsing import Row

_RULE_ID = re.compile(r"E-\d\d")


def check_tables_agree(facts: Facts, written: Written, lists: ListFacts, cash: Cash) -> Iterator[Finding]:
    """E-30: every expected row is there, and each derived column is what its sources give."""
    yield from _site_plan(facts, written)
    yield from _service_plan(facts, written)
    yield from room_utilisation(facts, written)
    yield from _missing_cash(facts, written)
    yield from other_cash_lines(facts, written, cash)
    yield from _travel(facts, written)
    yield from capital_table(facts, written)
    yield from premises_plan(facts, written, lists, cash)
    yield from list_dispersal(facts, written, lists)
    yield from utilisation_today(facts, written)


def _site_plan(facts: Facts, written: Written) -> Iterator[Finding]:
    for suite in facts.instance.suites:
        could_go, reasons = could_be_handed_back(facts, suite)
        for period in facts.instance.periods:
            where = f"site_plan.csv {suite.suite_id}, {period.first_year}"
            row = written.site_plan.get((suite.suite_id, period.first_year))
            if row is None:
                yield error(f"The row of {suite.suite_id} in the period from {period.first_year} is missing.", where)
                continue
            yield from _site_plan_row(facts, written, suite, period, row, where)
            if row.text("status") in ("kept", "ineligible"):
                yield from _kept_or_ineligible(suite, row, could_go, reasons, where)


def _site_plan_row(
    facts: Facts, written: Written, suite: Suite, period: Period, row: Row, where: str
) -> Iterator[Finding]:
    uses = written.uses
    gone, works = uses.hand_backs.get(suite.suite_id), uses.conversions.get(suite.suite_id)
    done = works is not None and works.is_done_by(period)
    right = {
        "site_id": suite.site_id,
        "annual_charge_gbp": suite.annual_charge_gbp,
        "extent": None if gone is None else facts.extent(suite, uses.hand_backs),
        "converted_to": works.conversion.to_room_type if works is not None and done else None,
    }
    for column, value in right.items():
        if row.cells[column] != value:
            yield error(f"{suite.suite_id}: {column} is {shown(value)}, not {shown(row.cells[column])}.", where)
    status, standing = row.text("status"), uses.standing(suite.suite_id, period)
    if status != standing and (standing != PLANNED or status not in ("kept", "ineligible")):
        day = row.maybe_date("date")
        then = "has no date" if day is None else f"has its change on {day}"
        right_now = "kept" if standing == PLANNED else standing.replace("_", " ")
        yield error(f"{suite.suite_id} {then}, so in the period from {period.first_year} it is {right_now}, not "
                    f"{status.replace('_', ' ')}.", where)  # fmt: skip


def _kept_or_ineligible(
    suite: Suite, row: Row, could_go: bool, reasons: frozenset[str], where: str
) -> Iterator[Finding]:
    """A kept suite is shown as ineligible when it could go neither as a part nor with its building, and only then.

    Its reason names the rules, unless it is handed back all the same: then each rule speaks for itself.
    """
    if (row.text("status") == "ineligible") == could_go:
        yield error(f"{suite.suite_id} {'could' if could_go else 'could not'} be handed back, but is shown as "
                     f"{row.text('status')}.", where)  # fmt: skip
    elif not could_go and not row.maybe_text("extent"):
        named = set(_RULE_ID.findall(row.text("reason")))
        if not named or named - reasons:
            yield error(f"{suite.suite_id} is refused by {', '.join(sorted(reasons))}; its reason names "
                         f"{', '.join(sorted(named)) or 'no rule'}.", where)  # fmt: skip


def _service_plan(facts: Facts, written: Written) -> Iterator[Finding]:
    for (area, service_id, site, year), row in sorted(written.service_plan.items()):
        service = facts.service_by_id[service_id]
        where = f"service_plan.csv {area}, {service_id}, {site}, {year}"
        hours = row.number_of("contacts") * service.minutes_per_contact / 60
        if abs(row.number_of("clinical_hours") - hours) > MILLI * (1 + service.minutes_per_contact / 60):
            yield error(f"{row.number_of('contacts'):,.3f} contacts of {service.minutes_per_contact} minutes are "
                         f"{hours:,.3f} hours, not {row.number_of('clinical_hours'):,.3f}.", where)  # fmt: skip
        if (area == NO_PLACE) != service.is_virtual:
            yield Finding("E-01", "error", f"{service_id} is {'virtual' if service.is_virtual else 'face to face'}: "
                          f"its contacts cannot stand under area {area}.", where)  # fmt: skip


def _missing_cash(facts: Facts, written: Written) -> Iterator[Finding]:
    for year in facts.instance.financial_years:
        for item in LEDGER_OF_ITEM:
            if (year, item) not in written.cashflow:
                yield error(f"The line {item} of {year} is missing.", f"cashflow.csv {year}, {item}")


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
            yield error("This row is missing.", where)
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
        yield from columns(row, right, where)
    for key in sorted(set(written.travel) - expected):
        if facts.demand.get(key) is None or key[0] == NO_PLACE:
            yield error("There is no such demand face to face.", f"travel.csv {', '.join(key)}")


def _journeys_by_area(written: Written) -> dict[tuple[str, str, str], dict[str, float]]:
    placed: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for (area, service, site, year), contacts in written.contacts.items():
        if area != NO_PLACE and site != NO_PLACE:
            placed[area, service, year][site] = contacts
    return placed
