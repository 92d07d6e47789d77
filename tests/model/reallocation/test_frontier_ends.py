"""The ends of a frontier are exact: a step tighter and a plan must give something up, or the gap is larger."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.building import build_instance
from models.reallocation.frontier import FRONTIERS, peak_growth_ends, transition_ends
from models.reallocation.instance import Instance
from models.reallocation.method import solve
from models.reallocation.settings import ReallocationSettings
from models.reallocation.tables import REGISTER
from models.shared.frontier import FrontierEnds, NoFrontier
from models.shared.parsing import RawInstance, parse_instance
from models.shared.problem import Outcome, SolveOptions
from nwl_opt.scenario import with_settings
from solvers.types import Unwatched
from tests.model.reallocation.plans import instance_of, shipped
from tests.reallocation_tables import parsed
from tests.unit.reallocation.random_plans import CELLS, tables_of

pytestmark = pytest.mark.model

PEAK, TRANSITION = FRONTIERS


def solved_with(instance: Instance, setting: str, value: float) -> Outcome:
    settings = instance.settings.model_copy(update={setting: value})
    assert isinstance(settings, ReallocationSettings)
    return solve(replace(instance, settings=settings), SolveOptions(), Unwatched())


def stage(outcome: Outcome, name: str) -> float:
    value = next(stage.value for stage in outcome.stages if stage.name == name)
    assert value is not None
    return value


def ends_of(raw: RawInstance) -> FrontierEnds:
    return peak_growth_ends(parse_instance(REGISTER, raw))


@pytest.mark.parametrize("name", ["tiny", "line_level"])
def test_peak_growth_ends_are_exact_to_a_hundredth_of_a_point(name: str) -> None:
    raw = shipped(name)
    instance, ends = instance_of(raw), ends_of(raw)
    free = solve(instance, SolveOptions(), Unwatched())
    tightest = solved_with(instance, PEAK.setting, PEAK.limit(ends.tightest_steps))
    assert stage(tightest, "unallocated") <= stage(free, "unallocated") + 1.01
    tighter = solved_with(instance, PEAK.setting, PEAK.limit(ends.tightest_steps - 1))
    assert tighter.decisions is None or stage(tighter, "unallocated") > stage(free, "unallocated") + 0.99
    loosest = solved_with(instance, PEAK.setting, PEAK.limit(ends.loosest_steps))
    assert stage(loosest, "final_year_gap") <= stage(free, "final_year_gap") + 1.01
    between = solved_with(instance, PEAK.setting, PEAK.limit(ends.loosest_steps - 1))
    assert stage(between, "final_year_gap") > stage(free, "final_year_gap") + 0.99


def test_a_limit_of_the_users_own_is_the_loosest() -> None:
    raw = shipped("tiny")
    free = ends_of(raw)
    middle = (free.tightest_steps + free.loosest_steps) // 2
    own = ends_of(with_settings(raw, {PEAK.setting: PEAK.limit(middle)}, "local"))
    assert (own.tightest_steps, own.loosest_steps) == (free.tightest_steps, middle)


def test_rules_that_cannot_hold_have_no_frontier() -> None:
    raw = with_settings(shipped("line_level"), {"closure_required": True, "growth_share": 0.01}, "local")
    with pytest.raises(NoFrontier, match="no plan exists") as caught:
        ends_of(raw)
    assert caught.value.infeasible


def test_transition_ends_are_exact_to_a_thousand_pounds() -> None:
    """Acute opens 30 % over need and withdrawing from it costs 75 p in the pound; a fund of 3 % is there for it.

    The fund leaves less to share out than keeps every volume, so some of it is needed whatever the plan.
    """
    tables = tables_of([2_000_000 if at % 5 < 2 else 1_000_000 for at in range(CELLS)])
    for row in tables["lines"]:
        row["deviation_share"] = {"acute": "0.3"}.get(str(row["line"]), "-0.1")
    own = {"line_need_basis": "ledger_deviations", "transition_fund_share": 0.03, "mh_growth_cap_share": 1.0,
           "pace_floor_growth_share": -0.2, "turnover_band_share": 1.0}  # fmt: skip
    read = parsed(tables, own)
    ends = transition_ends(read)
    assert 0 < ends.tightest_steps < ends.loosest_steps
    instance = build_instance(read)
    free = solve(instance, SolveOptions(), Unwatched())
    tightest = solved_with(instance, TRANSITION.setting, TRANSITION.limit(ends.tightest_steps))
    assert stage(tightest, "unallocated") <= stage(free, "unallocated") + 1.01
    tighter = solved_with(instance, TRANSITION.setting, TRANSITION.limit(ends.tightest_steps - 1))
    assert tighter.decisions is None or stage(tighter, "unallocated") > stage(free, "unallocated") + 0.99
    loosest = solved_with(instance, TRANSITION.setting, TRANSITION.limit(ends.loosest_steps))
    assert stage(loosest, "final_year_gap") <= stage(free, "final_year_gap") + 1.01
    between = solved_with(instance, TRANSITION.setting, TRANSITION.limit(ends.loosest_steps - 1))
    assert stage(between, "final_year_gap") > stage(free, "final_year_gap") + 0.99


def test_lines_that_cost_nothing_to_leave_have_no_transition_frontier() -> None:
    with pytest.raises(NoFrontier, match="withdrawing costs nothing"):
        transition_ends(parse_instance(REGISTER, shipped("tiny")))


def test_limits_are_shown_as_they_are_used() -> None:
    assert PEAK.limit(862) == float(Fraction(862, 10_000)) == 0.0862
    assert TRANSITION.limit(12) == 12_000 and isinstance(TRANSITION.limit(12), int)
