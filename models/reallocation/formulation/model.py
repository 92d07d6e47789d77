"""The rules and aims as a Pyomo model, in thousands of pounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyomo.environ as pyo

from models.reallocation.formulation.definitions import (
    every_cell_every_year,
    every_ledger_pound_once,
    need_is_share_of_spendable,
)
from models.reallocation.formulation.limit import AnyLimit, Excess, ExcessLimit, Term
from models.reallocation.formulation.relief import upstream_relief
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.reallocation.rules import RULES

THOUSAND = 1000.0
_NAMES = {rule.id: f"{rule.id.replace('-', '_')}_{rule.name}" for rule in RULES}


def rule_name(rule: str) -> str:
    """The name of a rule's rows: its id and name."""
    return _NAMES[rule]


def row_name(limit: AnyLimit) -> str:
    """The name of the row of a limit: the rule's id and name, and where it holds."""
    return f"{_NAMES[limit.rule]}[{','.join((*limit.where, limit.side))}]"


@dataclass(frozen=True)
class Formulation:
    """The model with questions one may ask of it; every amount is in thousands of pounds.

    `limit_of_row` leads from the name of a row to the limit it came from. An `ExcessLimit` is one such row over
    variables of its own (`excess_of_row`), each held above its amount by a row that bears no limit's name.

    What aims need: `soft_orders` with `soft_violation(order)` (its variables by row in `violation_of_row`), then
    `unallocated`, `final_year_gap` or `final_year_gap_share`, and `worst_cell_gap`. For the level after the worst,
    `over[key]`, `under[key]` and `need[key]` are the parts of the row named `worst_row[key]`:
    `over + under <= need * worst`.
    """

    instance: Instance
    model: pyo.ConcreteModel
    limit_of_row: dict[str, AnyLimit] = field(default_factory=dict)
    violation_of_row: dict[str, object] = field(default_factory=dict)
    excess_of_row: dict[str, tuple[object, ...]] = field(default_factory=dict)
    need: dict[PlaceLine, float] = field(default_factory=dict)

    def cell(self, cell: CellKey, year: int) -> object:
        """The allocation of a cell in year 0 (a number) to T (a variable)."""
        return self.instance.opening_gbp[cell] / THOUSAND if year == 0 else self.model.allocation[(*cell, year)]

    def total(self, cells: Sequence[CellKey], year: int) -> object:
        """The allocation of several cells in one year."""
        return sum(self.cell(cell, year) for cell in cells)  # type: ignore[misc]

    def sum_of(self, terms: Sequence[Term]) -> object:
        """Several terms together."""
        return sum(float(term.coefficient) * self.total(term.cells, term.year) for term in terms)  # type: ignore[operator, misc]

    def unallocated(self) -> object:
        """Spendable money that is not allocated, over all plan years."""
        spendable = [money.spendable_gbp / THOUSAND for money in self.instance.money[1:]]
        return sum(spendable) - sum(self.model.allocation.values())

    def final_year_gap(self) -> object:
        """Half of what stands over and under need in the last year: what would have to move."""
        return 0.5 * (sum(self.model.over.values()) + sum(self.model.under.values()))

    def final_year_gap_share(self) -> object:
        """The mean gap of the places' lines in the last year, each as a share of its own need."""
        parts = [(self.over(key) + self.under(key)) / need for key, need in self.need.items()]  # type: ignore[operator]
        return sum(parts) / len(parts)

    def worst_cell_gap(self) -> object:
        """The largest gap of a place and line in the last year, as a share of its need."""
        return self.model.worst

    def over(self, key: PlaceLine) -> object:
        """What a place and line has over its need in the last year."""
        return self.model.over[tuple(key)]

    def under(self, key: PlaceLine) -> object:
        """What a place and line is short of its need in the last year."""
        return self.model.under[tuple(key)]

    def worst_row(self, key: PlaceLine) -> str:
        """The name of the row `over + under <= need * worst` of a place and line."""
        return str(self.model.worst_of_places_and_lines[tuple(key)].name)

    @property
    def soft_orders(self) -> tuple[int, ...]:
        """The orders of the soft rules that hold anything, first things first."""
        soft = self.instance.soft_order
        return tuple(sorted({soft[self.limit_of_row[row].rule] for row in self.violation_of_row}))

    def soft_violation(self, order: int) -> object:
        """By how much the limits of the soft rules of one order are missed, all together."""
        soft = self.instance.soft_order
        rows = [row for row in self.violation_of_row if soft[self.limit_of_row[row].rule] == order]
        return sum(self.violation_of_row[row] for row in rows)  # type: ignore[misc]


def build(instance: Instance, limits: Sequence[AnyLimit]) -> Formulation:
    """The model of an instance under some limits; nothing is solved."""
    model = pyo.ConcreteModel(name="reallocation")
    every_ledger_pound_once(instance)
    model.allocation = pyo.Var(every_cell_every_year(instance), domain=pyo.NonNegativeReals)
    formulation = Formulation(instance, model)
    held = [limit for limit in limits if limit.rule != "R-09"]
    soft = sum(limit.rule in instance.soft_order for limit in held)
    model.violation = pyo.Var(range(soft), domain=pyo.NonNegativeReals)
    for rule in dict.fromkeys(limit.rule for limit in held):
        _add_rule(formulation, rule, [limit for limit in held if limit.rule == rule])
    _define_gap(formulation)
    return formulation


