"""Why no plan exists: all rules that cannot hold together, and the least changes that mend it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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

__all__ = ["WISHES", "Conflict", "Diagnosis", "Group", "Joint", "Repair", "Wish", "find_conflicts", "joint_repairs"]

_SMALLEST_FUND_GBP = 1_000_000
_FUND_SIZES = 12
_CHEAPER_SHARE = 0.01
"""To give way on a wish is told beside what keeps it where it costs less by so much: what is less is no reason to."""

RepairKind = Literal["joint", "alone", "whole_rule", "ends_conflict"]
WISHES = frozenset({"R-08", "R-20"})
"""Rules that are the board's goal itself; to loosen one is to give up on it."""
Wish = Literal["kept", "kept_at_a_price", "given_way", "none_found", "none_exists"]
"""What a joint repair does with a wish that stands in a conflict.

`kept`: the cheapest at all keeps it. `kept_at_a_price`: the cheapest that keeps it, and `given_way` the cheapest at
all beside it. `none_found`, `none_exists`: it gives way, for nothing that keeps it was found, or none of the other
rules need hold and there is still no plan.
"""


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
    ends the conflict `conflict`, and others stay. `wish` is None where no wish stands in a conflict.
    """

    number: int
    kind: RepairKind
    groups: tuple[Group, ...]
    changes: Mapping[Group, Fraction]
    conflict: int | None = None
    wish: Wish | None = None

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
    limits, in pounds over all of them. Of a repair that keeps the wish at a price, all of this is said among those
    that keep it, but for `broken_gbp`.
    """

    repair: Repair
    measure: Literal["points", "gbp", "tried"]
    cost: float | None
    bound: float | None
    broken_gbp: float | None


