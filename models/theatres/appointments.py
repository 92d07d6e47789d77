"""Test appointments of booked patients: found greedily, and by moving others where that makes room.

Within one kind of test the answer is exact: a patient is refused only when no rearrangement of the movable
appointments of that test, everybody's other appointments staying, gives them a place (augmenting paths in the
bipartite graph of patients and appointment times). A patient's several tests are then tried in several orders.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
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
Seat = tuple[int, int]  # session (a site's day for one test) and the time within it
Undo = tuple[str, str, Seat | None]  # patient, test, the seat they had before


@dataclass
class _Session:
    """All times of one test at one site on one day; `free` counts the places left at each time."""

    site_id: str
    date: dt.date
    spans: list[Span]
    free: list[int]
    takers: list[list[str]]
    free_total: int


class AppointmentBook:
    """The appointments of an instance, changed as patients are booked and removed."""

    def __init__(self, instance: Instance, without_rules: frozenset[str] = NO_RULES) -> None:
        self._instance = instance
        self._without = without_rules
        self._unlimited = "T-18" in without_rules
        self._existing: dict[str, tuple[Appointment, ...]] = {}
        self._sessions: dict[str, list[_Session]] = {test_id: [] for test_id in instance.tests}
        self._session_at: dict[tuple[str, str, dt.date], int] = {}
        self._allowed: dict[tuple[object, ...], tuple[int, ...]] = {}
        self._new: dict[str, dict[str, tuple[str, dt.datetime, dt.datetime]]] = {}
        self._seats: dict[tuple[str, str], Seat] = {}
        self._day: dict[str, dt.date] = {}
        self._missing: dict[tuple[str, dt.date], tuple[PatientTest, ...]] = {}
        self._never: dict[tuple[str, dt.date], tuple[str, ...]] = {}
        self._full: dict[str, set[int]] = {test_id: set() for test_id in instance.tests}
        self._open_sessions()

    def under(self, instance: Instance, days: Mapping[str, dt.date]) -> AppointmentBook:
        """The same appointments under a changed instance; `days` are the days of surgery of those booked."""
        other = AppointmentBook(instance, self._without)
        for patient_id, day in sorted(days.items()):
            other.load(patient_id, day, self.of(patient_id))
        return other

    # --- questions ---------------------------------------------------------------------------------------------

    def existing(self, patient_id: str) -> tuple[Appointment, ...]:
        """The appointments a patient had before the plan."""
        return self._existing.get(patient_id, ())

    def missing(self, patient_id: str, day: dt.date) -> tuple[PatientTest, ...]:
        """The tests for which an operation on `day` needs a new appointment."""
        key = (patient_id, day)
        if key not in self._missing:
            existing = self.existing(patient_id)
            self._missing[key] = missing_tests(self._instance, patient_id, day, existing, self._without)
        return self._missing[key]

    def never(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The test rules that rule out a day for a patient whoever else is booked; empty: none does."""
        key = (patient_id, day)
        if key not in self._never:
            self._never[key] = self._find_never(patient_id, day)
        return self._never[key]

    def _find_never(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        rules = set()
        if "T-19" not in self._without and any(a.start.date() == day for a in self.existing(patient_id)):
            rules.add("T-19")
        patient = self._instance.patients[patient_id]
        for test in self.missing(patient_id, day):
            if not self._times(patient, test, day):
                rules.add(self._why_no_times(patient, test, day))
        return tuple(sorted(rules))

    def impossible(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The missing tests with no time at all for an operation on `day`, were nobody else booked."""
        patient = self._instance.patients[patient_id]
        missing = self.missing(patient_id, day)
        return tuple(test.test_id for test in missing if not self._times(patient, test, day))

    def fits(self, patient_id: str, day: dt.date) -> bool:
        """Whether every missing test can be given a place, others moving where needed; nothing is changed."""
        done: list[Undo] = []
        found = self._seat_all(patient_id, day, done)
        self._take_back(done)
        self._day.pop(patient_id, None)
        return found

    def why_not(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The rules that keep an operation on `day` from having its tests; empty: they fit."""
        never = self.never(patient_id, day)
        if never:
            return never
        if self.fits(patient_id, day):
            return ()
        apart = self.missing(patient_id, day)
        alone = all(self._one_fits(patient_id, test.test_id, day) for test in apart)
        return ("T-19",) if alone else ("T-18",)

    def tests_without_place(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The missing tests for which, each by itself, no place can be found or freed."""
        return tuple(
            test.test_id
            for test in self.missing(patient_id, day)
            if not self._one_fits(patient_id, test.test_id, day)
        )

    def appointments(self) -> list[Appointment]:
        """The new appointments, in the order of patient, test and start."""
        return [made for patient_id in sorted(self._new) for made in self.of(patient_id)]

    def of(self, patient_id: str) -> list[Appointment]:
        """The new appointments of one patient, in the order of tests."""
        new = self._new.get(patient_id, {})
        return [Appointment(patient_id, test_id, *span) for test_id, span in sorted(new.items())]

    # --- changes -----------------------------------------------------------------------------------------------

    def add(self, patient_id: str, day: dt.date) -> bool:
        """Give a patient operated on `day` their missing tests; False, and nothing changed, when it cannot be."""
        done: list[Undo] = []
        if self._seat_all(patient_id, day, done):
            return True
        self._take_back(done)
        self._day.pop(patient_id, None)
        return False

    def remove(self, patient_id: str) -> None:
        """Give up a patient's new appointments."""
        for test_id in sorted(self._new.get(patient_id, {})):
            self._leave(patient_id, test_id)
            self._full[test_id].clear()
        self._new.pop(patient_id, None)
        self._day.pop(patient_id, None)

    def load(self, patient_id: str, day: dt.date, appointments: Iterable[Appointment]) -> None:
        """Take over the new appointments a plan gives a patient operated on `day`, unchecked."""
        self._day[patient_id] = day
        for made in appointments:
            at = self._session_at[made.test_id, made.site_id, made.start.date()]
            spans = self._sessions[made.test_id][at].spans
            time = next(i for i, span in enumerate(spans) if span[0] == made.start)
            self._take(patient_id, made.test_id, (at, time))

    # --- sessions and times ------------------------------------------------------------------------------------

    def _open_sessions(self) -> None:
        by_day: dict[tuple[str, dt.date, str], list[tuple[Span, int]]] = {}
        for run in self._instance.sessions:
            times = by_day.setdefault((run.test_id, run.date, run.site_id), [])
            times += [(span, run.places) for span in _spans(run)]
        for (test_id, date, site_id), times in sorted(by_day.items()):
            times.sort()
            spans = [span for span, _ in times]
            free = [places for _, places in times]
            session = _Session(site_id, date, spans, free, [[] for _ in times], 0)
            self._session_at[test_id, site_id, date] = len(self._sessions[test_id])
            self._sessions[test_id].append(session)
        made: dict[str, list[Appointment]] = {}
        for appointment in self._instance.existing_appointments:
            made.setdefault(appointment.patient_id, []).append(appointment)
            at = self._session_at[appointment.test_id, appointment.site_id, appointment.start.date()]
            session = self._sessions[appointment.test_id][at]
            for time, span in enumerate(session.spans):
                session.free[time] -= span[0] == appointment.start
        self._existing = {patient_id: tuple(found) for patient_id, found in made.items()}
        for session in (s for sessions in self._sessions.values() for s in sessions):
            if self._unlimited:
                session.free = [len(self._instance.patients) for _ in session.free]
            session.free_total = sum(session.free)

    def _times(self, patient: Patient, test: PatientTest, day: dt.date) -> tuple[int, ...]:
        """The sessions a patient may be tested in for an operation on `day`, the best first.

        Within six weeks of the request before later; hospitals, the fallback, last; then early days, so that there
        is time to act on a result.
        """
        counted = test.requested_on if self._instance.tests[test.test_id].dm01 else None
        key = (test.test_id, day, patient.trust_id, patient.adult, patient.ambulant, patient.hospital_transport)
        known = self._allowed.get((*key, counted))
        if known is None:
            known = self._allowed[(*key, counted)] = self._choose_times(patient, test, day, counted)
        return known

    def _choose_times(
        self, patient: Patient, test: PatientTest, day: dt.date, counted: dt.date | None
    ) -> tuple[int, ...]:
        first, last = booking_window(self._instance, patient.trust_id, test.test_id, day, self._without)
        limit = None if counted is None else counted + dt.timedelta(days=self._instance.settings.dm01_days)
        found = []
        for at, session in enumerate(self._sessions[test.test_id]):
            if first <= session.date <= last and self._takes(session, patient) and self._has_places(session):
                late = limit is not None and session.date > limit
                hospital = self._instance.sites[session.site_id].kind == "hospital"
                found.append((late, hospital, session.date, session.site_id, at))
        return tuple(at for *_, at in sorted(found))

    def _takes(self, session: _Session, patient: Patient) -> bool:
        return "T-17" in self._without or site_takes_patient(self._instance.sites[session.site_id], patient)

    @staticmethod
    def _has_places(session: _Session) -> bool:
        return session.free_total > 0 or any(session.takers)

    def _why_no_times(self, patient: Patient, test: PatientTest, day: dt.date) -> str:
        """Which rule leaves a patient without any time for a test, were nobody else booked."""
        first, last = booking_window(self._instance, patient.trust_id, test.test_id, day, self._without)
        offered = [s for s in self._sessions[test.test_id] if first <= s.date <= last]
        if any(self._takes(session, patient) for session in offered):
            return "T-18"
        if offered:
            return "T-17"
        valid_from, _ = serving_window(self._instance, patient.trust_id, test.test_id, day, self._without)
        still_valid = any(valid_from <= s.date < day for s in self._sessions[test.test_id])
        return "T-15" if still_valid or "T-16" in self._without or first > last else "T-16"

    # --- seats -------------------------------------------------------------------------------------------------

    def _seat_all(self, patient_id: str, day: dt.date, done: list[Undo]) -> bool:
        """Seat all missing tests of a patient; tests that failed are tried first in the next order."""
        self._day[patient_id] = day
        patient = self._instance.patients[patient_id]
        tests = sorted(self.missing(patient_id, day), key=lambda t: (len(self._times(patient, t, day)), t.test_id))
        for _ in range(len(tests) + 1):
            failed = next((t for t in tests if not self._seat(patient_id, t.test_id, done)), None)
            if failed is None:
                return True
            self._take_back(done)
            if failed is tests[0]:
                return False
            tests = [failed, *(t for t in tests if t is not failed)]
        return False

    def _one_fits(self, patient_id: str, test_id: str, day: dt.date) -> bool:
        done: list[Undo] = []
        self._day[patient_id] = day
        found = self._seat(patient_id, test_id, done)
        self._take_back(done)
        self._day.pop(patient_id, None)
        return found

    def _seat(self, patient_id: str, test_id: str, done: list[Undo]) -> bool:
        """Find a place for one test of a patient, moving others along one chain where needed."""
        wanted = self._seekers_times(patient_id, test_id)
        own = {(site, start.date()) for site, start, _ in self._new.get(patient_id, {}).values()}
        sessions = self._sessions[test_id]
        same_visit = [at for at in wanted if (sessions[at].site_id, sessions[at].date) in own] if own else []
        for at in (*same_visit, *wanted):
            time = self._free_time(patient_id, test_id, at)
            if time is not None:
                self._move(patient_id, test_id, (at, time), done)
                return True
        if self._full[test_id].issuperset(wanted):
            return False
        return self._augment(patient_id, test_id, done)

    def _augment(self, patient_id: str, test_id: str, done: list[Undo]) -> bool:
        """Breadth first over whose place a seeker could take, until somebody finds a free one."""
        full, seen_sessions = self._full[test_id], set()
        came_from: dict[str, tuple[str, Seat] | None] = {patient_id: None}
        unhindered = True
        queue = deque([patient_id])
        while queue:
            seeker = queue.popleft()
            for at in self._seekers_times(seeker, test_id):
                if at in full or at in seen_sessions:
                    continue
                time = None if seeker == patient_id else self._free_time(seeker, test_id, at)
                if time is not None:
                    self._shift_along(came_from, seeker, test_id, (at, time), done)
                    return True
                session = self._sessions[test_id][at]
                possible = self._possible_times(seeker, test_id, session)
                if len(possible) == len(session.spans):
                    seen_sessions.add(at)
                else:
                    unhindered = False
                for time in possible:
                    for taker in session.takers[time]:
                        if taker not in came_from:
                            came_from[taker] = (seeker, (at, time))
                            queue.append(taker)
        if unhindered:
            full |= seen_sessions
        return False

    def _shift_along(
        self,
        came_from: Mapping[str, tuple[str, Seat] | None],
        last: str,
        test_id: str,
        seat: Seat,
        done: list[Undo],
    ) -> None:
        person: str | None = last
        while person is not None:
            self._move(person, test_id, seat, done)
            before = came_from[person]
            if before is None:
                return
            person, seat = before

    def _seekers_times(self, patient_id: str, test_id: str) -> tuple[int, ...]:
        patient = self._instance.patients[patient_id]
        test = next(t for t in patient.tests if t.test_id == test_id)
        return self._times(patient, test, self._day[patient_id])

    def _free_time(self, patient_id: str, test_id: str, at: int) -> int | None:
        session = self._sessions[test_id][at]
        if session.free_total <= 0:
            return None
        for time in self._possible_times(patient_id, test_id, session):
            if session.free[time] > 0:
                return time
        return None

    def _possible_times(self, patient_id: str, test_id: str, session: _Session) -> Sequence[int]:
        """The times of a session that do not clash with the patient's other appointments (T-19)."""
        others = self._others_on(patient_id, test_id, session.date)
        if not others or "T-19" in self._without:
            return range(len(session.spans))
        travel = dt.timedelta(minutes=self._instance.settings.between_sites_minutes)
        nothing = dt.timedelta()
        return [
            time
            for time, (start, end) in enumerate(session.spans)
            if all(
                end + gap <= other_start or other_end + gap <= start
                for site, other_start, other_end in others
                for gap in (nothing if site == session.site_id else travel,)
            )
        ]

    def _others_on(self, patient_id: str, test_id: str, date: dt.date) -> list[tuple[str, dt.datetime, dt.datetime]]:
        made = [(a.site_id, a.start, a.end) for a in self.existing(patient_id) if a.start.date() == date]
        new = self._new.get(patient_id, {})
        return made + [span for other, span in new.items() if other != test_id and span[1].date() == date]

    def _move(self, patient_id: str, test_id: str, seat: Seat, done: list[Undo]) -> None:
        done.append((patient_id, test_id, self._seats.get((patient_id, test_id))))
        self._leave(patient_id, test_id)
        self._take(patient_id, test_id, seat)

    def _take_back(self, done: list[Undo]) -> None:
        while done:
            patient_id, test_id, seat = done.pop()
            self._leave(patient_id, test_id)
            if seat is not None:
                self._take(patient_id, test_id, seat)

    def _take(self, patient_id: str, test_id: str, seat: Seat) -> None:
        session = self._sessions[test_id][seat[0]]
        session.free[seat[1]] -= 1
        session.free_total -= 1
        session.takers[seat[1]].append(patient_id)
        self._seats[patient_id, test_id] = seat
        self._new.setdefault(patient_id, {})[test_id] = (session.site_id, *session.spans[seat[1]])

    def _leave(self, patient_id: str, test_id: str) -> None:
        seat = self._seats.pop((patient_id, test_id), None)
        if seat is None:
            return
        session = self._sessions[test_id][seat[0]]
        session.free[seat[1]] += 1
        session.free_total += 1
        session.takers[seat[1]].remove(patient_id)
        del self._new[patient_id][test_id]


@lru_cache(maxsize=4096)
def _spans(run: TestSession) -> tuple[Span, ...]:
    """Start and end of every appointment of a run."""
    length = dt.timedelta(minutes=run.slot_minutes)
    return tuple((start, start + length) for start in run.starts())
