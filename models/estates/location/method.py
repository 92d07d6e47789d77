"""How a location core is solved to proof: a bound, what it leaves, and a small model of that.

1. The relaxation (`relaxation`) is raised to a strong bound in a few hundred rounds of arithmetic.
2. With a guess of the best cost, every site whose use costs more than the guess is left out (and every pair of site
   and area, where areas are not split). What remains is solved exactly, with linking rows loaded as they are violated
   (`links`). If its best plan costs no more than the guess, nothing that was left out can be better: it is proved.
   Else its cost is the next guess, and that one is right.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from models.estates.location.core import LocationCore
from models.estates.location.linear import CoreModel, Flags, Restriction, core_model
from models.estates.location.links import LinkLoader
from models.estates.location.relaxation import Relaxation, Search, Surcharges, raise_bound
from solvers.highs import HighsSession
from solvers.types import Limits, Status, Values

ROUNDING_SHARE = 1e-9
"""Sums of the same costs in another order differ by less than this share."""
FIRST_GUESS_SHARE = 0.004
"""How far above the bound the best cost is first guessed to lie."""
WIDER = 3.0
"""By how much the guess is moved up where no plan is within it."""
LARGEST_COST = 1e6
"""Costs are counted in such powers of ten of a pound that the bound is below this: the solver's tolerances are
absolute."""
SMALLEST_GAP = 1e-6
"""Gap, in these units, at which the solver may stop where costs are not whole."""
MOST_WHOLE_ROUNDS = 120
LEAST_WHOLE_ROUNDS = 8
WHOLE_WORK = 60_000_000
"""Table entries that the search with whole areas may work out: about half a second; where that allows fewer than the
least rounds it is left out."""


@dataclass(frozen=True)
class LocationAnswer:
    """What was found: the best plan and its cost, the bound, whether they meet, and the work it took."""

    status: Status
    value_gbp: float | None
    bound_gbp: float | None
    kept: Flags | None
    shares: Values | None
    cpu_seconds: float
    first_bound_gbp: float
    rounds: int
    pairs_left: int
    solves: int

    @property
    def gap_share(self) -> float | None:
        if self.value_gbp is None or self.bound_gbp is None:
            return None
        return max(0.0, self.value_gbp - self.bound_gbp) / max(abs(self.value_gbp), 1e-9)


def solve_location(core: LocationCore, cpu_limit_seconds: float | None = None) -> LocationAnswer:
    """The best plan of a core, with proof unless the limit ends it."""
    return _Solve(core, cpu_limit_seconds).answer()


class _Solve:
    def __init__(self, core: LocationCore, cpu_limit_seconds: float | None) -> None:
        self._core = core
        self._started = time.process_time()
        self._limit = cpu_limit_seconds
        self._relaxation = Relaxation(core)
        self._unit_gbp = 1.0
        self._best: tuple[float, Flags, Values] | None = None
        self._solves = 0
        self._pairs = 0
        self._rounds = 0

    def answer(self) -> LocationAnswer:
        bound, surcharges = self._bound()
        self._first_bound = bound
        while bound > LARGEST_COST * self._unit_gbp:
            self._unit_gbp *= 10.0
        room = FIRST_GUESS_SHARE
        while True:
            guess = bound * (1 + room) if self._best is None else min(self._best[0], bound * (1 + room))
            status, value, proved = self._solve_within(bound, surcharges, guess)
            if status == "unknown":
                return self._say("feasible" if self._best else "unknown", max(bound, min(proved, guess)))
            if value is not None and value <= guess * (1 + ROUNDING_SHARE):
                return self._say("optimal", value)
            if value is None:
                room *= WIDER
            else:
                room = np.inf

    def _bound(self) -> tuple[float, Surcharges]:
        relaxation = self._relaxation
        found = raise_bound(relaxation, relaxation.first_prices(), Search())
        self._rounds = found.rounds
        allowed = min(MOST_WHOLE_ROUNDS, relaxation.whole_rounds(found.prices, WHOLE_WORK))
        whole = allowed >= LEAST_WHOLE_ROUNDS
        if whole:
            search = Search(rounds=allowed, first_step=0.5, first_target_share=0.003)
            found = raise_bound(relaxation, found.prices, search, whole=True)
            self._rounds += found.rounds
        return relaxation.surcharges(found.prices, whole)

    def _solve_within(self, bound: float, more: Surcharges, guess: float) -> tuple[Status, float | None, float]:
        """Solve what may be part of a plan that costs no more than the guess."""
        spare = guess - bound + ROUNDING_SHARE * abs(guess)
        may_serve = np.isfinite(self._core.serve_gbp)
        if self._core.one_site_per_area:  # a surcharge is for all of an area: a small part may go where all may not
            may_serve &= more.serve_gbp <= spare
        left = Restriction(more.keep_gbp <= spare, more.give_up_gbp > spare, may_serve)
        built = core_model(self._core, left, self._unit_gbp)
        self._pairs = len(built.pair_sites)
        self._solves += 1
        if not left.may_serve.any(axis=0).all():
            return "infeasible", None, np.inf
        return self._solve_left(built)

    def _solve_left(self, built: CoreModel) -> tuple[Status, float | None, float]:
        step = self._core.step_gbp
        limits = Limits(relative_gap=0.0, absolute_gap=max(0.999 * step / self._unit_gbp, SMALLEST_GAP))
        if self._limit is not None:
            limits = replace(limits, time_limit_seconds=max(1.0, self._limit - time.process_time() + self._started))
        session = HighsSession(built.model)
        loader = LinkLoader(session, built.links)
        loader.tighten(limits)
        if self._best is not None:
            session.start_from(built.values(*self._best[1:]))
        result = session.solve(limits)
        if result.values is None:
            return ("infeasible" if result.status == "infeasible" else "unknown"), None, self._pounds(result.bound)
        kept, shares = built.plan(result.values)
        value = self._core.cost_gbp(kept, shares)
        if self._best is None or value < self._best[0]:
            self._best = (value, kept, shares)
        return ("optimal" if result.status == "optimal" else "unknown"), value, self._pounds(result.bound)

    def _pounds(self, bound: float | None) -> float:
        return -np.inf if bound is None else bound * self._unit_gbp

    def _say(self, status: Status, bound: float) -> LocationAnswer:
        value, kept, shares = self._best if self._best else (None, None, None)
        return LocationAnswer(
            status, value, bound, kept, shares, time.process_time() - self._started, self._first_bound,
            self._rounds, self._pairs, self._solves,
        )  # fmt: skip
