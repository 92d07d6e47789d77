"""From a readable Pyomo model to arrays, through Pyomo's standard-form compiler, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from pyomo.repn.standard_repn import generate_standard_repn
from scipy import sparse

from solvers.highs import LinearModel
from solvers.types import Values


@dataclass(frozen=True)
class CompiledModel:
    """A Pyomo model as arrays.

    `linear` has the columns of `variables` in that order and a zero objective; objectives come from `objective`.
    `rows` names the constraint each row came from (a two-sided constraint gives two rows).
    """

    linear: LinearModel
    variables: tuple[object, ...]
    rows: tuple[str, ...]
    _position: dict[int, int]

    def objective(self, expression: object) -> tuple[Values, float]:
        """The cost vector and constant of a linear Pyomo expression over the model's variables.

        Raises
        ------
        ValueError
            If the expression is not linear, or holds a variable that is in no constraint.
        """
        repn = generate_standard_repn(expression, quadratic=False)
        if not repn.is_linear():
            raise ValueError("the expression is not linear")
        cost = np.zeros(len(self.variables))
        for coefficient, variable in zip(repn.linear_coefs, repn.linear_vars, strict=True):
            at = self._position.get(id(variable))
            if at is None:
                raise ValueError(f"{variable.name} is in no constraint of the model")
            cost[at] += float(coefficient)
        return cost, float(repn.constant)

    def load(self, values: Values) -> None:
        """Write a solution into the Pyomo variables; whole-number variables are rounded to exact integers."""
        for variable, value, whole in zip(self.variables, values, self.linear.integer, strict=True):
            variable.set_value(round(value) if whole else float(value), skip_validation=True)  # type: ignore[attr-defined]

    def column(self, variable: object) -> int | None:
        """The column of a Pyomo variable; None when it stands in no row."""
        return self._position.get(id(variable))


def compile_pyomo(model: pyo.ConcreteModel) -> CompiledModel:
    """Compile the constraints of a Pyomo model (any objective of its own is ignored).

    Every variable that is not fixed becomes a column. Row names are the names of the Pyomo constraints, so a
    rule's id travels with its rows.
    """
    carrier = pyo.Objective(expr=_all_variables(model))
    own = list(model.component_data_objects(pyo.Objective, active=True))
    for objective in own:
        objective.deactivate()
    model.add_component("_bridge_carrier", carrier)
    try:
        form = LinearStandardFormCompiler().write(model, mixed_form=True)
    finally:
        model.del_component("_bridge_carrier")
        for objective in own:
            objective.activate()
    return _from_standard_form(form)


def _all_variables(model: pyo.ConcreteModel) -> object:
    """A linear expression that mentions every variable, so that none is lost for standing in no row."""
    return pyo.quicksum(
        v for v in model.component_data_objects(pyo.Var, active=True, descend_into=True) if not v.fixed
    )


def _from_standard_form(form: object) -> CompiledModel:
    columns = tuple(form.columns)  # type: ignore[attr-defined]
    rhs = np.asarray(form.rhs, dtype=np.float64)  # type: ignore[attr-defined]
    multipliers = np.array([row[1] for row in form.rows], dtype=np.int64)  # type: ignore[attr-defined]
    bounds = [variable.bounds for variable in columns]
    linear = LinearModel(
        cost=np.zeros(len(columns)),
        offset=0.0,
        sense="minimise",
        lower=np.array([-np.inf if low is None else low for low, _ in bounds], dtype=np.float64),
        upper=np.array([np.inf if high is None else high for _, high in bounds], dtype=np.float64),
        integer=np.array([not variable.is_continuous() for variable in columns], dtype=bool),
        matrix=sparse.csr_matrix(form.A),  # type: ignore[attr-defined]
        row_lower=np.where(multipliers > 0, -np.inf, rhs),
        row_upper=np.where(multipliers < 0, np.inf, rhs),
        column_names=tuple(variable.name for variable in columns),
        row_names=tuple(row[0].name for row in form.rows),  # type: ignore[attr-defined]
    )
    position = {id(variable): at for at, variable in enumerate(columns)}
    return CompiledModel(linear, columns, linear.row_names, position)
