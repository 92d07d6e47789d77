"""Bad input of ring-fences, spill-overs, bands, ranges, pounds of need, years and claims: each is named."""

from __future__ import annotations

import pytest

from models.shared.parsing import RawInstance
from tests.model.reallocation.plans import faults_of, instance_of, shipped
from tests.unit.reallocation.edits import places_of, the_fault, with_cell, with_row, with_setting, with_table

pytestmark = pytest.mark.unit

TARGETS = "place,line,year,need_gbp"
FENCES = "fence,name,year,minimum_gbp"
FENCE_CELLS = "fence,place,line,provider"
SPILLOVER = "from_line,to_line,theta_share,lag_years"
RANGES = "parameter,line,low,high"


def in_pounds(*rows: str) -> RawInstance:
    """tiny with need in pounds."""
    raw = with_setting(shipped("tiny"), "line_need_basis", "pounds")
    for row in (2, 3):
        raw = with_cell(raw, "lines", row, "need_share", "")
    return with_table(raw, "need_targets", TARGETS, *rows)


ALL_TARGETS = tuple(
    f"{place},{line},{year},{gbp}"
    for year, gbp in (("2023/24", 250_000), ("2024/25", 260_000))
    for place in ("north", "south")
    for line in ("acute", "mental_health")
)


def test_need_in_pounds_of_every_place_line_and_year_has_no_fault() -> None:
    instance = instance_of(in_pounds(*ALL_TARGETS))
    assert {instance.need_gbp(key, 1) for key in instance.place_lines} == {260_000}


def test_need_in_pounds_that_leaves_a_year_out() -> None:
    fault = the_fault(in_pounds(*ALL_TARGETS[:-1]), "need_targets.csv", None, None)
    assert fault.found == "no row for south, mental_health, 2024/25"


def test_need_in_pounds_of_another_year_or_of_money_that_is_not_there() -> None:
    raw = in_pounds(*ALL_TARGETS, "north,acute,2025/26,1", "north,dental,2024/25,1")
    assert places_of(faults_of(raw)) == [
        ("need_targets.csv", 11, "line"),
        ("need_targets.csv", 10, "year"),
        ("need_targets.csv", 11, "place"),
    ]


def test_pounds_beside_shares_are_not_mixed() -> None:
    raw = with_table(shipped("tiny"), "need_targets", TARGETS, *ALL_TARGETS)
    fault = the_fault(raw, "need_targets.csv", None, None)
    assert fault.found == "8 rows" and "line_need_basis is shares" in fault.expected


def test_shares_beside_pounds_are_not_mixed() -> None:
    raw = with_cell(in_pounds(*ALL_TARGETS), "lines", 3, "need_share", "0.35")
    fault = the_fault(raw, "lines.csv", 3, "need_share")
    assert fault.found == "0.35" and "pounds" in fault.expected


def test_one_ring_fence_with_two_names() -> None:
    raw = with_table(shipped("line_level"), "ring_fences", FENCES, "bcf,Better Care Fund,2024/25,1",
                     "bcf,Better Care,2025/26,1")  # fmt: skip
    raw = with_table(raw, "ring_fence_cells", FENCE_CELLS, "bcf,,community,")
    fault = the_fault(raw, "ring_fences.csv", 3, "name")
    assert fault.found == "Better Care" and "Better Care Fund, as in row 2" in fault.expected


def test_a_ring_fence_of_a_year_that_is_not_planned() -> None:
    raw = with_table(shipped("line_level"), "ring_fences", FENCES, "bcf,Better Care Fund,2031/32,1")
    raw = with_table(raw, "ring_fence_cells", FENCE_CELLS, "bcf,,community,")
    fault = the_fault(raw, "ring_fences.csv", 2, "year")
    assert fault.found == "2031/32" and "years.csv" in fault.expected


def test_a_ring_fence_around_nothing() -> None:
    raw = with_table(shipped("nwl"), "ring_fences", FENCES, "bcf,Better Care Fund,2024/25,1")
    raw = with_table(raw, "ring_fence_cells", FENCE_CELLS, "bcf,brent,acute,RY9", "bcf,brent,,")
    fault = the_fault(raw, "ring_fence_cells.csv", 2, "fence")
    assert fault.found == "bcf: brent, acute, RY9"


def test_a_ring_fence_without_cells_and_cells_without_a_ring_fence() -> None:
    raw = with_table(shipped("line_level"), "ring_fences", FENCES, "bcf,Better Care Fund,2024/25,1")
    raw = with_table(raw, "ring_fence_cells", FENCE_CELLS, "sdf,,community,")
    assert places_of(faults_of(raw)) == [("ring_fence_cells.csv", 2, "fence"), ("ring_fences.csv", 2, "fence")]


