"""Why no plan exists: all rules that cannot hold together, and the least changes that mend it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.method.elastic import Elastic, WayOut
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, Group
from models.reallocation.method.pricing import (
    FUND,
    Trials,
    exactly,
    lowered_each,
    lowered_from_widest,
    raised_together,
)
from models.reallocation.method.repaired import repaired
from solvers.conflicts import MOST_CONFLICTS, MOST_CPU_SECONDS, Conflicts, all_conflicts

__all__ = ["Conflict", "Diagnosis", "Group", "Joint", "Repair", "find_conflicts"]

_SMALLEST_FUND_GBP = 1_000_000
_FUND_SIZES = 12

RepairKind = Literal["joint", "alone", "whole_rule", "ends_conflict"]


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together; without any one of them the others can (each was tried)."""

    number: int
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Repair:
    """Least changes, tried as the user would make them; without changes, none of these rules helps by itself.

    `joint`: together they allow a plan, at the least cost found. `alone`: one rule in one scope allows a plan, all
    else kept. `whole_rule`: one rule by the same change in every scope does. `ends_conflict`: one rule in one scope
    ends the conflict `conflict`, and others stay.
    """

    number: int
    kind: RepairKind
    groups: tuple[Group, ...]
    changes: Mapping[Group, Fraction]
    conflict: int | None = None

    @property
    def name(self) -> str:
        """The name of the scenario that applies it."""
        return f"repair_{self.number}"

    @property
    def mends(self) -> bool:
        """Whether a plan exists with it."""
        return bool(self.changes) and self.kind != "ends_conflict"


@dataclass(frozen=True)
class Joint:
    """What the joint repair costs: the sum of its shares (`points`), or the pounds by which its plan breaks limits.

    `tried`: neither is known, for more in the transition fund leaves less to share out; only its sizes were tried.
    No joint repair costs less than `bound` (None: not known). `broken_gbp` is the least by which any plan breaks the
    limits, in pounds over all of them.
    """

    repair: Repair
    measure: Literal["points", "gbp", "tried"]
    cost: float
    bound: float | None
    broken_gbp: float | None


@dataclass(frozen=True)
class Diagnosis:
    """Why no plan exists. `complete`: there is no other conflict. `joint` is None when none was found or sought.

    `every_rule_tried`: each rule of a conflict was tried by itself, before the time was up.
    """

    conflicts: tuple[Conflict, ...]
    complete: bool
    stopped_by_clock: bool
    corrections: int
    cpu_seconds: float
    joint: Joint | None
    repairs: tuple[Repair, ...]
    every_rule_tried: bool = True

    @property
    def definitions_clash(self) -> bool:
        """Whether no plan exists even without any rule that can be given up."""
        return any(not conflict.groups for conflict in self.conflicts)

    @property
    def every_repair(self) -> tuple[Repair, ...]:
        """The joint repair, then those of one rule."""
        return (self.joint.repair, *self.repairs) if self.joint else self.repairs


def find_conflicts(
    loaded: LoadedModel,
    stop: Callable[[], bool],
    *,
    most: int = MOST_CONFLICTS,
    cpu_seconds: float = MOST_CPU_SECONDS,
) -> Diagnosis:
    """All minimal conflicts, up to a number and a time, shortest first, and the least changes that mend them.

    The search has so many seconds of computing, and pricing as many again; what is begun then is finished.
    Definitions (the money there is, what need is) are never given up or loosened.
    """
    found, conflicts = _search(Trials(loaded), stop, most, cpu_seconds)
    hopeless = any(not conflict.groups for conflict in conflicts)
    started = time.process_time()

    def late() -> bool:
        return stop() or time.process_time() - started > cpu_seconds

    exact = None if hopeless or late() else Trials(exactly(loaded))
    joint = None if exact is None else _joint(exact, conflicts, late)
    repairs = () if exact is None else _repairs(exact, conflicts, late)
    in_time = not late()
    return Diagnosis(
        conflicts=conflicts,
        complete=found.complete,
        stopped_by_clock=found.stopped_by_clock or not in_time,
        corrections=len(found.corrections),
        cpu_seconds=found.cpu_seconds,
        joint=joint,
        repairs=repairs,
        every_rule_tried=in_time,
    )


def _search(
    trials: Trials, stop: Callable[[], bool], most: int, cpu_seconds: float
) -> tuple[Conflicts, tuple[Conflict, ...]]:
    """The conflicts among the groups, the shortest first."""
    named = {f"{group.rule} {group.scope}": group for group in trials.groups}
    place = {name: at for at, name in enumerate(named)}

    def feasible(kept: frozenset[str]) -> bool:
        return trials.holds({}, [group for name, group in named.items() if name not in kept])

    found = all_conflicts(tuple(named), feasible, most=most, cpu_seconds=cpu_seconds, stop=stop)
    by_length = sorted(found.conflicts, key=lambda names: (len(names), [place[name] for name in names]))
    return found, tuple(
        Conflict(number, tuple(named[name] for name in names)) for number, names in enumerate(by_length, start=1)
    )


