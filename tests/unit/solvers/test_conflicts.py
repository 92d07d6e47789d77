"""All minimal conflicts of a system of groups, against what trying every set of groups finds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.conflicts import all_conflicts
from solvers.types import Result, SolverUse

pytestmark = pytest.mark.unit

GROUPS = tuple("abcdefg")
Sets = frozenset[frozenset[str]]
some_sets = st.frozensets(st.frozensets(st.sampled_from(GROUPS), min_size=1), max_size=7)


def minimal(sets: Iterable[frozenset[str]]) -> Sets:
    """Those sets that hold no other."""
    every = list(sets)
    return frozenset(one for one in every if not any(other < one for other in every))


def clashing(conflicts: Sets) -> Callable[[frozenset[str]], bool]:
    """An oracle: groups hold together unless they hold a whole conflict."""
    return lambda kept: not any(conflict <= kept for conflict in conflicts)


def hitting(conflicts: Sets) -> Sets:
    """By trying every set: the smallest with a group of each conflict."""
    every = (frozenset(some) for size in range(len(GROUPS) + 1) for some in itertools.combinations(GROUPS, size))
    return minimal(one for one in every if all(one & conflict for conflict in conflicts))


@settings(max_examples=150, deadline=None)
@given(some_sets)
def test_all_conflicts_and_corrections_are_found(planted: Sets) -> None:
    """Conflicts are the planted ones that hold no other; corrections are what hits each of them."""
    wanted = minimal(planted)
    found = all_conflicts(GROUPS, clashing(wanted))
    assert found.complete
    assert sorted(map(sorted, found.conflicts)) == sorted(map(sorted, wanted))
    assert sorted(map(sorted, found.corrections)) == sorted(map(sorted, hitting(wanted)))


@settings(max_examples=30, deadline=None)
@given(some_sets, st.integers(1, 3))
def test_a_limit_on_their_number_is_told(planted: Sets, most: int) -> None:
    wanted = minimal(planted)
    found = all_conflicts(GROUPS, clashing(wanted), most=most)
    assert len(found.conflicts) == min(most, len(wanted))
    assert {frozenset(conflict) for conflict in found.conflicts} <= wanted
    assert found.complete == (len(wanted) <= most)
    assert not found.stopped_by_clock


def test_the_same_every_time() -> None:
    conflicts = frozenset(map(frozenset, ("ab", "bc", "cd", "de", "aeg", "fg")))
    runs = [all_conflicts(GROUPS, clashing(conflicts)) for _ in range(2)]
    assert runs[0].conflicts == runs[1].conflicts
    assert runs[0].corrections == runs[1].corrections


def test_the_smallest_corrections_come_first() -> None:
    """Giving up b ends both conflicts; without b it takes two groups."""
    found = all_conflicts(GROUPS, clashing(frozenset(map(frozenset, ("ab", "bc")))))
    assert found.corrections == (("b",), ("a", "c"))


def test_what_clashes_without_any_group_is_one_empty_conflict() -> None:
    found = all_conflicts(GROUPS, lambda _: False)
    assert found.conflicts == ((),)
    assert found.corrections == ()
    assert found.complete


def test_what_holds_together_has_no_conflict() -> None:
    found = all_conflicts(GROUPS, lambda _: True)
    assert found.conflicts == ()
    assert found.corrections == ((),)
    assert found.complete


def test_a_stop_leaves_the_list_incomplete() -> None:
    conflicts = frozenset(map(frozenset, ("ab", "cd")))
    asked: list[bool] = []

    def after_one() -> bool:
        asked.append(True)
        return len(asked) > 1

    found = all_conflicts(GROUPS, clashing(conflicts), stop=after_one)
    assert not found.complete
    assert found.stopped_by_clock
    assert len(found.conflicts) + len(found.corrections) == 1
    assert not all_conflicts(GROUPS, clashing(conflicts), cpu_seconds=0.0).complete


def test_nothing_is_tried_that_is_known() -> None:
    """Two conflicts of two groups among seven: far fewer tries than the 128 sets there are."""
    tried: list[frozenset[str]] = []
    conflicts = frozenset(map(frozenset, ("ab", "cd")))

    def feasible(kept: frozenset[str]) -> bool:
        tried.append(kept)
        return clashing(conflicts)(kept)

    found = all_conflicts(GROUPS, feasible)
    assert len(tried) == found.tries < 40


def test_an_oracle_that_contradicts_itself_is_not_believed() -> None:
    """Numbers can be so close that two solves disagree: such a conflict is not told, and the list not complete."""
    answers = iter([False, True, True])
    found = all_conflicts(("a",), lambda _: next(answers))
    assert found.conflicts == ()
    assert not found.complete


def test_a_search_that_is_not_settled_is_not_called_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """No values were once taken for no such set, so that a list was called complete that nobody had searched."""
    unsettled = Result("unknown", "stopped", None, None, None, 0.0, 0.0, SolverUse("cpsat", "0"))
    monkeypatch.setattr("solvers.cpsat.solve_cpsat", lambda *_: unsettled)
    with pytest.raises(RuntimeError, match="could not settle"):
        all_conflicts(GROUPS, lambda _: False)
