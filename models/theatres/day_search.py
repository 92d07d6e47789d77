"""Times for the cases of one day whose theatres share things: quick answers first, then an exact search; no solver.

A *line* is a list with the kinds of its cases; a case *uses* things (a surgeon, a machine, a tray, a bay) of which
there are so many. Cases are placed one by one, each as early as it can be. Placed in the order of their starts, every
schedule in which no case could start earlier is reached, as long as what is used is used from the start of a case on.
Recovery is used from its end on, so that a case may have to wait for one that starts later; then cases are placed in
the order of their ends and at every time at which something comes free, for whatever keeps a case from starting
earlier belongs to a case that ends earlier. One of these schedules meets all list ends whenever any schedule does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.theatres.day_shared import (
    EPSILON,
    Answer,
    Kind,
    Line,
    Resource,
    keeps_capacities,
    length,
    only,
    scarce,
    too_much,
)

# A quick look that seldom turns round, then the search: enough for every day tried of five theatres.
_QUICK_NODES_PER_CASE = 3
SEARCH_NODES = 4_000


def times(lines: Sequence[Line], capacity: Mapping[Resource, int], nodes: int = SEARCH_NODES) -> Answer:
    """Starts that keep every capacity and every list's end, in the preferred order without idle time if that does."""
    starts = tuple(line.starts_without_idle_time() for line in lines)
    if any(line.kinds and line.start + length(line.kinds) > line.latest_end + EPSILON for line in lines):
        return Answer(None)
    short = scarce(lines, capacity)
    if keeps_capacities(lines, starts, short):
        return Answer(starts)
    kept = [replace(line, kinds=tuple(only(kind, short) for kind in line.kinds)) for line in lines]
    if any(too_much(kept, resource, count) for resource, count in short.items()):
        return Answer(None)
    quick = _QUICK_NODES_PER_CASE * sum(len(line.kinds) for line in lines)
    for scarce_first, limit in ((False, quick), (True, quick), (False, nodes)):
        search = _Search(kept, short, scarce_first, limit)
        found = search.run()
        if found is not None or search.finished:
            break
    if found is None and search.finished and search.waited_for_recovery:
        search = _Search(kept, short, False, nodes, by_end=True)
        found = search.run()
    return Answer(found, found is not None or search.finished)


@dataclass(frozen=True)
class _Known:
    """A kind of a line: its uses as numbers of resources, and how much it draws on what is scarce."""

    kind: Kind
    uses: tuple[tuple[int, int, int], ...]
    weight: float


@dataclass(frozen=True)
class _User:
    """A kind of a line that uses a resource: from when to when, and the latest moment a use can begin."""

    line: int
    kind: int
    begin: int
    minutes: int
    latest: float
    before_clock: int


