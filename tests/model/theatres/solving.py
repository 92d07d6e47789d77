"""Solving in tests: one call, the plan beside its outcome, and the checker's verdict on the written tables."""

from __future__ import annotations

from dataclasses import replace

from models.shared.findings import CheckReport
from models.shared.problem import Outcome, SolveOptions
from models.theatres.instance import Instance
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.tables_of import tables_of
from solvers.types import Unwatched, Watch
from tests.model.theatres.plans import checked, texts


def solved(
    instance: Instance,
    *without_rules: str,
    effort_share: float = 1.0,
    seed: int = 1,
    watch: Watch | None = None,
) -> tuple[Outcome, Plan]:
    """The outcome of a solve that finds a plan, and the plan."""
    options = SolveOptions(effort_share=effort_share, seed=seed, without_rules=frozenset(without_rules))
    outcome = solve(instance, options, watch or Unwatched())
    assert outcome.decisions is not None
    return outcome, Plan.from_decisions(instance, outcome.decisions)


def stage_values(outcome: Outcome) -> dict[str, float | None]:
    """The values a run would record."""
    return {stage.name: stage.value for stage in outcome.stages}


def verdict(plan: Plan, outcome: Outcome | None = None) -> CheckReport:
    """What the independent checker says of the plan as it would be written."""
    written = texts(tables_of(plan, reasons(plan)))
    return checked(plan.instance, written, None if outcome is None else stage_values(outcome))


def only(instance: Instance, *patients: str, lists: tuple[str, ...] = ()) -> Instance:
    """The instance with these patients only, and these lists if any are named; nothing booked beforehand."""
    return replace(
        instance,
        patients={p: instance.patients[p] for p in sorted(patients)},
        lists={at: on for at, on in instance.lists.items() if not lists or at in lists},
        existing_bookings={},
        existing_appointments=(),
    )
