"""How much a stage is searched and a bound may cost: by the size of the month, and little in a repair."""

from __future__ import annotations

import pytest

from models.theatres.method.phases import BIG_MONTH_PAIRS, bound_effort, phases_of

pytestmark = pytest.mark.unit


def rounds(stage: str, lists: int, effort_share: float = 1.0, *, repair: bool = False) -> int:
    return sum(phase.rounds for phase in phases_of(stage, lists, effort_share, repair=repair))


def test_rounds_grow_with_effort_and_size_but_less_than_the_lists() -> None:
    usual = rounds("weighted_wait", 100)
    assert rounds("weighted_wait", 100, 0.5) == usual / 2
    assert usual < rounds("weighted_wait", 325) < 2 * usual
    assert rounds("weighted_wait", 50) == usual / 2


def test_a_month_of_few_lists_is_freed_as_a_whole() -> None:
    last = phases_of("weighted_wait", 7, 1.0)[-1]
    assert last.freed_lists == 7 and last.other_centres


def test_a_repair_searches_for_due_dates_and_what_was_told() -> None:
    for stage in ("due_dates_met", "p2_booked", "bookings_kept"):
        assert rounds(stage, 100, repair=True) > 40
    for stage in ("long_waits_at_end_booked", "weighted_wait", "touch_minutes"):
        assert rounds(stage, 100, repair=True) < 30


def test_big_months_take_prices_by_descent_where_patients_are_worth_many_numbers() -> None:
    assert bound_effort("weighted_wait", BIG_MONTH_PAIRS - 1).descent_rounds == 0
    assert bound_effort("weighted_wait", BIG_MONTH_PAIRS).descent_rounds > 0
    assert bound_effort("p2_booked", BIG_MONTH_PAIRS).descent_rounds == 0
    assert bound_effort("p2_booked", 100, repair=True).close > bound_effort("p2_booked", 100).close
