"""Estates a person can solve: the plan, its pounds and its patients, with the arithmetic in the comments.

Unless a test says otherwise: two sessions of 5 hours, even demand, ceiling 80 %, 50 weeks - a room holds 8 used hours
a week; contacts of 12 minutes, so 2,000 people with one contact a year are 400 hours a year, 8 a week, one room. A
suite has 2 rooms and costs £24,000 a year; periods 2026/27 (1 year) and 2027/28 (2 years); no discounting.
"""

from __future__ import annotations

import datetime as dt

import pytest

from models.estates.baselines import todays_estate
from models.estates.entities import Occupation, Period, Slot
from models.estates.instance import EstatesInstance
from models.estates.method import solve_estates
from models.estates.tables_of import tables_of
from models.estates.tables_of.values import stage_values
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Progress
from tests.estates_small import area, checked, estate, plan_of, service, site, solved, suite

pytestmark = pytest.mark.model

D = dt.date


def aim(outcome: Outcome, name: str) -> float | None:
    """The value of one aim."""
    return next(stage.value for stage in outcome.stages if stage.name == name)


def _two_floors(people: int, **changes: object) -> EstatesInstance:
    return estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", people)], **changes)


def test_a_floor_that_nobody_needs_goes_when_its_notice_has_run() -> None:
    """4,000 people need two rooms; the ground floor has them. Notice of six months: 1 October 2026.

    Charges of the upper floor until then £12,000; payment 50 % of £24,000 = £12,000; a fifth stays, £400 a month for
    30 months = £12,000. Ground floor £72,000. Net cost £108,000, against £144,000 with everything kept.
    """
    instance = _two_floors(4000)
    outcome = solved(instance)
    plan = plan_of(instance, outcome)
    assert outcome.status == "optimal"
    assert plan.hand_backs == {"A-1": D(2026, 10, 1)}
    assert {stage.name: stage.value for stage in outcome.stages} == {
        "unmet_demand": 0.0,
        "npv_cost": pytest.approx(108_000),
        "travel_worst": pytest.approx(8.0),
        "travel_core20": 0.0,
        "travel": pytest.approx(8.0),
        "disruption": 0.0,
    }
    assert all(stage.gap_share == 0.0 for stage in outcome.stages)
    assert checked(plan, outcome).findings == ()


def test_a_floor_is_kept_while_its_rooms_are_needed() -> None:
    """4,001 people need more than two rooms in every period: both floors stay."""
    instance = _two_floors(4001)
    outcome = solved(instance)
    assert plan_of(instance, outcome).hand_backs == {}
    assert aim(outcome, "npv_cost") == pytest.approx(144_000)


def test_a_floor_goes_once_demand_has_fallen() -> None:
    """Demand falls 20 % a year from 4,800 contacts to 3,840: two rooms are enough from the second period on."""
    falling = service(growth_share_per_year=-0.2)
    instance = _two_floors(4800, services=[falling])
    plan = plan_of(instance, solved(instance))
    assert plan.hand_backs == {"A-1": D(2027, 4, 1)}
    assert checked(plan).passed


def test_without_the_ceiling_the_floor_would_go() -> None:
    """At 100 % of the session two rooms hold 20 hours, enough for 5,000 people."""
    instance = _two_floors(5000)
    assert plan_of(instance, solved(instance)).hand_backs == {}
    assert plan_of(instance, solved(instance, "E-06")).hand_backs == {"A-1": D(2026, 10, 1)}


def test_an_uneven_week_keeps_the_floor_and_movable_demand_frees_it() -> None:
    """Weights 1.25 and 0.75: two rooms hold 16 / 1.25 = 12.8 hours if nothing moves, 16 if a fifth does.

    3,500 people want 14 hours.
    """
    slots = (Slot("mon_am", "mon", "am", 1.25), Slot("mon_pm", "mon", "pm", 0.75))
    stiff = _two_floors(3500, slots=slots, movable_share=0.0)
    assert plan_of(stiff, solved(stiff)).hand_backs == {}
    assert plan_of(stiff, solved(stiff, "E-07")).hand_backs == {"A-1": D(2026, 10, 1)}
    movable = _two_floors(3500, slots=slots, movable_share=0.2)
    plan = plan_of(movable, solved(movable))
    assert plan.hand_backs == {"A-1": D(2026, 10, 1)}
    assert checked(plan).passed


