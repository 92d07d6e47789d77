"""The cash that follows from the uses of a plan, month by month in exact fractions, then in whole pounds."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.estates.checker.capital import works_gbp_by_year
from models.estates.checker.exact import exact
from models.estates.checker.facts import NO_PLACE, Facts, firsts_of_months
from models.estates.checker.uses import Uses
from models.estates.entities import Premises, Suite
from models.estates.instance import EstatesInstance
from models.shared.calendar import financial_year_of, first_calendar_year

LEDGER_OF_ITEM = {
    "charges_occupied": "icb",
    "charges_void": "icb",
    "charges_continuing": "icb",
    "vacating_payment": "icb",
    "works": "icb",
    "moves": "icb",
    "open_space_income": "icb",
    "gp_reimbursement": "icb",
    "service_costs": "icb",
    "rent_outside_nhs": "system",
    "running_costs": "system",
    "works_by_others": "system",
}
CHARGES_TO_ICB = ("charges_occupied", "charges_void", "charges_continuing")
FULL_PAYMENT_MONTHS = 12
ALL_OF_IT = Fraction(1)

Amounts = dict[tuple[str, str], Fraction]
"""What one suite or practice pays, by item and financial year, before rounding."""
Journeys = Mapping[tuple[str, str, str, str], float]
"""Contacts by area, service, site and first year of the period."""


@dataclass(frozen=True)
class Cash:
    """Whole pounds by owner (suite, practice or the item itself), item and financial year; no entry means none."""

    by_owner: Mapping[tuple[str, str, str], int]
    totals: Mapping[tuple[str, str], int]

    def gbp(self, owner: str, item: str, year: str) -> int:
        return self.by_owner.get((owner, item, year), 0)

    def total_gbp(self, item: str, year: str) -> int:
        return self.totals.get((item, year), 0)


def cash_of(facts: Facts, uses: Uses, contacts: Journeys) -> Cash:
    """Every payment of the plan: of suites, of practices, of works, and of people served where they are."""
    whole: dict[tuple[str, str, str], int] = {}
    for suite in facts.instance.suites:
        _add(whole, suite.suite_id, _suite_payments(facts, suite, uses))
    for practice in facts.instance.premises:
        _add(
            whole, practice.practice_id, _premises_payments(facts, practice, uses.closures.get(practice.practice_id))
        )
    _add(whole, "service_costs", _service_costs(facts, contacts))
    for year, (icb_gbp, others_gbp) in works_gbp_by_year(facts, uses).items():
        paid = {("works", year): icb_gbp, ("works_by_others", year): others_gbp}
        whole |= {("works", *key): gbp for key, gbp in paid.items() if gbp}
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for (_, item, year), gbp in whole.items():
        totals[item, year] += gbp
    return Cash(whole, dict(totals))


def _add(whole: dict[tuple[str, str, str], int], owner: str, amounts: Amounts) -> None:
    """Round each amount half up, an income like a payment, and write it under its owner."""
    for (item, year), amount in amounts.items():
        gbp = math.floor(abs(amount) + Fraction(1, 2)) * (-1 if amount < 0 else 1)
        if gbp:
            whole[owner, item, year] = gbp


def npv_cost_gbp(instance: EstatesInstance, cash: Cash) -> float:
    """The ICB's cash at the prices of the NPV base year, from the undiscounted whole pounds."""
    return math.fsum(
        cash.total_gbp(item, year) * discount_factor(instance, year)
        for item, ledger in LEDGER_OF_ITEM.items()
        if ledger == "icb"
        for year in instance.financial_years
    )


def discount_factor(instance: EstatesInstance, year: str) -> float:
    settings = instance.settings
    years_on = first_calendar_year(year) - first_calendar_year(settings.npv_base_year)
    return float((1 + settings.discount_rate_share) ** -years_on)


def vacating_payment(facts: Facts, suite: Suite, day: dt.date, extent: str) -> Fraction:
    """The one-off payment for a suite handed back on a day, before rounding."""
    rule_tenure = facts.site_by_id[suite.site_id].tenure
    if rule_tenure != "nhsps_freehold":
        rule_tenure = "nhsps_leasehold"
    in_force = [
        rule
        for rule in facts.instance.vacating_rules
        if (rule.tenure, rule.extent) == (rule_tenure, extent) and rule.valid_from <= day
    ]
    if not in_force:
        return Fraction(0)
    rule = max(in_force, key=lambda one: one.valid_from)
    payment = exact(rule.share_of_annual_charge) * suite.annual_charge_gbp
    if rule.pro_rata_to_lease_end:
        payment *= Fraction(min(FULL_PAYMENT_MONTHS, months_left(suite, day)), FULL_PAYMENT_MONTHS)
    return payment


def months_left(suite: Suite, day: dt.date) -> int:
    """Months of the lease still to run: none on its break or end; a full year where no lease is in force."""
    if suite.lease_end is None or day > suite.lease_end:
        return FULL_PAYMENT_MONTHS
    if day in (suite.lease_break, suite.lease_end):
        return 0
    return len(firsts_of_months(day, suite.lease_end))


def icb_areas_m2(facts: Facts, suite: Suite, month: dt.date) -> tuple[int, int]:
    """What the ICB pays for in a month: the area it occupies, and the void if it pays for that."""
    there = [one for one in facts.occupations(suite) if one.end_date is None or one.end_date > month]
    void = suite.area_m2 - sum(one.area_m2 for one in there) if suite.void_payer == "icb" else 0
    return sum(one.area_m2 for one in there if one.payer == "icb"), void


