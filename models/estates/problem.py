"""The face of the estates problem to the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.baselines import baselines
from models.estates.building import build_instance
from models.estates.checker import check_plan
from models.estates.explain import explain
from models.estates.instance import EstatesInstance
from models.estates.measures import measures
from models.estates.method import solve_estates
from models.estates.plan import Plan
from models.estates.rules import RULES
from models.estates.tables import REGISTER
from models.estates.tables_of import tables_of
from models.estates.validation import validate
from models.estates.views import views
from models.shared.findings import CheckReport
from models.shared.parsing import ParsedInstance, TypedTable
from models.shared.problem import (
    NOTHING_KNOWN,
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
from solvers.types import Watch


@dataclass(frozen=True)
class EstatesCase:
    """One valid estates instance, ready for work."""

    instance: EstatesInstance

    def solve(self, options: SolveOptions, watch: Watch) -> Outcome:
        return solve_estates(self.instance, options, watch)

    def tables(self, decisions: Decisions, known: OutputTables = NOTHING_KNOWN) -> OutputTables:
        del known
        return tables_of(Plan.from_decisions(self.instance, decisions))

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        return check_plan(self.instance, tables, stage_values)

    def baselines(self) -> Mapping[str, Decisions]:
        return {name: plan.decisions() for name, plan in baselines(self.instance).items()}

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        return measures(Plan.from_decisions(self.instance, decisions))

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        del options
        if outcome.decisions is None:
            return Explained(())
        plan = Plan.from_decisions(self.instance, outcome.decisions)
        return Explained(tuple(explain(self.instance, plan, watch, self.instance.provenance_counts)))

    def view(self, tables: OutputTables) -> Sequence[View]:
        return views(self.instance, tables)


def _open(parsed: ParsedInstance) -> Case:
    return EstatesCase(build_instance(parsed))


PROBLEM = Problem(kind=REGISTER.kind, register=REGISTER, rules=RULES, validate=validate, open=_open)
