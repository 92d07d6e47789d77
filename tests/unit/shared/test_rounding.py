"""Whole pounds: the total is kept, the bounds are kept, nothing moves further than it must."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.rounding import RoundingImpossible, round_to_total

pytestmark = pytest.mark.unit


def test_the_largest_remainders_get_the_missing_pounds() -> None:
    """10.6 + 20.3 + 30.1 = 61: floors give 60, the missing pound goes to 10.6."""
    assert round_to_total([10.6, 20.3, 30.1], 61, [0, 0, 0], [99, 99, 99]) == [11, 20, 30]


def test_a_bound_sends_the_pound_elsewhere() -> None:
    assert round_to_total([10.6, 20.3, 30.1], 61, [0, 0, 0], [10, 99, 99]) == [10, 21, 30]


def test_an_impossible_total_is_refused() -> None:
    with pytest.raises(RoundingImpossible, match="7 is outside 0 to 6"):
        round_to_total([3.0, 4.0], 7, [0, 0], [3, 3])


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=12), st.randoms())
def test_totals_and_bounds_always_hold(values: list[float], draw: object) -> None:
    total = round(sum(values))
    lower, upper = [math.floor(v) for v in values], [math.ceil(v) for v in values]
    whole = round_to_total(values, total, lower, upper)
    assert sum(whole) == total
    assert all(low <= w <= high for low, w, high in zip(lower, whole, upper, strict=True))
    assert all(abs(w - v) < 1 for w, v in zip(whole, values, strict=True))
