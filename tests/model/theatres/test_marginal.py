"""What one more of a resource could bring: no less than what a bound proved anew gains."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from models.theatres.baselines import p2_then_longest_wait
from models.theatres.eligibility import NO_RULES
from models.theatres.explain.marginal import Bottlenecks, find_bottlenecks
from models.theatres.formulation.fillings import fillings_of
from models.theatres.formulation.month import build_month
from models.theatres.formulation.rows import month_rows, used_lists_limits
from models.theatres.instance import Instance
from models.theatres.method.bound import Bounds, Effort
from models.theatres.plan import Plan
from solvers.stages import Deadline
from solvers.types import Unwatched
from tests.model.theatres.generated import generated_instance
from tests.unit.theatres.small_world import MONDAY, patient, theatre_list, world

pytestmark = pytest.mark.model


@cache
def _plan() -> Plan:
    return p2_then_longest_wait(generated_instance(5, 180, 1))


@cache
def _found() -> Bottlenecks:
    found = find_bottlenecks(_plan(), NO_RULES, Unwatched())
    assert found is not None
    return found


def _most_cases(instance: Instance) -> float:
    """The bound on cases, proved for an instance that allows the plan."""
    month = build_month(instance, NO_RULES)
    bounds = Bounds(month, fillings_of(month), month_rows(month), used_lists_limits(month))
    bounds.remember([month.pair_of[item] for item in _plan().list_of.items()])
    ones = np.ones(month.pair_count, dtype=np.int64)
    return bounds.prove(ones, (), 0.0, Effort(0, 200, 1e-6), Unwatched(), Deadline(None)).value


def _with_more(instance: Instance, resource: str, item: str) -> Instance:
    if resource == "kit":
        return replace(
            instance, kit={**instance.kit, item: replace(instance.kit[item], sets=instance.kit[item].sets + 1)}
        )
    if resource == "staff":
        shifts = tuple(replace(s, available=s.available + (s.role == item)) for s in instance.shifts)
        return replace(instance, shifts=shifts)
    assert resource == "surgeon_lists"
    surgeon = instance.surgeons[item]
    more = replace(surgeon, max_lists_per_week=surgeon.max_lists_per_week + 1)
    return replace(instance, surgeons={**instance.surgeons, item: more})


def test_no_relaxed_plan_gains_more_than_is_said() -> None:
    """Weak duality: the bound with one more is at most the bound and the marginal cases."""
    instance, tried = generated_instance(5, 180, 1), 0
    for one in _found().marginals:
        if one.resource in ("kit", "staff", "surgeon_lists") and tried < 3:
            tried += 1
            assert _most_cases(_with_more(instance, one.resource, one.item)) <= _found().at_most + one.cases + 0.05
    assert tried >= 3


def test_what_helps_most_comes_first_and_each_thing_once() -> None:
    found = _found()
    gains = [round(one.cases, 3) for one in found.marginals]
    assert gains == sorted(gains, reverse=True) and min(gains) >= 0
    assert len({(one.resource, one.item) for one in found.marginals}) == len(found.marginals)
    assert found.at_most >= found.cases
    assert {"list", "bed", "recovery", "transport", "image_intensifier", "test"} <= {
        one.resource for one in found.marginals
    }


def test_one_full_list_and_four_waiting_a_further_list_brings_four() -> None:
    """Eight hips of 100 minutes, one list that takes four: the bound is 4, and another such list brings 4 more."""
    made = world([patient(f"P{n}") for n in range(8)], [theatre_list("L", MONDAY)])
    found = find_bottlenecks(p2_then_longest_wait(made), NO_RULES, Unwatched())
    assert found is not None and (found.cases, round(found.at_most)) == (4, 4)
    (more,) = [one for one in found.marginals if one.resource == "list"]
    assert (more.item, round(more.cases, 2)) == ("L", 4.0)
    assert all(one.cases < 1e-6 for one in found.marginals if one.resource == "bed")


def test_a_bed_that_binds_is_worth_a_case() -> None:
    """Two beds, room for four on the list, one night each: a bed more brings one case."""
    made = world([patient(f"P{n}") for n in range(8)], [theatre_list("L", MONDAY)], beds_open=2)
    found = find_bottlenecks(p2_then_longest_wait(made), NO_RULES, Unwatched())
    assert found is not None and found.cases == 2
    (bed,) = [one for one in found.marginals if one.resource == "bed"]
    assert bed.cases == pytest.approx(1.0, abs=1e-6)


def test_there_is_no_study_when_nobody_could_be_booked() -> None:
    made = world([patient("A", fit=False)])
    assert find_bottlenecks(p2_then_longest_wait(made), NO_RULES, Unwatched()) is None
