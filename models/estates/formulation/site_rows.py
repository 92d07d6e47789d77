"""Rules of suites and sites that are rows of the model: one function per rule, named as in the rule catalogue."""

from __future__ import annotations

import pyomo.environ as pyo

from models.estates.formulation.hand_back_rules import may_go_as_part
from models.estates.formulation.model import EstatesModel
from models.estates.hand_back import candidate_dates
from models.estates.right_size import SITE


def handed_back_once(model: EstatesModel) -> None:
    """E-08. A suite changes at most once, and all suites of a site agree on the day its core suite goes.

    core suite: sum of options = 1; another suite: its options with core day e sum to the core's options that go on e
    """
    p = model.pyomo
    p.E_08_handed_back_once = pyo.ConstraintList()
    for site in model.instance.sites:
        core = site.core_suite
        p.E_08_handed_back_once.add(pyo.quicksum(p.chosen[core, at] for at, _ in model.options(core)) == 1)
        for suite in model.members(site.site_id):
            if suite == core:
                continue
            for day in model.core_dates(site.site_id):
                mine = [p.chosen[suite, at] for at, option in model.options(suite) if option.core_date == day]
                cores = [p.chosen[core, at] for at, option in model.options(core) if option.hand_back_date == day]
                p.E_08_handed_back_once.add(pyo.quicksum(mine) - pyo.quicksum(cores) == 0)


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
            (chosen[below, at], option.hand_back_date)
            for at, option in model.options(below)
            if option.core_date == core_date and option.extent == "part" and option.hand_back_date is not None
        ]
        gone = [
            (chosen[above, at], option.hand_back_date)
            for at, option in model.options(above)
            if option.core_date == core_date and option.hand_back_date is not None
        ]
        for day in sorted({date for _, date in parts}):
            first = pyo.quicksum(variable for variable, date in parts if date <= day)
            before = pyo.quicksum(variable for variable, date in gone if date <= day)
            model.pyomo.E_19_top_floor_first.add(first - before <= 0)


def minimum_opening(model: EstatesModel) -> None:
    """E-21. An open site with clinical rooms has at least the agreed clinical hours for each session of the week.

    sum over clinical kinds r of what flows into [s,r,t] >= hours per session x sessions x (k has clinical rooms in
    t), for each suite k of s
    """
    settings = model.instance.settings
    least = settings.minimum_clinical_hours_per_session * len(model.instance.slots)
    clinical = sorted(kind.room_type for kind in model.instance.room_types if kind.clinical)
    if least <= 0:
        return
    rows = pyo.ConstraintList()
    model.pyomo.E_21_minimum_opening = rows
    for site in model.instance.sites:
        suites = sorted({suite for kind in clinical for suite in model.suites_with(site.site_id, kind)})
        for t in model.network.periods:
            hours = pyo.quicksum(flow for kind in clinical for flow in model.inflow(site.site_id, kind, t))
            for suite in suites:
                rule = hours - least * model.has_rooms(suite, clinical, t) >= 0
                if rule is not True:
                    rows.add(rule)


def borough_presence(model: EstatesModel) -> None:
    """E-36. Each borough keeps the agreed number of open sites, or all it has if fewer.

    sum_s in b open[s,t] >= min(minimum_open_sites_per_borough, sites of b)
    """
    least = model.instance.settings.minimum_open_sites_per_borough
    rows = pyo.ConstraintList()
    model.pyomo.E_36_borough_presence = rows
    # Where all days are settled by order, the row has no decision in it; this one, always 0, keeps it a row.
    model.pyomo.E_36_nothing = pyo.Var(bounds=(0, 0))
    for borough in sorted({site.borough for site in model.instance.sites}) if least else ():
        sites = [site.site_id for site in model.instance.sites if site.borough == borough]
        for t in model.network.periods:
            open_sites = pyo.quicksum(model.is_open(site, t) for site in sites)
            rows.add(open_sites + model.pyomo.E_36_nothing >= min(least, len(sites)))


def rooms_needed_beside(model: EstatesModel) -> None:
    """E-37. A kind of room is used only at a site that also has the kinds it needs beside it.

    flow[c,s,t] <= hours[c,t] x sum_k of s (k has rooms of r2 in t), for each r2 that the kind of c needs;
    likewise for dispersed lists
    """
    p, needs = model.pyomo, model.instance.needs_beside
    rows = pyo.ConstraintList()
    p.E_37_rooms_needed_beside = rows
    uses = [
        (p.flow[i, s, t], model.cells[i].commodity.room_type, model.cells[i].hours[t], s, t) for i, s, t in p.flow
    ]
    for g, j, t in p.dispersed:
        receiver, kind = model.lists[g].receivers[j], model.instance.settings.gp_room_type
        if receiver.kind == SITE:
            uses.append((p.dispersed[g, j, t], kind, model.lists[g].hours[t], receiver.receiver_id, t))
    for variable, kind, hours, site, t in uses:
        for beside in needs.get(kind, ()):
            suites = model.suites_with(site, beside)
            if any(model.always_has_rooms(suite, beside, t) for suite in suites):
                continue
            present = pyo.quicksum(model.has_rooms(suite, [beside], t) for suite in suites)
            rows.add(variable - hours * present <= 0)
