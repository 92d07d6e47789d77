"""The money of every year: what comes off first, and what is left to be shared out. Whole pounds, halves up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.reallocation.entities import PlanYear
from models.reallocation.need import exact
from models.reallocation.settings import ReallocationSettings


@dataclass(frozen=True)
class YearMoney:
    """The money of one year: allocation = out of scope + break even + reserve + transition fund + spendable.

    Primary care's claim and running costs are part of what is out of scope. Break even is below zero where more
    efficiency is delivered than breaking even takes.
    """

    year: str
    allocation_gbp: int
    out_of_scope_gbp: int
    primary_care_gbp: int
    running_costs_gbp: int
    break_even_gbp: int
    reserve_gbp: int
    transition_fund_gbp: int
    spendable_gbp: int


def money_of_years(
    settings: ReallocationSettings,
    years: Sequence[PlanYear],
    allocation_gbp: int,
    in_scope_gbp: int,
    running_costs_gbp: int,
) -> tuple[YearMoney, ...]:
    """The money of the base year and of every plan year.

    Allocation and in-scope money grow by each year's growth after convergence, rounded every year. From the in-scope
    money of a year, so grown, primary care's claim goes out of scope (`primary_care_first_claim`) and what is kept of
    saved running costs comes in (`running_costs_cut`); break-even (`break_even_first`), reserve and transition fund
    come off the rest.
    """
    base = YearMoney(
        settings.base_year, allocation_gbp, allocation_gbp - in_scope_gbp, 0, running_costs_gbp, 0, 0, 0, in_scope_gbp
    )
    money = [base]
    grown, shortfall = in_scope_gbp, Fraction(0)
    for t, year in enumerate(years, start=1):
        allocation_gbp = nearest_pound(allocation_gbp * (1 + year.growth_share))
        grown = nearest_pound(grown * (1 + year.growth_share))
        claim = primary_care_first_claim(settings, t, len(years))
        running = running_costs_cut(settings, running_costs_gbp, t)
        kept = nearest_pound((running_costs_gbp - running) * exact(settings.running_cost_saving_kept_share))
        in_scope = grown - claim + kept
        shortfall += break_even_first(settings, year, allocation_gbp, in_scope)
        break_even = nearest_pound(shortfall)
        reserve = nearest_pound(in_scope * exact(settings.reserve_share))
        fund = year.transition_fund_gbp
        if fund is None:
            fund = nearest_pound(in_scope * exact(settings.transition_fund_share))
        left = in_scope - break_even - reserve - fund
        money.append(
            YearMoney(
                year.year, allocation_gbp, allocation_gbp - in_scope, claim, running, break_even, reserve, fund, left
            )
        )
    return tuple(money)


def primary_care_first_claim(settings: ReallocationSettings, t: int, last: int) -> int:
    """What primary care is short of is closed in equal steps before anything is shared out.

    claim[t] = primary_care_gap t / T, in whole pounds
    """
    return nearest_pound(Fraction(settings.primary_care_gap_gbp * t, last))


def running_costs_cut(settings: ReallocationSettings, base_gbp: int, t: int) -> int:
    """Running costs come down in equal steps to their cut by the year it is due, and stay there.

    running[t] = running[0] (1 - cut min(1, t / t_due)); the cut is due t_due years after the base year (at least one)
    """
    due = max(1, _starts(settings.running_cost_cut_by_year) - _starts(settings.base_year))
    done = min(Fraction(1), Fraction(t, due))
    return nearest_pound(base_gbp * (1 - exact(settings.running_cost_cut_share) * done))


def break_even_first(
    settings: ReallocationSettings, year: PlanYear, allocation_gbp: int, in_scope_gbp: int
) -> Fraction:
    """Efficiency pays for breaking even first: what one year misses of it (below zero: delivers beyond it).

    (break_even_share - delivered[t]) base[t]; the misses of all years up to t add up, for each is asked for again
    """
    delivered = year.delivered_efficiency_share
    if delivered is None:
        delivered = exact(settings.delivered_efficiency_share)
    base = allocation_gbp if settings.efficiency_base == "allocation" else in_scope_gbp
    return (exact(settings.break_even_efficiency_share) - delivered) * base


def nearest_pound(amount: Fraction) -> int:
    """The nearest whole pound, halves up."""
    return int((amount + Fraction(1, 2)) // 1)


def _starts(financial_year: str) -> int:
    """The calendar year in which a financial year begins."""
    return int(financial_year[:4])
