"""The quick model: all that a plan decides stays decided, only the patients' ways are open.

It is the model of the whole problem with one option left to each suite, so that every rule of it holds; a few suites
may be left a second one, to be kept after all. With nothing left to choose it is a linear program.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.estates.cash import CashBook
from models.estates.formulation.aims import CONTACTS_UNIT, tables_agree
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.model import SuiteChoice
from models.estates.formulation.network import Network
from models.estates.hand_back import Option, suite_facts
from models.estates.method.reading import Reader
from models.estates.plan import Plan
from models.estates.what_if.orders import FullOrder
from solvers.highs import HighsSession
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Limits, Values

UNMET_TOLERANCE_CONTACTS = 1.0
"""Contacts over the plan by which unmet demand may rise and still be called the same."""
_LIMITS = Limits(relative_gap=1e-6, absolute_gap=1e-6, node_limit=200)


@dataclass(frozen=True)
class QuickResult:
    """The plan with an order carried out and the patients' ways solved anew; None where the rules allow none."""

    plan: Plan | None
    unmet_contacts: float


def repaired(
    plan: Plan,
    network: Network,
    order: FullOrder,
    may_stay: Collection[str] = (),
    without_rules: frozenset[str] = frozenset(),
) -> QuickResult:
    """Carry an order out; least unmet demand first, then cost, then travel.

    `may_stay` are suites that the plan hands back and that may be kept after all.
    """
    model = build_model(network, _choices(plan, order, may_stay), without_rules)
    compiled = compile_pyomo(model.pyomo)
    session, reader, aims = HighsSession(compiled.linear), Reader(model, compiled), tables_agree(model)

    def least(expression: object) -> tuple[Values | None, float]:
        session.set_objective(*compiled.objective(expression), "minimise")
        result = session.solve(_LIMITS)
        return result.values, result.value or 0.0

    values, unmet = least(aims.unmet_demand)
    if values is None:
        return QuickResult(None, 0.0)
    reader.hold_unmet(session, values)
    if may_stay:
        values, _ = least(aims.npv_cost)
        assert values is not None, "the plan of least unmet demand is one"
        _hold_choices(session, model.pyomo.chosen, compiled.column, values)
    found, _ = least(aims.travel)
    return QuickResult(reader.plan(values if found is None else found), unmet * CONTACTS_UNIT)


def _hold_choices(session: HighsSession, chosen: Mapping[object, object], column_of: object, values: Values) -> None:
    assert callable(column_of), "a compiled model knows its columns"
    for key in chosen:
        column = column_of(chosen[key])
        if column is not None:
            value = float(round(values[column]))
            session.set_column_bounds(column, value, value)


def _choices(plan: Plan, order: FullOrder, may_stay: Collection[str]) -> tuple[SuiteChoice, ...]:
    """The one option each suite is left, and for those that may stay the option to be kept."""
    facts = suite_facts(plan.instance)
    found: list[SuiteChoice] = []
    for site in plan.instance.sites:
        for suite in plan.instance.suites_of(site.site_id):
            options = [option_under(plan, order, suite.suite_id)]
            if suite.suite_id in may_stay:
                options.append(Option(suite.suite_id, None, options[0].core_date))
            costs = (
                tuple(option_cost_gbp(plan.instance, plan.cash_book, suite, option) for option in options)
                if len(options) > 1
                else (0.0,)
            )
            found.append(SuiteChoice(facts[suite.suite_id], tuple(options), costs))
    return tuple(found)


def option_under(plan: Plan, order: FullOrder, suite_id: str) -> Option:
    """What becomes of a suite when an order is carried out and all else stays as in the plan."""
    suite = plan.instance.suite(suite_id)
    core_date = order.cores.get(suite.site_id)
    if suite_id in order.dates:
        return Option(suite_id, order.dates[suite_id], core_date)
    return plan.option(suite)


def book_of(plan: Plan) -> CashBook:
    """The plan's cash book."""
    return plan.cash_book
