"""The 42 systems of England, from public need, go through all stages. Larger ones: tests/bench."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.reallocation.plans import checked, generated, instance_of, solved_instance

pytestmark = pytest.mark.model


def test_the_42_systems_of_england_solve_through_all_stages(
    outside_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NWL_OPT_OUTSIDE_DATA", str(outside_data))
    case = solved_instance(instance_of(generated(1, icbs=42, years=3)))
    assert len(case.instance.cells) == 42 * 4
    assert case.outcome.status == "optimal", case.outcome.reason
    report = checked(case, case.written(), case.stage_values)
    assert report.passed, report.findings
