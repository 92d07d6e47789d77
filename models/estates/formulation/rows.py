"""Rules of demand and rooms that are rows of the model: one function per rule, named as in the rule catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import pyomo.environ as pyo

from models.estates.formulation.model import EstatesModel, LinkRow


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

    flow[c,s,t] <= sum_k of s, sum_o of k min(hours[c,t], what the rooms of k under o can take) x chosen[k,o]

    Once every choice is a whole number this follows from E-06; it makes the bound tight, and may be loaded lazily.
    """
    p = model.pyomo
    p.E_04_rooms_by_type = pyo.ConstraintList()
    for row in linking_rows(model):
        limit = pyo.quicksum(coefficient * p.chosen[key] for key, coefficient in row.terms)
        p.E_04_rooms_by_type.add(p.flow[row.flow] - limit <= 0)


def linking_rows(model: EstatesModel) -> Iterator[LinkRow]:
    """The rows of E-04 one by one; none where a suite of the site has such rooms whatever becomes of it."""
    cells, each = model.cells, model.network.weekly_hours_per_room
    for i, s, t in model.pyomo.flow:
        kind = cells[i].commodity.room_type
        suites = model.suites_with(s, kind)
        if any(model.always_has_rooms(suite, kind, t) for suite in suites):
            continue
        yield LinkRow(
            (i, s, t),
            tuple(
                ((suite, at), min(cells[i].hours[t], rooms * each[s]))
                for suite in suites
                for at, rooms in model.rooms_of(suite, kind, t)
            ),
        )


def used_hours_within_ceiling(model: EstatesModel) -> None:
    """E-06, with E-05 and E-07. In each session of the week used hours stay within the ceiling of the rooms.

    sum_c flow[c,s,t] + sum_g dispersed[g,s,t] <= weekly hours per room[s] x sum_k rooms[k,r,t]

    Without E-04 the kinds of room of a site are one pool. Without E-06 the ceiling is the session itself (E-05).
    """
    p, each = model.pyomo, model.network.weekly_hours_per_room
    kinds = [kind.room_type for kind in model.instance.room_types]
    pools = [[kind] for kind in kinds] if model.in_force("E-04") else [kinds]

    def row(_: pyo.ConcreteModel, s: str, pool: int, t: int) -> object:
        flows = [flow for kind in pools[pool] for flow in model.inflow(s, kind, t)]
        if not flows:
            return pyo.Constraint.Skip
        space = pyo.quicksum(
            rooms * each[s] * p.chosen[suite, at]
            for kind in pools[pool]
            for suite in model.suites_with(s, kind)
            for at, rooms in model.rooms_of(suite, kind, t)
        )
        return pyo.quicksum(flows) - space <= 0

    sites = [site.site_id for site in model.instance.sites]
    p.E_06_used_hours_within_ceiling = pyo.Constraint(sites, range(len(pools)), model.network.periods, rule=row)


def one_site_for_an_area(model: EstatesModel) -> None:
    """E-41. Where the setting asks for it, all people of an area who need one kind of room go to one site.

    flow[c,s,t] = hours[c,t] x assigned[c,s,t]; sum_s assigned[c,s,t] <= 1
    """
    p, cells = model.pyomo, model.cells
    if not model.instance.settings.one_site_per_area:
        return
    keys = [(i, s, t) for i, s, t in p.flow if not cells[i].commodity.is_virtual]
    p.assigned = pyo.Var(keys, domain=pyo.Binary)
    p.E_41_one_site_for_an_area = pyo.ConstraintList()
    for i, s, t in keys:
        p.E_41_one_site_for_an_area.add(p.flow[i, s, t] - cells[i].hours[t] * p.assigned[i, s, t] == 0)
    for i, cell in enumerate(cells):
        for t in model.network.periods if cell.sites and not cell.commodity.is_virtual else ():
            p.E_41_one_site_for_an_area.add(pyo.quicksum(p.assigned[i, s, t] for s in cell.sites) <= 1)