def test_ring_fences_that_cannot_be_paid_for_are_no_fault() -> None:
    """They are a result: exit 3, explained."""
    raw = with_table(shipped("line_level"), "ring_fences", FENCES, "bcf,Better Care Fund,2024/25,9000000000")
    raw = with_table(raw, "ring_fence_cells", FENCE_CELLS, "bcf,,community,")
    assert faults_of(raw) == []


def test_a_floor_above_a_cap_is_no_fault() -> None:
    raw = with_table(
        shipped("line_level"), "pace", "line,place,floor_growth_share,cap_growth_share", "acute,,0.1,0.05"
    )
    assert faults_of(raw) == []


def test_a_line_that_relieves_itself() -> None:
    raw = with_table(shipped("line_level"), "spillover", SPILLOVER, "community,community,0.5,1")
    fault = the_fault(raw, "spillover.csv", 2, "to_line")
    assert fault.found == "community"


def test_a_pound_that_relieves_more_than_a_pound() -> None:
    """.6 on acute and .5 on mental health: 1.1 in all."""
    raw = with_table(shipped("line_level"), "spillover", SPILLOVER, "community,acute,0.6,1",
                     "community,mental_health,0.5,1", "chc,acute,1,0")  # fmt: skip
    fault = the_fault(raw, "spillover.csv", 3, "theta_share")
    assert fault.found == "0.5" and "1.1" in fault.expected


@pytest.mark.parametrize(
    ("table", "columns", "row", "column"),
    [
        ("spillover", SPILLOVER, "out_of_hospital,acute,0.5,1", "from_line"),
        ("spillover", SPILLOVER, "acute,out_of_hospital,0.5,1", "to_line"),
        ("pace_bands", "line,distance_share,floor_growth_share", "out_of_hospital,0.1,0", "line"),
        ("ring_fence_cells", FENCE_CELLS, "f,,out_of_hospital,", "line"),
        ("ranges", RANGES, "need,out_of_hospital,-0.05,0.05", "line"),
        ("concessions", "rule,line,concession_share", "R-06,out_of_hospital,0.01", "line"),
    ],
)
def test_a_line_with_sub_lines_holds_no_money(table: str, columns: str, row: str, column: str) -> None:
    raw = with_table(with_parent(), "ring_fences", FENCES, "f,Fence,2024/25,1")
    raw = with_table(raw, "ring_fence_cells", FENCE_CELLS, "f,,chc,")
    fault = the_fault(with_table(raw, table, columns, row), f"{table}.csv", 2, column)
    assert fault.found == "out_of_hospital" and "without sub-lines" in fault.expected


def with_parent() -> RawInstance:
    """line_level with a line above community and continuing healthcare."""
    raw = with_row(shipped("line_level"), "lines", "out_of_hospital", "Out of hospital", "", "other", "", "", "", "")
    return with_cell(with_cell(raw, "lines", 3, "parent", "out_of_hospital"), "lines", 5, "parent", "out_of_hospital")


def test_what_withdrawing_costs_stands_where_the_money_is() -> None:
    old = with_parent()
    columns = ",".join((*old.tables["lines"].header, "releasable_share", "stranded_share"))
    raw = with_table(old, "lines", columns, *(",".join((*row, "", "0")) for row in old.tables["lines"].rows))
    assert faults_of(raw) == []
    raw = with_cell(with_cell(raw, "lines", 6, "releasable_share", "0.5"), "lines", 6, "stranded_share", "0.1")
    assert places_of(faults_of(raw)) == [
        ("lines.csv", 6, "releasable_share"), ("lines.csv", 6, "stranded_share"),
    ]  # fmt: skip


def test_a_pace_band_that_says_nothing() -> None:
    columns = "line,distance_share,floor_growth_share,cap_growth_share"
    fault = the_fault(with_table(shipped("line_level"), "pace_bands", columns, ",0.05,,"), "pace_bands.csv", 2,
                      "floor_growth_share")  # fmt: skip
    assert fault.found == "(empty)"


def test_one_distance_twice_in_the_bands() -> None:
    raw = with_table(shipped("line_level"), "pace_bands", "line,distance_share,floor_growth_share",
                     ",0.1,0", ",0.10,-0.01")  # fmt: skip
    fault = the_fault(raw, "pace_bands.csv", 3, None)
    assert "row 2" in fault.found


@pytest.mark.parametrize("rule", ["R-01", "R-09", "R-16", "R-99", "pace_floor"])
def test_a_rule_that_cannot_be_soft(rule: str) -> None:
    raw = with_table(shipped("line_level"), "soft_rules", "rule,order", f"{rule},1")
    fault = the_fault(raw, "soft_rules.csv", 2, "rule")
    assert fault.found == rule and "R-02" in fault.expected


