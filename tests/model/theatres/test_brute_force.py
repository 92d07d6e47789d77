"""Against trying everything: tiny months have the values and no less than the bounds we say."""

from __future__ import annotations

import pytest

from tests.model.theatres.oracle import best_values, small_month, values_of
from tests.model.theatres.plans import shipped_instance
from tests.model.theatres.solving import solved, stage_values, verdict
from tests.model.theatres.workshop import workshop

pytestmark = pytest.mark.model


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6, 8, 9])
def test_no_plan_of_a_small_month_is_better(seed: int) -> None:
    """Eight patients of four operations on six lists, drawn from the seed: all stages agree."""
    instance = small_month(seed)
    outcome, plan = solved(instance)
    assert values_of(instance, dict(plan.list_of)) == best_values(instance)
    assert verdict(plan, outcome).passed
    for stage in outcome.stages:
        assert stage.value is not None and stage.bound is not None and stage.bound >= stage.value


def test_most_small_months_are_proved_optimal() -> None:
    statuses = [solved(small_month(seed))[0].status for seed in range(12, 24)]
    assert statuses.count("optimal") >= 11


def test_the_tiny_instance_has_the_values_worked_out_by_hand() -> None:
    """See the description in its instance.toml: 1 P2, 1 long wait, 613 points, 360 minutes, 4 patients."""
    outcome, plan = solved(shipped_instance("tiny"))
    assert list(stage_values(outcome).values()) == [1.0, 1.0, 1.0, 613.0, 360.0]
    assert outcome.status == "optimal"
    assert plan.list_of["P1"] == "M" and plan.list_of["P3"] == "T"
    assert plan.by_list["T"][-1].patient_id == "P3"
    assert verdict(plan, outcome).passed


def test_the_workshop_is_better_than_its_hand_made_plan() -> None:
    """The hand-made plan has 980 points; booking P14, a long wait, and P12 instead of two others gives 986."""
    outcome, plan = solved(workshop())
    assert list(stage_values(outcome).values()) == [1.0, 2.0, 2.0, 986.0, 640.0]
    assert values_of(workshop(), dict(plan.list_of)) == (1, 2, 2, 986, 640)
    assert outcome.status == "optimal"
    assert verdict(plan, outcome).passed
