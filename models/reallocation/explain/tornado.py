"""What the gap hangs on: each assumption at either end of its range, solved again with all else as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from models.reallocation.entities import AssumptionRange
from models.reallocation.explain.figures import Figures
from models.reallocation.explain.what_if import (
    best_of,
    with_chc_cost,
    with_community_chc_need,
    with_deviation,
    with_growth,
    with_need_of_line,
    with_setting,
    with_theta,
)
from models.reallocation.instance import Instance
from models.reallocation.need import NeedUnsolvable, exact
from models.reallocation.settings import ALL
from models.shared.cells import Cell
from solvers.types import Watch

Q = "community_chc_need"
OF_NEED = (Q, "deviation")
"""What need by line is derived from: the range of the headline is over these."""


@dataclass(frozen=True)
class End:
    """One end of a range: the gap today and in the last year; None where no plan keeps every rule."""

    value: Fraction
    opening_gap_gbp: int
    final_gap_gbp: int | None


@dataclass(frozen=True)
class Bar:
    """One assumption with both ends of its range."""

    parameter: str
    line: str | None
    low: End
    high: End

    now_gbp: int

    @property
    def width_gbp(self) -> int:
        """How far the gap is moved at most, end to end or from the plan to an end; ends without a plan apart."""
        gaps = [end.final_gap_gbp for end in (self.low, self.high) if end.final_gap_gbp is not None]
        return max((self.now_gbp, *gaps)) - min((self.now_gbp, *gaps))


@dataclass(frozen=True)
class Tornado:
    """The bars, widest first; `unsolvable` are assumptions whose ends leave need without a solution."""

    now_gbp: int
    bars: tuple[Bar, ...]
    unsolvable: tuple[AssumptionRange, ...] = ()

    def rows(self) -> list[Mapping[str, Cell]]:
        """The rows of tornado.csv."""
        return [
            {
                "parameter": bar.parameter,
                "line": bar.line or ALL,
                "end": name,
                "value": float(end.value),
                "opening_gap_gbp": end.opening_gap_gbp,
                "final_gap_gbp": end.final_gap_gbp,
                "change_gbp": None if end.final_gap_gbp is None else end.final_gap_gbp - self.now_gbp,
            }
            for bar in self.bars
            for name, end in (("low", bar.low), ("high", bar.high))
        ]


def tornado(figures: Figures, without_rules: frozenset[str], watch: Watch) -> Tornado | None:
    """Every range solved at both ends; None when the watch wants it to stop."""
    instance = studied(figures)
    bars: list[Bar] = []
    unsolvable: list[AssumptionRange] = []
    for assumption in ranges_of(instance):
        if watch.cancelled():
            return None
        try:
            low, high = (
                _end(instance, assumption, value, without_rules) for value in (assumption.low, assumption.high)
            )
        except NeedUnsolvable:
            unsolvable.append(assumption)
            continue
        bars.append(Bar(assumption.parameter, assumption.line, low, high, figures.final_gap_gbp))
    bars.sort(key=lambda bar: (-bar.width_gbp, bar.parameter, bar.line or ""))
    return Tornado(figures.final_gap_gbp, tuple(bars), tuple(unsolvable))


def studied(figures: Figures) -> Instance:
    """The instance as studies solve it: where peak growth comes before the gap, no faster than the plan."""
    instance = figures.instance
    if instance.settings.aim != "least_disruption":
        return instance
    return with_setting(instance, "peak_growth_limit_share", figures.peak_growth_share)


def ranges_of(instance: Instance) -> Sequence[AssumptionRange]:
    """The ranges given, and that of q, which headlines always have, where need hangs on it."""
    settings, given = instance.settings, instance.ranges
    if settings.line_need_basis != "stated_deviations":
        return tuple(one for one in given if one.parameter != Q)
    if any(one.parameter == Q for one in given):
        return given
    low, high = exact(settings.community_chc_need_low_share), exact(settings.community_chc_need_high_share)
    return (AssumptionRange(Q, None, low, high), *given)


def opening_gaps_gbp(instance: Instance) -> list[int]:
    """The gap of the base year at both ends of each range that the headline is over; nothing is solved."""
    gaps = []
    for assumption in ranges_of(instance):
        if assumption.parameter in OF_NEED:
            for value in (assumption.low, assumption.high):
                with suppress(NeedUnsolvable):  # told by the tornado, which leaves it out
                    gaps.append(round(changed(instance, assumption, value).opening_gap_gbp))
    return gaps


def _end(instance: Instance, assumption: AssumptionRange, value: Fraction, without_rules: frozenset[str]) -> End:
    other = changed(instance, assumption, value)
    best = best_of(other, without_rules)
    final = None if best is None else round(best.final_year_gap_gbp)
    return End(value, round(other.opening_gap_gbp), final)


def changed(instance: Instance, assumption: AssumptionRange, value: Fraction) -> Instance:
    """The instance with one assumption at another value.

    Raises
    ------
    NeedUnsolvable
        If need does not follow from what is stated then.
    """
    line = assumption.line or ""
    changes: Mapping[str, Callable[[], Instance]] = {
        "deviation": lambda: with_deviation(instance, line, value),
        "need": lambda: with_need_of_line(instance, line, value),
        "growth": lambda: with_growth(instance, value),
        "cost_uplift": lambda: with_setting(instance, "cost_uplift_share", float(value)),
        "community_chc_need": lambda: with_community_chc_need(instance, float(value)),
        "chc_cost": lambda: with_chc_cost(instance, value),
        "theta": lambda: with_theta(instance, line, value),
        "reserve": lambda: with_setting(instance, "reserve_share", float(value)),
    }
    return changes[assumption.parameter]()
