"""A correct plan, damaged: each rule must be caught under its own id, and no pound may change unnoticed.

First the damage a wrong model would do: pounds moved so that one rule breaks, all tables written in agreement. Then
only that rule may speak. After that the damage of a hand in the files: single cells and rows.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.instance import CellKey, ChcForecast, Instance, PlaceLine
from models.reallocation.plan import Plan
from models.shared.findings import CheckReport
from tests.model.reallocation.plans import (
    Solved,
    as_read,
    checked,
    instance_of,
    rules_broken,
    shipped,
    solved,
    solved_instance,
)

pytestmark = pytest.mark.model

NORTH_ACUTE, SOUTH_ACUTE = CellKey("north", "acute", "-"), CellKey("south", "acute", "-")
NORTH_MH, SOUTH_MH = CellKey("north", "mental_health", "-"), CellKey("south", "mental_health", "-")


def moved(case: Solved, t: int, change_gbp: dict[CellKey, int]) -> CheckReport:
    """The verdict on a plan with some cells of year t changed, every table written in agreement with it."""
    pounds = {cell: list(years) for cell, years in case.plan.allocation_gbp.items()}
    for cell, gbp in change_gbp.items():
        pounds[cell][t] += gbp
    plan = Plan(case.instance, {cell: tuple(years) for cell, years in pounds.items()})
    return checked(case, {name: [dict(row) for row in rows] for name, rows in plan.tables().items()})


def of_line(instance: Instance, place: str, line: str) -> list[CellKey]:
    return list(instance.cells_of[PlaceLine(place, line)])


def unhindered(case: Solved) -> Solved:
    """The same plan where providers may rise and fall, and service be released, as fast as one likes."""
    free = {"max_fall_share": Fraction(1), "max_rise_share": Fraction(1)}
    instance = replace(
        case.instance,
        lines=tuple(replace(line, releasable_share=Fraction(1)) for line in case.instance.lines),
        providers=tuple(replace(provider, **free) for provider in case.instance.providers),
    )
    return Solved(instance, case.outcome, replace(case.plan, instance=instance))


def only(report: CheckReport, rule: str) -> str:
    """The first message of a report in which this rule speaks and no other."""
    assert rules_broken(report) == {rule}, report.findings
    return next(finding.message for finding in report.findings)


def test_correct_plans_pass() -> None:
    for case in (solved("tiny"), solved("line_level"), solved("nwl")):
        assert moved(case, 1, {}).passed


def test_a_pound_more_than_there_is() -> None:
    """The pound that is not there has no source either, which is for the moves to say."""
    report = moved(solved("tiny"), 1, {NORTH_ACUTE: 1})
    assert rules_broken(report) == {"R-01", "R-12"}
    message = report.findings[0].message
    assert "£1,040,001 allocated" in message and "£1,040,000" in message and message.endswith("£1 too much")


def test_a_pound_below_the_pace_floor() -> None:
    message = only(moved(solved("tiny"), 1, {SOUTH_ACUTE: -1, NORTH_ACUTE: 1}), "R-02")
    assert "south, acute, 2024/25: £299,999 allocated; must be at least £300,000" in message


def test_a_pound_above_the_pace_cap() -> None:
    message = only(moved(solved("tiny"), 1, {NORTH_MH: 1, NORTH_ACUTE: -1}), "R-03")
    assert "£120,001 allocated; must be at most £120,000" in message


def test_a_pound_below_the_mental_health_investment_standard() -> None:
    """South's mental health counts alone: it must grow by the whole 4 %, 187,200, which R-06 also makes its most."""
    instance = replace(instance_of(shipped("tiny")), mhis_cells=frozenset({SOUTH_MH}))
    message = only(moved(solved_instance(instance), 1, {SOUTH_MH: -1, NORTH_ACUTE: 1}), "R-04")
    assert "£187,199 allocated; must be at least £187,200" in message and "base growth 4 %" in message


def test_the_standard_counts_growth_before_convergence() -> None:
    """Convergence of 1 % leaves 3 % of money; south's mental health must still grow 4 %, but may only grow 3 %."""
    tiny = instance_of(shipped("tiny"))
    year = replace(tiny.years[0], convergence_share=Fraction("0.01"))
    instance = replace(tiny, years=(year,), mhis_cells=frozenset({NORTH_MH}))
    case = solved_instance(instance)
    short = 104_000 - 1 - case.plan.allocation_gbp[NORTH_MH][1]
    message = next(f.message for f in moved(case, 1, {NORTH_MH: short}).findings if f.rule == "R-04")
    assert "£103,999 allocated; must be at least £104,000" in message


def test_a_pound_below_the_forecast_of_continuing_healthcare() -> None:
    """No provider is held to a band or to a pace of release here, whichever of them binds in the reference."""
    case = unhindered(solved("nwl"))
    chc, _ = of_line(case.instance, "brent", "chc")
    community, *_ = of_line(case.instance, "brent", "community")
    key, last = PlaceLine("brent", "chc"), case.instance.horizon
    forecast = case.instance.chc_forecast_of(key)
    assert forecast is not None
    below = case.plan.of(key, last) - math.floor(forecast[last]) + 1
    message = only(moved(case, last, {chc: -below, community: below}), "R-05")
    assert message.startswith("brent, chc, 2026/27") and message.endswith("£1 too little")


