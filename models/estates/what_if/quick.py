"""The quick model: all that a plan decides stays decided, only the patients' ways are open.

It is the model of the whole problem with every suite held to one option, so that every rule of it holds; a few
suites may be left a second one, to be kept after all. With nothing left to choose it is a linear program. Patients
stay where the plan has them if they can; who cannot goes where the ways are shortest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.estates.capital import project_of
from models.estates.demand import Commodity
from models.estates.formulation.aims import CONTACT_MINUTES_UNIT, CONTACTS_UNIT, tables_agree
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import SuiteChoice
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import Network
from models.estates.hand_back import Option, suite_facts
from models.estates.method.reading import UNMET_TOLERANCE_HOURS, Reader
from models.estates.needs import unmet_by_kind
from models.estates.plan import Plan
from models.estates.what_if.orders import FullOrder, option_under
from solvers.highs import HighsSession
from solvers.pyomo_bridge import CompiledModel, compile_pyomo
from solvers.types import Limits, Values

_LIMITS = Limits(relative_gap=1e-6, absolute_gap=1e-6, node_limit=200)
_STAYING_MINUTES = 60.0
"""Minutes that staying where the plan has them is worth: nobody is moved to make others' ways a little shorter."""
_GOING_BACK_MINUTES = 0.5
"""Minutes that going back to a site that is kept after all has to save."""
_COST_TOLERANCE_MILLION_GBP = 2e-5
_WHOLE = 1_000_000_000


@dataclass(frozen=True)
class QuickResult:
    """The plan with an order carried out and the patients' ways solved anew; None where the rules allow none."""

    plan: Plan | None
    unmet_contacts: float


def repaired(
    plan: Plan,
    network: Network,
    order: FullOrder,
    may_stay: Collection[str] = (),
    without_rules: frozenset[str] = frozenset(),
    gaining: frozenset[tuple[str, int]] | None = None,
) -> QuickResult:
    """Carry an order out; least unmet demand first, then cost, then travel.

    `may_stay` are suites that the plan hands back and that may be kept after all. With `gaining` only these sites, in
    these periods, may gain people over the plan, and those go there who are nearer; else people stay if they can.
    """
    near = network if gaining is None else _where_people_may_be(network, plan, gaining)
    model = build_model(near, _choices(plan, order, may_stay), without_rules, with_links=False)
    quick = _Quick(model, plan, may_stay, gaining)
    choosing = bool(may_stay) or network.instance.settings.one_site_per_area
    with _linear(quick.session, not choosing):
        return quick.solve(plan, costs_differ=bool(may_stay) or bool(network.instance.service_costs_gbp))


