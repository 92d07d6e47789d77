"""Simulated days: capped touch time as defined, common random numbers, and what 85 % would take."""

from __future__ import annotations

import numpy as np
import pytest

from models.theatres.booking import Book
from models.theatres.explain.frontier import frontier
from models.theatres.figures import list_figures
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.rehearsal import rehearsal_of
from models.theatres.simulation import (
    ASSUMPTIONS,
    Assumptions,
    SimulatedDays,
    SimulatedList,
    Simulation,
    simulate_list,
)
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.unit

# For lists fuller than the rehearsal rule (T-37) allows.
ANY_LATE = {"rehearsed_overrun_limit_share": 1.0}


def _filled(instance: Instance) -> Plan:
    book = Book(instance)
    for patient_id in instance.patients:
        assert any(book.book(patient_id, list_id) for list_id in instance.lists)
    return book.plan()


def _days(plan: Plan, list_id: str, assumptions: Assumptions = "as_planned") -> SimulatedDays:
    return simulate_list(plan.instance, plan.instance.lists[list_id], plan.by_list[list_id], assumptions)


def _four_joints(sd: float = 18.0, minutes: int = 90) -> Plan:
    return _filled(world([patient(name) for name in "ABCD"], procedures=[procedure(minutes=minutes, sd=sd)]))


@pytest.mark.parametrize("assumptions", ASSUMPTIONS)
def test_every_minute_of_a_list_is_accounted_for(assumptions: Assumptions) -> None:
    """D = K + late start + in-session downtime + early finish, on every simulated day, empty lists too."""
    waiting = [patient(name, surgeon_choice="any") for name in "ABCDE"]
    lists = [theatre_list(f"L{n}", theatre_id=f"T{n}", surgeon_id=f"S{n}") for n in (1, 2, 3)]
    plan = _filled(world(waiting, lists, procedures=[procedure(sd=25.0)], surgeons=("S1", "S2", "S3")))
    assert [len(cases) for cases in plan.by_list.values()] == [4, 1, 0]
    for list_id in plan.by_list:
        day = _days(plan, list_id, assumptions)
        parts = day.capped + day.late_start + day.downtime + day.early_finish
        assert np.allclose(parts, day.window_minutes)
        assert (day.touch >= day.capped - 1e-9).all()


def test_without_spread_the_simulated_day_is_the_planned_one() -> None:
    # 4 x 90 = 360 of 480 minutes; 3 x 15 between; 480 - 405 = 75 left.
    plan = _four_joints(sd=0.0)
    day, figures = Simulation(plan).lists["L"], list_figures(plan)["L"]
    assert day.capped_utilisation == figures.capped_utilisation == 0.75
    assert (day.downtime_minutes, day.early_finish.minutes, figures.spare_minutes) == (45.0, 75.0, 75)
    assert day.any_overrun_probability == figures.overrun_probability == 0.0


def test_only_touch_time_inside_the_list_is_capped() -> None:
    """One case of 600 minutes on a list of 480, put there by hand: 480 of them count, 120 are over."""
    instance = world([patient("A")], procedures=[procedure(minutes=600)])
    plan = Plan.from_decisions(instance, {"bookings": [["A", "L", 1, "2027-04-12T08:30"]], "tests": []})
    day, figures = Simulation(plan).lists["L"], list_figures(plan)["L"]
    assert (day.capped_utilisation, day.over.minutes, day.overrun_probability) == (1.0, 120.0, 1.0)
    assert (figures.capped_utilisation, figures.overrun_probability) == (1.0, 1.0)


def test_a_case_the_plan_makes_wait_does_not_start_before_its_time() -> None:
    instance = world([patient("A"), patient("B")])
    waits = {"bookings": [["A", "L", 1, "2027-04-12T08:30"], ["B", "L", 2, "2027-04-12T12:00"]], "tests": []}
    day = Simulation(Plan.from_decisions(instance, waits)).lists["L"]
    assert day.downtime_minutes == 110.0  # 10:10 to 12:00


def test_figures_are_repeated_and_hang_on_the_patient_not_on_the_list() -> None:
    """Common random numbers: the same patient has the same durations on another list and in another plan."""
    plan = _four_joints()
    assert np.array_equal(_days(plan, "L").touch, _days(plan, "L").touch)
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S1")]
    instance = world([patient("A")], lists, procedures=[procedure(sd=20.0)])
    on = [
        Plan.from_decisions(instance, {"bookings": [["A", at_list, 1, "2027-04-12T08:30"]], "tests": []})
        for at_list in ("L", "M")
    ]
    assert np.array_equal(_days(on[0], "L").touch, _days(on[1], "M").touch)


