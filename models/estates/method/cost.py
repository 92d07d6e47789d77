"""The stage of the cost: the cheapest choices, and afterwards the question which of them are settled by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.estates.formulation.aims import GBP_UNIT
from models.estates.location.links import LinkLoader
from models.estates.method.loading import LoadedModel
from models.estates.method.projection import Projection
from models.estates.method.reading import HeldUnmet
from models.estates.method.settled import HeldAim, Search, WholeSearch, settled_choices
from solvers.stages import Deadline
from solvers.types import Limits, Progress, Result, Values, Watch

STAGE = "npv_cost"
SETTLING_TOLERANCE_GBP = 20
"""Plans that cost so much more than the cheapest may still be chosen by later stages."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Settling:
    """The question which choices every plan shares that costs next to nothing more than the cheapest one found."""

    search: Search | Projection
    choices: Flags
    cost: Values
    best: Values

    def answer(self, limits: Limits, watch: Watch) -> Flags | None:
        """Flags of the settled columns of the whole model; None where that cannot be known within the limits."""
        session, columns = self.search.session, self._columns
        own, tolerance = self.cost[columns], SETTLING_TOLERANCE_GBP / GBP_UNIT
        row = session.add_row(own, -np.inf, float(own @ self.best) + tolerance)
        found = settled_choices(self.search, self.choices[columns], self.best, HeldAim(own, tolerance), limits, watch)
        session.drop_rows(np.array([row], dtype=np.int64))
        if found is None:
            return None
        flags = np.zeros(len(self.cost), dtype=bool)
        flags[columns[found]] = True
        return flags

    @property
    def _columns(self) -> NDArray[np.int64]:
        return self.search.columns if isinstance(self.search, Projection) else np.arange(len(self.cost))


@dataclass(frozen=True)
class CheapestChoices:
    """The cheapest plan found with its bound, and what may be asked of it; None where it is not proved."""

    result: Result
    settling: Settling | None


def cheapest_choices(
    loaded: LoadedModel, held: HeldUnmet, start: Values, limits: Limits, deadline: Deadline, watch: Watch
) -> CheapestChoices:
    """The cheapest plan, unmet demand held: by the choices alone where patients' ways cost nothing."""
    cost, offset = loaded.objective(STAGE)
    loaded.session.set_objective(cost, offset, "minimise")
    if not loaded.ways_are_free:
        return _with_ways(loaded, cost, start, limits, deadline, watch)
    projection = loaded.projection(held)
    projection.set_cost(cost, offset)
    projection.tighten(projection.of(start), watch)
    found = projection.solve(deadline.within(limits), STAGE, watch, projection.of(start))
    ways = None if found.values is None else _ways(loaded, projection, found.values, deadline.within(limits))
    if found.values is None or ways is None or ways.values is None:
        found = _mended(loaded, found, start, deadline.within(limits), watch)
        _told(found, watch)
        return CheapestChoices(found, None)
    result = replace(found, values=ways.values)
    _told(result, watch)
    if result.status != "optimal":
        return CheapestChoices(result, None)
    return CheapestChoices(result, Settling(projection, loaded.decisions, cost, found.values))


def _ways(loaded: LoadedModel, projection: Projection, choices: Values, limits: Limits) -> Result | None:
    """A whole plan of some choices; None where the solver, with its own tolerance, sees none."""
    columns = projection.columns[loaded.whole[projection.columns]]
    result = _with_columns(loaded, columns, choices[loaded.whole[projection.columns]], limits)
    return result if result.values is not None else None


def _with_columns(loaded: LoadedModel, columns: NDArray[np.int64], values: Values, limits: Limits) -> Result:
    """The best plan with some columns held, which are free again afterwards."""
    session = loaded.session
    session.set_columns(columns, values)
    result = session.solve(limits)
    for column in columns:
        session.set_column_bounds(int(column), float(loaded.linear.lower[column]), float(loaded.linear.upper[column]))
    return result


def _mended(loaded: LoadedModel, found: Result, start: Values, limits: Limits, watch: Watch) -> Result:
    """Where the search ended without a plan: the cheapest of all plans in the whole model, within the same limits.

    The bound of the choices alone stays a bound.
    """
    loader = LinkLoader(loaded.session, loaded.links)
    loader.tighten(limits, watch=watch)
    loaded.session.start_from(start)
    result = loaded.session.solve(limits, stage=STAGE, watch=watch)
    bounds = [one.bound for one in (found, result) if one.bound is not None]
    return replace(result, bound=max(bounds, default=None))


def _with_ways(
    loaded: LoadedModel, cost: Values, start: Values, limits: Limits, deadline: Deadline, watch: Watch
) -> CheapestChoices:
    """The stage on the whole model, with links as the relaxation violates them."""
    LinkLoader(loaded.session, loaded.links).tighten(deadline.within(limits), watch=watch)
    loaded.session.start_from(start)
    result = loaded.session.solve(deadline.within(limits), stage=STAGE, watch=watch)
    if result.values is None or result.status != "optimal":
        return CheapestChoices(result, None)
    return CheapestChoices(result, Settling(WholeSearch(loaded.session), loaded.decisions, cost, result.values))


def _told(result: Result, watch: Watch) -> None:
    watch.progress(Progress(result.seconds, STAGE, result.value, result.bound, result.gap_share))
