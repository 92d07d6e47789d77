"""A correct plan, damaged: the figures printed beside the lists, and the stage values of the run."""

from __future__ import annotations

import pytest

from tests.model.theatres.damage import later, only
from tests.model.theatres.plans import checked
from tests.model.theatres.workshop import STAGES, correct_plan, workshop

pytestmark = pytest.mark.model


_COLUMNS = {
    "theatre_lists": "theatre date list_start list_end procedure_code procedure laterality surgeon_id "
    "expected_touch_minutes turnaround_minutes state",
    "cdc_appointments": "result_due",
    "worklists": "worklist patient_id reason_code blocks_booking",
    "beds": "ward date expected_occupied p95_occupied beds",
    "lists": "list_id theatre date surgeon_id usable cases expected_touch_minutes planned_minutes expected_end "
    "overrun_probability capped_utilisation_planned capped_utilisation_simulated",
}
_DAMAGED = {
    "worklist": "surgeon",
    "state": "offered",
    "laterality": "both",
    "blocks_booking": "no",
    "usable": "no",
    "ward": "other",
    "overrun_probability": "0.0522",
    "capped_utilisation_planned": "0.8334",
    "capped_utilisation_simulated": "0.8500",
    "expected_occupied": "1.001",
    "p95_occupied": "1.001",
}


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, names in _COLUMNS.items() for c in names.split()])
def test_a_figure_that_does_not_agree(table: str, column: str) -> None:
    """The smallest change to any derived column of a first row."""
    plan = correct_plan()
    row = plan[table][0]
    old = row[column]
    if column in _DAMAGED:
        row[column] = _DAMAGED[column]
    elif column in ("date", "list_start", "list_end", "result_due", "expected_end"):
        row[column] = later(old, 24 * 60)[: len(old)]
    else:
        row[column] = str(int(old) + 1) if old.isdigit() else f"{old}x"
    assert row[column] != old
    assert only(plan, "T-25")


@pytest.mark.parametrize("table", ["lists", "beds", "worklists"])
def test_a_row_of_figures_is_deleted(table: str) -> None:
    plan = correct_plan()
    del plan[table][1]
    assert "has no row" in only(plan, "T-25")


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_value_that_was_not_reached(stage: str) -> None:
    recorded = {name: value + (name == stage) for name, value in STAGES.items() if value is not None}
    report = checked(workshop(), correct_plan(), recorded)
    assert [finding.rule for finding in report.findings] == ["T-25"]
    assert f"stage {stage} was recorded as" in report.findings[0].message


def test_an_unknown_stage_and_one_without_a_value() -> None:
    report = checked(workshop(), correct_plan(), {**STAGES, "touch_minutes": None, "beauty": 3.0})
    known = "p2_booked, long_waits_booked, long_waits_at_end_booked, weighted_wait, touch_minutes"
    assert [finding.message for finding in report.findings] == [f"stage beauty is not one of {known}."]
