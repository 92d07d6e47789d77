"""The short tables a scheduler reads first: by week, the first week's board, changes, work, fairness, beds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from models.shared.problem import View
from models.theatres.booking import Book
from models.theatres.instance import Instance
from models.theatres.tables_of import tables_of
from models.theatres.views import views
from tests.unit.theatres.small_world import (
    MONDAY,
    PLANNING,
    at,
    needs,
    patient,
    procedure,
    session,
    theatre_list,
    world,
)

pytestmark = pytest.mark.unit

NEXT_WEEK = MONDAY + dt.timedelta(days=7)
FIRST_ON_SCREEN = ["What changed: 1 moved", "The lists, week by week", "The lists of the week of Mon 12 Apr",
                   "Work to be done about patients"]  # fmt: skip


@dataclass(frozen=True)
class Why:
    """A reason that says nothing; these tests are about other tables."""

    code: str
    sentence: str = "No time left."
    what_would_help: str = "Nothing tried."


def _instance() -> Instance:
    """S1 has a morning and an afternoon on Monday and a day the week after; Tuesday is closed. A offered on N."""
    people = [
        patient("A", tests=needs("mri")),
        patient("B"),
        patient("C", priority="P2"),
        patient("E", trust_id="B", fit=False),
    ]
    lists = [
        theatre_list("L", end=at(MONDAY, "12:30")),
        theatre_list("M", start=at(MONDAY, "13:00"), end=at(MONDAY, "17:00")),
        theatre_list("N", NEXT_WEEK),
        theatre_list("O", MONDAY + dt.timedelta(days=1), staffed=False),
    ]
    return world(
        people,
        lists,
        procedures=[procedure(minutes=100, sd=20.0)],
        tests={"mri": 2},
        sessions=[session("mri", PLANNING + dt.timedelta(days=5))],
        bookings={"A": ("N", "offered")},
    )


def _views(booked: Mapping[str, str], codes: Mapping[str, str]) -> Sequence[View]:
    instance = _instance()
    book = Book(instance)
    for patient_id, list_id in booked.items():
        assert book.book(patient_id, list_id)
    return views(instance, tables_of(book.plan(), {p: Why(code) for p, code in codes.items()}))


def _rows(found: Sequence[View], title: str) -> tuple[tuple[str, ...], ...]:
    return next(view.rows for view in found if view.title == title)


def test_each_week_has_its_fill_and_what_is_to_spare() -> None:
    """Week 1: 2 of 2 lists of 240 minutes, 100 touch minutes each (42 %), 140 to spare; week 2: 1 of 480 unused."""
    found = _views({"A": "L", "B": "M"}, {"C": "lower_priority", "E": "unfit"})
    first, second = _rows(found, "The lists, week by week")
    assert first[:5] == ("Mon 12 Apr", "2 of 2", "2", "42 %", "140")
    assert second == ("Mon 19 Apr", "0 of 1", "0", "0 %", "", "", "", "")


def test_the_board_has_lists_of_a_day_in_the_order_of_their_starts() -> None:
    (row,) = _rows(_views({"A": "L", "B": "M"}, {"C": "beds", "E": "unfit"}), FIRST_ON_SCREEN[2])
    assert row[0] == "Theatre 1"
    morning, afternoon = row[1].split("; ")
    assert morning.startswith("1 10:10 +140") and afternoon.startswith("1 14:40 +140")
    assert row[2:] == ("closed", "", "", "")


def test_ready_patients_not_booked_come_before_those_who_are_not_ready() -> None:
    found = _views({"A": "L"}, {"B": "lower_priority", "C": "lower_priority", "E": "unfit"})
    ready, unfit = _rows(found, "Not booked")
    assert ready[1:] == ("yes", "2", "1", "")
    assert unfit[1:] == ("no", "1", "", "")


def test_what_comes_first_stands_on_the_screen() -> None:
    found = _views({"A": "L", "B": "M"}, {"C": "beds", "E": "unfit"})
    assert [view.title for view in found if view.first] == FIRST_ON_SCREEN
    assert all(len(row) == len(view.headings) == len(view.numeric) for view in found for row in view.rows)


def test_what_changed_says_from_where_to_where() -> None:
    (row,) = _rows(_views({"A": "L", "B": "M"}, {"C": "beds", "E": "unfit"}), FIRST_ON_SCREEN[0])
    assert row[:5] == ("A", "moved", "Mon 19 Apr, Theatre 1", "offered", "Mon 12 Apr, Theatre 1")


def test_whose_patients_are_booked_fits_on_two_lines() -> None:
    trusts, quintiles = _rows(
        _views({"A": "L"}, {"B": "beds", "C": "beds", "E": "unfit"}), "Whose patients are booked"
    )
    assert trusts[:3] == ("home trust", "A: 33 % of 3", "B: none ready")
    assert quintiles[3] == "3: 33 % of 3"


def test_work_to_be_done_counts_patients_and_those_it_stops() -> None:
    (view,) = (
        v for v in _views({"A": "L"}, {"B": "beds", "C": "beds", "E": "unfit"}) if v.title == FIRST_ON_SCREEN[3]
    )
    assert view.headings == ("", "clinical review")
    assert view.rows == (("patients", "1"), ("not bookable until done", "1"))
