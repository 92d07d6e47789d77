"""Rebasing on a forecast outturn: openings move, ledger and baseline stay tied, need stays, faults are told."""

from __future__ import annotations

import pytest

from models.reallocation.entities import CellKey
from models.reallocation.rebase import rebase
from models.shared.faults import InputFaults
from models.shared.parsing import RawInstance, RawTable
from tests.model.reallocation.plans import faults_of, instance_of, shipped
from tests.unit.reallocation.edits import with_cell, with_table

pytestmark = pytest.mark.unit

BY_LINE = "ledger_line,month,forecast_outturn_gbp,non_recurrent_gbp"
BY_CELL = "place,line,provider,month,forecast_outturn_gbp,non_recurrent_gbp"


def actuals(columns: str, *rows: str) -> RawTable:
    """A table of actuals as it would be read."""
    cells = tuple(tuple(row.split(",")) for row in rows)
    return RawTable("actuals", "month6.csv", tuple(columns.split(",")), cells, tuple(range(2, len(rows) + 2)))


def faults(raw: RawInstance, table: RawTable) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputFaults) as caught:
        rebase(raw, table)
    for fault in caught.value.faults:
        assert fault.found and fault.expected and fault.mend.endswith("."), fault
    return [(fault.file, fault.row, fault.column) for fault in caught.value.faults]


def test_a_ledger_line_that_overspends_moves_its_cell_and_nothing_else() -> None:
    """tiny: L3 of north's mental health opens at 60,000 beside L4's 40,000; it comes in at 75,000: 115,000."""
    rebased = rebase(shipped("tiny"), actuals(BY_LINE, "L3,6,75000,"))
    moved = [drift for drift in rebased.drift if drift.change_gbp]
    assert [(d.cell, d.old_opening_gbp, d.new_opening_gbp, d.change_gbp) for d in moved] == [
        (CellKey("north", "mental_health", "-"), 100_000, 115_000, 15_000)
    ]
    assert len(rebased.drift) == 4 and rebased.month == 6
    assert sum(line.gbp for line in rebased.after.ledger) == 1_250_000 + 15_000 + 0
    assert faults_of(rebased.raw) == []


def test_what_is_once_only_stays_as_in_the_ledger_unless_it_is_given() -> None:
    """L1 is 430,000 of which 10,000 once only: at 450,000 it opens with 440,000, or with 450,000 if nothing is."""
    kept = rebase(shipped("tiny"), actuals(BY_LINE, "L1,6,450000,"))
    given = rebase(shipped("tiny"), actuals(BY_LINE, "L1,6,450000,0"))
    cell = CellKey("north", "acute", "-")
    assert (kept.after.opening_gbp[cell], given.after.opening_gbp[cell]) == (440_000, 450_000)


def test_actuals_by_cell_are_shared_among_its_ledger_lines() -> None:
    """110,000 for 60,000 and 40,000: 66,000 and 44,000; the ledger stays tied to the baseline."""
    rebased = rebase(shipped("tiny"), actuals(BY_CELL, "north,mental_health,-,6,110000,"))
    of = {line.ledger_line: line.gbp for line in rebased.after.ledger}
    assert (of["L3"], of["L4"]) == (66_000, 44_000)
    once = rebase(shipped("tiny"), actuals(BY_CELL, "north,mental_health,-,6,110000,10000")).after
    lines = [line for line in once.ledger if line.ledger_line in ("L3", "L4")]
    assert [(line.gbp, line.non_recurrent_gbp) for line in lines] == [(66_000, 6_000), (44_000, 4_000)]


def test_an_instance_without_a_ledger_is_rebased_by_cell() -> None:
    rebased = rebase(shipped("line_level"), actuals(BY_CELL, "nwl,chc,-,9,220000000,1000000"))
    assert rebased.after.opening_gbp[CellKey("nwl", "chc", "-")] == 219_000_000


def test_need_stays_where_it_was_though_it_followed_from_the_opening() -> None:
    """CHC overspends 11.7m: its need share stays .0455, and it opens further above need."""
    rebased = rebase(shipped("line_level"), actuals(BY_CELL, "nwl,chc,-,9,220000000,"))
    before, after = rebased.before, rebased.after
    assert after.settings.line_need_basis == "shares"
    for line, share in before.line_need[0].items():
        assert float(after.line_need[0][line]) == pytest.approx(float(share), abs=1e-11)
    assert any("need" in notice and "line_need_basis = shares" in notice for notice in rebased.notices)