def test_demand_without_a_room_is_unmet_and_said_so() -> None:
    """6,000 people, rooms for 8 x 2 = 16 of 24 hours: a third, 2,000 contacts a year, in 1 + 2 weighted periods."""
    instance = estate([site("A")], [suite("A-0")], [area("a", 6000)])
    outcome = solved(instance)
    assert aim(outcome, "unmet_demand") == pytest.approx(6000, abs=0.5)
    plan = plan_of(instance, outcome)
    rows = [row for row in tables_of(plan)["service_plan"] if row["site_id"] == "-"]
    assert [row["contacts"] for row in rows] == [pytest.approx(2000, abs=0.2)] * 2
    assert checked(plan, outcome).passed


def test_a_service_needing_a_room_nobody_has_is_unmet() -> None:
    services = [service(), service("scan", room_type="xray", per_1000=100.0)]
    instance = estate([site("A")], [suite("A-0")], [area("a", 1000)], services=services)
    outcome = solved(instance)
    assert aim(outcome, "unmet_demand") == pytest.approx(300)
    assert checked(plan_of(instance, outcome), outcome).passed


def test_unmet_demand_of_one_kind_does_not_keep_rooms_of_another() -> None:
    """Unmet demand was once held by one row over all contacts, in contacts: so thin against the solver's tolerance
    that plans were lost and a dearer one was called optimal. It is held by kind of room and period, in hours.

    Nobody has an X-ray room, 300 contacts a year stay unmet; the spare floor goes all the same.
    """
    services = [service(), service("scan", room_type="xray", per_1000=100.0)]
    instance = _two_floors(3000, services=services)
    outcome = solved(instance)
    assert aim(outcome, "unmet_demand") == pytest.approx(900)
    assert plan_of(instance, outcome).hand_backs == {"A-1": D(2026, 10, 1)}


def test_a_site_with_no_rooms_can_be_handed_back() -> None:
    """Offices of a headquarters without a room: nobody is placed there, and it goes as a whole for 25 %."""
    suites = [suite("A-0", surplus_declared=False), suite("H-0", rooms={})]
    instance = estate([site("A"), site("H")], suites, [area("a", 1000)])
    plan = plan_of(instance, solved(instance))
    assert plan.hand_backs == {"H-0": D(2026, 10, 1)}
    assert plan.cash_book.vacating_payment_gbp(instance.suite("H-0"), D(2026, 10, 1), D(2026, 10, 1)) == 6000
    assert checked(plan).passed


def test_a_one_room_service_can_open() -> None:
    """One X-ray room: 8 used hours fill it to the ceiling, in two sessions of 4 used hours each."""
    services = [service("scan", room_type="xray", per_1000=1000.0)]
    instance = estate([site("A")], [suite("A-0", rooms={"xray": 1})], [area("a", 2000)], services=services)
    outcome = solved(instance)
    assert aim(outcome, "unmet_demand") == 0.0
    week = [r for r in tables_of(plan_of(instance, outcome))["room_utilisation"] if r["slot"] == "week"]
    assert [(row["sessions"], row["used_hours"]) for row in week] == [(2, pytest.approx(8.0))] * 2


def test_void_in_a_lift_building_cannot_be_saved() -> None:
    suites = [suite("A-0"), suite("A-1")]
    instance = estate([site("A", tenure="lift_chp")], suites, [area("a", 1000)])
    outcome = solved(instance)
    assert plan_of(instance, outcome).hand_backs == {}
    assert aim(outcome, "npv_cost") == pytest.approx(144_000)
    assert set(plan_of(instance, solved(instance, "E-17")).hand_backs) == {"A-1"}


def test_a_90_m2_suite_is_refused_by_name() -> None:
    instance = estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1", area_m2=90)], [area("a", 10)])
    plan = plan_of(instance, solved(instance))
    row = next(row for row in tables_of(plan)["site_plan"] if row["suite_id"] == "A-1")
    assert (row["status"], row["reason"]) == ("ineligible", "E-13 at least 100 m2")