class _Quick:
    """A quick model that is loaded, with a second column for the part of each flow that stays where it is."""

    def __init__(
        self,
        model: EstatesModel,
        plan: Plan,
        may_stay: Collection[str],
        gaining: frozenset[tuple[str, int]] | None,
    ) -> None:
        self._model = model
        self._compiled = compile_pyomo(model.pyomo)
        self.session = HighsSession(self._compiled.linear)
        self._reader = Reader(model, self._compiled)
        self._minutes = np.zeros(len(self._compiled.variables))
        self._stayed: list[float] = []
        self._staying_minutes = _STAYING_MINUTES if gaining is None else _GOING_BACK_MINUTES
        self._flows = self._add_staying(plan)
        if gaining is not None:
            self._hold_other_flows(gaining)
            self._hold_dispersals(plan)
        _hold_closures(self.session, model, self._compiled, plan)
        self._hold_suites(may_stay)

    def solve(self, plan: Plan, *, costs_differ: bool) -> QuickResult:
        """The stages, each holding what those before it reached.

        The first is left out where it is plain that nobody more is left without a room than in the plan.
        """
        values, unmet = self._no_more_unmet_than(plan), 0.0
        if values is None:
            values, unmet = self._least_unmet()
            if values is None:
                return QuickResult(None, 0.0)
        if costs_differ:
            values = self._cheapest(values)
        nearest, _ = self._least(self._minutes, staying=True)
        values = values if nearest is None else nearest
        return QuickResult(self._reader.plan(self._whole_flows(values)), unmet)

    def _no_more_unmet_than(self, plan: Plan) -> Values | None:
        """Hold unmet demand at the plan's, by kind of room and period; None, and nothing held, if that cannot be."""
        allowed = unmet_by_kind(plan)
        rows: list[int] = []
        nothing: list[int] = []
        for (commodity, period), columns in self._reader.unmet_columns().items():
            held = allowed.get((commodity.room_type, period), 0.0)
            if held > 0:
                row = np.zeros(len(self._compiled.variables) + len(self._flows))
                row[columns] = 1.0
                rows.append(self.session.add_row(row, -np.inf, held + UNMET_TOLERANCE_HOURS))
            else:
                nothing.extend(int(column) for column in columns)
        for column in nothing:
            self.session.set_column_bounds(column, 0.0, 0.0)
        values, _ = self._least(self._minutes, staying=True)
        if values is None:
            self.session.drop_rows(np.array(rows, dtype=np.int64))
            for column in nothing:
                self.session.set_column_bounds(column, 0.0, np.inf)
        return values

    def _least_unmet(self) -> tuple[Values | None, float]:
        cost = np.zeros(len(self._compiled.variables))
        weights = [period.weight for period in self._model.instance.periods]
        for i, t in self._model.pyomo.unmet:
            cost[self._compiled.column(self._model.pyomo.unmet[i, t])] = (
                weights[t] * self._model.cells[i].contacts_per_hour(t) / CONTACTS_UNIT
            )
        values, unmet = self._least(cost)
        if values is not None:
            self._reader.hold_unmet(self.session, values)
        return values, unmet * CONTACTS_UNIT

    def _cheapest(self, values: Values) -> Values:
        """Hold the choices, and the cost, of a solution that costs least."""
        cost, _ = self._compiled.objective(tables_agree(self._model).npv_cost)
        cheapest, million_gbp = self._least(cost)
        if cheapest is None:
            return values
        row = np.concatenate([cost, cost[self._flows]])
        self.session.add_row(row, -np.inf, million_gbp + _COST_TOLERANCE_MILLION_GBP)
        self._hold_choices(cheapest)
        return cheapest

    def _add_staying(self, plan: Plan) -> NDArray[np.int64]:
        """Split every flow the plan has: a second column for the same flow, up to what it is in the plan.

        Costs of the aim of the last stage are worked out on the way.
        """
        now, cells, network = _flows_of(plan), self._model.cells, self._model.network
        weights = [period.weight for period in plan.instance.periods]
        columns, most = [], []
        for i, site, t in self._model.pyomo.flow:
            cell = cells[i]
            column = self._compiled.column(self._model.pyomo.flow[i, site, t])
            assert column is not None, "every flow stands in a row"
            millions = weights[t] * cell.contacts_per_hour(t) / CONTACT_MINUTES_UNIT
            if not cell.commodity.is_virtual:
                self._minutes[column] = millions * network.minutes[cell.area_id, site]
            share = now.get((cell.area_id, cell.commodity, t, site), 0) / _WHOLE
            if share > 0:
                columns.append(column)
                most.append(share * cell.hours[t])
                self._stayed.append(millions * self._staying_minutes)
        at = np.array(columns, dtype=np.int64)
        copies = sparse.csc_matrix(sparse.csc_matrix(self._compiled.linear.matrix)[:, at])
        self.session.add_columns(np.zeros(len(at)), copies, np.zeros(len(at)), np.array(most, dtype=np.float64))
        return at

    def _least(self, cost: Values, *, staying: bool = False) -> tuple[Values | None, float]:
        second = cost[self._flows]
        if staying:
            second = second - np.array(self._stayed)
        self.session.set_objective(np.concatenate([cost, second]), 0.0, "minimise")
        result = self.session.solve(_LIMITS)
        return result.values, result.value or 0.0

    def _hold_other_flows(self, gaining: frozenset[tuple[str, int]]) -> None:
        """No site but these gains anybody: of every other flow only the part that stays is left."""
        for i, site, t in self._model.pyomo.flow:
            column = self._compiled.column(self._model.pyomo.flow[i, site, t])
            if column is not None and (site, t) not in gaining:
                self.session.set_column_bounds(column, 0.0, 0.0)

    def _hold_dispersals(self, plan: Plan) -> None:
        """No receiver takes more of a closed list than in the plan."""
        now = {(p.practice_id, p.period, p.receiver_kind, p.receiver): p.billionths for p in plan.dispersals}
        for g, j, t in self._model.pyomo.dispersed:
            one = self._model.lists[g]
            column = self._compiled.column(self._model.pyomo.dispersed[g, j, t])
            if column is not None:
                place = (one.receivers[j].kind, one.receivers[j].receiver_id)
                share = now.get((one.premises.practice_id, t, *place), 0) / _WHOLE
                self.session.set_column_bounds(column, 0.0, share * one.hours[t])

    def _hold_suites(self, may_stay: Collection[str]) -> None:
        """The first option of a suite is what becomes of it; the second, to be kept, is for those that may stay."""
        for suite, at in self._model.pyomo.chosen:
            column = self._compiled.column(self._model.pyomo.chosen[suite, at])
            if column is not None and suite not in may_stay:
                self.session.set_column_bounds(column, float(at == 0), float(at == 0))

    def _hold_choices(self, values: Values) -> None:
        chosen = self._model.pyomo.chosen
        for key in chosen:
            column = self._compiled.column(chosen[key])
            if column is not None:
                value = float(round(values[column]))
                self.session.set_column_bounds(column, value, value)

    def _whole_flows(self, values: Values) -> Values:
        """The values of the model's own columns, both parts of each flow together."""
        own = values[: len(self._compiled.variables)].copy()
        own[self._flows] += values[len(own) :]
        return own


