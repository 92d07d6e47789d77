"""Which choices are settled once the cost is: those that all plans of nearly the best cost have in common.

After the stage of the cost hardly a choice is open, but a solver that works at the stages after it does not know. So
it is asked first: is there a plan within the tolerance that differs in a choice which all plans found so far share?
If there is, that choice is open; if there is none, all shared choices are settled, and only the open ones remain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solvers.highs import HighsSession
from solvers.types import Limits, Result, StopWhen, Values, Watch


@dataclass(frozen=True)
class HeldAim:
    """The aim that a row of the search's model holds: its cost, by the columns of that model, and its tolerance."""

    cost: Values
    tolerance: float


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
_TIMES = 10.0
"""A choice that differs is worth so many times the tolerance."""
Flags = NDArray[np.bool_]


def settled_choices(
    search: Search, choices: Flags, best: Values, held: HeldAim, limits: Limits, watch: Watch
) -> Flags | None:
    """Flags of the choices that every plan shares with `best`; None where the limits ended the search.

    Each plan asked for is rewarded for every choice in which it differs, so that choices that cost the same are
    opened together, not one by one.
    """
    session, shared = search.session, choices.copy()
    for _ in range(ROUNDS):
        if not shared.any():
            return shared
        differing, least = _differs(shared, best)
        session.set_objective(held.cost + _TIMES * held.tolerance * differing, 0.0, "minimise")
        row = session.add_row(differing, -np.inf, least)
        result = search.solve(limits, "", StopWhen(watch.cancelled))
        session.drop_rows(np.array([row], dtype=np.int64))
        if result.status == "infeasible":
            return shared
        if result.values is None:
            return None
        shared &= np.abs(result.values - best) < 0.5
    return None


def _differs(shared: Flags, best: Values) -> tuple[Values, float]:
    """At least one shared choice is another: sum of those taken - sum of those not taken <= number taken - 1."""
    taken = shared & (best > 0.5)
    left = shared & ~taken
    return taken.astype(np.float64) - left.astype(np.float64), float(np.count_nonzero(taken)) - 1.0
