"""Faults of the money: what comes off first must leave something to share out."""

from __future__ import annotations

from collections.abc import Iterator

from models.reallocation.building import plan_years_of
from models.reallocation.money import YearMoney, money_of_years
from models.reallocation.settings import ReallocationSettings
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance


def faults(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    """Years in which nothing is left to share out, with the sum; the tables have no other fault."""
    in_scope = sum(row.integer("recurrent_gbp") for row in parsed.table("baseline"))
    gbp_of = {row.text("ledger_line"): row.integer("gbp") for row in parsed.table("ledger")}
    running = sum(
        gbp_of[row.text("ledger_line")] for row in parsed.table("mapping") if row.text("status") == "running_costs"
    )
    allocation = sum(gbp_of.values()) if gbp_of else in_scope
    money = money_of_years(settings, plan_years_of(parsed, settings), allocation, in_scope, running)
    table = parsed.table("years")
    for row, year in zip(table, money[1:], strict=True):
        if year.spendable_gbp <= 0:
            yield table.fault(
                row,
                "year",
                f"must leave money to share out; there is {_arithmetic(year)}",
                "Lower what comes off first (primary_care_gap_gbp, the efficiency that is missed, reserve_share, the "
                "transition fund), or correct the growth.",
            )


def _arithmetic(year: YearMoney) -> str:
    """The year's money as a sum; primary care's claim and running costs saved are in what is in scope already."""
    in_scope = year.allocation_gbp - year.out_of_scope_gbp
    return (
        f"{in_scope:,} in scope (after primary care's claim of {year.primary_care_gbp:,}) - {year.break_even_gbp:,} "
        f"to break even - {year.reserve_gbp:,} reserve - {year.transition_fund_gbp:,} transition fund = "
        f"{year.spendable_gbp:,}"
    )
