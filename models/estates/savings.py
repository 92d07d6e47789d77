"""What a hand-back brings the ICB: yearly saving, one-off payment, months to pay it back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from models.estates.cash import CashBook, round_half_up
from models.estates.entities import Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance

_MONTHS = 12


@dataclass(frozen=True)
class Saving:
    """`one_off_gbp` holds the vacating payment and the moves.

    `payback_months` is None where the saving never pays the one-off back (a lease nearly over).
    """

    one_off_gbp: int
    saved_gbp_per_year: int
    payback_months: float | None


def saving_of(instance: EstatesInstance, book: CashBook, suite: Suite, option: Option) -> Saving:
    """The saving of one hand-back against keeping the suite in a building that stays open."""
    assert option.date is not None, "a suite that stays saves nothing"
    settings = instance.settings
    avoidable = settings.avoidable_share_whole if option.extent == "whole" else settings.avoidable_share_part
    yearly = round_half_up(Fraction(str(avoidable)) * book.icb_annual_charge_gbp(suite, option.date))
    one_off = book.vacating_payment_gbp(suite, option.date, option.core_date) + book.moves_gbp(suite, option.date)
    return Saving(one_off, yearly, payback_months(one_off, yearly))


def payback_months(one_off_gbp: float, saved_gbp_per_year: float) -> float | None:
    """Months of saving that make up for a one-off payment; None where nothing is saved.

    A part of a freehold pays half a year's charge and saves the avoidable share a of it: 6 / a months.
    """
    if saved_gbp_per_year <= 0:
        return None if one_off_gbp > 0 else 0.0
    return _MONTHS * one_off_gbp / saved_gbp_per_year
