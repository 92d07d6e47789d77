"""What a reallocation trades: the gap in the last year against peak growth, or against the cost of transition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from models.reallocation.building import build_instance
from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import Best, LoadedModel
from models.reallocation.need import exact
from models.reallocation.settings import FREEZE_GBP, NO_CAP_SHARE, NO_LIMIT_GBP, ReallocationSettings
from models.shared.frontier import Frontier, FrontierEnds, NoFrontier
from models.shared.parsing import ParsedInstance

_GROWTH_STEP = Fraction(1, 10_000)
_COST_STEP_GBP = Fraction(1_000)
_GROWTH_RULE, _TRANSITION_RULE = "R-22", "R-15"
_MEASURES = ("final_year_gap", "peak_growth", "transition_cost_all_years")


def peak_growth_ends(parsed: ParsedInstance) -> FrontierEnds:
    """The least peak growth at any gap, and the least at the smallest gap, in hundredths of a point."""
    instance = build_instance(parsed)
    own = exact(instance.settings.peak_growth_limit_share)
    most = min(int(own / _GROWTH_STEP), int(Fraction(NO_CAP_SHARE) / _GROWTH_STEP) - 1)
    return _ends(_Trade(instance, _GROWTH_RULE, "peak_growth_limit_share", _GROWTH_STEP, most))


def transition_ends(parsed: ParsedInstance) -> FrontierEnds:
    """The least cost of transition at any gap, and the least at the smallest gap, in thousands of pounds."""
    instance = build_instance(parsed)
    if not any(line.transition_share for line in instance.leaf_lines):
        raise NoFrontier(
            "withdrawing costs nothing on any line: set double_running_share or stranded_share in lines.csv"
        )
    funds = sum(money.transition_fund_gbp for money in instance.money)
    most = min(instance.settings.transition_cost_limit_gbp, NO_LIMIT_GBP - 1, funds + int(_COST_STEP_GBP))
    most_steps = int(most // _COST_STEP_GBP)
    return _ends(_Trade(instance, _TRANSITION_RULE, "transition_cost_limit_gbp", _COST_STEP_GBP, most_steps))


FRONTIERS = (
    Frontier(
        name="peak_growth",
        title="the gap in the last year against the largest yearly growth of any place's line",
        setting="peak_growth_limit_share",
        unit="share",
        step=_GROWTH_STEP,
        gain="final_year_gap",
        price="peak_growth",
        measures=_MEASURES,
        slope_per=Fraction(1, 100),
        slope_words="point of growth",
        ends=peak_growth_ends,
    ),
    Frontier(
        name="transition",
        title="the gap in the last year against the cost of transition over all years",
        setting="transition_cost_limit_gbp",
        unit="gbp",
        step=_COST_STEP_GBP,
        gain="final_year_gap",
        price="transition_cost_all_years",
        measures=_MEASURES,
        slope_per=Fraction(1_000_000),
        slope_words="million of transition cost",
        ends=transition_ends,
    ),
)


@dataclass(frozen=True)
class _Trade:
    """A limit to be set step by step, up to `most_steps`."""

    instance: Instance
    rule: str
    setting: str
    step: Fraction
    most_steps: int

    def at(self, steps: int) -> Instance:
        """The instance with the setting at so many steps."""
        value = steps * self.step
        update = {self.setting: int(value) if self.step.denominator == 1 else float(value)}
        settings = self.instance.settings.model_copy(update=update)
        assert isinstance(settings, ReallocationSettings)
        return replace(self.instance, settings=settings)


class _Trial:
    """The model loaded once, in which one limit is set again and again."""

    def __init__(self, trade: _Trade) -> None:
        self._trade = trade
        limits = limits_of(trade.at(trade.most_steps))
        exact = LoadedModel(trade.instance, limits)
        self._exact = exact.has_plan()
        self._loaded = exact if self._exact else LoadedModel(trade.instance, [limit.relaxed() for limit in limits])
        self._row_of = {_name(limit): row for row, limit in self._loaded.limits.items()}

    def best(self, steps: int) -> Best | None:
        """What the first aims reach with the limit at so many steps; None without a plan."""
        own = RULE_FUNCTIONS[self._trade.rule](self._trade.at(steps))
        limits = own if self._exact else (limit.relaxed() for limit in own)
        return self._loaded.best({self._row_of[_name(limit)]: limit for limit in limits})


def _ends(trade: _Trade) -> FrontierEnds:
    """Both ends by halving: a looser limit can only help, so each end is exact to a step.

    A limit counts only where nothing is given up that comes before the gap: soft rules and money left unallocated
    stand as they do without the limit, or parking money would pass for gentle growth.
    """
    trial = _Trial(trade)
    free = trial.best(trade.most_steps)
    if free is None:
        raise NoFrontier("no plan exists under these rules, whatever the limit", infeasible=True)

    def gives_nothing_up(steps: int) -> bool:
        found = trial.best(steps)
        return found is not None and _first_aims_kept(found, free)

    def closes_as_much(steps: int) -> bool:
        found = trial.best(steps)
        if found is None or not _first_aims_kept(found, free):
            return False
        return found.final_year_gap_gbp <= free.final_year_gap_gbp + FREEZE_GBP

    low = _least(0, trade.most_steps, gives_nothing_up)
    return FrontierEnds(low, _least(low, trade.most_steps, closes_as_much))


def _first_aims_kept(found: Best, free: Best) -> bool:
    soft = zip(found.soft_violation_gbp, free.soft_violation_gbp, strict=True)
    unallocated_kept = found.unallocated_gbp <= free.unallocated_gbp + FREEZE_GBP
    return unallocated_kept and all(now <= before + FREEZE_GBP for now, before in soft)


def _least(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The least whole number from `low` to `high` for which something holds, as it does for `high`."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _name(limit: AnyLimit) -> tuple[str, str, tuple[str, ...], int]:
    return limit.rule, limit.scope, limit.where, limit.year
