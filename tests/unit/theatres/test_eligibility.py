"""Which lists a patient's own data allow: loan kit, travel of the surgeon, notice, and results that come late."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.theatres.eligibility import eligible_lists, is_usable, missing_tests, pair_rules
from models.theatres.entities import Appointment, Commitment, PatientTest
from models.theatres.formulation.pairs import possible_pairs
from models.theatres.instance import Instance
from tests.unit.theatres.small_world import MONDAY, PLANNING, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.unit


def with_loan(days: int, **more: object) -> Instance:
    """A hip that needs loan kit of so many days, for lists three weeks after planning day and a week later."""
    lists = [theatre_list("L"), theatre_list("M", MONDAY + dt.timedelta(days=7))]
    kinds = [procedure(kit=("basic", "loan"))]
    made = world([patient("A", **more)], lists, procedures=kinds, kit={"basic": (9, 9), "loan": (9, 9)})
    return replace(made, kit={**made.kit, "loan": replace(made.kit["loan"], loan_days=days)})


@pytest.mark.parametrize(
    ("days", "allowed"), [(0, ("L", "M")), (21, ("L", "M")), (22, ("M",)), (28, ("M",)), (29, ())]
)
def test_loan_kit_is_ordered_in_time(days: int, allowed: tuple[str, ...]) -> None:
    """T-31, to the day: lists 21 and 28 days after planning day."""
    instance = with_loan(days)
    assert tuple(on.list_id for on in eligible_lists(instance, "A")) == allowed
    assert tuple(at for _, at in possible_pairs(instance, frozenset())) == allowed
    assert len(eligible_lists(instance, "A", frozenset({"T-31"}))) == 2
    broken = {at: pair_rules(instance, "A", at) for at in ("L", "M") if at not in allowed}
    assert set(broken.values()) <= {("T-31",)}


@pytest.mark.parametrize("state", ["proposed", "offered", "agreed", "locked"])
def test_a_booking_of_any_state_needs_no_new_notice_on_its_own_list(state: str) -> None:
    """T-06 and T-31: exempt on the list they have, nowhere else; what stays keeps its list (T-20)."""
    instance = replace(with_loan(60, notice_days=60), existing_bookings={"A": ("L", state)})
    assert pair_rules(instance, "A", "L") == ()
    stays = ("T-20",) if state in ("agreed", "locked") else ()
    assert pair_rules(instance, "A", "M") == ("T-06", *stays, "T-31")


def test_a_named_change_sets_a_booking_free_that_would_stay() -> None:
    """T-20: agreed, or on a list within the lock days; a named change frees both."""
    near = theatre_list("N", PLANNING + dt.timedelta(days=14))
    later = [theatre_list("L"), theatre_list("F", PLANNING + dt.timedelta(days=15))]
    waiting = [patient(name, notice_days=0) for name in "ABC"]
    booked = {"A": ("L", "agreed"), "B": ("N", "proposed"), "C": ("F", "proposed")}
    instance = world(waiting, [near, *later], bookings=booked)
    assert set(instance.fixed_bookings) == {"A", "B"}
    assert [len(eligible_lists(instance, name)) for name in "ABC"] == [1, 1, 3]
    freed = replace(instance, named_changes={"A": "asked for another day", "B": "theatre down"})
    assert [len(eligible_lists(freed, name)) for name in "ABC"] == [3, 3, 3]


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        ("06:00", "07:30", True),  # an hour's way to a list from 08:30
        ("06:00", "07:31", False),
        ("12:00", "13:00", False),
        ("17:30", "18:00", True),  # an hour after its end at 16:30
        ("17:29", "18:00", False),
    ],
)
def test_the_surgeon_has_the_time_to_travel(first: str, last: str, fits: bool) -> None:
    """T-34, to the minute; a list without the time is of use to nobody, and another day's commitment is no matter."""
    elsewhere = (
        Commitment(at(MONDAY, first), at(MONDAY, last), 60),
        Commitment(at(MONDAY + dt.timedelta(days=1), "08:00"), at(MONDAY + dt.timedelta(days=1), "18:00"), 60),
    )
    instance = world([patient("A")])
    surgeons = {**instance.surgeons, "S1": replace(instance.surgeons["S1"], commitments=elsewhere)}
    instance = replace(instance, surgeons=surgeons)
    assert pair_rules(instance, "A", "L") == (() if fits else ("T-34",))
    assert is_usable(instance, instance.lists["L"]) == fits
    assert len(possible_pairs(instance, frozenset())) == int(fits)
    assert len(possible_pairs(instance, frozenset({"T-34"}))) == 1
    assert len(eligible_lists(instance, "A", frozenset({"T-34"}))) == 1


@pytest.mark.parametrize(("late", "in_time"), [(None, True), (0, False), (1, True), (2, True)])
def test_the_day_of_a_result_replaces_the_usual_one(late: int | None, in_time: bool) -> None:
    """T-15: a scan done in good time whose result is with the team so many days before surgery; one is needed."""
    result_on = None if late is None else MONDAY - dt.timedelta(days=late)
    done = PatientTest("mri", PLANNING, PLANNING - dt.timedelta(days=3), result_on)
    instance = world([patient("A", tests=(done,))], tests={"mri": 7})
    assert [t.test_id for t in missing_tests(instance, "A", MONDAY, ())] == ([] if in_time else ["mri"])
    assert missing_tests(instance, "A", MONDAY, (), frozenset({"T-15"})) == ()


def test_an_early_result_lets_an_existing_appointment_serve_that_would_be_too_late() -> None:
    """T-15: the appointment three days before surgery, the report usually a week; the result promised next day."""
    day = MONDAY - dt.timedelta(days=3)
    made = Appointment("A", "mri", "site", at(day, "09:00"), at(day, "09:30"))
    for result_on, missing in ((None, 1), (day + dt.timedelta(days=1), 0)):
        test = PatientTest("mri", PLANNING, None, result_on)
        instance = world([patient("A", tests=(test,))], tests={"mri": 7}, existing=[made])
        assert len(missing_tests(instance, "A", MONDAY, (made,))) == missing


def test_an_early_result_does_not_make_an_old_test_valid() -> None:
    """T-16 asks for the day of the test, whenever its result came."""
    test = PatientTest("mri", PLANNING, PLANNING - dt.timedelta(days=200), PLANNING)
    instance = world([patient("A", tests=(test,))], tests={"mri": 7})
    assert len(missing_tests(instance, "A", MONDAY, ())) == 1
    assert missing_tests(instance, "A", MONDAY, (), frozenset({"T-16"})) == ()
