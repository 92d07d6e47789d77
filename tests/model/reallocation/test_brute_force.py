"""The model against trying every plan: two places, two lines, one year, all rules of pounds on.

The tables are made so that the best plan stands on hundreds of thousands. On paper, in thousands:

- The bands let provider a gain 300 and b 700, all the new money (11,000 - 10,000): each place's total is fixed.
- a: mental health may grow from 2,000 by 30 % to 2,600, which leaves 2,700 for continuing care, just what may be
  released of 3,000 (10 %), what its forecast costs, and what the fund pays for (half of 300).
- b: mental health to its need of 3,300, continuing care 2,400, above its fund's 2,300.
- Over need 500 + 200, under 700: a gap of 700, within the 720 that closing 40 % of 1,200 leaves.
- The worst is a's continuing care, 500 over 2,200; the fastest growth a's 30 %.
"""

from __future__ import annotations

import pytest

from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.method.solving import solve
from models.reallocation.plan import Plan
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.two_by_two import CELLS, STEP, Rules, best_by_trying, instance_of

pytestmark = pytest.mark.model

_IN_POUNDS = {"soft_1", "soft_2", "unallocated", "final_year_gap"}
_SAME = 2e-3
_NOT_HERE = {"R-08"}  # closing every gap is tried in the variants of R-20, and would leave no plan here
EXACT = {
    "everything": Rules(),
    "wider bands": Rules().but(fall_rise=(700, 1000)),
    "more for the fence": Rules().but(fence=2400),
    "a softer standard": Rules().but(soft={"R-20": 1}, closure=0.5),
}
NEAR = {
    "a lower cap": Rules().but(cap_mh=0.2, closure=0.2, fall_rise=(1000, 1000)),
    "a lower limit for all": Rules().but(peak=0.25, closure=0.2, fall_rise=(1000, 1000)),
    "few staff": Rules().but(wte=7, closure=0.15, fall_rise=(1000, 1000)),
    "least disruption": Rules().but(aim="least_disruption", closure=0.2, fall_rise=(1000, 1000)),
    "a soft fence": Rules().but(soft={"R-13": 1}, fence=2500),
    "two soft rules": Rules().but(soft={"R-20": 2, "R-13": 1}, fence=2500, closure=0.5),
    "relief": Rules().but(theta=0.25, closure=0.1, fall_rise=(1000, 1000)),
}


def solved(rules: Rules) -> Outcome:
    return solve(instance_of(rules), SolveOptions(), Unwatched())


def in_thousands(outcome: Outcome) -> dict[str, float]:
    """The stage values as they are tried: pounds in thousands."""
    return {
        stage.name: stage.value / (1000 if stage.unit == "gbp" else 1)
        for stage in outcome.stages
        if stage.value is not None
    }


def test_every_rule_of_pounds_is_on() -> None:
    on = {limit.rule for limit in limits_of(instance_of(Rules()))}
    assert on == set(RULE_FUNCTIONS) - _NOT_HERE


def test_the_plan_is_the_one_on_paper() -> None:
    outcome = solved(Rules())
    assert outcome.decisions is not None
    pounds = Plan.from_decisions(instance_of(Rules()), outcome.decisions).allocation_gbp
    assert {cell[:2]: years[1] / 1000 for cell, years in pounds.items()} == dict(
        zip(CELLS, (2700, 2400, 2600, 3300), strict=True)
    )


@pytest.mark.parametrize("name", EXACT)
def test_stage_values_are_those_of_the_best_plan_there_is(name: str) -> None:
    found, outcome = best_by_trying(EXACT[name]), solved(EXACT[name])
    assert found is not None and outcome.status == "optimal", outcome.reason
    values = in_thousands(outcome)
    for stage, value in found.items():
        assert values[stage] == pytest.approx(value, abs=2e-5 if value < 1 else 2e-3), stage


@pytest.mark.parametrize("name", NEAR)
def test_no_plan_that_was_tried_is_better_and_one_is_nearly_as_good(name: str) -> None:
    """Aim by aim up to the first whose best lies between the steps: better than trying, by no more than a step."""
    found, outcome = best_by_trying(NEAR[name]), solved(NEAR[name])
    assert found is not None and outcome.status == "optimal", outcome.reason
    values = in_thousands(outcome)
    for stage, tried in found.items():
        better, step = tried - values[stage], STEP if stage in _IN_POUNDS else 0.05
        assert -_SAME <= better <= step
        if better > _SAME:
            break


def test_where_trying_finds_nothing_there_is_no_plan() -> None:
    rules = Rules().but(closure=0.6)
    assert best_by_trying(rules) is None
    assert solved(rules).status == "infeasible"
