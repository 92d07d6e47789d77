"""The location core: sites that cost money to keep and hold so many hours, and areas whose hours go somewhere.

    minimise   sum_i keep[i] y[i] + sum_ij serve[i,j] x[i,j]
    E-01       sum_i x[i,j] = 1                          every area is served
    E-06       sum_j hours[j] x[i,j] <= capacity[i] y[i] within the rooms of a site that is kept
    E-04       x[i,j] <= y[i]                            only where a site is kept (linking rows)
    E-41       x[i,j] whole, where one site serves all of an area

It is what is left of the strategic model where there is one period, one kind of room and one suite a site; the sites'
capacity and cost, the areas' hours and the cost of serving them come from an estates instance (`mapping`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.types import Values

NOTHING = 1e-9


@dataclass(frozen=True)
class LocationCore:
    """One problem. Arrays: m sites, n areas.

    Attributes
    ----------
    keep_gbp, capacity_hours
        Cost of keeping each site, and what it can take (m).
    demand_hours
        Hours of each area, all above nothing (n).
    serve_gbp
        Cost of serving all of an area from a site (m x n); infinite where it may not go there.
    one_site_per_area
        Whether each area goes to one site.
    sites_kept
        How many sites are kept, exactly; None where the model decides (always, for an estates instance).
    settled_gbp
        Cost that is there whatever is decided; not part of `cost_gbp`.
    """

    name: str
    keep_gbp: Values
    capacity_hours: Values
    demand_hours: Values
    serve_gbp: Values
    one_site_per_area: bool
    sites_kept: int | None = None
    settled_gbp: float = 0.0

    @property
    def site_count(self) -> int:
        return len(self.keep_gbp)

    @property
    def area_count(self) -> int:
        return len(self.demand_hours)

    @property
    def step_gbp(self) -> float:
        """Whole-number costs of single-source plans differ by at least this; 0 where costs are not whole."""
        whole = _all_whole(self.keep_gbp) and _all_whole(self.serve_gbp[np.isfinite(self.serve_gbp)])
        return 1.0 if self.one_site_per_area and whole else 0.0

    def least_capacity_hours(self) -> float:
        """The least total capacity of any set of sites that holds all demand: more than demand where sites are lumpy.

        Worked out exactly where capacities are whole numbers, by all sums of them.
        """
        demand, capacity = float(self.demand_hours.sum()), self.capacity_hours
        if not _all_whole(capacity) or capacity.sum() > _MOST_SUMS:
            return demand
        sums = 1
        for hours in capacity.astype(np.int64).tolist():
            sums |= sums << hours
        needed = int(np.ceil(demand - NOTHING))
        above = sums >> needed
        return float(needed + (above & -above).bit_length() - 1) if above else demand

    def cost_gbp(self, kept: NDArray[np.bool_], shares: Values) -> float:
        """The cost of a plan: `kept` by site, `shares` of each area by site (m x n)."""
        served = np.where(shares > 0, np.where(np.isfinite(self.serve_gbp), self.serve_gbp, np.inf), 0.0)
        return float(self.keep_gbp[kept].sum() + (served * shares).sum())

    def faults_of(self, kept: NDArray[np.bool_], shares: Values, tolerance: float = 1e-6) -> list[str]:
        """What is wrong with a plan, rule by rule; nothing where it holds."""
        found: list[str] = []
        if np.abs(shares.sum(axis=0) - 1).max(initial=0.0) > tolerance or shares.min(initial=0.0) < -tolerance:
            found.append("E-01: an area is not served once")
        if (shares[~kept] > tolerance).any() or not np.isfinite(self.serve_gbp[shares > tolerance]).all():
            found.append("E-04: an area goes where it may not")
        if (shares @ self.demand_hours > self.capacity_hours * (1 + tolerance)).any():
            found.append("E-06: a site takes more than it holds")
        if self.one_site_per_area and (np.minimum(shares, 1 - shares) > tolerance).any():
            found.append("E-41: an area goes to several sites")
        if self.sites_kept is not None and int(kept.sum()) != self.sites_kept:
            found.append("the number of sites kept is not the one asked for")
        return found


_MOST_SUMS = 2_000_000
"""Total capacity up to which all sums of capacities are worked out."""


def _all_whole(values: Values) -> bool:
    return bool(np.all(values == np.round(values)))
