"""The week: what a room can take when demand is uneven, against the rule of each session."""

from __future__ import annotations

import itertools

import pytest

from models.estates.slots import (
    highest_weekly_average_share,
    movable_share_for_the_ceiling,
    sessions_for,
    spread_over_slots,
    weekly_hours_per_room,
)

pytestmark = pytest.mark.unit

REFERENCE = (1.35, 1.1, 1.15, 1.0, 1.1, 0.95, 1.1, 0.95, 1.1, 0.85, 0.35)


def test_the_reference_profile_allows_63_percent_if_nothing_moves() -> None:
    """0.85 / 1.35 = 0.6296; with a quarter movable 0.85 / (0.75 x 1.35) = 0.8395; 1 - 1 / 1.35 = 0.2593 for 85 %."""
    assert highest_weekly_average_share(REFERENCE, 0.0, 0.85) == pytest.approx(0.6296, abs=5e-5)
    assert highest_weekly_average_share(REFERENCE, 0.25, 0.85) == pytest.approx(0.8395, abs=5e-5)
    assert movable_share_for_the_ceiling(REFERENCE) == pytest.approx(0.2593, abs=5e-5)
    assert highest_weekly_average_share(REFERENCE, 0.26, 0.85) == 0.85


def test_one_room_holds_eleven_sessions_of_4_25_hours_on_an_even_profile() -> None:
    """11 x 5 x 0.85 = 46.75 hours: a service with one room can open at 85 %."""
    assert weekly_hours_per_room((1.0,) * 11, 0.0, 5.0, 0.85) == pytest.approx(46.75)


@pytest.mark.parametrize("movable", [0.0, 0.1, 0.25, 0.6, 1.0])
@pytest.mark.parametrize("rooms", [1, 3])
def test_the_weekly_limit_is_exactly_where_some_session_overflows(movable: float, rooms: int) -> None:
    """Full to the limit every session holds and the immovable part stays put; a little more and one must overflow."""
    limit = rooms * weekly_hours_per_room(REFERENCE, movable, 5.0, 0.85)
    slot_limit = rooms * 5.0 * 0.85
    hours = spread_over_slots(limit, REFERENCE, slot_limit)
    assert sum(hours) == pytest.approx(limit)
    assert max(hours) <= slot_limit + 1e-9
    fixed = [(1 - movable) * limit * weight / 11 for weight in REFERENCE]
    assert all(held >= least - 1e-9 for held, least in zip(hours, fixed, strict=True))
    more = limit * 1.001
    overfull = (1 - movable) * more * max(REFERENCE) / 11 > slot_limit
    assert overfull or more > 11 * slot_limit


def test_demand_moves_no_more_than_it_must() -> None:
    """Half full, everybody is seen when they want; over the limit the excess fills the emptiest sessions."""
    weights = (1.5, 1.0, 0.5)
    assert spread_over_slots(6.0, weights, 4.0) == [3.0, 2.0, 1.0]
    # 9 hours want 4.5, 3, 1.5; half an hour must leave the first and goes to the last: 4, 3, 2.
    assert spread_over_slots(9.0, weights, 4.0) == pytest.approx([4.0, 3.0, 2.0])


def test_sessions_are_whole() -> None:
    cases = {0.0: 0, 0.1: 1, 4.25: 1, 4.2500000001: 1, 4.3: 2, 8.5: 2}
    assert {hours: sessions_for(hours, 4.25) for hours in cases} == cases


def test_spreading_keeps_the_hours_whatever_the_limit() -> None:
    for hours, limit in itertools.product((0.0, 3.0, 20.0, 60.0), (0.0, 2.0, 5.0)):
        assert sum(spread_over_slots(hours, REFERENCE, limit)) == pytest.approx(hours)
