"""The least change of a rule that mends what is broken, found by trying changes where their user would make them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.formulation.closure import gap_closed_in_final_year
from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, Group, group_of
from models.reallocation.method.repaired import repaired, widest_change

Changes = Mapping[Group, Fraction]

HEARD_BY: Mapping[str, tuple[str, ...]] = {
    "R-02": ("R-02", "R-06"),
    "R-03": ("R-03", "R-06"),
    "R-05": ("R-05", "R-06"),
}
"""Rules whose limits depend on the table in which another is loosened."""
FUND = Group("R-15", "fund")
_FINEST_TIMES = Fraction(1, 1000)


class Trials:
    """Changes of rules, and rules left out, tried on one loaded model."""

    def __init__(self, loaded: LoadedModel) -> None:
        self.loaded, self.instance = loaded, loaded.instance
        self.rows = _rows_of_groups(loaded)
        self._row_of = {_place_of(limit): row for row, limit in loaded.limits.items()}
        self._known: dict[tuple[tuple[tuple[Group, Fraction], ...], frozenset[Group]], bool] = {}

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every rule in every scope that can be given up, the first of them first where there is a choice."""
        return tuple(self.rows)

    def holds(self, changes: Changes, without: Iterable[Group] = ()) -> bool:
        """Whether a plan exists with some rules changed, and some left out altogether."""
        dropped = frozenset(without)
        key = (tuple(sorted(changes.items())), dropped)
        if key not in self._known:
            self._known[key] = self._try(changes, dropped)
        return self._known[key]

    def least(self, groups: Sequence[Group], given: Changes, without: Iterable[Group] = ()) -> Fraction | None:
        """The least change, the same for some groups of one rule, with which a plan exists; None when there is none.

        By halving, to the rule's step. More in the transition fund leaves less to share out, so that most may be too
        much: sizes on the way there are tried, each a quarter larger than the one before.
        """
        dropped = frozenset(without)
        if not self.holds(given, dropped | set(groups)):
            return None
        step = LOOSENINGS[groups[0].rule].step

        def enough(steps: int) -> bool:
            return self.holds({**given, **dict.fromkeys(groups, steps * step)}, dropped)

        low, high = 0, math.ceil(widest_change(self.instance, groups[0]) / step)
        if not enough(high):
            if FUND not in groups:
                return None
            high = next((steps for steps in _ever_more(high) if enough(steps)), 0)
            if not high:
                return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return high * step

    def _try(self, changes: Changes, dropped: frozenset[Group]) -> bool:
        after = repaired(self.instance, changes)
        if any(money.spendable_gbp <= 0 for money in after.money):
            return False
        if FUND in changes and self._rows_of("R-20"):
            return self._try_anew(after, dropped)
        now = self._changed_limits(changes, after)
        gone = [row for group in dropped for row in self.rows[group]]
        vanished = [row for row, limit in now.items() if limit is None]
        kept = {row: limit for row, limit in now.items() if limit is not None and row not in gone}
        self.loaded.replace(kept)
        answer = self.loaded.holds([*gone, *vanished])
        self.loaded.restore(kept)
        return answer

    def _try_anew(self, after: Instance, dropped: frozenset[Group]) -> bool:
        """The same by a model of its own, where need has moved within the rows that say how far the gap is closed."""
        ids = {limit.rule for limit in self.loaded.limits.values()}
        left_out = frozenset(RULE_FUNCTIONS) - ids
        limits = [limit for limit in limits_of(after, left_out) if group_of(limit) not in dropped]
        return LoadedModel(after, limits).has_plan()

    def _changed_limits(self, changes: Changes, after: Instance) -> dict[int, AnyLimit | None]:
        """By row, the limits that are not what they were; None where one has gone.

        A larger fund leaves less to share out, and so less need: every limit may have moved.
        """
        rules = {rule for group in changes for rule in HEARD_BY.get(group.rule, (group.rule,))}
        if FUND in changes:
            rules = {limit.rule for limit in self.loaded.limits.values()}
        found: dict[int, AnyLimit | None] = {row: None for rule in sorted(rules) for row in self._rows_of(rule)}
        for rule in sorted(rules):
            for limit in self._limits_of(rule, after):
                row = self._row_of.get(_place_of(limit))
                if row is not None:
                    found[row] = limit
        return {row: limit for row, limit in found.items() if limit != self.loaded.limits[row]}

    def _limits_of(self, rule: str, after: Instance) -> Iterable[AnyLimit]:
        return _limits_of_rule(self.loaded, rule, after)

    def _rows_of(self, rule: str) -> list[int]:
        return [row for row, limit in self.loaded.limits.items() if limit.rule == rule]


