"""The tiny reallocation, solved on paper (in thousands).

Opening: acute north 420, south 300; mental health north 100, south 180: 1,000. Growth 4 %: 1,040 to spend.
Need shares .65 x (.6, .4) and .35 x (.5, .5): 405.6, 270.4, 182, 182.

- North's mental health is 75 short at the start; its cap of 20 % lets it have 120 (R-03).
- No cash cut: acute north >= 420, south >= 300 (R-02).
- South's mental health opened 5 over: 182 <= x <= 180 x 1.04 = 187.2 (R-06).
- All must be allocated (first aim), so 1,040 - 120 - 300 = 620 go to acute north and mental health south. Both stand
  at or over need, so every split has the same gap: over (420 + 300 + 182 + 18) - (405.6 + 270.4 + 182) = 62 = under.
- The worst cell, north's mental health, is 62 / 182 = 34.07 % short; peak growth is its 20 %.
- One year, so the straight path is need itself: minimise sum (x - N)^2 / N. Acute north stands 14.4 + a over 405.6,
  mental health south b over 182, a + b = 18: equal at a = 7.96, b = 10.04, but b <= 5.2. So b = 5.2, a = 12.8.
- Distance: 27.2^2 / 405.6 + 29.6^2 / 270.4 + 62^2 / 182 + 5.2^2 / 182 = 1.8241 + 3.2402 + 21.1209 + .1486 = 26.3338.
"""

from __future__ import annotations

import pytest

from models.reallocation.instance import CellKey
from tests.model.reallocation.plans import checked, solved

pytestmark = pytest.mark.model


def test_the_plan_is_the_one_on_paper() -> None:
    case = solved("tiny")
    assert case.outcome.status == "optimal"
    assert {cell: pounds[1] for cell, pounds in case.plan.allocation_gbp.items()} == {
        CellKey("north", "acute", "-"): 432_800,
        CellKey("south", "acute", "-"): 300_000,
        CellKey("north", "mental_health", "-"): 120_000,
        CellKey("south", "mental_health", "-"): 187_200,
    }


def test_the_aims_come_to_what_is_on_paper() -> None:
    values = solved("tiny").stage_values
    assert values["unallocated"] == pytest.approx(0, abs=0.01)
    assert values["final_year_gap"] == pytest.approx(62_000, abs=1)
    assert values["worst_cell_gap"] == pytest.approx(62 / 182, abs=2e-6)
    assert values["peak_growth"] == pytest.approx(0.2, abs=2e-6)
    assert values["straight_path"] == pytest.approx(26_333.75, rel=1e-4)


def test_the_rules_that_bind_are_the_ones_on_paper() -> None:
    rows = solved("tiny").plan.tables()["rules"]
    binding = {(row["rule"], row["scope"]) for row in rows if row["status"] == "binding"}
    assert binding == {
        ("R-01", "2024/25"),
        ("R-02", "acute"),
        ("R-03", "mental_health"),
        ("R-06", "mental_health"),
    }


def test_the_bridge_starts_at_the_whole_ledger() -> None:
    """1,250 in the ledger: 240 general practice out of scope, 10 once only, 1,000 opens; 40 of growth."""
    bridge = {(row["line"], row["year"], row["item"]): row["gbp"] for row in solved("tiny").plan.tables()["bridge"]}
    assert [bridge["all", "2023/24", item] for item in ("ledger", "out_of_scope", "non_recurrent", "mapped")] == [
        1_250_000,
        -240_000,
        -10_000,
        1_000_000,
    ]
    assert [bridge["all", "2024/25", item] for item in ("opening", "growth", "reallocation", "closing")] == [
        1_000_000,
        40_000,
        0,
        1_040_000,
    ]
    # Acute 720 + 28.8 in step with growth - 16 reallocated = 732.8; mental health 280 + 11.2 + 16 = 307.2.
    assert bridge["acute", "2024/25", "growth"] == 28_800
    assert bridge["acute", "2024/25", "reallocation"] == -16_000
    assert bridge["mental_health", "2024/25", "closing"] == 307_200


def test_the_checker_agrees() -> None:
    case = solved("tiny")
    report = checked(case, case.written(), case.stage_values)
    assert report.passed and report.findings == ()
