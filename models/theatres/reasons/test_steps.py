"""More appointments for a test, where one is what a patient lacks (T-18, T-19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from models.shared.calendar import days_between, is_working_day
from models.theatres.booking import Book
from models.theatres.eligibility import booking_window, site_takes_patient
from models.theatres.entities import TestSession, TheatreList
from models.theatres.instance import Instance
from models.theatres.reasons.edits import Addition
from models.theatres.reasons.steps import Step
from models.theatres.words import day_text

_SLOT = 15  # in minutes of list time, as the efforts of `steps`


def more_appointments(book: Book, patient_id: str, on: TheatreList) -> Iterator[Step]:
    """One more appointment for each test that finds no place, or for all that are missing when none does alone."""
    short = book.tests.tests_without_place(patient_id, on.date)
    wanted = short or [test.test_id for test in book.tests.missing(patient_id, on.date)]
    for test_id in wanted:
        yield from one_more_appointment(book, patient_id, test_id, on.date)


def one_more_appointment(book: Book, patient_id: str, test_id: str, day: dt.date) -> Iterator[Step]:
    """One new appointment for a test that serves an operation on `day`; none when no day is left for it.

    At a site that does the test and takes the patient; after the day's last appointment of a day on which it is done
    there, the earliest; where there is none, at the usual time on the last working day in time.
    """
    instance, patient = book.instance, book.instance.patients[patient_id]
    first, last = booking_window(instance, patient.trust_id, test_id, day, book.without_rules)
    ends: dict[tuple[dt.date, str], tuple[dt.datetime, int]] = {}
    usual: dict[str, TestSession] = {}
    for session in instance.sessions:
        takes = "T-17" in book.without_rules or site_takes_patient(instance.sites[session.site_id], patient)
        if session.test_id == test_id and takes and session.slots:
            usual.setdefault(session.site_id, session)
            end, at = (
                session.starts()[-1] + dt.timedelta(minutes=session.slot_minutes),
                (session.date, session.site_id),
            )
            ends[at] = max((end, session.slot_minutes), ends.get(at, (end, 0)))
    if not usual or first > last:
        return
    times = [(date, site, *ends[date, site]) for date, site in sorted(ends) if first <= date <= last]
    site_id, other = min(usual.items())
    work = max((day for day in days_between(first, last) if is_working_day(day)), default=last)
    times.append((work, site_id, dt.datetime.combine(work, other.start.time()), other.slot_minutes))
    for date, site, start, minutes in times:
        if start + dt.timedelta(minutes=minutes) < dt.datetime.combine(date, dt.time(23, 59)):
            yield _appointment_step(instance, test_id, site, start, minutes, (first, last))
            return


def _appointment_step(
    instance: Instance, test_id: str, site_id: str, start: dt.datetime, minutes: int, window: tuple[dt.date, dt.date]
) -> Step:
    name, site, day = instance.tests[test_id].name, instance.sites[site_id].name, day_text(start.date())
    row = (("site_id", site_id), ("test_id", test_id), ("date", start.date()), ("start", start.time()),
           ("slots", 1), ("slot_minutes", minutes), ("places", 1))  # fmt: skip
    return Step(
        code="test_slots",
        effort=_SLOT,
        short=f"an appointment for {name} from {day_text(window[0])} to {day_text(window[1])}",
        help=f"one more appointment for {name} at {site} on {day} at {start:%H:%M}",
        edits=(Addition("test_slots", row),),
        visits=((test_id, (site_id, start, start + dt.timedelta(minutes=minutes))),),
    )
