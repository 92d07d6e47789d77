"""The start of a repair: who is due, P2 or waiting too long has room made, where the booking is least missed."""

from __future__ import annotations

import datetime as dt

import pytest

from models.theatres.booking import Book
from models.theatres.method.starts import first_start, keep_bookings, make_room
from tests.unit.theatres.small_world import MONDAY, patient, theatre_list, world

pytestmark = pytest.mark.unit

DUE = MONDAY + dt.timedelta(days=28)


def started(states: dict[str, str], due_by: dt.date | None) -> Book:
    """A list of two hips (100 + 15 + 100 <= 240 minutes) that A and B have; C waits."""
    full = theatre_list(end=dt.datetime.combine(MONDAY, dt.time(12, 30)))
    bookings = {patient_id: ("L", state) for patient_id, state in states.items()}
    people = [patient("A"), patient("B"), patient("C", due_by=due_by)]
    instance = world(people, [full], bookings=bookings, settings={"aim": "least_change"})
    book = Book(instance)
    keep_bookings(book)
    make_room(book)
    return book


def test_the_booking_nobody_was_told_of_gives_way() -> None:
    """A proposed booking is worth 1 x 4 points, an offered one 2 x 4: B goes."""
    assert sorted(started({"A": "offered", "B": "proposed"}, DUE).list_of) == ["A", "C"]


def test_agreed_bookings_never_give_way() -> None:
    """T-20 comes before every aim."""
    assert sorted(started({"A": "agreed", "B": "locked"}, DUE).list_of) == ["A", "B"]


def test_nobody_gives_way_to_who_is_not_due_or_cannot_come_in_time() -> None:
    """Without a due date, or with one before the only list, C waits."""
    assert sorted(started({"A": "proposed", "B": "proposed"}, None).list_of) == ["A", "B"]
    assert sorted(started({"A": "proposed", "B": "proposed"}, MONDAY - dt.timedelta(days=1)).list_of) == ["A", "B"]


def test_who_gave_way_is_put_where_most_of_the_booking_is_kept() -> None:
    """A second list on the same day has room: the booking moves there instead of going."""
    morning = theatre_list("L", end=dt.datetime.combine(MONDAY, dt.time(12, 30)))
    other = theatre_list("M", surgeon_id="S2", theatre_id="T2", end=dt.datetime.combine(MONDAY, dt.time(12, 30)))
    people = [patient("A"), patient("B", surgeon_choice="any"), patient("C", due_by=DUE)]
    bookings = {"A": ("L", "offered"), "B": ("L", "proposed")}
    book = first_start(world(people, [morning, other], bookings=bookings), frozenset())
    assert book.list_of == {"A": "L", "B": "M", "C": "L"}


def test_a_p2_takes_the_place_of_a_booking_and_a_long_wait_not_that_of_a_p2() -> None:
    """Two places, held by A (P2) and B: the P2 who waits takes B's, the long wait then finds only P2."""
    full = theatre_list(end=dt.datetime.combine(MONDAY, dt.time(12, 30)))
    long_ago = MONDAY - dt.timedelta(weeks=70)
    people = [
        patient("A", priority="P2"),
        patient("B"),
        patient("C", priority="P2"),
        patient("W", clock_start=long_ago),
    ]
    bookings = {"A": ("L", "proposed"), "B": ("L", "offered")}
    book = Book(world(people, [full], bookings=bookings, settings={"aim": "least_change"}))
    keep_bookings(book)
    make_room(book)
    assert sorted(book.list_of) == ["A", "C"]
