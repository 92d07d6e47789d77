"""From an instance to its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.reallocation.formulation import limits_of
from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.instance import Instance
from models.reallocation.method.conflict_words import conflict_explanations
from models.reallocation.method.conflicts import find_conflicts
from models.reallocation.method.fastest import CLOSURE, first_year_closed
from models.reallocation.method.loaded import LoadedModel, load
from models.reallocation.method.order import in_fixed_order
from models.reallocation.method.repair_tables import conflict_tables, repair_scenarios
from models.reallocation.method.soft import held_where_they_came
from models.reallocation.method.staged_model import Amounts, staged_model
from models.reallocation.method.stages import StagedAmounts, WorstLevels, solve_stages
from models.reallocation.method.whole_pounds import NoWholePounds, to_whole_pounds
from models.reallocation.plan import Plan
from models.shared.problem import Outcome, PlanStatus, SolveOptions
from solvers.stages import Deadline
from solvers.types import Limits, StageResult, Unwatched, Watch

_RELATIVE_GAP = 1e-6


def solve(instance: Instance, options: SolveOptions, watch: Watch) -> Outcome:
    """Solve every aim in stages and round the plan to whole pounds, or say which rules cannot hold together.

    The solve is exact and takes well under a second for a system of boroughs, so `effort_share` changes nothing.
    """
    deadline = Deadline(options.time_limit_seconds)
    gap = _RELATIVE_GAP if options.gap_share is None else options.gap_share
    common = Limits(relative_gap=gap, seed=options.seed, threads=options.threads)
    years: list[StageResult] = []
    if instance.settings.aim == "fastest_closure" and CLOSURE not in options.without_rules:
        found = first_year_closed(instance, options.without_rules, deadline.within(common), watch)
        years = [] if found is None else [found]
    closed_from = int(years[0].value) if years and years[0].value is not None else None
    ordered = in_fixed_order(instance)
    limits = limits_of(ordered, options.without_rules, closed_from=closed_from)
    plans = _Plans(instance, ordered, limits, closed_from, watch)
    staged = solve_stages(staged_model(load(ordered, limits)), deadline.within(common), watch, plans.offer, years)
    if staged.status == "infeasible":
        own = limits_of(instance, options.without_rules, closed_from=closed_from)
        return _infeasible(load(instance, own), staged, deadline, watch)
    return _outcome(staged, plans)


class _Plans:
    """The plans found on the way, in whole pounds; each is passed on.

    Where nobody watches, only the last is rounded: that takes as long as finding it.
    """

    def __init__(
        self,
        instance: Instance,
        ordered: Instance,
        limits: Sequence[AnyLimit],
        closed_from: int | None,
        watch: Watch,
    ) -> None:
        self._instance, self._ordered, self._limits = instance, ordered, limits
        self._closed_from, self._watch = closed_from, watch
        self._best: Plan | None = None
        self._waiting: list[tuple[Amounts, WorstLevels]] = []

    def offer(self, amounts: Amounts, worst_levels: WorstLevels) -> None:
        """Round a plan and pass it on; one that does not round is passed over, for a later stage's plan may."""
        if type(self._watch).incumbent is Unwatched.incumbent:
            self._waiting.append((amounts, worst_levels))
            return
        plan = self._rounded(amounts, worst_levels)
        if plan is not None:
            self._best = plan
            self._watch.incumbent(plan.decisions())

    def best(self) -> Plan | None:
        """The last plan that rounds."""
        while self._waiting and self._best is None:
            self._best = self._rounded(*self._waiting.pop())
        return self._best

    def _rounded(self, amounts: Amounts, worst_levels: WorstLevels) -> Plan | None:
        limits = held_where_they_came(self._ordered, self._limits, amounts)
        try:
            pounds = to_whole_pounds(self._ordered, limits, amounts)
        except NoWholePounds:
            return None
        in_order = {cell: pounds[cell] for cell in self._instance.cells}
        return Plan(self._instance, in_order, self._closed_from, worst_levels)


def _outcome(staged: StagedAmounts, plans: _Plans) -> Outcome:
    best = plans.best()
    status: PlanStatus = "optimal" if staged.status == "optimal" and best else "feasible" if best else "no_plan"
    if staged.cancelled:
        status = "cancelled"
    reason = staged.reason
    if staged.amounts is not None and not best:
        reason = "the plan could not be rounded to whole pounds that keep every rule"
    return Outcome(
        status=status,
        reason=reason,
        decisions=None if best is None else best.decisions(),
        stages=staged.stages,
        solvers=staged.solvers,
        repeatable=not (staged.stopped_by_clock or staged.cancelled),
    )


def _infeasible(loaded: LoadedModel, staged: StagedAmounts, deadline: Deadline, watch: Watch) -> Outcome:
    """No plan exists: the solver's word is confirmed by a second solve before it is told."""
    if loaded.holds():
        return Outcome("no_plan", "the solver contradicted itself", None, staged.stages, staged.solvers, False)
    diagnosis = find_conflicts(loaded, lambda: deadline.passed() or watch.cancelled())
    stages = tuple(replace(stage, value=None, bound=None, gap_share=None) for stage in staged.stages)
    return Outcome(
        status="infeasible",
        reason="the rules cannot hold together",
        decisions=None,
        stages=stages,
        solvers=staged.solvers,
        repeatable=not (diagnosis.stopped_by_clock or deadline.passed() or watch.cancelled()),
        explanations=conflict_explanations(loaded.instance, diagnosis),
        tables_without_plan=conflict_tables(loaded.instance, diagnosis),
        scenarios=repair_scenarios(loaded.instance, diagnosis),
    )
