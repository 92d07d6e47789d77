"""The closed forms to a millionth, by growing spend and need year by year."""

from __future__ import annotations

import random

import pytest

from models.reallocation.explain.care import productivity_for_flat_volume
from models.reallocation.explain.precheck import (
    growth_needed_to_reach_need,
    growth_needed_without_cut,
    years_needed_under_cap,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("years", range(1, 11))
@pytest.mark.parametrize("seed", range(5))
def test_closed_forms_are_what_growing_year_by_year_comes_to(years: int, seed: int) -> None:
    picker = random.Random(100 * years + seed)
    over, under = picker.uniform(0.005, 0.2), picker.uniform(-0.4, -0.01)
    growth = picker.uniform(-0.02, 0.06)
    need = 1.0
    for _ in range(years):
        need *= 1 + growth_needed_without_cut(over, years)
    assert need == pytest.approx(1 + over, abs=1e-6)
    spend, need = 1 + under, 1.0
    for _ in range(years):
        spend *= 1 + growth_needed_to_reach_need(under, growth, years)
        need *= 1 + growth
    assert spend == pytest.approx(need, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_years_under_a_cap_are_where_the_two_paths_cross(seed: int) -> None:
    picker = random.Random(seed)
    under, growth = picker.uniform(-0.3, -0.05), picker.uniform(0.0, 0.05)
    cap = growth + picker.uniform(0.01, 0.1)
    years = years_needed_under_cap(under, growth, cap)
    assert years is not None
    assert (1 + under) * (1 + cap) ** years == pytest.approx((1 + growth) ** years, abs=1e-6)


def test_under_a_cap_no_faster_than_the_money_need_is_never_reached() -> None:
    assert years_needed_under_cap(-0.2, 0.04, 0.04) is None
    assert years_needed_under_cap(-0.2, 0.04, 0.03) is None


def test_the_published_figures() -> None:
    """.99, 2.91 % without a cut in three years; 9.9, 10.95, 12.0 % at 2, 3, 4 %; productivity 4.1 and 2.1 %."""
    assert growth_needed_without_cut(0.03, 3) == pytest.approx(0.0099, abs=5e-5)
    assert growth_needed_without_cut(0.09, 3) == pytest.approx(0.0291, abs=5e-5)
    for growth, needed in ((0.02, 0.0988), (0.03, 0.1095), (0.04, 0.1203)):
        assert growth_needed_to_reach_need(-0.2, growth, 3) == pytest.approx(needed, abs=1e-4)
    assert productivity_for_flat_volume(growth_needed_to_reach_need(0.09, 0.03, 3), 0.0415) == pytest.approx(
        0.041, abs=5e-4
    )
    assert productivity_for_flat_volume(growth_needed_to_reach_need(0.03, 0.03, 3), 0.0415) == pytest.approx(
        0.021, abs=5e-4
    )
