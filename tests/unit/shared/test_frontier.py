"""What a frontier is made of: equal steps, points that others beat, and where it bends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.frontier import FrontierEnds, bend, dominated, equal_steps

pytestmark = pytest.mark.unit


def test_steps_are_equal_and_hold_both_ends() -> None:
    assert equal_steps(FrontierEnds(500, 900), 5) == [500, 600, 700, 800, 900]
    assert equal_steps(FrontierEnds(0, 10), 4) == [0, 3, 7, 10]


def test_few_steps_give_few_points() -> None:
    assert equal_steps(FrontierEnds(7, 9), 10) == [7, 8, 9]
    assert equal_steps(FrontierEnds(7, 7), 10) == [7]


def test_a_point_is_beaten_by_one_as_good_in_both_and_better_in_one() -> None:
    """Gains 10, 10, 5 at prices 1, 2, 3: the second pays more for the same; the others stand."""
    assert dominated([(10, 1), (10, 2), (5, 3)], (0.1, 0.1)) == [None, 0, None]


def test_of_points_that_are_alike_the_first_stands() -> None:
    assert dominated([(10, 1), (10.01, 1.01)], (0.1, 0.1)) == [None, 0]


def test_differences_within_the_tolerance_count_as_none() -> None:
    """A pound less for two points more growth is not worth a point of its own."""
    assert dominated([(100, 1), (99, 3)], (2, 0.1)) == [None, 0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12))
def test_what_stands_is_beaten_by_nothing(points: list[tuple[int, int]]) -> None:
    beaten = dominated([(float(gain), float(price)) for gain, price in points], (0.0, 0.0))
    assert None in beaten
    for at, by in enumerate(beaten):
        gain, price = points[at]
        better = [other for other in points if other != (gain, price) and other[0] <= gain and other[1] <= price]
        twin = any(other == (gain, price) for other in points[:at])
        assert (by is not None) == bool(better or twin)


def test_the_bend_is_where_it_lies_furthest_below_the_line_between_its_ends() -> None:
    """Gap 100, 40, 30, 0... a steep fall to 40 at price 1, then a slow one: it bends there."""
    assert bend([(100, 0), (40, 1), (30, 2), (20, 3)]) == 1


def test_a_straight_frontier_does_not_bend() -> None:
    assert bend([(100, 0), (50.2, 1), (0, 2)]) is None
    assert bend([(100, 0), (0, 1)]) is None
