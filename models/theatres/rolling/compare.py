"""Ways of planning side by side over the same weeks: means over replications with confidence intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats

from models.theatres.instance import Instance
from models.theatres.rolling.luck import Luck
from models.theatres.rolling.policies import Policy
from models.theatres.rolling.weeks import Week, live_through
from models.theatres.rolling.world import World

CONFIDENCE_SHARE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean over replications and half the width of its confidence interval (Student's t); None for one of them."""

    mean: float
    half_width: float | None

    def __str__(self) -> str:
        return f"{self.mean:.1f}" + ("" if self.half_width is None else f" +- {self.half_width:.1f}")


@dataclass(frozen=True)
class Comparison:
    """The weeks of every replication by way of planning; the same replications for all, so differences are paired."""

    weeks: Mapping[str, tuple[tuple[Week, ...], ...]]

    def of(self, policy: str, figure: Callable[[Sequence[Week]], float]) -> Interval:
        """A figure of one way of planning."""
        return interval([figure(weeks) for weeks in self.weeks[policy]])

    def difference(self, policy: str, other: str, figure: Callable[[Sequence[Week]], float]) -> Interval:
        """The figure of one way of planning less that of another, week by week alike."""
        pairs = zip(self.weeks[policy], self.weeks[other], strict=True)
        return interval([figure(ours) - figure(theirs) for ours, theirs in pairs])


def interval(values: Sequence[float]) -> Interval:
    """Mean and confidence interval of independent values."""
    if len(values) < 2:
        return Interval(fmean(values), None)
    t = float(stats.t.ppf((1 + CONFIDENCE_SHARE) / 2, len(values) - 1))
    return Interval(fmean(values), t * stdev(values) / math.sqrt(len(values)))


def compare(years: Sequence[Instance], policies: Mapping[str, Policy], at_first: int, weeks: int) -> Comparison:
    """Live through the weeks of every year under every way of planning.

    A year is a generated instance of `weeks` weeks of lists and of all patients who will ever join.
    """
    lived = {
        name: tuple(_live(year, Luck(at), policy, at_first, weeks) for at, year in enumerate(years, start=1))
        for name, policy in policies.items()
    }
    return Comparison(lived)


def _live(year: Instance, luck: Luck, policy: Policy, at_first: int, weeks: int) -> tuple[Week, ...]:
    """The weeks from the first Monday on which a plan is made to the last whose lists are run."""
    world = World.of(year, luck, at_first, weeks)
    lived: list[Week] = []
    lead_weeks = -(-year.settings.notice_days // 7)
    for week in range(weeks + lead_weeks):
        world.join(week)
        plan = policy(world.monday())
        world.agree(plan)
        lived.append(live_through(world, plan))
    return tuple(lived[lead_weeks:])
