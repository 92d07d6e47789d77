"""Solving an instance: choices, ways, stages; an instance whose rules contradict each other gets the reasons."""

from __future__ import annotations

from models.estates.formulation.catalogue import build_model
from models.estates.formulation.choices import suite_choices
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.method.conflict import explain_conflict
from models.estates.method.stages import Stager, nothing_found
from models.shared.problem import Outcome, SolveOptions
from solvers.stages import Deadline
from solvers.types import Watch


def solve_estates(instance: EstatesInstance, options: SolveOptions, watch: Watch) -> Outcome:
    """Solve the six aims in order; an instance whose rules contradict each other gets the smallest conflict."""
    deadline = Deadline(options.time_limit_seconds)
    choices = suite_choices(instance, options.without_rules)
    if not all(choice.options for choice in choices):
        return explain_conflict(instance, options, watch)
    network = build_network(instance, options.without_rules)
    model = build_model(network, choices, options.without_rules, with_links=False)
    stager = Stager(model, options, deadline, watch)
    first = stager.least_unmet()
    if first.status == "infeasible":
        return explain_conflict(instance, options, watch)
    if first.values is None:
        return nothing_found(first, watch)
    stager.later_stages()
    return stager.outcome(first)
