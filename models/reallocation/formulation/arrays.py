"""The model of `model.py` put together as arrays: for systems of so many cells that Pyomo would take long.

`model.py` is the statement people read, and a test holds this one to it: the same columns and rows, in the same
order, under the same names. Amounts are thousands of pounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.reallocation.formulation.definitions import (
    every_cell_every_year,
    every_ledger_pound_once,
    need_is_share_of_spendable,
)
from models.reallocation.formulation.limit import AnyLimit, Excess, ExcessLimit, Term
from models.reallocation.formulation.model import THOUSAND, most_gap, row_name, rule_name
from models.reallocation.formulation.relief import upstream_relief
from models.reallocation.instance import CellKey, Instance, PlaceLine

Numbers = NDArray[np.float64]


class Sum(NamedTuple):
    """A constant and columns times coefficients."""

    columns: tuple[int, ...]
    coefficients: tuple[float, ...]
    constant: float = 0.0


@dataclass
class Columns:
    """Columns in the making: name and upper end (none is below zero)."""

    names: list[str] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, name: str, upper: float = np.inf) -> int:
        self.names.append(name)
        self.upper.append(upper)
        return len(self.names) - 1


@dataclass
class Rows:
    """Rows in the making, each between two ends once its constant is on their side."""

    names: list[str] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    coefficients: list[float] = field(default_factory=list)

    def add(self, name: str, parts: Sequence[Sum], lower: float, upper: float) -> None:
        constant = 0.0
        for part in parts:
            self.columns.extend(part.columns)
            self.coefficients.extend(part.coefficients)
            constant += part.constant
        self.names.append(name)
        self.lower.append(lower - constant)
        self.upper.append(upper - constant)
        self.starts.append(len(self.columns))


@dataclass(frozen=True)
class ArrayFormulation:
    """The model as arrays, with the questions `Formulation` answers; a variable is the `Sum` of its column alone.

    Rows are `lower <= matrix @ x <= upper`; no column is below zero. `row_of_excess` names the row that holds the
    variable of an excess above its amount, by rule and terms, where these tell it from others.
    """

    instance: Instance
    limit_of_row: dict[str, AnyLimit] = field(default_factory=dict)
    violation_of_row: dict[str, object] = field(default_factory=dict)
    excess_of_row: dict[str, tuple[object, ...]] = field(default_factory=dict)
    row_of_excess: dict[tuple[str, tuple[Term, ...]], str] = field(default_factory=dict)
    need: dict[PlaceLine, float] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)
    rows: Rows = field(default_factory=Rows)
    first_column: dict[CellKey, int] = field(default_factory=dict)
    over_column: dict[PlaceLine, int] = field(default_factory=dict)
    under_column: dict[PlaceLine, int] = field(default_factory=dict)

    def matrix(self) -> sparse.csr_matrix[np.float64]:
        """The rows; what stands twice in one is added up, and what comes to nothing left out."""
        rows = self.rows
        data, indices = np.array(rows.coefficients, dtype=np.float64), np.array(rows.columns, dtype=np.int32)
        shape = (len(rows.names), len(self.columns.names))
        made = sparse.csr_matrix((data, indices, np.array(rows.starts, dtype=np.int32)), shape=shape)
        made.sum_duplicates()
        made.eliminate_zeros()
        return made

    def cell(self, cell: CellKey, year: int) -> object:
        """The allocation of a cell in year 0 (a number) to T (a variable)."""
        if year == 0:
            return self.instance.opening_gbp[cell] / THOUSAND
        return _one(self.first_column[cell] + year - 1)

    def total(self, cells: Sequence[CellKey], year: int, times: float = 1.0) -> Sum:
        """The allocation of several cells in one year."""
        if year == 0:
            return Sum((), (), times * sum(self.instance.opening_gbp[cell] for cell in cells) / THOUSAND)
        first = self.first_column
        return Sum(tuple(first[cell] + year - 1 for cell in cells), (times,) * len(cells))

    def sums_of(self, terms: Sequence[Term]) -> list[Sum]:
        """Several terms."""
        return [self.total(term.cells, term.year, float(term.coefficient)) for term in terms]

    def unallocated(self) -> object:
        """Spendable money that is not allocated, over all plan years."""
        spendable = sum(money.spendable_gbp / THOUSAND for money in self.instance.money[1:])
        count = len(self.first_column) * self.instance.horizon
        return Sum(tuple(range(count)), (-1.0,) * count, spendable)

    def final_year_gap(self) -> object:
        """Half of what stands over and under need in the last year: what would have to move."""
        columns = (*self.over_column.values(), *self.under_column.values())
        return Sum(columns, (0.5,) * len(columns))

    def final_year_gap_share(self) -> object:
        """The mean gap of the places' lines in the last year, each as a share of its own need."""
        parts = [1.0 / (need * len(self.need)) for need in self.need.values()]
        return Sum((*self.over_column.values(), *self.under_column.values()), (*parts, *parts))

    def worst_cell_gap(self) -> object:
        """The largest gap of a place and line in the last year, as a share of its need."""
        return _one(len(self.columns.names) - 1)

    def over(self, key: PlaceLine) -> object:
        """What a place and line has over its need in the last year."""
        return _one(self.over_column[key])

    def under(self, key: PlaceLine) -> object:
        """What a place and line is short of its need in the last year."""
        return _one(self.under_column[key])

    def gap_row(self, key: PlaceLine) -> str:
        """The name of the row that says what a place and line has over and under its need."""
        return f"gap_of_place_and_line[{','.join(key)}]"

    def worst_row(self, key: PlaceLine) -> str:
        """The name of the row `over + under <= need * worst` of a place and line."""
        return f"worst_of_places_and_lines[{','.join(key)}]"

    @property
    def soft_orders(self) -> tuple[int, ...]:
        """The orders of the soft rules that hold anything, first things first."""
        soft = self.instance.soft_order
        return tuple(sorted({soft[self.limit_of_row[row].rule] for row in self.violation_of_row}))

    def soft_violation(self, order: int) -> object:
        """By how much the limits of the soft rules of one order are missed, all together."""
        soft = self.instance.soft_order
        rows = [row for row in self.violation_of_row if soft[self.limit_of_row[row].rule] == order]
        columns = tuple(column_of(self.violation_of_row[row]) for row in rows)
        return Sum(columns, (1.0,) * len(columns))


