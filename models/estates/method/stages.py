"""The staged solve: unmet demand, net present cost, travel, disruption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.estates.formulation.aims import CONTACT_MINUTES_UNIT, CONTACTS_UNIT, GBP_UNIT, tables_agree
from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method.conflict import explain_conflict
from models.estates.method.reading import Reader
from models.estates.method.telling import InPeoplesUnits
from models.estates.plan import Plan
from models.estates.tables_of.values import stage_values
from models.shared.problem import Outcome, PlanStatus, SolveOptions
from solvers.highs import HighsSession
from solvers.pyomo_bridge import compile_pyomo
from solvers.stages import Aim, Deadline, StagedResult, distinct_uses, solve_in_stages, stage_result
from solvers.types import Limits, Result, StageResult, Values, Watch, gap_share

GAP_SHARE = 1e-5
"""Relative gap at which a stage may stop."""
NODE_LIMIT = 400
"""Branch-and-bound nodes of a stage at effort 1: a limit that is the same on every machine."""
ABSOLUTE_GAP = 1e-6
_ROUNDING_SHARE = 1e-12
"""Sums of the same numbers in another order differ by less than this."""
UNMET_GAP_CONTACTS = 1
"""Contacts over the whole plan below which two amounts of unmet demand are the same."""
NPV_TOLERANCE_GBP = 20
"""Pounds by which later stages may exceed the net present cost: above the solver's tolerance, below any gap."""


def solve_estates(instance: EstatesInstance, options: SolveOptions, watch: Watch) -> Outcome:
    """Solve the four aims in order; an instance whose rules contradict each other gets the smallest conflict."""
    deadline = Deadline(options.time_limit_seconds)
    choices = suite_choices(instance, options.without_rules)
    if not all(choice.options for choice in choices):
        return explain_conflict(instance, options, watch)
    network = build_network(instance, options.without_rules)
    stager = Stager(build_model(network, choices, options.without_rules), options, deadline, watch)
    first = stager.least_unmet()
    if first.status == "infeasible":
        return explain_conflict(instance, options, watch)
    if first.values is None:
        return _nothing_found(first, watch)
    return stager.outcome(first, stager.later_stages(first))


