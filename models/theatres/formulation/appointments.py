"""Which tests a patient still needs for an operation on a day, and where and when each can be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from models.theatres import eligibility
from models.theatres.entities import Appointment, Patient
from models.theatres.instance import Instance

Place = tuple[str, dt.date]  # a site on a day


@dataclass(frozen=True, order=True)
class Need:
    """A test a patient needs for an operation: done at one of the sites, from the first to the last day."""

    test_id: str
    sites: tuple[str, ...]
    first: dt.date
    last: dt.date


class Appointments:
    """What can be booked for tests: places a day, and the needs a booking brings with it.

    `free[test][site, day]` are the places left by existing appointments, on days with notice; a day without one does
    not stand in it.
    """

    def __init__(self, instance: Instance, without_rules: frozenset[str]) -> None:
        self.instance, self.without_rules = instance, without_rules
        self.free: Mapping[str, Mapping[Place, int]] = real_test_slots(instance, without_rules)
        self._existing: dict[str, list[Appointment]] = defaultdict(list)
        for made in instance.existing_appointments:
            self._existing[made.patient_id].append(made)
        self._sites: dict[tuple[str, str], tuple[str, ...]] = {}
        self._possible: dict[Need, bool] = {}
        self._places: dict[Need, tuple[Place, ...]] = {}

    def existing_of(self, patient_id: str) -> tuple[Appointment, ...]:
        return tuple(self._existing.get(patient_id, ()))

    def needs(self, patient_id: str, day: dt.date) -> tuple[Need, ...] | None:
        """The new tests for an operation on a day; None when one of them cannot be done in time anywhere."""
        patient = self.instance.patients[patient_id]
        if not patient_in_one_place(self, patient_id, day):
            return None
        existing = self.existing_of(patient_id)
        missing = eligibility.missing_tests(self.instance, patient_id, day, existing, self.without_rules)
        needs = []
        for test in missing:
            first = tests_still_valid(self, patient, test.test_id, day)
            last = tests_before_surgery(self, patient, test.test_id, day)
            need = Need(test.test_id, self.sites_for(patient, test.test_id), first, last)
            if not self._can_be_met(need):
                return None
            needs.append(need)
        return tuple(needs)

    def sites_for(self, patient: Patient, test_id: str) -> tuple[str, ...]:
        """The sites that offer the test and take the patient."""
        key = (patient.patient_id, test_id)
        if key not in self._sites:
            offering = {site for site, _ in self.free.get(test_id, {})}
            self._sites[key] = tuple(s for s in sorted(offering) if site_takes_patient(self, patient, s))
        return self._sites[key]

    def places(self, need: Need) -> tuple[Place, ...]:
        """The sites and days that serve a need: hospitals last, then by day."""
        if need not in self._places:
            sites = self.instance.sites
            found = [
                (site, day)
                for site, day in self.free.get(need.test_id, {})
                if site in need.sites and need.first <= day <= need.last
            ]
            self._places[need] = tuple(sorted(found, key=lambda at: (sites[at[0]].kind == "hospital", at[1], at[0])))
        return self._places[need]

    def _can_be_met(self, need: Need) -> bool:
        if need not in self._possible:
            self._possible[need] = bool(self.places(need))
        return self._possible[need]


def tests_before_surgery(book: Appointments, patient: Patient, test_id: str, day: dt.date) -> dt.date:
    """Every test a patient needs has its result with the team in time.

    day of test + report days <= day of surgery - results-ready days: the last day for a new one (T-15).
    """
    return eligibility.booking_window(book.instance, patient.trust_id, test_id, day, book.without_rules)[1]


def tests_still_valid(book: Appointments, patient: Patient, test_id: str, day: dt.date) -> dt.date:
    """No test is older on the day of surgery than the home trust accepts.

    day of surgery - day of test <= valid days: the first day for a new one, not before its notice (T-16).
    """
    return eligibility.booking_window(book.instance, patient.trust_id, test_id, day, book.without_rules)[0]


def site_takes_patient(book: Appointments, patient: Patient, site_id: str) -> bool:
    """Patients are tested only where they are accepted.

    a[p,m,slot] = 0 at a site whose conditions (adults, ambulant, transport, trust) p does not meet (T-17).
    """
    return "T-17" in book.without_rules or eligibility.site_takes_patient(book.instance.sites[site_id], patient)


def patient_in_one_place(book: Appointments, patient_id: str, day: dt.date) -> bool:
    """A patient has one appointment at a time, and no test on the day of surgery.

    x[p,l] = 0 when an existing appointment is on day(l); overlaps of times are in `slots` (T-19).
    """
    if "T-19" in book.without_rules:
        return True
    return all(made.start.date() != day for made in book.existing_of(patient_id))


def real_test_slots(instance: Instance, without_rules: frozenset[str]) -> dict[str, dict[Place, int]]:
    """Every test appointment is a time on offer, with notice, and no more patients than places.

    sum of appointments at (site, day) <= places on offer - existing appointments, per test (T-18).
    """
    free: dict[str, dict[Place, int]] = defaultdict(lambda: defaultdict(int))
    bounded = "T-18" not in without_rules
    earliest = instance.planning_date + dt.timedelta(days=instance.settings.test_notice_days)
    for session in instance.sessions:
        if bounded and session.date < earliest:
            continue
        places = session.slots * session.places if bounded else len(instance.patients) * min(session.slots, 1)
        free[session.test_id][session.site_id, session.date] += places
    for made in instance.existing_appointments:
        at = (made.site_id, made.start.date())
        if bounded and at in free[made.test_id]:
            free[made.test_id][at] -= 1
    return {
        test: {
            at: count for at, count in sorted(places.items(), key=lambda item: (item[0][1], item[0][0])) if count > 0
        }
        for test, places in sorted(free.items())
    }
