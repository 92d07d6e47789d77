"""The core as a linear model: of all arcs, or only of those that are still worth looking at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.estates.location.core import LocationCore
from models.estates.location.links import LinkingRows, linking_rows
from solvers.highs import LinearModel
from solvers.types import Values

Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Restriction:
    """What is left of a core: sites that may and that must be kept, and pairs (site, area) that may be used."""

    may_keep: Flags
    must_keep: Flags
    may_serve: Flags


def everything(core: LocationCore) -> Restriction:
    """The whole core: only pairs that are forbidden are left out."""
    sites = core.site_count
    return Restriction(np.ones(sites, dtype=bool), np.zeros(sites, dtype=bool), np.isfinite(core.serve_gbp))


@dataclass(frozen=True)
class CoreModel:
    """A linear model: first one column a site, then one for each pair that may be used; `links` are not in it."""

    core: LocationCore
    model: LinearModel
    links: LinkingRows
    pair_sites: Indices
    pair_areas: Indices

    def plan(self, values: Values) -> tuple[Flags, Values]:
        """The sites kept and the share of each area by site, cleaned of the solver's tolerance."""
        sites = self.core.site_count
        kept = values[:sites] > 0.5
        shares = np.zeros_like(self.core.serve_gbp)
        shares[self.pair_sites, self.pair_areas] = np.clip(values[sites:], 0.0, 1.0)
        if self.core.one_site_per_area:
            shares = np.round(shares)
        shares[shares < _NO_SHARE] = 0.0
        total = shares.sum(axis=0)
        return kept, np.divide(shares, total[None, :], out=shares, where=total[None, :] > 0)

    def values(self, kept: Flags, shares: Values) -> Values:
        """A plan as a vector of the columns; what it does on pairs left out is lost."""
        return np.concatenate([kept.astype(np.float64), shares[self.pair_sites, self.pair_areas]])


_NO_SHARE = 1e-9


def core_model(core: LocationCore, left: Restriction, unit_gbp: float = 1.0) -> CoreModel:
    """The linear model of what is left of a core, without its linking rows; its costs are counted in `unit_gbp`."""
    sites, areas = core.site_count, core.area_count
    pair_sites, pair_areas = np.nonzero(left.may_serve & left.may_keep[:, None])
    pairs = len(pair_sites)
    columns = sites + pairs
    at = sites + np.arange(pairs)
    served = sparse.csr_matrix((np.ones(pairs), (pair_areas, at)), shape=(areas, columns))
    within = sparse.csr_matrix(
        (
            np.concatenate([core.demand_hours[pair_areas] / core.capacity_hours[pair_sites], -np.ones(sites)]),
            (np.concatenate([pair_sites, np.arange(sites)]), np.concatenate([at, np.arange(sites)])),
        ),
        shape=(sites, columns),
    )
    together, least, most = _together(core, columns)
    model = LinearModel(
        cost=np.concatenate([core.keep_gbp, core.serve_gbp[pair_sites, pair_areas]]) / unit_gbp,
        offset=0.0,
        sense="minimise",
        lower=np.concatenate([left.must_keep.astype(np.float64), np.zeros(pairs)]),
        upper=np.concatenate([left.may_keep.astype(np.float64), np.ones(pairs)]),
        integer=np.concatenate([np.ones(sites, dtype=bool), np.full(pairs, core.one_site_per_area)]),
        matrix=sparse.csr_matrix(sparse.vstack([served, within, together])),
        row_lower=np.concatenate([np.ones(areas), np.full(sites, -np.inf), least]),
        row_upper=np.concatenate([np.ones(areas), np.zeros(sites), most]),
    )
    linked = np.flatnonzero(~left.must_keep[pair_sites])
    links = linking_rows(at[linked], np.arange(len(linked)), pair_sites[linked], np.ones(len(linked)), columns)
    return CoreModel(core, model, links, pair_sites.astype(np.int64), pair_areas.astype(np.int64))


def _together(core: LocationCore, columns: int) -> tuple[sparse.csr_matrix[np.float64], Values, Values]:
    """The one row over all sites: room for everybody, or the number of sites asked for."""
    if core.sites_kept is not None:
        entries, least, most = np.ones(core.site_count), float(core.sites_kept), float(core.sites_kept)
    else:
        unit = float(core.capacity_hours.max())
        entries, least, most = core.capacity_hours / unit, core.least_capacity_hours() / unit, np.inf
    sites = np.arange(core.site_count)
    row = sparse.csr_matrix((entries, (np.zeros_like(sites), sites)), shape=(1, columns))
    return row, np.array([least]), np.array([most])
