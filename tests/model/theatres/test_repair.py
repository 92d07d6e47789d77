"""Repair: what patients were told comes first, from yesterday's plan, with little effort."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import pytest

from models.theatres.instance import Instance
from models.theatres.method.starts import first_start
from models.theatres.plan import Plan
from tests.model.theatres.generated import generated_instance
from tests.model.theatres.solving import solved, stage_values, verdict
from tests.unit.theatres.small_world import MONDAY, at, patient, theatre_list, world

pytestmark = pytest.mark.model

PROMISED_CPU_SECONDS = 10.0


@cache
def yesterday() -> Plan:
    """A quick plan of a small month."""
    return solved(generated_instance(3, 120, 2), effort_share=0.02)[1]


def today(plan: Plan, *gone: str, states: tuple[str, ...] = ("agreed", "offered", "proposed")) -> Instance:
    """The plan as bookings of these states in turn; those who are gone cannot be operated on any more."""
    instance = plan.instance
    left = [p for p in sorted(plan.list_of) if p not in gone]
    patients = {p: replace(one, fit=one.fit and p not in gone) for p, one in instance.patients.items()}
    states_of = {p: (plan.list_of[p], states[n % len(states)]) for n, p in enumerate(left)}
    told = tuple(a for a in plan.appointments if states_of.get(a.patient_id, ("", "proposed"))[1] != "proposed")
    return replace(
        instance,
        patients=patients,
        existing_bookings=states_of,
        existing_appointments=(*(a for a in instance.existing_appointments if a not in told), *told),
        settings=instance.settings.model_copy(update={"aim": "least_change"}),
    )


def test_a_cancellation_moves_nobody_and_fills_the_gap_where_it_can() -> None:
    """All others keep their list, which is proved best, and as many are operated on as fit; within the promise."""
    gone = sorted(yesterday().list_of)[3]
    instance = today(yesterday(), gone)
    started = time.process_time()
    outcome, plan = solved(instance)
    assert time.process_time() - started < PROMISED_CPU_SECONDS
    assert all(plan.list_of[p] == list_id for p, (list_id, _) in instance.existing_bookings.items())
    kept = next(stage for stage in outcome.stages if stage.name == "bookings_kept")
    assert kept.status == "optimal" and kept.value == kept.bound
    assert gone not in plan.list_of
    assert verdict(plan, outcome).passed


def test_the_first_plan_shown_is_yesterdays() -> None:
    instance = today(yesterday())
    book = first_start(instance, frozenset())
    assert {p: book.list_of[p] for p in yesterday().list_of} == dict(yesterday().list_of)


def test_with_the_best_lists_first_yesterdays_plan_is_still_a_start() -> None:
    """No stage but the last may get worse than it was yesterday, in their order."""
    changed = today(yesterday(), states=("proposed",))
    instance = replace(changed, settings=changed.settings.model_copy(update={"aim": "best_lists"}))
    before = stage_values(solved(yesterday().instance, effort_share=0.02)[0])
    after = stage_values(solved(instance, effort_share=0.01)[0])
    names = [name for name in after if name != "bookings_kept"]
    assert [after[name] or 0 for name in names] >= [before[name] or 0 for name in names]


def test_who_loses_a_list_goes_where_most_is_kept() -> None:
    """The first list has lost its staff; P and Q go to others of its day, and Z keeps the place beside one of them.

    Two hips fit on M, one on N. Z was proposed for M: 8 points there, 4 on N. P and Q were offered L: 8 on M or N.
    """
    people = [patient(p) for p in ("P", "Q", "Z")]
    lists = [
        theatre_list("L", end=at(MONDAY, "12:30"), staffed=False),
        theatre_list("M", end=at(MONDAY, "12:30"), theatre_id="T2"),
        theatre_list("N", start=at(MONDAY, "13:00"), end=at(MONDAY, "15:00"), theatre_id="T3"),
    ]
    told = {"P": ("L", "offered"), "Q": ("L", "offered"), "Z": ("M", "proposed")}
    instance = world(people, lists, bookings=told, settings={"aim": "least_change"})
    outcome, plan = solved(instance)
    assert stage_values(outcome)["bookings_kept"] == 8 + 8 + 8
    assert plan.list_of["Z"] == "M" and sorted(plan.list_of[p] for p in ("P", "Q")) == ["M", "N"]
    assert outcome.status == "optimal"
