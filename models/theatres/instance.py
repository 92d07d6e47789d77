"""A valid theatres instance as frozen dataclasses; what follows directly from the data is a question it answers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from models.theatres.entities import (
    Appointment,
    BedNight,
    Duration,
    Kit,
    Patient,
    Procedure,
    Role,
    Shift,
    Surgeon,
    Test,
    TestSession,
    TestSite,
    Theatre,
    TheatreList,
)
from models.theatres.settings import TheatreSettings


@dataclass(frozen=True)
class Instance:
    """Everything a month of lists is planned from. Mappings are in the order of their ids."""

    title: str
    settings: TheatreSettings
    trusts: Mapping[str, str]
    subspecialties: Mapping[str, str]
    procedures: Mapping[str, Procedure]
    own_durations: Mapping[tuple[str, str], Duration]
    curves: Mapping[str, tuple[float, ...]]
    patients: Mapping[str, Patient]
    surgeons: Mapping[str, Surgeon]
    theatres: Mapping[str, Theatre]
    lists: Mapping[str, TheatreList]
    kit: Mapping[str, Kit]
    wards: Mapping[str, str]
    beds: Mapping[tuple[str, dt.date], BedNight]
    tests: Mapping[str, Test]
    valid_days: Mapping[tuple[str, str], int]
    sites: Mapping[str, TestSite]
    sessions: tuple[TestSession, ...]
    existing_bookings: Mapping[str, tuple[str, str]]
    existing_appointments: tuple[Appointment, ...]
    roles: Mapping[str, Role] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    named_changes: Mapping[str, str] = field(default_factory=dict)

    @property
    def planning_date(self) -> dt.date:
        return self.settings.planning_date

    @cached_property
    def fixed_bookings(self) -> Mapping[str, str]:
        """Patient -> list of the bookings that stay (T-20).

        Agreed and locked ones, and all on lists within the lock days, but for those a named change sets free.
        """
        locked_to = self.planning_date + dt.timedelta(days=self.settings.lock_days)
        return {
            p: at
            for p, (at, state) in self.existing_bookings.items()
            if p not in self.named_changes and (state in ("agreed", "locked") or self.lists[at].date <= locked_to)
        }

    @cached_property
    def movable_bookings(self) -> Mapping[str, tuple[str, str]]:
        """Patient -> list and state of the existing bookings that may move."""
        return {p: known for p, known in self.existing_bookings.items() if p not in self.fixed_bookings}

    @cached_property
    def lists_remembered(self) -> dict[tuple[object, ...], tuple[TheatreList, ...]]:
        """A memory for `eligibility.eligible_lists`, which finds the lists of patients who need the same."""
        return {}

    @cached_property
    def places(self) -> Mapping[tuple[str, str, dt.datetime], tuple[int, int]]:
        """(site, test, start) of every appointment on offer -> places and minutes."""
        return {
            (s.site_id, s.test_id, start): (s.places, s.slot_minutes) for s in self.sessions for start in s.starts()
        }

    def slot_minutes(self, site_id: str, test_id: str, start: dt.datetime) -> int:
        return self.places[site_id, test_id, start][1]

    def procedure_of(self, patient_id: str) -> Procedure:
        return self.procedures[self.patients[patient_id].procedure_code]

    def duration(self, patient_id: str, list_id: str) -> Duration:
        """Touch time of a patient on a list: the list's surgeon's own where known, else the operation's."""
        code, surgeon = self.patients[patient_id].procedure_code, self.lists[list_id].surgeon_id
        own = self.own_durations.get((surgeon, code)) if surgeon is not None else None
        return own or self.procedures[code].duration

    def wait_weeks(self, patient_id: str) -> int:
        """Whole weeks waited on planning day."""
        return (self.planning_date - self.patients[patient_id].clock_start).days // 7

    def is_long_wait(self, patient_id: str) -> bool:
        return self.wait_weeks(patient_id) >= self.settings.long_wait_weeks

    def weight(self, patient_id: str) -> int:
        """The points a booking of this patient is worth in the stage `weighted_wait`."""
        s, priority = self.settings, self.patients[patient_id].priority
        more = s.weight_p2 if priority == "P2" else s.weight_p3 if priority == "P3" else 0
        return s.weight_case + s.weight_week_waited * self.wait_weeks(patient_id) + more

    def wait_weeks_at_end(self, patient_id: str) -> int:
        """Whole weeks the patient, unless operated on, will have waited when the horizon ends."""
        end = self.settings.horizon_start + dt.timedelta(weeks=self.settings.horizon_weeks)
        return (end - self.patients[patient_id].clock_start).days // 7

    def is_long_wait_at_end(self, patient_id: str) -> bool:
        return self.wait_weeks_at_end(patient_id) >= self.settings.long_wait_weeks

    def least_booked(self, ready: int) -> int:
        """How many of so many ready patients of a trust the least share asks for (T-36).

        The share counts as it was written: 0.1 of 30 are 3, and not a little more.
        """
        return math.ceil(Fraction(str(self.settings.least_trust_share)) * ready)

    def kept_points(self, patient_id: str, list_id: str) -> int:
        """The points of the stage `bookings_kept` (T-40); 0 for a patient without a booking that may move."""
        if patient_id not in self.movable_bookings:
            return 0
        before_id, state = self.movable_bookings[patient_id]
        s, before, after = self.settings, self.lists[before_id], self.lists[list_id]
        weights = {"proposed": s.weight_kept_proposed, "offered": s.weight_kept_offered}
        near = before.date <= self.planning_date + dt.timedelta(days=s.freeze_days)
        if list_id == before_id:
            kept = 4
        elif after.date == before.date:
            kept = 2
        else:
            kept = int(after.date.isocalendar()[:2] == before.date.isocalendar()[:2])
        return weights.get(state, s.weight_kept_agreed) * kept * (2 if near else 1)

    def stay(self, patient_id: str) -> tuple[float, ...]:
        """The chance that the patient is in a bed on night 0 (after the operation), 1, 2, ..."""
        day_case = self.patients[patient_id].day_case
        return self.curves[self.settings.day_case_curve_id if day_case else self.procedure_of(patient_id).curve_id]
