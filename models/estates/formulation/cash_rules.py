"""What an option costs the ICB: payments and charges of one suite, discounted; one function per rule."""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.estates.cash import CHARGES, ICB, LEDGERS, OPEN_SPACE, CashBook, CashLine, discount_factor
from models.estates.entities import Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance


def vacating_payment(book: CashBook, suite: Suite, option: Option) -> list[CashLine]:
    """E-26. A hand-back costs one payment, by the tenure, the extent and the rules in force on the day.

    share x annual charge, x months left / 12 where pro rata and under 12 are left
    """
    lines = option_lines(book, suite, option)
    return [line for line in lines if line.item == "vacating_payment"]


def icb_saves_only_what_it_pays(book: CashBook, suite: Suite, option: Option) -> list[CashLine]:
    """E-27. The ICB's cash holds its share of the charge while the suite is kept, and the unavoidable part after.

    monthly charge x ICB area / area; after a part hand-back x (1 - avoidable_share_part)
    """
    return [line for line in option_lines(book, suite, option) if line.item in CHARGES]


def sale_proceeds_never_credited(lines: Sequence[CashLine]) -> list[CashLine]:
    """E-28. Proceeds of a sale go to the national pot and are never counted.

    Only items of the ICB's ledger enter the cost of an option, and none but Open Space's is money received.
    """
    return [line for line in lines if line.item in LEDGERS[ICB] and (line.gbp > 0 or line.item == OPEN_SPACE)]


def cash_discounted(instance: EstatesInstance, lines: Sequence[CashLine]) -> float:
    """E-29. Cash is discounted by financial year at the real rate from the NPV base year.

    sum of gbp / (1 + rate) ^ (year - npv_base_year)
    """
    return math.fsum(line.gbp * discount_factor(instance, line.year) for line in lines)


def option_cost_gbp(instance: EstatesInstance, book: CashBook, suite: Suite, option: Option) -> float:
    """Net present cost of an option to the ICB."""
    others = [line for line in option_lines(book, suite, option) if line.item in ("moves", OPEN_SPACE)]
    lines = [*vacating_payment(book, suite, option), *icb_saves_only_what_it_pays(book, suite, option), *others]
    return cash_discounted(instance, sale_proceeds_never_credited(lines))


def option_lines(book: CashBook, suite: Suite, option: Option) -> tuple[CashLine, ...]:
    """The ICB's cash of a suite under an option; works apart, for who pays for them is a choice of the plan."""
    lines = book.icb_lines(suite, option.hand_back_date, option.core_date)
    if option.date is not None and option.use == "open_space":
        lines += book.open_space_lines(suite, option.date)
    return lines
