"""Which patient can be on which list, one function per rule; a pair that breaks one is no variable."""

from __future__ import annotations

from collections.abc import Callable

from models.theatres import eligibility
from models.theatres.entities import Patient, TheatreList
from models.theatres.instance import Instance

PairRule = Callable[[Instance, Patient, TheatreList], bool]


def patient_is_ready(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """Only patients who are ready are booked.

    x[p,l] = 0 when p has a readiness code (T-02).
    """
    return eligibility.patient_is_ready(instance, patient, on)


def list_is_staffed(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """Patients are put only on lists with staff and a surgeon who is not on leave.

    x[p,l] = 0 when l is not staffed, has no surgeon, or its surgeon is on leave that day (T-03).
    """
    return eligibility.list_is_staffed(instance, patient, on)


def right_surgeon(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """The surgeon is the named one, or one the patient agreed to, and covers the sub-specialty.

    x[p,l] = 0 unless surgeon(l) in choice(p) and sub-specialty(p) in skills(surgeon(l)) and the list's (T-04).
    """
    return eligibility.right_surgeon(instance, patient, on)


def theatre_suits_patient(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """A theatre takes ASA grades up to its limit; operations that need laminar flow get it.

    x[p,l] = 0 when ASA(p) > limit(theatre) or laminar flow is needed and absent (T-05).
    """
    return eligibility.theatre_suits_patient(instance, patient, on)


def reasonable_notice(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """A new date is offered with the notice the policy or the patient asks for.

    x[p,l] = 0 when day(l) < planning date + notice(p), but for the list p has (T-06).
    """
    return eligibility.reasonable_notice(instance, patient, on)


def loan_kit_notice(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """An operation that needs loan kit is booked only when the kit can be ordered in time.

    x[p,l] = 0 when day(l) < planning date + loan days of a kit p needs, but for the list p has (T-31).
    """
    return eligibility.loan_kit_notice(instance, patient, on)


def surgeon_can_travel(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """A surgeon who is elsewhere on the day of a list has the time to travel between.

    x[p,l] = 0 when l and its surgeon's commitment elsewhere are less than the travel minutes apart (T-34).
    """
    return eligibility.surgeon_can_travel(instance, patient, on)


def patient_is_available(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """A patient is booked only on days on which they can come.

    x[p,l] = 0 unless available_from(p) <= day(l) <= available_to(p) (T-07).
    """
    return eligibility.patient_is_available(instance, patient, on)


def bookings_stay(instance: Instance, patient: Patient, on: TheatreList) -> bool:
    """Agreed and locked bookings, and all within the lock days, keep their list.

    x[p,l] = 0 for every other list of such a patient (T-20); that x is 1 on their own is `Month.fixed`.
    """
    return eligibility.bookings_stay(instance, patient, on)


# What a rule looks at, so that each is asked as seldom as possible.
PATIENT_RULES: tuple[tuple[str, PairRule], ...] = (("T-02", patient_is_ready),)
LIST_RULES: tuple[tuple[str, PairRule], ...] = (("T-03", list_is_staffed), ("T-34", surgeon_can_travel))
PAIR_RULES: tuple[tuple[str, PairRule], ...] = (
    ("T-04", right_surgeon),
    ("T-20", bookings_stay),
    ("T-06", reasonable_notice),
    ("T-31", loan_kit_notice),
    ("T-07", patient_is_available),
    ("T-05", theatre_suits_patient),
)


def possible_pairs(instance: Instance, without_rules: frozenset[str]) -> list[tuple[str, str]]:
    """Patient and list of every pair no rule forbids, in the order of their ids."""
    patient_rules, list_rules, pair_rules = (
        [rule for rule_id, rule in rules if rule_id not in without_rules]
        for rules in (PATIENT_RULES, LIST_RULES, PAIR_RULES)
    )
    lists, patients = list(instance.lists.values()), list(instance.patients.values())
    if not lists or not patients:
        return []
    ready = [p for p in patients if all(rule(instance, p, lists[0]) for rule in patient_rules)]
    open_lists = [on for on in lists if all(rule(instance, patients[0], on) for rule in list_rules)]
    return [
        (patient.patient_id, on.list_id)
        for patient in ready
        for on in open_lists
        if all(rule(instance, patient, on) for rule in pair_rules)
    ]
