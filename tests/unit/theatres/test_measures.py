"""Key figures on a plan small enough to work out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from models.theatres.booking import Book
from models.theatres.figures import list_figures, night_figures
from models.theatres.measures import measures
from models.theatres.measures.counting import percentile
from models.theatres.plan import Plan
from tests.unit.theatres.small_world import MONDAY, PLANNING, needs, patient, procedure, session, theatre_list, world

pytestmark = pytest.mark.unit


def test_figures_of_two_lists_by_hand() -> None:
    """List L: three hips of 100, ends 330; M: nobody. D = 960 minutes, K = 300, so capped utilisation is 31.25 %.

    A is P2, B and U have waited 60 weeks; U is unfit. Of the ready patients of trust A all are booked.
    """
    long_ago = PLANNING - dt.timedelta(weeks=60)
    waiting = [
        patient("A", priority="P2", tests=needs("mri", requested=PLANNING - dt.timedelta(days=40))),
        patient("B", clock_start=long_ago, deprivation_quintile=1),
        patient("C", trust_id="B"),
        patient("U", clock_start=long_ago, fit=False),
    ]
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S2")]
    mri_day = PLANNING + dt.timedelta(days=5)  # 45 days after the request: later than six weeks
    book = Book(world(waiting, lists, procedures=[procedure()], tests={"mri": 7}, sessions=[session("mri", mri_day)]))
    assert all(book.book(name, "L") for name in "ABC")
    found = {name: measure.value for name, measure in measures(book.plan()).items()}
    expected = {
        "cases": 3, "p2_booked": 1, "p2_ready_not_booked": 0, "long_waits_booked": 1, "long_waits_not_ready": 1,
        "long_waits_ready_not_booked": 0, "long_waits_at_horizon_end": 1, "ready_not_booked": 0, "not_ready": 1,
        "lists_usable": 2, "lists_used": 1, "cases_per_usable_list": 1.5, "cases_per_480_minutes": 1.5,
        "joints_per_all_day_list": 1.5, "touch_minutes": 300, "capped_utilisation_planned": 0.3125,
        "capped_utilisation_simulated": 0.3125, "tests_booked": 1, "tests_later_than_six_weeks": 1,
        "beds_peak_at_quantile": 3, "booked_share_trust_A": 1.0, "booked_share_quintile_1": 1.0,
        # 300 touch and 3 x 15 turnaround of 960 minutes; one of two lists ends 150 minutes early, the other 480.
        "booking_efficiency_planned": 345 / 960, "uncapped_utilisation_planned": 0.3125,
        "early_finish_minutes_per_list_simulated": 315, "lists_that_finish_early_simulated": 2,
        "downtime_minutes_per_list_simulated": 15, "lists_that_finish_over_simulated": 0,
        # U will have waited 67 weeks when the horizon ends on 10 May, and nobody else is left.
        "median_weeks_waiting_at_horizon_end": 67, "share_waiting_under_18_weeks_at_horizon_end": 0.0,
        "days_from_test_to_surgery": 16, "tests_later_than_six_weeks_share": 1.0, "tests_done_again": 0,
        "long_waits_at_end_booked": 1, "due_dates_missed": 0, "bed_nights_over_simulated": 0.0,
        "weighted_wait": (100 + 4 + 100) + (100 + 60) + (100 + 4),
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert list(found)[:3] == ["p2_booked", "long_waits_booked", "long_waits_at_end_booked"], "stages first"
    assert "bookings_with_another_day" not in found, "there was no plan before"


def test_lists_without_staff_are_no_part_of_utilisation() -> None:
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", staffed=False)]
    book = Book(world([patient("A")], lists))
    assert book.book("A", "L")
    assert measures(book.plan())["capped_utilisation_planned"].value == pytest.approx(100 / 480)


def test_an_empty_plan_has_figures_and_no_division_by_nothing() -> None:
    for instance in (world(), world(lists=[]), world([patient("A")], lists=[])):
        found = measures(Book(instance).plan())
        assert found["cases"].value == found["capped_utilisation_simulated"].value == 0.0


def test_a_night_adds_the_census_to_those_of_the_plan() -> None:
    # Night 1: three with .5 each: 1.5 expected, 1.5 + 1.6449 sqrt(.75) = 2.925 at the 95 % level.
    instance = world(
        [patient(n) for n in "ABC"], procedures=[procedure(curve_id="half")], curves={"half": (1.0, 0.5)}
    )
    book = Book(instance)
    assert all(book.book(name, "L") for name in "ABC")
    night = night_figures(book.plan())["ward", MONDAY + dt.timedelta(days=1)]
    assert (night.expected, round(night.at_quantile, 3)) == (1.5, 2.924)
    assert list_figures(book.plan())["L"].spare_minutes == 480 - 330


@pytest.mark.parametrize("ending", ["simulated", "stressed_simulated"])
def test_the_minutes_of_all_lists_are_accounted_for(ending: str) -> None:
    """Means over all usable lists: capped touch time, late start, downtime and early finish make up their length."""
    people = [patient(name) for name in "ABC"]
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S2")]
    book = Book(world(people, lists, procedures=[procedure(sd=30.0)]))
    assert all(book.book(name, "L") for name in "ABC")
    found = {name: measure.value for name, measure in measures(book.plan()).items()}
    parts = [f"{what}_minutes_per_list_{ending}" for what in ("late_start", "downtime", "early_finish")]
    capped = 480 * found[f"capped_utilisation_{ending}"]
    assert capped + sum(found[part] for part in parts) == pytest.approx(480)


def test_a_mean_over_late_lists_stands_beside_their_number() -> None:
    """One of two lists ends 120 minutes over on every day: 60 over per list, 120 over the one that is."""
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S2")]
    instance = world([patient("A")], lists, procedures=[procedure(minutes=600)])
    plan = Plan.from_decisions(instance, {"bookings": [["A", "L", 1, "2027-04-12T08:30"]], "tests": []})
    found = {name: measure.value for name, measure in measures(plan).items()}
    assert found["over_minutes_per_list_simulated"] == 60
    assert found["lists_that_finish_over_simulated"] == 1
    assert found["over_minutes_of_lists_that_finish_over_simulated"] == 120
    assert found["cancelled_on_the_day_simulated"] == 1
    assert found["cancelled_on_the_day_share_simulated"] == 1.0


def test_promises_are_counted() -> None:
    """A is due on Monday and booked then; B is due before; of the two bookings of before, B's day changed."""
    tuesday = MONDAY + dt.timedelta(days=1)
    waiting = [patient("A", due_by=MONDAY), patient("B", due_by=MONDAY)]
    lists = [theatre_list("L"), theatre_list("M", tuesday)]
    book = Book(world(waiting, lists, bookings={"A": ("L", "offered"), "B": ("L", "offered")}))
    assert book.book("A", "L")
    assert book.book("B", "M")
    found = {name: measure.value for name, measure in measures(book.plan()).items()}
    assert (found["due_dates_met"], found["due_dates_missed"]) == (1, 1)
    assert (found["bookings_with_another_day"], found["bookings_with_another_day_share"]) == (1, 0.5)


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.95, 4), (1.0, 4), (0.25, 1)])
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    assert percentile([4, 1, 3, 2], share) == value
    assert percentile([], share) == 0


def test_what_each_stage_came_to_stands_first_in_the_order_of_the_stages() -> None:
    """Ready are A, B of trust A and C of trust B: a share of .4 is one of each, and 2 of trust A count as 1."""
    waiting = [patient("A"), patient("B"), patient("C", trust_id="B", due_by=MONDAY)]
    settings = {"least_trust_share": 0.4, "aim": "least_change", "lock_days": 7}
    book = Book(world(waiting, bookings={"A": ("L", "offered")}, settings=settings))
    assert all(book.book(name, "L") for name in "ABC")
    found = {name: measure.value for name, measure in measures(book.plan()).items()}
    # A offered booking kept on its list, within the freeze days: 2 x 4 x 2.
    assert list(found.items())[:9] == [
        ("due_dates_met", 1), ("p2_booked", 0), ("long_waits_booked", 0), ("bookings_kept", 16),
        ("least_share_A", 1), ("least_share_B", 1), ("long_waits_at_end_booked", 0), ("weighted_wait", 3 * 104),
        ("touch_minutes", 300),
    ]  # fmt: skip
