"""The staged solve of one model: unmet demand, net present cost, four aims of travel and disruption."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from models.estates.formulation.aims import CONTACTS_UNIT, GBP_UNIT
from models.estates.formulation.model import EstatesModel
from models.estates.location.links import LinkLoader
from models.estates.method.cost import CheapestChoices, cheapest_choices
from models.estates.method.loading import LoadedModel
from models.estates.method.settled import HeldAim, WholeSearch, settled_choices
from models.estates.method.telling import InPeoplesUnits
from models.estates.method.units import AIMS, restated, units_of
from models.shared.problem import Outcome, PlanStatus, SolveOptions
from solvers.highs import HighsSession, relaxed
from solvers.stages import Deadline, distinct_uses, stage_result
from solvers.types import Limits, Progress, Result, SolverUse, StageResult, Values, Watch

GAP_SHARE = 1e-5
"""Relative gap at which a stage may stop."""
NODE_LIMIT = 2_000
"""Branch-and-bound nodes of a stage at effort 1: a limit that is the same on every machine."""
ABSOLUTE_GAP = 1e-6
UNMET_GAP_CONTACTS = 1
"""Contacts over the whole plan below which two amounts of unmet demand are the same."""
NPV_TOLERANCE_GBP = 20
"""Pounds by which later stages may exceed the net present cost: above the solver's tolerance, below any gap."""
WORST_TOLERANCE_MINUTES = 1e-4
"""Minutes by which later stages may lengthen the worst journey: above the solver's tolerance, below any written."""
_TRAVEL_TOLERANCE_SHARE, _LEAST_TOLERANCE = 1e-6, 1e-5


