"""Futures, regret, switching values, and the most that can be saved."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest

from models.estates.instance import EstatesInstance
from models.estates.robustness.ceiling import rooms_beyond_need
from models.estates.robustness.futures import AS_PLANNED, in_future, parse_futures, shipped_futures
from models.estates.robustness.regret import SAVED
from models.estates.robustness.study import Study, study
from models.estates.robustness.switching import bisect
from models.shared.faults import InputFaults
from models.shared.problem import SolveOptions
from tests.estates_small import area, estate, plan_of, service, site, solved, suite

pytestmark = pytest.mark.model

_COMPLETION = """
[completion]
notices = 4
accepted = 3
handed_back = 1
source = "a test"
provenance = "synthetic"
"""


def _future(name: str, change: str) -> str:
    return f"""
[[future]]
name = "{name}"
assumption = "test"
title = "{name}"
source = "a test"
provenance = "synthetic"
{change}
"""


_FUTURES = _COMPLETION + "".join(
    (
        _future("twice_the_people", "settings = { population_added = 3000 }"),
        _future("late", "late_months = 12"),
        _future("refused", "refused_place = 1"),
    )
)


def _estate() -> EstatesInstance:
    """Three floors of two rooms; 3,000 people at 12 minutes fill 600 hours a year of the 16 a room and week has.

    A room holds 2 sessions x 5 hours x 0.8 = 8 hours a week; 3,000 contacts x 12 minutes / 50 weeks = 12 hours: two
    rooms are enough, 6,000 people need three.
    """
    suites = [suite("a-0"), suite("a-1"), suite("a-2")]
    one = replace(service(), contacts_per_1000_people=1000.0)
    return estate(
        [site("a")], suites, [area("x", 3_000)], services=[one], path_first_year="2026/27", path_last_year="2027/28"
    )


@cache
def _studied(saved: bool = False) -> Study:
    return _study(saved)


def _study(saved: bool) -> Study:
    instance = _estate()
    plan = plan_of(instance, solved(instance)) if saved else None
    done = study(instance, parse_futures(_FUTURES, "test.toml"), SolveOptions(), plan, quick=saved, tell=_silent)
    assert done is not None
    return done


def _silent(text: str) -> None:
    del text


def test_the_best_plan_of_a_future_has_no_regret_there_and_none_is_below_the_best() -> None:
    table = _studied().table
    for best in table.bests:
        assert best.plan is not None
        assert table.of(best.plan, best.future.name).npv_above_gbp == pytest.approx(0.0, abs=1)
    fitting = [one.npv_above_gbp for one in table.regrets if one.fits and one.npv_above_gbp is not None]
    assert min(fitting) >= -1


def test_a_plan_made_for_few_people_is_short_when_many_come() -> None:
    """Both upper floors go as planned, so two rooms are left; 6,000 people want 24 hours a week, two rooms hold 16.

    A third of the contacts of the second period (6,000 a year, weight 2) has no room: 4,000 over the plan.
    """
    done = _studied()
    regret = done.table.of(done.plan.name, "twice_the_people")
    assert len(done.plan.hand_backs) == 2
    assert regret.unmet_above == pytest.approx(4_000, abs=2)
    assert not regret.fits


def test_people_come_before_pounds_in_the_least_maximum_regret() -> None:
    done = _studied()
    least = done.table.least
    assert least.plan == "best_twice_the_people" and not least.short_in
    assert done.table.standing(done.plan.name).short_in == ("twice_the_people",)
    assert done.break_even_gbp is not None and done.break_even_gbp > 0


def test_the_price_of_a_contact_at_which_the_cautious_plan_wins_balances_both_regrets() -> None:
    """The cautious plan keeps one floor more and loses its saving; the other leaves 4,000 contacts without a room."""
    done = _studied()
    cautious = done.table.standing("best_twice_the_people")
    short = done.table.of(done.plan.name, "twice_the_people")
    assert done.break_even_gbp is not None and short.npv_above_gbp is not None and short.unmet_above is not None
    at_price = short.npv_above_gbp + done.break_even_gbp * short.unmet_above
    assert at_price == pytest.approx(cautious.worst_npv_above_gbp, abs=0.02 * short.unmet_above)


def test_a_year_late_costs_a_year_of_what_would_have_ended() -> None:
    """Each floor: 24,000 a year x 0.8 saved. Two floors a year late: 38,400 more than on time."""
    table = _studied().table
    name = table.bests[0].plan
    assert name is not None
    on_time, late = table.of(name, AS_PLANNED), table.of(name, "late")
    assert on_time.npv_gbp is not None and late.npv_gbp is not None
    assert late.npv_gbp - on_time.npv_gbp == pytest.approx(38_400, abs=4)


def test_what_is_refused_does_not_happen() -> None:
    done = _studied()
    refused = done.table.of(done.plan.name, "refused")
    assert refused.npv_gbp == pytest.approx(done.ceiling.today_npv_gbp)
    assert done.table.bests[-1].refused_site == "a"


def test_the_saved_plan_is_the_one_studied() -> None:
    done = _studied(True)
    assert done.plan.name == SAVED and done.table.of(SAVED, AS_PLANNED).npv_above_gbp == pytest.approx(0.0, abs=21)


def test_the_minutes_at_which_two_rooms_no_longer_suffice() -> None:
    """`own` demand has no minutes by contact rate; growth switches at 4,000 people in all: 1,000 added."""
    done = _studied()
    growth = next(one for one in done.switching if one.assumption.name == "population_added")
    assert growth.up.fails_at is not None
    assert growth.up.holds_at <= 1_001 <= growth.up.fails_at + growth.assumption.tolerance
    assert growth.up.holds_at == pytest.approx(1_000, abs=growth.assumption.tolerance)
    assert growth.up.gives.startswith("E-06") and not growth.up.today_too


def test_the_ceiling_at_which_two_rooms_no_longer_suffice() -> None:
    """12 hours a week in two rooms of 10 hours: 60 %."""
    ceiling = next(one for one in _studied().switching if one.assumption.name == "used_share_ceiling")
    assert ceiling.down.holds_at == pytest.approx(0.6, abs=ceiling.assumption.tolerance)
    assert ceiling.up.fails_at is None


def test_switching_values_of_one_hand_back() -> None:
    """a-2, from 1 October 2026: 30 months x 2,000 x s - 12,000 paid.

    It pays while s > 0.2 and while more than 7.5 months of 0.8 x 2,000 are left: up to 22 of the 30 months late. It
    bears 48,000 / 12,000 = 4 times the payment. One notice in four completes: a quarter of 36,000 is expected.
    """
    one = next(one for one in _studied().hand_backs if one.suite_id == "a-2")
    assert one.option.date == dt.date(2026, 10, 1)
    assert one.saving_npv_gbp == pytest.approx(36_000, abs=3)
    assert one.expected_npv_gbp == pytest.approx(9_000, abs=3)
    assert one.least_avoidable_share == pytest.approx(0.2, abs=0.001)
    assert one.most_months_late == 22
    assert one.payment_times == pytest.approx(4.0, abs=0.001)


def test_the_most_that_can_be_saved() -> None:
    """Six rooms, two needed, three floors of 24,000 and two rooms each: 4 x 12,000 a year; two floors save 72,000."""
    most = _studied().ceiling
    assert most.rooms_beyond == 4 and most.rooms_gbp_per_year == 48_000
    assert most.bound_gbp == pytest.approx(72_000, abs=6)
    assert most.plan_gbp == pytest.approx(most.bound_gbp, abs=1)
    assert most.relaxed_gbp is not None and most.bound_gbp is not None and most.relaxed_gbp >= most.bound_gbp - 1
    assert most.eligible_npv_gbp >= most.bound_gbp - 1


def test_rooms_no_service_asks_for_are_not_beyond_need() -> None:
    """Records rooms and X-ray rooms are not spare because no patient is seen in them, or few are."""
    instance = _estate()
    suites = tuple(replace(one, rooms={**one.rooms, "office": 3, "xray": 1}) for one in instance.suites)
    kinds = {one.room_type: one for one in rooms_beyond_need(replace(instance, suites=suites))}
    assert (kinds["consulting"].rooms, kinds["consulting"].needed) == (6, 2)
    assert kinds["office"].beyond == 0 and kinds["xray"].beyond == 0


def test_the_same_study_twice_is_the_same() -> None:
    assert _study(saved=True) == _studied(True)


def test_shipped_futures_change_the_instance_as_they_say() -> None:
    instance = replace(_estate(), services=(service(demand_source="contact_rate"),))
    futures = {one.name: one for one in shipped_futures().futures}
    assert in_future(instance, futures["virtual_stays_27"]).settings.virtual_share_last == 0.27
    assert in_future(instance, futures["minutes_15"]).services[0].minutes_per_contact == 15
    assert in_future(instance, futures["minutes_15"]).settings.gp_minutes_per_contact == 15
    assert in_future(instance, futures[AS_PLANNED]) == instance
    assert all(one.source and one.provenance for one in shipped_futures().futures)


def test_every_fault_of_a_file_of_futures_is_told_at_once() -> None:
    text = (
        _COMPLETION.replace("accepted = 3", "accepted = 5")
        + _future("one", "settings = { weeks_per_year = 99, no_such = 1 }")
        + _future("one", "late_months = 0\nminutes = 3").replace('"synthetic"', '"hearsay"')
        + _future("as_planned", "")
    )
    with pytest.raises(InputFaults) as told:
        parse_futures(text, "mine.toml")
    columns = [fault.column for fault in told.value.faults]
    for column in ("settings.weeks_per_year", "settings.no_such", "late_months", "minutes", "provenance"):
        assert column in columns
    assert columns.count("name") == 2 and "notices, accepted, handed_back" in columns


def test_a_file_that_is_not_toml_is_named() -> None:
    with pytest.raises(InputFaults, match=r"mine\.toml"):
        parse_futures("future = [", "mine.toml")


def test_bisection_ends_within_its_tolerance() -> None:
    good, bad = bisect(lambda value: value < 0.3, 0.0, 1.0, 0.01)
    assert good < 0.3 <= bad and bad - good <= 0.01
