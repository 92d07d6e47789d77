"""A sweep keeps one model loaded and comes to what every scenario built alone comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.reallocation.building import build_instance
from models.reallocation.formulation import RULE_FUNCTIONS
from models.reallocation.settings import ReallocationSettings
from models.reallocation.sweep import RULES_MOVED_BY, Scenario, rebuilt, scenarios_of, sweep, sweep_rows
from models.reallocation.tables import REGISTER
from models.shared.faults import InputFaults
from models.shared.parsing import ParsedInstance, parse_instance
from solvers.types import Unwatched
from tests.model.reallocation.plans import generated, shipped
from tests.model.reallocation.test_arrays import every_rule_on

pytestmark = pytest.mark.model

_PENNY = 0.01
_OTHER_VALUES: Scenario = {
    "growth_share": 0.041,
    "reserve_share": 0.02,
    "transition_fund_share": 0.03,
    "primary_care_gap_gbp": 7_000_000,
    "break_even_efficiency_share": 0.05,
    "delivered_efficiency_share": 0.03,
    "running_cost_cut_share": 0.1,
    "running_cost_saving_kept_share": 0.5,
    "pace_floor_growth_share": -0.02,
    "pace_cap_growth_share": 0.3,
    "mh_growth_cap_share": 0.2,
    "turnover_band_share": 0.3,
    "closure_required": False,
    "required_closure_share": 0.2,
    "peak_growth_limit_share": 0.3,
    "transition_cost_limit_gbp": 70_000_000,
    "mh_cost_per_wte_gbp": 50_000,
    "cost_uplift_share": 0.02,
    "productivity_share": 0.01,
}


def parsed_instance(name: str) -> ParsedInstance:
    return parse_instance(REGISTER, shipped(name))


def assert_same(parsed: ParsedInstance, scenarios: list[Scenario]) -> None:
    """Every point of the sweep is what the scenario comes to when it is built alone, to the penny."""
    points = sweep(parsed, scenarios)
    assert [point.settings for point in points] == scenarios
    for scenario, point in zip(scenarios, points, strict=True):
        alone = rebuilt(parsed, scenario)
        assert point.status == alone.status, scenario
        assert point.unallocated_gbp == pytest.approx(alone.unallocated_gbp, abs=_PENNY), scenario
        assert point.final_year_gap_gbp == pytest.approx(alone.final_year_gap_gbp, abs=_PENNY), scenario


def test_a_grid_comes_to_the_same_as_each_scenario_alone() -> None:
    settings = {
        "growth_share": [0.01, 0.03],
        "turnover_band_share": [0.01, 0.04],
        "mh_growth_cap_share": {"from": 0.04, "to": 0.12, "step": 0.04},
    }
    scenarios = list(scenarios_of({"settings": settings}, "sweep.toml"))
    assert len(scenarios) == 12
    assert_same(parsed_instance("nwl"), scenarios)


def test_settings_of_every_kind_may_vary_one_after_the_other() -> None:
    raw = generated(3, places=3, lines=4, years=2, providers=2)
    changes: list[Scenario] = [{name: value} for name, value in _OTHER_VALUES.items()]
    assert_same(parse_instance(REGISTER, raw), changes)


def test_rows_may_come_and_go_and_openings_be_restated() -> None:
    changes: list[Scenario] = [
        {},
        {"community_chc_need_share": 0.2},
        {"gap_counted_in": "share_of_need"},
        {"required_closure_share": 0.2, "growth_share": 0.035},
        {"closure_required": True, "mh_growth_cap_share": 0.2},
        {},
    ]
    assert_same(parsed_instance("nwl"), changes)


def test_a_setting_moves_no_rule_but_those_said() -> None:
    """A rule left out of RULES_MOVED_BY would keep the limits of the scenario before."""
    base = every_rule_on(build_instance(parsed_instance("nwl")))
    assert set(_OTHER_VALUES) == set(RULES_MOVED_BY)
    before = {rule: tuple(limits(base)) for rule, limits in RULE_FUNCTIONS.items()}
    for name, value in _OTHER_VALUES.items():
        settings = ReallocationSettings.model_validate({**base.settings.model_dump(), name: value})
        assert settings != base.settings, name
        years = base.years
        if name == "growth_share":
            years = tuple(replace(year, base_growth_share=year.base_growth_share * 2) for year in years)
        moved, fresh = base.with_settings(settings, years), replace(base, settings=settings, years=years)
        for rule, limits in RULE_FUNCTIONS.items():
            now = tuple(limits(moved))
            assert now == tuple(limits(fresh)), f"{name} hands on what {rule} should work out again"
            if rule not in RULES_MOVED_BY[name]:
                assert now == before[rule], f"{name} moves {rule}"


def test_the_rows_of_the_table_are_settings_then_pounds() -> None:
    points = sweep(parsed_instance("nwl"), [{"mh_growth_cap_share": 0.1}, {"mh_growth_cap_share": 0.01}])
    first, second = sweep_rows(points)
    assert list(first) == ["mh_growth_cap_share", "status", "unallocated_gbp", "final_year_gap_gbp"]
    assert first["status"] == "solved" and isinstance(first["final_year_gap_gbp"], int)
    assert second == {
        "mh_growth_cap_share": 0.01, "status": "no_plan", "unallocated_gbp": None, "final_year_gap_gbp": None,
    }  # fmt: skip


class _StopAfterTwo(Unwatched):
    def __init__(self) -> None:
        self.asked = 0

    def cancelled(self) -> bool:
        self.asked += 1
        return self.asked > 2


def test_a_sweep_stops_when_asked() -> None:
    scenarios: list[Scenario] = [{"growth_share": share} for share in (0.02, 0.03, 0.04)]
    assert len(sweep(parsed_instance("tiny"), scenarios, _StopAfterTwo())) == 2


@pytest.mark.parametrize(
    ("specification", "expected"),
    [
        ({}, "must have a table [settings]"),
        ({"settings": {}}, "must have a table [settings]"),
        ({"settings": {"growth_share": []}}, "must be a list of values"),
        ({"settings": {"growth_share": [[0.1]]}}, "must be a list of values"),
        ({"settings": {"growth_share": {"from": 0.1}}}, "must be { from"),
        ({"settings": {"growth_share": {"from": 0.1, "to": 0.2, "step": 0}}}, "step must be above 0"),
        ({"settings": {f"s{at}": list(range(100)) for at in range(3)}}, "scenarios at most"),
    ],
)
def test_a_wrong_specification_is_refused_with_words(specification: dict[str, object], expected: str) -> None:
    with pytest.raises(InputFaults) as caught:
        scenarios_of(specification, "sweep.toml")
    assert expected in str(caught.value)


def test_every_wrong_value_is_told_at_once() -> None:
    scenarios: list[Scenario] = [{"growth_share": 7.0, "no_such_setting": 1}, {"reserve_share": -0.5}]
    with pytest.raises(InputFaults) as caught:
        sweep(parsed_instance("tiny"), scenarios)
    named = {fault.column for fault in caught.value.faults}
    assert named == {"growth_share", "no_such_setting", "reserve_share"}


def test_a_range_counts_in_decimals_and_keeps_whole_numbers_whole() -> None:
    settings = {"a": {"from": 0.1, "to": 0.3, "step": 0.1}, "b": {"from": 1, "to": 5, "step": 2}}
    scenarios = scenarios_of({"settings": settings}, "sweep.toml")
    assert [scenario["a"] for scenario in scenarios[::3]] == [0.1, 0.2, 0.3]
    assert [scenario["b"] for scenario in scenarios[:3]] == [1, 3, 5]
