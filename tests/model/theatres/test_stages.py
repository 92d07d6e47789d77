"""Every stage by hand: on one or two lists, who is booked and what that is worth; weeks are counted to 22 March."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from models.shared.problem import Outcome, SolveOptions
from models.theatres.entities import Patient
from models.theatres.formulation.aims import Aim, figures_agree
from models.theatres.formulation.month import build_month
from models.theatres.method.solve import solve
from models.theatres.rules import STAGES
from solvers.types import Unwatched
from tests.model.theatres.solving import solved, stage_values
from tests.unit.theatres.small_world import MONDAY, PLANNING, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.model

USUAL = ["p2_booked", "long_waits_booked", "long_waits_at_end_booked", "weighted_wait", "touch_minutes"]
FRIDAY = MONDAY + dt.timedelta(days=4)
# Room for one hip of 100 minutes, and not for two.
SHORT = theatre_list("L", end=at(MONDAY, "11:00"))
SHORT_ON_FRIDAY = theatre_list("M", FRIDAY, end=at(FRIDAY, "11:00"))


def waited(patient_id: str, weeks: int, **changes: object) -> Patient:
    """A patient who has waited so many whole weeks on planning day."""
    return patient(patient_id, clock_start=PLANNING - dt.timedelta(weeks=weeks), **changes)


class Listener(Unwatched):
    """Keeps every plan shown."""

    def __init__(self) -> None:
        self.shown = list[Mapping[str, object]]()

    def incumbent(self, decisions: Mapping[str, object]) -> None:
        self.shown.append(decisions)


def names(outcome: Outcome) -> list[str]:
    return [stage.name for stage in outcome.stages]


def test_stages_that_do_not_apply_are_left_out() -> None:
    outcome, _ = solved(world([waited("P", 4)], [SHORT]))
    assert names(outcome) == USUAL
    assert {name for name, _, _ in STAGES} == {*USUAL, "due_dates_met", "bookings_kept"}


def test_all_stages_in_their_order() -> None:
    people = [waited("P", 4, due_by=MONDAY), waited("Q", 4)]
    settings = {"least_trust_share": 0.1}
    instance = world(people, [SHORT], bookings={"Q": ("L", "proposed")}, settings=settings)
    assert names(solved(instance)[0]) == [
        "least_share_A", "least_share_B", "due_dates_met", *USUAL, "bookings_kept"
    ]  # fmt: skip
    told_first = world(
        people, [SHORT], bookings={"Q": ("L", "proposed")}, settings={**settings, "aim": "least_change"}
    )
    assert names(solved(told_first)[0]) == [
        "due_dates_met", *USUAL[:2], "bookings_kept", "least_share_A", "least_share_B", *USUAL[2:]
    ]  # fmt: skip


def test_due_dates_come_before_p2() -> None:
    """One place: D has to be operated on by Monday (T-38), Q is P2 and has waited longer."""
    instance = world([waited("D", 4, due_by=MONDAY), waited("Q", 60, priority="P2")], [SHORT])
    outcome, plan = solved(instance)
    assert dict(plan.list_of) == {"D": "L"}
    assert stage_values(outcome) == {
        "due_dates_met": 1, "p2_booked": 0, "long_waits_booked": 0, "long_waits_at_end_booked": 0,
        "weighted_wait": 104, "touch_minutes": 100,
    }  # fmt: skip
    assert outcome.status == "optimal"


def test_a_due_date_gone_by_counts_no_more() -> None:
    """On Friday D is too late: Q has Monday's list or Friday's, D whichever is left, and no due date is met."""
    late = waited("D", 4, due_by=MONDAY, available_from=FRIDAY)
    outcome, plan = solved(world([late, waited("Q", 4)], [SHORT, SHORT_ON_FRIDAY]))
    assert stage_values(outcome)["due_dates_met"] == 0
    assert dict(plan.list_of) == {"D": "M", "Q": "L"}


def test_long_waits_when_the_horizon_ends() -> None:
    """E has waited 46 weeks, 53 when the lists are over: before Y, 40 weeks and P3 (180 points to 146)."""
    outcome, plan = solved(world([waited("E", 46), waited("Y", 40, priority="P3")], [SHORT]))
    assert dict(plan.list_of) == {"E": "L"}
    assert stage_values(outcome) == {
        "p2_booked": 0, "long_waits_booked": 0, "long_waits_at_end_booked": 1, "weighted_wait": 146,
        "touch_minutes": 100,
    }  # fmt: skip


def test_each_trust_has_its_least_share() -> None:
    """Four places, four patients of A who wait longer, four of B: half of each are booked (T-36)."""
    people = [waited(f"A{n}", 90 + n) for n in range(4)]
    people += [waited(f"B{n}", 10 + n, trust_id="B", surgeon_choice="any") for n in range(4)]
    outcome, plan = solved(world(people, settings={"least_trust_share": 0.5}))
    assert sorted(plan.list_of) == ["A2", "A3", "B2", "B3"]
    assert [stage_values(outcome)[f"least_share_{trust}"] for trust in "AB"] == [2, 2]
    free, plan = solved(world(people))
    assert sorted(plan.list_of) == ["A0", "A1", "A2", "A3"]
    assert "least_share_A" not in stage_values(free)


def test_more_than_the_least_share_counts_no_more() -> None:
    """A tenth of thirty ready patients are three, not four by rounding; one who is not ready counts for none."""
    people = [waited(f"A{n:02}", 4) for n in range(30)] + [waited("A99", 4, fit=False)]
    month = build_month(world(people, settings={"least_trust_share": 0.1}))
    share = figures_agree(month)[0]
    assert (share.name, share.enough) == ("least_share_A", 3)
    assert [share.of(list(range(n))) for n in (0, 2, 3, 7)] == [0, 2, 3, 3]
    assert Aim("plain", "patients", share.values).of(list(range(7))) == 7


@pytest.mark.parametrize(("state", "points"), [("proposed", 8), ("offered", 16)])
def test_what_was_told_is_kept_where_nothing_else_is_at_stake(state: str, points: int) -> None:
    """P and Q are alike; Q has the place. On its list 4, twice within four weeks, by the state's weight (T-40)."""
    outcome, plan = solved(world([waited("P", 4), waited("Q", 4)], [SHORT], bookings={"Q": ("L", state)}))
    assert dict(plan.list_of) == {"Q": "L"}
    assert stage_values(outcome)["bookings_kept"] == points


