"""Where no plan exists: conflicts are real, without a rule to spare and all there; the cheapest way out is told."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.reallocation.entities import PaceRow
from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.conflict_words import conflict_explanations
from models.reallocation.method.conflicts import Conflict, Diagnosis, Repair, find_conflicts, joint_repairs
from models.reallocation.method.loaded import load
from models.reallocation.method.loosen import Group, group_of
from models.reallocation.method.pricing import Trials, exactly
from models.reallocation.method.repaired import repaired
from models.reallocation.method.solving import solve
from models.reallocation.rules import RULES
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import generated, instance_of, shipped
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, built, line_level_tables

pytestmark = pytest.mark.model

CAP, COMMUNITY_FLOOR, CHC_FLOOR = Group("R-03", "mental_health"), Group("R-02", "community"), Group("R-02", "chc")
DEFINITIONS = {rule.id for rule in RULES if rule.definitional}


def never() -> bool:
    return False


def line_level(**settings: object) -> Instance:
    return built(line_level_tables(), LINE_LEVEL_SETTINGS | settings)


def closing(growth_share: float, cap_share: float = 0.08, floor_share: float = 0.0) -> Instance:
    """By line, the gap must be closed by year 3."""
    return line_level(
        growth_share=growth_share,
        mh_growth_cap_share=cap_share,
        pace_floor_growth_share=floor_share,
        closure_required=True,
    )


def diagnosis_of(instance: Instance, **limits: int) -> Diagnosis:
    loaded = load(instance, limits_of(instance))
    assert not loaded.holds()
    return find_conflicts(loaded, never, **limits)


def only(instance: Instance, groups: tuple[Group, ...]) -> bool:
    """Whether a plan keeps these groups and the definitions, asked of a model with nothing else in it."""
    limits = [limit for limit in limits_of(instance) if limit.rule in DEFINITIONS or group_of(limit) in groups]
    return load(instance, limits).holds()


def has_plan(instance: Instance) -> bool:
    return load(instance, limits_of(instance)).holds()


def passes_deletion(instance: Instance, conflict: Conflict) -> bool:
    without = [tuple(other for other in conflict.groups if other != group) for group in conflict.groups]
    return not only(instance, conflict.groups) and all(only(instance, groups) for groups in without)


INSTANCES = {
    "closure at 2 %": lambda: closing(0.02),
    "less money and no cuts": lambda: line_level(growth_share=-0.02),
    "a cap below the standard": lambda: line_level(growth_share=0.04, mh_growth_cap_share=0.03),
    "closure at 3 %": lambda: closing(0.03),
    "closure at 2 % under a cap of 12 %": lambda: closing(0.02, 0.12),
}


@cache
def named(name: str) -> tuple[Instance, Diagnosis]:
    instance = INSTANCES[name]()
    return instance, diagnosis_of(instance)


@cache
def outcome_at_2_per_cent() -> Outcome:
    return solve(closing(0.02), SolveOptions(), Unwatched())


def joint_of(diagnosis: Diagnosis) -> dict[Group, Fraction]:
    assert diagnosis.joint is not None
    return dict(diagnosis.joint.repair.changes)


@pytest.mark.parametrize("name", INSTANCES)
def test_every_conflict_passes_deletion(name: str) -> None:
    """Together its rules leave no plan; without any one of them the others do. Definitions are in none of them."""
    instance, diagnosis = named(name)
    assert diagnosis.complete and diagnosis.conflicts
    for conflict in diagnosis.conflicts:
        assert passes_deletion(instance, conflict)
        assert not DEFINITIONS & {group.rule for group in conflict.groups}


@pytest.mark.parametrize("name", INSTANCES)
def test_repairs_are_the_least_that_mend(name: str) -> None:
    """With the change, made where a user makes it, a plan exists; with a step less of it, none does."""
    instance, diagnosis = named(name)
    assert diagnosis.joint is not None
    assert has_plan(repaired(instance, diagnosis.joint.repair.changes))
    for repair in (one for one in diagnosis.repairs if one.mends):
        assert has_plan(repaired(instance, repair.changes))
        less = {group: change - Fraction(1, 50_000) for group, change in repair.changes.items()}
        assert min(less.values()) < 0 or not has_plan(repaired(instance, less))


def test_the_two_reasons_against_closing_at_2_per_cent() -> None:
    """8 % a year does not reach need in mental health; community and continuing healthcare cannot come down to it."""
    _, diagnosis = named("closure at 2 %")
    found = [frozenset(conflict.groups) for conflict in diagnosis.conflicts]
    for group in (CAP, COMMUNITY_FLOOR, CHC_FLOOR):
        assert frozenset({group, Group("R-08", group.scope)}) in found[:3]


def test_each_reason_is_priced_by_its_closed_form() -> None:
    """(1.02) 1.25^(1/3) - 1 = 9.876 % is what mental health needs; (1.02) 1.09^(-1/3) - 1 = -0.888 % is where
    community and continuing healthcare must go: 1.876 points more cap, 0.888 points less floor, to a step more."""
    _, diagnosis = named("closure at 2 %")
    priced = {repair.groups: repair for repair in diagnosis.repairs}
    for group, exact in ((CAP, 1.02 * 1.25 ** (1 / 3) - 1.08), (COMMUNITY_FLOOR, 1 - 1.02 * 1.09 ** (-1 / 3))):
        repair = priced[(group,)]
        assert repair.kind == "ends_conflict" and not repair.mends
        assert exact <= float(repair.changes[group]) <= exact + 2e-5


def test_no_rule_in_one_scope_closes_the_gap_at_2_per_cent() -> None:
    """But the closure itself does, when every line may be 5.04 % off.

    That is what mental health is short of after three years at its cap: 1 - 0.8 (1.08 / 1.02)^3.
    """
    _, diagnosis = named("closure at 2 %")
    assert not any(repair.kind == "alone" for repair in diagnosis.repairs)
    whole = {repair.groups[0].rule: repair for repair in diagnosis.repairs if repair.kind == "whole_rule"}
    assert {rule for rule, repair in whole.items() if repair.mends} == {"R-08"}
    short = 1 - 0.8 * (1.08 / 1.02) ** 3
    assert short - 1e-6 <= float(max(whole["R-08"].changes.values())) <= short + 3e-5


def test_the_cheapest_joint_repair_at_2_per_cent() -> None:
    """A cap of 9.877 % and a floor of -0.889 % for both lines above need; nothing can come to 0.01 points less."""
    _, diagnosis = named("closure at 2 %")
    assert set(joint_of(diagnosis)) == {CAP, COMMUNITY_FLOOR, CHC_FLOOR}
    assert diagnosis.joint is not None and diagnosis.joint.measure == "points"
    assert diagnosis.joint.bound is not None
    assert diagnosis.joint.bound <= diagnosis.joint.cost <= diagnosis.joint.bound + 1e-4


def test_the_cheapest_joint_repair_on_a_grid_of_quarter_points() -> None:
    """Tried one by one: with a cap and a floor for every line, a cap of 10 % and a cut of 1 % are the least sum."""
    enough, cap = [], 12
    for cut in range(9):  # the more may be cut, the less the cap need give way
        while cap >= 0 and has_plan(closing(0.02, 0.08 + cap / 400, -cut / 400)):
            enough.append((cap + cut, cap, cut))
            cap -= 1
    assert min(enough) == (12, 8, 4)
    on_grid = {group: math.ceil(change * 400) for group, change in joint_of(named("closure at 2 %")[1]).items()}
    assert on_grid == {CAP: 8, COMMUNITY_FLOOR: 4, CHC_FLOOR: 4}


def test_at_3_per_cent_the_cap_alone_is_enough() -> None:
    """A cap of 10.95 %: (1.03) 1.25^(1/3) - 1."""
    instance, diagnosis = named("closure at 3 %")
    assert set(joint_of(diagnosis)) == {CAP}
    cap = 0.08 + float(joint_of(diagnosis)[CAP])
    assert 1.03 * 1.25 ** (1 / 3) - 1 <= cap <= 1.03 * 1.25 ** (1 / 3) - 1 + 2e-5
    assert repaired(instance, joint_of(diagnosis)).pace == (
        PaceRow("mental_health", None, None, Fraction(round(cap * 100_000), 100_000)),
    )


def test_under_a_cap_of_12_per_cent_the_floor_alone_is_enough() -> None:
    """-0.888 % a year for community and continuing healthcare; the floor of every line alone would do too."""
    _, diagnosis = named("closure at 2 % under a cap of 12 %")
    assert set(joint_of(diagnosis)) == {COMMUNITY_FLOOR, CHC_FLOOR}
    floor = Fraction(889, 100_000)
    assert set(joint_of(diagnosis).values()) == {floor}
    whole = next(one for one in diagnosis.repairs if one.kind == "whole_rule" and one.groups[0].rule == "R-02")
    assert set(whole.changes.values()) == {floor}


def test_in_pounds_it_takes_56_million_to_close_at_2_per_cent() -> None:
    """As an outside model of the same rules found: 34.3m over caps, 16.5m and 5.5m under floors."""
    _, diagnosis = named("closure at 2 %")
    assert diagnosis.joint is not None and diagnosis.joint.broken_gbp is not None
    assert diagnosis.joint.broken_gbp == pytest.approx(56.3e6, rel=2e-3)


def wish_of(diagnosis: Diagnosis) -> tuple[str | None, str | None]:
    """What the joint repair does with the wish, and the one beside it."""
    first, beside = (None if one is None else one.repair.wish for one in (diagnosis.joint, diagnosis.giving_way))
    return first, beside


def told_of(instance: Instance, diagnosis: Diagnosis) -> dict[str, str]:
    return {one.id: one.sentence for one in conflict_explanations(instance, diagnosis)}


def test_where_the_cheapest_repair_closes_the_gap_nothing_stands_beside_it() -> None:
    instance, diagnosis = named("closure at 2 %")
    assert wish_of(diagnosis) == ("kept", None)
    told = told_of(instance, diagnosis)
    assert "The gap is then closed as asked." in told["joint-repair"] and "joint-repair-of-the-wish" not in told
    assert [one.number for one in diagnosis.every_repair] == list(range(1, len(diagnosis.every_repair) + 1))


def test_the_repair_that_closes_the_gap_is_told_before_the_cheaper_one_that_does_not() -> None:
    """Two places, one year: with acute 9.859 points lower, mental health 61.975 points higher, or 34.053 % short."""
    instance = instance_of(shipped("tiny"))
    instance = replace(instance, settings=instance.settings.model_copy(update={"closure_required": True}))
    diagnosis = diagnosis_of(instance)
    assert wish_of(diagnosis) == ("kept_at_a_price", "given_way")
    assert diagnosis.joint is not None and diagnosis.giving_way is not None
    acute = Group("R-02", "acute")
    assert joint_of(diagnosis) == {CAP: Fraction(61_975, 100_000), acute: Fraction(9_859, 100_000)}
    assert set(diagnosis.giving_way.repair.changes) == {acute, Group("R-08", "mental_health")}
    assert diagnosis.giving_way.cost < diagnosis.joint.cost
    assert diagnosis.joint.bound is not None and diagnosis.joint.cost <= diagnosis.joint.bound + 1e-4
    for number, repair in enumerate(diagnosis.every_repair, start=1):
        assert repair.number == number and repair.kind == ("joint" if number <= 2 else repair.kind)
        assert not repair.mends or has_plan(repaired(instance, repair.changes))
    told = told_of(instance, diagnosis)
    assert "no such changes" in told["joint-repair"] and "is then closed as asked" in told["joint-repair"]
    assert told["joint-repair-of-the-wish"].startswith("Or give way on the wish itself: let Acute grow less")
    assert "The gap is then not closed as asked." in told["joint-repair-of-the-wish"]


def test_where_no_plan_at_all_closes_the_gap_that_is_said() -> None:
    instance, diagnosis = named("closure at 2 %")
    assert diagnosis.joint is not None
    repair = replace(diagnosis.joint.repair, wish="none_exists")
    said = replace(diagnosis, joint=replace(diagnosis.joint, repair=repair))
    assert "no plan closes it" in told_of(instance, said)["joint-repair"]


def test_a_stop_before_the_wish_is_kept_leaves_the_cheapest_repair() -> None:
    instance = instance_of(shipped("tiny"))
    instance = replace(instance, settings=instance.settings.model_copy(update={"closure_required": True}))
    loaded = load(instance, limits_of(instance))
    trials, conflicts = Trials(exactly(loaded)), find_conflicts(loaded, never).conflicts
    first, beside = joint_repairs(trials, conflicts, lambda: True)
    assert first is not None and beside is None and first.repair.wish == "none_found"
    assert has_plan(repaired(instance, first.repair.changes))


def test_closing_in_every_borough() -> None:
    """The same two reasons among all of them, each passing deletion, by dropping rows of one loaded model."""
    instance = instance_of(shipped("nwl", "closure_required"))
    loaded = load(instance, limits_of(instance))
    diagnosis = find_conflicts(loaded, never)
    assert diagnosis.complete and len(diagnosis.conflicts) == 28
    assert frozenset({CAP, Group("R-08", "mental_health")}) in {frozenset(one.groups) for one in diagnosis.conflicts}

    def holds(groups: tuple[Group, ...]) -> bool:
        return loaded.holds(
            row
            for row, limit in loaded.limits.items()
            if limit.rule not in DEFINITIONS and group_of(limit) not in groups
        )

    for conflict in diagnosis.conflicts[:12]:
        assert not holds(conflict.groups)
        for group in conflict.groups:
            assert holds(tuple(other for other in conflict.groups if other != group))
    assert diagnosis.joint is not None and diagnosis.giving_way is not None
    assert wish_of(diagnosis) == ("kept_at_a_price", "given_way")
    assert not any(group.rule == "R-08" for group in joint_of(diagnosis))
    assert diagnosis.joint.cost == pytest.approx(157.6e6, abs=0.1e6)
    assert diagnosis.giving_way.cost == pytest.approx(127.4e6, abs=0.1e6)
    for joint in (diagnosis.joint, diagnosis.giving_way):
        assert has_plan(repaired(instance, joint.repair.changes))


def test_a_limit_on_the_number_of_conflicts_is_said() -> None:
    instance = closing(0.02)
    diagnosis = diagnosis_of(instance, most=2)
    assert len(diagnosis.conflicts) == 2 and not diagnosis.complete and not diagnosis.stopped_by_clock
    head = conflict_explanations(instance, diagnosis)[0]
    assert "there may be more" in head.sentence and head.numbers["conflicts"] == 2
    assert "there is no other" in conflict_explanations(*named("closure at 2 %"))[0].sentence


def test_the_outcome_says_it_in_sentences_and_rows() -> None:
    outcome = outcome_at_2_per_cent()
    assert outcome.status == "infeasible" and outcome.decisions is None and outcome.repeatable
    conflicts, repairs = outcome.tables_without_plan["conflicts"], outcome.tables_without_plan["repairs"]
    assert {row["conflict"] for row in conflicts} == set(range(1, 14))
    assert {row["kind"] for row in repairs} == {"joint", "ends_conflict", "whole_rule"}
    assert {row["scenario"] for row in repairs if row["mends"]} == {
        f"scenarios/{name}.toml" for name in outcome.scenarios
    }
    joint = next(one for one in outcome.explanations if one.id == "joint-repair")
    assert "Let mental_health grow by 1.877 points a year more" in joint.sentence
    assert "together these make a plan possible; 3.655 points in all" in joint.sentence
    assert joint.numbers["cost_points"] == 3.655
    assert all(stage.value is None for stage in outcome.stages)


def test_a_cap_under_the_standard_names_both_rules() -> None:
    """The cap is 3 % and the standard asks for 4 %: these two and no others, and a point of either is enough."""
    _, diagnosis = named("a cap below the standard")
    assert [set(conflict.groups) for conflict in diagnosis.conflicts] == [{CAP, Group("R-04", "mhis")}]
    alone = {repair.groups[0]: repair.changes[repair.groups[0]] for repair in diagnosis.repairs}
    assert alone == {CAP: Fraction(1, 100), Group("R-04", "mhis"): Fraction(1, 100)}


def test_rounding_alone_makes_no_conflict() -> None:
    """The money of a year is whole pounds, so floors that grow as fast as it can be short by pence: still a plan."""
    for growth in (0.0333, 0.0127, 0.0411):
        assert has_plan(line_level(growth_share=growth, pace_floor_growth_share=growth))


def test_a_way_out_is_found_where_the_nearest_one_leads_through_a_fund_that_takes_what_it_gives() -> None:
    """Another 1 % held back: the fewest pounds are missed with more in the fund, which no plan then has."""
    instance = instance_of(shipped("nwl", "reserve_1_5_percent"))
    diagnosis = diagnosis_of(instance)
    assert diagnosis.joint is not None and diagnosis.joint.measure == "tried"
    assert set(diagnosis.joint.repair.changes) == {Group("R-02", "chc"), Group("R-05", "chc")}
    assert has_plan(repaired(instance, diagnosis.joint.repair.changes))
    told = {one.id: one.sentence for one in conflict_explanations(instance, diagnosis)}
    assert "found by trying" in told["joint-repair"]


def test_a_larger_fund_by_itself_is_enough_though_the_largest_leaves_nothing() -> None:
    """The same with continuing healthcare to be let go: £9.5m more in the fund are enough, and £4.2bn are not."""
    instance = instance_of(shipped("nwl", "reserve_1_5_percent"))
    eased = repaired(
        instance, {Group("R-02", "chc"): Fraction(148, 10_000), Group("R-05", "chc"): Fraction(65, 1000)}
    )
    assert not has_plan(eased)
    loaded = load(eased, limits_of(eased))
    least = Trials(exactly(loaded)).least([Group("R-15", "fund")], {})
    assert least is not None and least == pytest.approx(Fraction(9_455_000), abs=5_000)
    assert has_plan(repaired(eased, {Group("R-15", "fund"): least}))


def test_a_stop_ends_the_search_and_says_so() -> None:
    loaded = load(closing(0.02), limits_of(closing(0.02)))
    asked: list[bool] = []

    def after_two() -> bool:
        asked.append(True)
        return len(asked) > 2

    diagnosis = find_conflicts(loaded, after_two)
    assert not diagnosis.complete and diagnosis.stopped_by_clock
    assert diagnosis.joint is None and diagnosis.repairs == ()
    told = {one.id: one.sentence for one in conflict_explanations(loaded.instance, diagnosis)}
    assert "No set of changes" in told["joint-repair"]
    assert "Not every rule was tried" in told["no-single-repair"]


def test_money_that_does_not_add_up_is_said_plainly() -> None:
    """Half of the money is asked for each year to break even, and nothing of it delivered: below nothing in year 3.

    Such an input is refused at the door; whoever makes the instance otherwise is told too.
    """
    instance = line_level(growth_share=0.0)
    missed = {"break_even_efficiency_share": 0.5, "delivered_efficiency_share": 0.0}
    instance = replace(instance, settings=instance.settings.model_copy(update=missed))
    clash = Diagnosis((Conflict(1, ()),), True, False, 0, 0.0, None, ())
    (told,) = conflict_explanations(instance, clash)
    assert told.headline and "is £2,100.0m more than the money in scope" in told.sentence


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1000), st.sampled_from(["acute", "mental_health", "community"]))
def test_conflicts_of_invented_systems(seed: int, line: str) -> None:
    """A floor planted above a cap is found, and whatever is found passes deletion."""
    instance = instance_of(generated(seed, places=2, lines=3, years=2, providers=0))
    planted = tuple(row for row in instance.pace if row.line != line)
    planted += (PaceRow(line, None, Fraction(9, 100), Fraction(5, 100)),)
    closing_settings = instance.settings.model_copy(update={"closure_required": True})
    instance = replace(instance, pace=planted, settings=closing_settings)
    diagnosis = diagnosis_of(instance)
    found = [set(conflict.groups) for conflict in diagnosis.conflicts]
    assert {Group("R-02", line), Group("R-03", line)} in found or any(len(one) == 1 for one in found)
    assert all(passes_deletion(instance, conflict) for conflict in diagnosis.conflicts[:5])
    mending: list[Repair] = [repair for repair in diagnosis.every_repair if repair.mends]
    assert mending
    assert all(has_plan(repaired(instance, repair.changes)) for repair in mending[:3])
