"""What the checker works out for itself, against arithmetic on paper; and that it is its own work."""

from __future__ import annotations

import ast
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from models.reallocation import checker
from models.reallocation.checker.facts import Facts
from models.reallocation.checker.money import as_written, nearest
from models.reallocation.checker.shares import share_out
from models.reallocation.instance import PaceRow, PlaceLine
from models.reallocation.settings import UNPLACED
from tests.model.reallocation.plans import generated, instance_of, shipped

pytestmark = pytest.mark.unit

GIVEN = frozenset(
    {
        "settings", "years", "places", "lines", "providers", "ledger_gbp", "mhis_cells", "weighted_population",
        "need_weights", "pace", "chc_forecast", "ledger", "pace_bands", "ring_fences", "spillovers",
        "need_targets_gbp", "ranges", "soft_order", "concessions",
    }
)  # fmt: skip
"""What the user gave; all else of an instance is derived by the model's side and no business of the checker."""


def test_the_checker_reads_from_an_instance_only_what_the_user_gave() -> None:
    derived = set()
    for path in sorted(Path(checker.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and _is_instance(node.value) and node.attr not in GIVEN:
                derived.add(f"{path.name}: instance.{node.attr}")
    assert not derived


def _is_instance(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "instance"


def test_need_of_the_four_lines_follows_from_the_plans_percentages() -> None:
    """q = .182: nM = (.03 + .06 x .182) / .23 = .04092 / .23 = .177913; nA = 1 - .182 - nM = .640087."""
    shares = Facts(instance_of(shipped("line_level"))).line_share
    assert shares["mental_health"] == Fraction("0.04092") / Fraction("0.23")
    assert shares["acute"] == 1 - Fraction("0.182") - shares["mental_health"]
    assert (shares["community"], shares["chc"]) == (Fraction("0.1365"), Fraction("0.0455"))
    assert f"{float(shares['mental_health']):.6f} {float(shares['acute']):.6f}" == "0.177913 0.640087"


def test_money_of_the_reference_year_by_year() -> None:
    """4.2bn x 1.03 = 4,326m; reserve and transition fund .5 % each = 21.63m; the ledger of 5.3bn grows alongside."""
    money = Facts(instance_of(shipped("nwl"))).money
    assert (money[0].spendable, money[0].out_of_scope) == (4_200_000_000, 1_100_000_000)
    assert (money[1].in_scope, money[1].reserve, money[1].spendable) == (4_326_000_000, 21_630_000, 4_282_740_000)
    assert money[1].allocation == 5_459_000_000
    assert money[2].in_scope == 4_455_780_000 and money[3].in_scope == 4_589_453_400
    assert money[3].reserve == 22_947_267


def test_convergence_takes_from_the_money_and_not_from_the_standard() -> None:
    facts = Facts(instance_of(shipped("nwl", "convergence_1_percent")))
    assert facts.money[1].in_scope == 4_284_000_000
    assert facts.base_growth[0] == Fraction("0.03")


def test_need_of_a_year_is_all_of_the_spendable_money() -> None:
    for raw in (shipped("nwl"), shipped("tiny"), generated(1, places=4, lines=6, years=2, providers=3)):
        facts = Facts(instance_of(raw))
        for t, money in enumerate(facts.money):
            assert sum(need[t] for need in facts.need.values()) == money.spendable


def test_a_place_without_weighted_people_needs_its_share_of_the_opening_spend() -> None:
    facts = Facts(instance_of(shipped("nwl")))
    key = PlaceLine(UNPLACED, "mental_health")
    line = sum(gbp for other, gbp in facts.opening_of.items() if other.line == "mental_health")
    assert facts.need[key][0] == Fraction(facts.opening_of[key], line) * facts.line_share[key.line] * 4_200_000_000


def test_need_of_tiny_is_as_its_description_says() -> None:
    need = Facts(instance_of(shipped("tiny"))).need
    assert [need[PlaceLine("north", "acute")][t] for t in (0, 1)] == [390_000, 405_600]
    assert [need[PlaceLine("south", "acute")][t] for t in (0, 1)] == [260_000, 270_400]
    assert [need[PlaceLine("south", "mental_health")][t] for t in (0, 1)] == [175_000, 182_000]


def test_restated_lines_deviate_from_need_as_stated() -> None:
    """q = .12: nM = (.03 + .06 x .12) / .23 = .16174; mental health opens at .8 of it, 543.4m, not at 597.8m."""
    facts = Facts(instance_of(shipped("nwl", "need_q_12_percent")))
    assert sum(facts.opening.values()) == 4_200_000_000
    opening = {line: sum(gbp for c, gbp in facts.opening.items() if c.line == line) for line in facts.leaves}
    for line, deviation in {"acute": "0.03", "community": "0.09", "mental_health": "-0.2", "chc": "0.09"}.items():
        wanted = facts.line_share[line] * (1 + Fraction(deviation)) * 4_200_000_000
        assert abs(opening[line] - wanted) < 1
    assert round(opening["mental_health"] / 1e6, 1) == 543.4


def test_chc_cost_rises_with_volume_and_price_and_falls_with_value_for_money() -> None:
    """1.02 x 1.0294 = 1.049988 a year; 2 % value for money in year 2 comes off that year's cost alone."""
    instance = instance_of(shipped("nwl"))
    saving = replace(instance.chc_forecast[1], value_for_money_share=Fraction("0.02"))
    with_saving = replace(instance, chc_forecast=(instance.chc_forecast[0], saving, instance.chc_forecast[2]))
    key = PlaceLine("brent", "chc")
    cost = Facts(with_saving).chc_cost(key)
    assert cost is not None
    opening, rise = instance.opening_of[key], Fraction("1.049988")
    assert cost == (opening, opening * rise, opening * rise**2 * Fraction("0.98"), opening * rise**3)
    assert Facts(instance).chc_cost(PlaceLine("brent", "acute")) is None
    assert Facts(instance_of(shipped("nwl", "chc_flat"))).chc_cost(key) is None


def test_a_row_for_the_place_goes_before_the_row_for_every_place_limit_by_limit() -> None:
    instance = instance_of(shipped("tiny"))
    rows = (
        PaceRow("acute", "north", None, Fraction("0.05")),
        PaceRow("acute", None, Fraction("-0.01"), Fraction("0.03")),
    )
    pace = Facts(replace(instance, pace=rows)).pace
    north, south = pace[PlaceLine("north", "acute")], pace[PlaceLine("south", "acute")]
    assert (north.floor, north.cap) == (Fraction("-0.01"), Fraction("0.05"))
    assert (south.floor, south.cap) == (Fraction("-0.01"), Fraction("0.03"))
    assert pace[PlaceLine("north", "mental_health")].cap == Fraction("0.2")


def test_a_cap_of_one_is_no_cap() -> None:
    assert Facts(instance_of(shipped("line_level"))).pace[PlaceLine("nwl", "mental_health")].cap is None


def test_a_line_with_sub_lines_is_held_by_its_sum() -> None:
    facts = Facts(instance_of(generated(3, places=2, lines=4, years=1, providers=0)))
    held = {key: cells for key, cells, _ in facts.parent_paces()}
    assert {key.line for key in held} == {"out_of_hospital"}
    assert {cell.line for cells in held.values() for cell in cells} == {"community", "chc"}


def test_halves_go_up_and_decimals_are_as_written() -> None:
    assert [nearest(Fraction(x)) for x in ("0.5", "1.5", "2.4999", "-0.5")] == [1, 2, 2, 0]
    assert as_written(0.0415) == Fraction(415, 10_000)


def test_pounds_left_over_go_to_the_largest_remainders() -> None:
    wanted = {"a": Fraction("1.3"), "b": Fraction("2.6"), "c": Fraction("3.1"), "d": Fraction("3.0")}
    assert share_out(wanted, 10) == {"a": 1, "b": 3, "c": 3, "d": 3}
    assert share_out({"a": Fraction(1, 2), "b": Fraction(1, 2)}, 1) == {"a": 1, "b": 0}