def _joint(trials: Trials, conflicts: Sequence[Conflict], stop: Callable[[], bool]) -> Joint | None:
    """The cheapest changes found that together allow a plan, tried; None when none of any size does.

    Their cost is the sum of points where every rule of a conflict is counted in points, else pounds broken.
    """
    in_conflict = {group for conflict in conflicts for group in conflict.groups}
    in_points = all(LOOSENINGS[group.rule].is_share for group in in_conflict)
    in_pounds = Elastic(trials.loaded, trials.rows).fewest_pounds()
    way: WayOut | None = in_pounds
    if in_points:
        shares = {group: rows for group, rows in trials.rows.items() if LOOSENINGS[group.rule].is_share}
        way = Elastic(trials.loaded, shares, stop).fewest_points() or in_pounds
    broken_gbp = None if in_pounds is None else in_pounds.cost
    asked = {} if way is None else {group: Fraction(change) for group, change in way.changes.items()}
    raised = raised_together(trials, asked) if asked else None
    if way is None or raised is None:
        by_trial = lowered_from_widest(trials, in_conflict, stop) or _with_a_larger_fund(trials, stop)
        if by_trial is None:
            return None
        return Joint(Repair(1, "joint", tuple(sorted(by_trial)), by_trial), "tried", 0.0, None, broken_gbp)
    changes = lowered_each(trials, raised, stop)
    repair = Repair(1, "joint", tuple(sorted(changes)), changes)
    if in_points and way is not in_pounds:
        return Joint(repair, "points", float(sum(changes.values())), way.bound, broken_gbp)
    return Joint(repair, "gbp", way.cost, way.bound, broken_gbp)


def _with_a_larger_fund(trials: Trials, stop: Callable[[], bool]) -> dict[Group, Fraction] | None:
    """Changes that allow a plan beside a larger transition fund, of the sizes tried that which leaves least to break.

    Each size is another instance, for it leaves less to share out, and so less need.
    """
    cheapest: tuple[float, Fraction, WayOut] | None = None
    rules = {limit.rule for limit in trials.loaded.limits.values()}
    for doubled in range(_FUND_SIZES if FUND in trials.rows else 0):
        size = Fraction(2**doubled * _SMALLEST_FUND_GBP)
        after = repaired(trials.instance, {FUND: size})
        if stop() or any(money.spendable_gbp <= 0 for money in after.money):
            break
        larger = Trials(LoadedModel(after, limits_of(after, frozenset(RULE_FUNCTIONS) - rules)))
        others = {group: rows for group, rows in larger.rows.items() if group != FUND}
        way = Elastic(larger.loaded, others).fewest_pounds()
        if way is not None and (cheapest is None or way.cost < cheapest[0]):
            cheapest = (way.cost, size, way)
    if cheapest is None:
        return None
    _, size, way = cheapest
    changes = {group: Fraction(change) for group, change in way.changes.items()}
    raised = raised_together(trials, changes, {FUND: size})
    return None if raised is None else lowered_each(trials, raised, stop)


def _repairs(trials: Trials, conflicts: Sequence[Conflict], stop: Callable[[], bool]) -> tuple[Repair, ...]:
    """Of every rule in every scope of a conflict, then of every rule in all its scopes, the least change by itself.

    A rule in one scope that does not allow a plan is priced within the shortest conflict it is in.
    """
    found: list[Repair] = []
    first_conflict: dict[Group, Conflict] = {}
    for conflict in conflicts:
        for group in conflict.groups:
            first_conflict.setdefault(group, conflict)
    for group, conflict in first_conflict.items():
        if not stop():
            found.append(_repair_of_group(trials, group, conflict, len(found) + 2))
    for rule in sorted({group.rule for group in first_conflict}):
        whole = [group for group in trials.groups if group.rule == rule]
        if len(whole) > 1 and not stop():
            change = trials.least(whole, {})
            changes = {} if change is None else dict.fromkeys(whole, change)
            found.append(Repair(len(found) + 2, "whole_rule", tuple(whole), changes))
    return tuple(found)


def _repair_of_group(trials: Trials, group: Group, conflict: Conflict, number: int) -> Repair:
    alone = trials.least([group], {})
    if alone is not None:
        return Repair(number, "alone", (group,), {group: alone})
    others = [other for other in trials.groups if other not in conflict.groups]
    within = trials.least([group], {}, others)
    return Repair(number, "ends_conflict", (group,), {} if within is None else {group: within}, conflict.number)
