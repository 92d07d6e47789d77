"""One model of an estate, loaded once and asked many times: what is best within bounds, what does a plan come to.

A question changes bounds of columns and rows and takes its changes back, so that every answer is that of the same
model. Unmet demand always comes first: an answer leaves as little of it as its question allows, and costs the least
of all that do.

Where patients' ways cost nothing, the cheapest plan is looked for among the choices alone (`method.projection`). What
was learnt there of the ways holds for every question that leaves as little unmet, so it is kept from one to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.estates.formulation.aims import CONTACTS_UNIT, GBP_UNIT
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import build_network
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.method.loading import LoadedModel
from models.estates.method.projection import Projection
from models.estates.method.reading import HeldUnmet
from models.shared.problem import SolveOptions
from solvers.highs import HighsSession
from solvers.types import Limits, Result, Unwatched, Values, Watch

GAP_SHARE = 1e-5
ABSOLUTE_GAP = 1e-6
NODE_LIMIT = 2_000
"""Branch-and-bound nodes of one question at effort 1: a limit that is the same on every machine."""
NO_CONTACTS = 1.0
"""Contacts over the whole plan below which two amounts of unmet demand are the same."""

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
        self._watch: Watch = watch or Unwatched()
        self._limits = Limits(
            node_limit=max(1, round(NODE_LIMIT * options.effort_share)),
            relative_gap=GAP_SHARE if options.gap_share is None else options.gap_share,
            absolute_gap=ABSOLUTE_GAP,
            seed=options.seed,
        )
        if not self.impossible:
            network = build_network(instance, options.without_rules)
            self._load(build_model(network, choices, options.without_rules, with_links=False))

    def _load(self, model: EstatesModel) -> None:
        loaded = self._model = LoadedModel(model)
        self._session, self._lower, self._upper = loaded.session, loaded.linear.lower, loaded.linear.upper
        self._unmet, self._npv = loaded.objective("unmet_demand"), loaded.objective("npv_cost")
        self._travel, self._disruption = loaded.objective("travel"), loaded.objective("disruption")
        compiled, p = loaded.compiled, model.pyomo
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
        self._flows_are_whole = int(loaded.whole.sum()) > len(self.whole)
        unmet = np.array([int(c) for columns in loaded.reader.unmet_columns().values() for c in columns], np.int64)
        self._everybody = HeldUnmet(unmet, sparse.csr_matrix((0, len(self._lower))), np.zeros(0))
        self._learnt: dict[tuple[bytes, bytes], Projection] = {}
        self._money: HighsSession | None = None
        self._has_links = False
        if not loaded.ways_are_free:
            self._load_links()
        travelling = [cell for cell in model.cells if not cell.commodity.is_virtual]
        self.travelling_contacts = sum(
            period.weight * cell.contacts[t] for cell in travelling for t, period in enumerate(self.instance.periods)
        )

    # -- questions ------------------------------------------------------------------------------------------------

    def best(self, bounds: Bounds | None = None, cuts: Sequence[Cut] = ()) -> Answer:
        """The plan of least unmet demand and then of least cost within some bounds, and with some rows beside."""
        if self.impossible:
            return Answer("infeasible")
        least = self._least_unmet(bounds or {}, cuts)
        if least.values is None:
            return self._answer(least)
        answer = self._cheapest(self._model.reader.held_unmet(least.values), bounds or {}, cuts)
        return answer if least.status == "optimal" or not answer.is_proved else replace(answer, status="feasible")

    def best_holding(self, held: Values, bounds: Bounds | None = None, cuts: Sequence[Cut] = ()) -> Answer:
        """The cheapest plan that leaves no more unmet than `held` does, of each kind of room and in each period."""
        return self._cheapest(self._model.reader.held_unmet(held), bounds or {}, cuts)

    def fixed(self, taken: Collection[int]) -> Answer:
        """What a plan comes to that takes these decisions and no others; only flows, and who pays, are free."""
        if self.impossible:
            return Answer("infeasible")
        with self._just(taken), self._flows_only():
            least = self._solve(self._unmet, "unmet_demand")
            if least.values is None:
                return Answer("infeasible" if least.status == "infeasible" else "unknown")
            if not self._model.ways_are_free:
                with self._holding(self._model.reader.held_unmet(least.values)):
                    return self._answer(self._solve(self._npv, "npv_cost"))
        return self._paid(least.values)

    def relaxed_npv_gbp(self) -> float | None:
        """The least cost if suites could go in parts, everybody who can having a room: no plan costs less."""
        if self._model.ways_are_free:
            session = self._projection(self._everybody).session
            with session.continuous():
                result = session.solve(self._limits)
        else:
            with self._session.continuous(), self._holding(self._everybody):
                result = self._solve(self._npv, "npv_cost")
        return None if result.value is None or result.status != "optimal" else result.value * GBP_UNIT

    def gentlest(self, taken: Collection[int], held: Values) -> tuple[float, float] | None:
        """Contact-minutes and contacts moved, in millions and thousands, of a plan whose decisions are given.

        The least travel first, then the least disruption at that travel.
        """
        with self._just(taken), self._flows_only(), self._holding(self._model.reader.held_unmet(held)):
            travel = self._solve(self._travel, "travel")
            if travel.values is None or travel.value is None:
                return None
            slack = max(1e-5, 1e-6 * travel.value)
            row = Cut({int(c): -float(self._travel[0][c]) for c in np.flatnonzero(self._travel[0])},
                      self._travel[1] - travel.value - slack)  # fmt: skip
            with _with_rows(self._session, [row], np.arange(len(self._lower))):
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

    def _cheapest(self, held: HeldUnmet, bounds: Bounds, cuts: Sequence[Cut]) -> Answer:
        """The cheapest plan that leaves no more unmet than is held."""
        if not self._model.ways_are_free:
            return self._cheapest_of_all(held, bounds, cuts)
        projection = self._projection(held)
        at = np.full(len(self._lower), -1)
        at[projection.columns] = np.arange(len(projection.columns))
        with _within(projection.session, bounds, self._lower, self._upper, at), \
                _with_rows(projection.session, cuts, at):  # fmt: skip
            found = projection.solve(self._limits, "npv_cost", self._watch)
        if found.values is None:
            return Answer("infeasible" if found.status == "infeasible" else "unknown")
        values = self._with_flows(found.values[at[self.whole]], held)
        if values is None:  # choices at the edge of the solver's tolerance
            return self._cheapest_of_all(held, bounds, cuts)
        values[projection.columns] = found.values
        return self._answer(replace(found, values=values))

    def _cheapest_of_all(self, held: HeldUnmet, bounds: Bounds, cuts: Sequence[Cut]) -> Answer:
        """The same, flows and choices in one model."""
        self._load_links()
        with self._whole_within(bounds, cuts), self._holding(held):
            return self._answer(self._solve(self._npv, "npv_cost"))

    def _projection(self, held: HeldUnmet) -> Projection:
        """The model of the choices with some unmet demand held, and all that was learnt in it."""
        key = (held.none.tobytes(), held.limits.tobytes() + held.rows.indices.tobytes())
        if key not in self._learnt:
            projection = self._learnt[key] = self._model.projection(held)
            projection.set_cost(*self._npv)
            kept = self._kept({}, ())
            inside = np.zeros(len(projection.columns)) if kept.values is None else projection.of(kept.values)
            projection.tighten(inside, self._watch)
        return self._learnt[key]

    def _least_unmet(self, bounds: Bounds, cuts: Sequence[Cut]) -> Result:
        """As little unmet demand as can be: mostly that of keeping what can be kept, else everything is open."""
        gap = NO_CONTACTS / CONTACTS_UNIT
        kept = self._kept(bounds, cuts)
        if kept.value is not None and kept.value <= gap:
            return kept
        self._load_links()
        with self._whole_within(bounds, cuts):
            with self._session.continuous():
                root = self._solve(self._unmet, "unmet_demand")
            if kept.value is not None and root.value is not None and kept.value - root.value <= gap:
                return kept
            if kept.values is not None:
                self._session.start_from(kept.values)
            return self._solve(self._unmet, "unmet_demand", gap=gap)

    def _kept(self, bounds: Bounds, cuts: Sequence[Cut]) -> Result:
        """As little unmet demand as can be if all stays as it is that no bound keeps from it."""
        stays = {int(column): (0.0, 0.0) for column in self._model.changes()}
        with self._whole_within({**stays, **bounds}, cuts):
            return self._solve(self._unmet, "unmet_demand", gap=NO_CONTACTS / CONTACTS_UNIT)

    def _with_flows(self, choices: Values, held: HeldUnmet) -> Values | None:
        """The values of all columns under some decisions; None where the solver sees no flows."""
        with self._just(self.whole[choices > 0.5].tolist()), self._flows_only(), self._holding(held):
            values = self._solve(self._unmet, "").values
        return None if values is None else values.copy()

    def _paid(self, values: Values) -> Answer:
        """A plan whose decisions and flows are known, with who pays for it at the least cost."""
        columns = np.flatnonzero(~self._model.ways)
        if self._money is None:
            choices = self._model.projection(self._everybody)
            choices.set_cost(*self._npv)
            self._money = choices.session  # nothing is learnt in it, for nobody is asked to have a room
        at = np.searchsorted(columns, self.whole)
        self._money.set_columns(at, np.round(values[self.whole]))
        result = self._money.solve(self._limits)
        if result.values is None:
            return Answer("infeasible" if result.status == "infeasible" else "unknown")
        found = values.copy()
        found[columns] = result.values
        return self._answer(replace(result, values=found))

    def _load_links(self) -> None:
        """Load the links (E-04) into the whole model: its choices are now to be found with its flows."""
        if not self._has_links and len(self._model.links):
            rows = len(self._model.links)
            self._session.add_rows(self._model.links.matrix, np.full(rows, -np.inf), np.zeros(rows))
        self._has_links = True

    def _answer(self, result: Result) -> Answer:
        if result.values is None or result.value is None:
            return Answer("infeasible" if result.status == "infeasible" else "unknown")
        unmet = float(np.dot(self._unmet[0], result.values) + self._unmet[1]) * CONTACTS_UNIT
        proved = result.status == "optimal"
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
        limits = self._limits if gap is None else replace(self._limits, absolute_gap=gap)
        return self._session.solve(limits, stage=stage, watch=self._watch)

    def _just(self, taken: Collection[int]) -> AbstractContextManager[None]:
        """These decisions and no others."""
        wanted = np.zeros(len(self._lower))
        wanted[[int(column) for column in taken]] = 1.0
        return self._at(self.whole, wanted[self.whole])

    def _flows_only(self) -> AbstractContextManager[None]:
        """Once all decisions are given a linear program is left, unless areas keep to one site (E-41)."""
        return nullcontext() if self._flows_are_whole else self._session.continuous()

    @contextmanager
    def _at(self, columns: Columns, values: Values) -> Iterator[None]:
        """Some columns of the whole model at values for a while."""
        self._session.set_columns(columns, values)
        try:
            yield
        finally:
            for column in columns:
                self._session.set_column_bounds(int(column), float(self._lower[column]), float(self._upper[column]))

    @contextmanager
    def _whole_within(self, bounds: Bounds, cuts: Sequence[Cut]) -> Iterator[None]:
        at = np.arange(len(self._lower))
        with _within(self._session, bounds, self._lower, self._upper, at), _with_rows(self._session, cuts, at):
            yield

    @contextmanager
    def _holding(self, held: HeldUnmet) -> Iterator[None]:
        """Unmet demand of each kind of room and period stays as low as is held."""
        endless = np.full(len(held.limits), -np.inf)
        with (
            self._at(held.none, np.zeros(len(held.none))),
            _adding(self._session, held.rows, endless, held.limits),
        ):
            yield


@contextmanager
def _within(session: HighsSession, bounds: Bounds, lower: Values, upper: Values, at: Columns) -> Iterator[None]:
    """Some bounds for a while, by columns of the whole model; `at`: where a column is in the session."""
    for column, (low, high) in bounds.items():
        session.set_column_bounds(int(at[column]), low, high)
    try:
        yield
    finally:
        for column in bounds:
            session.set_column_bounds(int(at[column]), float(lower[column]), float(upper[column]))


@contextmanager
def _with_rows(session: HighsSession, cuts: Sequence[Cut], at: Columns) -> Iterator[None]:
    """Some rows for a while, by columns of the whole model; `at`: where a column is in the session."""
    owners = [row for row, cut in enumerate(cuts) for _ in cut.coefficients]
    columns = [int(at[column]) for cut in cuts for column in cut.coefficients]
    entries = [value for cut in cuts for value in cut.coefficients.values()]
    matrix = sparse.csr_matrix(
        (np.array(entries, dtype=float), (owners, columns)), shape=(len(cuts), int(at.max()) + 1)
    )
    with _adding(session, matrix, np.array([cut.at_least for cut in cuts]), np.full(len(cuts), np.inf)):
        yield


@contextmanager
def _adding(
    session: HighsSession, matrix: sparse.csr_matrix[np.float64], lower: Values, upper: Values
) -> Iterator[None]:
    """Some rows for a while; rows that are added meanwhile stay."""
    rows = session.add_rows(matrix, lower, upper) if matrix.shape[0] else range(0)
    try:
        yield
    finally:
        session.drop_rows(np.array(rows, dtype=np.int64))


def _known(column: int | None) -> int:
    assert column is not None, "every decision stands in a row"
    return column
