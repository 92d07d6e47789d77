"""How a location core is solved to proof: a bound, what it leaves, and a small model of that.

1. The relaxation (`relaxation`) is raised to a strong bound in a few hundred rounds of arithmetic.
2. With a guess of the best cost, every site whose use costs more than the guess is left out (and every pair of site
   and area, where areas are not split). What remains is solved exactly, with linking rows loaded as they are violated
   (`links`). If its best plan costs no more than the guess, nothing that was left out can be better: it is proved.
   Else its cost is the next guess, and that one is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.estates.location.clock import CpuClock
from models.estates.location.core import LocationCore
from models.estates.location.linear import Flags, Restriction, core_model
from models.estates.location.links import LinkLoader
from models.estates.location.relaxation import Relaxation, Search, Surcharges, raise_bound
from solvers.highs import HighsSession
from solvers.types import Limits, Status, Values

ROUNDING_SHARE = 1e-9
"""Sums of the same costs in another order differ by less than this share."""
FIRST_GUESS_SHARE = 0.004
"""How far above the bound the best cost is first guessed to lie."""
SMALL_PAIRS = 1_300
"""A core of so many pairs, whose areas may be split, is solved whole: a better bound would take longer."""
LEAST_ROOM_SHARE = 1e-4
"""The bound is taken as at least this share of all serving costs when the first guess is made."""
WIDER = 3.0
"""Where nothing at all can be made of what a guess leaves, the next is so many times as far above the bound."""
LARGEST_COST = 1e6
"""Costs are counted in such powers of ten of a pound that the bound is below this: the solver's tolerances are
absolute."""
SMALLEST_GAP = 1e-6
"""Gap, in these units, at which the solver may stop where costs are not whole."""
ROUND_FOR_PAIRS = 10
LEAST_ROUNDS = 80
MOST_ROUNDS = 400
"""Rounds of the search: one for so many pairs of site and area, within these ends."""
FEW_LINKS = 2_500
"""Linking rows that are loaded at once: finding those that matter would take longer."""
MOST_WHOLE_ROUNDS = 120
LEAST_WHOLE_ROUNDS = 40
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
    """One core on its way to proof: the bound, the best plan so far, and what has been tried."""

    def __init__(self, core: LocationCore, cpu_limit_seconds: float | None) -> None:
        self._core = core
        self._clock = CpuClock(cpu_limit_seconds)
        self._best: tuple[float, Flags, Values] | None = None
        self._solves = self._pairs = self._rounds = 0
        self._is_small = not core.one_site_per_area and core.site_count * core.area_count <= SMALL_PAIRS

    def answer(self) -> LocationAnswer:
        bound, surcharges = self._bound()
        self._first_bound = bound
        self._unit_gbp = 10.0 ** max(0, math.ceil(math.log10(max(bound, 1.0) / LARGEST_COST)))
        step = self._first_room(bound)
        guess = bound + step
        while True:
            guess = min(self._best_gbp(), guess)
            left = self._left(surcharges, guess - bound + ROUNDING_SHARE * abs(guess))
            status, proved = self._solve_left(left, guess)
            if status == "unknown":
                return self._say("unknown" if self._best is None else "feasible", max(bound, min(proved, guess)))
            if self._best_gbp() <= guess * (1 + ROUNDING_SHARE):
                return self._say("optimal", self._best_gbp())
            if status == "infeasible" and self._is_everything(left):
                return self._say("infeasible", np.inf)
            step *= WIDER
            guess = bound + step if self._best is None else self._best[0]

    def _first_room(self, bound: float) -> float:
        """How far above the bound the best cost is first guessed to lie: without end for a small core."""
        if self._is_small:
            return np.inf
        serve = np.where(np.isfinite(self._core.serve_gbp), self._core.serve_gbp, 0.0)
        return FIRST_GUESS_SHARE * max(abs(bound), LEAST_ROOM_SHARE * float(serve.sum()))

    def _best_gbp(self) -> float:
        return np.inf if self._best is None else self._best[0]

    def _bound(self) -> tuple[float, Surcharges]:
        relaxation = Relaxation(self._core)
        if self._is_small:
            return relaxation.surcharges(relaxation.first_prices())
        found = raise_bound(relaxation, relaxation.first_prices(), _first_search(self._core))
        self._rounds = found.rounds
        allowed = min(MOST_WHOLE_ROUNDS, relaxation.whole_rounds(found.prices, WHOLE_WORK))
        whole = allowed >= LEAST_WHOLE_ROUNDS
        if whole:
            search = Search(rounds=allowed, first_step=0.5, first_target_share=0.003)
            found = raise_bound(relaxation, found.prices, search, whole=True)
            self._rounds += found.rounds
        return relaxation.surcharges(found.prices, whole)

    def _left(self, more: Surcharges, spare_gbp: float) -> Restriction:
        """What may be part of a plan that costs no more than the bound and the spare."""
        may_serve = np.isfinite(self._core.serve_gbp)
        if self._core.one_site_per_area:  # a surcharge is for all of an area: a small part may go where all may not
            may_serve &= more.serve_gbp <= spare_gbp
        return Restriction(more.keep_gbp <= spare_gbp, more.give_up_gbp > spare_gbp, may_serve)

    def _is_everything(self, left: Restriction) -> bool:
        every = np.isfinite(self._core.serve_gbp)
        return bool(left.may_keep.all() and not left.must_keep.any() and (left.may_serve == every).all())

    def _solve_left(self, left: Restriction, guess_gbp: float) -> tuple[Status, float]:
        """Solve what is left; status and bound in pounds."""
        built = core_model(self._core, left, self._unit_gbp)
        self._pairs = len(built.pair_sites)
        self._solves += 1
        if not (left.may_serve & left.may_keep[:, None]).any(axis=0).all():
            return "infeasible", np.inf
        limits = Limits(
            relative_gap=0.0, absolute_gap=max(0.999 * self._core.step_gbp / self._unit_gbp, SMALLEST_GAP)
        )
        session = HighsSession(built.model)
        self._load_links(LinkLoader(session, built.links), limits)
        if self._best is not None and self._best[0] <= guess_gbp:
            session.start_from(built.values(*self._best[1:]))
        result = session.solve(self._clock.within(limits), watch=self._clock.watch())
        if result.values is not None:
            kept, shares = built.plan(result.values)
            value = self._core.cost_gbp(kept, shares)
            if value < self._best_gbp():
                self._best = (value, kept, shares)
        proved = -np.inf if result.bound is None else result.bound * self._unit_gbp
        if result.status in ("optimal", "infeasible"):
            return result.status, proved
        return "unknown", proved

    def _load_links(self, loader: LinkLoader, limits: Limits) -> None:
        """All linking rows where they are few, else those the relaxation violates."""
        if loader.rows <= FEW_LINKS:
            loader.load(np.arange(loader.rows))
        else:
            loader.tighten(self._clock.within(limits), stop=self._clock.is_up)

    def _say(self, status: Status, bound: float) -> LocationAnswer:
        value, kept, shares = self._best if self._best else (None, None, None)
        return LocationAnswer(
            status, value, bound, kept, shares, self._clock.spent_seconds(), self._first_bound,
            self._rounds, self._pairs, self._solves,
        )  # fmt: skip


def _first_search(core: LocationCore) -> Search:
    """Fewer rounds for small cores, whose small models are soon solved anyway."""
    pairs = core.site_count * core.area_count
    return Search(rounds=int(np.clip(pairs // ROUND_FOR_PAIRS, LEAST_ROUNDS, MOST_ROUNDS)))
