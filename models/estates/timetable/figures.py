"""How a plan's timetables came out: counts, sums and bounds, and the CPU seconds they took."""

from __future__ import annotations

import time
from dataclasses import dataclass

from models.estates.plan import Plan
from models.estates.timetable.asking import LIMITS
from models.estates.timetable.best import Timetabled, with_timetable
from models.estates.timetable.plain import plain_timetable
from solvers.types import Limits, Watch


@dataclass(frozen=True)
class TimetableFigures:
    """Weeks are kinds of room at a site in a period. Sums are over the weeks that have a timetable."""

    weeks: int
    found: int
    refused: int
    proven: int
    sessions: int
    clinician_days: int
    clinician_days_bound: int
    clinician_days_of_the_plain_rule: int
    cpu_seconds: float

    @property
    def unknown(self) -> int:
        """Weeks for which neither a timetable was found nor shown that there is none."""
        return self.weeks - self.found - self.refused


def timed_timetables(
    plan: Plan, limits: Limits = LIMITS, watch: Watch | None = None
) -> tuple[Timetabled, TimetableFigures]:
    """The best timetables of a plan, with their figures."""
    began = time.process_time()
    done = with_timetable(plan, limits, watch)
    seconds = time.process_time() - began
    found = [(one, one.timetable) for one in done.answers.values() if one.timetable is not None]
    figures = TimetableFigures(
        weeks=len(done.answers),
        found=len(found),
        refused=sum(1 for one in done.without if one.status == "infeasible"),
        proven=sum(1 for one, _ in found if one.status == "optimal"),
        sessions=sum(timetable.sessions for _, timetable in found),
        clinician_days=sum(timetable.clinician_days for _, timetable in found),
        clinician_days_bound=sum(one.clinician_days_bound for one, _ in found),
        clinician_days_of_the_plain_rule=sum(plain_timetable(one.week).clinician_days for one, _ in found),
        cpu_seconds=seconds,
    )
    return done, figures
