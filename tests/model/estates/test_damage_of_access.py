"""Rules on access, GP premises and the timetable: each caught under its own id, as in `test_damage_of_change`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.estates.instance import EstatesInstance
from models.shared.cells import Cell
from tests.model.estates.all_uses import ALL_USES, all_uses_plan
from tests.model.estates.damaged import on, only, verdict
from tests.model.estates.plans import Written

pytestmark = pytest.mark.model

D = dt.date


def with_practice(instance: EstatesInstance, practice_id: str, **changes: object) -> EstatesInstance:
    premises = tuple(
        replace(one, **changes) if one.practice_id == practice_id else one  # type: ignore[arg-type]
        for one in instance.premises
    )
    return replace(instance, premises=premises)


# --- E-35 to E-37 and E-41: access ---------------------------------------------------------------------------------


def test_people_of_a_core20_area_sent_further_than_they_may_be() -> None:
    message = only(verdict(all_uses_plan(core20_added_minutes_limit=2)), "E-35")[0]
    assert "People of c, a Core20 area, travel 9 minutes" in message and "at most 2 more" in message
    assert verdict(all_uses_plan(core20_added_minutes_limit=2, core20_threshold_share=0.61)).findings == ()


def test_a_borough_with_too_few_sites() -> None:
    assert only(verdict(all_uses_plan(minimum_open_sites_per_borough=3)), "E-36") == [
        "2 sites of Ealing are open in the period from 2027/28; 3 must be.",
        "2 sites of Ealing are open in the period from 2028/29; 3 must be.",
    ]


def test_a_kind_of_room_without_the_one_it_needs_beside_it() -> None:
    plan = all_uses_plan()
    beside = replace(plan.instance, needs_beside={"minor_op": ("recovery", "xray")})
    assert "which has no xray room beside its own" in only(verdict(on(plan, beside)), "E-37")[0]


def test_people_of_an_area_sent_to_two_sites() -> None:
    messages = only(verdict(all_uses_plan(one_site_per_area=True)), "E-41")
    assert "People of a who need consulting rooms go to Site alder and to Site birch in the period" in messages[0]
    assert any("no room at all" in message for message in messages)


# --- E-38 and E-39: GP premises ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("practice_id", "changes", "words"),
    [
        ("fir", {"closes_from": D(2028, 1, 1)}, "may not before 2028-01-01"),
        ("fir", {"closes_from": None}, "may not close"),
        ("gorse", {"easting_m": None}, "one of the two places is not known"),
        ("gorse", {"easting_m": 520_000.0}, "its patients are sent 114 minutes to gorse; the limit is 20"),
    ],
)
def test_premises_that_may_not_close_or_receive(practice_id: str, changes: dict[str, object], words: str) -> None:
    plan = all_uses_plan()
    messages = only(verdict(on(plan, with_practice(plan.instance, practice_id, **changes))), "E-38")
    assert any(words in message for message in messages)


@pytest.mark.parametrize(
    ("practice_id", "order", "words"),
    [("fir", "keep", "the order is to keep it"), ("gorse", "close", "the order is to close it, but it stays")],
)
def test_orders_for_premises_that_are_not_followed(practice_id: str, order: str, words: str) -> None:
    plan = all_uses_plan()
    messages = only(verdict(on(plan, with_practice(plan.instance, practice_id, instruction=order))), "E-25")
    assert any(words in message for message in messages)


def test_a_closing_day_in_mid_month_and_a_list_that_is_not_all_seen() -> None:
    plan = all_uses_plan()
    mid_month = replace(plan, uses=replace(ALL_USES, closures={"fir": D(2027, 10, 2)}))
    assert "no first of a month" in only(verdict(mid_month), "E-38")[0]
    part = {**plan.dispersal, ("fir", "2028/29"): {"gorse": 0.75, "cedar": 0.125}}
    assert "contacts of its list are seen elsewhere" in only(verdict(replace(plan, dispersal=part)), "E-38")[0]
    early = {**plan.dispersal, ("fir", "2026/27"): {"cedar": 0.001}}
    assert "it must be 0.000" in only(verdict(replace(plan, dispersal=early)), "E-38")[0]
    itself = {**plan.dispersal, ("fir", "2028/29"): {"gorse": 0.75, "fir": 0.25}}
    assert "which is closed" in only(verdict(replace(plan, dispersal=itself)), "E-38")[0]


def test_premises_that_take_more_than_they_can_spare() -> None:
    """One room holds 8 hours a week; 350 people fill 4.5 of them, and 3.9 more come."""
    plan = all_uses_plan()
    full = with_practice(plan.instance, "gorse", rooms=1, list_size=350)
    assert "it takes 3.90 hours a week of closed lists" in only(verdict(on(plan, full)), "E-39")[0]


# --- E-40: the timetable -------------------------------------------------------------------------------------------


def test_more_services_in_a_room_than_may_share_it() -> None:
    messages = only(verdict(all_uses_plan(services_per_session=2)), "E-40")
    assert any("3 services share room 1; at most 2 may" in message for message in messages)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"room": 3}, "room 3 is used; 2 rooms are planned on"),
        ({"service": "minor"}, "minor needs a minor_op room, not this kind"),
        ({"used_hours": 4.5}, "room 1 holds"),
        ({"used_hours": 0.5}, "the timetable holds"),
        ({"slot": "mon_pm"}, "its rooms hold"),
    ],
)
def test_a_timetable_that_does_not_hold(change: dict[str, Cell], words: str) -> None:
    def damage(tables: Written) -> None:
        keys = {"site_id": "alder", "year": "2026/27", "room": 1, "slot": "mon_am", "service": "gp"}
        row = next(one for one in tables["timetable"] if all(one[key] == value for key, value in keys.items()))
        row.update(change)

    assert any(words in message for message in only(verdict(all_uses_plan(), damage), "E-40"))


def test_a_session_without_a_room_in_the_timetable() -> None:
    def damage(tables: Written) -> None:
        tables["timetable"] = [row for row in tables["timetable"] if row["site_id"] != "elder"]

    assert any(
        "0 rooms are in use in 1 sessions" in message for message in only(verdict(all_uses_plan(), damage), "E-40")
    )
