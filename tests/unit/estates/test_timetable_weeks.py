"""What a timetable must hold: hours of a plan by session, in whole thousandths (E-05, E-06, E-07, E-40)."""

from __future__ import annotations

import pytest

from models.estates.entities import Slot
from models.estates.instance import EstatesInstance
from models.estates.timetable.plain import plain_timetable
from models.estates.timetable.week import RoomWeek
from models.estates.timetable.weeks import week_of
from tests.estates_small import estate, site, suite

pytestmark = pytest.mark.unit

SLOTS = (Slot("mon_am", "mon", "am", 1.2), Slot("mon_pm", "mon", "pm", 0.8))


def small(cap_share: float | None) -> EstatesInstance:
    """Two sessions of 5 hours at 85 %: a room takes 4.25 hours in each; Monday morning wants 60 % of demand."""
    return estate(
        [site("s", utilisation_cap_share=cap_share)],
        [suite("s-0")],
        [],
        slots=SLOTS,
        session_hours=5.0,
        used_share_ceiling=0.85,
        movable_share=0.5,
    )


def week(rooms: int, cap_share: float | None = None, **hours: float) -> RoomWeek:
    return week_of(small(cap_share), "s", "consulting", 0, rooms, hours)


def test_hours_stand_where_demand_wants_them() -> None:
    """10 hours: 6 in the morning, 4 in the afternoon; half of each could be moved."""
    asked = week(2, gp=10.0)
    assert asked.wanted_milli_hours == (6000, 4000)
    assert asked.least_milli_hours == (3000, 2000)
    assert asked.limit_milli_hours == (4250, 4250)
    assert asked.least_sessions == (2, 1)


def test_a_full_session_passes_on_what_it_cannot_hold() -> None:
    assert week(1, gp=8.0).wanted_milli_hours == (4250, 3750)


def test_a_site_may_have_a_lower_cap() -> None:
    assert week(1, 0.5, gp=4.0).limit_milli_hours == (2500, 2500)
    assert week(1, 1.0, gp=4.0).limit_milli_hours == (4250, 4250)


def test_rounding_does_not_lift_a_full_room_above_its_ceiling() -> None:
    """8.502 hours in a room that takes 8.5: the slots hold 8.5, and the exact hours of the service stay exact."""
    asked = week(1, gp=8.502)
    assert asked.wanted_milli_hours == (4250, 4250)
    timetable = plain_timetable(asked)
    assert timetable.holds
    assert sum(booking.micro_hours for booking in timetable.bookings) == 8_502_000
    assert max(booking.micro_hours for booking in timetable.bookings) <= 4_251_400


def test_more_than_the_ceiling_fills_every_room_as_far_as_it_must() -> None:
    """9 hours where 8.5 fit: a plan made without the ceiling; 5 hours in the morning are the session's length."""
    asked = week(1, gp=9.0)
    assert asked.wanted_milli_hours == (5000, 4000)
    assert asked.limit_milli_hours == (5000, 4250)
    assert asked.fits_its_rooms


def test_hours_without_a_room_do_not_fit() -> None:
    assert not week(0, gp=1.0).fits_its_rooms


def test_the_thousandths_of_the_services_sum_to_those_of_the_slots() -> None:
    """Three services of a third of an hour each: 333 + 333 + 334 thousandths."""
    asked = week(1, a=1 / 3, b=1 / 3, c=1 / 3)
    assert sum(asked.wanted_milli_hours) == sum(asked.service_milli_hours.values()) == 1000
    assert dict(asked.service_micro_hours) == {"a": 333_333, "b": 333_333, "c": 333_333}


def test_a_service_too_small_to_be_written_is_left_out() -> None:
    assert week(1, gp=4.0, crumbs=0.0004).services == ("gp",)
    assert week(1, crumbs=0.0004).wanted_milli_hours == (0, 0)
    assert plain_timetable(week(1, crumbs=0.0004)).bookings == ()
