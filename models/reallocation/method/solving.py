"""From an instance to its outcome."""

from __future__ import annotations

from dataclasses import replace

from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.conflict_words import conflict_explanations
from models.reallocation.method.conflicts import find_conflicts, repairs_tables
from models.reallocation.method.loaded import LoadedModel, load
from models.reallocation.method.stages import Amounts, StagedAmounts, solve_stages
from models.reallocation.method.whole_pounds import NoWholePounds, to_whole_pounds
from models.reallocation.plan import Plan
from models.shared.problem import Outcome, PlanStatus, SolveOptions
from solvers.stages import Deadline
from solvers.types import Limits, Watch

_RELATIVE_GAP = 1e-6


def solve(instance: Instance, options: SolveOptions, watch: Watch) -> Outcome:
    """Solve every aim in stages and round the plan to whole pounds, or say which rules cannot hold together.

    The solve is exact and takes well under a second for a system of boroughs, so `effort_share` changes nothing.
    """
    deadline = Deadline(options.time_limit_seconds)
    limits = limits_of(instance, options.without_rules)
    loaded = load(instance, limits)
    best: list[Plan] = []

    def offer(amounts: Amounts) -> None:
        """Round a plan and pass it on; one that does not round is passed over, for a later stage's plan may."""
        try:
            plan = Plan(instance, to_whole_pounds(instance, limits, amounts))
        except NoWholePounds:
            return
        best.append(plan)
        watch.incumbent(plan.decisions())

    gap = _RELATIVE_GAP if options.gap_share is None else options.gap_share
    common = Limits(relative_gap=gap, seed=options.seed, threads=options.threads)
    staged = solve_stages(loaded, deadline.within(common), watch, offer)
    if staged.status == "infeasible":
        return _infeasible(loaded, staged, deadline, watch)
    if staged.amounts is not None:
        offer(staged.amounts)
    return _outcome(staged, best)


def _outcome(staged: StagedAmounts, best: list[Plan]) -> Outcome:
    status: PlanStatus = "optimal" if staged.status == "optimal" and best else "feasible" if best else "no_plan"
    if staged.cancelled:
        status = "cancelled"
    reason = staged.reason
    if staged.amounts is not None and not best:
        reason = "the plan could not be rounded to whole pounds that keep every rule"
    return Outcome(
        status=status,
        reason=reason,
        decisions=best[-1].decisions() if best else None,
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
        repeatable=not (deadline.passed() or watch.cancelled()),
        explanations=conflict_explanations(loaded.instance, diagnosis),
        tables_without_plan=repairs_tables(loaded.instance, diagnosis.conflicts),
    )
