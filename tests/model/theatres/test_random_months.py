"""Months drawn at random: every plan made for them keeps every rule, and what is said about it is true."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.shared.problem import SolveOptions
from models.theatres.baselines import baselines
from models.theatres.formulation.aims import figures_agree
from models.theatres.formulation.month import build_month
from models.theatres.instance import Instance
from models.theatres.measures.stages import stages
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.rules import RULES
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from solvers.types import Unwatched
from tests.model.theatres.every_way import best_values
from tests.model.theatres.plans import checked, rules_speaking, texts
from tests.model.theatres.random_months import random_month
from tests.model.theatres.solving import verdict
from tests.model.theatres.stage_counts import valued, values_of

pytestmark = pytest.mark.model

SOFT = {rule.id for rule in RULES if not rule.hard}
LITTLE_EFFORT = SolveOptions(effort_share=0.1)


few_examples = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@given(st.randoms(use_true_random=False))
@few_examples
def test_every_plan_keeps_every_rule(draw: Random) -> None:
    """Where the bookings of before cannot all stay there is no plan, and that is said."""
    instance = random_month(draw)
    outcome = solve(instance, LITTLE_EFFORT, Unwatched())
    if outcome.decisions is None:
        assert outcome.status == "infeasible" and instance.fixed_bookings and outcome.explanations
        return
    report = verdict(Plan.from_decisions(instance, outcome.decisions), outcome)
    assert rules_speaking(report) <= SOFT, report.findings


@given(st.randoms(use_true_random=False))
@few_examples
def test_no_plan_of_a_random_month_is_better(draw: Random) -> None:
    """All stages agree with what trying everything finds, and there is a plan when there can be one."""
    instance = random_month(draw, 7)
    outcome = solve(instance, SolveOptions(), Unwatched())
    best = best_values(instance, most_long_waits(instance))
    if outcome.decisions is None:
        assert best is None
        return
    ours = values_of(instance, dict(Plan.from_decisions(instance, outcome.decisions).list_of))
    assert ours == best
    assert [stage.value for stage in outcome.stages] == list(ours)
    bounds = [stage.bound for stage in outcome.stages]
    assert all(bound is not None and bound >= value for bound, value in zip(bounds, ours, strict=True))


def most_long_waits(instance: Instance) -> int:
    """The long waits a plan has to keep, when it has to: those of the baseline that books most of them."""
    if not instance.settings.keep_long_waits:
        return 0
    complete = [plan for plan in baselines(instance).values() if set(instance.fixed_bookings) <= set(plan.list_of)]
    return max((valued(instance, dict(plan.list_of))["long_waits_booked"] for plan in complete), default=0)


@given(st.randoms(use_true_random=False))
@few_examples
def test_every_baseline_keeps_every_rule(draw: Random) -> None:
    instance = random_month(draw)
    for name, plan in baselines(instance).items():
        if set(instance.fixed_bookings) <= set(plan.list_of):
            report = checked(instance, texts(tables_of(plan, reasons(plan))))
            assert rules_speaking(report) <= SOFT, (name, report.findings)


@given(st.randoms(use_true_random=False))
@few_examples
def test_what_is_printed_of_a_stage_is_what_was_solved_for(draw: Random) -> None:
    """The stages of the key figures, those of the formulation and a count by hand: same names, order and values."""
    instance = random_month(draw)
    month = build_month(instance)
    for plan in baselines(instance).values():
        pairs = plan.list_of.items()
        printed = {name: measure.value for name, measure in stages(plan).items()}
        assert list(printed.items()) == list(valued(instance, dict(pairs)).items())
        chosen = [month.pair_of[pair] for pair in pairs]
        assert list(printed.items()) == [(aim.name, aim.of(chosen)) for aim in figures_agree(month)]


@given(st.integers(0, 10**9))
@few_examples
def test_the_checker_survives_any_damage(seed: int) -> None:
    """Cells of a written plan are exchanged for those of other rows, and rows dropped: it is told, nothing fails.

    What the checker reads has passed the register, so cells are of their column's kind; ids may be anything.
    """
    draw = Random(seed)
    instance = random_month(draw)
    plan = baselines(instance)["longest_wait_first"]
    written = texts(tables_of(plan, reasons(plan)))
    for table in REGISTER.outputs:
        rows = written[table.name]
        for row in rows:
            for column in table.columns:
                if draw.random() < 0.1:
                    strange = "nobody" if column.kind == "id" else row[column.name]
                    row[column.name] = draw.choice([strange, draw.choice(rows)[column.name]])
        written[table.name] = [row for row in rows if draw.random() < 0.9]
    if draw.random() < 0.3:
        del written[draw.choice(sorted(written))][:]
    report = checked(instance, written, dict.fromkeys(("touch_minutes", "beauty"), 1.0))
    assert not report.passed
    assert all(finding.where and finding.rule in set(report.rules_checked) for finding in report.findings)
