"""The search where the plain rule fails: whether there is a timetable at all, and what the rooms could hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.estates.formulation.timetable_rows import Pattern, largest_pattern, patterns_of
from models.estates.timetable.asking import SHARINGS_LIMIT, Ask, solve, ways
from models.estates.timetable.most import most_hours
from models.estates.timetable.week import MICRO_PER_HOUR, RoomWeek, Timetable, TimetableAnswer, days_in_use
from solvers.types import Limits, Result, Watch


def too_few_rooms(week: RoomWeek) -> TimetableAnswer:
    """There are hours and no room."""
    hours = sum(micro for _, micro in week.service_micro_hours) / MICRO_PER_HOUR
    reason = f"{hours:,.1f} hours a week and no room of this kind"
    return TimetableAnswer(week, "infeasible", None, 0, 0, reason, most_hours=0.0)


_MORE = 4
"""How much longer the search may take than an improvement: a cut hangs on its answer, and it is seldom asked."""


def search(week: RoomWeek, limits: Limits, watch: Watch) -> TimetableAnswer:
    """Search with the hours where demand wants them, then with those moved that can be moved.

    Whether there is a timetable, and with how few sessions, does not depend on who is in which room on which day: the
    sessions of a day are then looked at apart, as if each were a day of its own.
    """
    if limits.deterministic_limit is not None:
        limits = replace(limits, deterministic_limit=_MORE * limits.deterministic_limit)
    apart = replace(week, weekdays=week.slots)
    scope = _Scope.of(apart)
    proven = scope.complete
    for movable in (False, True):
        result, first = solve(apart, Ask(scope.patterns, 0, movable=movable, fewest_sessions=True), limits, watch)
        if first is not None:
            bound = _bound(result, scope)
            sessions_bound = bound if movable else max(sum(week.least_sessions), bound)
            return _fewest_days(Timetable(week, first.bookings), sessions_bound, movable, limits, watch)
        proven = proven and result.status == "infeasible"
    hours = most_hours(apart, scope.patterns, limits, watch)
    return TimetableAnswer(
        week, "infeasible" if proven else "unknown", None, 0, 0, _why_none(week, proven), most_hours=hours
    )


@dataclass(frozen=True)
class _Scope:
    """The patterns looked at; `complete` when those are all, so that what they cannot do cannot be done."""

    patterns: tuple[Pattern, ...]
    complete: bool

    @classmethod
    def of(cls, week: RoomWeek) -> _Scope:
        largest = largest_pattern(week)
        patterns = patterns_of(week, largest)
        while ways(patterns) > SHARINGS_LIMIT and largest > 1:
            largest -= 1
            patterns = patterns_of(week, largest)
        return cls(tuple(patterns), largest == largest_pattern(week))


def _fewest_days(
    first: Timetable, sessions_bound: int, movable: bool, limits: Limits, watch: Watch
) -> TimetableAnswer:
    """The second aim, once the first has a timetable."""
    week, scope = first.week, _Scope.of(first.week)
    least = 0 if movable else days_in_use(week)
    ask = Ask(scope.patterns, least, first.clinician_days, first.sessions, movable=movable)
    result, timetable = solve(week, ask, limits, watch)
    better = timetable is not None and timetable.clinician_days <= first.clinician_days
    best = timetable if timetable is not None and better else first
    finished = result.status == "optimal" and scope.complete
    days_bound = max(least, best.clinician_days if finished else _bound(result, scope))
    proven = best.sessions <= sessions_bound and best.clinician_days <= days_bound
    moved = "; demand that can be moved was moved to other sessions" if movable else ""
    return TimetableAnswer(
        week,
        "optimal" if proven else "feasible",
        best,
        sessions_bound=min(sessions_bound, best.sessions),
        clinician_days_bound=min(days_bound, best.clinician_days),
        reason=("proven" if proven else "stopped at its limit") + moved,
    )


def _bound(result: Result, scope: _Scope) -> int:
    """A bound that holds for every timetable, not only for those of the patterns looked at."""
    return 0 if result.bound is None or not scope.complete else round(result.bound)


def _why_none(week: RoomWeek, proven: bool) -> str:
    services, shared = len(week.services), week.services_per_session
    room_sessions = week.rooms * len(week.slots)
    start = "no timetable" if proven else "no timetable was found"
    return (
        f"{start}: {services} services with at most {shared} to a room and session do not fit into {room_sessions} "
        f"sessions of {week.rooms} {'room' if week.rooms == 1 else 'rooms'}"
    )
