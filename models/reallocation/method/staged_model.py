"""What the stages need of a model: its arrays, and where things stand in them. Thousands of pounds throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import CellKey, Instance, PlaceLine
from models.reallocation.method.loaded import LoadedModel
from solvers.highs import LinearModel
from solvers.types import Values

Amounts = Mapping[CellKey, Sequence[float]]
"""Pounds of every cell in years 0 to T, not whole yet."""


@dataclass(frozen=True)
class StagedModel:
    """An instance as a linear model whose aims can be told from its columns.

    `gap_columns` are the columns of what a place's line has over and under its need in the last year; `worst_rows`
    the rows `over + under <= need * worst`. `aims` have a cost for every column and a constant, by the stage's name.
    """

    instance: Instance
    linear: LinearModel
    cells: Mapping[tuple[CellKey, int], int]
    gap_columns: Mapping[PlaceLine, tuple[int, int]]
    worst_rows: Mapping[PlaceLine, int]
    worst: int
    need: Mapping[PlaceLine, float]
    aims: Mapping[str, tuple[Values, float]]

    def columns_of(self, cells: Sequence[CellKey], year: int) -> tuple[int, ...]:
        """The columns of some cells in a plan year."""
        return tuple(self.cells[cell, year] for cell in cells)

    def amounts(self, values: Values) -> dict[CellKey, list[float]]:
        """Pounds of every cell in years 0 to T out of a solution."""
        instance = self.instance
        years = range(1, instance.horizon + 1)
        return {
            cell: [
                float(instance.opening_gbp[cell]),
                *(float(values[self.cells[cell, t]]) * THOUSAND for t in years),
            ]
            for cell in instance.cells
        }


def staged_model(loaded: LoadedModel) -> StagedModel:
    """The loaded model, put together by Pyomo or as arrays, as the stages need it."""
    formulation, compiled, instance = loaded.formulation, loaded.compiled, loaded.instance

    def column(variable: object) -> int:
        at = compiled.column(variable)
        assert at is not None
        return at

    aims = {
        "unallocated": formulation.unallocated(),
        "final_year_gap": formulation.final_year_gap(),
        "final_year_gap_share": formulation.final_year_gap_share(),
        "worst_cell_gap": formulation.worst_cell_gap(),
    } | {f"soft_{order}": formulation.soft_violation(order) for order in formulation.soft_orders}
    row_of_name = {name: row for row, name in enumerate(compiled.rows)}
    keys = instance.place_lines
    years = range(1, instance.horizon + 1)
    return StagedModel(
        instance=instance,
        linear=compiled.linear,
        cells={(cell, t): loaded.column(cell, t) for cell in instance.cells for t in years},
        gap_columns={key: (column(formulation.over(key)), column(formulation.under(key))) for key in keys},
        worst_rows={key: row_of_name[formulation.worst_row(key)] for key in keys},
        worst=column(formulation.worst_cell_gap()),
        need=dict(formulation.need),
        aims={name: compiled.objective(expression) for name, expression in aims.items()},
    )