def test_the_users_own_figures_are_marked_as_theirs() -> None:
    rebased = rebase(shipped("tiny"), actuals(BY_LINE, "L3,6,75000,"))
    ledger, baseline = rebased.raw.tables["ledger"], rebased.raw.tables["baseline"]
    assert [row[-1] for row in ledger.rows] == [
        "synthetic",
        "synthetic",
        "local",
        "synthetic",
        "synthetic",
        "synthetic",
    ]
    assert [row[-1] for row in baseline.rows] == ["synthetic", "synthetic", "local", "synthetic"]
    assert "month 6" in str(rebased.raw.header["title"])


def test_lines_that_are_missing_keep_their_opening_and_are_listed() -> None:
    rebased = rebase(shipped("tiny"), actuals(BY_LINE, "L3,6,75000,", "L6,6,250000,"))
    notice = next(notice for notice in rebased.notices if "keep their opening" in notice)
    assert "4 of 6 ledger lines" in notice and "L1, L2, L4, L5" in notice
    assert rebased.after.money[0].out_of_scope_gbp == rebased.before.money[0].out_of_scope_gbp + 10_000


def test_actuals_equal_to_the_budget_change_nothing() -> None:
    raw = shipped("nwl")
    before = instance_of(raw)
    rows = [f"{line.ledger_line},12,{line.gbp},{line.non_recurrent_gbp}" for line in before.ledger]
    rebased = rebase(raw, actuals(BY_LINE, *rows))
    assert all(drift.change_gbp == 0 for drift in rebased.drift)
    assert rebased.after.money == before.money
    assert not any("keep their opening" in notice for notice in rebased.notices)


@pytest.mark.parametrize(
    ("columns", "rows", "found"),
    [
        (BY_LINE, ("L9,6,1000,",), [("month6.csv", 2, "ledger_line")]),
        (BY_LINE, ("L3,6,1000,", "L3,6,2000,"), [("month6.csv", 3, None)]),
        (BY_LINE, ("L3,6,1000,", "L4,7,2000,"), [("month6.csv", 3, "month")]),
        (BY_LINE, ("L3,13,1000,",), [("month6.csv", 2, "month")]),
        (BY_LINE, ("L3,6,a lot,",), [("month6.csv", 2, "forecast_outturn_gbp")]),
        (BY_LINE, ("L2,6,5000,5000",), [("month6.csv", 2, "forecast_outturn_gbp")]),
        (BY_CELL, ("north,dental,-,6,1000,",), [("month6.csv", 2, "place")]),
        (BY_CELL, ("north,,-,6,1000,",), [("month6.csv", 2, "line")]),
        (
            "ledger_line,place,line,month,forecast_outturn_gbp",
            ("L3,north,acute,6,1000", ",north,acute,6,1000", "L2,,,6,500000"),
            [("month6.csv", 2, "place"), ("month6.csv", 3, "ledger_line")],
        ),
        ("ledger_line,month", ("L3,6",), [("month6.csv", 1, None)]),
        (BY_LINE, (), [("month6.csv", None, None)]),
    ],
    ids=str,
)
def test_faults_of_actuals_are_all_named(columns: str, rows: tuple[str, ...], found: object) -> None:
    assert faults(shipped("tiny"), actuals(columns, *rows)) == found


def test_actuals_by_ledger_line_need_a_ledger() -> None:
    assert faults(shipped("line_level"), actuals(BY_LINE, "L1,6,1000,")) == [("month6.csv", 2, "ledger_line")]


def test_a_faulty_instance_is_told_before_its_actuals() -> None:
    raw = with_cell(shipped("tiny"), "baseline", 2, "recurrent_gbp", "1")
    assert faults(raw, actuals(BY_LINE, "L9,6,1,")) == [("baseline.csv", 2, "recurrent_gbp")]


def test_an_opening_above_a_providers_income_is_told() -> None:
    raw = with_table(shipped("tiny"), "providers", "provider,name,income_gbp", "t1,Trust,300000")
    raw = with_cell(with_cell(raw, "baseline", 3, "provider", "t1"), "mapping", 3, "provider", "t1")
    assert faults_of(raw) == []
    assert faults(raw, actuals(BY_LINE, "L2,6,310000,")) == [("providers.csv", 2, "income_gbp")]