def test_a_pound_further_from_target() -> None:
    message = only(moved(solved("tiny"), 1, {SOUTH_MH: 1, NORTH_ACUTE: -1}), "R-06")
    assert "£187,201 allocated; must be at most £187,200 (opened over need" in message


def test_a_pound_across_the_target() -> None:
    """South's mental health opened over need; at 181,999 it would have crossed its need of 182,000."""
    message = only(moved(solved("tiny"), 1, {SOUTH_MH: -5_201, NORTH_ACUTE: 4_000}), "R-06")
    assert "£181,999 allocated; must be at least £182,000" in message


def test_a_provider_beyond_its_band() -> None:
    """Within one borough's mental health, so that place and line stay as they are."""
    case = solved("nwl")
    trust, placements = of_line(case.instance, "brent", "mental_health")
    report = moved(case, case.instance.horizon, {trust: -2_000_000, placements: 2_000_000})
    message = only(report, "R-07")
    assert message.startswith("Mental health placements outside NW London, 2026/27") and "rise 2 %" in message


def test_a_gap_left_open_where_closure_is_required() -> None:
    settings = instance_of(shipped("line_level")).settings.model_copy(update={"closure_required": True})
    case = solved_instance(replace(instance_of(shipped("line_level")), settings=settings))
    acute, mental_health = CellKey("nwl", "acute", "-"), CellKey("nwl", "mental_health", "-")
    report = moved(case, 3, {mental_health: -60, acute: 60})
    assert "need and £25" in only(report, "R-08")
    assert moved(case, 3, {mental_health: -10, acute: 10}).passed


def test_an_amount_below_zero() -> None:
    """Two providers of one borough's CHC, neither with a band: one is paid less than nothing, the other the rest."""
    case = unhindered(solved("nwl"))
    homes, agencies = of_line(case.instance, "brent", "chc")
    last = case.instance.horizon
    gone = case.plan.allocation_gbp[agencies][last] + 1
    message = only(moved(case, last, {agencies: -gone, homes: gone}), "R-09")
    assert "-£1 allocated; must be at least £0" in message


def test_need_that_is_not_its_share_of_the_spendable_money() -> None:
    case = solved("tiny")
    written = case.written()
    row = written["allocations"][-2]
    assert row["year"] == "2023/24"
    assert isinstance(row["need_gbp"], int) and isinstance(row["allocation_gbp"], int)
    row["need_gbp"] += 1
    row["gap_gbp"] = row["allocation_gbp"] - row["need_gbp"]
    row["gap_share"] = row["gap_gbp"] / row["need_gbp"]
    assert rules_broken(checked(case, written)) == {"R-10"}


def test_need_shared_between_providers_by_something_else_than_what_they_get() -> None:
    case = solved("nwl")
    written = case.written()
    first, second = [
        r for r in written["allocations"] if (r["place"], r["line"], r["year"]) == ("brent", "chc", "2026/27")
    ]
    for row, change in ((first, 5_000), (second, -5_000)):
        assert isinstance(row["need_gbp"], int) and isinstance(row["allocation_gbp"], int)
        row["need_gbp"] += change
        row["gap_gbp"] = row["allocation_gbp"] - row["need_gbp"]
        row["gap_share"] = row["gap_gbp"] / row["need_gbp"]
    assert rules_broken(checked(case, written)) == {"R-10"}


@pytest.mark.parametrize("damage", ["delete", "twice", "stranger"])
def test_rows_of_the_plan(damage: str) -> None:
    case = solved("tiny")
    written = case.written()
    rows = written["allocations"]
    if damage == "delete":
        del rows[3]
    elif damage == "twice":
        rows.append(dict(rows[3]))
    else:
        rows.append(rows[3] | {"provider": "RYJ"})
    assert rules_broken(checked(case, written)) == {"R-11"}


def test_two_amounts_swapped() -> None:
    case = solved("tiny")
    written = case.written()
    first, second = written["allocations"][1], written["allocations"][3]
    first["allocation_gbp"], second["allocation_gbp"] = second["allocation_gbp"], first["allocation_gbp"]
    assert {"R-02", "R-11"} <= rules_broken(checked(case, written))


def test_an_opening_that_is_not_the_ledgers() -> None:
    """A pound moved between two cells of the base year: all totals tie, but neither opened so."""
    report = moved(solved("nwl"), 0, dict(zip(of_line(solved("nwl").instance, "brent", "chc"), (1, -1), strict=True)))
    assert rules_broken(report) == {"R-11"}
    assert all("as opened" in finding.message for finding in report.findings)


def test_a_pound_lost_on_the_bridge() -> None:
    case = solved("tiny")
    for at in range(len(case.written()["bridge"])):
        written = case.written()
        gbp = written["bridge"][at]["gbp"]
        assert isinstance(gbp, int)
        written["bridge"][at]["gbp"] = gbp - 1
        assert rules_broken(checked(case, written)) == {"R-12"}, written["bridge"][at]


