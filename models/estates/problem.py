"""The face of the estates problem to the front door.

Each verb takes in its own code when it is used: who only reads a saved run need not wait for solvers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.building import build_instance
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.rules import RULES
from models.estates.tables import REGISTER
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
        from models.estates.method import solve_estates

        return solve_estates(self.instance, options, watch)

    def tables(self, decisions: Decisions, known: OutputTables = NOTHING_KNOWN) -> OutputTables:
        from models.estates.tables_of import tables_of

        del known
        return tables_of(Plan.from_decisions(self.instance, decisions))

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        from models.estates.checker import check_plan

        return check_plan(self.instance, tables, stage_values)

    def baselines(self) -> Mapping[str, Decisions]:
        from models.estates.baselines import baselines

        return {name: plan.decisions() for name, plan in baselines(self.instance).items()}

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        from models.estates.measures import measures

        return measures(Plan.from_decisions(self.instance, decisions))

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        from models.estates.explain import explain

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
