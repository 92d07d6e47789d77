"""What a notice of vacation needs to say about each suite, and the evidence for it: at hand, or missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.estates.entities import Site, Suite
from models.estates.hand_back import SuiteFacts, suite_facts
from models.estates.what_if.answer import Answer
from models.estates.what_if.comparison import tells_nothing_of_people
from models.estates.what_if.effects import moves
from models.estates.what_if.orders import option_under
from models.estates.words import TENURE_WORDS, day_words
from models.shared.calendar import add_months


@dataclass(frozen=True)
class Statement:
    """One thing the notice says of a suite."""

    suite_id: str
    field: str
    value: str


@dataclass(frozen=True)
class Evidence:
    """One thing the notice rests on. `found` says what the data hold; empty where it is missing."""

    suite_id: str
    item: str
    found: str
    still_needed: str

    @property
    def is_present(self) -> bool:
        return not self.still_needed


def statements(answer: Answer) -> tuple[Statement, ...]:
    """What the notice says, suite by suite, for the day on which it can be done (else the day asked for)."""
    facts = suite_facts(answer.saved.instance)
    return tuple(
        Statement(suite, field, value)
        for suite in answer.order.dates
        for field, value in _statements(answer, facts[suite])
    )


def evidence(answer: Answer) -> tuple[Evidence, ...]:
    """What the notice rests on, suite by suite."""
    facts = suite_facts(answer.saved.instance)
    return tuple(Evidence(suite, *line) for suite in answer.order.dates for line in _evidence(answer, facts[suite]))


def notice_by(facts: SuiteFacts, day: dt.date) -> dt.date:
    """The last day on which notice can be given for a hand-back on a day."""
    return add_months(day, -(facts.acceptance_months + facts.suite.notice_months))


def _statements(answer: Answer, facts: SuiteFacts) -> Iterator[tuple[str, str]]:
    suite, site = facts.suite, facts.site
    day = answer.order.dates[suite.suite_id]
    extent = option_under(answer.saved, answer.order, suite.suite_id).extent or "part"
    payment = answer.saved.cash_book.vacating_payment_gbp(suite, day, answer.order.cores.get(site.site_id))
    yield "building", f"{site.name}{'' if site.postcode is None else ', ' + site.postcode}"
    yield "borough", site.borough
    yield "space", f"{suite.name} (floor {suite.floor})"
    yield "area", f"{suite.area_m2} m2"
    yield "tenure", TENURE_WORDS[site.tenure]
    yield "lease", _lease(suite)
    yield "whole or part", "part of the building" if extent == "part" else "the whole building"
    yield "given by", "the ICB, as the commissioner who pays for the empty space"
    yield "declared surplus to all commissioning needs", "yes" if suite.surplus_declared else "no"
    yield "empty from", "not known" if facts.vacant_date is None else day_words(facts.vacant_date)
    yield "notice given by", day_words(notice_by(facts, day))
    yield "handed back on", day_words(day)
    yield "charge a year", f"£{suite.annual_charge_gbp:,}"
    yield "vacating payment expected", f"£{payment:,}"
    yield "free of debt", "not in the data: to be confirmed"


def _lease(suite: Suite) -> str:
    if suite.lease_end is None:
        return "none"
    broken = "" if suite.lease_break is None else f", may be broken on {day_words(suite.lease_break)}"
    return f"ends on {day_words(suite.lease_end)}{broken}"


def _evidence(answer: Answer, facts: SuiteFacts) -> Iterator[tuple[str, str, str]]:
    """Item, what the data hold, what is still needed (empty: nothing)."""
    suite, site, instance = facts.suite, facts.site, answer.saved.instance
    part = option_under(answer.saved, answer.order, suite.suite_id).extent != "whole"
    yield from _of_the_space(suite, site, part, instance.settings.minimum_hand_back_m2, facts.site_area_m2)
    yield _surplus(suite)
    yield from _occupiers(facts)
    yield "what is charged", f"suites.csv: £{suite.annual_charge_gbp:,} a year", "the charging schedule it is from"
    yield "no debt to the owner", "", "confirmation by ICB finance that no charge is in arrears"
    yield (
        "the payment is budgeted",
        "site_plan.csv and savings.csv: the amount and the year",
        "the budget holder's name",
    )
    yield from _of_patients(answer)
    yield "condition, safety records, meters, keys", "", "to be agreed with the owner before the day"


def _of_the_space(
    suite: Suite, site: Site, part: bool, least_m2: int, site_m2: int
) -> Iterator[tuple[str, str, str]]:
    tenure = f"sites.csv: {TENURE_WORDS[site.tenure]}{', onerous lease' if site.onerous_lease else ''}"
    holds = site.tenure in ("nhsps_freehold", "nhsps_leasehold") and not site.onerous_lease
    yield "held by NHS Property Services, not onerous", tenure, "" if holds else "it is not: no notice can be given"
    area = suite.area_m2 if part else site_m2
    small = "" if area >= least_m2 else f"at least {least_m2} m2"
    yield "area", f"suites.csv: {area} m2 {'in the suite' if part else 'in the building'}", small
    yield "plan of the space", "", "a floor plan with the space outlined"
    if part:
        told = "suites.csv: self-contained" if suite.self_contained else ""
        yield "own entrance and services", told, "" if told else "works or an agreement that make it self-contained"


def _of_patients(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """Where patients go, and what it means for whom: at hand only where the tables say it."""
    moved = () if answer.after is None else moves(answer.without, answer.after)
    found, needed = "moves.csv and added_minutes.csv", ""
    if answer.after is None:
        found, needed = "", "a plan in which everybody has a room"
    elif not moved and tells_nothing_of_people(answer.saved, answer.without):
        found, needed = "", "the same of the whole building: in the plan it closes in the same period all the same"
    elif not moved:
        found = "nobody goes elsewhere: moves.csv is empty"
    yield "where patients go instead", found, needed
    by_fifth = "added_minutes.csv: by deprivation quintile" if moved else ""
    yield "equality and health impact", by_fifth, "the assessment itself"


def _surplus(suite: Suite) -> tuple[str, str, str]:
    if suite.surplus_declared:
        return "surplus to all commissioning needs", "suites.csv: declared", "the signed declaration"
    return "surplus to all commissioning needs", "", "a declaration that no commissioner needs it, now or later"


def _occupiers(facts: SuiteFacts) -> Iterator[tuple[str, str, str]]:
    if facts.vacant_date is None:
        yield "empty on the day", "", "a day by which it is vacated"
    else:
        yield "empty on the day", f"suites.csv, occupations.csv: from {day_words(facts.vacant_date)}", ""
    for item in sorted(facts.occupations, key=lambda one: one.occupation_id):
        if item.payer == "icb":
            leaves, need = "moves with the ICB's services", ""
        elif item.end_date is None:
            leaves, need = "stays", "its agreement to leave"
        else:
            leaves, need = f"leaves on {day_words(item.end_date)}", "a copy of its notice"
        yield f"{item.occupier} leaves", f"occupations.csv: {leaves}", need


def missing(found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of which something is still needed."""
    return tuple(one for one in found if not one.is_present)