def test_simulated_figures_of_four_joints() -> None:
    """Known values: 90 minutes, CV .20, turnaround 15 in 480 minutes give about 3 % late and 75 % capped."""
    day = Simulation(_four_joints()).lists["L"]
    assert day.capped_utilisation == pytest.approx(0.75, abs=0.005)
    assert day.any_overrun_probability == pytest.approx(0.03, abs=0.01)


def test_a_slow_day_makes_late_finishes_likelier() -> None:
    plan = _filled(
        world([patient(name) for name in "ABCD"], procedures=[procedure(minutes=102, sd=20.4)], settings=ANY_LATE)
    )
    planned, stressed = Simulation(plan).lists["L"], Simulation(plan, "stressed").lists["L"]
    assert planned.overrun_probability == pytest.approx(list_figures(plan)["L"].overrun_probability, abs=0.02)
    assert stressed.overrun_probability > planned.overrun_probability + 0.05


def test_what_85_percent_takes() -> None:
    """Four equal joints top out near 84 % under the rule; 85 % takes 105 minutes and is late on 35 % of days."""
    instance = world([patient("A")], procedures=[procedure(minutes=100, sd=20.0)])
    found = frontier(instance)
    assert found is not None and found.at_target is not None
    assert (found.planned.cases, found.planned.mean_minutes) == (4, 103)
    assert found.planned.capped_utilisation == pytest.approx(0.84, abs=0.005)
    assert found.at_target.mean_minutes == 105
    assert found.at_target.any_late_probability == pytest.approx(0.35, abs=0.01)
    assert found.at_target.late_probability == pytest.approx(0.14, abs=0.01)
    faster = next(point for point in found.points if point.mean_minutes == 95)
    assert (round(faster.any_late_probability, 2), round(faster.capped_utilisation, 2)) == (0.08, 0.79)


def test_there_is_no_frontier_without_lists() -> None:
    assert frontier(world([patient("A")], [])) is None
    assert frontier(world([], [theatre_list(end=at(MONDAY, "08:45"))])) is None


def test_a_case_that_would_end_too_late_is_cancelled_and_the_next_one_asked() -> None:
    """480 minutes, 60 allowed beyond: after A (400) and the gap B would end at 575, C at 455 + 15 of gap saved.

    A ends at 400, B could start at 415 and would end at 575 > 540: cancelled; C (40) starts at 415 and ends at 455.
    """
    kinds = [procedure("a", 400), procedure("b", 160), procedure("c", 40)]
    people = [patient(name, procedure_code=name.lower()) for name in "ABC"]
    bookings = [
        ["A", "L", 1, "2027-04-12T08:30"],
        ["B", "L", 2, "2027-04-12T15:25"],
        ["C", "L", 3, "2027-04-12T18:20"],
    ]
    plan = Plan.from_decisions(world(people, procedures=kinds), {"bookings": bookings, "tests": []})
    day = Simulation(plan).lists["L"]
    assert day.cancelled == 1.0
    assert day.over.minutes == 400 + 15 + 160 + 15 + 40 - 480, "figures are of days on which nobody is cancelled"


def test_stressed_days_are_those_the_rule_limits() -> None:
    """The share of late days in the table is the one of T-37, case by case."""
    kinds = [procedure("one", 120, 15.0), procedure("two", 95, 12.0)]
    people = [
        patient(name, procedure_code=code) for name, code in zip("ABCD", ("one", "two", "two", "one"), strict=True)
    ]
    plan = _filled(world(people, procedures=kinds, settings=ANY_LATE))
    settings = plan.instance.settings
    cases = [
        (float(d.mean_minutes), d.variance_minutes2)
        for d in (plan.instance.duration(case.patient_id, "L") for case in plan.by_list["L"])
    ]
    late = rehearsal_of(settings).late_share(cases, [15, 15, 15], 480 + settings.overrun_grace_minutes)
    assert Simulation(plan, "stressed").lists["L"].overrun_probability == pytest.approx(late, abs=1e-9)
    assert late > 0.0


def test_simulated_figures_with_the_shipped_seed_stay_what_they_were() -> None:
    """A regression: any change here changes the figures of every plan ever printed."""
    plan = _filled(
        world([patient(name) for name in "ABCD"], procedures=[procedure(minutes=102, sd=20.4)], settings=ANY_LATE)
    )
    planned, stressed = Simulation(plan).lists["L"], Simulation(plan, "stressed").lists["L"]
    assert _figures(planned) == pytest.approx((0.836099, 0.847951, 0.0871, 33.681312, 0.0129), abs=2e-4)
    assert _figures(stressed) == pytest.approx((0.820591, 0.84504, 0.1859, 31.077313, 0.049), abs=2e-4)


def _figures(day: SimulatedList) -> tuple[float, ...]:
    return (
        day.capped_utilisation,
        day.duration_capped_utilisation,
        day.overrun_probability,
        day.early_finish.minutes,
        day.cancelled,
    )