def _ever_more(most: int) -> Iterator[int]:
    """1, 2, 3, 4, 5, 7 and so on, each about a quarter more, up to the most."""
    steps = 1
    while steps < most:
        yield steps
        steps = math.ceil(steps * 1.25)


def exactly(loaded: LoadedModel) -> LoadedModel:
    """The model with its limits as they are, where `load` put them half a pound out.

    A plan under limits half a pound out may not be there in whole pounds, so that no change is priced by them.
    """
    rules = dict.fromkeys(limit.rule for limit in loaded.limits.values())
    own = [limit for rule in rules for limit in _limits_of_rule(loaded, rule, loaded.instance)]
    return LoadedModel(loaded.instance, own)


def _limits_of_rule(loaded: LoadedModel, rule: str, after: Instance) -> Iterable[AnyLimit]:
    """The limits of a rule in a changed instance, closure in the years in which it is asked for."""
    if rule != "R-08":
        return RULE_FUNCTIONS[rule](after)
    return gap_closed_in_final_year(after, min(one.year for one in loaded.limits.values() if one.rule == rule))


def raised_together(
    trials: Trials, changes: Changes, given: Changes | None = None, most_times: int = 1000
) -> dict[Group, Fraction] | None:
    """The changes, all raised in the same proportion as far as a plan needs; None when no size of them is enough.

    Those that are given stay as they are.
    """

    def times(by: Fraction) -> dict[Group, Fraction]:
        raised = {group: _on_step(trials.instance, group, change * by) for group, change in changes.items()}
        return {**raised, **(given or {})}

    low, high = Fraction(0), Fraction(1)
    while not trials.holds(times(high)):
        low, high = high, 2 * high
        if high > most_times:
            return None
    while low and high - low > _FINEST_TIMES * low:
        middle = (low + high) / 2
        low, high = (low, middle) if trials.holds(times(middle)) else (middle, high)
    return times(high)


def lowered_from_widest(
    trials: Trials, tried: Iterable[Sequence[Group]], stop: Callable[[], bool]
) -> dict[Group, Fraction] | None:
    """Changes that allow a plan, the transition fund as it is: each from as far as it goes down; None when none do.

    Those of some groups are tried, then those of others, in turn.
    """
    for among in tried:
        widest = {group: widest_change(trials.instance, group) for group in sorted(among) if group != FUND}
        if trials.holds(widest):
            return lowered_each(trials, widest, stop)
    return None


def lowered_each(trials: Trials, changes: Changes, stop: Callable[[], bool]) -> dict[Group, Fraction]:
    """The changes with each in turn, the last group first, as low as it can be without more of another."""
    found = dict(changes)
    for group in sorted(changes, reverse=True):
        if stop():
            break
        others = {other: change for other, change in found.items() if other != group}
        if trials.holds(others):
            found = others
            continue
        least = trials.least([group], others)
        if least is not None and least < found[group]:
            found[group] = least
    return found


def _on_step(instance: Instance, group: Group, change: Fraction) -> Fraction:
    step = LOOSENINGS[group.rule].step
    return min(math.ceil(change / step) * step, widest_change(instance, group))


def _place_of(limit: AnyLimit) -> tuple[str, str, tuple[str, ...], str]:
    return limit.rule, limit.scope, limit.where, limit.side


GIVEN_UP_FIRST = (
    "R-06", "R-22", "R-07", "R-14", "R-15", "R-19", "R-03", "R-02", "R-13", "R-05", "R-04", "R-20", "R-08",
)  # fmt: skip
"""Every rule that can be given up, the first of them first where there is a choice."""


def _rows_of_groups(loaded: LoadedModel) -> dict[Group, list[int]]:
    """The rows of each group, but for soft rules, which stop no plan."""
    rows: dict[Group, list[int]] = {}
    for row, limit in loaded.limits.items():
        if limit.rule in LOOSENINGS and row not in loaded.violations:
            rows.setdefault(group_of(limit), []).append(row)
    order = sorted(rows, key=lambda group: (GIVEN_UP_FIRST.index(group.rule), group.scope))
    return {group: rows[group] for group in order}
