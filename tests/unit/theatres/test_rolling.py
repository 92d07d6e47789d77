"""Half a year lived through week by week: nobody is lost, and the luck is the same for every way of planning."""

from __future__ import annotations

import datetime as dt

import pytest

from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.rolling import POLICIES, compare
from models.theatres.rolling.compare import interval
from models.theatres.rolling.luck import Luck
from models.theatres.rolling.weeks import live_through
from models.theatres.rolling.world import Stay, World
from tests.model.theatres.generated import generated_instance

pytestmark = pytest.mark.unit

FIRST, WEEKS = 60, 3
BASELINES = {name: policy for name, policy in POLICIES.items() if name != "ours"}


@pytest.fixture(scope="module")
def year() -> Instance:
    return generated_instance(2, patients=120, weeks=WEEKS)


def test_everybody_is_waiting_operated_on_or_has_not_joined_yet(year: Instance) -> None:
    world, operated = World.of(year, Luck(1), FIRST, WEEKS), 0
    for week in range(WEEKS + 3):
        world.join(week)
        joined = FIRST + sum(len(world.arrivals.get(at, ())) for at in range(week + 1))
        plan = POLICIES["p2_then_longest_wait"](world.monday())
        world.agree(plan)
        operated += live_through(world, plan).cases
        assert len(world.waiting) + operated == joined
        assert world.agreed.keys() <= world.waiting.keys()
        assert all(made.start.date() >= world.today for made in world.appointments)
    assert operated > 0


def test_agreed_dates_stay_from_monday_to_monday(year: Instance) -> None:
    world = World.of(year, Luck(1), FIRST, WEEKS)
    kept: dict[str, str] = {}
    for week in range(WEEKS + 3):
        world.join(week)
        before = dict(world.agreed)
        plan: Plan = POLICIES["longest_wait_first"](world.monday())
        assert before.items() <= plan.list_of.items()
        world.agree(plan)
        kept |= before
        live_through(world, plan)
    assert kept


def test_the_same_luck_gives_the_same_weeks_and_another_seed_others(year: Instance) -> None:
    first = compare([year], BASELINES, FIRST, WEEKS)
    assert compare([year], BASELINES, FIRST, WEEKS) == first
    assert {len(weeks) for lived in first.weeks.values() for weeks in lived} == {WEEKS}
    assert Luck(1).share("touch", "P0001") == Luck(1).share("touch", "P0001") != Luck(2).share("touch", "P0001")


def test_a_patient_is_in_bed_as_long_as_their_own_draw_says() -> None:
    stay = Stay("EOC", dt.date(2027, 4, 12), (0.9, 0.5, 0.2), 0.4)
    nights = [dt.date(2027, 4, day) for day in range(11, 17)]
    assert [stay.is_there(night) for night in nights] == [False, True, True, False, False, False]
    assert [stay.chance(night) for night in nights] == [0.0, 0.9, 0.5, 0.2, 0.0, 0.0]


def test_the_interval_is_students() -> None:
    found = interval([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.half_width == pytest.approx(2.4841, abs=1e-4)  # t(0.975, 2) = 4.3027, over the root of 3
    assert interval([5.0]).half_width is None
