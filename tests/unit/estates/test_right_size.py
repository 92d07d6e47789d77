"""GP lists: their contacts and hours, what premises can spare, who may take a closed list, and on which days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.estates.cash import CashBook
from models.estates.entities import Premises
from models.estates.formulation.choices import premises_choices
from models.estates.instance import EstatesInstance
from models.estates.right_size import GpLists, Receiver, closing_dates
from tests.estates_small import area, estate, site, suite

pytestmark = pytest.mark.unit

D = dt.date


def practice(practice_id: str, **changes: object) -> Premises:
    """1,000 people and four rooms at the grid reference of site A; £24,000 reimbursed a year."""
    values: dict[str, object] = {
        "practice_id": practice_id, "name": f"Practice {practice_id}", "borough": "Brent", "area_id": "a",
        "easting_m": 500_000.0, "northing_m": 180_000.0, "list_size": 1_000, "rooms": 4, "reimbursement_gbp": 24_000,
        "closes_from": None, "closing_cost_gbp": 0, "instruction": "free",
    }  # fmt: skip
    return Premises(**(values | changes))  # type: ignore[arg-type]


def with_practices(*premises: Premises, **changes: object) -> EstatesInstance:
    """Virtual share steady at 27 %."""
    steady = {"virtual_share_last": 0.27, **changes}
    instance = estate([site("A")], [suite("A-0")], [area("a", 10)], **steady)  # type: ignore[arg-type]
    return replace(instance, premises=premises)


def test_a_list_needs_the_part_of_its_contacts_that_is_not_in_the_sites() -> None:
    """1,000 x 7.5 x 60 % x 73 % = 3,285 contacts of 12 minutes: 657 hours a year, 13.14 a week."""
    lists = GpLists(with_practices(practice("P"))).lists
    assert lists["P"].milli_contacts == (3_285_000, 3_285_000)
    assert lists["P"].hours == pytest.approx((13.14, 13.14))
    assert lists["P"].people == (1_000, 1_000)


def test_premises_spare_what_their_rooms_hold_beyond_their_own_list() -> None:
    """Four rooms of 8 used hours less 13.14; one room is overfull already and spares nothing."""
    book = GpLists(with_practices(practice("P"), practice("Q", rooms=1)))
    assert book.spare_hours("P", 0) == pytest.approx(32 - 13.14)
    assert book.spare_hours("Q", 0) == 0.0


def test_receivers_lie_within_the_limit_and_their_place_is_known() -> None:
    """1 km is 5.6 minutes by bus and 8 of waiting: 14 with a detour of 1.3; 2 km are 19; 3 km are 25."""
    book = GpLists(
        with_practices(
            practice("P"),
            practice("near", easting_m=501_000.0),
            practice("far", easting_m=503_000.0),
            practice("unknown", easting_m=None),
        )
    )
    assert book.receivers("P", ["A"], 20) == (Receiver("premises", "near", 14), Receiver("site", "A", 8))
    assert {one.receiver_id for one in book.receivers("P", [], None)} == {"near", "far"}
    assert book.receivers("unknown", ["A"], None) == ()


def test_premises_close_on_firsts_of_months_from_their_day() -> None:
    instance = with_practices()
    days = closing_dates(instance, practice("P", closes_from=D(2026, 8, 15)), from_any_day=False)
    assert days == (D(2026, 9, 1), D(2027, 4, 1), D(2028, 4, 1))
    assert closing_dates(instance, practice("P"), from_any_day=False) == ()
    nowhere = practice("P", closes_from=D(2026, 8, 15), northing_m=None)
    assert closing_dates(instance, nowhere, from_any_day=True) == ()


def test_orders_leave_days_or_none() -> None:
    """Free: close or stay; close: only days; keep: none. One day for each set of periods closed, the cheapest."""
    day = {"closes_from": D(2026, 9, 1)}
    instance = with_practices(
        practice("free", **day),
        practice("go", instruction="close", **day),
        practice("stay", instruction="keep", **day),
        practice("vain", instruction="close"),
        practice("fixed"),
    )
    found = {one.practice_id: one.dates for one in premises_choices(instance)}
    first, second = D(2026, 9, 1), D(2027, 4, 1)
    assert found == {"free": (first, second, None), "go": (first, second), "stay": (None,), "vain": ()}


def test_reimbursement_is_paid_until_the_month_of_closing() -> None:
    """£2,000 a month: closed on 1 September 2026, five months of 2026/27 and £9,000 once."""
    own = practice("P", closes_from=D(2026, 9, 1), closing_cost_gbp=9_000)
    book = CashBook(with_practices(own))
    lines = [(line.item, line.year, line.gbp) for line in book.premises_lines(own, D(2026, 9, 1))]
    assert lines == [("gp_reimbursement", "2026/27", 10_000), ("moves", "2026/27", 9_000)]
    assert sum(line.gbp for line in book.premises_lines(own, None)) == 72_000
    assert book.premises_lines(practice("Q"), None) == ()
