"""The ways of planning that are lived through: ours, with a fixed small effort, and every baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.shared.problem import SolveOptions
from models.theatres.baselines import longest_wait_first, p2_then_longest_wait, surgeon_best_fit
from models.theatres.instance import Instance
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from solvers.types import Unwatched

Policy = Callable[[Instance], Plan]

OURS = "ours"
# A Monday's plan fills about 25 lists and the gaps in 25 more: little search is enough.
EFFORT_SHARE = 0.1


def ours(instance: Instance) -> Plan:
    """The staged plan, with less search than the shipped effort."""
    outcome = solve(instance, SolveOptions(effort_share=EFFORT_SHARE), Unwatched())
    assert outcome.decisions is not None, f"no plan: {outcome.reason}"
    return Plan.from_decisions(instance, outcome.decisions)


POLICIES: Mapping[str, Policy] = {
    OURS: ours,
    "longest_wait_first": longest_wait_first,
    "p2_then_longest_wait": p2_then_longest_wait,
    "surgeon_best_fit": surgeon_best_fit,
}
