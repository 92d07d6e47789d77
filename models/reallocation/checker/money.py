"""The money of every year, worked out a second time: what comes off first, and what is left to share out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from models.reallocation.entities import PlanYear
from models.reallocation.instance import Instance
from models.reallocation.settings import ReallocationSettings


@dataclass(frozen=True)
class Money:
    """The pounds of one year: allocation = out of scope + break even + reserve + fund + spendable.

    `in_scope` is after primary care's claim and what is kept of saved running costs.
    """

    allocation: int
    in_scope: int
    primary_care: int
    running_costs: int
    break_even: int
    reserve: int
    fund: int

    @property
    def out_of_scope(self) -> int:
        return self.allocation - self.in_scope

    @property
    def spendable(self) -> int:
        return self.in_scope - self.break_even - self.reserve - self.fund


def money_of(instance: Instance, opening_gbp: int) -> tuple[Money, ...]:
    """The money of the base year and every plan year; each amount is the nearest pound, halves up."""
    settings, years = instance.settings, instance.years
    ledger = sum(line.gbp for line in instance.ledger)
    running = sum(line.gbp for line in instance.ledger if line.is_running_cost)
    whole, scope = (ledger if instance.ledger else opening_gbp), opening_gbp
    money = [Money(whole, scope, 0, running, 0, 0, 0)]
    missed = Fraction(0)
    for t, year in enumerate(years, start=1):
        growth = 1 + year.base_growth_share - year.convergence_share
        whole, scope = nearest(whole * growth), nearest(scope * growth)
        claim = nearest(Fraction(settings.primary_care_gap_gbp, len(years)) * t)
        left_running = _running_costs(settings, running, t)
        kept = nearest(as_written(settings.running_cost_saving_kept_share) * (running - left_running))
        in_scope = scope - claim + kept
        missed += _efficiency_missed(settings, year) * (whole if _of_all(settings) else in_scope)
        money.append(
            Money(
                whole,
                in_scope,
                claim,
                left_running,
                nearest(missed),
                nearest(as_written(settings.reserve_share) * in_scope),
                _fund(settings, year, in_scope),
            )
        )
    return tuple(money)


def _running_costs(settings: ReallocationSettings, base_gbp: int, t: int) -> int:
    """Running costs in year t: the cut is reached in equal steps in the year it is due, and lasts."""
    steps = int(settings.running_cost_cut_by_year[:4]) - int(settings.base_year[:4])
    cut = as_written(settings.running_cost_cut_share)
    return nearest(base_gbp - base_gbp * cut if t >= steps else base_gbp - base_gbp * cut * t / steps)


def _efficiency_missed(settings: ReallocationSettings, year: PlanYear) -> Fraction:
    """The share that breaking even takes and that is not delivered; below zero where more is delivered."""
    own = year.delivered_efficiency_share
    delivered = as_written(settings.delivered_efficiency_share) if own is None else own
    return as_written(settings.break_even_efficiency_share) - delivered


def _of_all(settings: ReallocationSettings) -> bool:
    return settings.efficiency_base == "allocation"


def _fund(settings: ReallocationSettings, year: PlanYear, in_scope_gbp: int) -> int:
    if year.transition_fund_gbp is not None:
        return year.transition_fund_gbp
    return nearest(as_written(settings.transition_fund_share) * in_scope_gbp)


def as_written(share: float) -> Fraction:
    """The decimal the user wrote, not its binary neighbour."""
    return Fraction(str(share))


def nearest(amount: Fraction) -> int:
    """The nearest whole pound; half a pound goes up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
