"""The written tables beside the instance: what the plan says, in a form that can be questioned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from models.shared.findings import Finding, Severity
from models.shared.parsing import Row, TypedTable
from models.theatres.entities import Commitment, Patient, Procedure, TheatreList
from models.theatres.instance import Instance
from models.theatres.rules import rule_id

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A written row of theatre_lists; `start` and `end` as written."""

    row: Row
    where: str
    list_id: str
    position: int
    patient_id: str
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Visit:
    """A test appointment: a written row, or one made before the plan."""

    where: str
    patient_id: str
    test_id: str
    site_id: str
    start: dt.datetime
    end: dt.datetime
    existing: bool

    @property
    def day(self) -> dt.date:
        return self.start.date()


@dataclass(frozen=True)
class Evidence:
    """An instance and the tables a plan for it was written to.

    A plan that `is_complete` came with the values of its stages; one that was stopped, or a baseline, has none.
    """

    instance: Instance
    tables: Mapping[str, TypedTable]
    is_complete: bool = False

    def rows(self, table: str) -> tuple[Row, ...]:
        found = self.tables.get(table)
        return found.rows if found is not None else ()

    def where(self, table: str, row: Row | None = None) -> str:
        found = self.tables.get(table)
        file = found.file if found is not None else f"{table}.csv"
        return file if row is None else f"{file} row {row.number}"

    @cached_property
    def all_cases(self) -> tuple[Case, ...]:
        """Every row of theatre_lists, whether or not its patient and list exist."""
        return tuple(
            Case(
                row,
                self.where("theatre_lists", row),
                row.text("list_id"),
                row.integer("position"),
                row.text("patient_id"),
                row.moment("start"),
                row.moment("end"),
            )
            for row in self.rows("theatre_lists")
        )

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The rows of theatre_lists whose patient and list the instance knows."""
        known = self.instance
        return tuple(c for c in self.all_cases if c.patient_id in known.patients and c.list_id in known.lists)

    @cached_property
    def by_list(self) -> Mapping[str, tuple[Case, ...]]:
        """The cases of every list of the instance, in the order of their written starts."""
        found: dict[str, list[Case]] = {list_id: [] for list_id in self.instance.lists}
        for case in self.cases:
            found[case.list_id].append(case)
        return {at: tuple(sorted(cases, key=lambda c: (c.start, c.position))) for at, cases in found.items()}

    @cached_property
    def by_patient(self) -> Mapping[str, tuple[Case, ...]]:
        """The cases of every booked patient; more than one only when the plan is wrong."""
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            found[case.patient_id].append(case)
        return {patient: tuple(cases) for patient, cases in sorted(found.items())}

    @cached_property
    def by_day(self) -> Mapping[dt.date, tuple[Case, ...]]:
        """The cases of every day on which there are any."""
        found: dict[dt.date, list[Case]] = defaultdict(list)
        for case in self.cases:
            found[self.session(case).date].append(case)
        return {day: tuple(cases) for day, cases in sorted(found.items())}

    @cached_property
    def new_visits(self) -> tuple[Visit, ...]:
        """The written appointments that are new in the plan."""
        return tuple(v for v in self.written_visits if not v.existing)

    @cached_property
    def written_visits(self) -> tuple[Visit, ...]:
        return tuple(
            Visit(
                self.where("cdc_appointments", row),
                row.text("patient_id"),
                row.text("test"),
                row.text("site"),
                row.moment("start"),
                row.moment("end"),
                row.text("state") == "existing",
            )
            for row in self.rows("cdc_appointments")
        )

    @cached_property
    def fixed_list_of(self) -> Mapping[str, str]:
        """Patient -> list of the bookings that stay: firm or soon, and without a named change."""
        instance, settings = self.instance, self.instance.settings
        locked_to = settings.planning_date + settings.lock_days * ONE_DAY
        return {
            patient_id: at
            for patient_id, (at, state) in instance.existing_bookings.items()
            if patient_id not in instance.named_changes
            and (state in ("agreed", "locked") or instance.lists[at].date <= locked_to)
        }

    def had_already(self, patient_id: str, list_id: str) -> bool:
        """Whether the patient had this list before the plan, in whatever state."""
        return self.instance.existing_bookings.get(patient_id, ("", ""))[0] == list_id

    @cached_property
    def existing_visits(self) -> tuple[Visit, ...]:
        """The appointments made before the plan, as the instance has them."""
        return tuple(
            Visit("existing_appointments.csv", a.patient_id, a.test_id, a.site_id, a.start, a.end, True)
            for a in self.instance.existing_appointments
        )

    @cached_property
    def visits_by_patient(self) -> Mapping[str, tuple[Visit, ...]]:
        """Existing and new appointments of each patient, in the order of their starts."""
        found: dict[str, list[Visit]] = defaultdict(list)
        for visit in (*self.existing_visits, *self.new_visits):
            found[visit.patient_id].append(visit)
        ordered = {p: tuple(sorted(v, key=lambda one: (one.start, one.test_id))) for p, v in found.items()}
        return dict(sorted(ordered.items()))

    @cached_property
    def offers(self) -> Mapping[tuple[str, str, dt.datetime], tuple[int, int]]:
        """(site, test, start) of every appointment on offer -> patients seen at once, minutes."""
        found: dict[tuple[str, str, dt.datetime], tuple[int, int]] = {}
        for session in self.instance.sessions:
            start = session.start
            for _ in range(session.slots):
                found[session.site_id, session.test_id, start] = (session.places, session.slot_minutes)
                start += dt.timedelta(minutes=session.slot_minutes)
        return found

    def patient(self, case: Case) -> Patient:
        return self.instance.patients[case.patient_id]

    def session(self, case: Case) -> TheatreList:
        return self.instance.lists[case.list_id]

    def operation(self, patient_id: str) -> Procedure:
        return self.instance.procedures[self.instance.patients[patient_id].procedure_code]

    def minutes_and_variance(self, patient_id: str, list_id: str) -> tuple[int, float]:
        """Expected touch minutes and their variance: the surgeon's own, else the operation's."""
        operation = self.operation(patient_id)
        surgeon = self.instance.lists[list_id].surgeon_id or ""
        own = self.instance.own_durations.get((surgeon, operation.procedure_code), operation.duration)
        return own.mean_minutes, own.variance_minutes2

    def due_end(self, case: Case) -> dt.datetime:
        """When a case ends by its start and its expected minutes, whatever its row says."""
        return case.start + dt.timedelta(minutes=self.minutes_and_variance(case.patient_id, case.list_id)[0])

    def ready_after(self, case: Case) -> dt.datetime:
        """When the theatre can take the next case by plan."""
        return self.due_end(case) + dt.timedelta(minutes=self.gap_after(case.patient_id))

    def gap_after(self, patient_id: str) -> int:
        """Minutes kept free after a patient before the next one."""
        settings = self.instance.settings
        infected = self.instance.patients[patient_id].infection_risk == "yes"
        return settings.clean_down_minutes if infected else settings.turnaround_minutes

    def stay(self, patient_id: str) -> tuple[float, ...]:
        """The chance that a patient is in a bed on night 0, 1, ... after the operation."""
        if self.instance.patients[patient_id].day_case:
            return self.instance.curves[self.instance.settings.day_case_curve_id]
        return self.instance.curves[self.operation(patient_id).curve_id]

    def weeks_waited(self, patient_id: str) -> int:
        """Whole weeks from the start of the clock to planning day."""
        waited = self.instance.settings.planning_date - self.instance.patients[patient_id].clock_start
        return waited.days // 7

    def is_staffed(self, session: TheatreList) -> bool:
        """Staffed, with a surgeon who is not on leave."""
        if not session.staffed or session.surgeon_id is None:
            return False
        leave = self.instance.surgeons[session.surgeon_id].leave
        return not any(first <= session.date <= last for first, last in leave)

    @cached_property
    def usable_lists(self) -> Mapping[str, TheatreList]:
        """The lists that are staffed, with a surgeon who is there and can be there in time."""
        lists = self.instance.lists
        return {at: on for at, on in lists.items() if self.is_staffed(on) and not self.in_the_way(on)}

    def in_the_way(self, session: TheatreList) -> tuple[Commitment, ...]:
        """What the surgeon of a list does elsewhere on its day without the time to travel between."""
        surgeon = self.instance.surgeons.get(session.surgeon_id or "")
        found: list[Commitment] = []
        for other in surgeon.commitments if surgeon is not None else ():
            travel = dt.timedelta(minutes=other.travel_minutes)
            apart = session.end + travel <= other.start or other.end + travel <= session.start
            if other.start.date() == session.date and not apart:
                found.append(other)
        return tuple(found)


def finding(rule: str, message: str, where: str, severity: Severity = "error") -> Finding:
    """A finding under the id of the rule with this name."""
    return Finding(rule_id(rule), severity, message, where)


def on_day(day: dt.date) -> str:
    """A day as schedulers write it: Mon 12 Apr 2027."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def at_time(moment: dt.datetime) -> str:
    """A moment as schedulers write it: Mon 12 Apr 2027 08:30."""
    return f"{on_day(moment.date())} {moment:%H:%M}"
