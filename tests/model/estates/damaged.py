"""What the check says of the plan with every use in it, once the estate or the tables are changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from models.estates.checker import check_plan
from models.estates.instance import EstatesInstance
from models.shared.findings import CheckReport
from tests.model.estates.plans import Written, as_read, rules_broken
from tests.model.estates.scribe import HandMade


def verdict(plan: HandMade, damage: Callable[[Written], None] | None = None) -> CheckReport:
    tables = plan.tables()
    if damage is not None:
        damage(tables)
    return check_plan(plan.instance, as_read(tables))


def only(report: CheckReport, rule: str) -> list[str]:
    """The messages of a report in which this rule speaks and no other."""
    assert rules_broken(report) == {rule}, report.findings[:5]
    return [finding.message for finding in report.findings]


def on(plan: HandMade, instance: EstatesInstance) -> HandMade:
    return replace(plan, instance=instance)
