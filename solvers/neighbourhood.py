"""Large-neighbourhood search: free a part of the incumbent, solve that part, keep what is no worse."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from solvers.stages import Deadline
from solvers.types import Unwatched, Watch

S = TypeVar("S")
N = TypeVar("N")


@dataclass(frozen=True)
class SearchResult(Generic[S]):
    """The best state, its value, how many rounds were run, and what ended the search."""

    state: S
    value: float
    rounds: int
    improved: int
    stopped_by_clock: bool
    cancelled: bool


def search(
    state: S,
    value: float,
    *,
    choose: Callable[[S, random.Random], N],
    improve: Callable[[S, N, int], tuple[S, float] | None],
    rounds: int,
    seed: int,
    bound: float | None = None,
    deadline: Deadline | None = None,
    watch: Watch | None = None,
    on_better: Callable[[S, float], None] | None = None,
) -> SearchResult[S]:
    """Search for a larger value for a fixed number of rounds.

    `choose` draws a neighbourhood, `improve(state, neighbourhood, round)` solves it and returns the new state and
    value, or None. Equal values are taken, so the search can walk along a plateau. Ends early when the bound is
    reached. With a fixed seed and deterministic sub-solves the answer is the same each time, unless the deadline
    or a cancel ended it.
    """
    watch, deadline = watch or Unwatched(), deadline or Deadline(None)
    draw = random.Random(seed)
    improved = 0
    for done in range(rounds):
        if bound is not None and value >= bound - 1e-9:
            return SearchResult(state, value, done, improved, False, False)
        cancelled = watch.cancelled()
        if cancelled or deadline.passed():
            return SearchResult(state, value, done, improved, True, cancelled)
        found = improve(state, choose(state, draw), done)
        if found is None or found[1] < value:
            continue
        better = found[1] > value
        state, value = found
        if better:
            improved += 1
            if on_better is not None:
                on_better(state, value)
    return SearchResult(state, value, rounds, improved, False, False)
