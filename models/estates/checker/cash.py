"""The cash that follows from a set of hand-back dates, month by month in exact fractions, then in whole pounds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.estates.checker.facts import Facts, firsts_of_months
from models.estates.entities import Suite
from models.estates.instance import EstatesInstance
from models.shared.calendar import financial_year_of, first_calendar_year

LEDGER_OF_ITEM = {
    "charges": "icb",
    "charges_continuing": "icb",
    "vacating_payment": "icb",
    "rent_outside_nhs": "system",
    "running_costs": "system",
}
FULL_PAYMENT_MONTHS = 12


@dataclass(frozen=True)
class Cash:
    """Whole pounds by suite, item and financial year; no entry means nothing is paid."""

    by_suite: Mapping[tuple[str, str, str], int]

    def gbp(self, suite_id: str, item: str, year: str) -> int:
        return self.by_suite.get((suite_id, item, year), 0)

    def total_gbp(self, item: str, year: str) -> int:
        return sum(gbp for (_, i, y), gbp in self.by_suite.items() if (i, y) == (item, year))


def cash_of(facts: Facts, dates: Mapping[str, dt.date]) -> Cash:
    """Every payment of the plan, of suites kept and of suites handed back on these dates."""
    whole: dict[tuple[str, str, str], int] = {}
    for suite in facts.instance.suites:
        for (item, year), amount in _payments(facts, suite, dates).items():
            gbp = math.floor(amount + Fraction(1, 2))
            if gbp:
                whole[suite.suite_id, item, year] = gbp
    return Cash(whole)


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
    payment = _exact(rule.share_of_annual_charge) * suite.annual_charge_gbp
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


def icb_share(facts: Facts, suite: Suite, month: dt.date) -> Fraction:
    """The part of the suite's charge the ICB bears in a month: what it occupies, and the void if it pays for that."""
    there = [one for one in facts.occupations(suite) if one.end_date is None or one.end_date > month]
    area = sum(one.area_m2 for one in there if one.payer == "icb")
    if suite.void_payer == "icb":
        area += suite.area_m2 - sum(one.area_m2 for one in there)
    return Fraction(area, suite.area_m2)


def _payments(facts: Facts, suite: Suite, dates: Mapping[str, dt.date]) -> dict[tuple[str, str], Fraction]:
    day = dates.get(suite.suite_id)
    leased_in = facts.site_by_id[suite.site_id].tenure != "nhsps_freehold"
    paid: dict[tuple[str, str], Fraction] = {}

    def pay(item: str, when: dt.date, amount: Fraction) -> None:
        key = (item, financial_year_of(when))
        paid[key] = paid.get(key, Fraction(0)) + amount

    for month in firsts_of_months(facts.first_day, facts.end_day):
        kept = day is None or month < day
        stays_share = Fraction(1) if kept else _unavoidable(facts, suite, dates, month)
        if stays_share:
            item = "charges" if kept else "charges_continuing"
            pay(item, month, Fraction(suite.annual_charge_gbp, 12) * icb_share(facts, suite, month) * stays_share)
            pay("running_costs", month, Fraction(suite.running_costs_gbp, 12) * stays_share)
        if leased_in and (kept or _head_lease_runs(suite, day, month)):
            pay("rent_outside_nhs", month, Fraction(suite.rent_gbp, 12))
    if day is not None:
        pay("vacating_payment", day, vacating_payment(facts, suite, day, facts.extent(suite, dates)))
    return paid


def _unavoidable(facts: Facts, suite: Suite, dates: Mapping[str, dt.date], month: dt.date) -> Fraction:
    """The part of the charge that goes on in a month after the hand-back."""
    day = dates[suite.suite_id]
    if suite.lease_end is not None and day <= suite.lease_end <= month:
        return Fraction(0)
    settings = facts.instance.settings
    if facts.extent(suite, dates) == "whole":
        return 1 - _exact(settings.avoidable_share_whole)
    core_date = facts.core_date(suite, dates)
    if core_date is not None and month >= core_date:
        return Fraction(0)
    return 1 - _exact(settings.avoidable_share_part)


def _head_lease_runs(suite: Suite, day: dt.date | None, month: dt.date) -> bool:
    """Whether NHS Property Services still pays the head lease of space it was given back before the lease's end."""
    if day is None or suite.lease_end is None:
        return False
    return day <= suite.lease_end and day != suite.lease_break and month < suite.lease_end


def _exact(share: float) -> Fraction:
    """The decimal as it was written: 0.8 is four fifths, not its nearest binary number."""
    return Fraction(repr(share))
