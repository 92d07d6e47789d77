"""One estates model in the solver, with its links (E-04) beside it, and what the stages ask of its columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.estates.formulation.aims import Aims, tables_agree, worst_rows
from models.estates.formulation.catalogue import LINKS
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.rows import linking_rows as rows_of_links
from models.estates.location.links import LinkingRows, linking_rows
from models.estates.method.projection import Projection
from models.estates.method.reading import HeldUnmet, Reader
from solvers.highs import HighsSession, LinearModel, with_rows
from solvers.pyomo_bridge import CompiledModel, compile_pyomo
from solvers.types import Values

_THINNEST_HOURS = 0.1
"""Rows of the worst journey are in minutes, but not those of areas with next to no hours: they would be too large."""
Flags = NDArray[np.bool_]


class LoadedModel:
    """A model without links, compiled and loaded; the same columns throughout.

    `whole` flags the choices: what becomes of suites and premises, and where an area keeps to one site, that too.
    """

    def __init__(self, model: EstatesModel) -> None:
        self.model = model
        self.compiled: CompiledModel = compile_pyomo(model.pyomo)
        self.linear: LinearModel = self.compiled.linear
        self.session = HighsSession(self.linear)
        self.reader = Reader(model, self.compiled)
        self.aims: Aims = tables_agree(model)
        self.links: LinkingRows = self._links()
        self.whole: Flags = self.linear.integer
        self.ways: Flags = self._ways()
        self.worst = self._column(model.pyomo.worst)

    def objective(self, name: str) -> tuple[Values, float]:
        """The cost of an aim by its name."""
        return self.compiled.objective(getattr(self.aims, name))

    @property
    def decisions(self) -> Flags:
        """Flags of what becomes of suites and premises: the choices but for the site an area keeps to."""
        found = np.zeros(len(self.whole), dtype=bool)
        for variables in (self.model.pyomo.chosen, self.model.pyomo.closing):
            found[[self._column(variables[key]) for key in variables]] = True
        return found

    @property
    def ways_are_free(self) -> bool:
        """Whether the choices alone decide the cost, and ways are no choices: then they can be solved alone."""
        cost, _ = self.objective("npv_cost")
        return not cost[self.ways].any() and bool((self.whole == self.decisions).all())

    def changes(self) -> NDArray[np.int64]:
        """Columns of changes that need not be: of suites and premises that could also stay as they are."""
        p, found = self.model.pyomo, []
        for suite, choice in self.model.choices.items():
            stays = [option.date is None and option.core_date is None for option in choice.options]
            if any(stays):
                found += [self._column(p.chosen[suite, at]) for at, stay in enumerate(stays) if not stay]
        for practice, premises in self.model.premises.items():
            if None in premises.dates:
                found += [self._column(p.closing[practice, at]) for at, day in enumerate(premises.dates) if day]
        return np.array(sorted(found), dtype=np.int64)

    def projection(self, held: HeldUnmet) -> Projection:
        """The model of the choices alone, with unmet demand held."""
        upper = self.linear.upper.copy()
        upper[held.none] = 0.0
        model = replace(self.linear, upper=upper)
        if len(held.limits):
            model = with_rows(model, held.rows, np.full(len(held.limits), -np.inf), held.limits)
        return Projection(model, self.ways, self.links)

    def add_worst_rows(self) -> None:
        """Load the rows that lift `worst` to the mean journey of every area, kind of room and period."""
        flow = self.model.pyomo.flow
        rows: list[tuple[list[int], list[float]]] = []
        for row in worst_rows(self.model):
            scale = max(row.hours, _THINNEST_HOURS)
            columns = [self._column(flow[key]) for key, _ in row.terms]
            rows.append(([*columns, self.worst], [*(m / scale for _, m in row.terms), -row.hours / scale]))
        indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        indices = np.array([column for columns, _ in rows for column in columns], dtype=np.int64)
        data = np.array([value for _, values in rows for value in values], dtype=np.float64)
        matrix = sparse.csr_matrix((data, indices, indptr), shape=(len(rows), len(self.linear.cost)))
        self.session.add_rows(matrix, np.full(len(rows), -np.inf), np.zeros(len(rows)))

    def _links(self) -> LinkingRows:
        p = self.model.pyomo
        rows = list(rows_of_links(self.model)) if self.model.in_force(LINKS) else []
        owners = [at for at, row in enumerate(rows) for _ in row.terms]
        return linking_rows(
            np.array([self._column(p.flow[row.flow]) for row in rows], dtype=np.int64),
            np.array(owners, dtype=np.int64),
            np.array([self._column(p.chosen[key]) for row in rows for key, _ in row.terms], dtype=np.int64),
            np.array([coefficient for row in rows for _, coefficient in row.terms], dtype=np.float64),
            len(self.linear.cost),
        )

    def _ways(self) -> Flags:
        p = self.model.pyomo
        found = np.zeros(len(self.linear.cost), dtype=bool)
        for variables in (p.flow, p.unmet, p.dispersed):
            found[[self._column(variables[key]) for key in variables]] = True
        return found

    def _column(self, variable: object) -> int:
        column = self.compiled.column(variable)
        assert column is not None, "every variable has a column"
        return column
