"""What would be done without a plan: today's estate, everything kept."""

from __future__ import annotations

from collections.abc import Mapping

import pyomo.environ as pyo

from models.estates.formulation.aims import tables_agree
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method.reading import Reader
from models.estates.plan import Plan
from solvers.highs import HighsSession
from solvers.pyomo_bridge import CompiledModel, compile_pyomo
from solvers.types import Limits, Values

NAME = "todays_estate"


def todays_estate(instance: EstatesInstance) -> Plan | None:
    """Every suite kept for as long as the rules let it be, patients at the nearest sites whose rooms suffice.

    Under the same rules as the plan: what is ordered is done, the ceiling and the travel rules hold. None where the
    rules allow no plan at all.
    """
    choices = suite_choices(instance)
    if not all(choice.options for choice in choices):
        return None
    model = build_model(build_network(instance), choices)
    compiled = compile_pyomo(model.pyomo)
    session, reader = HighsSession(compiled.linear), Reader(model, compiled)
    values = _solved(session, compiled, _given_up(model))
    if values is None:
        return None
    _hold_estate(session, compiled, model, values)
    aims = tables_agree(model)
    values = _solved(session, compiled, aims.unmet_demand)
    if values is None:
        return None
    reader.hold_unmet(session, values)
    values = _solved(session, compiled, aims.travel)
    return None if values is None else reader.plan(values)


def baselines(instance: EstatesInstance) -> Mapping[str, Plan]:
    """The baselines by name; empty where the rules allow no plan."""
    plan = todays_estate(instance)
    return {} if plan is None else {NAME: plan}


def _given_up(model: EstatesModel) -> pyo.Expression:
    """Changes, and the periods they take from suites and premises: what keeping everything makes smallest."""
    p, periods = model.pyomo, model.instance.periods
    suites = [
        (1 + sum(option.phase(period) != "kept" for period in periods)) * p.chosen[suite, at]
        for suite in model.choices
        for at, option in model.options(suite)
        if option.date is not None
    ]
    premises = [
        (1 + sum(day < period.end_day for period in periods)) * p.closing[practice, at]
        for practice, choice in model.premises.items()
        for at, day in enumerate(choice.dates)
        if day is not None
    ]
    return pyo.quicksum([*suites, *premises])


def _solved(session: HighsSession, compiled: CompiledModel, expression: pyo.Expression) -> Values | None:
    cost, offset = compiled.objective(expression)
    session.set_objective(cost, offset, "minimise")
    return session.solve(Limits(relative_gap=1e-6, absolute_gap=1e-6)).values


def _hold_estate(session: HighsSession, compiled: CompiledModel, model: EstatesModel, values: Values) -> None:
    """Fix which suites and premises stay, so that only the patients' ways remain to be chosen."""
    for choices in (model.pyomo.chosen, model.pyomo.closing):
        for key in choices:
            column = compiled.column(choices[key])
            if column is not None:
                value = float(round(values[column]))
                session.set_column_bounds(column, value, value)