def test_a_concession_no_rule_would_read() -> None:
    raw = with_table(shipped("line_level"), "concessions", "rule,line,concession_share", "R-04,mental_health,0.01")
    fault = the_fault(raw, "concessions.csv", 2, "line")
    assert fault.found == "mental_health" and "R-04" in fault.expected


def test_a_rule_soft_twice_and_an_order_that_is_none() -> None:
    raw = with_table(shipped("line_level"), "soft_rules", "rule,order", "R-02,1", "R-02,2", "R-03,0")
    assert places_of(faults_of(raw)) == [("soft_rules.csv", 4, "order"), ("soft_rules.csv", 3, None)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("growth,,0.05,0.01", "low"),
        ("deviation,,0.02,0.03", "line"),
        ("need,,-0.05,0.05", "line"),
        ("growth,acute,0.01,0.05", "line"),
        ("theta,community,0,0.5", "line"),
        ("theta,,0,0.5", "line"),
        ("reserve,,0,0.6", "high"),
        ("community_chc_need,,-0.1,0.2", "low"),
        ("deviation,mental_health,-0.25,0.04", "high"),
        ("community_chc_need,,0.1,0.9", "high"),
        ("inflation,,0,0.1", "parameter"),
    ],
)
def test_a_range_that_cannot_be(row: str, column: str) -> None:
    the_fault(with_table(shipped("line_level"), "ranges", RANGES, row), "ranges.csv", 2, column)


def test_ranges_that_can_be() -> None:
    raw = with_table(shipped("line_level"), "spillover", SPILLOVER, "community,acute,0,1")
    rows = ("growth,,0.01,0.044", "deviation,acute,0.025,0.035", "need,chc,-0.05,0.05",
            "theta,community,0,0.5", "chc_cost,,-0.01,0.01", "cost_uplift,,0.03,0.05", "reserve,,0,0.01",
            "community_chc_need,,0.12,0.25")  # fmt: skip
    assert faults_of(with_table(raw, "ranges", RANGES, *rows)) == []


def test_more_than_ten_plan_years() -> None:
    years = [f"{2024 + t}/{(25 + t) % 100:02d}," for t in range(12)]
    fault = the_fault(
        with_table(shipped("line_level"), "years", "year,growth_share", *years), "years.csv", 12, "year"
    )
    assert fault.found == "2034/35" and "12" in fault.expected


def test_ten_plan_years_are_not_too_many() -> None:
    years = [f"{2024 + t}/{(25 + t) % 100:02d}," for t in range(10)]
    assert faults_of(with_table(shipped("line_level"), "years", "year,growth_share", *years)) == []


def test_a_year_left_out() -> None:
    raw = with_table(shipped("line_level"), "years", "year,growth_share", "2024/25,", "2026/27,")
    fault = the_fault(raw, "years.csv", 3, "year")
    assert "2025/26" in fault.expected


@pytest.mark.parametrize("year", ["2025", "2025/27", "by March"])
def test_a_year_by_which_running_costs_come_down_that_is_none(year: str) -> None:
    raw = with_setting(shipped("nwl"), "running_cost_cut_by_year", year)
    fault = the_fault(raw, "instance.toml", None, "settings.running_cost_cut_by_year")
    assert fault.found == year


def test_recruitment_without_anybody_to_recruit_for() -> None:
    raw = with_cell(shipped("tiny"), "lines", 3, "role", "other")
    raw = with_table(raw, "years", "year,growth_share,mh_recruitment_cap_wte", "2024/25,,30")
    fault = the_fault(raw, "years.csv", 2, "mh_recruitment_cap_wte")
    assert fault.found == "30"


def test_claims_that_leave_nothing_to_share_out() -> None:
    """tiny: 1,000,000 in scope grow to 1,040,000; primary care takes 900,000 and the fund 200,000: 60,000 short."""
    raw = with_setting(shipped("tiny"), "primary_care_gap_gbp", 900_000)
    raw = with_table(raw, "years", "year,growth_share,transition_fund_gbp", "2024/25,,200000")
    fault = the_fault(raw, "years.csv", 2, "year")
    assert "140,000 in scope (after primary care's claim of 900,000)" in fault.expected
    assert "200,000 transition fund = -60,000" in fault.expected


def test_running_costs_stand_on_no_cell() -> None:
    raw = with_cell(shipped("tiny"), "mapping", 7, "status", "running_costs")
    instance = instance_of(raw)
    assert [line.ledger_line for line in instance.ledger if line.is_running_cost] == ["L6"]
    assert instance.money[0].running_costs_gbp == 240_000
