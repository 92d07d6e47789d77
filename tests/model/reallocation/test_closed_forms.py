"""Oracles nobody here made up: the closed forms of one place and four lines, and the published table of gaps."""

from __future__ import annotations

import random

import pytest

from models.reallocation.explain.precheck import growth_needed_to_reach_need, growth_needed_without_cut
from models.reallocation.instance import Instance
from models.reallocation.method import solve
from models.reallocation.plan import Plan
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched
from tests.reallocation_tables import DEVIATIONS, LINE_LEVEL_SETTINGS, LINES, built, line_level_tables

pytestmark = pytest.mark.model

SCOPE_GBP = 4_200_000_000


def line_level(years: int = 3, **settings: object) -> Instance:
    return built(line_level_tables(years), LINE_LEVEL_SETTINGS | settings)


def run(instance: Instance) -> tuple[Outcome, Plan]:
    outcome = solve(instance, SolveOptions(), Unwatched())
    assert outcome.status == "optimal", outcome.reason
    assert outcome.decisions is not None
    return outcome, Plan.from_decisions(instance, outcome.decisions)


def gap_of(outcome: Outcome) -> float:
    value = next(stage.value for stage in outcome.stages if stage.name == "final_year_gap")
    assert value is not None
    return value


def test_three_per_cent_growth_closes_the_gap_in_year_three_on_the_straight_path() -> None:
    """Mental health grows (1.03) 1.25^(1/3) - 1 = 10.95 % in each year; every line ends at need to the pound."""
    outcome, plan = run(line_level(growth_share=0.03))
    assert gap_of(outcome) == pytest.approx(0.0, abs=0.01)
    assert plan.over_gbp(3) <= 2
    assert plan.under_gbp(3) <= 2
    wanted = 1.03 * 1.25 ** (1 / 3) - 1
    assert wanted == pytest.approx(0.1095, abs=5e-5)
    for year in (1, 2, 3):
        growth = plan.of_line("mental_health", year) / plan.of_line("mental_health", year - 1) - 1
        assert growth == pytest.approx(wanted, abs=2e-6)


def test_two_per_cent_growth_leaves_22_million_over_need_and_as_much_under() -> None:
    outcome, plan = run(line_level(growth_share=0.02))
    assert plan.over_gbp(3) == plan.under_gbp(3)
    assert round(plan.over_gbp(3) / 1e6, 1) == 22.0
    assert gap_of(outcome) == pytest.approx(plan.over_gbp(3), abs=10)


TABLE = [
    # growth, cut allowed a year, mental health cap, year-3 gap in millions (from the research on the plan's figures)
    (0.01, 0.00, 0.06, 57.9),
    (0.01, 0.00, 0.08, 45.7),
    (0.01, 0.00, 1.00, 45.7),
    (0.01, 0.02, 0.06, 57.9),
    (0.01, 0.02, 0.08, 16.8),
    (0.01, 0.02, 0.10, 0.0),
    (0.02, 0.00, 0.06, 81.0),
    (0.02, 0.00, 0.08, 40.0),
    (0.02, 0.00, 0.10, 22.0),
    (0.02, 0.01, 0.08, 40.0),
    (0.02, 0.01, 0.10, 0.0),
    (0.03, 0.00, 0.06, 104.6),
    (0.03, 0.00, 0.08, 63.5),
    (0.03, 0.00, 0.10, 20.9),
    (0.03, 0.00, 0.12, 0.0),
    (0.04, 0.00, 0.06, 128.6),
    (0.04, 0.00, 0.08, 87.5),
    (0.04, 0.00, 0.10, 44.9),
    (0.04, 0.00, 0.12, 0.7),
    (0.05, 0.00, 0.06, 153.1),
    (0.05, 0.00, 0.08, 112.0),
    (0.05, 0.00, 0.10, 69.4),
    (0.05, 0.00, 0.12, 25.2),
]


@pytest.mark.parametrize(("growth", "cut", "cap", "gap_millions"), TABLE)
def test_the_table_of_gaps(growth: float, cut: float, cap: float, gap_millions: float) -> None:
    """More growth widens the gap under a fixed cap; at low growth the floors bind.

    The table was made from shares of need rounded to three digits, which is worth up to 0.07m here.
    """
    instance = line_level(growth_share=growth, pace_floor_growth_share=-cut, mh_growth_cap_share=cap)
    outcome, _ = run(instance)
    assert gap_of(outcome) / 1e6 == pytest.approx(gap_millions, abs=0.08)


