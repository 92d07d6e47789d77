"""The centre over half a year: who joins the waiting list when, and the instance a scheduler sees each Monday.

All that is assumed here is synthetic. A generated instance supplies patients, lists, staff, beds and appointments;
its first patients are the waiting list of the first Monday, the others join week by week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from models.theatres.entities import Appointment, BedNight, Patient, PatientTest
from models.theatres.instance import Instance
from models.theatres.plan import Plan
from models.theatres.rolling.luck import Luck

# Lists are filled four weeks ahead, and where room is left three weeks ahead; what is planned is agreed at once.
PLANNED_DAYS = 14
# Each week so many of those who lack a check are checked, and of those unfit so many are fit again.
CHECKED_SHARE, FIT_AGAIN_SHARE = 0.25, 0.10
# A new entry has waited this part of what the entries of the first waiting list have.
EARLIER_WAIT_PART = 4


@dataclass(frozen=True)
class Stay:
    """A patient in a bed: ward, day of the operation, and the chance of being there on each night after it."""

    ward_id: str
    operated_on: dt.date
    nights: tuple[float, ...]
    luck_share: float

    def is_there(self, night: dt.date) -> bool:
        """Whether the patient is in a bed on the night that begins on this day, as it turns out."""
        at = (night - self.operated_on).days
        return 0 <= at < len(self.nights) and self.luck_share < self.nights[at]

    def chance(self, night: dt.date) -> float:
        """The chance of it as the curve says: what beds were planned by when the date was agreed."""
        at = (night - self.operated_on).days
        return self.nights[at] if 0 <= at < len(self.nights) else 0.0


@dataclass
class World:
    """The state of the centre on a Monday, under one way of planning."""

    year: Instance
    luck: Luck
    arrivals: Mapping[int, tuple[str, ...]]
    today: dt.date
    waiting: dict[str, Patient] = field(default_factory=dict)
    agreed: dict[str, str] = field(default_factory=dict)
    appointments: list[Appointment] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    @classmethod
    def of(cls, year: Instance, luck: Luck, at_first: int, weeks: int) -> World:
        """The first Monday: so many patients wait, the others join in equal numbers over the weeks."""
        ids = list(year.patients)
        later = ids[at_first:]
        arrivals = {week: tuple(later[len(later) * week // weeks : len(later) * (week + 1) // weeks])
                    for week in range(weeks)}  # fmt: skip
        world = cls(year, luck, arrivals, year.planning_date)
        world.waiting = {patient_id: year.patients[patient_id] for patient_id in ids[:at_first]}
        return world

    def join(self, week: int) -> None:
        """The patients of a week join the waiting list; checks that were missing are made for some."""
        self.waiting = {p: self._checked(patient) for p, patient in self.waiting.items()}
        shift = self.today - self.year.planning_date
        for patient_id in self.arrivals.get(week, ()):
            patient = self.year.patients[patient_id]
            waited = (self.year.planning_date - patient.clock_start) // EARLIER_WAIT_PART
            tests = tuple(_later(test, shift) for test in patient.tests)
            self.waiting[patient_id] = replace(patient, clock_start=self.today - waited, tests=tests)
        self.waiting = dict(sorted(self.waiting.items()))

    def monday(self) -> Instance:
        """What the scheduler sees today: the waiting list, agreed bookings, open lists, and what is free."""
        lead = self.year.settings.notice_days
        last = self.today + dt.timedelta(days=lead + PLANNED_DAYS - 1)
        lists = {at: on for at, on in self.year.lists.items() if self.today <= on.date <= last}
        weeks = -(-(lead + PLANNED_DAYS) // 7)
        return replace(
            self.year,
            settings=self.year.settings.model_copy(
                update={"planning_date": self.today, "horizon_start": self.today, "horizon_weeks": weeks}
            ),
            patients=dict(self.waiting),
            lists=lists,
            shifts=tuple(shift for shift in self.year.shifts if self.today <= shift.start.date() <= last),
            sessions=tuple(run for run in self.year.sessions if self.today <= run.date <= last),
            beds={key: self._night(night) for key, night in self.year.beds.items()},
            existing_bookings={p: (at, "agreed") for p, at in sorted(self.agreed.items())},
            existing_appointments=tuple(sorted(self.appointments, key=lambda a: (a.patient_id, a.test_id, a.start))),
            named_changes={},
        )

    def agree(self, plan: Plan) -> None:
        """Every date planned is offered and agreed, with the tests before it."""
        for patient_id, list_id in sorted(plan.list_of.items()):
            if patient_id not in self.agreed:
                self.agreed[patient_id] = list_id
                self.appointments += [made for made in plan.appointments if made.patient_id == patient_id]

    def tests_done(self, until: dt.date) -> None:
        """Appointments before a day have taken place."""
        for made in [a for a in self.appointments if a.start.date() < until]:
            self.appointments.remove(made)
            patient = self.waiting.get(made.patient_id)
            if patient is not None:
                done = made.start.date()
                tests = tuple(replace(t, done_on=done) if t.test_id == made.test_id else t for t in patient.tests)
                self.waiting[made.patient_id] = replace(patient, tests=tests)

    def leave_list(self, patient_id: str, due_by: dt.date | None = None) -> None:
        """A patient loses the date agreed, with the test appointments not yet due."""
        del self.agreed[patient_id]
        self.appointments = [made for made in self.appointments if made.patient_id != patient_id]
        if due_by is not None:
            self.waiting[patient_id] = replace(self.waiting[patient_id], due_by=due_by)

    def long_waits(self) -> int:
        """Everybody on the waiting list, ready or not, who has waited the long-wait weeks or more today."""
        most = dt.timedelta(weeks=self.year.settings.long_wait_weeks)
        return sum(self.today - patient.clock_start >= most for patient in self.waiting.values())

    def beds_taken(self, night: dt.date) -> Iterator[tuple[BedNight, float]]:
        """Beds and patients in them on a night, the census of others at its expected number."""
        for known in self.year.beds.values():
            if known.date == night:
                there = sum(stay.ward_id == known.ward_id and stay.is_there(night) for stay in self.stays)
                yield known, known.census_expected + there

    def _night(self, night: BedNight) -> BedNight:
        chances = [stay.chance(night.date) for stay in self.stays if stay.ward_id == night.ward_id]
        return replace(
            night,
            census_expected=night.census_expected + sum(chances),
            census_variance=night.census_variance + sum(chance * (1 - chance) for chance in chances),
        )

    def _checked(self, patient: Patient) -> Patient:
        """The patient a week later: what was unknown or missing may have been settled."""
        who, day = patient.patient_id, self.today
        if not patient.fit and self.luck.happens(FIT_AGAIN_SHARE, "fit", who, day):
            patient = replace(patient, fit=True)
        if self.luck.happens(CHECKED_SHARE, "checked", who, day):
            patient = replace(
                patient,
                validated=True,
                consented=True,
                laterality=patient.laterality or "left",
                latex_allergy="no" if patient.latex_allergy == "unknown" else patient.latex_allergy,
                infection_risk="no" if patient.infection_risk == "unknown" else patient.infection_risk,
            )
        return patient


def _later(test: PatientTest, shift: dt.timedelta) -> PatientTest:
    """A test of a patient who joins later: asked for, and done, as much later."""
    done = None if test.done_on is None else test.done_on + shift
    return replace(test, requested_on=test.requested_on + shift, done_on=done)