def test_the_aim_says_whether_keeping_comes_first() -> None:
    """A P3 takes the place of a proposed booking, unless the least change is asked for; a P2 takes it always."""
    told = {"Q": ("L", "proposed")}
    people = [waited("P", 4, priority="P3"), waited("Q", 4)]
    assert dict(solved(world(people, [SHORT], bookings=told))[1].list_of) == {"P": "L"}
    outcome, plan = solved(world(people, [SHORT], bookings=told, settings={"aim": "least_change"}))
    assert dict(plan.list_of) == {"Q": "L"}
    assert [*stage_values(outcome).items()][1:4] == [
        ("long_waits_booked", 0), ("bookings_kept", 8), ("long_waits_at_end_booked", 0)
    ]  # fmt: skip
    urgent = [waited("P", 4, priority="P2"), waited("Q", 4)]
    outcome, plan = solved(world(urgent, [SHORT], bookings=told, settings={"aim": "least_change"}))
    assert dict(plan.list_of) == {"P": "L"}
    assert next(iter(stage_values(outcome).items())) == ("p2_booked", 1)


def test_who_loses_a_list_stays_on_its_day_rather_than_in_its_week() -> None:
    """Q's list has no staff any more: the other list of the day (2 x 2 points) before Friday's (1 x 2)."""
    other = theatre_list("N", theatre_id="T2", end=at(MONDAY, "11:00"))
    lists = [theatre_list("L", end=at(MONDAY, "11:00"), staffed=False), other, SHORT_ON_FRIDAY]
    instance = world([waited("Q", 4)], lists, bookings={"Q": ("L", "proposed")}, settings={"aim": "least_change"})
    outcome, plan = solved(instance)
    assert dict(plan.list_of) == {"Q": "N"} and stage_values(outcome)["bookings_kept"] == 4


def test_long_waits_are_kept_at_a_price_in_p2() -> None:
    """One place: a baseline gives it to who waits longest, so with `keep_long_waits` the P2 does not get it."""
    people = [waited("P", 4, priority="P2"), waited("W", 60)]
    free = solve(world(people, [SHORT]), SolveOptions(), Unwatched())
    assert free.explanations == () and stage_values(free)["p2_booked"] == 1
    outcome, plan = solved(world(people, [SHORT], settings={"keep_long_waits": True}))
    assert dict(plan.list_of) == {"W": "L"}
    (price,) = outcome.explanations
    assert price.headline and "costs 1 P2 patients: 0 are booked, without it 1 would be" in price.sentence
    assert price.numbers["price_in_p2_patients"] == 1 and price.numbers["long_waits_kept"] == 1


def test_nobody_is_shown_lists_that_keep_too_few_long_waits() -> None:
    """Not even while the price is asked for, by a solve without the floor."""
    people = [waited("P", 4, priority="P2"), waited("W", 60)]
    watch = Listener()
    outcome, _ = solved(world(people, [SHORT], settings={"keep_long_waits": True}), watch=watch)
    assert watch.shown[-1] == outcome.decisions
    assert {str(decisions["bookings"]) for decisions in watch.shown} == {"[['W', 'L', 1, '2027-04-12T08:30']]"}


def test_long_waits_kept_may_cost_nothing() -> None:
    people = [waited("P", 4, priority="P2"), waited("W", 60)]
    outcome, plan = solved(world(people, [SHORT, SHORT_ON_FRIDAY], settings={"keep_long_waits": True}))
    assert len(plan.bookings) == 2
    assert "costs no P2 patient: 1 are booked with and without it." in outcome.explanations[0].sentence


def test_minutes_decide_between_patients_of_equal_points() -> None:
    """One place of 150 minutes for a hip of 100 or a revision of 140: the longer one, all else equal."""
    kinds = [procedure(), procedure("revision", 140)]
    people = [waited("P", 4), waited("Q", 4, procedure_code="revision")]
    outcome, plan = solved(world(people, [SHORT], procedures=kinds))
    assert dict(plan.list_of) == {"Q": "L"} and stage_values(outcome)["touch_minutes"] == 140


def test_nothing_to_plan_gives_stages_of_nothing() -> None:
    """Nobody waiting, no list, and a surgeon without a session: empty plans, all proved."""
    for people, lists in (([], [SHORT]), ([waited("Q", 4)], []), ([waited("Q", 4, surgeon_id="S2")], [SHORT])):
        outcome, plan = solved(world(people, lists))
        assert outcome.status == "optimal" and plan.bookings == ()
        assert set(stage_values(outcome).values()) == {0}
