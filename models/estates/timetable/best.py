"""The best timetable of each week: fewest sessions, then fewest clinician-days, with proven bounds.

The plain rule already uses the fewest sessions wherever it holds, and every room and weekday in use costs one
clinician-day, which is the first bound. What is left to find is how few rooms services must share: first none
(a small model, decided at once), then shared with the largest service only, then any sharing, one more
clinician-day at a time, until the bound meets the timetable or the limit is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.estates.formulation.timetable_rows import largest_pattern, patterns_of
from models.estates.plan import Plan
from models.estates.timetable.asking import LIMITS, SHARINGS_LIMIT, Ask, solve, ways
from models.estates.timetable.compact import PlaceAndPeriod
from models.estates.timetable.of_plan import weeks_of_plan
from models.estates.timetable.plain import plain_timetable
from models.estates.timetable.searching import search, too_few_rooms
from models.estates.timetable.week import RoomWeek, Timetable, TimetableAnswer, days_in_use
from solvers.types import Limits, Unwatched, Watch


def best_timetable(week: RoomWeek, limits: Limits = LIMITS, watch: Watch | None = None) -> TimetableAnswer:
    """The best timetable found for one week, or why there is none.

    Sessions and clinician-days never exceed those of the plain rule where it holds.
    """
    plain = plain_timetable(week)
    if not week.fits_its_rooms:
        return too_few_rooms(week)
    if not plain.holds:
        return search(week, limits, watch or Unwatched())
    return _Improving(week, plain, limits, watch or Unwatched()).answer()


def timetables_of_plan(
    plan: Plan, limits: Limits = LIMITS, watch: Watch | None = None
) -> dict[PlaceAndPeriod, TimetableAnswer]:
    """The best timetable of every kind of room in use, by site, kind of room and period."""
    return best_timetables(weeks_of_plan(plan), limits, watch)


@dataclass(frozen=True)
class Timetabled:
    """A plan with the timetable of every week that has one, and what was found for each week."""

    plan: Plan
    answers: Mapping[PlaceAndPeriod, TimetableAnswer]

    @property
    def without(self) -> Mapping[PlaceAndPeriod, TimetableAnswer]:
        """The weeks without a timetable, with reason and most hours."""
        return {key: answer for key, answer in sorted(self.answers.items()) if answer.timetable is None}


def timetabled(plan: Plan, limits: Limits = LIMITS, watch: Watch | None = None) -> Timetabled:
    """A plan with its best timetables."""
    answers = timetables_of_plan(plan, limits, watch)
    bookings = {key: one.timetable.bookings for key, one in sorted(answers.items()) if one.timetable is not None}
    return Timetabled(replace(plan, timetable=bookings), answers)


def best_timetables(
    weeks: Mapping[PlaceAndPeriod, RoomWeek], limits: Limits = LIMITS, watch: Watch | None = None
) -> dict[PlaceAndPeriod, TimetableAnswer]:
    """The best timetable of each week; equal weeks are solved once. Once cancelled, the plain rule's are returned."""
    watch = watch or Unwatched()
    known: dict[RoomWeek, TimetableAnswer] = {}
    found: dict[PlaceAndPeriod, TimetableAnswer] = {}
    for key, week in sorted(weeks.items()):
        alike = replace(week, site_id="", period=0)
        if alike not in known:
            given = replace(limits, deterministic_limit=0.0) if watch.cancelled() else limits
            known[alike] = best_timetable(alike, given, watch)
        answer = known[alike]
        timetable = None if answer.timetable is None else replace(answer.timetable, week=week)
        found[key] = replace(answer, week=week, timetable=timetable)
    return found


class _Improving:
    """The steps from the plain rule's timetable to the best one with as many sessions."""

    def __init__(self, week: RoomWeek, plain: Timetable, limits: Limits, watch: Watch) -> None:
        self._week, self._best = week, plain
        self._limits, self._watch = limits, watch
        self._floor = self._bound = days_in_use(week)

    def answer(self) -> TimetableAnswer:
        self._without_sharing()
        self._sharing_with_the_largest()
        self._one_more_at_a_time()
        proven = self._bound >= self._best.clinician_days
        return TimetableAnswer(
            self._week,
            "optimal" if proven else "feasible",
            self._best,
            sessions_bound=self._best.sessions,
            clinician_days_bound=min(self._bound, self._best.clinician_days),
            reason="proven" if proven else "stopped at its limit",
        )

    def _without_sharing(self) -> None:
        if self._open:
            self._try_exactly(1, self._floor)

    def _sharing_with_the_largest(self) -> None:
        if not self._open:
            return
        largest = max(range(len(self._week.services)), key=lambda at: self._week.service_micro_hours[at][1])
        patterns = [p for p in patterns_of(self._week, 2) if len(p.services) == 1 or largest in p.services]
        ask = Ask(patterns, self._bound, self._best.clinician_days - 1, self._best.sessions)
        self._take(solve(self._week, ask, self._limits, self._watch)[1])

    def _one_more_at_a_time(self) -> None:
        while self._open and (shared := self._bound - self._floor) < largest_pattern(self._week):
            if ways(patterns_of(self._week, shared + 1)) > SHARINGS_LIMIT:
                return
            if not self._try_exactly(shared + 1, self._bound):
                return

    @property
    def _open(self) -> bool:
        return self._bound < self._best.clinician_days

    def _try_exactly(self, largest: int, days: int) -> bool:
        """Ask for a timetable of so many clinician-days; whether the question was answered."""
        ask = Ask(patterns_of(self._week, largest), days, days, self._best.sessions)
        result, timetable = solve(self._week, ask, self._limits, self._watch)
        self._take(timetable)
        if result.status == "infeasible":
            self._bound = days + 1
        return result.status in ("infeasible", "optimal")

    def _take(self, timetable: Timetable | None) -> None:
        if timetable is not None and timetable.holds and timetable.clinician_days < self._best.clinician_days:
            self._best = timetable
