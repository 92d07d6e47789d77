"""One model of an estate, loaded once and asked many times: what is best within bounds, what does a plan come to.

A question changes bounds of columns and rows and takes its changes back, so that every answer is that of the same
model. Unmet demand always comes first: an answer leaves as little of it as its question allows, and costs the least
of all that do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.estates.formulation.aims import CONTACTS_UNIT, GBP_UNIT, tables_agree
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import build_network
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.method.reading import UNMET_TOLERANCE_HOURS, Reader
from models.shared.problem import SolveOptions
from solvers.highs import HighsSession
from solvers.pyomo_bridge import compile_pyomo
from solvers.types import Limits, Result, Values, Watch

GAP_SHARE = 1e-5
ABSOLUTE_GAP = 1e-6
NODE_LIMIT = 400
"""Branch-and-bound nodes of one question at effort 1: a limit that is the same on every machine."""
NO_CONTACTS = 1.0
"""Contacts over the whole plan below which two amounts of unmet demand are the same."""
_NO_HOURS = 1e-6

Columns = NDArray[np.int64]
Bounds = Mapping[int, tuple[float, float]]
Ways = Sequence[tuple[Option, int]]
"""The options of a suite, each with its column."""
Closings = Sequence[tuple[dt.date | None, int]]
"""The days on which GP premises may close (None: they stay), each with its column."""
AnswerStatus = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True)
class Answer:
    """What a question came to. `npv_bound_gbp`: no plan that leaves as little unmet costs less.

    `unmet_contacts` counts over the whole plan, periods by their weights. Without a plan all numbers are None.
    """

    status: AnswerStatus
    unmet_contacts: float | None = None
    npv_gbp: float | None = None
    npv_bound_gbp: float | None = None
    values: Values | None = field(default=None, compare=False)

    @property
    def is_proved(self) -> bool:
        return self.status == "optimal"

    @property
    def has_plan(self) -> bool:
        return self.values is not None


@dataclass(frozen=True)
class Cut:
    """A row: the sum of some columns, each times its coefficient, is at least so much."""

    coefficients: Mapping[int, float]
    at_least: float


class LoadedEstate:
    """The model of an instance in the solver. `choices` replace those the rules leave (to shift their days)."""

    def __init__(
        self,
        instance: EstatesInstance,
        options: SolveOptions,
        *,
        choices: tuple[SuiteChoice, ...] | None = None,
        watch: Watch | None = None,
    ) -> None:
        choices = suite_choices(instance, options.without_rules) if choices is None else choices
        self.instance = instance
        self.impossible = not all(choice.options for choice in choices)
        self._watch = watch
        self._limits = Limits(
            node_limit=max(1, round(NODE_LIMIT * options.effort_share)),
            relative_gap=GAP_SHARE if options.gap_share is None else options.gap_share,
            absolute_gap=ABSOLUTE_GAP,
            seed=options.seed,
        )
        if self.impossible:
            return
        self._load(build_model(build_network(instance, options.without_rules), choices, options.without_rules))

    def _load(self, model: EstatesModel) -> None:
        compiled = compile_pyomo(model.pyomo)
        self._session = HighsSession(compiled.linear)
        self._lower, self._upper = compiled.linear.lower.copy(), compiled.linear.upper.copy()
        self.reader = Reader(model, compiled)
        self._unmet_groups = tuple(self.reader.unmet_columns().values())
        aims = tables_agree(model)
        self._unmet, self._npv = compiled.objective(aims.unmet_demand), compiled.objective(aims.npv_cost)
        self._travel, self._disruption = compiled.objective(aims.travel), compiled.objective(aims.disruption)
        p = model.pyomo
        self.ways: Mapping[str, Ways] = {
            suite: [(option, _known(compiled.column(p.chosen[suite, at]))) for at, option in model.options(suite)]
            for suite in sorted(model.choices)
        }
        self.closings: Mapping[str, Closings] = {
            practice: [(day, _known(compiled.column(p.closing[practice, at]))) for at, day in enumerate(choice.dates)]
            for practice, choice in sorted(model.premises.items())
        }
        every: list[Ways | Closings] = [*self.ways.values(), *self.closings.values()]
        self.whole: Columns = np.array(sorted(column for ways in every for _, column in ways), dtype=np.int64)
        self._flows_are_whole = int(compiled.linear.integer.sum()) > len(self.whole)
        travelling = [cell for cell in model.cells if not cell.commodity.is_virtual]
        self.travelling_contacts = sum(
            period.weight * cell.contacts[t] for cell in travelling for t, period in enumerate(self.instance.periods)
        )

    # -- questions ------------------------------------------------------------------------------------------------

    def best(self, bounds: Bounds | None = None, cuts: Sequence[Cut] = (), start: Values | None = None) -> Answer:
        """The plan of least unmet demand and then of least cost within some bounds, and with some rows beside."""
        if self.impossible:
            return Answer("infeasible")
        with self._within(bounds or {}), self._with_rows(cuts):
            with self._holding(np.zeros(len(self._lower))):  # mostly everybody can have a room: one solve, not two
                if start is not None:
                    self._session.start_from(start)
                everybody = self._answer(self._solve(self._npv, "npv_cost"), True)
            if everybody.has_plan:
                return everybody
            least = self._solve(self._unmet, "unmet_demand", gap=NO_CONTACTS / CONTACTS_UNIT)
            if least.values is None:
                return Answer("infeasible" if least.status == "infeasible" else "unknown")
            return self._cheapest(least.values, least.status == "optimal")

    def best_holding(self, held: Values, bounds: Bounds | None = None, cuts: Sequence[Cut] = ()) -> Answer:
        """The cheapest plan that leaves no more unmet than `held` does, of each kind of room and in each period."""
        with self._within(bounds or {}), self._with_rows(cuts):
            return self._cheapest(held, True, start=False)

    def fixed(self, taken: Collection[int]) -> Answer:
        """What a plan comes to that takes these decisions and no others; only flows, and who pays, are free."""
        if self.impossible:
            return Answer("infeasible")
        with self._within(self._just(taken)), self._flows_only():
            least = self._solve(self._unmet, "unmet_demand")
            if least.values is None:
                return Answer("infeasible" if least.status == "infeasible" else "unknown")
            return self._cheapest(least.values, True)

    def relaxed_npv_gbp(self) -> float | None:
        """The least cost if suites could go in parts, everybody who can having a room: no plan costs less."""
        everybody = np.zeros(len(self._lower))
        with self._session.continuous(), self._holding(everybody):
            result = self._solve(self._npv, "npv_cost")
        return None if result.value is None or result.status != "optimal" else result.value * GBP_UNIT

    def gentlest(self, taken: Collection[int], held: Values) -> tuple[float, float] | None:
        """Contact-minutes and contacts moved, in millions and thousands, of a plan whose decisions are given.

        The least travel first, then the least disruption at that travel.
        """
        with self._within(self._just(taken)), self._flows_only(), self._holding(held):
            travel = self._solve(self._travel, "travel")
            if travel.values is None or travel.value is None:
                return None
            slack = max(1e-5, 1e-6 * travel.value)
            row = Cut({int(c): -float(self._travel[0][c]) for c in np.flatnonzero(self._travel[0])},
                      self._travel[1] - travel.value - slack)  # fmt: skip
            with self._with_rows([row]):
                moved = self._solve(self._disruption, "disruption")
            return None if moved.value is None else (travel.value, moved.value)

    # -- reading --------------------------------------------------------------------------------------------------

    def chosen(self, values: Values) -> dict[str, Option]:
        """The option a solution takes of each suite."""
        return {suite: option for suite, ways in self.ways.items() for option, column in ways if values[column] > 0.5}

    def closed(self, values: Values) -> dict[str, dt.date | None]:
        """The day on which a solution closes GP premises; None where they stay."""
        return {
            practice: day for practice, ways in self.closings.items() for day, column in ways if values[column] > 0.5
        }

    def taken(self, values: Values) -> frozenset[int]:
        """The columns of the decisions a solution takes."""
        return frozenset(int(column) for column in self.whole if values[column] > 0.5)

    def cost_gbp(self, column: int) -> float:
        """What a decision adds to the net present cost."""
        return float(self._npv[0][column]) * GBP_UNIT

    # -- working --------------------------------------------------------------------------------------------------

    def _cheapest(self, held: Values, least_is_proved: bool, *, start: bool = True) -> Answer:
        with self._holding(held):
            if start:
                self._session.start_from(held)
            return self._answer(self._solve(self._npv, "npv_cost"), least_is_proved)

    def _answer(self, result: Result, least_is_proved: bool) -> Answer:
        if result.values is None or result.value is None:
            return Answer("infeasible" if result.status == "infeasible" else "unknown")
        unmet = float(np.dot(self._unmet[0], result.values) + self._unmet[1]) * CONTACTS_UNIT
        proved = result.status == "optimal" and least_is_proved
        bound = result.value if result.bound is None and proved else result.bound
        return Answer(
            "optimal" if proved else "feasible",
            max(unmet, 0.0),
            result.value * GBP_UNIT,
            None if bound is None else bound * GBP_UNIT,
            result.values,
        )

    def _solve(self, objective: tuple[Values, float], stage: str, gap: float | None = None) -> Result:
        self._session.set_objective(*objective, "minimise")
        limits = self._limits if gap is None else Limits(
            node_limit=self._limits.node_limit, relative_gap=self._limits.relative_gap, absolute_gap=gap,
            seed=self._limits.seed,
        )  # fmt: skip
        return self._session.solve(limits, stage=stage, watch=self._watch)

    def _just(self, taken: Collection[int]) -> Bounds:
        return {int(column): (1.0, 1.0) if int(column) in taken else (0.0, 0.0) for column in self.whole}

    @contextmanager
    def _flows_only(self) -> Iterator[None]:
        """Once all decisions are given a linear program is left, unless areas keep to one site (E-41)."""
        if self._flows_are_whole:
            yield
        else:
            with self._session.continuous():
                yield

    @contextmanager
    def _within(self, bounds: Bounds) -> Iterator[None]:
        for column, (low, high) in bounds.items():
            self._session.set_column_bounds(column, low, high)
        try:
            yield
        finally:
            for column in bounds:
                self._session.set_column_bounds(column, float(self._lower[column]), float(self._upper[column]))

    @contextmanager
    def _with_rows(self, cuts: Sequence[Cut]) -> Iterator[None]:
        first = self._session.row_count
        if cuts:
            rows = [(at, column, value) for at, cut in enumerate(cuts) for column, value in cut.coefficients.items()]
            at, columns, values = (np.array(part) for part in zip(*rows, strict=True))
            matrix = sparse.csr_matrix((values.astype(float), (at, columns)), shape=(len(cuts), len(self._lower)))
            least = np.array([cut.at_least for cut in cuts])
            self._session.add_rows(matrix, least, np.full(len(cuts), np.inf))
        try:
            yield
        finally:
            self._session.drop_rows(np.arange(first, self._session.row_count, dtype=np.int64))

    @contextmanager
    def _holding(self, values: Values) -> Iterator[None]:
        """Unmet demand of each kind of room and period stays as low as in a solution."""
        shut: list[int] = []
        cuts: list[Cut] = []
        for columns in self._unmet_groups:
            total = float(values[columns].sum())
            if total <= _NO_HOURS:
                shut.extend(int(column) for column in columns)
            else:
                cuts.append(Cut({int(c): -1.0 for c in columns}, -total - UNMET_TOLERANCE_HOURS))
        with self._within(dict.fromkeys(shut, (0.0, 0.0))), self._with_rows(cuts):
            yield


def _known(column: int | None) -> int:
    assert column is not None, "every decision stands in a row"
    return column
