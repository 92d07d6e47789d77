"""Where no plan exists: the conflicts are real, without a rule to spare, and their repairs mend them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

from models.reallocation.formulation import limits_of
from models.reallocation.formulation.limit import Limit
from models.reallocation.instance import Instance
from models.reallocation.method.conflicts import Diagnosis, Group, find_conflicts
from models.reallocation.method.loaded import load
from models.reallocation.method.loosen import LOOSENINGS
from models.reallocation.method.solving import solve
from models.shared.problem import SolveOptions
from solvers.types import Unwatched
from tests.model.reallocation.plans import instance_of, shipped
from tests.reallocation_tables import LINE_LEVEL_SETTINGS, built, line_level_tables

pytestmark = pytest.mark.model


def never() -> bool:
    return False


def line_level(**settings: object) -> Instance:
    return built(line_level_tables(), LINE_LEVEL_SETTINGS | settings)


def closing_at_2_per_cent() -> Instance:
    """Growth 2 %, mental health capped at 8 %, no cash cut, and the gap must be closed by year 3."""
    return line_level(growth_share=0.02, mh_growth_cap_share=0.08, closure_required=True)


def diagnosis_of(instance: Instance) -> Diagnosis:
    loaded = load(instance, limits_of(instance))
    assert not loaded.holds()
    return find_conflicts(loaded, never)


def only(instance: Instance, groups: tuple[Group, ...]) -> bool:
    """Whether a plan keeps these groups and the definitions, asked of a model with nothing else in it."""
    definitions = {"R-01", "R-09"}
    limits = [
        limit
        for limit in limits_of(instance)
        if limit.rule in definitions or Group(limit.rule, limit.scope) in groups
    ]
    return load(instance, limits).holds()


def loosened(instance: Instance, changes: dict[Group, Fraction]) -> list[Limit]:
    return [
        LOOSENINGS[limit.rule].apply(instance, limit, changes[group])
        if (group := Group(limit.rule, limit.scope)) in changes
        else limit
        for limit in limits_of(instance)
    ]


INSTANCES = {
    "closure at 2 %": closing_at_2_per_cent,
    "less money and no cuts": lambda: line_level(growth_share=-0.02),
    "a cap below the standard": lambda: instance_of(shipped("nwl", "cap_below_the_standard")),
    "growth 1 %, no cut": lambda: instance_of(shipped("nwl", "growth_1_percent_no_cut")),
}


@cache
def named(name: str) -> tuple[Instance, Diagnosis]:
    instance = INSTANCES[name]()
    return instance, diagnosis_of(instance)


@pytest.mark.parametrize("name", INSTANCES)
def test_every_conflict_passes_deletion(name: str) -> None:
    """Together its rules leave no plan; without any one of them the others do."""
    instance, diagnosis = named(name)
    assert diagnosis.conflicts
    for conflict in diagnosis.conflicts:
        assert not only(instance, conflict.groups)
        for group in conflict.groups:
            assert only(instance, tuple(other for other in conflict.groups if other != group))


def test_every_conflict_of_closing_in_every_borough_passes_deletion() -> None:
    """As above, by dropping rows of one loaded model: there are many conflicts, and building takes longest."""
    instance = instance_of(shipped("nwl", "closure_required"))
    loaded = load(instance, limits_of(instance))
    diagnosis = find_conflicts(loaded, never)
    assert len(diagnosis.conflicts) >= 4

    def holds(groups: tuple[Group, ...]) -> bool:
        kept = {("R-01", limit.scope) for limit in loaded.limits.values() if limit.rule == "R-01"}
        kept |= {(group.rule, group.scope) for group in groups}
        return loaded.holds(row for row, limit in loaded.limits.items() if (limit.rule, limit.scope) not in kept)

    for conflict in diagnosis.conflicts:
        assert not holds(conflict.groups)
        for group in conflict.groups:
            assert holds(tuple(other for other in conflict.groups if other != group))
    assert diagnosis.joint


@pytest.mark.parametrize("name", INSTANCES)
def test_repairs_mend(name: str) -> None:
    """A repair that suffices alone makes a plan possible and nothing smaller does; so do the joint ones together."""
    instance, diagnosis = named(name)
    for conflict in diagnosis.conflicts:
        for repair in conflict.repairs:
            if repair.alone:
                assert repair.change_share is not None
                assert load(instance, loosened(instance, {repair.group: repair.change_share})).holds()
                less = repair.change_share * Fraction(99, 100) - Fraction(1, 100_000)
                assert less < 0 or not load(instance, loosened(instance, {repair.group: less})).holds()
    assert diagnosis.joint
    joint = {repair.group: repair.change_share or Fraction(0) for repair in diagnosis.joint}
    assert load(instance, loosened(instance, joint)).holds()


def test_the_two_conflicts_of_closing_at_2_per_cent() -> None:
    """Both chains are found, and priced by the closed forms: 1.876 points more cap, 0.888 points less floor.

    (1.02) 1.25^(1/3) - 1 = 9.876 % is what mental health needs; (1.02) 1.09^(-1/3) - 1 = -0.888 % is where
    community and continuing healthcare must go.
    """
    _, diagnosis = named("closure at 2 %")
    found = {frozenset(conflict.groups) for conflict in diagnosis.conflicts}
    for line, rule in (("mental_health", "R-03"), ("community", "R-02"), ("chc", "R-02")):
        assert frozenset({Group(rule, line), Group("R-08", line)}) in found
    priced = {r.group: r.change_share for conflict in diagnosis.conflicts for r in conflict.repairs}
    cap, floor = priced[Group("R-03", "mental_health")], priced[Group("R-02", "community")]
    assert cap is not None and floor is not None
    assert float(cap) == pytest.approx(1.02 * 1.25 ** (1 / 3) - 1.08, abs=1e-5)
    assert float(floor) == pytest.approx(1 - 1.02 * 1.09 ** (-1 / 3), abs=1e-5)


def test_no_single_repair_closes_the_gap_at_2_per_cent() -> None:
    _, diagnosis = named("closure at 2 %")
    assert not any(repair.alone for conflict in diagnosis.conflicts for repair in conflict.repairs)


def test_the_outcome_says_it_in_sentences_and_rows() -> None:
    outcome = solve(closing_at_2_per_cent(), SolveOptions(), Unwatched())
    assert outcome.status == "infeasible"
    assert outcome.decisions is None
    rows = outcome.tables_without_plan["repairs"]
    assert {row["alone_or_joint"] for row in rows} == {"joint"}
    for row in rows:
        change = row["cheapest_change"]
        assert isinstance(change, float) and change > 0
    text = " ".join(one.sentence for one in outcome.explanations)
    assert "Let mental_health grow by 1.8762 points a year more" in text
    assert "Together these make a plan possible" in text
    assert all(stage.value is None for stage in outcome.stages)


def test_a_growth_of_nothing_with_caps_under_the_standard_names_both_rules() -> None:
    """The cap is 3 % and the standard asks for 4 %: these two and no others, and a point of either is enough."""
    outcome = solve(line_level(growth_share=0.04, mh_growth_cap_share=0.03), SolveOptions(), Unwatched())
    rows = {
        (row["rule"], row["alone_or_joint"]): row["cheapest_change"] for row in outcome.tables_without_plan["repairs"]
    }
    assert rows == {
        ("R-03", "alone"): pytest.approx(0.01, abs=2e-6),
        ("R-04", "alone"): pytest.approx(0.01, abs=2e-6),
    }


def test_rounding_alone_makes_no_conflict() -> None:
    """The money of a year is whole pounds, so floors that grow as fast as it can be short by pence: still a plan."""
    for growth in (0.0333, 0.0127, 0.0411):
        instance = line_level(growth_share=growth, pace_floor_growth_share=growth)
        outcome = solve(instance, SolveOptions(), Unwatched())
        assert outcome.decisions is not None, outcome.reason


def test_a_stop_ends_the_search_and_says_so() -> None:
    loaded = load(closing_at_2_per_cent(), limits_of(closing_at_2_per_cent()))
    asked: list[bool] = []

    def after_one() -> bool:
        asked.append(True)
        return len(asked) > 1

    diagnosis = find_conflicts(loaded, after_one)
    assert len(diagnosis.conflicts) == 1
    assert diagnosis.joint == ()
