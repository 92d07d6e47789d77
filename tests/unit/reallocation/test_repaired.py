"""A rule loosened where its user would loosen it: which rows and settings change, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from models.reallocation.entities import ChcForecast, PaceBand, PaceRow, PlaceLine
from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.loosen import LOOSENINGS, Group, amount_words, change_words, group_named, group_of
from models.reallocation.method.pricing import GIVEN_UP_FIRST, HEARD_BY
from models.reallocation.method.repair_scenario import repair_scenario
from models.reallocation.method.repaired import REPAIRS, repaired, widest_change
from models.reallocation.rules import RULES
from models.reallocation.tables import REGISTER
from tests.model.reallocation.plans import instance_of, shipped
from tests.model.reallocation.test_arrays import every_rule_on
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, built, line_level_tables

pytestmark = pytest.mark.unit

POINT = Fraction(1, 100)
CAP, FLOOR = Group("R-03", "mental_health"), Group("R-02", "community")


def line_level(**settings: object) -> Instance:
    return built(line_level_tables(), LINE_LEVEL_SETTINGS | settings)


def entries(before: Instance, after: Instance) -> list[object]:
    document = repair_scenario(before, after, "t", "d")
    changes, additions = document.get("change", []), document.get("add", [])
    assert isinstance(changes, list) and isinstance(additions, list)
    return [*changes, *additions]


def test_every_rule_that_is_no_definition_is_known_wherever_rules_give_way() -> None:
    """How it is loosened, in which table, how early it is given up, and whether it may be soft."""
    rules = {rule.id for rule in RULES if not rule.definitional}
    soft = next(table for table in REGISTER.inputs if table.name == "soft_rules").column("rule").allowed
    assert rules == set(LOOSENINGS) == set(REPAIRS) == set(GIVEN_UP_FIRST) == set(soft)


def test_every_repair_stands_in_its_scenario() -> None:
    """A table or setting that `repair_scenario` does not compare would be a repair that its user cannot run."""
    instance, written = every_rule_on(instance_of(shipped("nwl"))), set[str]()
    for group in sorted({group_of(limit) for limit in limits_of(instance) if limit.rule in LOOSENINGS}):
        after = repaired(instance, {group: LOOSENINGS[group.rule].unit_change})
        if after != instance:  # a band of all of an income cannot be wider
            document = repair_scenario(instance, after, "t", "d")
            assert document.keys() & {"settings", "change", "add"}, group
            written.add(group.rule)
    assert written == set(LOOSENINGS)


def test_a_repair_moves_no_rule_but_those_said_to_hear_of_it() -> None:
    """A rule left out of HEARD_BY would keep the limits it had while a change is priced. Of a fund all may hear."""
    instance = every_rule_on(instance_of(shipped("nwl")))
    before = {rule: tuple(limits(instance)) for rule, limits in RULE_FUNCTIONS.items()}
    for rule in sorted(set(LOOSENINGS) - {"R-15"}):
        groups = {group_of(limit) for limit in before[rule]}
        after = repaired(instance, dict.fromkeys(groups, LOOSENINGS[rule].unit_change))
        moved = {other for other, limits in RULE_FUNCTIONS.items() if tuple(limits(after)) != before[other]}
        assert rule in moved and moved <= set(HEARD_BY.get(rule, (rule,))), (rule, moved)


def test_a_cap_that_is_a_setting_becomes_one_row_for_every_place() -> None:
    nwl = instance_of(shipped("nwl"))
    after = repaired(nwl, {CAP: POINT})
    assert [row for row in after.pace if row not in nwl.pace] == [
        PaceRow("mental_health", None, None, Fraction(11, 100))
    ]
    assert all(after.pace_limits(key)[1] == Fraction(11, 100) for key in nwl.place_lines if key.line == CAP.scope)
    assert entries(nwl, after) == [{"table": "pace", "row": {"line": "mental_health", "cap_growth_share": 0.11}}]


def test_places_with_a_pace_of_their_own_keep_their_differences() -> None:
    """Ealing's floor of 2 % comes down to 1 %, everybody else's of 0 % to -1 %; what ends they had else stay."""
    nwl = instance_of(shipped("nwl"))
    own = PaceRow("community", "ealing", Fraction(2, 100), Fraction(5, 100))
    nwl = replace(nwl, pace=(*nwl.pace, own))
    after = repaired(nwl, {FLOOR: POINT})
    floors = {key.place: after.pace_limits(key) for key in nwl.place_lines if key.line == "community"}
    assert floors["ealing"] == (POINT, Fraction(5, 100))
    assert {floor for place, (floor, _) in floors.items() if place != "ealing"} == {-POINT}
    changed = {"table": "pace", "where": {"line": "community", "place": "ealing"}, "column": "floor_growth_share",
               "value": 0.01}  # fmt: skip
    assert changed in entries(nwl, after)


def test_a_floor_by_distance_is_written_outward_to_six_decimals() -> None:
    instance = replace(line_level(), pace_bands=(PaceBand("community", Fraction(0), Fraction(1, 3), None),))
    key = PlaceLine("nwl", "community")
    assert instance.pace_limits(key)[0] == Fraction(1, 3)
    after, _ = repaired(instance, {FLOOR: POINT}).pace_limits(key)
    assert after == Fraction(323333, 1_000_000) < Fraction(1, 3) - POINT


def test_a_row_of_a_line_with_sub_lines_changes_where_it_is() -> None:
    instance = replace(line_level(), pace=(PaceRow("out_of_hospital", None, Fraction(0), None),))
    after = repaired(instance, {Group("R-02", "out_of_hospital"): POINT, Group("R-03", "out_of_hospital"): POINT})
    assert after.pace == (PaceRow("out_of_hospital", None, -POINT, None),)


def test_concessions_add_up_and_go_no_further_than_all() -> None:
    instance, group = line_level(), Group("R-08", "chc")
    twice = repaired(repaired(instance, {group: POINT}), {group: POINT})
    assert twice.concession("R-08", "chc") == 2 * POINT
    assert twice.concession("R-08", "acute") == 0
    assert repaired(twice, {group: Fraction(5)}).concession("R-08", "chc") == 1
    everywhere = repaired(instance, {Group("R-04", "mhis"): POINT})
    assert everywhere.concessions == {("R-04", None): POINT}


def test_value_for_money_is_saved_on_what_is_left() -> None:
    """10 % saved already, and 10 % of the rest: 19 % in all; no more than half."""
    rows = tuple(ChcForecast(y, None, POINT, POINT, Fraction(1, 10)) for y in ("2024/25", "2025/26", "2026/27"))
    instance, group = replace(line_level(), chc_forecast=rows), Group("R-05", "chc")
    after = repaired(instance, {group: Fraction(1, 10)})
    assert {row.value_for_money_share for row in after.chc_forecast} == {Fraction(19, 100)}
    widest = repaired(instance, {group: widest_change(instance, group)})
    assert {row.value_for_money_share for row in widest.chc_forecast} == {Fraction(1, 2)}


def test_a_larger_fund_comes_off_what_is_shared_out() -> None:
    instance = line_level(transition_fund_share=0.01)
    after = repaired(instance, {Group("R-15", "fund"): Fraction(1_000_000)})
    for now, then in zip(instance.money[1:], after.money[1:], strict=True):
        assert then.transition_fund_gbp == now.transition_fund_gbp + 1_000_000
        assert then.spendable_gbp == now.spendable_gbp - 1_000_000


@pytest.mark.parametrize("rule", sorted(LOOSENINGS))
def test_a_limit_loosened_is_nowhere_tighter(rule: str) -> None:
    """What a point buys is asked of limits, not tables: each moves outward, and only outward."""
    instance = every_rule_on(instance_of(shipped("nwl")))
    limits = list(RULE_FUNCTIONS[rule](instance))
    assert limits
    for limit in limits:
        loosened = LOOSENINGS[rule].apply(instance, limit, POINT)
        sign = 1 if limit.side == "most" else -1
        moved = [sign * (loosened.end_gbp - limit.end_gbp)]
        moved.append(sign * (getattr(loosened, "factor", Fraction(0)) - getattr(limit, "factor", Fraction(0))))
        assert min(moved) == 0 < max(moved)


def test_changes_are_said_in_the_unit_of_their_owner() -> None:
    nwl = instance_of(shipped("nwl"))
    assert amount_words("R-03", POINT) == "1 point"
    assert amount_words("R-03", Fraction(18765, 1_000_000)) == "1.877 points"
    assert amount_words("R-08", POINT) == "1 %"
    assert amount_words("R-13", LOOSENINGS["R-13"].unit_change) == "£1.0m"
    assert amount_words("R-19", Fraction(1)) == "1 whole-time equivalent"
    assert amount_words("R-19", LOOSENINGS["R-19"].unit_change) == "10 whole-time equivalents"
    assert change_words(nwl, CAP, POINT) == "let Mental health grow by 1 point a year more"


def test_one_limit_for_all_lines_is_changed_as_one() -> None:
    limits = list(RULE_FUNCTIONS["R-22"](line_level(peak_growth_limit_share=0.2)))
    assert {limit.scope for limit in limits} == {"acute", "community", "mental_health", "chc"}
    assert {group_of(limit) for limit in limits} == {group_named("R-22", "acute")} == {Group("R-22", "all")}
