"""One question about one week, put to CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.estates.formulation.timetable_rows import Pattern, PatternModel, timetable_holds
from models.estates.timetable.exact import timetable_of
from models.estates.timetable.reading import milli_hours_of
from models.estates.timetable.week import RoomWeek, Timetable
from solvers.types import Limits, Result, Unwatched, Watch

LIMITS = Limits(deterministic_limit=0.06, relative_gap=0.0, absolute_gap=0.0)
"""Of each of the few solves of one week; the same on every machine."""
SHARINGS_LIMIT = 400
"""Most ways to share a session that a model may hold; beyond that only the smaller patterns are looked at."""


@dataclass(frozen=True)
class Ask:
    """Which patterns, how many sessions, and between how many clinician-days.

    The solver makes the clinician-days few unless their number is given, or the sessions few where that is asked.
    `movable` lets hours leave the sessions in which they are wanted.
    """

    patterns: Sequence[Pattern]
    least_days: int
    most_days: int | None = None
    sessions: int | None = None
    movable: bool = False
    fewest_sessions: bool = False


def solve(week: RoomWeek, ask: Ask, limits: Limits, watch: Watch) -> tuple[Result, Timetable | None]:
    """What the solver said, and the timetable of its solution."""
    from solvers.cpsat import solve_cpsat  # slow to take in, and only timetables need it

    model = PatternModel(week, ask.patterns, movable=ask.movable)
    timetable_holds(model)
    model.cp.add(model.clinician_days >= ask.least_days)
    if ask.most_days is not None:
        model.cp.add(model.clinician_days <= ask.most_days)
    if ask.sessions is not None:
        model.cp.add(model.sessions <= ask.sessions)
    if ask.most_days is None or ask.most_days > ask.least_days:
        model.cp.minimize(model.sessions if ask.fewest_sessions else model.clinician_days)
    result = solve_cpsat(model.cp, limits, stage="timetable", watch=Quiet(watch), validate=False)
    if result.values is None:
        return result, None
    return result, timetable_of(week, milli_hours_of(model, result.values))


class Quiet(Unwatched):
    """Passes on the wish to stop and nothing else: a week is too small to tell of."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def cancelled(self) -> bool:
        return self._watch.cancelled()


def ways(patterns: Sequence[Pattern]) -> int:
    """Sets of services that may share a session, by pattern: how large a model is."""
    return sum(len(pattern.sessions) for pattern in patterns)