@pytest.mark.parametrize(
    ("growth", "cap", "years"), [(0.02, 0.06, 6), (0.03, 0.08, 5), (0.03, 0.10, 4), (0.04, 0.07, 8)]
)
def test_the_years_a_cap_takes(growth: float, cap: float, years: int) -> None:
    """The gap is open a year earlier and closed in the year the table says."""
    settings = {"growth_share": growth, "mh_growth_cap_share": cap}
    assert gap_of(run(line_level(years, **settings))[0]) == pytest.approx(0.0, abs=1.0)
    assert gap_of(run(line_level(years - 1, **settings))[0]) > 1e5


@pytest.mark.parametrize("seed", range(10))
def test_closed_forms_for_random_deviations_growth_and_years(seed: int) -> None:
    """T = 1 to 10. No cut: what stays over need is each line's flat cash less its need, when no cap holds the rest.

    x_T = x_0 (1+g)^T / (1+d) wherever g >= (1+d)^(1/T) - 1; peak growth is at least that of the line furthest under
    (more where the others would have to give back what they must take in early years).
    """
    picker, years = random.Random(seed), 1 + seed
    deviations = DEVIATIONS | {line: round(picker.uniform(0.005, 0.12), 3) for line in ("community", "acute", "chc")}
    growth = round(picker.uniform(0.0, 0.05), 4)
    q = round(picker.uniform(0.1, 0.2), 3)
    tables = line_level_tables(years, SCOPE_GBP, deviations, q)
    settings = LINE_LEVEL_SETTINGS | {"growth_share": growth, "community_chc_need_share": q}
    instance = built(tables, settings)
    outcome, plan = run(instance)
    opened = {line: plan.of_line(line, 0) for line in LINES}
    money = instance.money[-1].spendable_gbp
    need = {line: float(instance.line_need[0][line]) * money for line in LINES}
    over = sum(max(0.0, opened[line] - need[line]) for line in LINES)
    assert gap_of(outcome) == pytest.approx(over, abs=2 + 1e-9 * money)
    for line in LINES:
        if deviations[line] > 0 and growth >= growth_needed_without_cut(deviations[line], years):
            wanted = opened[line] * (1 + growth) ** years / (1 + deviations[line])
            if over == 0.0:
                assert plan.of_line(line, years) == pytest.approx(wanted, abs=20)
    if over == 0.0:
        peak = next(stage.value for stage in outcome.stages if stage.name == "peak_growth")
        assert peak is not None
        assert peak >= growth_needed_to_reach_need(-0.2, growth, years) - 1e-8


def test_nothing_moves_where_everything_is_at_need() -> None:
    """No deviation: every line grows in step with the money, the gap is nothing in every year."""
    tables = line_level_tables()
    spend = {row["line"]: row["recurrent_gbp"] for row in tables["baseline"]}
    total = sum(int(str(gbp)) for gbp in spend.values())
    for row in tables["lines"]:
        row["deviation_share"], row["need_share"] = "", repr(int(str(spend[row["line"]])) / total)
    instance = built(tables, LINE_LEVEL_SETTINGS | {"line_need_basis": "shares"})
    _, plan = run(instance)
    for year in (1, 2, 3):
        assert plan.over_gbp(year) + plan.under_gbp(year) <= 8
        for line in LINES:
            assert plan.of_line(line, year) == pytest.approx(plan.of_line(line, 0) * 1.03**year, abs=8)


def test_each_stage_has_a_bound_within_a_millionth() -> None:
    for growth, cap in ((0.03, 1.0), (0.02, 1.0), (0.04, 0.08)):
        outcome, _ = run(line_level(growth_share=growth, mh_growth_cap_share=cap))
        levels = [stage for stage in outcome.stages if stage.name.startswith("worst_cell_gap_")]
        assert [stage.name for stage in outcome.stages if stage not in levels] == [
            "unallocated", "final_year_gap", "worst_cell_gap", "peak_growth", "straight_path",
        ]  # fmt: skip
        assert all(stage.gap_share is not None and stage.gap_share <= 1e-6 for stage in outcome.stages)
