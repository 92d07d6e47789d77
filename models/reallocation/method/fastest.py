"""The earliest year from which on the gap can be closed and stay closed: a search over years."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.rules import YEARS
from solvers.highs import HighsSession
from solvers.types import Limits, StageResult, Status, Watch, gap_share

CLOSURE = "R-08"
_OTHER_WAY: dict[str, str | int | float | bool] = {"presolve": "off", "solver": "simplex", "simplex_strategy": 4}


def first_year_closed(
    instance: Instance, without_rules: frozenset[str], limits: Limits, watch: Watch
) -> StageResult | None:
    """The stage `years_to_closure`: its value is the least such year; None where no plan year will do.

    What can be closed from one year on can be closed from any later one, so the years are halved. That the year
    before will not do is said by two solves in different ways; where they differ, nothing is proved.
    """
    started = time.monotonic()
    hard = replace(instance, soft_order={rule: at for rule, at in instance.soft_order.items() if rule != CLOSURE})
    every = limits_of(hard, without_rules, closed_from=1)
    # Half a pound further out, as whole pounds may go: what this refuses, they cannot do either.
    search = _Search(LoadedModel(hard, [limit.relaxed() for limit in every]), limits)
    too_early, year = 0, instance.horizon
    if not search.closes_from(year):
        return None
    while year - too_early > 1 and not watch.cancelled():
        middle = (too_early + year) // 2
        if search.closes_from(middle):
            year = middle
        else:
            too_early = middle
    proved = year - too_early == 1 and (too_early == 0 or search.refused_again(too_early))
    bound = float(year) if proved else None
    status: Status = "optimal" if proved else "feasible"
    seconds = time.monotonic() - started
    return StageResult(
        YEARS.name,
        YEARS.unit,
        "minimise",
        float(year),
        bound,
        gap_share(float(year), bound),
        seconds,
        search.solver,
        status,
    )


class _Search:
    """The model with the gap closed in every year, whose early years can be let go."""

    def __init__(self, loaded: LoadedModel, limits: Limits) -> None:
        self._loaded, self._limits = loaded, limits
        self.solver = f"HiGHS {loaded.session.version}"

    def _let_go(self, year: int) -> list[int]:
        limits = self._loaded.limits.items()
        return [row for row, limit in limits if limit.rule == CLOSURE and limit.year < year]

    def closes_from(self, year: int) -> bool:
        """Whether the gap can be closed from a year on."""
        return self._loaded.holds(self._let_go(year))

    def refused_again(self, year: int) -> bool:
        """Whether a fresh solve, another way, refuses a year too."""
        linear = self._loaded.compiled.linear
        session = HighsSession(linear)
        for row in self._let_go(year):
            session.set_row_bounds(row, -np.inf, np.inf)
        return session.solve(self._limits, options=_OTHER_WAY).status == "infeasible"