def column_of(variable: object) -> int:
    """The column a variable of an `ArrayFormulation` stands for."""
    assert isinstance(variable, Sum) and len(variable.columns) == 1
    return variable.columns[0]


def build_arrays(instance: Instance, limits: Sequence[AnyLimit]) -> ArrayFormulation:
    """The model of an instance under some limits, as `build` states it; nothing is solved."""
    every_ledger_pound_once(instance)
    made = ArrayFormulation(instance)
    for *cell, year in every_cell_every_year(instance):
        column = made.columns.add(f"allocation[{','.join(map(str, cell))},{year}]")
        made.first_column.setdefault(CellKey(*map(str, cell)), column)
    held = [limit for limit in limits if limit.rule != "R-09"]
    for at in range(sum(limit.rule in instance.soft_order for limit in held)):
        made.columns.add(f"violation[{at}]")
    for rule in dict.fromkeys(limit.rule for limit in held):
        _add_rule(made, rule, [limit for limit in held if limit.rule == rule])
    _define_gap(made)
    return made


def _add_rule(made: ArrayFormulation, rule: str, limits: Sequence[AnyLimit]) -> None:
    """The rows of one rule, under its id; of a soft rule each with a variable for what it is missed by."""
    rows = {row_name(limit): limit for limit in limits}
    excesses = _define_excesses(made, rule, limits)
    first = made.columns.names.index("violation[0]") if rule in made.instance.soft_order else 0
    for name, limit in rows.items():
        parts = _body(made, limit, excesses)
        least = limit.side == "least"
        if rule in made.instance.soft_order:
            missed = first + len(made.violation_of_row)
            parts.append(Sum((missed,), (1.0 if least else -1.0,)))
            made.violation_of_row[name] = _one(missed)
        end = float(limit.end_gbp) / THOUSAND
        made.rows.add(name, parts, end if least else -np.inf, np.inf if least else end)
        made.limit_of_row[name] = limit
        if isinstance(limit, ExcessLimit):
            made.excess_of_row[name] = tuple(_one(excesses[excess]) for excess in limit.excesses)


def _body(made: ArrayFormulation, limit: AnyLimit, excesses: Mapping[Excess, int]) -> list[Sum]:
    """What stands against the end of a limit."""
    if isinstance(limit, ExcessLimit):
        columns = tuple(excesses[excess] for excess in limit.excesses)
        return [Sum(columns, tuple(float(excess.weight) for excess in limit.excesses))]
    parts = [made.total(limit.cells, limit.year)]
    if limit.factor:
        parts.append(made.total(limit.cells, limit.year - 1, -float(limit.factor)))
    return [*parts, *made.sums_of(limit.others)]


def _define_excesses(made: ArrayFormulation, rule: str, limits: Sequence[AnyLimit]) -> Mapping[Excess, int]:
    """A column for every excess of a rule (one for the same amount in several limits), at least its amount."""
    every = [excess for limit in limits if isinstance(limit, ExcessLimit) for excess in limit.excesses]
    amounts = dict.fromkeys((excess.terms, excess.constant_gbp) for excess in every)
    position: dict[tuple[object, object], int] = {}
    for at, (terms, constant_gbp) in enumerate(amounts):
        column = made.columns.add(f"{rule_name(rule)}_excess[{at}]")
        parts = [*made.sums_of(terms), Sum((column,), (-1.0,), float(constant_gbp) / THOUSAND)]
        name = f"{rule_name(rule)}_excess_of[{at}]"
        made.rows.add(name, parts, -np.inf, 0.0)
        made.row_of_excess[rule, terms] = name
        position[terms, constant_gbp] = column
    if len({terms for terms, _ in amounts}) < len(amounts):
        made.row_of_excess.clear()
    return {excess: position[excess.terms, excess.constant_gbp] for excess in every}


def _define_gap(made: ArrayFormulation) -> None:
    """Over and under need in the last year, relief counted, and the worst of them as a share of need."""
    instance = made.instance
    last = instance.horizon
    need = made.need
    need.update({key: float(gbp) / THOUSAND for key, gbp in need_is_share_of_spendable(instance, last).items()})
    most = most_gap(instance, need)
    for key in instance.place_lines:
        made.over_column[key] = made.columns.add(f"over[{','.join(key)}]", most)
    for key in instance.place_lines:
        made.under_column[key] = made.columns.add(f"under[{','.join(key)}]", most)
    worst = made.columns.add("worst", most / min(need.values()))
    for key in instance.place_lines:
        parts = [made.total(instance.cells_of[key], last), *made.sums_of(upstream_relief(instance, key, last))]
        parts.append(Sum((made.over_column[key], made.under_column[key]), (-1.0, 1.0), -need[key]))
        made.rows.add(made.gap_row(key), parts, 0.0, 0.0)
    for key in instance.place_lines:
        own = Sum((made.over_column[key], made.under_column[key], worst), (1.0, 1.0, -need[key]))
        made.rows.add(made.worst_row(key), [own], -np.inf, 0.0)


def _one(column: int) -> Sum:
    return Sum((column,), (1.0,))
