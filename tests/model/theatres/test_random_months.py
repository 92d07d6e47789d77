"""Months drawn at random: every plan made for them keeps every rule, and what is said about it is true."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.shared.problem import SolveOptions
from models.theatres.baselines import baselines
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.rules import RULES
from models.theatres.tables_of import tables_of
from solvers.types import Unwatched
from tests.model.theatres.plans import checked, rules_speaking, texts
from tests.model.theatres.random_months import random_month
from tests.model.theatres.solving import stage_values, verdict

pytestmark = pytest.mark.model

SOFT = {rule.id for rule in RULES if not rule.hard}
LITTLE_EFFORT = SolveOptions(effort_share=0.1)


@given(st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_plan_keeps_every_rule(draw: Random) -> None:
    """Where the bookings of before cannot all stay there is no plan, and that is said."""
    instance = random_month(draw)
    outcome = solve(instance, LITTLE_EFFORT, Unwatched())
    if outcome.decisions is None:
        assert outcome.status == "infeasible" and instance.fixed_bookings and outcome.explanations
        return
    report = verdict(Plan.from_decisions(instance, outcome.decisions), outcome)
    assert rules_speaking(report) <= SOFT, report.findings
    assert stage_values(outcome)


@given(st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_baseline_keeps_every_rule(draw: Random) -> None:
    instance = random_month(draw)
    for name, plan in baselines(instance).items():
        if set(instance.fixed_bookings) <= set(plan.list_of):
            report = checked(instance, texts(tables_of(plan, reasons(plan))))
            assert rules_speaking(report) <= SOFT, (name, report.findings)
