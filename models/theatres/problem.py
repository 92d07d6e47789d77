"""The face of the theatres problem to the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.shared.findings import CheckReport
from models.shared.parsing import ParsedInstance, TypedTable
from models.shared.problem import (
    Case,
    Decisions,
    Explained,
    Measure,
    Outcome,
    OutputTables,
    Problem,
    SolveOptions,
    View,
)
from models.theatres.baselines import baselines
from models.theatres.building import build_instance
from models.theatres.checker import check
from models.theatres.explain import explain
from models.theatres.instance import Instance
from models.theatres.measures import measures
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.rules import RULES
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from models.theatres.validation import validate
from models.theatres.views import views
from solvers.types import Watch


@dataclass(frozen=True)
class TheatresCase:
    """One valid theatres instance, ready for work."""

    instance: Instance

    def solve(self, options: SolveOptions, watch: Watch) -> Outcome:
        return solve(self.instance, options, watch)

    def tables(self, decisions: Decisions) -> OutputTables:
        plan = Plan.from_decisions(self.instance, decisions)
        return tables_of(plan, reasons(plan))

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        return check(self.instance, tables, stage_values)

    def baselines(self) -> Mapping[str, Decisions]:
        return {name: plan.decisions() for name, plan in baselines(self.instance).items()}

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        return measures(Plan.from_decisions(self.instance, decisions))

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        del watch
        if outcome.decisions is None:
            return Explained(outcome.explanations)
        plan = Plan.from_decisions(self.instance, outcome.decisions)
        return Explained(tuple(explain(plan, outcome.stages, options.without_rules)))

    def view(self, tables: OutputTables) -> Sequence[View]:
        return views(self.instance, tables)


def _open(parsed: ParsedInstance) -> Case:
    return TheatresCase(build_instance(parsed))


PROBLEM = Problem(kind=REGISTER.kind, register=REGISTER, rules=RULES, validate=validate, open=_open)
