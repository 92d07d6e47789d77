"""Why a model has no solution: the smallest sets of named groups that cannot hold together, one or all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from solvers.types import Limits

Feasible = Callable[[frozenset[str]], bool]

MOST_CONFLICTS = 50
MOST_CPU_SECONDS = 60.0


@dataclass(frozen=True)
class Conflicts:
    """Minimal conflicts, and what would have to be given up to have none.

    Each of `conflicts` has no solution, and has one without any of its groups (all tried). Each of `corrections` is
    a smallest set of groups without which the others can hold together: it has one group at least of every conflict
    there is, found or not. `complete`: there is no other conflict; if not, `stopped_by_clock` says that it was time
    that ran out. `cpu_seconds` and `tries` say what it took.
    """

    conflicts: tuple[tuple[str, ...], ...]
    corrections: tuple[tuple[str, ...], ...]
    complete: bool
    stopped_by_clock: bool
    cpu_seconds: float
    tries: int


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


def all_conflicts(
    groups: Sequence[str],
    feasible: Feasible,
    *,
    most: int = MOST_CONFLICTS,
    cpu_seconds: float = MOST_CPU_SECONDS,
    stop: Callable[[], bool] = lambda: False,
) -> Conflicts:
    """Every minimal conflict, up to a number and a time.

    Conflicts and corrections are each other's smallest hitting sets. So the smallest set that hits every conflict
    found, and holds no correction found, is given up next: either the rest can hold together, which makes it a
    correction, or deletion finds a conflict in the rest that is not among those found. When there is no such set,
    no conflict is missing. What holds together does so with less, and what does not does not with more; the answers
    are kept, so that nothing is tried that follows from them. The search is the same every time but for where the
    clock stops it. Groups named first are given up, and left out of conflicts, where there is a choice.

    Raises
    ------
    RuntimeError
        If the set to give up next is not settled.
    """
    started, memory = time.process_time(), _Memory(feasible)
    conflicts: list[tuple[str, ...]] = []
    corrections: list[tuple[str, ...]] = []

    def found(*, complete: bool, by_clock: bool = False) -> Conflicts:
        spent = time.process_time() - started
        return Conflicts(tuple(conflicts), tuple(corrections), complete, by_clock, spent, memory.tries)

    while not stop() and time.process_time() - started < cpu_seconds:
        given_up = _next_given_up(groups, conflicts, corrections)
        if given_up is None:
            return found(complete=True)
        rest = [name for name in groups if name not in given_up]
        conflict = minimal_conflict(rest, memory.holds)
        if conflict is None:
            corrections.append(given_up)
        elif len(conflicts) == most:
            return found(complete=False)
        elif not conflict or memory.confirms(conflict):
            conflicts.append(conflict)
            if not conflict:
                return found(complete=True)
        else:
            return found(complete=False)
    return found(complete=False, by_clock=True)


class _Memory:
    """What is known of which groups hold together; only what does not follow from it is tried."""

    def __init__(self, feasible: Feasible) -> None:
        self._feasible = feasible
        self._together: list[frozenset[str]] = []
        self._apart: list[frozenset[str]] = []
        self.tries = 0

    def holds(self, kept: frozenset[str]) -> bool:
        """Whether the groups hold together, by what is known or by trying."""
        if any(kept <= known for known in self._together):
            return True
        if any(known <= kept for known in self._apart):
            return False
        answer = self._try(kept)
        known = self._together if answer else self._apart
        known[:] = [other for other in known if not (other < kept if answer else kept < other)]
        known.append(kept)
        return answer

    def confirms(self, conflict: tuple[str, ...]) -> bool:
        """Whether a conflict passes deletion when each answer is tried, whatever is known."""
        whole = frozenset(conflict)
        return not self._try(whole) and all(self._try(whole - {group}) for group in conflict)

    def _try(self, kept: frozenset[str]) -> bool:
        self.tries += 1
        return self._feasible(kept)


def _next_given_up(
    groups: Sequence[str], conflicts: Sequence[tuple[str, ...]], corrections: Sequence[tuple[str, ...]]
) -> tuple[str, ...] | None:
    """The smallest set with a group of every conflict and not all of any correction; None when there is none.

    Raises
    ------
    RuntimeError
        If the solver settles neither, which these small models leave no reason for: nothing may be called complete.
    """
    from ortools.sat.python.cp_model import CpModel  # slow to take in, and only sets of conflicts need it

    from solvers.cpsat import solve_cpsat

    model = CpModel()
    given_up = {group: model.new_bool_var(group) for group in groups}
    for conflict in conflicts:
        model.add_bool_or([given_up[group] for group in conflict])
    for correction in corrections:
        model.add_bool_or([given_up[group].negated() for group in correction])
    # One group less goes before any preference among groups.
    weight = len(groups) * (len(groups) + 1)
    model.minimize(sum((weight + at) * given_up[group] for at, group in enumerate(groups)))
    result = solve_cpsat(model, Limits(seed=1, threads=1))
    if result.status == "infeasible":
        return None
    if result.status != "optimal" or result.values is None:
        raise RuntimeError(f"CP-SAT could not settle which groups to give up next: {result.reason}")
    return tuple(group for group in groups if result.values[given_up[group].index] > 0.5)
