"""What booking staff would do without us: under the same rules, maximal, and the same each time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from models.theatres.baselines import baselines, longest_wait_first, p2_then_longest_wait, surgeon_best_fit
from models.theatres.booking import Book
from models.theatres.measures import measures
from models.theatres.plan import Plan
from models.theatres.reasons import reasons
from models.theatres.tables_of import tables_of
from tests.model.theatres.generated import generated_instance
from tests.model.theatres.plans import checked, shipped_instance, texts

pytestmark = pytest.mark.model

NAMES = ("longest_wait_first", "p2_then_longest_wait", "surgeon_best_fit")


@cache
def _plans() -> dict[str, Plan]:
    return baselines(shipped_instance("nwl"))


@cache
def _small_plans() -> dict[str, Plan]:
    return baselines(generated_instance(3, 250, 1))


@pytest.mark.parametrize("name", NAMES)
def test_a_baseline_keeps_every_rule_and_says_true_reasons(name: str) -> None:
    plan = _small_plans()[name]
    report = checked(plan.instance, texts(tables_of(plan, reasons(plan))))
    assert report.passed, report.findings


@pytest.mark.parametrize("name", NAMES)
def test_nobody_left_out_would_fit_anywhere(name: str) -> None:
    plan = _small_plans()[name]
    book = Book.of_plan(plan)
    left = [p for p in plan.instance.patients if p not in plan.list_of]
    assert left
    assert not [(p, list_id) for p in left for list_id in plan.instance.lists if book.fits(p, list_id)]


def test_baselines_are_the_same_each_time() -> None:
    again = baselines(generated_instance(3, 250, 1))
    assert {name: plan.decisions() for name, plan in again.items()} == {
        name: plan.decisions() for name, plan in _small_plans().items()
    }


def test_p2_first_books_more_p2_than_longest_wait_first() -> None:
    p2 = {name: measures(plan)["p2_booked"].value for name, plan in _plans().items()}
    assert p2["p2_then_longest_wait"] > p2["longest_wait_first"]


def test_longest_wait_first_gives_each_in_turn_the_first_list_with_room() -> None:
    plan = _plans()["longest_wait_first"]
    instance = plan.instance
    turn = sorted(
        plan.list_of.keys() - instance.fixed_bookings.keys(), key=lambda p: (instance.patients[p].clock_start, p)
    )
    book = Book(instance)
    for patient_id in turn[:40]:
        first = next(on for on in book.eligible(patient_id) if book.fits(patient_id, on.list_id))
        assert first.list_id == plan.list_of[patient_id]
        assert book.book(patient_id, first.list_id)


def test_swaps_cost_no_p2() -> None:
    p2 = {name: measures(plan)["p2_booked"].value for name, plan in _plans().items()}
    assert p2["surgeon_best_fit"] >= p2["p2_then_longest_wait"]


def test_baselines_of_the_tiny_instance_by_hand() -> None:
    """Longest wait first: P2, P3, P4, P6, P1 in turn (P5 is not ready).

    P2 and P4 take M, which is then full; P3's MRI reports in time for T only. All three assessments are used, so P6
    waits; P1, assessed before, is valid on M only, and waits too. P2-then-wait: P1 on M first, P2 on M, P3 on T; P4
    on T would need a fifth bed; so P6 takes the last assessment and T.
    """
    tiny = shipped_instance("tiny")
    assert longest_wait_first(tiny).list_of == {"P2": "M", "P3": "T", "P4": "M"}
    by_hand = {"P1": "M", "P2": "M", "P3": "T", "P6": "T"}
    assert p2_then_longest_wait(tiny).list_of == by_hand
    assert surgeon_best_fit(tiny).list_of.keys() == by_hand.keys()


def test_no_patients_and_no_lists_give_empty_plans() -> None:
    tiny = shipped_instance("tiny")
    for empty in (replace(tiny, patients={}), replace(tiny, lists={})):
        assert all(not plan.bookings and not plan.appointments for plan in baselines(empty).values())
