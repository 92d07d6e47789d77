"""All cash of a plan, line by line: suites, premises, works and services."""

from __future__ import annotations

import math
from fractions import Fraction

from models.estates.capital import Payment, Project, capital_lines, payments, project_of
from models.estates.cash import ICB, CashLine, discount_factor, round_half_up
from models.estates.demand import NOWHERE
from models.estates.entities import Suite
from models.estates.plan import Plan


def plan_lines(plan: Plan) -> list[CashLine]:
    """Every payment of a plan, each once; lines of nothing left out."""
    lines = [line for suite in plan.instance.suites for line in suite_lines(plan, suite)]
    for premises in plan.instance.premises:
        lines.extend(plan.cash_book.premises_lines(premises, plan.closures.get(premises.practice_id)))
    lines.extend(capital_lines(plan_payments(plan)))
    lines.extend(service_lines(plan))
    return lines


def suite_lines(plan: Plan, suite: Suite) -> tuple[CashLine, ...]:
    """The cash of one suite, works apart."""
    lines = plan.cash_book.lines(suite, plan.date(suite.suite_id), plan.core_date(suite))
    option = plan.option(suite)
    if option.date is not None and option.use == "open_space":
        lines += plan.cash_book.open_space_lines(suite, option.date)
    return lines


def plan_projects(plan: Plan) -> tuple[Project, ...]:
    """The works a plan chooses, those that cost something."""
    found = (project_of(plan.instance, suite, plan.option(suite)) for suite in plan.instance.suites)
    return tuple(project for project in found if project is not None)


def plan_payments(plan: Plan) -> tuple[Payment, ...]:
    """Who pays how much for the works."""
    return payments(plan.instance, plan_projects(plan))


def npv_cost_gbp(plan: Plan) -> float:
    """Net present cost of a plan to the ICB: its whole pounds by year and item, discounted."""
    return npv_of_lines_gbp(plan, plan_lines(plan))


def npv_of_lines_gbp(plan: Plan, lines: list[CashLine]) -> float:
    by_year: dict[str, int] = {}
    for line in lines:
        if line.ledger == ICB:
            by_year[line.year] = by_year.get(line.year, 0) + line.gbp
    return math.fsum(gbp * discount_factor(plan.instance, year) for year, gbp in sorted(by_year.items()))


def service_lines(plan: Plan) -> list[CashLine]:
    """Pounds of every contact by area and site, one amount a year."""
    costs = {pair: Fraction(str(gbp)) for pair, gbp in plan.instance.service_costs_gbp.items()}
    if not costs:
        return []
    found: list[CashLine] = []
    for at, period in enumerate(plan.instance.periods):
        yearly = sum(
            (
                costs.get((item.area_id, item.site_id), Fraction(0)) * Fraction(item.milli_contacts, 1000)
                for item in plan.contacts
                if item.period == at and NOWHERE not in (item.area_id, item.site_id)
            ),
            Fraction(0),
        )
        gbp = round_half_up(yearly)
        found.extend(CashLine(NOWHERE, year, "service_costs", ICB, gbp) for year in period.financial_years if gbp)
    return found
