"""A plan while it is changed by hand: who is where, who has been told, and what the next run would start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from models.shared.findings import Finding
from models.theatres.entities import Appointment, Patient
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan
from models.theatres.settings import AimName
from nwl_opt.theatres.manual.ruling import errors_of

BY_HAND: AimName = "by_hand"


@dataclass(frozen=True)
class Standing:
    """A plan as it stands after some changes.

    `base` is the instance the saved plan has become: its bookings are what was there before. `new_tests` are the
    appointments nobody has made yet, by patient. `told` are bookings made firmer by hand, or unlocked: patient ->
    list and state. `before_lock` is how firm a booking was that was locked by hand. `reasons` says why a patient's
    list was changed, `declined` which list a patient has refused, `notice_days` with how little notice they have
    agreed to come.
    """

    base: Instance
    bookings: Mapping[str, Booking]
    new_tests: Mapping[str, tuple[Appointment, ...]]
    told: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    declined: Mapping[str, str] = field(default_factory=dict)
    notice_days: Mapping[str, int] = field(default_factory=dict)
    before_lock: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_plan(cls, plan: Plan) -> Standing:
        """A plan nothing has been changed in; appointments its instance knows already are not made twice."""
        made = {(a.patient_id, a.test_id, a.start) for a in plan.instance.existing_appointments}
        free = [a for a in plan.appointments if (a.patient_id, a.test_id, a.start) not in made]
        return cls(plan.instance, {b.patient_id: b for b in plan.bookings}, by_patient(free))

    @property
    def list_of(self) -> Mapping[str, str]:
        """Patient -> list, of the patients booked."""
        return self.plan.list_of

    def state_of(self, patient_id: str) -> str:
        """How firm a booking is."""
        return self.plan.state_of(patient_id)

    @cached_property
    def instance(self) -> Instance:
        """The instance of the next run: what was told by hand are its bookings, changed lists its named changes."""
        told = self.told_now
        existing = dict(sorted({**self.base.existing_bookings, **told}.items()))
        made = {(a.patient_id, a.test_id): a for p in told for a in self.new_tests.get(p, ())}
        kept = [a for a in self.base.existing_appointments if (a.patient_id, a.test_id) not in made]
        ordered = sorted([*kept, *made.values()], key=lambda a: (a.patient_id, a.test_id, a.start))
        heard_of = {*self.declined, *self.notice_days, *told}
        patients = {p: self._as_now(p) if p in heard_of else one for p, one in self.base.patients.items()}
        return replace(
            self.base,
            settings=self.base.settings.model_copy(update={"aim": BY_HAND}),
            patients=patients,
            existing_bookings=existing,
            existing_appointments=tuple(ordered) if made else self.base.existing_appointments,
            named_changes=dict(sorted({**self.base.named_changes, **self.changed_lists}.items())),
        )

    @cached_property
    def told_now(self) -> Mapping[str, tuple[str, str]]:
        """Patient -> list and state of the bookings made firmer, or unlocked, by hand."""
        return {p: row for p, row in sorted(self.told.items()) if self.on(p) == row[0]}

    @cached_property
    def changed_lists(self) -> Mapping[str, str]:
        """Patient -> why, of the bookings of before that are not where they were."""
        before = {**self.base.existing_bookings, **self.told_now}
        return {p: why for p, why in sorted(self.reasons.items()) if p in before and self.on(p) != before[p][0]}

    @cached_property
    def plan(self) -> Plan:
        """The plan, for the instance of the next run: appointments of those told are made by then."""
        free = [a for p, found in self.new_tests.items() if p not in self.told_now for a in found]
        return Plan.of(self.instance, list(self.bookings.values()), free)

    @cached_property
    def broken(self) -> tuple[Finding, ...]:
        """The hard rules the plan breaks as it stands, in the words of the independent checker."""
        return errors_of(self.plan)

    def on(self, patient_id: str) -> str | None:
        """The list a patient is on; None for no list."""
        booking = self.bookings.get(patient_id)
        return None if booking is None else booking.list_id

    def _as_now(self, patient_id: str) -> Patient:
        """The patient with what was heard of them: less notice, an offer declined (as in `effects`), tests made.

        A result given for a test that is made anew is forgotten (as in `carry_over`).
        """
        patient = self.base.patients[patient_id]
        made = {a.test_id for a in self.new_tests.get(patient_id, ())} if patient_id in self.told_now else set[str]()
        tests = tuple(
            replace(t, done_on=None, result_on=None) if t.test_id in made and t.result_on is not None else t
            for t in patient.tests
        )
        notice = self.notice_days.get(patient_id, patient.notice_days)
        patient = replace(patient, notice_days=notice, tests=tests)
        if patient_id not in self.declined:
            return patient
        after = self.base.lists[self.declined[patient_id]].date + dt.timedelta(days=1)
        last = patient.available_to
        return replace(
            patient,
            offers_declined=patient.offers_declined + 1,
            available_from=after if patient.available_from is None else max(patient.available_from, after),
            available_to=None if last is not None and last < after else last,
        )


def by_patient(appointments: list[Appointment]) -> dict[str, tuple[Appointment, ...]]:
    """Appointments by patient, in the order of ids and tests."""
    found: dict[str, list[Appointment]] = {}
    for made in sorted(appointments, key=lambda a: (a.patient_id, a.test_id, a.start)):
        found.setdefault(made.patient_id, []).append(made)
    return {patient_id: tuple(made) for patient_id, made in found.items()}
