"""Everything about one patient: the date or why there is none, tests and how long they hold, what is to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.shared.parsing import Row
from models.shared.problem import Explanation
from models.theatres.eligibility import readiness_codes, serves
from models.theatres.entities import PatientTest
from models.theatres.instance import Instance
from models.theatres.rules import RULES
from models.theatres.words import day_text
from nwl_opt.theatres.printing.of_theatres import alerts, side_and_operation
from nwl_opt.theatres.printing.sheets import clock, day_words
from nwl_opt.theatres.showing.patients import reason_words, surgeon_words
from nwl_opt.theatres.showing.shown import ShownRun


@dataclass(frozen=True)
class ShownBooking:
    """When and where a patient is operated on."""

    date: dt.date
    day: str
    theatre: str
    list_id: str
    place: str
    times: str
    surgeon: str
    state: str
    had_before: bool


@dataclass(frozen=True)
class ShownTest:
    """One test a patient needs: where it stands, its slot or when it was done, and until when it holds.

    `serves` is whether it serves the date booked; None without a date.
    """

    name: str
    requested: str
    stands: str
    where: str
    result: str
    valid_until: str
    serves: bool | None
    words: str


@dataclass(frozen=True)
class WhyNot:
    """Why a patient is not booked: in words, the rules that stand in the way, and what would help."""

    code: str
    heading: str
    reason: str
    rules: tuple[tuple[str, str], ...]
    helps: tuple[str, ...]


@dataclass(frozen=True)
class ShownStandby:
    """A list for which a patient stands by."""

    day: str
    date: dt.date
    list_words: str
    place: int
    instead_of: str


@dataclass(frozen=True)
class ShownWork:
    """Something to be done about a patient."""

    worklist: str
    reason: str
    blocks_booking: bool


@dataclass(frozen=True)
class ShownPatient:
    """A patient's page."""

    patient_id: str
    facts: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...]
    booking: ShownBooking | None
    why_not: WhyNot | None
    tests: tuple[ShownTest, ...]
    standby: tuple[ShownStandby, ...]
    work: tuple[ShownWork, ...]
    history: tuple[str, ...]


def shown_patient(shown: ShownRun, patient_id: str, sentences: Sequence[Explanation]) -> ShownPatient:
    """All that a run says of one patient; `sentences` are those it was saved with, which name the rules."""
    patient = shown.instance.patients[patient_id]
    booking = _booking(shown, patient_id)
    return ShownPatient(
        patient_id=patient_id,
        facts=tuple(_facts(shown.instance, patient_id)),
        alerts=tuple(alert.text for alert in alerts(patient)),
        booking=booking,
        why_not=_why_not(shown, patient_id, sentences),
        tests=tuple(_test(shown, patient_id, test, booking) for test in patient.tests),
        standby=tuple(_standby(shown, row) for row in shown.standby_of(patient_id)),
        work=tuple(
            ShownWork(row.text("worklist").replace("_", " "), row.text("reason"), row.flag("blocks_booking"))
            for row in shown.work_on(patient_id)
        ),
        history=tuple(_history(shown, patient_id)),
    )


def _facts(instance: Instance, patient_id: str) -> Iterator[tuple[str, str]]:
    patient, weeks = instance.patients[patient_id], instance.wait_weeks(patient_id)
    side, operation = side_and_operation(instance, patient_id)
    yield "Operation", f"{operation}, {side.lower()}"
    yield "Priority", patient.priority
    yield "Waiting", f"{weeks} weeks on {day_words(instance.planning_date)}, since {day_words(patient.clock_start)}"
    if patient.due_by is not None:
        yield "To be operated on by", day_words(patient.due_by)
    yield "Home trust", instance.trusts[patient.trust_id]
    yield "Surgeon", surgeon_words(instance, patient)
    yield "Stay", "day case" if patient.day_case else f"about {sum(instance.stay(patient_id)):.1f} nights"
    yield "ASA grade", str(patient.asa_grade)
    yield "Can come", _availability(patient.available_from, patient.available_to)
    yield "Notice asked for", f"{patient.notice_days} days" + ("; agreed to short notice" * patient.short_notice)
    if patient.hospital_transport or not patient.ambulant:
        needs = ["hospital transport"] * patient.hospital_transport + ["does not walk"] * (not patient.ambulant)
        yield "Needs", ", ".join(needs)
    if patient.offers_declined:
        yield "Offers declined", str(patient.offers_declined)


def _availability(first: dt.date | None, last: dt.date | None) -> str:
    if first is None and last is None:
        return "on any day"
    parts = ([f"from {day_words(first)}"] if first else []) + ([f"until {day_words(last)}"] if last else [])
    return " ".join(parts)


def _booking(shown: ShownRun, patient_id: str) -> ShownBooking | None:
    row = shown.case_of(patient_id)
    if row is None:
        return None
    list_id, date = row.text("list_id"), row.date("date")
    return ShownBooking(
        date=date,
        day=day_words(date),
        theatre=shown.instance.theatres[row.text("theatre")].name,
        list_id=list_id,
        place=f"{row.integer('position')} of {len(shown.cases(list_id))}",
        times=f"{clock(row.moment('start'))} to {clock(row.moment('end'))}",
        surgeon=row.text("surgeon_id"),
        state=row.text("state"),
        had_before=shown.instance.existing_bookings.get(patient_id, ("",))[0] == list_id,
    )


