"""The tables of money: cash by year, and who pays for works."""

from __future__ import annotations

from models.estates.cash import LEDGERS, discount_factor
from models.estates.ledger import plan_lines, plan_payments
from models.estates.plan import Plan
from models.shared.cells import Cell


def cashflow(plan: Plan) -> list[dict[str, Cell]]:
    """Every financial year with every item, zeros included."""
    years = plan.instance.financial_years
    totals = {(year, ledger, item): 0 for year in years for ledger, items in LEDGERS.items() for item in items}
    for line in plan_lines(plan):
        totals[line.year, line.ledger, line.item] += line.gbp
    return [
        {
            "year": year,
            "item": item,
            "ledger": ledger,
            "gbp": gbp,
            "discounted_gbp": gbp * discount_factor(plan.instance, year),
        }
        for (year, ledger, item), gbp in sorted(totals.items())
    ]


def capital(plan: Plan) -> list[dict[str, Cell]]:
    """Every project and source with pounds."""
    return [
        {
            "year": one.year,
            "project": one.project,
            "source_id": one.source_id,
            "gbp": one.gbp,
            "year_left_gbp": one.left_gbp,
        }
        for one in plan_payments(plan)
    ]
