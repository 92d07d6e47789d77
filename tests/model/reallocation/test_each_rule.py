"""Every rule at work in one small instance: its pounds by hand, and what a plan without the rule breaks."""

from __future__ import annotations

import pytest

from models.reallocation.entities import CellKey
from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.method import solve
from models.reallocation.plan import Plan
from models.reallocation.rules import RULES
from models.reallocation.tables import REGISTER
from models.shared.problem import SolveOptions
from nwl_opt.scenario import with_settings
from nwl_opt.scenario_edits import Change, apply_edit
from solvers.types import Unwatched
from tests.model.reallocation.plans import Solved, checked, instance_of, rules_broken, shipped, solved

pytestmark = pytest.mark.model

HARD = tuple(rule.id for rule in RULES if rule.hard and not rule.definitional)


def instance_for(rule: str) -> Instance:
    """The instance in which a rule decides: `each_rule`, changed a little for those that cannot all bind at once."""
    raw = shipped("each_rule")
    if rule == "R-08":
        raw = with_settings(raw, {"closure_required": True}, "synthetic")
    if rule == "R-20":
        raw = with_settings(raw, {"aim": "least_disruption", "required_closure_share": 0.3}, "synthetic")
    if rule == "R-15":
        less = Change("less", "years", {"year": ("2025/26",)}, "transition_fund_gbp", "value", 3000)
        raw, faults = apply_edit(REGISTER, raw, less, "test")
        assert not faults
    return instance_of(raw)


@pytest.mark.parametrize("rule", HARD)
def test_without_the_rule_the_plan_breaks_it_and_no_other(rule: str) -> None:
    instance = instance_for(rule)
    freed = solve(instance, SolveOptions(without_rules=frozenset({rule})), Unwatched())
    assert freed.decisions is not None
    without = Solved(instance, freed, Plan.from_decisions(instance, freed.decisions))
    assert rules_broken(checked(without, without.written())) == {rule}


def test_each_rule_binds_at_once_but_for_closures() -> None:
    case = solved("each_rule")
    report = checked(case, case.written(), case.stage_values)
    assert case.outcome.status == "optimal" and report.passed, report.findings
    binding = {str(row["rule"]) for row in case.written()["rules"] if row["status"] == "binding"}
    assert binding >= set(HARD) - {"R-08", "R-15", "R-20"}
    less = instance_for("R-15")
    solved_less = solve(less, SolveOptions(), Unwatched())
    assert solved_less.decisions is not None
    tables = Plan.from_decisions(less, solved_less.decisions).tables()
    assert "binding" in {row["status"] for row in tables["rules"] if row["rule"] == "R-15"}


def test_the_pounds_of_its_description() -> None:
    case = solved("each_rule")
    gbp = case.plan.allocation_gbp

    def of(place: str, line: str) -> list[int]:
        cells = case.instance.cells_of[PlaceLine(place, line)]
        return [sum(gbp[cell][t] for cell in cells) for t in (1, 2)]

    assert [money.spendable_gbp for money in case.instance.money[1:]] == [1_170_442, 1_215_080]
    assert of("north", "mental_health") == [92_700, 99_374]
    assert of("south", "mental_health") == [105_060, 113_150]
    assert of("north", "acute")[0] == 409_000
    assert of("north", "community")[1] == 123_034
    assert of("north", "chc")[0] == 52_267
    community = (of("north", "community")[0], of("south", "community")[0])
    assert sum(community) == 210_000 - 2_000
    assert of("south", "community")[1] + of("south", "chc")[1] == 127_000


def test_need_in_pounds_by_hand() -> None:
    """North's mental health 80,000 short; 32,921, 30,000 and 2,079 over: half of 145,000."""
    case = solved("pounds")
    assert checked(case, case.written(), case.stage_values).passed
    assert case.stage_values["final_year_gap"] == pytest.approx(72_500, abs=1)
    gbp = {cell: amounts[1] for cell, amounts in case.plan.allocation_gbp.items()}
    assert gbp == {
        CellKey("north", "acute", "-"): 432_921,
        CellKey("south", "acute", "-"): 300_000,
        CellKey("north", "mental_health", "-"): 120_000,
        CellKey("south", "mental_health", "-"): 187_079,
    }
