"""A lower bound: the rows "every area is served" are priced, and each site then decides by itself.

With a price for serving each area, a site is worth keeping if the areas it would take pay more than they and it cost.
What is left to decide together is only that enough capacity is kept. Whatever the prices, the value is a bound; a
subgradient search raises it. The same numbers say by how much at least a plan costs more if it keeps a given site,
gives one up, or sends an area to a site: what lies above a plan already known need not be looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.estates.location.core import LocationCore
from models.estates.location.knapsacks import WholeAreas, fill_by_share
from solvers.types import Values

_LEAST_SIZE_SHARE = 0.01
"""A bound near nothing is taken as this share of the first prices when targets are set above it."""
_FAR = 1e15
"""Stands for a cost that is never paid: finite, so that differences stay numbers."""


@dataclass(frozen=True)
class Priced:
    """The relaxation at one vector of prices.

    `value_gbp` is the bound; `site_gbp` what each site adds if kept; `open_share` and `shares` the relaxed plan.
    """

    value_gbp: float
    site_gbp: Values
    open_share: Values
    shares: Values

    @property
    def unserved(self) -> Values:
        """By how much each area is served too little: the direction in which prices should rise."""
        return np.asarray(1.0 - self.open_share @ self.shares)


@dataclass(frozen=True)
class Surcharges:
    """Least cost above the bound of keeping a site, of giving it up (m), and of an area's going to a site (m x n)."""

    keep_gbp: Values
    give_up_gbp: Values
    serve_gbp: Values


class Relaxation:
    """The relaxed problem of a core; `whole` fills sites by whole areas, which is stronger and slower."""

    def __init__(self, core: LocationCore) -> None:
        self._core = core
        self._serve_gbp = np.where(np.isfinite(core.serve_gbp), core.serve_gbp, _FAR)
        self._needed = core.least_capacity_hours() if core.sites_kept is None else float(core.sites_kept)
        self._weight = core.capacity_hours if core.sites_kept is None else np.ones(core.site_count)
        whole = core.one_site_per_area and bool(np.all(core.demand_hours == np.round(core.demand_hours)))
        self._whole = WholeAreas(core.demand_hours, np.floor(core.capacity_hours)) if whole else None

    def whole_rounds(self, prices: Values, work: int) -> int:
        """How many rounds with whole areas some work allows near these prices; none where areas may be split."""
        if self._whole is None:
            return 0
        return work // max(1, self._whole.work(prices[None, :] - self._serve_gbp))

    def first_prices(self) -> Values:
        """Prices to begin with: the least cost of each area if the cost of a site is shared out by hours; where the
        number of sites is given, the cost that one site in so many is below."""
        core = self._core
        if core.sites_kept is not None:
            return np.asarray(np.quantile(self._serve_gbp, 1.0 / max(core.sites_kept, 1), axis=0, method="higher"))
        share = core.demand_hours[None, :] / np.maximum(core.capacity_hours, 1e-9)[:, None]
        return np.asarray((self._serve_gbp + core.keep_gbp[:, None] * np.minimum(share, 1.0)).min(axis=0))

    def at(self, prices: Values, whole: bool = False) -> Priced:
        """The bound at some prices."""
        core = self._core
        gain = prices[None, :] - self._serve_gbp
        if whole and self._whole is not None:
            filled = self._whole.fill(gain)
            gains, shares = filled.gain, filled.shares
        else:
            gains, shares, _ = fill_by_share(gain, core.demand_hours, core.capacity_hours)
        site = core.keep_gbp - gains
        open_share, value, _ = self._choose(site)
        return Priced(float(prices.sum()) + value, site, open_share, shares)

    def surcharges(self, prices: Values, whole: bool = False) -> tuple[float, Surcharges]:
        """The bound at some prices, and what departing from it costs at least."""
        core = self._core
        gain = prices[None, :] - self._serve_gbp
        gains, _, worth = fill_by_share(gain, core.demand_hours, core.capacity_hours)
        added = np.maximum(worth[:, None] * core.demand_hours[None, :] - gain, 0.0)
        if whole and self._whole is not None:
            by_share = gains
            gains = self._whole.fill(gain).gain
            forced = np.minimum(self._whole.gain_with(gain), (by_share[:, None] - added))
            added = np.maximum(gains[:, None] - forced, 0.0)
        site = core.keep_gbp - gains
        _, value, price = self._choose(site)
        left = site - price * self._weight
        keep = np.maximum(left, 0.0)
        return float(prices.sum()) + value, Surcharges(keep, np.maximum(-left, 0.0), keep[:, None] + added)

    def _choose(self, site_gbp: Values) -> tuple[Values, float, float]:
        """Which sites are kept so that there is room for all, the last in part; value; price of an hour of room."""
        exact = self._core.sites_kept is not None
        rate = site_gbp / self._weight
        order = np.argsort(rate, kind="stable")
        weight = self._weight[order]
        before = np.cumsum(weight) - weight
        share = np.clip((self._needed - before) / weight, 0.0, 1.0)
        price = float(rate[order[np.flatnonzero(share > 0)[-1]]]) if (share > 0).any() else 0.0
        if not exact:
            share = np.where(site_gbp[order] < 0, 1.0, share)
            price = max(price, 0.0)
        open_share = np.zeros(len(order))
        open_share[order] = share
        return open_share, float((site_gbp * open_share).sum()), price


@dataclass(frozen=True)
class Bound:
    """The best prices found and their bound."""

    prices: Values
    value_gbp: float
    rounds: int


@dataclass(frozen=True)
class Search:
    """How long prices are searched: most rounds, rounds without gain before the step is halved, the least step."""

    rounds: int = 400
    patience: int = 12
    first_step: float = 1.0
    least_step: float = 0.004
    first_target_share: float = 0.01


def raise_bound(relaxation: Relaxation, prices: Values, search: Search, *, whole: bool = False) -> Bound:
    """Raise the bound by a deflected subgradient search from some prices.

    The step aims at a target a little above the best bound, which comes down as the search stalls.
    """
    best = relaxation.at(prices, whole)
    best_prices, value = prices, best.value_gbp
    direction, step, stalled, now = best.unserved, search.first_step, 0, prices
    least_size = float(np.abs(prices).sum()) * _LEAST_SIZE_SHARE
    target_share = search.first_target_share
    for done in range(search.rounds):  # noqa: B007 - read after the loop
        size = float(direction @ direction)
        if size < 1e-12 or step < search.least_step:
            break
        target = value + target_share * max(abs(value), least_size)
        now = now + step * (target - value) / size * direction
        here = relaxation.at(now, whole)
        direction = 0.3 * here.unserved + 0.7 * direction
        stalled += 1
        if here.value_gbp > value + 1e-6 * abs(value):
            stalled = 0
        if here.value_gbp > value:
            value, best_prices = here.value_gbp, now
        if stalled >= search.patience:
            step, target_share, stalled = step * 0.6, target_share * 0.6, 0
            now, direction = best_prices, relaxation.at(best_prices, whole).unserved
    return Bound(best_prices, value, done + 1)
