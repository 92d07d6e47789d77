"""The face of the theatres problem to the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

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
from models.theatres.baselines import baselines
from models.theatres.building import build_instance
from models.theatres.checker import check
from models.theatres.eligibility import NO_RULES
from models.theatres.explain import NO_PLAN, RECOMMENDED, explain
from models.theatres.frontier import FRONTIERS
from models.theatres.instance import Instance
from models.theatres.measures import measures
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import Reason, reasons
from models.theatres.rules import RULES
from models.theatres.tables import REGISTER
from models.theatres.tables_of import WhyNot, not_booked_rows, tables_of
from models.theatres.validation import validate
from models.theatres.views import views
from solvers.types import Watch


@dataclass(frozen=True)
class _Told:
    """A reason as the table `not_booked` has it."""

    code: str
    sentence: str
    what_would_help: str


@dataclass(frozen=True)
class TheatresCase:
    """One valid theatres instance, ready for work; the reasons found last are remembered, for they take long."""

    instance: Instance
    _reasons: dict[tuple[object, ...], dict[str, Reason]] = field(default_factory=dict, compare=False, repr=False)

    def solve(self, options: SolveOptions, watch: Watch) -> Outcome:
        outcome = solve(self.instance, options, watch)
        section = RECOMMENDED if outcome.decisions is not None else NO_PLAN
        return replace(outcome, explanations=tuple(replace(one, section=section) for one in outcome.explanations))

    def tables(self, decisions: Decisions, known: OutputTables = NOTHING_KNOWN) -> OutputTables:
        plan = Plan.from_decisions(self.instance, decisions)
        why: Mapping[str, WhyNot] = _as_told(known["not_booked"]) if "not_booked" in known else self._why(plan)
        return tables_of(plan, why)

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        return check(self.instance, tables, stage_values)

    def baselines(self) -> Mapping[str, Decisions]:
        return {name: plan.decisions() for name, plan in baselines(self.instance).items()}

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        return measures(Plan.from_decisions(self.instance, decisions))

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        if outcome.decisions is None:
            return Explained(())  # what the solve itself said is told already
        plan = Plan.from_decisions(self.instance, outcome.decisions)
        why = self._why(plan, options.without_rules)
        told = explain(plan, why, outcome, options, watch)
        return Explained(told.sentences, {"not_booked": not_booked_rows(plan, why), **told.studies})

    def view(self, tables: OutputTables) -> Sequence[View]:
        return views(self.instance, tables)

    def _why(self, plan: Plan, without_rules: frozenset[str] = NO_RULES) -> dict[str, Reason]:
        key = (plan.bookings, plan.appointments, without_rules)
        if key not in self._reasons:
            self._reasons.clear()
            self._reasons[key] = reasons(plan, without_rules)
        return self._reasons[key]


def _as_told(rows: Sequence[Mapping[str, object]]) -> dict[str, _Told]:
    """The reasons of a table that was written before."""
    return {
        str(row["patient_id"]): _Told(str(row["reason_code"]), str(row["reason"]), str(row["what_would_help"]))
        for row in rows
    }


def _open(parsed: ParsedInstance) -> Case:
    return TheatresCase(build_instance(parsed))


PROBLEM = Problem(
    kind=REGISTER.kind, register=REGISTER, rules=RULES, validate=validate, open=_open, frontiers=FRONTIERS
)