def test_a_lease_nearly_over_is_left_to_run_out() -> None:
    """Eight months left at the end of notice: it goes on the lease's last day, for nothing."""
    lease = {"lease_end": D(2027, 6, 1)}
    sites = [site("A", tenure="nhsps_leasehold")]
    suites = [suite("A-0", surplus_declared=False, lease_end=D(2040, 4, 1)), suite("A-1", **lease)]
    instance = estate(sites, suites, [area("a", 1000)], minimum_hand_back_m2=100)
    plan = plan_of(instance, solved(instance))
    assert plan.hand_backs == {"A-1": D(2027, 6, 1)}
    assert plan.cash_book.vacating_payment_gbp(instance.suite("A-1"), D(2027, 6, 1), None) == 0
    assert checked(plan).passed


def test_the_whole_building_goes_on_one_day_for_a_quarter() -> None:
    """Everybody can be seen at B: both floors of A go on 1 October 2026, 25 % of £48,000 = £12,000."""
    sites = [site("A"), site("B")]
    suites = [suite("A-0"), suite("A-1"), suite("B-0", surplus_declared=False, rooms={"consulting": 4})]
    instance = estate(sites, suites, [area("a", 2000)])
    plan = plan_of(instance, solved(instance))
    assert plan.hand_backs == {"A-0": D(2026, 10, 1), "A-1": D(2026, 10, 1)}
    payments = [r["gbp"] for r in tables_of(plan)["cashflow"] if r["item"] == "vacating_payment"]
    assert payments == [12_000, 0, 0]
    assert checked(plan).passed


def test_parts_go_from_the_top_floor_down() -> None:
    """Two rooms are spare: the cheaper top floor goes, for the first floor may only follow it."""
    suites = [
        suite("A-0", surplus_declared=False, rooms={"consulting": 1}),
        suite("A-1", rent_gbp=40_000),
        suite("A-2"),
    ]
    instance = estate([site("A")], suites, [area("a", 6000)])
    assert set(plan_of(instance, solved(instance)).hand_backs) == {"A-2"}
    assert set(plan_of(instance, solved(instance, "E-19")).hand_backs) == {"A-1"}


def test_a_core_suite_takes_the_building_with_it() -> None:
    """The upper floor may not go, so the core may not either; without E-20 it does."""
    sites = [site("A"), site("B")]
    suites = [suite("A-0"), suite("A-1", surplus_declared=False), suite("B-0", surplus_declared=False)]
    instance = estate(sites, suites, [area("a", 100)])
    assert plan_of(instance, solved(instance)).hand_backs == {}
    assert set(plan_of(instance, solved(instance, "E-20")).hand_backs) == {"A-0"}


def test_of_two_equal_sites_the_nearer_is_kept() -> None:
    """Net cost is the same whichever goes: travel decides, and two suites are not both kept for it."""
    sites = [site("A"), site("B")]
    suites = [suite("A-0"), suite("B-0")]
    for near in ("A", "B"):
        travel = {("a", "A"): 20, ("a", "B"): 20, ("a", near): 10}
        instance = estate(sites, suites, [area("a", 4000)], travel=travel)
        outcome = solved(instance)
        assert set(plan_of(instance, outcome).hand_backs) == {"A-0", "B-0"} - {f"{near}-0"}
        assert aim(outcome, "travel") == pytest.approx(10.0)


def test_contacts_moved_are_those_seen_elsewhere_than_today() -> None:
    """A goes (ordered): its 1,000 contacts a year move to B in the second period, weight 2."""
    order = {"instruction": "hand_back", "instruction_date": D(2027, 4, 1)}
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0", **order), suite("B-0", surplus_declared=False)],
        [area("a", 1000)],
        travel={("a", "A"): 10, ("a", "B"): 15},
    )
    outcome = solved(instance)
    assert aim(outcome, "disruption") == pytest.approx(2000)
    assert aim(outcome, "travel") == pytest.approx((10 + 2 * 15) / 3)
    assert checked(plan_of(instance, outcome), outcome).passed