@contextmanager
def _linear(session: HighsSession, really: bool) -> Iterator[None]:
    """Solve as a linear program where nothing is left to choose: each stage then starts where the last one ended."""
    if not really:
        yield
        return
    with session.continuous():
        yield


def _where_people_may_be(network: Network, plan: Plan, gaining: frozenset[tuple[str, int]]) -> Network:
    """Only the sites where the plan has people of a cell, and those that may gain: a small part of all journeys."""
    now: dict[tuple[str, Commodity], set[str]] = {}
    for one in plan.placements:
        now.setdefault((one.area_id, one.commodity), {site for site, _ in gaining}).add(one.site_id)
    cells = tuple(
        replace(cell, sites=tuple(s for s in cell.sites if s in now.get((cell.area_id, cell.commodity), ())))
        for cell in network.cells
    )
    return replace(network, cells=cells)


def _flows_of(plan: Plan) -> dict[tuple[str, Commodity, int, str], int]:
    return {(p.area_id, p.commodity, p.period, p.site_id): p.billionths for p in plan.placements}


def _hold_closures(session: HighsSession, model: EstatesModel, compiled: CompiledModel, plan: Plan) -> None:
    """GP premises close when they do in the plan."""
    held = {practice: _as_in_plan(plan, practice, choice.dates) for practice, choice in model.premises.items()}
    for practice, at in model.pyomo.closing:
        column = compiled.column(model.pyomo.closing[practice, at])
        if column is not None:
            value = float(at == held[practice])
            session.set_column_bounds(column, value, value)


def _as_in_plan(plan: Plan, practice_id: str, days: Sequence[dt.date | None]) -> int | None:
    """Which day closes premises in the same periods as the plan; a model without a rule may offer other days."""

    def open_periods(day: dt.date | None) -> tuple[bool, ...]:
        return (day is None, *(day is None or day >= period.end_day for period in plan.instance.periods))

    wanted = open_periods(plan.closures.get(practice_id))
    return next((at for at, day in enumerate(days) if open_periods(day) == wanted), None)


def _choices(plan: Plan, order: FullOrder, may_stay: Collection[str]) -> tuple[SuiteChoice, ...]:
    """What becomes of each suite; and beside it, so that no row is without a variable, that it is kept."""
    instance, facts = plan.instance, suite_facts(plan.instance)
    found: list[SuiteChoice] = []
    for site in instance.sites:
        for suite in instance.suites_of(site.site_id):
            options = [option_under(plan, order, suite.suite_id)]
            if options[0].date is not None:
                options.append(Option(suite.suite_id, None, None))
            costs = [0.0] * len(options)
            if suite.suite_id in may_stay:
                costs = [option_cost_gbp(instance, plan.cash_book, suite, option) for option in options]
            projects = tuple(project_of(instance, suite, option) for option in options)
            found.append(SuiteChoice(facts[suite.suite_id], tuple(options), tuple(costs), projects))
    return tuple(found)
