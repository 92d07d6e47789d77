"""Need by the zero-sum algebra, and the closed forms of pace."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from models.reallocation.explain.precheck import (
    growth_needed_to_reach_need,
    growth_needed_without_cut,
    years_needed_under_cap,
)
from models.reallocation.need import (
    LineNeed,
    NeedUnsolvable,
    exact,
    ledger_need_shares,
    line_need_shares,
    place_need_shares,
    stated_need_shares,
)
from tests.reallocation_tables import DEVIATIONS, LINES

pytestmark = pytest.mark.unit

GROUP = {"community": Fraction(3, 4), "chc": Fraction(1, 4)}


def lines_with(deviations: dict[str, float]) -> list[LineNeed]:
    return [LineNeed(line, exact(deviations[line]), GROUP.get(line), None) for line in LINES]


@pytest.mark.parametrize(
    ("q", "mental_health", "gap_share"),
    [
        (0.10, 0.157, 0.0313),
        (0.15, 0.170, 0.0339),
        (0.182, 0.178, 0.0356),
        (0.20, 0.183, 0.0365),
        (0.25, 0.196, 0.0391),
    ],
)
def test_need_of_mental_health_by_the_algebra(q: float, mental_health: float, gap_share: float) -> None:
    """nM = (.03 + .06 q) / .23; the gap is a fifth of it, as a share of all money in scope."""
    shares = stated_need_shares(lines_with(DEVIATIONS), exact(q))
    assert shares["mental_health"] == (Fraction(3, 100) + Fraction(6, 100) * exact(q)) / Fraction(23, 100)
    assert float(shares["mental_health"]) == pytest.approx(mental_health, abs=5e-4)
    assert 0.2 * float(shares["mental_health"]) == pytest.approx(gap_share, abs=5e-5)


def test_stated_shares_and_deviations_both_sum_to_nothing_left() -> None:
    picker = random.Random(3)
    for _ in range(50):
        deviations = {line: round(picker.uniform(0.01, 0.1), 4) for line in LINES} | {"mental_health": -0.2}
        shares = stated_need_shares(lines_with(deviations), exact(round(picker.uniform(0.05, 0.3), 3)))
        assert sum(shares.values()) == 1
        assert sum(shares[line] * exact(deviations[line]) for line in LINES) == 0


@pytest.mark.parametrize(
    ("deviations", "q", "what"),
    [
        (DEVIATIONS | {"mental_health": 0.03}, 0.182, "same deviation"),
        (DEVIATIONS | {"mental_health": 0.2}, 0.182, "outside 0 to 1"),
    ],
)
def test_shares_that_cannot_be(deviations: dict[str, float], q: float, what: str) -> None:
    with pytest.raises(NeedUnsolvable, match=what):
        stated_need_shares(lines_with(deviations), exact(q))


def test_two_lines_must_be_left_to_solve_for() -> None:
    with pytest.raises(NeedUnsolvable, match="two lines"):
        stated_need_shares(lines_with(DEVIATIONS)[:2], exact(0.182))


def test_a_ledger_whose_deviations_do_not_balance_shows_its_residual() -> None:
    """Spend 103 and 80 at +3 % and -20 %: need 100 and 100, so need is 200/183 of spend."""
    lines = [LineNeed("a", Fraction(3, 100), None, None), LineNeed("m", Fraction(-1, 5), None, None)]
    shares, residual = ledger_need_shares(lines, {"a": 103, "m": 80})
    assert shares == {"a": Fraction(1, 2), "m": Fraction(1, 2)}
    assert residual == Fraction(200, 183) - 1


def test_given_shares_are_scaled_to_one() -> None:
    lines = [LineNeed("a", None, None, Fraction(1, 2)), LineNeed("m", None, None, Fraction(1, 4))]
    shares, residual = line_need_shares(lines, "shares", Fraction(0), {})
    assert shares == {"a": Fraction(2, 3), "m": Fraction(1, 3)}
    assert residual == 0


def test_places_share_what_money_without_a_place_leaves() -> None:
    shares = place_need_shares({"x": Fraction(300), "y": Fraction(100)}, {"unplaced": Fraction(1, 5)})
    assert shares == {"unplaced": Fraction(1, 5), "x": Fraction(3, 5), "y": Fraction(1, 5)}


def test_decimals_are_taken_as_written() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(0.0294) == Fraction(294, 10000)


def test_growth_needed_as_the_plan_has_it() -> None:
    """No cash cut closes +3 % at 0.99 % a year and +9 % at 2.91 %; -20 % needs 9.9, 10.95, 12.0 % at 2, 3, 4 %."""
    assert growth_needed_without_cut(0.03, 3) == pytest.approx(0.0099, abs=5e-5)
    assert growth_needed_without_cut(0.09, 3) == pytest.approx(0.0291, abs=5e-5)
    found = [growth_needed_to_reach_need(-0.2, growth, 3) for growth in (0.02, 0.03, 0.04)]
    assert found == pytest.approx([0.0988, 0.1095, 0.1203], abs=5e-5)


def test_years_under_a_cap() -> None:
    """At 3 % growth a cap of 5, 6, 7, 8, 10 % takes 12, 8, 6, 5, 4 years; a cap at growth or below never does."""
    found = [years_needed_under_cap(-0.2, 0.03, cap) for cap in (0.05, 0.06, 0.07, 0.08, 0.10)]
    assert [math.ceil(years) for years in found if years is not None] == [12, 8, 6, 5, 4]
    assert years_needed_under_cap(-0.2, 0.03, 0.03) is None
