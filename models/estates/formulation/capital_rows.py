"""The rule of capital as rows of the model, and what the ICB pays of it."""

from __future__ import annotations

import pyomo.environ as pyo

from models.estates.capital import ICB_KIND, Project, may_pay, most_of_a_project_gbp
from models.estates.cash import discount_factor
from models.estates.entities import CapitalSource
from models.estates.formulation.model import EstatesModel

PAY_GBP = 10_000
"""Pounds that one unit of `pay` stands for: far above the solver's tolerance, and coefficients stay near 1."""


def projects_of(model: EstatesModel) -> dict[Project, pyo.Expression]:
    """Every project a plan can choose, with 1 when it is chosen."""
    found: dict[Project, list[pyo.Var]] = {}
    for suite, choice in model.choices.items():
        for at, project in enumerate(choice.projects):
            if project is not None:
                found.setdefault(project, []).append(model.pyomo.chosen[suite, at])
    return {project: pyo.quicksum(chosen) for project, chosen in found.items()}


def capital_within_limits(model: EstatesModel) -> None:
    """E-34. Works are paid in the year they begin, from sources that may pay for them and within the limit of each.

    sum_s pay[p,s] = works[p] x chosen[p]; pay[p,s] <= share[s] x works[p] x chosen[p]; sum_p pay[p,s] <= limit[s,y]

    Where no sources are listed, or the rule is left out, the ICB pays the rest without a limit.
    """
    p, sources = model.pyomo, model.instance.capital_sources
    projects = list(projects_of(model).items())
    unlimited = not sources or not model.in_force("E-34")
    pairs = [
        (k, s) for k, (project, _) in enumerate(projects) for s, one in enumerate(sources) if may_pay(one, project)
    ]
    p.pay = pyo.Var(pairs, domain=pyo.NonNegativeReals)
    p.rest = pyo.Var(range(len(projects)), bounds=(0, None if unlimited else 0))
    rows = pyo.ConstraintList()
    p.E_34_capital_within_limits = rows
    for k, (project, chosen) in enumerate(projects):
        mine = [(s, sources[s]) for at, s in pairs if at == k]
        rows.add(pyo.quicksum(p.pay[k, s] for s, _ in mine) + p.rest[k] - project.works_gbp / PAY_GBP * chosen == 0)
        for s, source in mine:
            rows.add(p.pay[k, s] - most_of_a_project_gbp(source, project) / PAY_GBP * chosen <= 0)
    for s, source in enumerate(sources):
        paid = [p.pay[k, at] for k, at in pairs if at == s]
        if paid:
            rows.add(pyo.quicksum(paid) <= source.limit_gbp / PAY_GBP)


def works_gbp_of_icb(model: EstatesModel) -> pyo.Expression:
    """What the ICB pays for works, discounted by financial year."""
    p, instance = model.pyomo, model.instance
    projects = list(projects_of(model))
    kinds: tuple[CapitalSource, ...] = instance.capital_sources
    own = [p.pay[k, s] * discount_factor(instance, kinds[s].year) for k, s in p.pay if kinds[s].kind == ICB_KIND]
    rest = [p.rest[k] * discount_factor(instance, project.year) for k, project in enumerate(projects)]
    return PAY_GBP * pyo.quicksum([*own, *rest])
