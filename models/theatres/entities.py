"""The things a theatres instance is made of, as frozen dataclasses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Duration:
    """Touch time of one operation by one surgeon: mean and variance."""

    mean_minutes: int
    variance_minutes2: float


@dataclass(frozen=True)
class Procedure:
    """An operation; `kit` are the ids of the sets it needs, one of each."""

    procedure_code: str
    name: str
    subspecialty_id: str
    duration: Duration
    is_joint: bool
    needs_laminar_flow: bool
    needs_image_intensifier: bool
    ward_id: str
    curve_id: str
    kit: tuple[str, ...]
    recovery_minutes: int = 60


@dataclass(frozen=True)
class PatientTest:
    """A test a patient needs: when it was asked for, and when last done (None: not yet).

    `result_on` is when the result of that, or of the existing appointment, is with the team; None: as usual.
    """

    test_id: str
    requested_on: dt.date
    done_on: dt.date | None
    result_on: dt.date | None = None


@dataclass(frozen=True)
class Patient:
    """One entry of the waiting list. Flags are `yes`, `no` or `unknown`; a missing side is None."""

    patient_id: str
    trust_id: str
    procedure_code: str
    surgeon_id: str | None
    surgeon_choice: str
    priority: str
    clock_start: dt.date
    laterality: str | None
    asa_grade: int
    adult: bool
    fit: bool
    consented: bool
    validated: bool
    ambulant: bool
    hospital_transport: bool
    latex_allergy: str
    infection_risk: str
    diabetic: str
    day_case: bool
    available_from: dt.date | None
    available_to: dt.date | None
    notice_days: int
    deprivation_quintile: int
    tests: tuple[PatientTest, ...]
    due_by: dt.date | None = None
    short_notice: bool = False
    offers_declined: int = 0


@dataclass(frozen=True)
class Commitment:
    """When a surgeon is elsewhere, and how long the way between there and the centre is."""

    start: dt.datetime
    end: dt.datetime
    travel_minutes: int


@dataclass(frozen=True)
class Surgeon:
    """A surgeon; `leave` holds first and last day of each absence, `commitments` those at other places."""

    surgeon_id: str
    trust_id: str
    max_lists_per_week: int
    subspecialties: frozenset[str]
    leave: tuple[tuple[dt.date, dt.date], ...]
    commitments: tuple[Commitment, ...] = ()

    def is_away(self, day: dt.date) -> bool:
        return any(first <= day <= last for first, last in self.leave)


@dataclass(frozen=True)
class Theatre:
    """An operating theatre."""

    theatre_id: str
    name: str
    max_asa_grade: int
    laminar_flow: bool


@dataclass(frozen=True)
class TheatreList:
    """A session in a theatre."""

    list_id: str
    theatre_id: str
    date: dt.date
    start: dt.datetime
    end: dt.datetime
    surgeon_id: str | None
    subspecialty_id: str | None
    staffed: bool
    max_joints: int | None = None

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds()) // 60


@dataclass(frozen=True)
class Kit:
    """A kind of instrument set."""

    kit_id: str
    name: str
    sets: int
    cycles_per_day: int
    reprocess_minutes: int = 0
    loan_days: int = 0

    @property
    def cases_per_day(self) -> int:
        return self.sets * self.cycles_per_day


@dataclass(frozen=True)
class Role:
    """A kind of staff, and how many of it a list with patients needs."""

    role: str
    name: str
    per_list: int


@dataclass(frozen=True)
class Shift:
    """How many people of a role there are from `start` to `end`."""

    role: str
    start: dt.datetime
    end: dt.datetime
    available: int

    def overlaps(self, on: TheatreList) -> bool:
        return self.start < on.end and on.start < self.end


@dataclass(frozen=True)
class BedNight:
    """Beds of a ward on the night that begins on `date`, and who is expected in them already."""

    ward_id: str
    date: dt.date
    beds_open: int
    census_expected: float
    census_variance: float


@dataclass(frozen=True)
class Test:
    """A kind of test; its result is with the team `report_days` after it."""

    test_id: str
    name: str
    report_days: int
    dm01: bool


@dataclass(frozen=True)
class TestSite:
    """A place where tests are done; `trust_id` None takes patients of all trusts."""

    site_id: str
    name: str
    kind: str
    trust_id: str | None
    adults_only: bool
    ambulant_only: bool
    takes_hospital_transport: bool


@dataclass(frozen=True)
class TestSession:
    """A run of equal appointments for one test at one site on one day."""

    site_id: str
    test_id: str
    start: dt.datetime
    slots: int
    slot_minutes: int
    places: int

    @property
    def date(self) -> dt.date:
        return self.start.date()

    def starts(self) -> tuple[dt.datetime, ...]:
        """The start of every appointment of the run."""
        return tuple(self.start + dt.timedelta(minutes=at * self.slot_minutes) for at in range(self.slots))


@dataclass(frozen=True)
class Appointment:
    """A test appointment of a patient."""

    patient_id: str
    test_id: str
    site_id: str
    start: dt.datetime
    end: dt.datetime