class Stager:
    """One loaded model and the stages solved on it, in order."""

    def __init__(self, model: EstatesModel, options: SolveOptions, deadline: Deadline, watch: Watch) -> None:
        self._deadline = deadline
        self._units = units_of(model)
        self._watch: Watch = InPeoplesUnits(watch, self._units)
        self._loaded = LoadedModel(model)
        self._session = self._loaded.session
        self._limits = Limits(
            node_limit=max(1, round(NODE_LIMIT * options.effort_share)),
            relative_gap=GAP_SHARE if options.gap_share is None else options.gap_share,
            absolute_gap=ABSOLUTE_GAP,
            seed=options.seed,
            threads=1,
        )
        self._relaxed: HighsSession | None = None
        self._frozen: list[tuple[Values, float]] = []
        self._stages: list[StageResult] = []
        self._uses: list[SolverUse] = []
        self._values: Values | None = None
        self._last: Result | None = None
        self._by_clock = self._cancelled = False

    def least_unmet(self) -> Result:
        """Stage 1: as little demand without a room as can be.

        Mostly nothing is gained by changing anything, so what can stay is kept first; that is the least if nobody is
        without a room, or no more than when suites could go in parts. Else everything is open.
        """
        loaded = self._loaded
        self._session.set_objective(*loaded.objective("unmet_demand"), "minimise")
        changes = loaded.changes()
        self._session.set_columns(changes, np.zeros(len(changes)))
        kept = self._session.solve(self._within(absolute_gap=UNMET_GAP_CONTACTS / CONTACTS_UNIT))
        for column in changes:
            self._session.set_column_bounds(int(column), 0.0, float(loaded.linear.upper[column]))
        result = self._least(kept)
        if result.values is not None:
            self._take("unmet_demand", "contacts", result)
            held = loaded.reader.held_unmet(result.values)
            loaded.reader.hold_unmet(self._session, result.values)
            self._held = held
        self._watch.progress(Progress(result.seconds, "unmet_demand", result.value, result.bound, result.gap_share))
        return result

    def cheapest(self) -> CheapestChoices | None:
        """Stage 2: as little cost as can be; None where there is no time for it, or no plan was found in it."""
        if self._is_over():
            return None
        cost, _ = self._loaded.objective("npv_cost")
        found = cheapest_choices(
            self._loaded, self._held, self._loaded_values(), self._limits, self._deadline, self._watch
        )
        if found.result.values is None:
            self._note(found.result)
            return None
        self._take("npv_cost", "gbp", found.result)
        self._freeze(cost, float(cost @ found.result.values) + NPV_TOLERANCE_GBP / GBP_UNIT)
        return found

    def later_stages(self) -> None:
        """Stages 2 to 6, each holding what those before it reached; ends at a cancel or when time is over."""
        cheapest = self.cheapest()
        if cheapest is not None:
            self.after_cost(cheapest)

    def after_cost(self, cheapest: CheapestChoices) -> None:
        """Stages 3 to 6: first it is settled which choices they have left."""
        self._hold_choices(cheapest)
        for name in AIMS[2:]:
            if self._is_over():
                return
            self._later_stage(name)

    def outcome(self, first: Result) -> Outcome:
        """The plan of the last stage, with the values its own tables hold."""
        assert self._values is not None, "stage 1 found a plan"
        plan = self._loaded.reader.plan(self._values)
        stages = restated(self._stages, plan, self._units)
        proven = len(stages) == len(AIMS) and all(stage.status == "optimal" for stage in stages)
        status: PlanStatus = "cancelled" if self._cancelled else "optimal" if proven else "feasible"
        return Outcome(
            status=status,
            reason=(self._last or first).reason,
            decisions=plan.decisions(),
            stages=stages,
            solvers=distinct_uses(self._uses),
            repeatable=not self._by_clock,
        )

    def _least(self, kept: Result) -> Result:
        """The result of stage 1, from the plan that keeps what can be kept."""
        gap = UNMET_GAP_CONTACTS / CONTACTS_UNIT
        if kept.value is not None and kept.value <= gap:
            return replace(kept, status="optimal", bound=min(0.0, kept.value))
        root = LinkLoader(self._session, self._loaded.links).tighten(self._deadline.within(Limits()))
        bound = root.result.value if root.result.status == "optimal" else None
        if kept.value is not None and bound is not None and kept.value - bound <= gap:
            return replace(kept, status="optimal", bound=bound)
        if kept.values is not None:
            self._session.start_from(kept.values)
        return self._session.solve(
            self._within(absolute_gap=gap), stage="unmet_demand", watch=self._watch, on_solution=self._tell
        )

    def _hold_choices(self, cheapest: CheapestChoices) -> None:
        """Fix what the cost has settled; where that is not known, all choices as they are."""
        values = cheapest.result.values
        assert values is not None, "the cost has a plan"
        known = None if cheapest.settling is None else cheapest.settling.answer(self._within(), self._watch)
        settled = self._loaded.whole if known is None else known
        columns = np.flatnonzero(settled).astype(np.int64)
        if known is None:
            self._relaxed = self._relaxation()
        self._session.set_columns(columns, np.round(values[columns]))
        self._open = self._loaded.whole & ~settled
        self._loaded.add_worst_rows()

    def _settle(self, held: HeldAim) -> None:
        """Fix of the open choices what the stage just held has settled, so that the next one need not ask."""
        if not self._open.any():
            return
        values = self._loaded_values()
        settled = settled_choices(WholeSearch(self._session), self._open, values, held, self._within(), self._watch)
        if settled is not None:
            columns = np.flatnonzero(settled).astype(np.int64)
            self._session.set_columns(columns, np.round(values[columns]))
            self._open &= ~settled

    def _later_stage(self, name: str) -> None:
        """One aim after the cost: over the open choices, and with a bound of its own where none are left open."""
        cost, offset = self._loaded.objective(name)
        self._session.set_objective(cost, offset, "minimise")
        if self._open.any():
            self._session.start_from(self._loaded_values())
        with nullcontext() if self._open.any() else self._session.continuous():
            result = self._session.solve(self._within(), stage=name, watch=self._watch)
        if self._relaxed is not None:
            result = self._with_relaxed_bound(name, result)
        if result.values is None:
            self._note(result)
            return
        self._take(name, self._units[name].unit, result)
        value = float(cost @ result.values)
        if name == "travel_worst":
            tolerance = WORST_TOLERANCE_MINUTES
        else:
            tolerance = max(_LEAST_TOLERANCE, _TRAVEL_TOLERANCE_SHARE * value)
        self._freeze(cost, value + tolerance)
        if name == "travel":
            self._settle(HeldAim(cost, tolerance))

    def _relaxation(self) -> HighsSession:
        """The model with every choice in parts, for bounds of stages whose choices are held unproven."""
        session = HighsSession(relaxed(self._loaded.linear))
        self._loaded.reader.hold_unmet(session, self._loaded_values())
        for cost, limit in self._frozen:
            session.add_row(cost, -np.inf, limit)
        return session

    def _with_relaxed_bound(self, name: str, result: Result) -> Result:
        """A result with the bound of the relaxation: the solver's own is one on the choices held."""
        bound = None
        if self._relaxed is not None and name != "travel_worst":
            self._relaxed.set_objective(*self._loaded.objective(name), "minimise")
            found = self._relaxed.solve(self._within(), watch=self._watch)
            bound = found.value if found.status == "optimal" else None
        return replace(result, bound=bound, status="unknown" if result.values is None else "feasible")

    def _loaded_values(self) -> Values:
        assert self._values is not None, "a stage has been solved"
        return self._values

    def _freeze(self, cost: Values, limit: float) -> None:
        if cost.any():
            self._session.add_row(cost, -np.inf, limit)
            self._frozen.append((cost, limit))

    def _take(self, name: str, unit: str, result: Result) -> None:
        self._values = result.values
        self._stages.append(stage_result(name, unit, "minimise", result))
        self._note(result)
        self._tell(self._loaded_values())

    def _note(self, result: Result) -> None:
        self._last = result
        self._uses.append(result.solver)
        self._by_clock = self._by_clock or result.stopped_by_clock
        self._cancelled = self._cancelled or result.cancelled

    def _is_over(self) -> bool:
        if self._watch.cancelled():
            self._by_clock = self._cancelled = True
        elif self._deadline.passed():
            self._by_clock = True
        return self._cancelled or self._deadline.passed()

    def _within(self, absolute_gap: float = ABSOLUTE_GAP) -> Limits:
        return self._deadline.within(replace(self._limits, absolute_gap=absolute_gap))

    def _tell(self, values: Values) -> None:
        self._watch.incumbent(self._loaded.reader.plan(values).decisions())


def nothing_found(result: Result, watch: Watch, stages: Iterable[StageResult] = ()) -> Outcome:
    """The outcome where the first stage has no plan."""
    status: PlanStatus = "cancelled" if result.cancelled or watch.cancelled() else "no_plan"
    found = (*stages, stage_result("unmet_demand", "contacts", "minimise", result))
    return Outcome(status, result.reason, None, found, (result.solver,), not result.stopped_by_clock)
