"""The arrays of a model for the solver, with the questions a compiled Pyomo model answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.reallocation.formulation.arrays import ArrayFormulation, Sum, build_arrays, column_of
from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.formulation.model import Formulation, build
from models.reallocation.instance import Instance
from solvers.highs import LinearModel
from solvers.pyomo_bridge import CompiledModel, compile_pyomo
from solvers.types import Values

LARGE_CELL_YEARS = 1500
"""From so many cells times years on the model is put together as arrays; below, by Pyomo."""


@dataclass(frozen=True)
class CompiledArrays:
    """A model as arrays, asked like a compiled Pyomo model; expressions are sums of its columns."""

    linear: LinearModel

    @property
    def variables(self) -> tuple[object, ...]:
        return self.linear.column_names

    @property
    def rows(self) -> tuple[str, ...]:
        return self.linear.row_names

    def objective(self, expression: object) -> tuple[Values, float]:
        """The cost vector and constant of a sum of columns."""
        assert isinstance(expression, Sum)
        cost = np.zeros(len(self.linear.cost))
        np.add.at(cost, list(expression.columns), expression.coefficients)
        return cost, expression.constant

    def column(self, variable: object) -> int | None:
        """The column of a variable."""
        return column_of(variable)


def compiled_model(
    instance: Instance, limits: Sequence[AnyLimit], large_cell_years: int = LARGE_CELL_YEARS
) -> tuple[Formulation | ArrayFormulation, CompiledModel | CompiledArrays]:
    """The model of an instance: as Pyomo states it, or the same put together as arrays where it is large."""
    if len(instance.cells) * instance.horizon < large_cell_years:
        formulation = build(instance, limits)
        return formulation, compile_pyomo(formulation.model)
    arrays = build_arrays(instance, limits)
    return arrays, compile_arrays(arrays)


def compile_arrays(arrays: ArrayFormulation) -> CompiledArrays:
    """The arrays as the solver takes them, with a zero objective."""
    count = len(arrays.columns.names)
    linear = LinearModel(
        cost=np.zeros(count),
        offset=0.0,
        sense="minimise",
        lower=np.zeros(count),
        upper=np.array(arrays.columns.upper),
        integer=np.zeros(count, dtype=bool),
        matrix=arrays.matrix(),
        row_lower=np.array(arrays.rows.lower),
        row_upper=np.array(arrays.rows.upper),
        column_names=tuple(arrays.columns.names),
        row_names=tuple(arrays.rows.names),
    )
    return CompiledArrays(linear)
