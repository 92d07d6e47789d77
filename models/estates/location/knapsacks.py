"""What each site would take by itself: many knapsacks at once, by the share and by whole areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.types import Values

Indices = NDArray[np.int64]


def fill_by_share(gain: Values, hours: Values, capacity: Values) -> tuple[Values, Values, Values]:
    """Each site takes the areas of the highest gain an hour until it is full, the last one in part.

    Returns the gain of each site (m), the shares taken (m x n), and the gain an hour of the last area taken where the
    site is full, else 0 (m).
    """
    sites = np.arange(len(capacity))
    rate = gain / hours
    order = np.argsort(-rate, axis=1)
    ordered = hours[order]
    before = np.cumsum(ordered, axis=1) - ordered
    gains = np.take_along_axis(gain, order, axis=1)
    taken = np.clip((capacity[:, None] - before) / ordered, 0.0, 1.0)
    taken[gains <= 0] = 0.0
    shares = np.zeros_like(gain)
    np.put_along_axis(shares, order, taken, axis=1)
    last = np.maximum((before < capacity[:, None]).sum(axis=1) - 1, 0)
    full = before[sites, last] + ordered[sites, last] >= capacity
    worth = np.where(full, np.maximum(rate[sites, order[sites, last]], 0.0), 0.0)
    return (gains * taken).sum(axis=1), shares, worth


@dataclass(frozen=True)
class WholeFill:
    """The best whole areas of each site: gain (m), shares (m x n, 0 or 1)."""

    gain: Values
    shares: Values


class WholeAreas:
    """Knapsacks of whole areas, whose hours and capacities are whole numbers, for all sites at once."""

    def __init__(self, hours: Values, capacity: Values) -> None:
        self._hours = hours.astype(np.int64)
        self._capacity = np.minimum(capacity, hours.sum()).astype(np.int64)
        self._width = int(self._capacity.max(initial=0)) + 1
        self._margin = int(self._hours.max(initial=0))
        self._fits = self._hours[None, :] <= self._capacity[:, None]

    def work(self, gain: Values) -> int:
        """Table entries that one `fill` works out: a measure of its time that is the same on every machine."""
        items = int(((gain > 0) & self._fits).sum(axis=1).max(initial=0))
        return items * len(self._capacity) * self._width

    def fill(self, gain: Values) -> WholeFill:
        """The areas of the largest total gain that fit into each site."""
        order, gains, hours = self._items(gain)
        taken = np.zeros((order.shape[1], len(order), self._width), dtype=bool)
        self._tables(gains, hours, taken)
        sites = np.arange(len(order))
        left = self._capacity.copy()
        shares = np.zeros_like(gain)
        for k in range(order.shape[1] - 1, -1, -1):
            here = taken[k, sites, left]
            shares[sites[here], order[here, k]] = 1.0
            left -= np.where(here, hours[:, k], 0)
        return WholeFill((np.where(shares > 0, gain, 0.0)).sum(axis=1), shares)

    def gain_with(self, gain: Values) -> Values:
        """The best gain of each site if it must take one given area (m x n); minus infinity where it does not fit."""
        order, gains, hours = self._items(gain)
        sites, count = np.arange(len(order)), order.shape[1]
        first = [np.zeros((len(order), self._width))]
        for k in range(count):
            first.append(self._with_item(first[-1], gains[:, k], hours[:, k]))
        left = self._capacity[:, None] - self._hours[None, :]
        found = np.where(self._fits, gain + first[-1][sites[:, None], np.maximum(left, 0)], -np.inf)
        rest = np.zeros((len(order), self._width))
        for k in range(count - 1, -1, -1):
            forced = self._best_split(first[k], rest, self._capacity - hours[:, k])
            real = gains[:, k] > 0
            found[sites[real], order[real, k]] = (gains[:, k] + forced)[real]
            rest = self._with_item(rest, gains[:, k], hours[:, k])
        return found

    def _items(self, gain: Values) -> tuple[Indices, Values, Indices]:
        """The areas worth taking, site by site, the best first; shorter lists are filled up with worthless ones."""
        worth = np.where((gain > 0) & self._fits, gain, 0.0)
        count = int((worth > 0).sum(axis=1).max(initial=0))
        order = np.argsort(-worth, axis=1, kind="stable")[:, :count]
        return order, np.take_along_axis(worth, order, axis=1), self._hours[order]

    def _tables(self, gains: Values, hours: Indices, taken: NDArray[np.bool_]) -> None:
        best = np.zeros((len(gains), self._width))
        for k in range(gains.shape[1]):
            new = self._with_item(best, gains[:, k], hours[:, k])
            taken[k] = new > best
            best = new

    def _with_item(self, best: Values, gains: Values, hours: Indices) -> Values:
        """The tables of best gain by capacity, with one more item for each site."""
        padded = np.full((len(best), self._margin + self._width), -np.inf)
        padded[:, self._margin :] = best
        at = self._margin + np.arange(self._width)[None, :] - hours[:, None]
        moved: Values = np.take_along_axis(padded, at, axis=1) + gains[:, None]
        return np.maximum(best, np.where(gains[:, None] > 0, moved, -np.inf))

    def _best_split(self, first: Values, rest: Values, capacity: Indices) -> Values:
        """The best sum of two tables that share a capacity."""
        at = capacity[:, None] - np.arange(self._width)[None, :]
        other = np.take_along_axis(rest, np.maximum(at, 0), axis=1)
        return np.asarray(np.where(at >= 0, first + other, -np.inf).max(axis=1))