def _suite_payments(facts: Facts, suite: Suite, uses: Uses) -> Amounts:
    day = uses.hand_backs.get(suite.suite_id)
    leased_in = facts.site_by_id[suite.site_id].tenure != "nhsps_freehold"
    counted: dict[tuple[str, str, Fraction], int] = defaultdict(
        int
    )  # months, or m2 x months, by the part that is paid
    for month in facts.months:
        year = financial_year_of(month)
        occupied, void = icb_areas_m2(facts, suite, month)
        kept = day is None or month < day
        if kept:
            counted["charges_occupied", year, ALL_OF_IT] += occupied
            counted["charges_void", year, ALL_OF_IT] += void
            counted["running_costs", year, ALL_OF_IT] += 1
        elif stays_share := _unavoidable(facts, suite, uses.hand_backs, month):
            counted["charges_continuing", year, stays_share] += occupied + void
            counted["running_costs", year, stays_share] += 1
        if leased_in and (kept or _head_lease_runs(suite, day, month)):
            counted["rent_outside_nhs", year, ALL_OF_IT] += 1
    each = {
        "running_costs": Fraction(suite.running_costs_gbp, 12),
        "rent_outside_nhs": Fraction(suite.rent_gbp, 12),
    } | dict.fromkeys(CHARGES_TO_ICB, Fraction(suite.annual_charge_gbp, 12 * suite.area_m2))
    paid: Amounts = defaultdict(Fraction)
    for (item, year, part), count in counted.items():
        paid[item, year] += each[item] * count * part
    if day is not None:
        payment = vacating_payment(facts, suite, day, facts.extent(suite, uses.hand_backs))
        paid["vacating_payment", financial_year_of(day)] += payment
    moved = uses.offers.get(suite.suite_id, day)
    if moved is not None:
        paid["moves", financial_year_of(moved)] += _moves(facts, suite, moved)
    paid.update(_open_space_income(facts, suite, uses.offers.get(suite.suite_id)))
    return paid


def _moves(facts: Facts, suite: Suite, day: dt.date) -> int:
    """Moving the ICB's own services out of a suite, those that are still there on the day."""
    area = sum(
        one.area_m2
        for one in facts.occupations(suite)
        if one.payer == "icb" and (one.end_date is None or one.end_date > day)
    )
    return facts.instance.settings.moves_gbp_per_m2 * area


def _open_space_income(facts: Facts, suite: Suite, day: dt.date | None) -> Amounts:
    """The ICB's part of the fees, below zero, month by month from the day of the offer."""
    paid: Amounts = defaultdict(Fraction)
    if day is None:
        return paid
    instance, settings = facts.instance, facts.instance.settings
    fee = {kind.room_type: exact(kind.open_space_gbp_per_session) for kind in instance.room_types}
    a_month = sum((count * fee[kind] for kind, count in suite.rooms.items()), Fraction(0)) * len(instance.slots)
    a_month *= exact(settings.weeks_per_year) / 12
    a_month *= exact(settings.open_space_take_up_share) * exact(settings.open_space_icb_share)
    for month in facts.months:
        if month >= day:
            paid["open_space_income", financial_year_of(month)] -= a_month
    return paid


def _premises_payments(facts: Facts, practice: Premises, day: dt.date | None) -> Amounts:
    """Reimbursement until a practice closes and the cost of closing; nothing where it may not close and does not."""
    paid: Amounts = defaultdict(Fraction)
    if practice.closes_from is not None:
        for month in facts.months:
            if day is None or month < day:
                paid["gp_reimbursement", financial_year_of(month)] += Fraction(practice.reimbursement_gbp, 12)
    if day is not None:
        paid["moves", financial_year_of(day)] += practice.closing_cost_gbp
    return paid


def _service_costs(facts: Facts, contacts: Journeys) -> Amounts:
    """What serving people where they are costs in each financial year, from the contacts as written."""
    costs = facts.instance.service_costs_gbp
    in_period: dict[str, Fraction] = defaultdict(Fraction)
    if costs:
        for (area, _, site, year), count in contacts.items():
            if NO_PLACE not in (area, site) and costs.get((area, site)):
                in_period[year] += exact(count) * exact(costs[area, site])
    return {
        ("service_costs", year): in_period[period.first_year]
        for period in facts.instance.periods
        for year in period.financial_years
    }


def _unavoidable(facts: Facts, suite: Suite, dates: Mapping[str, dt.date], month: dt.date) -> Fraction:
    """The part of the charge that goes on in a month after the hand-back."""
    day = dates[suite.suite_id]
    if suite.lease_end is not None and day <= suite.lease_end <= month:
        return Fraction(0)
    settings = facts.instance.settings
    if facts.extent(suite, dates) == "whole":
        return 1 - exact(settings.avoidable_share_whole)
    core_date = facts.core_date(suite, dates)
    if core_date is not None and month >= core_date:
        return Fraction(0)
    return 1 - exact(settings.avoidable_share_part)


def _head_lease_runs(suite: Suite, day: dt.date | None, month: dt.date) -> bool:
    """Whether NHS Property Services still pays the head lease of space it was given back before the lease's end."""
    if day is None or suite.lease_end is None:
        return False
    return day <= suite.lease_end and day != suite.lease_break and month < suite.lease_end
