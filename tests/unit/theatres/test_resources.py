"""What lists share: staff of every shift (T-29), joints (T-30) and hospital transport (T-35), each at its limit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.theatres.booking import Book
from models.theatres.entities import Kit, Role, Shift
from models.theatres.instance import Instance
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.unit


def staffed(*available: int, per_list: int = 2) -> Instance:
    """Three lists at once and one in the afternoon, two shifts of scrub staff, of which each list needs some."""
    lists = [theatre_list(f"L{n}", theatre_id=f"T{n}", surgeon_id="S1", end=at(MONDAY, "12:30")) for n in (1, 2, 3)]
    late = theatre_list("PM", theatre_id="T1", start=at(MONDAY, "13:30"))
    spans = (("08:00", "13:00"), ("13:00", "18:00"))
    shifts = [Shift("scrub", at(MONDAY, a), at(MONDAY, b), n) for (a, b), n in zip(spans, available, strict=False)]
    made = world([patient(name) for name in "ABCDEF"], [*lists, late])
    return replace(made, roles={"scrub": Role("scrub", "Scrub", per_list)}, shifts=tuple(shifts))


def without_surgeon_clashes(instance: Instance) -> Book:
    return Book(instance, frozenset({"T-10"}))


@pytest.mark.parametrize(("available", "lists"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (6, 3), (7, 3)])
def test_a_shift_staffs_so_many_lists(available: int, lists: int) -> None:
    book = without_surgeon_clashes(staffed(available, 99))
    done = [book.book(name, at) for name, at in zip("ABC", ("L1", "L2", "L3"), strict=True)]
    assert sum(done) == lists
    for name, where, booked in zip("ABC", ("L1", "L2", "L3"), done, strict=True):
        assert booked or book.why_not(name, where) == ("T-29",)
        missing = 2 * (lists + 1) - available
        assert booked or book.resources.staff_short(where) == {("scrub", at(MONDAY, "08:00")): missing}
    assert book.fits("D", "PM")


def test_a_list_in_use_takes_more_patients_and_an_emptied_one_gives_its_staff_back() -> None:
    book = without_surgeon_clashes(staffed(2, 2))
    assert book.book("A", "L1") and book.book("B", "L1")
    assert book.why_not("C", "L2") == ("T-29",)
    book.remove("A")
    assert not book.fits("C", "L2")
    book.remove("B")
    assert book.book("C", "L2")
    assert book.resources.staff_short("L2") == {}


def test_a_role_without_shifts_has_no_limit_and_a_changed_roster_is_asked_anew() -> None:
    instance = staffed(2, 2)
    assert without_surgeon_clashes(replace(instance, shifts=())).fits("A", "L1")
    book = without_surgeon_clashes(instance)
    assert book.book("A", "L1")
    more = tuple(replace(shift, available=4) for shift in instance.shifts)
    assert book.under(replace(instance, shifts=more)).fits("B", "L2")
    assert book.under(replace(instance, roles={"scrub": Role("scrub", "Scrub", 1)})).fits("B", "L2")
    assert not book.fits("B", "L2")


@pytest.mark.parametrize(("most", "booked"), [(None, 4), (0, 1), (2, 3), (3, 4), (4, 4)])
def test_joints_of_a_list_are_limited_and_nothing_else_is(most: int | None, booked: int) -> None:
    # Three hips, then an arthroscopy, which is none.
    kinds = [procedure(minutes=60), procedure("scope", 60, is_joint=False)]
    waiting = [*(patient(name) for name in "ABC"), patient("D", procedure_code="scope")]
    book = Book(world(waiting, [theatre_list(max_joints=most)], procedures=kinds))
    assert sum(book.book(name, "L") for name in "ABCD") == booked
    assert book.list_of.get("D") == "L"
    left = [name for name in "ABC" if name not in book.list_of]
    assert all(book.why_not(name, "L") == ("T-30",) for name in left)


def test_so_many_journeys_a_day() -> None:
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id="S2")]
    carried = [patient(name, hospital_transport=True, surgeon_choice="any") for name in "ABC"]
    walks = [patient("D", surgeon_choice="any")]
    book = Book(world([*carried, *walks], lists, settings={"transport_places_per_day": 2}))
    assert book.book("A", "L") and book.book("B", "M")
    assert book.why_not("C", "L") == book.why_not("C", "M") == ("T-35",)
    assert book.fits("D", "L")
    assert book.fits_instead_of("A", "C")
    book.remove("B")
    assert book.fits("C", "M")


def test_what_is_left_of_staff_kit_and_a_surgeons_week_is_counted_by_the_book() -> None:
    """Two staff a list: 7 in the morning and 3 in the afternoon. One set, used three times a day at most."""
    hip = procedure(kit=("set",))
    instance = replace(staffed(7, 3), kit={"set": Kit("set", "Set", 1, 3)}, procedures={"hip": hip})
    book = without_surgeon_clashes(instance)
    left = book.resources
    assert (left.staff_left("L1"), left.staff_left("PM")) == (7, 3)
    assert (left.kit_left("set", MONDAY), left.lists_taken("S1", MONDAY)) == (3, 0)
    assert book.book("A", "L1") and book.book("B", "L1") and book.book("C", "PM")
    assert (left.staff_left("L1"), left.staff_left("L2"), left.staff_left("PM")) == (5, 5, 1)
    assert (left.kit_left("set", MONDAY), left.kit_left("set", MONDAY + dt.timedelta(days=1))) == (0, 3)
    assert left.lists_taken("S1", MONDAY + dt.timedelta(days=6)) == 2
    assert left.lists_taken("S1", MONDAY + dt.timedelta(days=7)) == 0
    assert Book(replace(instance, shifts=())).resources.staff_left("L1") is None
