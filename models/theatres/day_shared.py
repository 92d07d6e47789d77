"""The cases of a day as far as the theatres share things, and what can be said of them without a search."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

Resource = tuple[str, str]
"""What the theatres of a day share: the id of the rule, and what of (a surgeon, a kit)."""

EPSILON = 1e-9


@dataclass(frozen=True)
class Use:
    """A case holds one of a resource from `begin` to `until`, in minutes after its start."""

    resource: Resource
    begin: int
    until: int


@dataclass(frozen=True)
class Kind:
    """What the search sees of a case; cases of one kind on a list can change places. A lower class comes first."""

    hard_class: int
    minutes: int
    gap_minutes: int
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Line:
    """A list with the kinds of its cases in preferred order; times are minutes from midnight."""

    theatre: str
    start: int
    latest_end: float
    kinds: tuple[Kind, ...]

    def starts_without_idle_time(self) -> tuple[int, ...]:
        """The start of each case when they follow each other in the preferred order."""
        starts, at = [], self.start
        for kind in self.kinds:
            starts.append(at)
            at += kind.minutes + kind.gap_minutes
        return tuple(starts)


@dataclass(frozen=True)
class Answer:
    """The start of every case, line by line in the order of its kinds; None when none was found.

    `proven`: there are starts, or there can be none; not proven: the search gave up.
    """

    starts: tuple[tuple[int, ...], ...] | None
    proven: bool = True


def length(kinds: Sequence[Kind]) -> int:
    """Minutes of these cases one after the other, the gap after the last one left out."""
    last = max(kind.hard_class for kind in kinds)
    given_back = max(kind.gap_minutes for kind in kinds if kind.hard_class == last)
    return sum(kind.minutes + kind.gap_minutes for kind in kinds) - given_back


def keeps_capacities(
    lines: Sequence[Line], starts: Sequence[Sequence[int]], capacity: Mapping[Resource, int]
) -> bool:
    """Whether at no moment more of a resource is used than there is, of the resources named."""
    changes: dict[Resource, list[tuple[int, int]]] = {resource: [] for resource in capacity}
    for line, line_starts in zip(lines, starts, strict=True):
        for kind, start in zip(line.kinds, line_starts, strict=True):
            for use in kind.uses:
                if use.resource in changes:
                    changes[use.resource] += [(start + use.begin, 1), (start + use.until, -1)]
    for resource, found in changes.items():
        used = 0
        for _, change in sorted(found):
            used += change
            if used > capacity[resource]:
                return False
    return True


def only(kind: Kind, resources: Mapping[Resource, int]) -> Kind:
    return replace(kind, uses=tuple(use for use in kind.uses if use.resource in resources))


def scarce(lines: Sequence[Line], capacity: Mapping[Resource, int]) -> dict[Resource, int]:
    """The resources that could run out: of the others there is enough whatever the order of each theatre's cases."""
    most: Counter[Resource] = Counter()
    by_theatre: dict[str, list[Line]] = {}
    for line in lines:
        by_theatre.setdefault(line.theatre, []).append(line)
    for found in by_theatre.values():
        kinds = [kind for line in found for kind in line.kinds]
        if not kinds:
            continue
        # Between two lists of a theatre there may be no turnaround at all.
        gap = min(kind.gap_minutes for kind in kinds) if len(found) == 1 else 0
        apart = min(kind.minutes for kind in kinds) + gap
        longest: dict[Resource, tuple[int, int]] = {}
        for kind in kinds:
            for use in kind.uses:
                during = use.until <= kind.minutes
                at_once = 1 if during else math.ceil((use.until - use.begin) / apart)
                count, most_at_once = longest.get(use.resource, (0, 0))
                longest[use.resource] = (count + 1, max(most_at_once, at_once))
        for resource, pair in longest.items():
            most[resource] += min(pair)
    return {r: capacity[r] for r in sorted(most) if r in capacity and most[r] > capacity[r]}


def too_much(lines: Sequence[Line], resource: Resource, capacity: int) -> bool:
    """Whether a resource cannot be enough: all uses but the last of each unit end before the last use begins."""
    lengths, first, last = [], math.inf, -math.inf
    for line in lines:
        for kind in line.kinds:
            for use in kind.uses:
                if use.resource == resource:
                    lengths.append(use.until - use.begin)
                    first = min(first, line.start + use.begin)
                    last = max(last, line.latest_end - kind.minutes + use.begin)
    before_the_last = sorted(lengths)[: max(len(lengths) - capacity, 0)]
    return bool(before_the_last) and sum(before_the_last) > capacity * (last - first) + EPSILON
