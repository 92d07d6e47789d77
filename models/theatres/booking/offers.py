"""The test appointments on offer, and which of them could serve a patient: nothing here depends on who is booked."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from models.theatres.eligibility import (
    NO_RULES,
    booking_window,
    missing_tests,
    serving_window,
    site_takes_patient,
)
from models.theatres.entities import Appointment, Patient, PatientTest, TestSession
from models.theatres.instance import Instance

Span = tuple[dt.datetime, dt.datetime]
Alike = tuple[str, dt.date, str, bool, bool, bool, dt.date | None]


@dataclass(frozen=True)
class Day:
    """All times of one test at one site on one day; `places` are those left by appointments already made."""

    site_id: str
    date: dt.date
    spans: tuple[Span, ...]
    places: tuple[int, ...]


class Offers:
    """Days of appointments by test, numbered in the order of date and site."""

    def __init__(self, instance: Instance, without_rules: frozenset[str] = NO_RULES) -> None:
        self.instance = instance
        self.without_rules = without_rules
        self.days: dict[str, list[Day]] = {test_id: [] for test_id in instance.tests}
        self._number: dict[tuple[str, str, dt.date], int] = {}
        self._existing: dict[str, list[Appointment]] = {}
        self._choices: dict[Alike, tuple[tuple[int, ...], int]] = {}
        self._missing: dict[tuple[str, dt.date], tuple[PatientTest, ...]] = {}
        for made in instance.existing_appointments:
            self._existing.setdefault(made.patient_id, []).append(made)
        self._open_days()

    def existing(self, patient_id: str) -> tuple[Appointment, ...]:
        """The appointments a patient had before the plan."""
        return tuple(self._existing.get(patient_id, ()))

    def missing(self, patient_id: str, surgery: dt.date) -> tuple[PatientTest, ...]:
        """The tests for which an operation on a day needs a new appointment."""
        key = (patient_id, surgery)
        if key not in self._missing:
            existing = self.existing(patient_id)
            self._missing[key] = missing_tests(self.instance, patient_id, surgery, existing, self.without_rules)
        return self._missing[key]

    def seat(self, made: Appointment) -> tuple[int, int]:
        """The number of an appointment's day among those of its test, and of its time on that day."""
        at = self._number[made.test_id, made.site_id, made.start.date()]
        return at, next(i for i, span in enumerate(self.days[made.test_id][at].spans) if span[0] == made.start)

    def choices(self, patient: Patient, test: PatientTest, surgery: dt.date) -> tuple[int, ...]:
        """The days on which a patient could be tested for an operation, were nobody else booked; the best first.

        Within six weeks of the request before later; hospitals, the fallback, last; then early days, so that there
        is time to act on a result.
        """
        return self._choices_and_dates(patient, test, surgery)[0]

    def alike(self, patient: Patient, test: PatientTest, surgery: dt.date) -> Alike:
        """What the days on which a test could be done hang on: the same for all whom the sites treat alike."""
        in_six_weeks = self.instance.tests[test.test_id].dm01 and "T-28" not in self.without_rules
        counted = test.requested_on if in_six_weeks else None
        return (
            test.test_id,
            surgery,
            patient.trust_id,
            patient.adult,
            patient.ambulant,
            patient.hospital_transport,
            counted,
        )

    def days_of_their_own(self, patient: Patient, surgery: dt.date) -> bool:
        """Whether each missing test could have a day to itself, away from appointments made: then none overlap."""
        missing = self.missing(patient.patient_id, surgery)
        enough = len(missing) + len(self.existing(patient.patient_id))
        return all(self._choices_and_dates(patient, test, surgery)[1] >= enough for test in missing)

    def why_no_choice(self, patient: Patient, test: PatientTest, surgery: dt.date) -> str:
        """Which rule leaves a patient without any time for a test, were nobody else booked."""
        instance, days = self.instance, self.days[test.test_id]
        first, last = booking_window(instance, patient.trust_id, test.test_id, surgery, self.without_rules)
        offered = [day for day in days if first <= day.date <= last]
        if any(self._takes(day, patient) for day in offered):
            return "T-18"
        if offered:
            return "T-17"
        valid_from, in_time = serving_window(instance, patient.trust_id, test.test_id, surgery, self.without_rules)
        if in_time >= surgery and any(day.date == surgery for day in days):
            return "T-19"
        still_valid = any(valid_from <= day.date < surgery for day in days)
        return "T-15" if still_valid or "T-16" in self.without_rules or first > last else "T-16"

    def _choices_and_dates(
        self, patient: Patient, test: PatientTest, surgery: dt.date
    ) -> tuple[tuple[int, ...], int]:
        """The choices of a test, and how many dates they fall on."""
        key = self.alike(patient, test, surgery)
        if key not in self._choices:
            found = self._find_choices(patient, test, surgery, key[-1])
            self._choices[key] = found, len({self.days[test.test_id][at].date for at in found})
        return self._choices[key]

    def _find_choices(
        self, patient: Patient, test: PatientTest, surgery: dt.date, counted: dt.date | None
    ) -> tuple[int, ...]:
        first, last = booking_window(self.instance, patient.trust_id, test.test_id, surgery, self.without_rules)
        limit = None if counted is None else counted + dt.timedelta(days=self.instance.settings.dm01_days)
        found = []
        days = self.days[test.test_id]
        for at in range(bisect_left(days, first, key=_date), bisect_right(days, last, key=_date)):
            day = days[at]
            if max(day.places, default=0) > 0 and self._takes(day, patient):
                late = limit is not None and day.date > limit
                hospital = self.instance.sites[day.site_id].kind == "hospital"
                found.append((late, hospital, day.date, day.site_id, at))
        return tuple(at for *_, at in sorted(found))

    def _takes(self, day: Day, patient: Patient) -> bool:
        return "T-17" in self.without_rules or site_takes_patient(self.instance.sites[day.site_id], patient)

    def _open_days(self) -> None:
        taken: dict[tuple[str, str, dt.datetime], int] = {}
        for made in self.instance.existing_appointments:
            key = (made.test_id, made.site_id, made.start)
            taken[key] = taken.get(key, 0) + 1
        by_day: dict[tuple[str, dt.date, str], list[tuple[Span, int]]] = {}
        for run in self.instance.sessions:
            times = by_day.setdefault((run.test_id, run.date, run.site_id), [])
            for span in _spans(run):
                places = run.places - taken.get((run.test_id, run.site_id, span[0]), 0)
                times.append((span, len(self.instance.patients) if "T-18" in self.without_rules else places))
        for (test_id, date, site_id), times in sorted(by_day.items()):
            times.sort()
            day = Day(site_id, date, tuple(span for span, _ in times), tuple(places for _, places in times))
            self._number[test_id, site_id, date] = len(self.days[test_id])
            self.days[test_id].append(day)


def _date(day: Day) -> dt.date:
    return day.date


@lru_cache(maxsize=4096)
def _spans(run: TestSession) -> tuple[Span, ...]:
    """Start and end of every appointment of a run."""
    length = dt.timedelta(minutes=run.slot_minutes)
    return tuple((start, start + length) for start in run.starts())
