"""What no plan with an order can cost less than: the linear relaxation of the whole problem, loaded once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from models.estates.formulation.aims import GBP_UNIT, tables_agree
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import Network
from models.estates.method.reading import UNMET_TOLERANCE_HOURS, Reader
from models.estates.needs import unmet_by_kind
from models.estates.plan import Plan
from solvers.highs import HighsSession
from solvers.pyomo_bridge import CompiledModel, compile_pyomo
from solvers.types import Limits


class Bounds:
    """Least net present cost by relaxation, order after order, each from where the last one ended."""

    def __init__(self, network: Network, plan: Plan) -> None:
        self._network = network
        self._plan = plan

    def with_dates(self, dates: Mapping[str, dt.date]) -> float | None:
        """The bound with these hand-backs fixed; None where no plan has them and leaves nobody more without a room.

        None as well for a day that the model does not consider for a suite.
        """
        session, chosen = self._session, self._columns
        closed = [at for suite, date in sorted(dates.items()) for at, day in chosen[suite] if day != date]
        known = all(any(day == date for _, day in chosen[suite]) for suite, date in dates.items())
        if not known:
            return None
        for column in closed:
            session.set_column_bounds(column, 0.0, 0.0)
        try:
            with session.continuous():
                result = session.solve(Limits())
        finally:
            for column in closed:
                session.set_column_bounds(column, 0.0, 1.0)
        return None if result.value is None or result.status != "optimal" else result.value * GBP_UNIT

    @cached_property
    def _built(self) -> tuple[EstatesModel, CompiledModel]:
        model = build_model(self._network, suite_choices(self._network.instance))
        return model, compile_pyomo(model.pyomo)

    @cached_property
    def _columns(self) -> Mapping[str, list[tuple[int, dt.date | None]]]:
        """Column and hand-back day of every option of each suite."""
        model, compiled = self._built
        found: dict[str, list[tuple[int, dt.date | None]]] = {suite: [] for suite in model.choices}
        for suite, at in model.pyomo.chosen:
            column = compiled.column(model.pyomo.chosen[suite, at])
            assert column is not None, "every option stands in a row"
            found[suite].append((column, model.choices[suite].options[at].date))
        return found

    @cached_property
    def _session(self) -> HighsSession:
        """The model with the cost as its aim and unmet demand held at that of the plan."""
        model, compiled = self._built
        session, reader = HighsSession(compiled.linear), Reader(model, compiled)
        unmet = unmet_by_kind(self._plan)
        for (commodity, period), columns in reader.unmet_columns().items():
            row = np.zeros(len(compiled.variables))
            row[columns] = 1.0
            held = unmet.get((commodity.room_type, period), 0.0)
            session.add_row(row, -np.inf, held + UNMET_TOLERANCE_HOURS)
        session.set_objective(*compiled.objective(tables_agree(model).npv_cost), "minimise")
        return session
