"""The ICB's cash month by month, so that the month can be named in which a hand-back has paid for itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from models.estates.cash import round_half_up
from models.estates.entities import Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.shared.calendar import add_months

_MONTHS = 12


@dataclass(frozen=True)
class Payback:
    """When a hand-back has paid for itself.

    `month` is the first day of the first month at whose end the cash cumulated since the beginning is no worse than
    without it, and stays so to the end of the plan; None where that never happens. `months` counts the months from
    the first payment to the end of that month. `most_out_gbp` is the most that is out of pocket before.
    """

    month: dt.date | None
    months: int | None
    most_out_gbp: int


def payback(without: Plan, after: Plan) -> Payback:
    """The payback of one plan over another; months in which nothing is paid differently at the start do not count."""
    saved = saved_by_month(without, after)
    running = list(accumulate(saved.values(), initial=Fraction(0)))[1:]
    days = list(saved)
    first = next((at for at, gbp in enumerate(saved.values()) if gbp), None)
    if first is None:
        return Payback(None, None, 0)
    out = round_half_up(max(Fraction(0), *(-gbp for gbp in running)))
    last_below = max((at for at, gbp in enumerate(running) if gbp < 0), default=first - 1)
    if last_below + 1 >= len(days):
        return Payback(None, None, out)
    at = last_below + 1
    return Payback(days[at], at - first + 1, out)


def saved_by_month(without: Plan, after: Plan) -> Mapping[dt.date, Fraction]:
    """What the ICB pays less in each month of the plan, by its first day, for the suites dealt with otherwise."""
    instance = without.instance
    months = _months(instance)
    saved = dict.fromkeys(months, Fraction(0))
    for suite in instance.suites:
        before, then = without.option(suite), after.option(suite)
        if before != then:
            old, new = _by_month(without, suite, before), _by_month(without, suite, then)
            for month in months:
                saved[month] += old.get(month, Fraction(0)) - new.get(month, Fraction(0))
    return saved


def _months(instance: EstatesInstance) -> list[dt.date]:
    start = instance.periods[0].first_day
    return [add_months(start, at) for at in range(_MONTHS * len(instance.financial_years))]


def _by_month(plan: Plan, suite: Suite, option: Option) -> dict[dt.date, Fraction]:
    """What the ICB pays for a suite: its share of the charge, then the part that stays; the payment on its day."""
    instance, date = plan.instance, option.date
    stays, until = _staying(instance, suite, option)
    found: dict[dt.date, Fraction] = {}
    for month in _months(instance):
        share = Fraction(1) if date is None or month < date else stays if month < until else Fraction(0)
        if share:
            found[month] = share * _icb_month_gbp(instance, suite, month)
    if date is not None:
        month = date.replace(day=1)
        once = sum(
            line.gbp
            for line in plan.cash_book.icb_lines(suite, date, option.core_date)
            if line.item in ("vacating_payment", "moves")
        )
        found[month] = found.get(month, Fraction(0)) + once
    return found


def _icb_month_gbp(instance: EstatesInstance, suite: Suite, month: dt.date) -> Fraction:
    there = [o for o in instance.occupations_of(suite.suite_id) if o.end_date is None or o.end_date > month]
    paid = sum(o.area_m2 for o in there if o.payer == "icb")
    if suite.void_payer == "icb":
        paid += suite.area_m2 - sum(o.area_m2 for o in there)
    return Fraction(suite.annual_charge_gbp * paid, _MONTHS * suite.area_m2)


def _staying(instance: EstatesInstance, suite: Suite, option: Option) -> tuple[Fraction, dt.date]:
    """The part of the charge that goes on after a hand-back, and the day until which it does."""
    settings, date = instance.settings, option.date
    whole = option.extent == "whole"
    avoidable = settings.avoidable_share_whole if whole else settings.avoidable_share_part
    ends = [instance.periods[-1].end_day]
    if date is not None and option.core_date is not None and option.core_date > date:
        ends.append(option.core_date)
    if date is not None and suite.lease_end is not None and date <= suite.lease_end:
        ends.append(suite.lease_end)
    return 1 - Fraction(str(avoidable)), min(ends)
