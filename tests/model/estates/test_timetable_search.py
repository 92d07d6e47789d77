"""The timetable search (E-40) against a room-by-room model of its own, and against cases worked out by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, linprog, milp

from models.estates.timetable.asking import LIMITS
from models.estates.timetable.best import best_timetable, best_timetables
from models.estates.timetable.plain import plain_timetable
from models.estates.timetable.week import RoomWeek, TimetableAnswer
from tests.unit.estates.test_timetable import assert_exact

pytestmark = pytest.mark.model

SLOTS = ("mon_am", "mon_pm", "sat_am")
DAYS = ("mon", "mon", "sat")
LIMIT = 4000


def week(
    rooms: int,
    by_slot: Sequence[int],
    services: Sequence[int],
    *,
    shared: int = 2,
    least: Sequence[int] | None = None,
) -> RoomWeek:
    """A week of a Monday and a Saturday morning; hours in thousandths, services named a, b, c ..."""
    return RoomWeek(
        site_id="s",
        room_type="consulting",
        period=0,
        rooms=rooms,
        slots=SLOTS,
        weekdays=DAYS,
        wanted_milli_hours=tuple(by_slot),
        least_milli_hours=tuple(by_slot if least is None else least),
        limit_milli_hours=(LIMIT,) * len(SLOTS),
        service_micro_hours=tuple(("abcdef"[n], hours * 1000) for n, hours in enumerate(services)),
        services_per_session=shared,
    )


def random_week(draw: random.Random, rooms: int, services: int, shared: int) -> RoomWeek:
    """Hours in whole half hours, so that fitting exactly is common."""
    by_slot = [500 * draw.randint(1, rooms * LIMIT // 500) for _ in SLOTS]
    cuts = sorted(draw.sample(range(1, max(sum(by_slot) // 500, services)), services - 1))
    ends = [0, *cuts, sum(by_slot) // 500]
    return week(rooms, by_slot, [500 * (high - low) for low, high in pairwise(ends)], shared=shared)


def enumerated(asked: RoomWeek) -> tuple[int, int] | None:
    """One room: every choice of who is in which session, the hours by a linear program; None: no choice holds."""
    hours, best = list(asked.service_milli_hours.values()), None
    choices = [s for size in range(asked.services_per_session + 1) for s in combinations(range(len(hours)), size)]
    for present in product(choices, repeat=len(SLOTS)):
        cells = [(slot, service) for slot, services in enumerate(present) for service in services]
        days = len({(DAYS[slot], service) for slot, service in cells})
        value = (sum(1 for services in present if services), days)
        if (best is None or value < best) and _hours_exist(asked, cells, hours):
            best = value
    return best


def _hours_exist(asked: RoomWeek, cells: Sequence[tuple[int, int]], hours: Sequence[int]) -> bool:
    if not cells:
        return False
    rows = [[float(slot == at) for slot, _ in cells] for at in range(len(SLOTS))]
    rows += [[float(service == at) for _, service in cells] for at in range(len(hours))]
    right = [*asked.wanted_milli_hours, *hours]
    return bool(linprog(np.zeros(len(cells)), A_eq=rows, b_eq=right, bounds=(0, LIMIT)).status == 0)


def room_by_room(asked: RoomWeek) -> tuple[int, int] | None:
    """A mixed-integer program with a variable for every room: sessions first, then clinician-days."""
    hours = list(asked.service_milli_hours.values())
    rooms, slots, services = range(asked.rooms), range(len(SLOTS)), range(len(hours))
    days = sorted(set(DAYS))
    names = [("hours", r, h, v) for r in rooms for h in slots for v in services]
    names += [("in", r, h, v) for r in rooms for h in slots for v in services]
    names += [("used", r, h) for r in rooms for h in slots]
    names += [("day", r, d, v) for r in rooms for d in days for v in services]
    column = {name: at for at, name in enumerate(names)}
    rows: list[dict[tuple[object, ...], float]] = []
    low: list[float] = []
    high: list[float] = []

    def row(cells: dict[tuple[object, ...], float], least: float, most: float) -> None:
        rows.append(cells)
        low.append(least)
        high.append(most)

    for r, h in product(rooms, slots):
        row({**{("hours", r, h, v): 1 / LIMIT for v in services}, ("used", r, h): -1}, -np.inf, 0)
        row({("in", r, h, v): 1.0 for v in services}, 0, asked.services_per_session)
        for v in services:
            row({("hours", r, h, v): 1 / LIMIT, ("in", r, h, v): -1}, -np.inf, 0)
            row({("in", r, h, v): 1.0, ("day", r, DAYS[h], v): -1}, -np.inf, 0)
    for h in slots:
        wanted = asked.wanted_milli_hours[h] / LIMIT
        row({("hours", r, h, v): 1 / LIMIT for r in rooms for v in services}, wanted, wanted)
    for v in services:
        row({("hours", r, h, v): 1 / LIMIT for r in rooms for h in slots}, hours[v] / LIMIT, hours[v] / LIMIT)
    matrix = np.zeros((len(rows), len(names)))
    for at, cells in enumerate(rows):
        for name, value in cells.items():
            matrix[at, column[name]] = value
    whole = np.array([0.0 if name[0] == "hours" else 1.0 for name in names])
    most = np.array([float(LIMIT) if name[0] == "hours" else 1.0 for name in names])
    cost = np.array([1000.0 if name[0] == "used" else 1.0 if name[0] == "day" else 0.0 for name in names])
    found = milp(cost, constraints=LinearConstraint(matrix, low, high), integrality=whole, bounds=(0, most))
    if found.status != 0:
        return None
    return divmod(round(found.fun), 1000)


def assert_best(answer: TimetableAnswer, expected: tuple[int, int] | None) -> None:
    assert answer.timetable is not None
    assert expected == (answer.timetable.sessions, answer.timetable.clinician_days)
    assert answer.status == "optimal"
    assert (answer.sessions_bound, answer.clinician_days_bound) == expected
    assert answer.timetable.holds
    assert_exact(answer.timetable)


@pytest.mark.parametrize("seed", range(6))
def test_one_room_agrees_with_complete_enumeration(seed: int) -> None:
    asked = random_week(random.Random(seed), rooms=1, services=3, shared=2)
    expected = enumerated(asked)
    answer = best_timetable(asked)
    if expected is None:
        assert answer.timetable is None
    else:
        assert_best(answer, expected)


@pytest.mark.parametrize("seed", range(30))
def test_a_few_rooms_agree_with_a_model_room_by_room(seed: int) -> None:
    draw = random.Random(seed)
    asked = random_week(draw, rooms=draw.randint(1, 3), services=draw.randint(2, 4), shared=draw.choice([1, 2, 2]))
    expected = room_by_room(asked)
    answer = best_timetable(asked)
    if expected is None:
        assert answer.status == "infeasible"
        assert answer.timetable is None
    else:
        assert_best(answer, expected)


def test_a_service_for_each_day_needs_no_shared_room() -> None:
    """a fills Monday, b Saturday morning: two clinician-days, where the plain order would need three."""
    asked = week(1, (4000, 4000, 2000), (8000, 2000))
    answer = best_timetable(asked)
    assert_best(answer, (3, 2))


def test_one_service_to_a_session_and_one_service_too_many() -> None:
    """a (5 h) needs two sessions of 4 h, b and c one each: four of the three there are.

    With the same mix, a fits one session up to 4 h: 4/5 of 10 h are 8 h (4 + 2.4 + 1.6).
    """
    answer = best_timetable(week(1, (4000, 4000, 2000), (5000, 3000, 2000), shared=1, least=(0, 0, 0)))
    assert answer.status == "infeasible"
    assert answer.timetable is None
    assert answer.most_hours == pytest.approx(8.0, abs=0.01)
    assert "3 services with at most 1 to a room" in answer.reason


def test_what_cannot_be_moved_lowers_the_most_hours() -> None:
    """As above, but three quarters of the hours of each session stay, here at a share x of the week.

    Monday morning a (3x <= 5x <= 4), the afternoon b (3x <= 3x), Saturday c (1.5x <= 2x): still 8 h.
    With 3.1 h staying on both halves of Monday b's 3x no longer do at any x; a thousandth of an hour that each
    service may be out lets 0.2 h through.
    """
    answer = best_timetable(week(1, (4000, 4000, 2000), (5000, 3000, 2000), shared=1, least=(3000, 3000, 1500)))
    assert answer.most_hours == pytest.approx(8.0, abs=0.01)
    answer = best_timetable(week(1, (4000, 4000, 2000), (5000, 3000, 2000), shared=1, least=(3100, 3100, 1500)))
    assert answer.status == "infeasible"
    assert answer.most_hours == pytest.approx(0.0, abs=0.21)


def test_hours_move_only_when_they_must() -> None:
    """One service to a session: a has 3 h, b 5 h; wanted are 4, 3 and 1 h, which no choice of sessions gives.

    With half of the hours movable, a takes one session of 3 h and b two that make 5 h.
    """
    answer = best_timetable(week(1, (4000, 3000, 1000), (3500, 4500), shared=1, least=(2000, 1500, 500)))
    assert answer.timetable is not None
    assert answer.timetable.holds
    assert "moved" in answer.reason
    for hours, stays in zip(answer.timetable.micro_hours_by_slot, (2000, 1500, 500), strict=True):
        assert hours >= 1000 * stays
    assert sum(answer.timetable.micro_hours_by_slot) == 8_000_000


def test_closed_lists_give_way_first() -> None:
    """One service to a session, all three full with a; half an hour of a closed list has none: 11.5 hours remain."""
    asked = week(1, (4000, 4000, 4000), (11_500, 500), shared=1, least=(3000, 3000, 3000))
    asked = replace(asked, service_micro_hours=(("a", 11_500_000), ("gp_list", 500_000)))
    answer = best_timetable(asked)
    assert answer.status == "infeasible"
    assert answer.most_hours == pytest.approx(11.5, abs=0.002)


def test_closed_lists_giving_way_may_not_be_enough() -> None:
    """As in the case of three services with one too many, with a closed list beside: all shrink together."""
    asked = week(1, (4000, 4000, 2000), (5000, 3000, 1999, 1), shared=1, least=(0, 0, 0))
    services = (("a", 5_000_000), ("b", 3_000_000), ("c", 1_999_000), ("gp_list", 1000))
    answer = best_timetable(replace(asked, service_micro_hours=services))
    assert answer.most_hours == pytest.approx(8.0, abs=0.02)


def test_no_room_can_hold_no_hours() -> None:
    answer = best_timetable(week(0, (1000, 0, 0), (1000,)))
    assert (answer.status, answer.timetable, answer.most_hours) == ("infeasible", None, 0.0)
    assert "no room" in answer.reason


def test_twice_the_same_answer_and_never_worse_than_the_plain_rule() -> None:
    weeks = {("s", "consulting", n): random_week(random.Random(n), 3, 4, 2) for n in range(8)}
    first, second = best_timetables(weeks), best_timetables(weeks, LIMITS)
    assert first == second
    for answer in first.values():
        plain = plain_timetable(answer.week)
        if plain.holds:
            assert answer.timetable is not None
            assert answer.timetable.sessions <= plain.sessions
            assert answer.timetable.clinician_days <= plain.clinician_days
