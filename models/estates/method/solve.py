"""Solving an instance: choices, ways, stages; an instance whose rules contradict each other gets the reasons."""

from __future__ import annotations

from dataclasses import replace

from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method.conflict import explain_conflict
from models.estates.method.stages import Stager, nothing_found
from models.estates.method.timetabling import (
    Lacking,
    MostHours,
    no_more_than_most_hours,
    plain_rule_suffices,
    weeks_lacking,
    with_timetable,
)
from models.estates.plan import Plan
from models.shared.problem import Outcome, SolveOptions
from solvers.stages import Deadline
from solvers.types import StageResult, Watch, gap_share

TIMETABLE_ROUNDS = 5
"""Most plans made before those weeks without a timetable are told of."""
NO_TIMETABLE = "the rooms of some weeks cannot hold their services in sessions (E-40)"
WEEK_RULES = frozenset({"E-06", "E-07", "E-40"})
"""Without one of these a week need not have a timetable; a plain rule then fills the rooms."""


def solve_estates(instance: EstatesInstance, options: SolveOptions, watch: Watch) -> Outcome:
    """Solve the six aims in order; an instance whose rules contradict each other gets the smallest conflict."""
    deadline = Deadline(options.time_limit_seconds)
    choices = suite_choices(instance, options.without_rules)
    if not all(choice.options for choice in choices):
        return explain_conflict(instance, options, watch)
    network = build_network(instance, options.without_rules)
    cuts: list[MostHours] = []
    before: Outcome | None = None
    for _ in range(TIMETABLE_ROUNDS):
        model = build_model(network, choices, options.without_rules, with_links=False)
        no_more_than_most_hours(model, cuts)
        stager = Stager(model, options, deadline, watch)
        first = stager.least_unmet()
        if first.values is None:
            break
        stager.later_stages()
        outcome = stager.outcome(first) if before is None else with_bounds_of(before, stager.outcome(first))
        before = before or outcome
        lacking = _lacking(instance, outcome, options, watch)
        if not lacking.weeks:
            return _with_timetable(instance, outcome, options, watch)
        if not lacking.asked or not outcome.repeatable:
            break
        cuts += lacking.asked
    if before is not None:
        outcome = replace(outcome, status="feasible", reason=NO_TIMETABLE)
        return _with_timetable(instance, outcome, options, watch)
    if first.status == "infeasible":
        return explain_conflict(instance, options, watch)
    return nothing_found(first, watch)


def with_bounds_of(before: Outcome, outcome: Outcome) -> Outcome:
    """An outcome with cuts of timetables, its bounds those of the first one without them.

    What a mix of services could hold does not bind another mix, so a bound with cuts proves nothing of all plans.
    Only the first two stages have one, for the others held what cuts may change.
    """
    bounds = {stage.name: stage.bound for stage in before.stages if stage.name in ("unmet_demand", "npv_cost")}
    stages = tuple(_with_bound(stage, bounds.get(stage.name)) for stage in outcome.stages)
    return replace(outcome, stages=stages, status="cancelled" if outcome.status == "cancelled" else "feasible")


def _with_bound(stage: StageResult, bound: float | None) -> StageResult:
    if bound is not None and stage.value is not None:
        bound = min(bound, stage.value)
    gap = gap_share(stage.value, bound)
    return replace(stage, bound=bound, gap_share=gap, status="optimal" if gap == 0.0 else "feasible")


def _lacking(instance: EstatesInstance, outcome: Outcome, options: SolveOptions, watch: Watch) -> Lacking:
    """The weeks of a plan without a timetable; none need one where E-40 is left out."""
    if options.without_rules & WEEK_RULES:
        return Lacking((), ())
    return weeks_lacking(_plan(instance, outcome), watch)


def _with_timetable(instance: EstatesInstance, outcome: Outcome, options: SolveOptions, watch: Watch) -> Outcome:
    """The outcome with the timetables of its plan: searched for once, when the plan is found.

    Without studies those of the plain rule do, where it has one for every week.
    """
    plan = _plan(instance, outcome)
    if options.without_rules & WEEK_RULES or (not options.studies and plain_rule_suffices(plan)):
        return outcome
    return replace(outcome, decisions=with_timetable(plan, options.effort_share, watch).decisions())


def _plan(instance: EstatesInstance, outcome: Outcome) -> Plan:
    assert outcome.decisions is not None, "the first stage has a plan"
    return Plan.from_decisions(instance, outcome.decisions)
