"""The face of reallocation to the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.reallocation.baselines import baselines
from models.reallocation.building import build_instance
from models.reallocation.checker import check
from models.reallocation.explain import explain
from models.reallocation.explain.stops import STOPS
from models.reallocation.frontier import FRONTIERS
from models.reallocation.instance import Instance
from models.reallocation.measures import measures
from models.reallocation.method import solve
from models.reallocation.plan import Plan
from models.reallocation.rules import RULES
from models.reallocation.tables import REGISTER
from models.reallocation.validation import validate
from models.reallocation.views import views
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
class ReallocationCase:
    """One valid reallocation, ready for work; `provenance_counts` say where its input figures come from."""

    instance: Instance
    provenance_counts: Mapping[str, int]

    def solve(self, options: SolveOptions, watch: Watch) -> Outcome:
        outcome = solve(self.instance, options, watch)
        return replace(outcome, explanations=tuple(replace(one, section=STOPS) for one in outcome.explanations))

    def tables(self, decisions: Decisions, known: OutputTables = NOTHING_KNOWN) -> OutputTables:
        """The plan's tables; those of studies have no rows until `explain` finds them."""
        del known
        written = Plan.from_decisions(self.instance, decisions).tables()
        return {table.name: written.get(table.name, ()) for table in REGISTER.outputs}

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        return check(self.instance, tables, stage_values)

    def baselines(self) -> Mapping[str, Decisions]:
        return {name: plan.decisions() for name, plan in baselines(self.instance).items()}

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        return measures(Plan.from_decisions(self.instance, decisions))

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        plan = None if outcome.decisions is None else Plan.from_decisions(self.instance, outcome.decisions)
        return explain(self.instance, plan, options, watch, self.provenance_counts, outcome.stages)

    def view(self, tables: OutputTables) -> Sequence[View]:
        return views(self.instance, tables)


def open_case(parsed: ParsedInstance) -> Case:
    """A case of tables without a fault."""
    return ReallocationCase(build_instance(parsed), parsed.provenance_counts)


PROBLEM = Problem("reallocation", REGISTER, RULES, validate, open_case, FRONTIERS)
