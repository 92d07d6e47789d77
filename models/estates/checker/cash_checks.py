"""Checks of the money: E-26 to E-29, in whole pounds."""

from __future__ import annotations

from collections.abc import Iterator

from models.estates.checker.cash import CHARGES_TO_ICB, LEDGER_OF_ITEM, Cash, discount_factor
from models.estates.checker.facts import Facts
from models.estates.checker.written import Written
from models.shared.calendar import financial_year_of
from models.shared.findings import Finding

HALF_A_PENNY_GBP = 0.0051


def check_vacating_payment(facts: Facts, written: Written, cash: Cash) -> Iterator[Finding]:
    """E-26: each hand-back costs its one payment, in the year and the period in which its day falls."""
    for suite in facts.instance.suites:
        day = written.uses.offers.get(suite.suite_id, written.dates.get(suite.suite_id))
        for period in facts.instance.periods:
            row = written.site_plan.get((suite.suite_id, period.first_year))
            falls_here = day is not None and period.first_day <= day < period.end_day
            paid = ("vacating_payment", "moves") if falls_here and day else ()
            due = sum(cash.gbp(suite.suite_id, item, financial_year_of(day)) for item in paid if day)
            if row is not None and row.integer("one_off_gbp") != due:
                yield _error("E-26", f"{facts.site_by_id[suite.site_id].name}, {suite.name}: vacating payment and "
                             f"moves in the period from {period.first_year} are {_gbp(due)}, not "
                             f"{_gbp(row.integer('one_off_gbp'))}.",
                             f"site_plan.csv {suite.suite_id}, {period.first_year}")  # fmt: skip
    yield from _item("E-26", facts, written, cash, "vacating_payment")


def check_icb_saves_only_what_it_pays(facts: Facts, written: Written, cash: Cash) -> Iterator[Finding]:
    """E-27: the ICB's charges are its own share of what is kept, and the unavoidable part of what is not."""
    for suite in facts.instance.suites:
        for period in facts.instance.periods:
            year = period.first_year
            row = written.site_plan.get((suite.suite_id, year))
            due = sum(cash.gbp(suite.suite_id, item, year) for item in CHARGES_TO_ICB)
            if row is not None and row.integer("icb_charge_gbp") != due:
                yield _error("E-27", f"{facts.site_by_id[suite.site_id].name}, {suite.name}: the ICB pays "
                             f"{_gbp(due)} for it in {year}, not {_gbp(row.integer('icb_charge_gbp'))}.",
                             f"site_plan.csv {suite.suite_id}, {year}")  # fmt: skip
    for item in CHARGES_TO_ICB:
        yield from _item("E-27", facts, written, cash, item)


def check_sale_proceeds_never_credited(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-28: every line of the cash is one of those listed, on its ledger; none but Open Space is an income."""
    del facts
    for (year, item), row in sorted(written.cashflow.items()):
        where = f"cashflow.csv {year}, {item}"
        if item not in LEDGER_OF_ITEM:
            yield _error("E-28", f"{item} is not a payment of the estate.", where)
        elif row.text("ledger") != LEDGER_OF_ITEM[item]:
            yield _error("E-28", f"{item} stands on the {row.text('ledger')} ledger; it belongs to the "
                         f"{LEDGER_OF_ITEM[item]} ledger.", where)  # fmt: skip
        if row.integer("gbp") < 0 and item != "open_space_income":
            yield _error("E-28", f"{item} of {year} is {_gbp(row.integer('gbp'))}: an income. Proceeds of a sale are "
                         f"not the ICB's.", where)  # fmt: skip


def check_cash_discounted(facts: Facts, written: Written) -> Iterator[Finding]:
    """E-29: discounted cash is the written cash at the prices of the NPV base year."""
    for (year, item), row in sorted(written.cashflow.items()):
        right = row.integer("gbp") * discount_factor(facts.instance, year)
        if abs(row.number_of("discounted_gbp") - right) > HALF_A_PENNY_GBP:
            yield _error("E-29", f"{item} of {year}, discounted to {facts.instance.settings.npv_base_year}, is "
                         f"£{right:,.2f}, not £{row.number_of('discounted_gbp'):,.2f}.",
                         f"cashflow.csv {year}, {item}")  # fmt: skip


def other_cash_lines(facts: Facts, written: Written, cash: Cash) -> Iterator[Finding]:
    """E-30, for every other line of both ledgers, as suites, practices, works and journeys cause them."""
    for item in LEDGER_OF_ITEM:
        if item not in ("vacating_payment", *CHARGES_TO_ICB):
            yield from _item("E-30", facts, written, cash, item)


def _item(rule: str, facts: Facts, written: Written, cash: Cash, item: str) -> Iterator[Finding]:
    """One item of the cash flow in every financial year, against the sum over the suites."""
    for year in facts.instance.financial_years:
        row = written.cashflow.get((year, item))
        due = cash.total_gbp(item, year)
        if row is not None and row.integer("gbp") != due:
            yield _error(rule, f"{item} of {year} comes to {_gbp(due)}, not "
                         f"{_gbp(row.integer('gbp'))}.", f"cashflow.csv {year}, {item}")  # fmt: skip


def _gbp(pounds: int) -> str:
    return f"-£{-pounds:,}" if pounds < 0 else f"£{pounds:,}"


def _error(rule: str, message: str, where: str) -> Finding:
    return Finding(rule, "error", message, where)
