"""Test appointments of booked patients: found greedily, and by moving others where that makes room.

Within one kind of test the answer is exact: a patient is refused only when no rearrangement of the movable
appointments of that test, everybody's other appointments staying, gives them a place (augmenting paths in the
bipartite graph of patients and appointment times). A patient's several tests are then tried in several orders.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from models.theatres.booking.offers import Offers, Span
from models.theatres.eligibility import NO_RULES, serves
from models.theatres.entities import Appointment, Patient, PatientTest
from models.theatres.instance import Instance

Seat = tuple[int, int]  # a day of the test's offers, and the time on it
Visit = tuple[str, dt.datetime, dt.datetime]  # site, start and end
Undo = tuple[str, str, Seat | None]  # patient, test, the seat they had before


@dataclass
class _Day:
    """How a day on offer stands: `free` counts the places left at each time, `takers` who has the others."""

    site_id: str
    date: dt.date
    spans: Sequence[Span]
    free: list[int]
    takers: list[list[str]]
    free_total: int


class AppointmentBook:
    """The appointments of an instance, changed as patients are booked and removed."""

    def __init__(self, offers: Offers) -> None:
        self.offers = offers
        self._instance = offers.instance
        self._in_one_place = "T-19" not in offers.without_rules
        self._days = {
            test_id: [
                _Day(day.site_id, day.date, day.spans, list(day.places), [[] for _ in day.spans], sum(day.places))
                for day in days
            ]
            for test_id, days in offers.days.items()
        }
        self._new: dict[str, dict[str, Visit]] = {}
        self._seats: dict[tuple[str, str], Seat] = {}
        self._surgery: dict[str, dt.date] = {}
        self._never: dict[tuple[str, dt.date], tuple[str, ...]] = {}
        self._wanted: dict[tuple[str, str, dt.date], tuple[int, ...]] = {}
        self._answers: dict[tuple[object, ...], bool] = {}  # of `fits`, until something changes
        self._full: dict[str, set[int]] = {test_id: set() for test_id in offers.days}
        self._seen_to: dict[str, dict[str, Visit]] = {}
        self._empty: AppointmentBook | None = None

    @classmethod
    def of_instance(cls, instance: Instance, without_rules: frozenset[str] = NO_RULES) -> AppointmentBook:
        """A book in which nobody has a new appointment yet."""
        return cls(Offers(instance, without_rules))

    def with_visits(self, patient_id: str, visits: Mapping[str, Visit]) -> AppointmentBook:
        """The same book, for questions about a patient for whom some tests are seen to: test -> where and when."""
        other = copy.copy(self)
        other._never, other._answers, other._empty = {}, {}, None
        other._seen_to = {**self._seen_to, patient_id: {**self._seen_to.get(patient_id, {}), **visits}}
        return other

    # --- questions ---------------------------------------------------------------------------------------------

    def missing(self, patient_id: str, day: dt.date) -> tuple[PatientTest, ...]:
        """The tests for which an operation on `day` needs a new appointment."""
        missing, seen_to = self.offers.missing(patient_id, day), self._seen_to.get(patient_id)
        return missing if not seen_to else tuple(test for test in missing if test.test_id not in seen_to)

    def never(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The test rules that rule out a day for a patient whoever else is booked; empty: none does."""
        key = (patient_id, day)
        if key not in self._never:
            self._never[key] = self._find_never(patient_id, day)
        return self._never[key]

    def impossible(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The missing tests with no time at all for an operation on `day`, were nobody else booked."""
        patient, missing = self._instance.patients[patient_id], self.missing(patient_id, day)
        return tuple(test.test_id for test in missing if not self.offers.choices(patient, test, day))

    def fits(self, patient_id: str, day: dt.date) -> bool:
        """Whether every missing test can be given a place, others moving where needed; nothing is changed."""
        key = self._alike(patient_id, day)
        if key not in self._answers:
            done: list[Undo] = []
            self._answers[key] = self._seat_all(patient_id, day, done)
            self._take_back(done)
            self._surgery.pop(patient_id, None)
        return self._answers[key]

    def _alike(self, patient_id: str, day: dt.date) -> tuple[object, ...]:
        """What the answer of `fits` hangs on: patients without appointments who miss the same tests are alike."""
        if self.offers.existing(patient_id) or patient_id in self._seen_to or patient_id in self._new:
            return patient_id, day
        patient, offers = self._instance.patients[patient_id], self.offers
        return tuple(offers.alike(patient, test, day) for test in self.missing(patient_id, day))

    def why_not(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The rules that keep an operation on `day` from having its tests; empty: they fit."""
        never = self.never(patient_id, day)
        if never or self.fits(patient_id, day):
            return never
        return ("T-18",) if self.tests_without_place(patient_id, day) else ("T-19",)

    def tests_without_place(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        """The missing tests for which, each by itself, no place can be found or freed."""
        missing = self.missing(patient_id, day)
        return tuple(test.test_id for test in missing if not self._one_fits(patient_id, test.test_id, day))

    def appointments(self) -> list[Appointment]:
        """The new appointments, in the order of patient, test and start."""
        return [made for patient_id in sorted(self._new) for made in self.of(patient_id)]

    def of(self, patient_id: str) -> list[Appointment]:
        """The new appointments of one patient, in the order of tests."""
        new = self._new.get(patient_id, {})
        return [Appointment(patient_id, test_id, *span) for test_id, span in sorted(new.items())]

    def _find_never(self, patient_id: str, day: dt.date) -> tuple[str, ...]:
        patient, offers = self._instance.patients[patient_id], self.offers
        rules = {
            offers.why_no_choice(patient, test, day)
            for test in self.missing(patient_id, day)
            if not offers.choices(patient, test, day)
        }
        if self._in_one_place and any(a.start.date() == day for a in offers.existing(patient_id)):
            rules.add("T-19")
        if not rules and not offers.days_of_their_own(patient, day) and not self._emptied().fits(patient_id, day):
            rules.add("T-19")
        return tuple(sorted(rules))

    def _emptied(self) -> AppointmentBook:
        """The same book with nobody's new appointments in it."""
        if self._empty is None:
            self._empty = AppointmentBook(self.offers)
            self._empty._seen_to = self._seen_to
        return self._empty

    # --- changes -----------------------------------------------------------------------------------------------

    def add(self, patient_id: str, day: dt.date) -> bool:
        """Give a patient operated on `day` their missing tests; False, and nothing changed, when it cannot be."""
        done: list[Undo] = []
        if self._seat_all(patient_id, day, done):
            self._answers = {}
            return True
        self._take_back(done)
        self._surgery.pop(patient_id, None)
        return False

    def remove(self, patient_id: str) -> None:
        """Give up a patient's new appointments."""
        self._answers = {}
        for test_id in sorted(self._new.get(patient_id, {})):
            self._leave(patient_id, test_id)
            self._full[test_id].clear()
        self._new.pop(patient_id, None)
        self._surgery.pop(patient_id, None)

    def load(self, patient_id: str, day: dt.date, appointments: Iterable[Appointment]) -> None:
        """Take over the new appointments a plan gives a patient operated on `day`, unchecked."""
        self._answers = {}
        self._surgery[patient_id] = day
        for made in appointments:
            self._take(patient_id, made.test_id, self.offers.seat(made))

    @contextmanager
    def given_up(self, patient_id: str) -> Iterator[None]:
        """For questions: the book without a patient's new appointments; afterwards it is, and knows, what it was."""
        day, made, answers = self._surgery.get(patient_id), self.of(patient_id), self._answers
        full = {test_id: set(days) for test_id, days in self._full.items()}
        self.remove(patient_id)
        yield
        if day is not None:
            self.load(patient_id, day, made)
        self._answers, self._full = answers, full

    # --- seats -------------------------------------------------------------------------------------------------

    def _seat_all(self, patient_id: str, day: dt.date, done: list[Undo]) -> bool:
        """Seat all missing tests of a patient; tests that failed are tried first in the next order."""
        patient = self._instance.patients[patient_id]
        if not self._visits_serve(patient, day):
            return False
        self._surgery[patient_id] = day
        tests = sorted(
            self.missing(patient_id, day), key=lambda t: (len(self.offers.choices(patient, t, day)), t.test_id)
        )
        for _ in range(len(tests) + 1):
            failed = next((t for t in tests if not self._seat(patient_id, t.test_id, done)), None)
            if failed is None:
                return True
            self._take_back(done)
            if failed is tests[0]:
                return False
            tests = [failed, *(t for t in tests if t is not failed)]
        return False

    def _visits_serve(self, patient: Patient, day: dt.date) -> bool:
        """Whether tests said to be seen to are in time, valid and do not clash."""
        visits, without = self._seen_to.get(patient.patient_id, {}), self.offers.without_rules
        return all(
            serves(self._instance, patient.trust_id, test_id, start.date(), day, without)
            and (not self._in_one_place or start.date() < day)
            and all(
                self._apart((site, start, end), other)
                for other in self._others_on(patient.patient_id, test_id, start.date())
            )
            for test_id, (site, start, end) in visits.items()
        )

    def _one_fits(self, patient_id: str, test_id: str, day: dt.date) -> bool:
        done: list[Undo] = []
        self._surgery[patient_id] = day
        found = self._seat(patient_id, test_id, done)
        self._take_back(done)
        self._surgery.pop(patient_id, None)
        return found

    def _seat(self, patient_id: str, test_id: str, done: list[Undo]) -> bool:
        """Find a place for one test of a patient, moving others along one chain where needed."""
        wanted = self._choices(patient_id, test_id)
        own = {(site, start.date()) for site, start, _ in self._new.get(patient_id, {}).values()}
        days = self._days[test_id]
        same_visit = [at for at in wanted if (days[at].site_id, days[at].date) in own] if own else []
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
        full, seen_days = self._full[test_id], set()
        came_from: dict[str, tuple[str, Seat] | None] = {patient_id: None}
        queue = deque([patient_id])
        while queue:
            seeker = queue.popleft()
            for at in self._choices(seeker, test_id):
                if at in full or at in seen_days:
                    continue
                time = None if seeker == patient_id else self._free_time(seeker, test_id, at)
                if time is not None:
                    self._shift_along(came_from, seeker, test_id, (at, time), done)
                    return True
                day = self._days[test_id][at]
                possible = self._possible_times(seeker, test_id, day)
                if len(possible) == len(day.spans):
                    seen_days.add(at)
                for time in possible:
                    for taker in day.takers[time]:
                        if taker not in came_from:
                            came_from[taker] = (seeker, (at, time))
                            queue.append(taker)
        self._remember_full_days(patient_id, test_id)
        return False

    def _remember_full_days(self, patient_id: str, test_id: str) -> None:
        """Days whose takers could go nowhere but to full days stay full until somebody leaves: remember them.

        Clashes with other appointments are left aside, so that the days stay full whatever else is moved.
        """
        full, found, people = self._full[test_id], set[int](), {patient_id}
        queue = deque([patient_id])
        while queue:
            for at in self._choices(queue.popleft(), test_id):
                if at in full or at in found:
                    continue
                day = self._days[test_id][at]
                if day.free_total > 0:
                    return
                found.add(at)
                new = {taker for takers in day.takers for taker in takers} - people
                people |= new
                queue.extend(sorted(new))
        full |= found

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

    def _choices(self, patient_id: str, test_id: str) -> tuple[int, ...]:
        key = (patient_id, test_id, self._surgery[patient_id])
        if key not in self._wanted:
            patient = self._instance.patients[patient_id]
            test = next(t for t in patient.tests if t.test_id == test_id)
            self._wanted[key] = self.offers.choices(patient, test, self._surgery[patient_id])
        return self._wanted[key]

    def _free_time(self, patient_id: str, test_id: str, at: int) -> int | None:
        day = self._days[test_id][at]
        if day.free_total <= 0:
            return None
        for time in self._possible_times(patient_id, test_id, day):
            if day.free[time] > 0:
                return time
        return None

    def _possible_times(self, patient_id: str, test_id: str, day: _Day) -> Sequence[int]:
        """The times of a day that do not clash with the patient's other appointments (T-19)."""
        others = self._others_on(patient_id, test_id, day.date)
        if not others or not self._in_one_place:
            return range(len(day.spans))
        return [
            time
            for time, (start, end) in enumerate(day.spans)
            if all(self._apart((day.site_id, start, end), other) for other in others)
        ]

    def _apart(self, one: Visit, other: Visit) -> bool:
        """Whether one person can make both visits of a day: no overlap, and time to travel between sites."""
        travel = self._instance.settings.between_sites_minutes if one[0] != other[0] else 0
        gap = dt.timedelta(minutes=travel)
        return not self._in_one_place or one[2] + gap <= other[1] or other[2] + gap <= one[1]

    def _others_on(self, patient_id: str, test_id: str, date: dt.date) -> list[Visit]:
        made = [(a.site_id, a.start, a.end) for a in self.offers.existing(patient_id) if a.start.date() == date]
        new = {**self._new.get(patient_id, {}), **self._seen_to.get(patient_id, {})}
        return made + [visit for other, visit in new.items() if other != test_id and visit[1].date() == date]

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
        day = self._days[test_id][seat[0]]
        day.free[seat[1]] -= 1
        day.free_total -= 1
        day.takers[seat[1]].append(patient_id)
        self._seats[patient_id, test_id] = seat
        self._new.setdefault(patient_id, {})[test_id] = (day.site_id, *day.spans[seat[1]])

    def _leave(self, patient_id: str, test_id: str) -> None:
        seat = self._seats.pop((patient_id, test_id), None)
        if seat is None:
            return
        day = self._days[test_id][seat[0]]
        day.free[seat[1]] += 1
        day.free_total += 1
        day.takers[seat[1]].remove(patient_id)
        del self._new[patient_id][test_id]