def test_a_ledger_line_that_the_baseline_does_not_know() -> None:
    """Damage of the instance rather than the plan: one ledger line sent to another cell after validation."""
    case = solved("tiny")
    first = replace(case.instance.ledger[0], cell=SOUTH_ACUTE)
    instance = replace(case.instance, ledger=(first, *case.instance.ledger[1:]))
    damaged = Solved(instance, case.outcome, case.plan)
    assert rules_broken(checked(damaged, case.written())) == {"R-12"}


ITEM_RULES = {
    "primary_care": "R-16", "break_even": "R-17", "running_costs": "R-18", "transition": "R-15",
    "transition_cost": "R-15",
}  # fmt: skip
"""The rules that items of the envelope are about; all others are about the envelope itself."""


def test_an_envelope_that_says_something_else() -> None:
    case = solved("tiny")
    for at in range(len(case.written()["envelope"])):
        written = case.written()
        gbp = written["envelope"][at]["gbp"]
        assert isinstance(gbp, int)
        written["envelope"][at]["gbp"] = gbp + 1
        rule = ITEM_RULES.get(str(written["envelope"][at]["item"]), "R-01")
        assert rules_broken(checked(case, written)) == {rule}, written["envelope"][at]


def test_a_scorecard_that_hides_what_binds() -> None:
    case = solved("nwl")
    written = case.written()
    for row in written["rules"]:
        if (row["rule"], row["scope"]) == ("R-05", "chc"):
            row |= {"status": "slack", "members_binding": 0, "headroom_gbp": 1_000_000}
    report = checked(case, written)
    assert rules_broken(report) == {"R-05"} and len(report.findings) == 3


def test_repairs_beside_a_plan() -> None:
    case = solved("tiny")
    written = case.written()
    written["repairs"] = [
        {"repair": 1, "kind": "alone", "rule": "R-02", "scope": "acute", "cheapest_change": 0.01, "unit": "share",
         "mends": True, "scenario": "scenarios/repair_1.toml", "sentence": "Less."}
    ]  # fmt: skip
    assert rules_broken(checked(case, written)) == {"R-11"}


@pytest.mark.parametrize("stage", ["unallocated", "final_year_gap", "worst_cell_gap", "peak_growth", "straight_path"])
@pytest.mark.parametrize("name", ["tiny", "nwl"])
def test_a_recorded_aim_that_the_plan_does_not_come_to(name: str, stage: str) -> None:
    case = solved(name)
    value = case.stage_values[stage]
    assert value is not None
    wrong = case.stage_values | {
        stage: value + max(1_000.0, value * 0.01) if value > 1 or value < 0.001 else value * 1.01
    }
    report = checked(case, case.written(), wrong)
    assert rules_broken(report) == {"stages"} and report.findings[0].message.startswith(stage)


def test_an_aim_nobody_knows() -> None:
    case = solved("tiny")
    assert rules_broken(checked(case, case.written(), case.stage_values | {"happiness": 1.0})) == {"stages"}


def test_a_swap_of_any_two_allocations_is_noticed() -> None:
    case = solved("tiny")
    rows = case.written()["allocations"]
    for first in range(len(rows)):
        for second in range(first):
            written = case.written()
            a, b = written["allocations"][first], written["allocations"][second]
            if a["allocation_gbp"] != b["allocation_gbp"]:
                a["allocation_gbp"], b["allocation_gbp"] = b["allocation_gbp"], a["allocation_gbp"]
                assert not checked(case, written).passed


def test_an_empty_folder_is_no_plan() -> None:
    case = solved("tiny")
    report = checked(case, {})
    assert {"R-01", "R-11", "R-12"} <= rules_broken(report)


def test_findings_name_the_row_and_speak_in_pounds() -> None:
    report = moved(solved("tiny"), 1, {SOUTH_ACUTE: -1, NORTH_ACUTE: 1})
    finding = report.findings[0]
    rows = as_read(solved("tiny").written())["allocations"]
    at = ("south", "acute", "2024/25")
    number = next(row.number for row in rows if (row.text("place"), row.text("line"), row.text("year")) == at)
    assert finding.where == f"allocations.csv row {number} (south, acute, 2024/25)"
    assert re.search(r"£\d[\d,]*", finding.message)


def test_value_for_money_lowers_the_floor_and_no_more() -> None:
    """1 % of value for money lets brent's CHC be 1 % under its gross forecast, not a pound less."""
    instance = instance_of(shipped("nwl"))
    rows = tuple(
        ChcForecast(row.year, None, row.volume_growth_share, row.price_growth_share, Fraction("0.01"))
        for row in instance.chc_forecast
    )
    case = solved_instance(replace(instance, chc_forecast=rows))
    gross = instance.opening_of[PlaceLine("brent", "chc")] * Fraction("1.049988") ** 3
    floor = int(gross * Fraction("0.99"))
    assert case.plan.of(PlaceLine("brent", "chc"), 3) == floor
    assert moved(case, 3, {of_line(instance, "brent", "chc")[0]: -1}).findings[0].rule == "R-05"
