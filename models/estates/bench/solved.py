"""What the independent check says of a plan that a benchmark made."""

from __future__ import annotations

from models.estates.checker import check_plan
from models.estates.plan import Plan
from models.estates.tables import REGISTER
from models.estates.tables_of import tables_of
from models.shared.measuring import as_read
from models.shared.problem import Outcome


def wrong_with(plan: Plan, outcome: Outcome) -> str:
    """The first error the independent check finds in a plan's tables and stage values; empty when there is none."""
    values = {stage.name: stage.value for stage in outcome.stages}
    findings = check_plan(plan.instance, as_read(REGISTER, tables_of(plan)), values).findings
    errors = [finding for finding in findings if finding.severity == "error"]
    return f"the check found {len(errors)} errors, first {errors[0].rule}: {errors[0].message}" if errors else ""
