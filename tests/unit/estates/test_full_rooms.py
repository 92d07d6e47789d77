"""How the sessions of full and overfull rooms are written."""

from __future__ import annotations

import pytest

from models.estates.demand import Commodity
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan, make_plan
from models.estates.tables_of import tables_of
from tests.estates_small import area, checked, estate, service, site, suite

pytestmark = pytest.mark.unit


def one_room(per_1000: float) -> EstatesInstance:
    """One room of 8 used hours a week, all demand movable; three areas of 667 people at its door."""
    areas = [area(name, 667) for name in "abc"]
    return estate(
        [site("A")],
        [suite("A-0", rooms={"consulting": 1})],
        areas,
        services=[service(per_1000=per_1000)],
        movable_share=1.0,
    )


def everybody_there(instance: EstatesInstance) -> Plan:
    kind = Commodity("consulting", "face_to_face")
    periods = range(len(instance.periods))
    return make_plan(instance, {}, {(one.area_id, kind, t): {"A": 1.0} for one in instance.areas for t in periods})


def test_a_room_filled_to_the_last_contact_is_not_written_as_overfull() -> None:
    """3 x 666.66667 contacts are written as 3 x 666.667: four millionths of an hour a week more than the 85 % allow.

    A full site was once written with its rooms filled beyond the ceiling for less than that.
    """
    plan = everybody_there(one_room(666.66667 / 0.667))
    assert sum(item.milli_contacts for item in plan.contacts if item.period == 0) == 2_000_001
    assert checked(plan).findings == ()


def test_more_hours_than_the_ceiling_allows_break_the_ceiling_alone() -> None:
    """2,201 contacts are 8.8 hours in 10 hours of sessions: written as such, so that they break the ceiling, of the
    session (E-06) and of the room in it (E-40), and nothing else."""
    plan = everybody_there(one_room(1100))
    rows = [row for row in tables_of(plan)["room_utilisation"] if row["year"] == "2026/27"]
    assert [row["sessions"] for row in rows] == [1, 1, 2]
    assert {finding.rule for finding in checked(plan).findings} == {"E-06", "E-40"}
