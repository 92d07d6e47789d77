"""What goes with a hand-back, the rules that refuse it and the first day without them: on the shipped North West
London estate, where nothing needs to be solved for it."""

from __future__ import annotations

import datetime as dt

import pytest

from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.problem import EstatesCase
from models.estates.what_if.orders import FullOrder, Order, full_order, instance_with
from models.estates.what_if.refusals import first_admissible_day, refusals
from nwl_opt.opening import validate_instance
from nwl_opt.problems import find_instance

pytestmark = pytest.mark.unit

APRIL, OCTOBER = dt.date(2026, 4, 1), dt.date(2026, 10, 1)


@pytest.fixture(scope="module")
def nwl() -> EstatesInstance:
    case = validate_instance(find_instance("estates/nwl")).open()
    assert isinstance(case, EstatesCase)
    return case.instance


@pytest.fixture(scope="module")
def kept(nwl: EstatesInstance) -> Plan:
    """Everything kept."""
    return Plan(nwl, {}, ())


@pytest.mark.parametrize(
    "suites",
    [("wealdstone-0",), ("meadows-0",), ("meadows-1", "meadows-2"), ("jubilee_gardens-1", "jubilee_gardens-2"),
     ("feltham-3",), ("st_charles-1", "st_charles-3"),
     ("south_westminster-1", "south_westminster-2", "south_westminster-3")],
)  # fmt: skip
def test_every_site_the_plan_names_can_go_from_some_day_and_what_is_in_the_way_before_is_named(
    kept: Plan, suites: tuple[str, ...]
) -> None:
    orders = [Order(suite, APRIL) for suite in suites]
    against = refusals(kept, full_order(kept, orders))
    day = first_admissible_day(kept, orders, APRIL)
    assert day is not None and against
    assert {one.rule for one in against} <= {"E-11", "E-18"}
    assert all(one.from_day is not None and one.from_day <= day for one in against)
    assert not refusals(kept, full_order(kept, [Order(one.suite_id, day) for one in orders]))


def test_a_lift_floor_is_refused_for_good(kept: Plan) -> None:
    order = [Order("heart_of_hounslow-3", OCTOBER)]
    found = {one.rule: one for one in refusals(kept, full_order(kept, order))}
    assert found["E-17"].from_day is None and "LIFT" in found["E-17"].why
    assert first_admissible_day(kept, order, APRIL) is None


def test_closing_a_core_suite_takes_the_whole_building(kept: Plan, nwl: EstatesInstance) -> None:
    order = full_order(kept, [Order("wealdstone-0", OCTOBER)])
    members = {suite.suite_id for suite in nwl.suites_of("wealdstone")}
    assert set(order.dates) == members and set(order.dates.values()) == {OCTOBER}
    assert dict(order.added) == dict.fromkeys(sorted(members - {"wealdstone-0"}), "E-20")
    assert order.cores["wealdstone"] == OCTOBER


def test_an_order_becomes_an_instruction_of_the_instance(kept: Plan, nwl: EstatesInstance) -> None:
    order: FullOrder = full_order(kept, [Order("wealdstone-0", OCTOBER)])
    ordered = instance_with(nwl, order.dates)
    changed = {s.suite_id: s.instruction_date for s in ordered.suites if s.instruction == "hand_back"}
    assert changed == dict(order.dates)


def test_a_day_on_which_nothing_is_handed_back_is_refused_as_such(kept: Plan) -> None:
    found = refusals(kept, full_order(kept, [Order("wealdstone-0", dt.date(2029, 5, 14))]))
    assert {one.rule for one in found} == {"E-18"}
    assert {one.why for one in found} == {"the day is neither the first of a month nor a lease break or end"}