def _add_rule(formulation: Formulation, rule: str, limits: Sequence[AnyLimit]) -> None:
    """The rows of one rule, under its id; of a soft rule each with a variable for what it is missed by."""
    instance, model = formulation.instance, formulation.model
    rows: dict[tuple[str, ...], AnyLimit] = {(*limit.where, limit.side): limit for limit in limits}
    excesses = _define_excesses(formulation, rule, limits)
    first = len(formulation.violation_of_row)
    missed = {at: model.violation[first + n] for n, at in enumerate(rows)} if rule in instance.soft_order else {}

    def row(_: object, *at: str) -> tuple[object, object, object]:
        limit = rows[at]
        body, end_gbp = _body(formulation, limit, excesses), limit.end_gbp
        if at in missed:
            body = body + (missed[at] if limit.side == "least" else -missed[at])
        end = float(end_gbp) / THOUSAND
        return (end, body, None) if limit.side == "least" else (None, body, end)

    constraint = pyo.Constraint(list(rows), rule=row)
    model.add_component(_NAMES[rule], constraint)
    for at, limit in rows.items():
        name = constraint[at].name
        formulation.limit_of_row[name] = limit
        if at in missed:
            formulation.violation_of_row[name] = missed[at]
        if isinstance(limit, ExcessLimit):
            formulation.excess_of_row[name] = tuple(excesses[excess] for excess in limit.excesses)


def _body(formulation: Formulation, limit: AnyLimit, excesses: Mapping[Excess, object]) -> object:
    """What stands against the end of a limit, written so that the year's own cells have the coefficient 1."""
    if isinstance(limit, ExcessLimit):
        return sum(float(excess.weight) * excesses[excess] for excess in limit.excesses)  # type: ignore[misc, operator]
    body = formulation.total(limit.cells, limit.year)
    if limit.factor:
        body = body - float(limit.factor) * formulation.total(limit.cells, limit.year - 1)  # type: ignore[operator]
    return body + formulation.sum_of(limit.others) if limit.others else body  # type: ignore[operator]


def _define_excesses(formulation: Formulation, rule: str, limits: Sequence[AnyLimit]) -> Mapping[Excess, object]:
    """A variable for every excess of a rule (one for the same amount in several limits), at least its amount."""
    every = [excess for limit in limits if isinstance(limit, ExcessLimit) for excess in limit.excesses]
    if not every:
        return {}
    amounts = list(dict.fromkeys((excess.terms, excess.constant_gbp) for excess in every))
    variable = pyo.Var(range(len(amounts)), domain=pyo.NonNegativeReals)
    formulation.model.add_component(f"{_NAMES[rule]}_excess", variable)

    def at_least_its_amount(_: object, at: int) -> object:
        terms, constant_gbp = amounts[at]
        return variable[at] >= formulation.sum_of(terms) + float(constant_gbp) / THOUSAND  # type: ignore[operator]

    rows = pyo.Constraint(range(len(amounts)), rule=at_least_its_amount)
    formulation.model.add_component(f"{_NAMES[rule]}_excess_of", rows)
    position = {amount: at for at, amount in enumerate(amounts)}
    return {excess: variable[position[excess.terms, excess.constant_gbp]] for excess in every}


def most_gap(instance: Instance, need: Mapping[PlaceLine, float]) -> float:
    """Beyond what any place's line can stand over or under its need (thousands): an end its variables need."""
    spendable = max(money.spendable_gbp for money in instance.money) / THOUSAND
    grown = max(1.0, float(instance.volume_factor) ** instance.horizon)
    return 4 * grown * max(spendable, sum(need.values()))


def _define_gap(formulation: Formulation) -> None:
    """Over and under need in the last year, relief counted, and the worst of them as a share of need."""
    instance, model = formulation.instance, formulation.model
    last = instance.horizon
    formulation.need.update(
        {key: float(gbp) / THOUSAND for key, gbp in need_is_share_of_spendable(instance, last).items()}
    )
    need = formulation.need
    most = most_gap(instance, need)
    keys = [tuple(key) for key in instance.place_lines]
    model.over = pyo.Var(keys, bounds=(0, most))
    model.under = pyo.Var(keys, bounds=(0, most))
    model.worst = pyo.Var(bounds=(0, most / min(need.values())))

    def gap(_: object, place: str, line: str) -> object:
        key = PlaceLine(place, line)
        stands = formulation.total(instance.cells_of[key], last) + formulation.sum_of(  # type: ignore[operator]
            upstream_relief(instance, key, last)
        )
        return stands - model.over[place, line] + model.under[place, line] == need[key]

    def worst_over(_: object, place: str, line: str) -> object:
        return model.over[place, line] + model.under[place, line] <= need[PlaceLine(place, line)] * model.worst

    model.gap_of_place_and_line = pyo.Constraint(keys, rule=gap)
    model.worst_of_places_and_lines = pyo.Constraint(keys, rule=worst_over)
