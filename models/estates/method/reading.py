"""From a vector of the solver to a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.estates.demand import Commodity
from models.estates.formulation.model import EstatesModel
from models.estates.hand_back import Option
from models.estates.plan import Plan, make_plan
from solvers.highs import HighsSession
from solvers.pyomo_bridge import CompiledModel
from solvers.types import Values

UNMET_TOLERANCE_HOURS = 1e-4
"""Used hours a week by which later stages may exceed the unmet demand of one kind of room and period."""
_NO_HOURS = 1e-6


@dataclass(frozen=True)
class HeldUnmet:
    """Columns of unmet demand that stay at nothing, and rows `rows @ x <= limits` for the others."""

    none: NDArray[np.int64]
    rows: sparse.csr_matrix[np.float64]
    limits: Values


class Reader:
    """Knows which column of a compiled model is which choice and which flow."""

    def __init__(self, model: EstatesModel, compiled: CompiledModel) -> None:
        self._model = model
        p = model.pyomo
        self._choices = [(key, compiled.column(p.chosen[key])) for key in p.chosen]
        self._closings = [(key, compiled.column(p.closing[key])) for key in p.closing]
        self._dispersed = [(key, compiled.column(p.dispersed[key])) for key in p.dispersed]
        self._flow_keys = list(p.flow)
        self._flow_columns = np.array(
            [_known(compiled.column(p.flow[key])) for key in self._flow_keys], dtype=np.int64
        )
        self._unmet = {key: _known(compiled.column(p.unmet[key])) for key in p.unmet}

    def plan(self, values: Values) -> Plan:
        """The plan a solution stands for."""
        chosen = self._chosen(values)
        return make_plan(
            self._model.instance,
            {o.suite_id: o.date for o in chosen if o.date is not None and o.use == "hand_back"},
            self._shares(values),
            open_space={o.suite_id: o.date for o in chosen if o.date is not None and o.use == "open_space"},
            conversions={
                o.conversion.conversion_id: o.date for o in chosen if o.date is not None and o.conversion is not None
            },
            closures=self._closures(values),
            list_shares=self._list_shares(values),
        )

    def unmet_columns(self) -> dict[tuple[Commodity, int], NDArray[np.int64]]:
        """Columns of unmet demand by commodity and period."""
        found: dict[tuple[Commodity, int], list[int]] = {}
        for (cell, period), column in self._unmet.items():
            found.setdefault((self._model.cells[cell].commodity, period), []).append(column)
        return {key: np.array(columns, dtype=np.int64) for key, columns in sorted(found.items())}

    def held_unmet(self, values: Values) -> HeldUnmet:
        """The unmet demand of every kind of room and period at a solution's, to be held so that no later aim is
        bought with it.

        Held by kind and period, and at exactly nothing where it is nothing: one row over everything, in contacts,
        would be so thin against the solver's tolerance that it loses plans.
        """
        none: list[int] = []
        rows: list[tuple[NDArray[np.int64], float]] = []
        for columns in self.unmet_columns().values():
            total = float(values[columns].sum())
            if total <= _NO_HOURS:
                none.extend(int(column) for column in columns)
            else:
                rows.append((columns, total + UNMET_TOLERANCE_HOURS))
        matrix = sparse.lil_matrix((len(rows), len(values)))
        for at, (columns, _) in enumerate(rows):
            matrix[at, columns] = 1.0
        limits = np.array([limit for _, limit in rows], dtype=np.float64)
        return HeldUnmet(np.array(none, dtype=np.int64), sparse.csr_matrix(matrix), limits)

    def hold_unmet(self, session: HighsSession, values: Values) -> None:
        """Hold the unmet demand of a loaded model at a solution's."""
        held = self.held_unmet(values)
        session.set_columns(held.none, np.zeros(len(held.none)))
        if len(held.limits):
            session.add_rows(held.rows, np.full(len(held.limits), -np.inf), held.limits)

    def _chosen(self, values: Values) -> list[Option]:
        """The option chosen for each suite."""
        return [
            self._model.choices[suite].options[at]
            for (suite, at), column in self._choices
            if column is not None and values[column] > 0.5
        ]

    def _closures(self, values: Values) -> dict[str, dt.date]:
        """The day on which each practice's premises close."""
        found: dict[str, dt.date] = {}
        for (practice, at), column in self._closings:
            day = self._model.premises[practice].dates[at]
            if column is not None and values[column] > 0.5 and day is not None:
                found[practice] = day
        return found

    def _list_shares(self, values: Values) -> dict[tuple[str, int], dict[tuple[str, str], float]]:
        """The part of each closed list that each receiver takes, by practice and period."""
        shares: dict[tuple[str, int], dict[tuple[str, str], float]] = {}
        for (g, j, t), column in self._dispersed:
            one = self._model.lists[g]
            if column is not None and values[column] > _NO_HOURS and one.hours[t] > 0:
                receiver = one.receivers[j]
                found = shares.setdefault((one.premises.practice_id, t), {})
                found[receiver.kind, receiver.receiver_id] = float(values[column]) / one.hours[t]
        return shares

    def _shares(self, values: Values) -> dict[tuple[str, Commodity, int], dict[str, float]]:
        shares: dict[tuple[str, Commodity, int], dict[str, float]] = {}
        flows = values[self._flow_columns] if len(self._flow_columns) else np.zeros(0)
        for at in np.flatnonzero(flows > 0):
            i, site, period = self._flow_keys[at]
            cell = self._model.cells[i]
            if cell.hours[period] > 0:
                key = (cell.area_id, cell.commodity, period)
                shares.setdefault(key, {})[site] = float(flows[at]) / cell.hours[period]
        return shares


def _known(column: int | None) -> int:
    assert column is not None, "every flow stands in a row"
    return column
