"""What a problem offers to trade: less of one thing for more of another, limit by limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.shared.parsing import ParsedInstance


class NoFrontier(Exception):
    """There is nothing to trade; the message says why. `infeasible`: it is proven that no plan exists at all."""

    def __init__(self, message: str, infeasible: bool = False) -> None:
        super().__init__(message)
        self.infeasible = infeasible


@dataclass(frozen=True)
class FrontierEnds:
    """The tightest limit worth setting and the loosest, in whole steps."""

    tightest_steps: int
    loosest_steps: int


@dataclass(frozen=True)
class Frontier:
    """One trade-off: `setting` is a limit on `price`, and the looser it is, the better `gain` can be.

    Better is smaller, or larger where `gain_grows`. Limits are whole multiples of `step`, so that they are shown as
    they are used; settings in `also` get the same limit. `ends` finds the least limit with which a plan exists that
    gives nothing else up, and the least with which `gain` is as good as it can be. A slope counts what is gained, in
    `gain_unit`, for each `slope_per` of the price. `measures` are the figures shown of every point, `gain` and
    `price` among them.

    Raises
    ------
    NoFrontier
        From `ends`, if there is nothing to trade.
    """

    name: str
    title: str
    setting: str
    unit: str
    step: Fraction
    gain: str
    price: str
    measures: tuple[str, ...]
    slope_per: Fraction
    slope_words: str
    ends: Callable[[ParsedInstance], FrontierEnds]
    gain_unit: str = "gbp"
    gain_grows: bool = False
    also: tuple[str, ...] = ()

    def limit(self, steps: int) -> int | float:
        """The value of the setting: a whole number where the steps are whole."""
        value = steps * self.step
        return int(value) if self.step.denominator == 1 else float(value)


def equal_steps(ends: FrontierEnds, points: int) -> list[int]:
    """Limits from the tightest to the loosest, equally far apart to a step; fewer where there are fewer steps."""
    low, high = ends.tightest_steps, ends.loosest_steps
    if high <= low:
        return [low]
    apart = Fraction(high - low, points - 1)
    return sorted({low + round(at * apart) for at in range(points)})


def dominated(points: Sequence[tuple[float, float]], tolerance: tuple[float, float]) -> list[int | None]:
    """For each point, which other is as good in both gain and price and better in one; None for a point that stands.

    Both are better when smaller. Differences within `tolerance` count as none; of points that are alike in both the
    first stands.
    """
    found: list[int | None] = []
    for at, (gain, price) in enumerate(points):
        by = None
        for other, (other_gain, other_price) in enumerate(points):
            better_gain, better_price = gain - other_gain, price - other_price
            as_good = better_gain >= -tolerance[0] and better_price >= -tolerance[1]
            better = better_gain > tolerance[0] or better_price > tolerance[1]
            if other != at and as_good and (better or other < at):
                by = other
                break
        found.append(by)
    return found


def bend(points: Sequence[tuple[float, float]]) -> int | None:
    """Where a frontier bends most: the point furthest below the line between its ends; None where it is straight.

    Points are (gain, price), the price rising. Furthest means by a hundredth of the whole fall at least.
    """
    if len(points) < 3 or points[-1][1] == points[0][1]:
        return None
    (first_gain, first_price), (last_gain, last_price) = points[0], points[-1]
    slope = (last_gain - first_gain) / (last_price - first_price)
    below = [first_gain + slope * (price - first_price) - gain for gain, price in points[1:-1]]
    furthest = max(range(len(below)), key=lambda at: below[at])
    return furthest + 1 if below[furthest] > abs(first_gain - last_gain) / 100 else None
