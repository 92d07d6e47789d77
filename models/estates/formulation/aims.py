"""The six aims as expressions, each in a unit that keeps its coefficients near 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyomo.environ as pyo

from models.estates.cash import discount_factor
from models.estates.formulation.capital_rows import works_gbp_of_icb
from models.estates.formulation.model import EstatesModel
from models.estates.geography import UsualSite

CONTACTS_UNIT = 1_000
GBP_UNIT = 1_000_000
CONTACT_MINUTES_UNIT = 1_000_000
MINUTES_UNIT = 1


@dataclass(frozen=True)
class Aims:
    """The aims, all to be made small, in the order of the stages.

    In thousand contacts, million pounds, minutes, million contact-minutes (twice) and thousand contacts.
    """

    unmet_demand: pyo.Expression
    npv_cost: pyo.Expression
    travel_worst: pyo.Expression
    travel_core20: pyo.Expression
    travel: pyo.Expression
    disruption: pyo.Expression


@dataclass(frozen=True)
class WorstRow:
    """A row that lifts `worst` to the mean minutes of one area, kind of room and period, by the keys of `flow`.

    sum of minutes x flow <= hours x worst: exact where the cell is placed whole, a bound from below where part of it
    has no room.
    """

    cell: int
    period: int
    hours: float
    terms: tuple[tuple[tuple[int, str, int], float], ...]


def tables_agree(model: EstatesModel) -> Aims:
    """E-30. The written tables agree: each aim is a sum over the very choices and flows that the tables hold."""
    return Aims(
        unmet_demand=_unmet_demand(model),
        npv_cost=_npv_cost(model),
        travel_worst=1.0 * model.pyomo.worst,
        travel_core20=_travel(model, core20=True),
        travel=_travel(model, core20=False),
        disruption=_disruption(model),
    )


def worst_rows(model: EstatesModel) -> Iterator[WorstRow]:
    """The rows of the aim `travel_worst`, one for each area, kind of room and period with a demand."""
    minutes = model.network.minutes
    for i, cell in enumerate(model.cells):
        if cell.commodity.is_virtual:
            continue
        for t in model.network.periods:
            if cell.hours[t] > 0 and cell.sites:
                terms = tuple(((i, s, t), float(minutes[cell.area_id, s])) for s in cell.sites)
                yield WorstRow(i, t, cell.hours[t], terms)


def _unmet_demand(model: EstatesModel) -> pyo.Expression:
    """sum over periods of weight x contacts without a room."""
    weights = [period.weight for period in model.instance.periods]
    return pyo.quicksum(
        weights[t] * cell.contacts_per_hour(t) / CONTACTS_UNIT * model.pyomo.unmet[i, t]
        for i, cell in enumerate(model.cells)
        for t in model.network.periods
    )


def _npv_cost(model: EstatesModel) -> pyo.Expression:
    """sum over suites and premises of the net present cost of what is chosen, works and service costs added."""
    p = model.pyomo
    suites = [
        cost / GBP_UNIT * p.chosen[suite, at]
        for suite, choice in model.choices.items()
        for at, cost in enumerate(choice.costs_gbp)
    ]
    premises = [
        cost / GBP_UNIT * p.closing[practice, at]
        for practice, choice in model.premises.items()
        for at, cost in enumerate(choice.costs_gbp)
    ]
    works = works_gbp_of_icb(model) / GBP_UNIT
    return pyo.quicksum([*suites, *premises, *_service_costs(model)]) + works


def _service_costs(model: EstatesModel) -> list[pyo.Expression]:
    """Pounds for each contact of an area at a site, in each year of the period, discounted, in millions."""
    costs, cells = model.instance.service_costs_gbp, model.cells
    factors = [sum(discount_factor(model.instance, y) for y in one.financial_years) for one in model.instance.periods]
    if not costs:
        return []
    return [
        costs[cells[i].area_id, s] * cells[i].contacts_per_hour(t) * factors[t] / GBP_UNIT * model.pyomo.flow[i, s, t]
        for i, s, t in model.pyomo.flow
        if costs.get((cells[i].area_id, s), 0.0) > 0
    ]


def _travel(model: EstatesModel, *, core20: bool) -> pyo.Expression:
    """sum over periods of weight x face-to-face contacts (x Core20 share of their area) x one-way minutes."""
    minutes = model.network.minutes
    shares = {area.area_id: (area.core20_share or 0.0) if core20 else 1.0 for area in model.instance.areas}
    terms = [
        (contacts * shares[model.cells[i].area_id], minutes[model.cells[i].area_id, s], (i, s, t))
        for i, s, t, contacts in _face_to_face(model)
    ]
    return pyo.quicksum(
        contacts / CONTACT_MINUTES_UNIT * one_way * model.pyomo.flow[key]
        for contacts, one_way, key in terms
        if contacts
    )


def _disruption(model: EstatesModel) -> pyo.Expression:
    """sum over periods of weight x face-to-face contacts placed elsewhere than at the usual site, and of contacts of
    closed lists."""
    usual, cells = model.network.usual, model.cells
    moved = [
        contacts / CONTACTS_UNIT * model.pyomo.flow[i, s, t]
        for i, s, t, contacts in _face_to_face(model)
        if not _is_usual(usual.get((cells[i].area_id, cells[i].commodity.room_type)), s)
    ]
    closed = [
        model.instance.periods[t].weight
        * one.contacts[t]
        / CONTACTS_UNIT
        * model.is_closed(one.premises.practice_id, t)
        for one in model.lists
        for t in model.network.periods
    ]
    return pyo.quicksum([*moved, *closed])


def _is_usual(usual: UsualSite | None, site_id: str) -> bool:
    return usual is not None and usual.site_id == site_id


def _face_to_face(model: EstatesModel) -> list[tuple[int, str, int, float]]:
    """Flows of patients who travel, each with the weighted contacts a year that one hour a week stands for."""
    weights = [period.weight for period in model.instance.periods]
    return [
        (i, s, t, weights[t] * model.cells[i].contacts_per_hour(t))
        for i, s, t in model.pyomo.flow
        if not model.cells[i].commodity.is_virtual
    ]
