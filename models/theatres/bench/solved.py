"""A solved month of the benchmarks, with what is measured of it and the verdict of the independent check."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from models.shared.decisions import Decisions
from models.shared.measuring import as_read, timed
from models.shared.problem import Outcome, SolveOptions
from models.theatres.baselines import baselines
from models.theatres.checker import check
from models.theatres.instance import Instance
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from solvers.types import Progress, StageResult


class FirstPlan:
    """A watch that notes when the first plan was there, in CPU seconds of this process."""

    def __init__(self) -> None:
        self._started = time.process_time()
        self.cpu_seconds: float | None = None

    def progress(self, progress: Progress) -> None:
        del progress

    def incumbent(self, decisions: Decisions) -> None:
        del decisions
        if self.cpu_seconds is None:
            self.cpu_seconds = time.process_time() - self._started

    def cancelled(self) -> bool:
        return False


@dataclass(frozen=True)
class SolvedMonth:
    """A plan with its baselines; `wrong` says what the check found, empty when nothing."""

    instance: Instance
    outcome: Outcome
    plan: Plan
    baselines: Mapping[str, Plan]
    cpu_seconds: float
    first_plan_cpu_seconds: float
    wrong: str
    check_cpu_seconds: float

    def stage(self, name: str) -> StageResult:
        return next(stage for stage in self.outcome.stages if stage.name == name)


def solve_month(instance: Instance, options: SolveOptions | None = None) -> SolvedMonth:
    """Solve a month, build its baselines under the same rules, and check what was solved."""
    watch = FirstPlan()
    solved = timed(lambda: solve(instance, options or SolveOptions(), watch))
    decisions = solved.result.decisions
    assert decisions is not None, f"no plan: {solved.result.reason}"
    plan = Plan.from_decisions(instance, decisions)
    return SolvedMonth(
        instance,
        solved.result,
        plan,
        baselines(instance),
        solved.cpu_seconds,
        watch.cpu_seconds if watch.cpu_seconds is not None else solved.cpu_seconds,
        *wrong_with(plan, solved.result),
    )


def wrong_with(plan: Plan, outcome: Outcome) -> tuple[str, float]:
    """The first error the independent check finds in a plan's tables and stage values, and its CPU seconds."""
    tables = as_read(REGISTER, tables_of(plan, reasons(plan)))
    values = {stage.name: stage.value for stage in outcome.stages}
    checked = timed(lambda: check(plan.instance, tables, values))
    errors = [finding for finding in checked.result.findings if finding.severity == "error"]
    told = f"the check found {len(errors)} errors, first {errors[0].rule}: {errors[0].message}" if errors else ""
    return told, checked.cpu_seconds