@pytest.mark.parametrize(("limit", "goes"), [(5, True), (4, False)])
def test_nobody_is_sent_too_many_minutes_further(limit: int, goes: bool) -> None:
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0"), suite("B-0", surplus_declared=False)],
        [area("a", 1000)],
        travel={("a", "A"): 10, ("a", "B"): 15},
        added_minutes_limit=limit,
    )
    assert bool(plan_of(instance, solved(instance)).hand_backs) is goes
    assert plan_of(instance, solved(instance, "E-23")).hand_backs


def test_an_open_site_has_its_least_hours() -> None:
    """B stays and must have 2 hours in each of 2 sessions: 4 of the 8 hours go there, 10 minutes further."""
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0", surplus_declared=False), suite("B-0", surplus_declared=False)],
        [area("a", 2000)],
        travel={("a", "A"): 10, ("a", "B"): 20},
        minimum_clinical_hours_per_session=2.0,
    )
    outcome = solved(instance)
    assert aim(outcome, "travel") == pytest.approx(15.0, abs=1e-3)
    assert checked(plan_of(instance, outcome), outcome).passed
    assert aim(solved(instance, "E-21"), "travel") == pytest.approx(10.0)


def test_virtual_contacts_take_offices_and_no_journey() -> None:
    services = [service(), service("video", mode="virtual", room_type="office")]
    suites = [suite("A-0", surplus_declared=False), suite("A-1", rooms={"office": 1})]
    instance = estate([site("A")], suites, [area("a", 2000)], services=services)
    plan = plan_of(instance, solved(instance))
    assert plan.hand_backs == {}
    assert {(i.area_id, i.site_id) for i in plan.contacts if i.service == "video"} == {("-", "A")}
    assert "video" not in {row["service"] for row in tables_of(plan)["travel"]}
    assert checked(plan).passed


def test_an_occupier_is_waited_for() -> None:
    trust = Occupation("o", "A-1", "Trust", 200, "provider", D(2027, 7, 15))
    instance = _two_floors(1000, occupations=[trust])
    assert plan_of(instance, solved(instance)).hand_backs == {"A-1": D(2027, 8, 1)}


def test_todays_estate_keeps_everything_and_passes_the_check() -> None:
    instance = _two_floors(4000)
    plan = todays_estate(instance)
    assert plan is not None
    assert plan.hand_backs == {}
    assert stage_values(plan)["npv_cost"] == pytest.approx(144_000)
    assert checked(plan).passed


def test_todays_estate_does_what_is_ordered() -> None:
    order = {"instruction": "hand_back", "instruction_date": D(2027, 4, 1)}
    instance = estate([site("A")], [suite("A-0"), suite("A-1", **order)], [area("a", 1000)])
    plan = todays_estate(instance)
    assert plan is not None
    assert plan.hand_backs == {"A-1": D(2027, 4, 1)}


def test_no_demand_needs_no_rooms() -> None:
    instance = _two_floors(0)
    outcome = solved(instance)
    assert outcome.status == "optimal"
    assert plan_of(instance, outcome).placements == ()
    assert set(plan_of(instance, outcome).hand_backs) == {"A-1"}
    assert checked(plan_of(instance, outcome), outcome).passed


class _Impatient:
    """Cancels at once."""

    def __init__(self) -> None:
        self.incumbents = 0

    def progress(self, event: Progress) -> None:
        del event

    def incumbent(self, decisions: object) -> None:
        del decisions
        self.incumbents += 1

    def cancelled(self) -> bool:
        return True


def test_a_cancelled_solve_keeps_the_plan_it_has() -> None:
    watch = _Impatient()
    instance = _two_floors(4000)
    outcome = solve_estates(instance, SolveOptions(), watch)
    assert outcome.status == "cancelled"
    assert not outcome.repeatable
    if outcome.decisions is not None:
        assert watch.incumbents > 0
        assert checked(plan_of(instance, outcome)).passed


def test_a_small_time_limit_is_not_repeatable_unless_it_was_never_needed() -> None:
    instance = _two_floors(4000, periods=[Period("2026/27", 1, 1.0)])
    outcome = solve_estates(instance, SolveOptions(time_limit_seconds=60.0), _Patient())
    assert outcome.repeatable
    assert outcome.status == "optimal"


class _Patient(_Impatient):
    def cancelled(self) -> bool:
        return False
