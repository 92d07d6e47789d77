"""Every shipped scenario through all stages: proven, accepted, and what it is shipped for binds in it."""

from __future__ import annotations

import pytest

from models.reallocation.method import solve
from models.shared.problem import SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import checked, instance_of, shipped
from tests.model.reallocation.test_scenarios import SCENARIOS, WITHOUT_A_PLAN, case, statuses

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - WITHOUT_A_PLAN))
def test_scenario_with_a_plan(name: str) -> None:
    of = case(name)
    assert of.outcome.status == "optimal", of.outcome.reason
    report = checked(of, of.written(), of.stage_values)
    assert report.passed, report.findings
    held = {rule for rule, status in statuses(of).items() if status & {"binding", "broken_soft"}}
    assert SCENARIOS[name].binds and set(SCENARIOS[name].binds) <= held


@pytest.mark.parametrize("name", sorted(WITHOUT_A_PLAN))
def test_scenario_without_a_plan(name: str) -> None:
    outcome = solve(instance_of(shipped(SCENARIOS[name].instance, name)), SolveOptions(), Unwatched())
    assert outcome.status == "infeasible" and outcome.decisions is None
    assert outcome.explanations and outcome.tables_without_plan["repairs"]