class Stager:
    """One loaded model and the stages solved on it."""

    def __init__(self, model: EstatesModel, options: SolveOptions, deadline: Deadline, watch: Watch) -> None:
        self._model, self._deadline = model, deadline
        self._watch: Watch = InPeoplesUnits(watch, model)
        self._compiled = compile_pyomo(model.pyomo)
        self._session = HighsSession(self._compiled.linear)
        self.reader = Reader(model, self._compiled)
        self._aims = tables_agree(model)
        self._limits = Limits(
            node_limit=max(1, round(NODE_LIMIT * options.effort_share)),
            relative_gap=GAP_SHARE if options.gap_share is None else options.gap_share,
            absolute_gap=ABSOLUTE_GAP,
            seed=options.seed,
            threads=1,
        )

    def least_unmet(self) -> Result:
        """Stage 1: as little demand without a room as can be."""
        cost, offset = self._compiled.objective(self._aims.unmet_demand)
        self._session.set_objective(cost, offset, "minimise")
        result = self._session.solve(
            self._deadline.within(replace(self._limits, absolute_gap=UNMET_GAP_CONTACTS / CONTACTS_UNIT)),
            stage="unmet_demand",
            watch=self._watch,
            on_solution=self._tell,
        )
        if result.values is not None:
            self.reader.hold_unmet(self._session, result.values)
            self._tell(result.values)
        return result

    def later_stages(self, first: Result) -> StagedResult:
        """Stages 2 to 4, each holding what those before it reached."""
        return solve_in_stages(
            self._session,
            self._later_aims(),
            self._limits if self._deadline.remaining() is None else self._deadline.within(self._limits),
            watch=self._watch,
            start=first.values,
            on_solution=self._tell,
        )

    def outcome(self, first: Result, later: StagedResult) -> Outcome:
        """The plan of the last stage, with the values its own tables hold."""
        values = later.values if later.values is not None else first.values
        assert values is not None, "stage 1 found a plan"
        plan = self.reader.plan(values)
        stages = restated([stage_result("unmet_demand", "contacts", "minimise", first), *later.stages], plan)
        by_clock = first.stopped_by_clock or later.stopped_by_clock
        cancelled = first.cancelled or later.cancelled
        proven = len(stages) == 4 and all(stage.status == "optimal" for stage in stages)
        status: PlanStatus = "cancelled" if cancelled else "optimal" if proven else "feasible"
        return Outcome(
            status=status,
            reason=later.reason,
            decisions=plan.decisions(),
            stages=stages,
            solvers=distinct_uses([first.solver, *later.solvers]),
            repeatable=not by_clock,
        )

    def _later_aims(self) -> list[Aim]:
        aims, objective = self._aims, self._compiled.objective
        travel_scale = sum(
            weight
            * cell.contacts[t]
            * min((self._model.network.minutes[cell.area_id, s] for s in cell.sites), default=0)
            for t, weight in enumerate(period.weight for period in self._model.instance.periods)
            for cell in self._model.cells
            if not cell.commodity.is_virtual
        )
        travel_tolerance = max(1e-5, 1e-6 * travel_scale / CONTACT_MINUTES_UNIT)
        return [
            Aim("npv_cost", "gbp", "minimise", *objective(aims.npv_cost), tolerance=NPV_TOLERANCE_GBP / GBP_UNIT),
            Aim("travel", "minutes", "minimise", *objective(aims.travel), tolerance=travel_tolerance),
            Aim("disruption", "contacts", "minimise", *objective(aims.disruption)),
        ]

    def _tell(self, values: Values) -> None:
        self._watch.incumbent(self.reader.plan(values).decisions())


@dataclass(frozen=True)
class _Unit:
    """How a stage's number in the model becomes the number people read."""

    unit: str
    factor: float


def restated(stages: Sequence[StageResult], plan: Plan) -> tuple[StageResult, ...]:
    """The stages in the units people read; the value of each aim is that of the final plan's tables.

    A bound stands for its stage as solved. No aim can be below nothing, and rounding cannot lift a bound above the
    value.
    """
    units, values = _units(plan), stage_values(plan)
    found: list[StageResult] = []
    for stage in stages:
        unit = units[stage.name]
        value = None if stage.value is None else values[stage.name]
        bound = None if stage.bound is None or value is None else min(max(stage.bound * unit.factor, 0.0), value)
        if bound is not None and value is not None and value - bound <= _ROUNDING_SHARE * value:
            bound = value
        gap = gap_share(value, bound)
        status = "optimal" if gap == 0.0 else stage.status
        found.append(replace(stage, unit=unit.unit, value=value, bound=bound, gap_share=gap, status=status))
    return tuple(found)


def _units(plan: Plan) -> Mapping[str, _Unit]:
    services = {service.service: service for service in plan.instance.services}
    weights = [period.weight for period in plan.instance.periods]
    wanted = sum(
        weights[item.period] * item.contacts for item in plan.contacts if not services[item.service].is_virtual
    )
    return {
        "unmet_demand": _Unit("contacts", CONTACTS_UNIT),
        "npv_cost": _Unit("gbp", GBP_UNIT),
        "travel": _Unit("minutes", CONTACT_MINUTES_UNIT / wanted if wanted else 0.0),
        "disruption": _Unit("contacts", CONTACTS_UNIT),
    }


def _nothing_found(result: Result, watch: Watch) -> Outcome:
    status: PlanStatus = "cancelled" if result.cancelled or watch.cancelled() else "no_plan"
    stages = (stage_result("unmet_demand", "contacts", "minimise", result),)
    return Outcome(status, result.reason, None, stages, (result.solver,), not result.stopped_by_clock)
