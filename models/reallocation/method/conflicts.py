"""Why no plan exists: rules that cannot hold together, and the least change of each that mends it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, Group, change_words
from models.shared.problem import OutputTables
from solvers.conflicts import minimal_conflict

_MOST_CONFLICTS = 6
_STEP = Fraction(1, 1_000_000)
_WIDEST = Fraction(1)
_MOST_TIMES = Fraction(1000)
_GIVEN_UP_FIRST = (
    "R-06",
    "R-22",
    "R-07",
    "R-14",
    "R-15",
    "R-19",
    "R-03",
    "R-02",
    "R-13",
    "R-05",
    "R-04",
    "R-20",
    "R-08",
)


@dataclass(frozen=True)
class Repair:
    """The least change of one group of a conflict; None when even dropping it does not help.

    `alone`: with this change and no other a plan exists; else it ends this conflict and another one stays.
    """

    group: Group
    change_share: Fraction | None
    alone: bool


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together; without any one of them the others can (each was tried)."""

    number: int
    groups: tuple[Group, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class Diagnosis:
    """Why no plan exists. `joint` are changes that together make a plan possible (tried); empty: none was found."""

    conflicts: tuple[Conflict, ...]
    joint: tuple[Repair, ...]


def find_conflicts(loaded: LoadedModel, stop: Callable[[], bool]) -> Diagnosis:
    """Minimal conflicts one after the other, each found with the cheapest part of those before given up.

    Definitions (the money there is) are never given up. These are not all conflicts there may be, but mending each
    of them mends the instance.
    """
    rows = _rows_of_groups(loaded)
    conflicts: list[Conflict] = []
    mended: list[Repair] = []
    while len(conflicts) < _MOST_CONFLICTS and not stop():
        groups = _next_conflict(loaded, rows, [repair.group for repair in mended])
        if groups is None:
            return Diagnosis(tuple(conflicts), _joint(loaded, rows, mended))
        repairs = tuple(_repair(loaded, rows, group, groups) for group in groups)
        conflicts.append(Conflict(len(conflicts) + 1, groups, repairs))
        if not groups:
            break
        mended.append(_cheapest(repairs))
    return Diagnosis(tuple(conflicts), ())


def _joint(loaded: LoadedModel, rows: dict[Group, list[int]], mended: Sequence[Repair]) -> tuple[Repair, ...]:
    """The priced repairs together, raised in step as far as a plan needs; empty when no size of them is enough.

    Each was priced within its own conflict, so together they can fall short of a plan.
    """
    if any(repair.change_share is None for repair in mended):
        return ()

    def raised(times: Fraction) -> tuple[Repair, ...]:
        shares = [min((repair.change_share or Fraction(0)) * times, _WIDEST) for repair in mended]
        whole = [math.ceil(share / _STEP) * _STEP for share in shares]
        return tuple(replace(repair, change_share=share) for repair, share in zip(mended, whole, strict=True))

    def holds(repairs: Sequence[Repair]) -> bool:
        changes: dict[int, AnyLimit] = {}
        for repair in repairs:
            changes |= _changed(loaded, rows[repair.group], repair.group, repair.change_share or Fraction(0))
        loaded.replace(changes)
        answer = loaded.holds()
        loaded.restore(changes)
        return answer

    if holds(raised(Fraction(1))):
        return raised(Fraction(1))
    low, high = Fraction(1), _MOST_TIMES
    if not holds(raised(high)):
        return ()
    while high - low > _STEP * low:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(raised(middle)) else (middle, high)
    return raised(high)


def repairs_tables(instance: Instance, conflicts: Sequence[Conflict]) -> OutputTables:
    """The repairs as their output table."""
    return {
        "repairs": [
            {
                "conflict": conflict.number,
                "rule": repair.group.rule,
                "scope": repair.group.scope,
                "cheapest_change": None if repair.change_share is None else float(repair.change_share),
                "unit": LOOSENINGS[repair.group.rule].unit,
                "alone_or_joint": "alone" if repair.alone else "joint",
                "sentence": repair_sentence(instance, repair),
            }
            for conflict in conflicts
            for repair in conflict.repairs
        ]
    }


def repair_sentence(instance: Instance, repair: Repair) -> str:
    """A repair in words, and whether it is enough by itself."""
    if repair.change_share is None:
        return f"No change of {repair.group.rule} for {repair.group.scope} mends this."
    words = change_words(instance, repair.group, repair.change_share)
    tail = "then a plan exists" if repair.alone else "then this conflict is mended, and another one stays"
    return f"{words[0].upper()}{words[1:]}: {tail}."


def _rows_of_groups(loaded: LoadedModel) -> dict[Group, list[int]]:
    """The rows of each group, in the order in which they are given up where a conflict leaves a choice."""
    rows: dict[Group, list[int]] = {}
    for row, limit in loaded.limits.items():
        if limit.rule in LOOSENINGS:
            rows.setdefault(Group(limit.rule, limit.scope), []).append(row)
    order = sorted(rows, key=lambda group: (_GIVEN_UP_FIRST.index(group.rule), group.scope))
    return {group: rows[group] for group in order}


def _holds(loaded: LoadedModel, rows: dict[Group, list[int]], kept: Sequence[Group]) -> bool:
    held = set(kept)
    return loaded.holds(row for group, own in rows.items() if group not in held for row in own)


def _next_conflict(
    loaded: LoadedModel, rows: dict[Group, list[int]], given_up: Sequence[Group]
) -> tuple[Group, ...] | None:
    """A minimal conflict of the groups not given up; None when a plan exists, empty when definitions alone clash."""
    by_name = {f"{group.rule} {group.scope}": group for group in rows if group not in given_up}
    found = minimal_conflict(
        list(by_name), lambda kept: _holds(loaded, rows, [by_name[name] for name in sorted(kept)])
    )
    return None if found is None else tuple(by_name[name] for name in found)


def _repair(
    loaded: LoadedModel,
    rows: dict[Group, list[int]],
    group: Group,
    conflict: Sequence[Group],
) -> Repair:
    """The least change of a group with all other rules kept, or, where that is not enough, within the conflict."""
    everything = list(rows)
    alone = _least_change(loaded, rows, group, everything)
    if alone is not None:
        return Repair(group, alone, alone=True)
    return Repair(group, _least_change(loaded, rows, group, conflict), alone=False)


def _least_change(
    loaded: LoadedModel, rows: dict[Group, list[int]], group: Group, kept: Sequence[Group]
) -> Fraction | None:
    """By halving: the least change, to a millionth, at which the kept groups can hold together."""
    dropped = [row for other, own in rows.items() if other not in kept for row in own]

    def holds(change: Fraction) -> bool:
        changes = _changed(loaded, rows[group], group, change)
        loaded.replace(changes)
        answer = loaded.holds(dropped)
        loaded.restore(changes)
        return answer

    if not holds(_WIDEST):
        return None
    low, high = 0, int(_WIDEST / _STEP)
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle * _STEP):
            high = middle
        else:
            low = middle
    return high * _STEP


def _changed(loaded: LoadedModel, rows: Sequence[int], group: Group, change: Fraction) -> dict[int, AnyLimit]:
    loosen = LOOSENINGS[group.rule].apply
    return {row: loosen(loaded.instance, loaded.limits[row], change) for row in rows}


def _cheapest(repairs: Sequence[Repair]) -> Repair:
    """The repair with the least change, one that suffices alone before one that does not; the first of equals."""
    return min(repairs, key=lambda repair: (repair.change_share is None, not repair.alone, repair.change_share or 0))
