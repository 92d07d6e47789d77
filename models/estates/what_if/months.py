"""The ICB's cash month by month, so that the month can be named in which a hand-back has paid for itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from models.estates.capital import capital_lines
from models.estates.cash import CHARGES, ICB, OPEN_SPACE, PAID_ONCE, CashLine, round_half_up
from models.estates.ledger import plan_payments, service_lines, suite_lines
from models.estates.plan import Plan
from models.shared.calendar import financial_year_of


@dataclass(frozen=True)
class Payback:
    """When a hand-back has paid for itself.

    `month` is the first day of the first month at whose end the cash cumulated since the beginning is no worse than
    without it, and stays so to the end of the plan; None where that never happens. `months` counts the months from
    `first`, the first in which anything is paid otherwise, to the end of that month, all suites together.
    `most_out_gbp` is the most that is out of pocket before.
    """

    month: dt.date | None
    months: int | None
    most_out_gbp: int
    first: dt.date | None


def payback(without: Plan, after: Plan) -> Payback:
    """The payback of one plan over another; months in which nothing is paid differently at the start do not count."""
    saved = saved_by_month(without, after)
    running = list(accumulate(saved.values(), initial=Fraction(0)))[1:]
    days = list(saved)
    first = next((at for at, gbp in enumerate(saved.values()) if gbp), None)
    if first is None:
        return Payback(None, None, 0, None)
    out = round_half_up(max(Fraction(0), *(-gbp for gbp in running)))
    last_below = max((at for at, gbp in enumerate(running) if gbp < 0), default=first - 1)
    if last_below + 1 >= len(days):
        return Payback(None, None, out, days[first])
    at = last_below + 1
    return Payback(days[at], at - first + 1, out, days[first])


def saved_by_month(without: Plan, after: Plan) -> Mapping[dt.date, Fraction]:
    """What the ICB pays less in each month of the plan, by its first day: all that its cash holds, once each."""
    before, then = (_paid_otherwise_by_month(plan, other) for plan, other in ((without, after), (after, without)))
    return {month: before[month] - then[month] for month in without.cash_book.months}


def _paid_otherwise_by_month(plan: Plan, other: Plan) -> Mapping[dt.date, Fraction]:
    """What the ICB pays by month; charges only of the suites that the other plan deals with otherwise."""
    book = plan.cash_book
    found = dict.fromkeys(book.months, Fraction(0))
    for suite in plan.instance.suites:
        if plan.option(suite) != other.option(suite):
            charges = book.charges_by_month(suite, plan.date(suite.suite_id), plan.core_date(suite))
            for month, gbp in zip(book.months, charges, strict=True):
                found[month] += gbp
    for line, day in _beside_charges(plan):
        if line.ledger == ICB:
            months = _months_of(line, day, book.months)
            for month in months:
                found[month] += Fraction(line.gbp, len(months))
    return found


def _beside_charges(plan: Plan) -> Iterator[tuple[CashLine, dt.date | None]]:
    """All other cash of a plan, with the day on which it is paid once, begins or ends."""
    works: dict[str, dt.date] = {**plan.open_space, **plan.conversions}
    for suite in plan.instance.suites:
        day = plan.option(suite).date
        yield from ((line, day) for line in suite_lines(plan, suite) if line.item not in CHARGES)
    for premises in plan.instance.premises:
        closed = plan.closures.get(premises.practice_id)
        yield from ((line, closed) for line in plan.cash_book.premises_lines(premises, closed))
    yield from ((line, works[line.owner]) for line in capital_lines(plan_payments(plan)))
    yield from ((line, None) for line in service_lines(plan))


def _months_of(line: CashLine, day: dt.date | None, months: Sequence[dt.date]) -> list[dt.date]:
    """The months over which a line is spread: that of its day, or those of its year in which it runs."""
    if day is not None and line.item in PAID_ONCE:
        return [day.replace(day=1)]
    mine = [month for month in months if financial_year_of(month) == line.year]
    if day is not None and line.item == OPEN_SPACE:
        return [month for month in mine if month >= day]
    if day is not None and line.item == "gp_reimbursement":
        return [month for month in mine if month < day]
    return mine
