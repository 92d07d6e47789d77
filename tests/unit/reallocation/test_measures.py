"""Key figures of plans made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from models.reallocation.instance import CellKey
from models.reallocation.measures import measures
from models.reallocation.plan import Plan
from tests.reallocation_tables import Tables, built

pytestmark = pytest.mark.unit

ACUTE, MENTAL_HEALTH = CellKey("a", "acute", "-"), CellKey("a", "mental_health", "-")


def of_plan(acute_gbp: Sequence[int], mental_health_gbp: Sequence[int]) -> dict[str, float | None]:
    """One place whose two lines need £1,000 each of £2,000; the money of the year, £2,080, is spent or is not."""
    tables: Tables = {
        "places": [{"place": "a", "name": "A"}],
        "lines": [
            {"line": "acute", "name": "Acute", "role": "acute", "deviation_share": "0.2"},
            {"line": "mental_health", "name": "MH", "role": "mental_health", "deviation_share": "-0.2"},
        ],
        "years": [{"year": "2024/25"}],
        "baseline": [
            {"place": "a", "line": "acute", "provider": "-", "recurrent_gbp": 1200, "counts_to_mhis": "no"},
            {"place": "a", "line": "mental_health", "provider": "-", "recurrent_gbp": 800, "counts_to_mhis": "no"},
        ],
        "need": [{"place": "a", "component": "people", "weighted_population": 1}],
        "need_weights": [{"line": line, "component": "people", "weight": 1} for line in ("acute", "mental_health")],
    }
    settings = {"line_need_basis": "ledger_deviations", "reserve_share": 0.0, "growth_share": 0.04}
    plan = Plan(built(tables, settings), {ACUTE: tuple(acute_gbp), MENTAL_HEALTH: tuple(mental_health_gbp)})
    return {name: measure.value for name, measure in measures(plan).items()}


def test_closed_is_what_was_missing_and_is_there() -> None:
    """£200 are missing at first; each line needs £1,040 in the year, and £100 are missing then: half is closed."""
    found = of_plan([1200, 1140], [800, 940])
    assert found["under_need_final_year"] == found["over_need_final_year"] == 100
    assert found["gap_closed"] == pytest.approx(0.5)


def test_money_left_unspent_closes_no_gap() -> None:
    """Nothing reaches who is short, yet what stands over need is gone: that once counted as half of the gap."""
    found = of_plan([1200, 1040], [800, 840])
    assert (found["over_need_final_year"], found["under_need_final_year"]) == (0, 200)
    assert found["unallocated_all_years"] == 200
    assert found["gap_closed"] == 0


def test_nobody_short_is_all_closed() -> None:
    assert of_plan([1200, 1040], [800, 1040])["gap_closed"] == 1
