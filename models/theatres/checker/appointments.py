"""Tests before surgery: in time, still valid, at the right place, in a real slot, never two at once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from models.shared.findings import Finding
from models.theatres.checker.evidence import ONE_DAY, Evidence, Visit, at_time, finding, on_day
from models.theatres.entities import Patient, TestSite


@dataclass(frozen=True)
class Sample:
    """A test done, made or new: its day, and the day its result is with the team."""

    day: dt.date
    result: dt.date


def samples_of(evidence: Evidence, patient_id: str, *, with_new: bool = True) -> dict[str, list[Sample]]:
    """Test -> each time a patient has had it or will have it.

    A result that was given replaces the usual days for what is done or made already, not for new appointments.
    """
    tests, found = evidence.instance.tests, defaultdict[str, list[Sample]](list)
    given = {need.test_id: need.result_on for need in evidence.instance.patients[patient_id].tests}
    for need in evidence.instance.patients[patient_id].tests:
        if need.done_on is not None:
            usual = need.done_on + tests[need.test_id].report_days * ONE_DAY
            found[need.test_id].append(Sample(need.done_on, need.result_on or usual))
    for visit in evidence.visits_by_patient.get(patient_id, ()):
        if (visit.existing or with_new) and visit.test_id in tests:
            usual = visit.day + tests[visit.test_id].report_days * ONE_DAY
            known = given.get(visit.test_id) if visit.existing else None
            found[visit.test_id].append(Sample(visit.day, known or usual))
    return found


def is_in_time(evidence: Evidence, sample: Sample, surgery: dt.date) -> bool:
    """Whether a test is done, and its result with the team, when it has to be."""
    return (
        sample.day <= surgery and sample.result + evidence.instance.settings.results_ready_days * ONE_DAY <= surgery
    )


def is_valid(evidence: Evidence, patient: Patient, test_id: str, day: dt.date, surgery: dt.date) -> bool:
    """Whether the home trust still accepts a test of this day on the day of surgery."""
    return (surgery - day).days <= evidence.instance.valid_days[test_id, patient.trust_id]


def check_tests_before_surgery(evidence: Evidence) -> Iterator[Finding]:
    """T-15: every test a booked patient needs has some result in time."""
    for case in evidence.cases:
        surgery, samples = evidence.session(case).date, samples_of(evidence, case.patient_id)
        for need in evidence.patient(case).tests:
            if any(is_in_time(evidence, sample, surgery) for sample in samples[need.test_id]):
                continue
            late = min((sample.day for sample in samples[need.test_id]), default=None)
            how = f"is on {on_day(late)}, too late for its result" if late else "has no appointment"
            message = f"{case.patient_id} is operated on {on_day(surgery)}, but test {need.test_id} {how}."
            yield finding("tests_before_surgery", message, case.where)


def check_tests_still_valid(evidence: Evidence) -> Iterator[Finding]:
    """T-16: of the tests in time, one is not too old for the home trust."""
    for case in evidence.cases:
        patient, surgery = evidence.patient(case), evidence.session(case).date
        samples = samples_of(evidence, case.patient_id)
        for need in patient.tests:
            in_time = [one.day for one in samples[need.test_id] if is_in_time(evidence, one, surgery)]
            if in_time and not any(is_valid(evidence, patient, need.test_id, day, surgery) for day in in_time):
                age = (surgery - max(in_time)).days
                message = (
                    f"{case.patient_id}: test {need.test_id} of {on_day(max(in_time))} is {age} days old on the day "
                    f"of surgery, {on_day(surgery)}; {patient.trust_id} accepts "
                    f"{evidence.instance.valid_days[need.test_id, patient.trust_id]}."
                )
                yield finding("tests_still_valid", message, case.where)


def check_site_takes_patient(evidence: Evidence) -> Iterator[Finding]:
    """T-17: each new appointment is at a site whose conditions the patient meets."""
    for visit in evidence.new_visits:
        patient = evidence.instance.patients.get(visit.patient_id)
        site = evidence.instance.sites.get(visit.site_id)
        if patient is None or site is None:
            continue
        if fault := site_fault(site, patient):
            message = f"{visit.patient_id} has {visit.test_id} at {site.name}, {at_time(visit.start)}, which {fault}."
            yield finding("site_takes_patient", message, visit.where)


def site_fault(site: TestSite, patient: Patient) -> str | None:
    """Why a site does not take a patient, in words; None when it does."""
    if site.trust_id is not None and site.trust_id != patient.trust_id:
        return f"takes patients of {site.trust_id} only"
    if site.adults_only and not patient.adult:
        return "takes adults only"
    if site.ambulant_only and not patient.ambulant:
        return "takes ambulant patients only"
    if patient.hospital_transport and not site.takes_hospital_transport:
        return "takes nobody who comes by hospital transport"
    return None


def check_real_test_slots(evidence: Evidence) -> Iterator[Finding]:
    """T-18: each new appointment is on offer, far enough ahead, needed, and has a place."""
    first = evidence.instance.settings.planning_date + evidence.instance.settings.test_notice_days * ONE_DAY
    at: dict[tuple[str, str, dt.datetime], list[Visit]] = defaultdict(list)
    for visit in (*evidence.existing_visits, *evidence.new_visits):
        at[visit.site_id, visit.test_id, visit.start].append(visit)
    for visit in evidence.new_visits:
        what = f"{visit.patient_id}, {visit.test_id} at {visit.site_id}, {at_time(visit.start)}"
        offer = evidence.offers.get((visit.site_id, visit.test_id, visit.start))
        if offer is None:
            yield finding("real_test_slots", f"{what}: no such appointment is on offer.", visit.where)
        elif visit.end != visit.start + dt.timedelta(minutes=offer[1]):
            yield finding("real_test_slots", f"{what}: takes {offer[1]} minutes, not until {visit.end:%H:%M}.",
                          visit.where)  # fmt: skip
        if visit.day < first:
            yield finding("real_test_slots", f"{what}: {on_day(first)} is the first day with enough notice.",
                          visit.where)  # fmt: skip
    for (site_id, test_id, start), visits in sorted(at.items()):
        places = evidence.offers.get((site_id, test_id, start), (len(visits), 0))[0]
        if len(visits) > places:
            who = ", ".join(sorted(visit.patient_id for visit in visits))
            message = f"{test_id} at {site_id}, {at_time(start)}: {len(visits)} patients, {places} places ({who})."
            yield finding("real_test_slots", message, visits[-1].where)
    yield from _needless(evidence)


def _needless(evidence: Evidence) -> Iterator[Finding]:
    """New appointments are for booked patients and for tests that nothing else serves, one each."""
    seen: set[tuple[str, str]] = set()
    for visit in evidence.new_visits:
        key, what = (visit.patient_id, visit.test_id), f"{visit.patient_id}, {visit.test_id}, {at_time(visit.start)}"
        cases = evidence.by_patient.get(visit.patient_id, ())
        patient = evidence.instance.patients.get(visit.patient_id)
        if patient is None or not cases:
            yield finding(
                "real_test_slots", f"{what}: the patient is not booked, so the place is wasted.", visit.where
            )
        elif visit.test_id not in {need.test_id for need in patient.tests}:
            yield finding("real_test_slots", f"{what}: the patient does not need this test.", visit.where)
        elif key in seen:
            yield finding("real_test_slots", f"{what}: a second new appointment for the same test.", visit.where)
        elif any(is_served(evidence, patient, visit.test_id, evidence.session(case).date) for case in cases):
            yield finding("real_test_slots", f"{what}: the test is done, or appointed, already.", visit.where)
        seen.add(key)


def is_served(evidence: Evidence, patient: Patient, test_id: str, surgery: dt.date) -> bool:
    """Whether a test done, or appointed before the plan, serves an operation on this day."""
    return any(
        is_in_time(evidence, sample, surgery) and is_valid(evidence, patient, test_id, sample.day, surgery)
        for sample in samples_of(evidence, patient.patient_id, with_new=False)[test_id]
    )


def check_patient_in_one_place(evidence: Evidence) -> Iterator[Finding]:
    """T-19: a patient's appointments leave time for each other and for travel, and the day of surgery free."""
    travel = evidence.instance.settings.between_sites_minutes
    for patient_id, visits in evidence.visits_by_patient.items():
        for before, visit in itertools.combinations(visits, 2):
            if before.existing and visit.existing:
                continue  # made before this plan: nothing here could mend it
            free = (visit.start - before.end).total_seconds() / 60
            needed = travel if before.site_id != visit.site_id and before.day == visit.day else 0
            if free < needed:
                message = (
                    f"{patient_id}: {before.test_id} at {before.site_id} until {before.end:%H:%M}, {visit.test_id} "
                    f"at {visit.site_id} from {at_time(visit.start)}; {needed} minutes between are needed."
                )
                yield finding("patient_in_one_place", message, visit.where)
        for case in evidence.by_patient.get(patient_id, ()):
            for visit in visits:
                if visit.day == evidence.session(case).date:
                    message = f"{patient_id} has {visit.test_id} on the day of surgery, {on_day(visit.day)}."
                    yield finding("patient_in_one_place", message, visit.where)


def check_tests_in_six_weeks(evidence: Evidence) -> Iterator[Finding]:
    """T-28 (soft): new appointments for counted tests are within six weeks of the request."""
    limit = evidence.instance.settings.dm01_days
    for visit in evidence.new_visits:
        test, patient = evidence.instance.tests.get(visit.test_id), evidence.instance.patients.get(visit.patient_id)
        if test is None or patient is None or not test.dm01:
            continue
        for need in patient.tests:
            waited = (visit.day - need.requested_on).days
            if need.test_id == visit.test_id and waited > limit:
                message = f"{visit.patient_id} waits {waited} days for {test.name}; the standard is {limit}."
                yield finding("tests_in_six_weeks", message, visit.where, "warning")