@dataclass
class _Search:
    """Depth first over cases in the order of their starts (or ends); `dead` holds the states already left."""

    lines: Sequence[Line]
    capacity: Mapping[Resource, int]
    scarce_first: bool
    limit: int
    by_end: bool = False
    nodes: int = 0
    waited_for_recovery: bool = False
    dead: set[tuple[object, ...]] = field(default_factory=set)

    @property
    def finished(self) -> bool:
        """Whether nothing was left untried."""
        return self.nodes <= self.limit

    def run(self) -> tuple[tuple[int, ...], ...] | None:
        number = {resource: at for at, resource in enumerate(self.capacity)}
        self._most = list(self.capacity.values())
        self._taken: list[list[tuple[int, int]]] = [[] for _ in self._most]
        demand = self._demand()
        self._known = [[_known(k, number, demand) for k in dict.fromkeys(line.kinds)] for line in self.lines]
        self._left = [
            [line.kinds.count(k.kind) for k in known] for line, known in zip(self.lines, self._known, strict=True)
        ]
        self._users = [list(self._users_of(at)) for at in range(len(self._most))]
        self._shortest = [min(user.begin + user.minutes for user in users) for users in self._users]
        self._waiting = sum(len(line.kinds) for line in self.lines)
        self._free = [line.start for line in self.lines]
        self._placed: list[tuple[int, int, int]] = []
        self._lengths: dict[tuple[int, tuple[int, ...]], int] = {}
        return self._starts() if self._extend(-1) else None

    def _users_of(self, number: int) -> Iterator[_User]:
        """The kinds of each line that use a resource."""
        for at, (line, known) in enumerate(zip(self.lines, self._known, strict=True)):
            for n, one in enumerate(known):
                for used, begin, until in one.uses:
                    if used == number:
                        before_clock = one.kind.minutes if self.by_end else 0
                        latest = line.latest_end - one.kind.minutes + begin
                        yield _User(at, n, begin, until - begin, latest, before_clock)

    def _demand(self) -> dict[Resource, float]:
        """How much of the minutes of each resource the day asks for, in units of what there is."""
        minutes: Counter[Resource] = Counter()
        for line in self.lines:
            for kind in line.kinds:
                for use in kind.uses:
                    minutes[use.resource] += use.until - use.begin
        return {resource: minutes[resource] / max(count, 1) for resource, count in self.capacity.items()}

    def _starts(self) -> tuple[tuple[int, ...], ...]:
        """The starts in the order of the kinds of each line, equal kinds in the order of time."""
        found: list[list[list[int]]] = [[[] for _ in known] for known in self._known]
        for at, kind, start in self._placed:
            found[at][kind].append(start)
        starts = []
        for at, line in enumerate(self.lines):
            turn = {known.kind: iter(sorted(found[at][n])) for n, known in enumerate(self._known[at])}
            starts.append(tuple(next(turn[kind]) for kind in line.kinds))
        return tuple(starts)

    def _extend(self, clock: int) -> bool:
        if len(self._placed) == self._waiting:
            return True
        self.nodes += 1
        state = self._state(clock)
        if self.nodes > self.limit or state in self.dead:
            return False
        if not all(self._may_suffice(number, clock) for number in range(len(self._most))):
            self.dead.add(state)
            return False
        for start, line, kind in self._choices(clock):
            known, free = self._known[line][kind], self._free[line]
            end = start + known.kind.minutes
            self._left[line][kind] -= 1
            self._free[line] = end + known.kind.gap_minutes
            self._placed.append((line, kind, start))
            for resource, begin, until in known.uses:
                self._taken[resource].append((start + begin, start + until))
            if self._extend(end if self.by_end else start):
                return True
            for resource, _, _ in known.uses:
                self._taken[resource].pop()
            self._placed.pop()
            self._free[line] = free
            self._left[line][kind] += 1
            if self.nodes > self.limit:
                return False
        self.dead.add(state)
        return False

    def _state(self, clock: int) -> tuple[object, ...]:
        """What the rest of the search hangs on: who is left, when theatres are free, and what is still taken."""
        since = min(self._free) if self.by_end else clock
        taken = tuple(
            tuple(sorted((max(begin, since), until) for begin, until in found if until > since))
            for found in self._taken
        )
        return tuple(map(tuple, self._left)), tuple(self._free), taken, clock

    def _choices(self, clock: int) -> list[tuple[int, int, int]]:
        """Start, line and kind of who can be next, the best first; none when some list can no longer end in time."""
        choices: list[tuple[tuple[float, ...], tuple[int, int, int]]] = []
        for at, left in enumerate(self._left):
            if not any(left):
                continue
            rest, soonest = self._length(at, left), math.inf
            lowest = min(k.kind.hard_class for k, n in zip(self._known[at], left, strict=True) if n)
            latest = self.lines[at].latest_end + EPSILON
            mine = []
            for number, known in enumerate(self._known[at]):
                if not left[number] or known.kind.hard_class != lowest:
                    continue
                first = self._earliest(known, self._free[at])
                if first is None:
                    return []
                soonest = min(soonest, max(first, self._next_turn(known, clock) if first < clock else first))
                starts = self._starts_from(first, known, clock, latest - rest)
                mine += [(start, number, known.weight) for start in starts]
            if soonest + rest > latest:
                return []
            for start, number, weight in mine:
                slack = latest - start - rest
                order = (start, -weight, slack) if self.scarce_first else (start, slack, number)
                choices.append(((*order, at), (start, at, number)))
        return [choice for _, choice in sorted(choices)]

    def _may_suffice(self, number: int, clock: int) -> bool:
        """Whether what is left of a resource could serve the cases left, were each as short as the shortest of them.

        A unit free from a moment on can begin a use then and again after each, until the last one can begin.
        """
        count, shortest, first, last = 0, math.inf, math.inf, -math.inf
        for user in self._users[number]:
            left = self._left[user.line][user.kind]
            if left:
                count += left
                shortest = min(shortest, user.minutes)
                soonest = max(self._free[user.line], clock - user.before_clock)
                first = min(first, soonest + user.begin)
                last = max(last, user.latest)
        if not count:
            return True
        # Units in use at that first moment; whatever is placed later than it is left out of account.
        ends = [until for begin, until in self._taken[number] if begin <= first < until]
        free = [*ends, *[-math.inf] * (self._most[number] - len(ends))]
        served = sum((last + EPSILON - max(since, first)) // shortest + 1 for since in free if since <= last)
        return served >= count

    def _length(self, at: int, left: Sequence[int]) -> int:
        """Minutes that what is left of a line takes at least."""
        key = (at, tuple(left))
        if key not in self._lengths:
            kinds = [k.kind for k, n in zip(self._known[at], left, strict=True) for _ in range(n)]
            self._lengths[key] = length(kinds)
        return self._lengths[key]

    def _next_turn(self, known: _Known, clock: int) -> float:
        """The soonest a case can start that could have started before those placed: only to wait for something.

        What it waits for comes free again when a case that has it, or is still to have it, ends with it.
        """
        if self.by_end:
            return clock - known.kind.minutes
        soonest = math.inf
        for number, begin, _ in known.uses:
            soonest = min(soonest, clock + self._shortest[number] - begin)
            for _, until in self._taken[number]:
                if until - begin >= clock:
                    soonest = min(soonest, until - begin)
        return max(soonest, clock)

    def _starts_from(self, first: int, known: _Known, clock: int, latest: float) -> Iterator[int]:
        """The earliest start, if it is in turn; in the order of ends, every start at which something comes free."""
        if not self.by_end:
            if first >= clock:
                yield first
            return
        releases = {until - begin for number, begin, _ in known.uses for _, until in self._taken[number]}
        for start in sorted({first, *(s for s in releases if first < s <= latest)}):
            just_free = start == first or self._earliest(known, start - 1) == start
            if just_free and start + known.kind.minutes >= clock:
                yield start

    def _earliest(self, known: _Known, start: int) -> int | None:
        """The first minute from `start` on at which a case can start as far as the cases placed go; None: never."""
        again = True
        while again:
            again = False
            for number, begin, until in known.uses:
                later = self._has_one_from(number, start + begin, start + until)
                if later is None:
                    return None
                if later > start + begin:
                    self.waited_for_recovery = self.waited_for_recovery or begin > 0
                    start, again = later - begin, True
        return start

    def _has_one_from(self, number: int, begin: int, until: int) -> int | None:
        """The first moment from `begin` on from which one of a resource is free for `until - begin` minutes."""
        taken, most = self._taken[number], self._most[number]
        if not most:
            return None
        ahead = [(b, u) for b, u in taken if u > begin]
        if len(ahead) < most:
            return begin
        minutes = until - begin
        for moment in sorted({begin, *(u for _, u in ahead)}):
            held = [(b, u) for b, u in ahead if u > moment and b < moment + minutes]
            points = [moment, *(b for b, _ in held if b > moment)]
            if all(sum(b <= point < u for b, u in held) < most for point in points):
                return moment
        return None


def _known(kind: Kind, number: Mapping[Resource, int], demand: Mapping[Resource, float]) -> _Known:
    uses = tuple((number[use.resource], use.begin, use.until) for use in kind.uses)
    return _Known(kind, uses, sum(demand[use.resource] * (use.until - use.begin) for use in kind.uses))
