"""The way a month is solved: repeatable, stoppable, never worse than the baselines, honest when nothing works."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from models.shared.problem import SolveOptions
from models.theatres.baselines import baselines
from models.theatres.formulation.aims import figures_agree
from models.theatres.formulation.month import build_month
from models.theatres.method.solve import solve
from models.theatres.plan import Plan
from solvers.types import Progress, Unwatched
from tests.model.theatres.generated import generated_instance
from tests.model.theatres.oracle import values_of
from tests.model.theatres.plans import shipped_instance
from tests.model.theatres.solving import only, solved, verdict
from tests.model.theatres.workshop import workshop

pytestmark = pytest.mark.model


class Impatient(Unwatched):
    """Cancels as soon as it has been shown so many plans; keeps them and the progress told."""

    def __init__(self, plans: int) -> None:
        self.plans, self.shown, self.told = plans, list[Mapping[str, object]](), list[Progress]()

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self.shown.append(decisions)

    def progress(self, event: Progress) -> None:
        self.told.append(event)

    def cancelled(self) -> bool:
        return len(self.shown) >= self.plans


def test_a_generated_week_is_sound_and_beats_every_baseline() -> None:
    """Bounds are above values, and no baseline is lexicographically better, under the same rules."""
    instance = generated_instance(3, 90, 1)
    outcome, plan = solved(instance, effort_share=0.1)
    assert verdict(plan, outcome).passed
    ours = values_of(instance, dict(plan.list_of))
    assert [stage.value for stage in outcome.stages] == [float(value) for value in ours]
    for stage in outcome.stages:
        assert stage.value is not None and stage.bound is not None and stage.bound >= stage.value
        assert stage.gap_share is not None and stage.gap_share <= 0.08
    for name, baseline in baselines(instance).items():
        theirs = values_of(instance, dict(baseline.list_of))
        assert ours >= theirs, name
        assert len(plan.bookings) >= len(baseline.bookings), name


def test_the_same_seed_gives_the_same_plan() -> None:
    instance = generated_instance(3, 90, 1)
    first, second = (solved(instance, effort_share=0.05)[0] for _ in range(2))
    assert first.repeatable and second.repeatable
    assert first.decisions == second.decisions
    assert [s.bound for s in first.stages] == [s.bound for s in second.stages]


def test_a_cancel_leaves_the_best_plan_so_far() -> None:
    instance, watch = generated_instance(3, 90, 1), Impatient(plans=1)
    started = time.process_time()
    outcome, plan = solved(instance, watch=watch)
    assert time.process_time() - started < 5
    assert outcome.status == "cancelled" and not outcome.repeatable
    assert len(outcome.stages) == len(figures_agree(build_month(instance))) and all(
        stage.value is not None for stage in outcome.stages
    )
    assert all(stage.bound is None for stage in outcome.stages)
    assert verdict(plan, outcome).passed


def test_every_plan_shown_keeps_the_rules() -> None:
    instance, watch = generated_instance(5, 60, 1), Impatient(plans=1000)
    outcome, plan = solved(instance, effort_share=0.05, watch=watch)
    assert watch.shown[-1] == outcome.decisions
    for decisions in watch.shown[:2]:
        assert verdict(Plan.from_decisions(instance, decisions)).passed
    assert {event.stage for event in watch.told} == {stage.name for stage in outcome.stages}
    assert Plan.from_decisions(instance, plan.decisions()) == plan


def test_a_time_limit_stops_the_search_and_says_so() -> None:
    instance = generated_instance(3, 90, 1)
    outcome = solve(instance, SolveOptions(time_limit_seconds=0.3), Unwatched())
    assert outcome.status == "feasible" and not outcome.repeatable
    assert outcome.decisions is not None
    assert verdict(Plan.from_decisions(instance, outcome.decisions), outcome).passed


def test_a_gap_asked_for_is_enough() -> None:
    """With 30 % allowed the quick start is good enough, and the bound proves it."""
    outcome = solve(generated_instance(3, 90, 1), SolveOptions(gap_share=0.3, effort_share=0.1), Unwatched())
    assert all(stage.gap_share is not None and stage.gap_share <= 0.3 for stage in outcome.stages)
    assert outcome.repeatable


def test_nobody_waiting_and_no_lists_give_an_empty_plan() -> None:
    nobody = replace(workshop(), patients={}, existing_bookings={}, existing_appointments=())
    for empty in (nobody, replace(only(workshop(), "P10"), lists={}), replace(nobody, lists={})):
        outcome, plan = solved(empty)
        assert plan.bookings == () and plan.appointments == ()
        assert outcome.status == "optimal" and {s.value for s in outcome.stages} == {0.0}
        assert verdict(plan, outcome).passed


def test_a_locked_booking_of_an_unfit_patient_is_named() -> None:
    instance = replace(workshop(), existing_bookings={"P7": ("M1", "locked")})
    outcome = solve(instance, SolveOptions(), Unwatched())
    assert outcome.status == "infeasible" and outcome.decisions is None
    assert "T-02" in outcome.reason and "T-20" in outcome.reason and "T-12" not in outcome.reason
    assert [e.where for e in outcome.explanations[1:]] == ["existing_bookings.csv patient_id P7"]


def test_locked_bookings_that_need_one_set_are_named() -> None:
    """Two hips on one day, one hip set: the kit rule and the rule that bookings stay contradict each other."""
    base = only(workshop(), "P2", "P10", lists=("M1",))
    kit = {"hip_set": replace(base.kit["hip_set"], sets=1)}
    instance = replace(base, kit=kit, existing_bookings=dict.fromkeys(("P2", "P10"), ("M1", "agreed")))
    outcome = solve(instance, SolveOptions(), Unwatched())
    assert outcome.status == "infeasible"
    assert "T-13" in outcome.reason and "T-20" in outcome.reason and "T-08" not in outcome.reason
    free, plan = solved(instance, "T-20")
    assert free.status == "optimal" and len(plan.bookings) == 1


def test_an_agreed_booking_is_no_new_date() -> None:
    """P9 asked for 42 days' notice, but agreed to this date: T-06 is not asked again."""
    instance = replace(only(workshop(), "P9", lists=("M1",)), existing_bookings={"P9": ("M1", "agreed")})
    outcome, plan = solved(instance)
    assert dict(plan.list_of) == {"P9": "M1"}
    assert verdict(plan, outcome).passed


def test_the_hand_solved_instance_is_proved_at_once() -> None:
    outcome, _ = solved(shipped_instance("tiny"), effort_share=0.01)
    assert outcome.status == "optimal" and outcome.repeatable
