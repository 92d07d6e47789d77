"""What a patient's own data say about a list: readiness, surgeon, theatre, notice, days, and the tests still missing.

Pure questions to an instance, one function per rule; nothing here depends on who else is booked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from models.theatres.entities import Appointment, Patient, PatientTest, TestSite, TheatreList
from models.theatres.instance import Instance

NO_RULES: frozenset[str] = frozenset()


def readiness_codes(instance: Instance, patient_id: str) -> tuple[str, ...]:
    """Why a patient is not ready, every code that applies in the order of the definitions; empty when ready."""
    patient = instance.patients[patient_id]
    joint = instance.procedure_of(patient_id).is_joint
    found = {
        "asked_to_wait": patient.priority in ("P5", "P6"),
        "not_an_adult": not patient.adult,
        "not_validated": not patient.validated,
        "unfit": not patient.fit,
        "no_consent": not patient.consented,
        "side_missing": joint and patient.laterality in (None, "none"),
        "latex_unknown": patient.latex_allergy == "unknown",
        "infection_unknown": patient.infection_risk == "unknown",
        "no_surgeon": patient.surgeon_choice == "named" and patient.surgeon_id is None,
    }
    return tuple(code for code, applies in found.items() if applies)


def patient_is_ready(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-02: no readiness code applies."""
    del on
    return not readiness_codes(instance, patient.patient_id)