@dataclass(frozen=True)
class Diagnosis:
    """Why no plan exists. `complete`: there is no other conflict. `joint` is None when none was found or sought.

    `giving_way` is the joint repair beside it that is cheaper, for it gives way on the wish itself.
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
    giving_way: Joint | None = None

    @property
    def definitions_clash(self) -> bool:
        """Whether no plan exists even without any rule that can be given up."""
        return any(not conflict.groups for conflict in self.conflicts)

    @property
    def every_repair(self) -> tuple[Repair, ...]:
        """The joint repairs, then those of one rule."""
        return (*(joint.repair for joint in (self.joint, self.giving_way) if joint), *self.repairs)


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
    joint, giving_way = (None, None) if exact is None else joint_repairs(exact, conflicts, late)
    repairs = () if exact is None else _repairs(exact, conflicts, late, first_number=3 if giving_way else 2)
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
        giving_way=giving_way,
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


def joint_repairs(
    trials: Trials, conflicts: Sequence[Conflict], stop: Callable[[], bool]
) -> tuple[Joint | None, Joint | None]:
    """The joint repair told first, and beside it the cheapest at all where that gives way on the wish and is cheaper.

    Where a wish stands in a conflict, the first is the cheapest found that keeps it; if none is, the cheapest at all.
    """
    in_conflict = {group for conflict in conflicts for group in conflict.groups}
    in_pounds = Elastic(trials.loaded, trials.rows).fewest_pounds()
    broken_gbp = None if in_pounds is None else in_pounds.cost
    cheapest = _joint(trials, in_conflict, in_pounds, broken_gbp, stop)
    if not any(group.rule in WISHES for group in in_conflict):
        return cheapest, None
    if cheapest is not None and not any(group.rule in WISHES for group in cheapest.repair.changes):
        return _with_wish(cheapest, "kept"), None
    if not trials.holds({}, _others(trials)):
        return None if cheapest is None else _with_wish(cheapest, "none_exists"), None
    keeping = None if stop() else _joint_that_keeps_the_wish(trials, in_conflict, broken_gbp, stop)
    if keeping is None:
        return None if cheapest is None else _with_wish(cheapest, "none_found"), None
    first = _with_wish(keeping, "kept_at_a_price")
    if cheapest is None or not _is_cheaper(cheapest, keeping):
        return first, None
    return first, _with_wish(cheapest, "given_way", 2)


def _is_cheaper(one: Joint, other: Joint) -> bool:
    """Whether a joint repair is worth telling beside another: clearly cheaper, or not known to be dearer."""
    if one.measure != other.measure or one.cost is None or other.cost is None:
        return True
    return one.cost <= (1 - _CHEAPER_SHARE) * other.cost


def _with_wish(joint: Joint, wish: Wish, number: int = 1) -> Joint:
    return replace(joint, repair=replace(joint.repair, number=number, wish=wish))


def _others(trials: Trials) -> list[Group]:
    """Every rule in every scope that is no wish."""
    return [group for group in trials.groups if group.rule not in WISHES]


def _joint_that_keeps_the_wish(
    trials: Trials, in_conflict: set[Group], broken_gbp: float | None, stop: Callable[[], bool]
) -> Joint | None:
    """The cheapest changes found of other rules than the wish that together allow a plan."""
    others = {group: trials.rows[group] for group in _others(trials)}
    in_pounds = Elastic(trials.loaded, others).fewest_pounds()
    return _joint(trials, in_conflict, in_pounds, broken_gbp, stop, WISHES)


def _joint(
    trials: Trials,
    in_conflict: set[Group],
    in_pounds: WayOut | None,
    broken_gbp: float | None,
    stop: Callable[[], bool],
    kept: frozenset[str] = frozenset(),
) -> Joint | None:
    """The cheapest changes found that together allow a plan, tried; None when none of any size does.

    Their cost is the sum of points where every rule of a conflict is counted in points, else pounds broken. Rules
    that are to be kept are not changed; `in_pounds` is the way out by the fewest pounds.
    """
    in_points = all(LOOSENINGS[group.rule].is_share for group in in_conflict)
    way = in_pounds
    free = {group: rows for group, rows in trials.rows.items() if group.rule not in kept}
    if in_points:
        shares = {group: rows for group, rows in free.items() if LOOSENINGS[group.rule].is_share}
        way = Elastic(trials.loaded, shares, stop).fewest_points() or in_pounds
    asked = {} if way is None else {group: Fraction(change) for group, change in way.changes.items()}
    raised = raised_together(trials, asked) if asked else None
    if way is None or raised is None:
        first = [group for group in in_conflict if group in free]
        by_trial = lowered_from_widest(trials, (first, list(free)), stop) or _with_a_larger_fund(trials, stop, kept)
        if by_trial is None:
            return None
        return Joint(Repair(1, "joint", tuple(sorted(by_trial)), by_trial), "tried", None, None, broken_gbp)
    changes = lowered_each(trials, raised, stop)
    repair = Repair(1, "joint", tuple(sorted(changes)), changes)
    if in_points and way is not in_pounds:
        return Joint(repair, "points", float(sum(changes.values())), way.bound, broken_gbp)
    return Joint(repair, "gbp", way.cost, way.bound, broken_gbp)


def _with_a_larger_fund(
    trials: Trials, stop: Callable[[], bool], kept: frozenset[str]
) -> dict[Group, Fraction] | None:
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
        others = {group: rows for group, rows in larger.rows.items() if group != FUND and group.rule not in kept}
        way = Elastic(larger.loaded, others).fewest_pounds()
        if way is not None and (cheapest is None or way.cost < cheapest[0]):
            cheapest = (way.cost, size, way)
    if cheapest is None:
        return None
    _, size, way = cheapest
    changes = {group: Fraction(change) for group, change in way.changes.items()}
    raised = raised_together(trials, changes, {FUND: size})
    return None if raised is None else lowered_each(trials, raised, stop)


def _repairs(
    trials: Trials, conflicts: Sequence[Conflict], stop: Callable[[], bool], first_number: int
) -> tuple[Repair, ...]:
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
            found.append(_repair_of_group(trials, group, conflict, first_number + len(found)))
    for rule in sorted({group.rule for group in first_conflict}):
        whole = [group for group in trials.groups if group.rule == rule]
        if len(whole) > 1 and not stop():
            change = trials.least(whole, {})
            changes = {} if change is None else dict.fromkeys(whole, change)
            found.append(Repair(first_number + len(found), "whole_rule", tuple(whole), changes))
    return tuple(found)


def _repair_of_group(trials: Trials, group: Group, conflict: Conflict, number: int) -> Repair:
    alone = trials.least([group], {})
    if alone is not None:
        return Repair(number, "alone", (group,), {group: alone})
    others = [other for other in trials.groups if other not in conflict.groups]
    within = trials.least([group], {}, others)
    return Repair(number, "ends_conflict", (group,), {} if within is None else {group: within}, conflict.number)
