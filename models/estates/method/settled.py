"""Which choices are settled once the cost is: those that all plans of nearly the best cost have in common.

After the stage of the cost hardly a choice is open, but a solver that works at the stages after it does not know. So
it is asked first: is there a plan within the tolerance that differs in a choice which all plans found so far share?
If there is, that choice is open; if there is none, all shared choices are settled, and only the open ones remain.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solvers.highs import HighsSession
from solvers.types import Limits, Result, StopWhen, Values, Watch


class Search(Protocol):
    """A loaded model that can be asked for its best plan."""

    @property
    def session(self) -> HighsSession: ...

    def solve(self, limits: Limits, stage: str, watch: Watch) -> Result: ...


class WholeSearch:
    """The whole model, asked for the best plan by the aim that is loaded."""

    def __init__(self, session: HighsSession) -> None:
        self.session = session

    def solve(self, limits: Limits, stage: str, watch: Watch) -> Result:
        return self.session.solve(limits, stage=stage, watch=watch)


ROUNDS = 40
"""Most plans looked at; each opens one choice at least."""


def settled_choices(
    search: Search, whole: NDArray[np.bool_], best: Values, limits: Limits, watch: Watch
) -> NDArray[np.bool_] | None:
    """Flags of the choices that every plan shares with `best`; None where the limits ended the search.

    `whole` flags the choices that are whole numbers. Rows that hold the cost must be in the search's model already.
    """
    shared = whole.copy()
    for _ in range(ROUNDS):
        if not shared.any():
            return shared
        row = search.session.add_row(*_differs(shared, best))
        result = search.solve(limits, "", StopWhen(watch.cancelled))
        search.session.drop_rows(np.array([row], dtype=np.int64))
        if result.status == "infeasible":
            return shared
        if result.values is None:
            return None
        shared &= np.abs(result.values - best) < 0.5
    return None


def _differs(shared: NDArray[np.bool_], best: Values) -> tuple[Values, float, float]:
    """At least one shared choice is another: sum of those taken + sum of (1 - those not taken) <= count - 1."""
    taken = shared & (best > 0.5)
    left = shared & ~taken
    coefficients = taken.astype(np.float64) - left.astype(np.float64)
    return coefficients, -np.inf, float(np.count_nonzero(taken)) - 1.0