def list_is_staffed(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-03: the list has staff, and a surgeon who is not on leave."""
    del patient
    return _is_staffed(instance, on)


def surgeon_can_travel(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-34: the surgeon has the time to travel between the list and wherever else they are that day."""
    del patient
    return _can_travel(instance, on)


def is_usable(instance: Instance, on: TheatreList) -> bool:
    """Whether anybody can be operated on this list: staff, and a surgeon who can be there (T-03, T-34)."""
    return _is_staffed(instance, on) and _can_travel(instance, on)


def _is_staffed(instance: Instance, on: TheatreList) -> bool:
    return on.staffed and on.surgeon_id is not None and not instance.surgeons[on.surgeon_id].is_away(on.date)


def _can_travel(instance: Instance, on: TheatreList) -> bool:
    if on.surgeon_id is None:
        return True
    for elsewhere in instance.surgeons[on.surgeon_id].commitments:
        if elsewhere.start.date() == on.date:
            travel = dt.timedelta(minutes=elsewhere.travel_minutes)
            if on.end + travel > elsewhere.start and elsewhere.end + travel > on.start:
                return False
    return True


def right_surgeon(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-04: the surgeon is one the patient agreed to and covers the sub-specialty, and the list is for it."""
    wanted = instance.procedures[patient.procedure_code].subspecialty_id
    if on.subspecialty_id not in (None, wanted):
        return False
    return on.surgeon_id is None or may_operate(instance, patient, on.surgeon_id)


def may_operate(instance: Instance, patient: Patient, surgeon_id: str) -> bool:
    """Whether a surgeon covers the patient's sub-specialty and is one the patient agreed to."""
    surgeon = instance.surgeons[surgeon_id]
    if instance.procedures[patient.procedure_code].subspecialty_id not in surgeon.subspecialties:
        return False
    if surgeon_id == patient.surgeon_id or patient.surgeon_choice == "any":
        return True
    return patient.surgeon_choice == "trust" and surgeon.trust_id == patient.trust_id


def theatre_suits_patient(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-05: the theatre takes the ASA grade, and has laminar flow where the operation needs it."""
    theatre = instance.theatres[on.theatre_id]
    if patient.asa_grade > theatre.max_asa_grade:
        return False
    return theatre.laminar_flow or not instance.procedures[patient.procedure_code].needs_laminar_flow


def reasonable_notice(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-06: the day gives the patient's notice; a booking they have already needs none."""
    if on.date >= instance.planning_date + dt.timedelta(days=patient.notice_days):
        return True
    return _has_booking_on(instance, patient, on)


def loan_kit_notice(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-31: the loan kit can be here by the day; for a booking they have already it is ordered."""
    if on.date >= instance.planning_date + dt.timedelta(days=_loan_days(instance, patient)):
        return True
    return _has_booking_on(instance, patient, on)


def first_day_ahead(instance: Instance, patient: Patient) -> int:
    """Days from planning day until a new date can be offered: notice (T-06) and kit on loan (T-31)."""
    return max(patient.notice_days, _loan_days(instance, patient))


def _loan_days(instance: Instance, patient: Patient) -> int:
    """The days the kit of an operation has to be ordered ahead; 0 when all of it is here."""
    return max((instance.kit[k].loan_days for k in instance.procedures[patient.procedure_code].kit), default=0)


def _has_booking_on(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """Whether the patient has an existing booking, in whatever state, on this very list."""
    booking = instance.existing_bookings.get(patient.patient_id)
    return booking is not None and booking[0] == on.list_id


def patient_is_available(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-07: the patient can come on the day."""
    del instance
    first, last = patient.available_from, patient.available_to
    return (first is None or first <= on.date) and (last is None or on.date <= last)


def bookings_stay(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """T-20: a booking that stays is on no other list."""
    return instance.fixed_bookings.get(patient.patient_id, on.list_id) == on.list_id


PAIR_RULES: tuple[tuple[str, Callable[[Instance, Patient, TheatreList], bool]], ...] = (
    ("T-02", patient_is_ready),
    ("T-03", list_is_staffed),
    ("T-04", right_surgeon),
    ("T-05", theatre_suits_patient),
    ("T-06", reasonable_notice),
    ("T-07", patient_is_available),
    ("T-20", bookings_stay),
    ("T-31", loan_kit_notice),
    ("T-34", surgeon_can_travel),
)

_LIST_RULES = frozenset({"T-03", "T-34"})
"""Rules that ask nothing of the patient."""

_OWN_RULES = frozenset({"T-06", "T-07", "T-20", "T-31"})
"""Rules that ask for more of a patient than the operation, the surgeon and the ASA grade."""


def pair_rules(
    instance: Instance, patient_id: str, list_id: str, without_rules: frozenset[str] = NO_RULES
) -> tuple[str, ...]:
    """The rules that keep a patient off a list whoever else is booked, in the order of their ids; empty: none."""
    patient, on = instance.patients[patient_id], instance.lists[list_id]
    return tuple(rule for rule, holds in PAIR_RULES if rule not in without_rules and not holds(instance, patient, on))


def eligible_lists(
    instance: Instance, patient_id: str, without_rules: frozenset[str] = NO_RULES
) -> tuple[TheatreList, ...]:
    """The lists no pair rule keeps a patient off, in the order of day, start and id."""
    if "T-02" not in without_rules and readiness_codes(instance, patient_id):
        return ()
    patient, needless = instance.patients[patient_id], set(without_rules)
    if not _loan_days(instance, patient):
        needless.add("T-31")
    rules = [holds for rule, holds in PAIR_RULES if rule in _OWN_RULES - needless]
    alike = _lists_of_the_like(instance, patient, without_rules)
    return tuple(on for on in alike if all(holds(instance, patient, on) for holds in rules))


def _lists_of_the_like(
    instance: Instance, patient: Patient, without_rules: frozenset[str]
) -> tuple[TheatreList, ...]:
    """The lists for patients who need the same surgeon and theatre, remembered; in the order of day, start and id."""
    procedure = instance.procedures[patient.procedure_code]
    alike = (procedure.subspecialty_id, procedure.needs_laminar_flow, patient.surgeon_choice, patient.surgeon_id,
             patient.trust_id, patient.asa_grade, without_rules)  # fmt: skip
    if alike not in instance.lists_remembered:
        rules = [
            holds for rule, holds in PAIR_RULES if rule not in _OWN_RULES | _LIST_RULES | without_rules | {"T-02"}
        ]
        usable = _usable_lists(instance, patient, without_rules)
        instance.lists_remembered[alike] = tuple(
            on for on in usable if all(holds(instance, patient, on) for holds in rules)
        )
    return instance.lists_remembered[alike]


def _usable_lists(instance: Instance, anybody: Patient, without_rules: frozenset[str]) -> tuple[TheatreList, ...]:
    """The lists on which somebody can be operated, remembered; in the order of day, start and id."""
    key = ("usable", without_rules)
    if key not in instance.lists_remembered:
        rules = [holds for rule, holds in PAIR_RULES if rule in _LIST_RULES - without_rules]
        found = [on for on in instance.lists.values() if all(holds(instance, anybody, on) for holds in rules)]
        instance.lists_remembered[key] = tuple(sorted(found, key=lambda on: (on.start, on.list_id)))
    return instance.lists_remembered[key]


# --- tests before surgery ------------------------------------------------------------------------------------------


def serves(
    instance: Instance,
    trust_id: str,
    test_id: str,
    tested: dt.date,
    day: dt.date,
    without: frozenset[str] = NO_RULES,
    result_on: dt.date | None = None,
) -> bool:
    """Whether a test on one day serves an operation on another: its result in time (T-15), still valid (T-16).

    `result_on` is the day of the result where it is known to differ from the usual one.
    """
    first, last = serving_window(instance, trust_id, test_id, day, without)
    if result_on is None or "T-15" in without:
        return first <= tested <= last
    ready = result_on + dt.timedelta(days=instance.settings.results_ready_days)
    return first <= tested <= day and ready <= day


def serving_window(
    instance: Instance, trust_id: str, test_id: str, day: dt.date, without: frozenset[str] = NO_RULES
) -> tuple[dt.date, dt.date]:
    """First and last day of a test that serves an operation on `day`; the first may be after the last."""
    valid = instance.valid_days[test_id, trust_id]
    lead = instance.tests[test_id].report_days + instance.settings.results_ready_days
    first = dt.date.min if "T-16" in without else day - dt.timedelta(days=valid)
    return first, day - dt.timedelta(days=0 if "T-15" in without else lead)


def booking_window(
    instance: Instance, trust_id: str, test_id: str, day: dt.date, without: frozenset[str] = NO_RULES
) -> tuple[dt.date, dt.date]:
    """First and last day for a new appointment that serves an operation on `day`; the first may be after the last."""
    first, last = serving_window(instance, trust_id, test_id, day, without)
    notice = 0 if "T-18" in without else instance.settings.test_notice_days
    earliest = instance.planning_date + dt.timedelta(days=notice)
    if "T-19" not in without:
        last = min(last, day - dt.timedelta(days=1))
    return max(first, earliest), last


def missing_tests(
    instance: Instance,
    patient_id: str,
    day: dt.date,
    existing: Sequence[Appointment],
    without: frozenset[str] = NO_RULES,
) -> tuple[PatientTest, ...]:
    """The tests for which a patient operated on `day` needs a new appointment.

    `existing` are the appointments this patient already has.
    """
    patient = instance.patients[patient_id]
    if {"T-15", "T-16"} <= without:
        return ()
    made = [(a.test_id, a.start.date()) for a in existing]
    made += [(test.test_id, test.done_on) for test in patient.tests if test.done_on is not None]
    return tuple(
        test
        for test in patient.tests
        if not any(
            serves(instance, patient.trust_id, test_id, tested, day, without, test.result_on)
            for test_id, tested in made
            if test_id == test.test_id
        )
    )


def site_takes_patient(site: TestSite, patient: Patient) -> bool:
    """T-17: the site's conditions on age, walking, transport and trust are met."""
    return not (
        (site.adults_only and not patient.adult)
        or (site.ambulant_only and not patient.ambulant)
        or (patient.hospital_transport and not site.takes_hospital_transport)
        or (site.trust_id is not None and site.trust_id != patient.trust_id)
    )
