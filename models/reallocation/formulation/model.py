"""The rules and aims as a Pyomo model, in thousands of pounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyomo.environ as pyo

from models.reallocation.formulation.definitions import (
    every_cell_every_year,
    every_ledger_pound_once,
    need_is_share_of_spendable,
)
from models.reallocation.formulation.limit import Limit
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.reallocation.rules import RULES

THOUSAND = 1000.0
_NAMES = {rule.id: f"{rule.id.replace('-', '_')}_{rule.name}" for rule in RULES}


@dataclass(frozen=True)
class Formulation:
    """The model with questions one may ask of it; every amount is in thousands of pounds.

    `limit_of_row` leads from the name of a row to the limit it came from.
    """

    instance: Instance
    model: pyo.ConcreteModel
    limit_of_row: Mapping[str, Limit]

    def cell(self, cell: CellKey, year: int) -> object:
        """The allocation of a cell in year 0 (a number) to T (a variable)."""
        return self.instance.opening_gbp[cell] / THOUSAND if year == 0 else self.model.allocation[(*cell, year)]

    def total(self, cells: Sequence[CellKey], year: int) -> object:
        """The allocation of several cells in one year."""
        return sum(self.cell(cell, year) for cell in cells)  # type: ignore[misc]

    def unallocated(self) -> object:
        """Spendable money that is not allocated, over all plan years."""
        spendable = [money.spendable_gbp / THOUSAND for money in self.instance.money[1:]]
        return sum(spendable) - sum(self.model.allocation.values())

    def final_year_gap(self) -> object:
        """Half of what stands over and under need in the last year: what would have to move."""
        return 0.5 * (sum(self.model.over.values()) + sum(self.model.under.values()))

    def worst_cell_gap(self) -> object:
        """The largest gap of a place and line in the last year, as a share of its need."""
        return self.model.worst


def build(instance: Instance, limits: Sequence[Limit]) -> Formulation:
    """The model of an instance under some limits; nothing is solved."""
    model = pyo.ConcreteModel(name="reallocation")
    every_ledger_pound_once(instance)
    model.allocation = pyo.Var(every_cell_every_year(instance), domain=pyo.NonNegativeReals)
    formulation = Formulation(instance, model, {})
    limit_of_row: dict[str, Limit] = {}
    for rule, own in _by_rule(limits).items():
        rows = {(*limit.where, limit.side): limit for limit in own}
        constraint = pyo.Constraint(list(rows), rule=lambda _, *at, rows=rows: _row(formulation, rows[at]))
        model.add_component(_NAMES[rule], constraint)
        limit_of_row |= {constraint[at].name: limit for at, limit in rows.items()}
    _define_gap(formulation)
    return Formulation(instance, model, limit_of_row)


def _by_rule(limits: Sequence[Limit]) -> dict[str, list[Limit]]:
    grouped: dict[str, list[Limit]] = {}
    for limit in (limit for limit in limits if limit.rule != "R-09"):
        grouped.setdefault(limit.rule, []).append(limit)
    return grouped


def _row(formulation: Formulation, limit: Limit) -> tuple[object, object, object]:
    """`lower <= body <= upper`, the body written so that the year's own cells have the coefficient 1."""
    body = formulation.total(limit.cells, limit.year)
    if limit.factor:
        body = body - float(limit.factor) * formulation.total(limit.cells, limit.year - 1)  # type: ignore[operator]
    end = float(limit.constant_gbp) / THOUSAND
    return (end, body, None) if limit.side == "least" else (None, body, end)


def _define_gap(formulation: Formulation) -> None:
    """Over and under need in the last year, and the worst of them as a share of need."""
    instance, model = formulation.instance, formulation.model
    last = instance.horizon
    most = 2 * max(money.spendable_gbp for money in instance.money) / THOUSAND
    need = {key: float(gbp) / THOUSAND for key, gbp in need_is_share_of_spendable(instance, last).items()}
    keys = [tuple(key) for key in instance.place_lines]
    worst = most / min(need.values())
    model.over = pyo.Var(keys, bounds=(0, most))
    model.under = pyo.Var(keys, bounds=(0, most))
    model.worst = pyo.Var(bounds=(0, worst))

    def gap(_: object, place: str, line: str) -> object:
        key = PlaceLine(place, line)
        gap = formulation.total(instance.cells_of[key], last) - need[key]  # type: ignore[operator]
        return gap == model.over[place, line] - model.under[place, line]

    def worst_over(_: object, place: str, line: str) -> object:
        return model.over[place, line] + model.under[place, line] <= need[PlaceLine(place, line)] * model.worst

    model.gap_of_place_and_line = pyo.Constraint(keys, rule=gap)
    model.worst_of_places_and_lines = pyo.Constraint(keys, rule=worst_over)
