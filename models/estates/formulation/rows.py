"""The rules that are rows of the model: one function per rule, named as in the rule catalogue."""

from __future__ import annotations

import pyomo.environ as pyo

from models.estates.formulation.hand_back_rules import may_go_as_part
from models.estates.formulation.model import EstatesModel
from models.estates.hand_back import candidate_dates


def demand_placed(model: EstatesModel) -> None:
    """E-01. Every contact is given a site, or is counted as unmet.

    sum_s flow[c,s,t] + unmet[c,t] = hours[c,t]
    """
    p, cells = model.pyomo, model.cells
    p.E_01_demand_placed = pyo.Constraint(
        range(len(cells)),
        model.network.periods,
        rule=lambda _, i, t: (
            pyo.quicksum(p.flow[i, s, t] for s in cells[i].sites) + p.unmet[i, t] == cells[i].hours[t]
        ),
    )


def unmet_demand_within_limit(model: EstatesModel) -> None:
    """E-02. No more than the agreed share of a year's contacts is left unmet.

    sum_c contacts per hour[c,t] x unmet[c,t] <= unmet_share_limit x sum_c contacts[c,t]
    """
    p, cells, share = model.pyomo, model.cells, model.instance.settings.unmet_share_limit
    if share >= 1 or not cells:
        return
    p.E_02_unmet_demand_within_limit = pyo.Constraint(
        model.network.periods,
        rule=lambda _, t: (
            pyo.quicksum(cell.contacts_per_hour(t) * p.unmet[i, t] for i, cell in enumerate(cells))
            <= share * sum(cell.contacts[t] for cell in cells)
        ),
    )


def rooms_by_type(model: EstatesModel) -> None:
    """E-04. A service takes place only in a room of the kind it needs.

    flow[c,s,t] <= sum_k of s with such rooms min(hours[c,t], what the rooms of k can take) x planned_on[k,t]

    Not needed where a suite with such rooms can never be handed back.
    """
    p, cells, each = model.pyomo, model.cells, model.network.weekly_hours_per_room

    def row(_: pyo.ConcreteModel, i: int, s: str, t: int) -> object:
        suites = model.suites_with(s, cells[i].commodity.room_type)
        if any(model.choices[suite].is_always_kept for suite, _ in suites):
            return pyo.Constraint.Skip
        return p.flow[i, s, t] <= pyo.quicksum(
            min(cells[i].hours[t], rooms * each[s]) * model.planned_on(suite, t) for suite, rooms in suites
        )

    p.E_04_rooms_by_type = pyo.Constraint(list(p.flow), rule=row)


def used_hours_within_ceiling(model: EstatesModel) -> None:
    """E-06, with E-05 and E-07. In each session of the week used hours stay within the ceiling of the rooms.

    sum_c flow[c,s,t] <= weekly hours per room[s] x rooms[s,r,t]

    Without E-04 the kinds of room of a site are one pool. Without E-06 the ceiling is the session itself (E-05).
    """
    each = model.network.weekly_hours_per_room
    kinds = [kind.room_type for kind in model.instance.room_types]
    pools = [[kind] for kind in kinds] if model.in_force("E-04") else [kinds]

    def row(_: pyo.ConcreteModel, s: str, pool: int, t: int) -> object:
        flows = [flow for kind in pools[pool] for flow in model.inflow(s, kind, t)]
        if not flows:
            return pyo.Constraint.Skip
        rooms = [(suite, count) for kind in pools[pool] for suite, count in model.suites_with(s, kind)]
        space = pyo.quicksum(count * each[s] * model.planned_on(suite, t) for suite, count in rooms)
        return pyo.quicksum(flows) <= space

    sites = [site.site_id for site in model.instance.sites]
    model.pyomo.E_06_used_hours_within_ceiling = pyo.Constraint(
        sites, range(len(pools)), model.network.periods, rule=row
    )


def handed_back_once(model: EstatesModel) -> None:
    """E-08. A suite is handed back at most once, and all suites of a site agree on the day its core suite goes.

    core suite: sum of options = 1; another suite: its options with core day e sum to the core's choice of e
    """
    p = model.pyomo
    p.E_08_handed_back_once = pyo.ConstraintList()
    for site in model.instance.sites:
        core = site.core_suite
        p.E_08_handed_back_once.add(pyo.quicksum(p.chosen[core, at] for at, _ in model.options(core)) == 1)
        for suite in model.members(site.site_id):
            if suite == core:
                continue
            for core_at, core_option in model.options(core):
                mine = [at for at, option in model.options(suite) if option.core_date == core_option.date]
                p.E_08_handed_back_once.add(
                    pyo.quicksum(p.chosen[suite, at] for at in mine) == p.chosen[core, core_at]
                )


def top_floor_first(model: EstatesModel) -> None:
    """E-19. Parts of a building are handed back from the top floor down.

    for suite k on a floor below suite j, each day d and each core day e:
    sum over days <= d of chosen[k, part, e] <= sum over days <= d of chosen[j, e]
    """
    model.pyomo.E_19_top_floor_first = pyo.ConstraintList()
    for site in model.instance.sites:
        facts = [model.choices[suite].facts for suite in model.members(site.site_id)]
        dates = candidate_dates(model.instance, facts)
        parts = [f for f in facts if may_go_as_part(f, dates, model.without_rules)]
        for below in parts:
            for above in parts:
                if above.suite.floor > below.suite.floor:
                    _one_after_the_other(model, site.site_id, below.suite.suite_id, above.suite.suite_id)


def _one_after_the_other(model: EstatesModel, site_id: str, below: str, above: str) -> None:
    chosen = model.pyomo.chosen
    for core_date in model.core_dates(site_id):
        parts = [
            (chosen[below, at], option.date)
            for at, option in model.options(below)
            if option.core_date == core_date and option.extent == "part" and option.date is not None
        ]
        gone = [
            (chosen[above, at], option.date)
            for at, option in model.options(above)
            if option.core_date == core_date and option.date is not None
        ]
        for day in sorted({date for _, date in parts}):
            first = pyo.quicksum(variable for variable, date in parts if date <= day)
            before = pyo.quicksum(variable for variable, date in gone if date <= day)
            model.pyomo.E_19_top_floor_first.add(first - before <= 0)


def minimum_opening(model: EstatesModel) -> None:
    """E-21. An open site with clinical rooms has at least the agreed clinical hours for each session of the week.

    sum over clinical kinds r and cells c of flow[c,s,t] >= hours per session x sessions x planned_on[k,t], for each
    suite k of s with clinical rooms
    """
    settings = model.instance.settings
    least = settings.minimum_clinical_hours_per_session * len(model.instance.slots)
    clinical = sorted(kind.room_type for kind in model.instance.room_types if kind.clinical)
    suites = [suite.suite_id for suite in model.instance.suites if not suite.rooms.keys().isdisjoint(clinical)]
    if least <= 0:
        return

    def row(_: pyo.ConcreteModel, suite: str, t: int) -> object:
        site_id = model.choices[suite].facts.site.site_id
        hours = pyo.quicksum(flow for kind in clinical for flow in model.inflow(site_id, kind, t))
        needed = least * model.planned_on(suite, t)
        rule = hours >= needed
        return pyo.Constraint.Skip if rule is True else rule

    model.pyomo.E_21_minimum_opening = pyo.Constraint(suites, model.network.periods, rule=row)
