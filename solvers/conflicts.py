"""Why a model has no solution: a smallest set of named groups that cannot hold together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Feasible = Callable[[frozenset[str]], bool]


def minimal_conflict(groups: Sequence[str], feasible: Feasible) -> tuple[str, ...] | None:
    """A minimal set of groups that cannot hold together, by deletion; None when all of them can.

    `feasible(kept)` answers whether a solution exists when only the groups in `kept` are enforced. Each group of
    the answer is needed: without it the others can hold together (each was tried). Groups are dropped from the
    front, so those named last are kept where there is a choice.
    """
    if feasible(frozenset(groups)):
        return None
    kept = list(groups)
    for group in groups:
        trial = [name for name in kept if name != group]
        if not feasible(frozenset(trial)):
            kept = trial
    return tuple(kept)