def _why_not(shown: ShownRun, patient_id: str, sentences: Sequence[Explanation]) -> WhyNot | None:
    row = shown.reason_of(patient_id)
    if row is None:
        return None
    told = next((one for one in sentences if one.id == f"not_booked_{patient_id}"), None)
    named = [] if told is None else [rule for rule in str(told.numbers.get("rules", "")).split(", ") if rule]
    if not named:
        named = ["T-02"] if readiness_codes(shown.instance, patient_id) else [] if told is None else [told.rule]
    code = row.text("reason_code")
    return WhyNot(
        code=code,
        heading=reason_words(code),
        reason=row.text("reason"),
        rules=tuple((rule.id, rule.sentence) for rule in RULES if rule.id in named),
        helps=tuple(part.strip() for part in row.text("what_would_help").split(" Or: ") if part.strip()),
    )


def _test(shown: ShownRun, patient_id: str, test: PatientTest, booking: ShownBooking | None) -> ShownTest:
    """The appointment of a test that serves the date, else when it was done if that does, else the last of both."""
    instance, name = shown.instance, shown.instance.tests[test.test_id].name
    surgery = booking.date if booking is not None else None
    rows = [row for row in shown.appointments_of(patient_id) if row.text("test") == test.test_id]
    serving = next((row for row in rows if _row_serves(instance, patient_id, test, row, surgery)), None)
    holds = None
    if surgery is not None and test.done_on is not None:
        holds = _serves(instance, patient_id, test, test.done_on, surgery)
    if serving is not None or (rows and not holds):
        return _with_slot(shown, patient_id, test, serving or rows[-1], surgery)
    requested = day_words(test.requested_on)
    if test.done_on is None:
        words = "no appointment in this plan" if surgery is None else "no appointment: look at this before the date"
        return ShownTest(name, requested, "not done", "", "", "", None if surgery is None else False, words)
    until = _valid_until(instance, patient_id, test.test_id, test.done_on)
    return ShownTest(
        name=name,
        requested=requested,
        stands=f"done {day_words(test.done_on)}",
        where="",
        result="" if test.result_on is None else day_words(test.result_on),
        valid_until=day_words(until),
        serves=holds,
        words=_validity_words(until, surgery, holds),
    )


def _with_slot(shown: ShownRun, patient_id: str, test: PatientTest, row: Row, surgery: dt.date | None) -> ShownTest:
    start, instance = row.moment("start"), shown.instance
    until = _valid_until(instance, patient_id, test.test_id, start.date())
    holds = None if surgery is None else _row_serves(instance, patient_id, test, row, surgery)
    due = row.moment("result_due")
    return ShownTest(
        name=instance.tests[test.test_id].name,
        requested=day_words(test.requested_on),
        stands="appointment made before" if row.text("state") == "existing" else "new appointment",
        where=f"{day_words(start.date())}, {clock(start)} to {clock(row.moment('end'))}, "
        f"{instance.sites[row.text('site')].name}",
        result=f"{day_words(due.date())}, {clock(due)}",
        valid_until=day_words(until),
        serves=holds,
        words=_validity_words(until, surgery, holds),
    )


def _row_serves(instance: Instance, patient_id: str, test: PatientTest, row: Row, surgery: dt.date | None) -> bool:
    return surgery is not None and _serves(instance, patient_id, test, row.moment("start").date(), surgery)


def _serves(instance: Instance, patient_id: str, test: PatientTest, tested: dt.date, surgery: dt.date) -> bool:
    trust_id = instance.patients[patient_id].trust_id
    return serves(instance, trust_id, test.test_id, tested, surgery, result_on=test.result_on)


def _valid_until(instance: Instance, patient_id: str, test_id: str, tested: dt.date) -> dt.date:
    days = instance.valid_days[test_id, instance.patients[patient_id].trust_id]
    return tested + dt.timedelta(days=days)


def _validity_words(until: dt.date, surgery: dt.date | None, holds: bool | None) -> str:
    """How the last day a test is valid lies to the operation."""
    if surgery is None:
        return f"valid until {day_words(until)}"
    days = (until - surgery).days
    if days < 0:
        return f"runs out {_days(-days)} before the operation"
    after = "on the day of the operation" if days == 0 else f"{_days(days)} after the operation"
    return f"in time; runs out {after}" if holds else "the result is not with the team in time"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _standby(shown: ShownRun, row: Row) -> ShownStandby:
    on = shown.instance.lists[row.text("list_id")]
    words = f"{shown.instance.theatres[on.theatre_id].name}, {clock(on.start)}, surgeon {on.surgeon_id or 'none'}"
    return ShownStandby(day_words(on.date), on.date, words, row.integer("place"), row.text("instead_of"))


def _history(shown: ShownRun, patient_id: str) -> Iterator[str]:
    """What was before this plan, what was asked for, and what became of it, in this order."""
    instance = shown.instance
    before = instance.existing_bookings.get(patient_id)
    if before is not None:
        on = instance.lists[before[0]]
        where = f"{day_text(on.date)}, {instance.theatres[on.theatre_id].name}, {clock(on.start)}"
        yield f"Before this plan: {before[1]} for {where}."
    if patient_id in instance.named_changes:
        yield f"Change that was named: {instance.named_changes[patient_id]}"
    row = shown.change_of(patient_id)
    if row is not None:
        yield f"In this plan {row.text('change').replace('_', ' ')}: {row.text('why')}"
    elif before is not None:
        yield "In this plan it stays as it was."
