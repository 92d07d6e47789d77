"""The plain timetable: rooms filled in order, service after service (E-40)."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace

import pytest

from models.estates.timetable.compact import bookings_from, compact
from models.estates.timetable.plain import plain_timetable
from models.estates.timetable.week import RoomWeek, Timetable, days_in_use

pytestmark = pytest.mark.unit

SLOTS = ("mon_am", "mon_pm", "tue_am", "tue_pm", "sat_am")
DAYS = ("mon", "mon", "tue", "tue", "sat")


def week(
    rooms: int, by_slot: tuple[int, ...], services: dict[str, int], *, limit: int = 4250, shared: int = 2
) -> RoomWeek:
    """A week of five sessions; hours in thousandths."""
    return RoomWeek(
        site_id="s",
        room_type="consulting",
        period=0,
        rooms=rooms,
        slots=SLOTS,
        weekdays=DAYS,
        wanted_milli_hours=by_slot,
        least_milli_hours=(0,) * len(SLOTS),
        limit_milli_hours=(limit,) * len(SLOTS),
        service_micro_hours=tuple((name, hours * 1000) for name, hours in sorted(services.items())),
        services_per_session=shared,
    )


def assert_exact(timetable: Timetable) -> None:
    """Exact by service in millionths, by slot to the last thousandth of each service, no room overfull."""
    asked = timetable.week
    by_service, by_room = Counter[str](), Counter[tuple[int, int]]()
    for booking in timetable.bookings:
        assert 1 <= booking.room <= asked.rooms
        assert booking.micro_hours >= 500
        by_service[booking.service] += booking.micro_hours
        by_room[booking.room, booking.slot] += booking.micro_hours
    assert by_service == Counter(dict(asked.service_micro_hours))
    slack = 1000 * len(asked.services)
    for (_, slot), hours in by_room.items():
        assert hours <= asked.limit_milli_hours[slot] * 1000 + slack
    for hours, wanted in zip(timetable.micro_hours_by_slot, asked.wanted_milli_hours, strict=True):
        assert abs(hours - wanted * 1000) <= slack


def test_one_service_takes_the_same_rooms_on_every_day() -> None:
    """9 hours on Monday morning need three rooms of 4.25 hours; room 1 is in use in every session."""
    timetable = plain_timetable(week(4, (9000, 5000, 4000, 4000, 1000), {"gp": 23_000}))
    assert timetable.sessions_by_slot == (3, 2, 1, 1, 1)
    assert timetable.clinician_days == 3 + 1 + 1
    assert timetable.holds
    assert_exact(timetable)


def test_the_largest_service_fills_up_what_a_smaller_one_leaves_of_a_day() -> None:
    """Room 1 on Monday: 3 hours of podiatry, then GP appointments; everything else is GP appointments."""
    timetable = plain_timetable(week(1, (4000, 4000, 4000, 4000, 2000), {"gp": 15_000, "podiatry": 3000}))
    first = [(b.slot, b.service, b.micro_hours) for b in timetable.bookings if b.slot < 2]
    assert first == [(0, "gp", 1_000_000), (0, "podiatry", 3_000_000), (1, "gp", 4_000_000)]
    assert timetable.clinician_days == 3 + 1


def test_a_service_of_millionths_keeps_its_exact_hours() -> None:
    asked = week(1, (4000, 0, 0, 0, 0), {"gp": 4000})
    asked = replace(asked, service_micro_hours=(("gp", 4_000_123),))
    assert [b.micro_hours for b in plain_timetable(asked).bookings] == [4_000_123]


def test_hours_without_a_room_get_no_bookings() -> None:
    timetable = plain_timetable(week(0, (1000, 0, 0, 0, 0), {"gp": 1000}))
    assert timetable.bookings == ()
    assert not timetable.holds


def test_three_small_services_in_one_session_do_not_hold() -> None:
    """One session, two services may share it: the third makes it fail, and the timetable says so."""
    services = {"a": 1000, "b": 1000, "c": 1000}
    assert not plain_timetable(week(1, (3000, 0, 0, 0, 0), services)).holds
    assert plain_timetable(week(1, (3000, 0, 0, 0, 0), services, shared=3)).holds


@pytest.mark.parametrize("seed", range(40))
def test_sums_are_exact_and_no_room_is_overfull(seed: int) -> None:
    asked = random_week(random.Random(seed))
    timetable = plain_timetable(asked)
    assert_exact(timetable)
    assert timetable.sessions_by_slot == asked.least_sessions
    assert timetable.clinician_days >= days_in_use(asked)


def test_the_compact_form_is_read_back_and_survives_json() -> None:
    timetable = plain_timetable(random_week(random.Random(7)))
    read = bookings_from(json.loads(json.dumps(compact([timetable]))))
    assert read == {("s", "consulting", 0): timetable.bookings}


@pytest.mark.parametrize("wrong", ["text", [["s", "consulting", 0, "text"]], [["s", "consulting", 0, ["ab"]]]])
def test_what_is_no_timetable_is_refused(wrong: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        bookings_from(wrong)


def random_week(draw: random.Random) -> RoomWeek:
    """A week that fits its rooms, some of them full."""
    rooms, names = draw.randint(1, 6), [f"v{n}" for n in range(draw.randint(1, 6))]
    by_slot = [draw.choice([rooms * 4250, draw.randint(0, rooms * 4250)]) for _ in SLOTS]
    total = sum(by_slot)
    if total < 10 * len(names):
        by_slot, total = [1000] * len(SLOTS), 1000 * len(SLOTS)
    cuts = sorted(draw.sample(range(1, total), len(names) - 1))
    hours = [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
    asked = week(rooms, tuple(by_slot), dict(zip(names, hours, strict=True)))
    exact = tuple((name, micro + draw.randint(-499, 499)) for name, micro in asked.service_micro_hours)
    return replace(asked, service_micro_hours=exact)
