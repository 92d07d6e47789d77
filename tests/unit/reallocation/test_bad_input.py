"""Bad input: every fault at once, each with file, row, what was found and what was expected."""

from __future__ import annotations

import pytest

from tests.model.reallocation.plans import faults_of, shipped
from tests.unit.reallocation.edits import the_fault, with_cell, with_row, with_setting, without_row

pytestmark = pytest.mark.unit


def test_an_opening_that_is_not_its_ledger() -> None:
    """tiny, baseline row 2: north's acute is 420,000 in the ledger (430,000 of which 10,000 once only)."""
    fault = the_fault(
        with_cell(shipped("tiny"), "baseline", 2, "recurrent_gbp", "430000"), "baseline.csv", 2, "recurrent_gbp"
    )
    assert fault.found == "430000" and "420000" in fault.expected


def test_a_line_without_money() -> None:
    fault = the_fault(without_row(shipped("line_level"), "baseline", 5), "baseline.csv", None, None)
    assert fault.found == "no row for line chc"


def test_a_missing_cell_whose_ledger_lines_are_left_in_the_air() -> None:
    faults = faults_of(without_row(shipped("tiny"), "baseline", 4))
    assert any(fault.file == "baseline.csv" and "north, mental_health" in fault.found for fault in faults)
    mapped = [fault for fault in faults if fault.file == "mapping.csv"]
    assert [fault.row for fault in mapped] == [4, 5] and all("no" in fault.expected for fault in mapped)


def test_need_shares_that_do_not_sum_to_one() -> None:
    fault = the_fault(with_cell(shipped("tiny"), "lines", 2, "need_share", "0.6"), "lines.csv", None, "need_share")
    assert "0.95" in fault.found and "1" in fault.expected


def test_shares_of_the_community_and_chc_group_that_do_not_sum_to_one() -> None:
    raw = with_cell(shipped("line_level"), "lines", 3, "q_group_share", "0.7")
    fault = the_fault(raw, "lines.csv", None, "q_group_share")
    assert "0.95" in fault.found


def test_a_line_that_needs_nothing_has_no_gap_to_speak_of() -> None:
    raw = with_cell(shipped("tiny"), "lines", 2, "need_share", "1")
    faults = faults_of(with_cell(raw, "lines", 3, "need_share", "0"))
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [("lines.csv", 3, "need_share")], faults


def test_years_out_of_order() -> None:
    raw = with_cell(shipped("line_level"), "years", 3, "year", "2026/27")
    raw = with_cell(raw, "years", 4, "year", "2025/26")
    fault = the_fault(raw, "years.csv", 3, "year")
    assert fault.found == "2026/27" and "2025/26" in fault.expected


def test_plan_years_that_do_not_follow_the_base_year() -> None:
    fault = the_fault(with_setting(shipped("line_level"), "base_year", "2022/23"), "years.csv", 2, "year")
    assert "2023/24" in fault.expected


def test_two_mappings_of_one_ledger_line() -> None:
    raw = with_row(shipped("tiny"), "mapping", "L5", "cell", "south", "mental_health", "-")
    faults = faults_of(raw)
    assert ("mapping.csv", 8) in [(fault.file, fault.row) for fault in faults]
    double = next(fault for fault in faults if fault.file == "mapping.csv")
    assert "L5" in double.found and "row 6" in double.found
    follows = [fault for fault in faults if fault.file == "baseline.csv"]
    assert follows and all("mapping.csv first" in fault.mend for fault in follows)


def test_a_ledger_line_that_nobody_mapped() -> None:
    raw = without_row(shipped("tiny"), "mapping", 7)
    fault = the_fault(raw, "ledger.csv", 7, "ledger_line")
    assert fault.found == "L6" and "mapping.csv" in fault.expected


def test_a_mapping_of_a_ledger_line_that_is_not_there() -> None:
    raw = with_row(shipped("tiny"), "mapping", "L7", "out_of_scope", "", "", "-")
    fault = the_fault(raw, "mapping.csv", 8, "ledger_line")
    assert fault.found == "L7" and "ledger.csv" in fault.expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-30", "must be 1 or more"),
        ("nan", "must be a finite number"),
        ("a lot", "must be a number"),
        ("", "must not be empty"),
        ("1000.5", "must be a whole number"),
    ],
)
def test_a_budget_that_is_no_amount(text: str, expected: str) -> None:
    raw = with_cell(shipped("line_level"), "baseline", 3, "recurrent_gbp", text)
    fault = the_fault(raw, "baseline.csv", 3, "recurrent_gbp")
    assert fault.found == (text or "(empty)") and expected in fault.expected


def test_a_provider_that_is_paid_more_than_its_whole_income() -> None:
    raw = with_cell(shipped("nwl"), "providers", 5, "income_gbp", "1000")
    fault = the_fault(raw, "providers.csv", 5, "income_gbp")
    assert fault.found == "1000"


def test_money_of_a_line_that_is_not_known() -> None:
    raw = with_cell(shipped("line_level"), "baseline", 5, "line", "dental")
    faults = faults_of(raw)
    assert ("baseline.csv", 5, "line") in [(fault.file, fault.row, fault.column) for fault in faults]


def test_all_faults_are_told_at_once() -> None:
    raw = shipped("tiny")
    raw = with_cell(raw, "baseline", 2, "recurrent_gbp", "-420000")
    raw = with_cell(raw, "need", 3, "weighted_population", "nan")
    raw = with_cell(raw, "lines", 3, "need_share", "a third")
    raw = with_cell(raw, "years", 2, "year", "2031/32")
    raw = with_row(raw, "mapping", "L5", "cell", "south", "mental_health", "-")
    raw = without_row(raw, "mapping", 7)
    raw = with_setting(raw, "reserve_share", 2)
    told = {(fault.file, fault.row, fault.column) for fault in faults_of(raw)}
    assert told >= {
        ("baseline.csv", 2, "recurrent_gbp"),
        ("need.csv", 3, "weighted_population"),
        ("lines.csv", 3, "need_share"),
        ("mapping.csv", 8, None),
        ("instance.toml", None, "settings.reserve_share"),
    }
    raw = with_setting(raw, "reserve_share", 0.0)
    told = {(fault.file, fault.row, fault.column) for fault in faults_of(raw)}
    assert ("years.csv", 2, "year") in told
