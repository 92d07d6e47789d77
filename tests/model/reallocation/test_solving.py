"""A solve that is watched, stopped, limited, or asked to leave rules out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction

import pytest

from models.reallocation.formulation import limits_of
from models.reallocation.formulation.limit import at_least, at_most
from models.reallocation.instance import Instance
from models.reallocation.method.solving import solve
from models.reallocation.method.whole_pounds import NoWholePounds, to_whole_pounds
from models.reallocation.plan import Plan
from models.reallocation.rules import RULES
from models.shared.problem import SolveOptions
from solvers.types import Progress, Unwatched
from tests.model.reallocation.plans import (
    checked,
    generated,
    instance_of,
    rules_broken,
    shipped,
    solved,
    solved_instance,
)
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, built, line_level_tables

pytestmark = pytest.mark.model


class Listener(Unwatched):
    """Notes what it hears, and asks for a stop once it has heard of so many plans."""

    def __init__(self, stop_after_plans: int | None = None) -> None:
        self.plans: list[Mapping[str, object]] = []
        self.stages: list[str] = []
        self._stop_after = stop_after_plans

    def progress(self, event: Progress) -> None:
        self.stages.append(event.stage)

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self.plans.append(decisions)

    def cancelled(self) -> bool:
        return self._stop_after is not None and len(self.plans) >= self._stop_after


def reference() -> Instance:
    return instance_of(shipped("nwl"))


def test_plans_are_passed_on_as_soon_as_they_are_found_and_each_keeps_every_rule() -> None:
    instance, listener = reference(), Listener()
    outcome = solve(instance, SolveOptions(), listener)
    assert len(listener.plans) == 5
    assert listener.plans[-1] == outcome.decisions
    for decisions in listener.plans:
        pounds = Plan.from_decisions(instance, decisions).allocation_gbp
        assert all(limit.headroom_gbp(pounds) >= 0 for limit in limits_of(instance))
    assert list(dict.fromkeys(listener.stages)) == [stage.name for stage in outcome.stages]


@pytest.mark.parametrize("plans", [1, 2, 3, 4])
def test_a_cancel_keeps_the_best_plan_so_far(plans: int) -> None:
    case = solved_instance(reference())
    outcome = solve(case.instance, SolveOptions(), Listener(stop_after_plans=plans))
    assert outcome.status == "cancelled"
    assert not outcome.repeatable
    assert outcome.decisions is not None
    every = [stage.name for stage in case.outcome.stages]
    assert [stage.name for stage in outcome.stages] == every[: len(outcome.stages)]
    plan = Plan.from_decisions(case.instance, outcome.decisions)
    values = {stage.name: stage.value for stage in outcome.stages if stage.value is not None}
    written = {name: [dict(row) for row in rows] for name, rows in plan.tables().items()}
    assert rules_broken(checked(case, written, values)) == set()


def test_no_time_at_all_ends_without_a_traceback() -> None:
    outcome = solve(reference(), SolveOptions(time_limit_seconds=1e-9), Unwatched())
    assert outcome.status in ("feasible", "no_plan")
    assert not outcome.repeatable


def test_decisions_survive_being_written_as_json() -> None:
    case = solved("nwl")
    again = Plan.from_decisions(case.instance, json.loads(json.dumps(case.plan.decisions())))
    assert again == case.plan


def test_decisions_of_another_instance_are_refused() -> None:
    with pytest.raises(ValueError, match="not for the cells"):
        Plan.from_decisions(solved("tiny").instance, solved("nwl").plan.decisions())


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if rule.definitional])
def test_definitions_cannot_be_left_out(rule: str) -> None:
    instance = solved("tiny").instance
    assert limits_of(instance, frozenset({rule})) == limits_of(instance)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if not rule.definitional])
def test_every_other_rule_can_be_left_out(rule: str) -> None:
    instance = reference()
    left = limits_of(instance, frozenset({rule}))
    assert not any(limit.rule == rule for limit in left)
    outcome = solve(instance, SolveOptions(without_rules=frozenset({rule})), Unwatched())
    assert outcome.status == "optimal", outcome.reason


def test_rounding_keeps_a_limit_on_a_sum() -> None:
    """Two cells at half a pound each, held together to one pound: one goes up and the other down."""
    instance = built(line_level_tables(years=1), LINE_LEVEL_SETTINGS)
    amounts = {cell: [float(instance.opening_gbp[cell])] * 2 for cell in instance.cells}
    first, second, *rest = instance.cells
    amounts[first][1] += 0.5
    amounts[second][1] += 0.5
    together = instance.opening_gbp[first] + instance.opening_gbp[second] + 1
    most = at_most("R-03", "both", ("both",), 1, (first, second), constant_gbp=Fraction(together))
    whole = to_whole_pounds(instance, (most,), amounts)
    assert whole[first][1] + whole[second][1] == together
    assert abs(whole[first][1] - amounts[first][1]) == 0.5
    assert all(whole[cell][1] == instance.opening_gbp[cell] for cell in rest)


def test_rounding_that_cannot_be_done_is_told() -> None:
    instance = built(line_level_tables(years=1), LINE_LEVEL_SETTINGS)
    amounts = {cell: [float(instance.opening_gbp[cell])] * 2 for cell in instance.cells}
    cell = instance.cells[0]
    far = at_least("R-02", "x", ("x",), 1, (cell,), constant_gbp=limits_of(instance)[0].constant_gbp * 2)
    with pytest.raises(NoWholePounds):
        to_whole_pounds(instance, (far,), amounts)


@pytest.mark.parametrize("seed", range(6))
def test_whole_pounds_stay_within_the_stated_distance_of_the_amounts(seed: int) -> None:
    """Each stage value of the written plan is the recorded one within the stated rounding: the checker agrees."""
    case = solved_instance(instance_of(generated(seed, places=4, lines=4, years=4, providers=3)))
    assert rules_broken(checked(case, case.written(), case.stage_values)) == set()
