"""What an option costs the ICB: payments and charges of one suite, discounted; one function per rule."""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.estates.cash import ICB, LEDGERS, CashBook, CashLine, discount_factor
from models.estates.entities import Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance


def vacating_payment(book: CashBook, suite: Suite, option: Option) -> list[CashLine]:
    """E-26. A hand-back costs one payment, by the tenure, the extent and the rules in force on the day.

    share x annual charge, x months left / 12 where pro rata and under 12 are left
    """
    return [line for line in book.icb_lines(suite, option.date, option.core_date) if line.item == "vacating_payment"]


def icb_saves_only_what_it_pays(book: CashBook, suite: Suite, option: Option) -> list[CashLine]:
    """E-27. The ICB's cash holds its share of the charge while the suite is kept, and the unavoidable part after.

    monthly charge x ICB area / area; after a part hand-back x (1 - avoidable_share_part)
    """
    items = ("charges", "charges_continuing")
    return [line for line in book.icb_lines(suite, option.date, option.core_date) if line.item in items]


def sale_proceeds_never_credited(lines: Sequence[CashLine]) -> list[CashLine]:
    """E-28. Proceeds of a sale go to the national pot and are never counted.

    Only payments of the ICB's ledger enter the cost of an option, and each is money paid.
    """
    return [line for line in lines if line.item in LEDGERS[ICB] and line.gbp > 0]


def cash_discounted(instance: EstatesInstance, lines: Sequence[CashLine]) -> float:
    """E-29. Cash is discounted by financial year at the real rate from the NPV base year.

    sum of gbp / (1 + rate) ^ (year - npv_base_year)
    """
    return math.fsum(line.gbp * discount_factor(instance, line.year) for line in lines)


def option_cost_gbp(instance: EstatesInstance, book: CashBook, suite: Suite, option: Option) -> float:
    """Net present cost of an option to the ICB."""
    lines = [*vacating_payment(book, suite, option), *icb_saves_only_what_it_pays(book, suite, option)]
    return cash_discounted(instance, sale_proceeds_never_credited(lines))
