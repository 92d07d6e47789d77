"""Relief of one line's need by what is spent on another."""

from __future__ import annotations

from models.reallocation.formulation.limit import Term
from models.reallocation.instance import Instance, PlaceLine


def upstream_relief(instance: Instance, key: PlaceLine, year: int) -> tuple[Term, ...]:
    """Spending upstream above the path that keeps its volume relieves need; below it, need rises.

    sum theta (x[p,from,t-lag] - x[p,from,0] v^(t-lag)) over the spill-overs into the line, in the same place; nothing
    until the lag is over, and nothing in the base year. y = x + relief is what stands against need.
    """
    terms: list[Term] = []
    for spillover in instance.spillovers:
        felt = year - spillover.lag_years
        cells = instance.cells_of.get(PlaceLine(key.place, spillover.from_line), ())
        if spillover.to_line == key.line and felt > 0 and cells and spillover.theta_share:
            theta = spillover.theta_share
            terms.append(Term(theta, cells, felt))
            terms.append(Term(-theta * instance.volume_factor**felt, cells, 0))
    return tuple(terms)
