"""The four aims as expressions, each in a unit that keeps its coefficients near 1."""

from __future__ import annotations

from dataclasses import dataclass

import pyomo.environ as pyo

from models.estates.formulation.model import EstatesModel
from models.estates.geography import UsualSite

CONTACTS_UNIT = 1_000
GBP_UNIT = 1_000_000
CONTACT_MINUTES_UNIT = 1_000_000


@dataclass(frozen=True)
class Aims:
    """The aims, all to be made small, in thousand contacts, million pounds, million contact-minutes and thousand
    contacts."""

    unmet_demand: pyo.Expression
    npv_cost: pyo.Expression
    travel: pyo.Expression
    disruption: pyo.Expression


def tables_agree(model: EstatesModel) -> Aims:
    """E-30. The written tables agree: each aim is a sum over the very choices and flows that the tables hold."""
    return Aims(_unmet_demand(model), _npv_cost(model), _travel(model), _disruption(model))


def _unmet_demand(model: EstatesModel) -> pyo.Expression:
    """sum over periods of weight x contacts without a room."""
    weights = [period.weight for period in model.instance.periods]
    return pyo.quicksum(
        weights[t] * cell.contacts_per_hour(t) / CONTACTS_UNIT * model.pyomo.unmet[i, t]
        for i, cell in enumerate(model.cells)
        for t in model.network.periods
    )


def _npv_cost(model: EstatesModel) -> pyo.Expression:
    """sum over suites of the net present cost of the option chosen."""
    return pyo.quicksum(
        cost / GBP_UNIT * model.pyomo.chosen[suite, at]
        for suite, choice in model.choices.items()
        for at, cost in enumerate(choice.costs_gbp)
    )


def _travel(model: EstatesModel) -> pyo.Expression:
    """sum over periods of weight x face-to-face contacts x one-way minutes."""
    minutes = model.network.minutes
    return pyo.quicksum(
        contacts / CONTACT_MINUTES_UNIT * minutes[model.cells[i].area_id, s] * model.pyomo.flow[i, s, t]
        for i, s, t, contacts in _face_to_face(model)
    )


def _disruption(model: EstatesModel) -> pyo.Expression:
    """sum over periods of weight x face-to-face contacts placed elsewhere than at the usual site."""
    usual, cells = model.network.usual, model.cells
    return pyo.quicksum(
        contacts / CONTACTS_UNIT * model.pyomo.flow[i, s, t]
        for i, s, t, contacts in _face_to_face(model)
        if not _is_usual(usual.get((cells[i].area_id, cells[i].commodity.room_type)), s)
    )


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
