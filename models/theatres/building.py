"""A valid theatres instance from tables in which no fault was found."""

from __future__ import annotations

import datetime as dt

from models.shared.parsing import ParsedInstance, Row
from models.theatres.entities import (
    Appointment,
    BedNight,
    Commitment,
    Duration,
    Kit,
    Patient,
    PatientTest,
    Procedure,
    Role,
    Shift,
    Surgeon,
    Test,
    TestSession,
    TestSite,
    Theatre,
    TheatreList,
)
from models.theatres.instance import Instance
from models.theatres.settings import TheatreSettings


def build_instance(parsed: ParsedInstance) -> Instance:
    """The instance of tables in which neither the register nor `validate` found a fault."""
    settings = parsed.settings
    assert isinstance(settings, TheatreSettings)
    return Instance(
        title=parsed.title,
        settings=settings,
        trusts=_names(parsed, "trusts", "trust_id"),
        subspecialties=_names(parsed, "subspecialties", "subspecialty_id"),
        procedures=_procedures(parsed),
        own_durations={
            (r.text("surgeon_id"), r.text("procedure_code")): _duration(r) for r in parsed.table("durations")
        },
        curves=_curves(parsed),
        patients=_patients(parsed, settings),
        surgeons=_surgeons(parsed),
        theatres=_theatres(parsed),
        lists={r.text("list_id"): _list(r) for r in _by(parsed, "lists", "list_id")},
        kit=_kit(parsed),
        wards=_names(parsed, "wards", "ward_id"),
        beds=_beds(parsed),
        tests={
            r.text("test_id"): Test(r.text("test_id"), r.text("name"), r.integer("report_days"), r.flag("dm01"))
            for r in _by(parsed, "tests", "test_id")
        },
        valid_days={
            (r.text("test_id"), r.text("trust_id")): r.integer("valid_days") for r in parsed.table("test_validity")
        },
        sites={r.text("site_id"): _site(r) for r in _by(parsed, "test_sites", "site_id")},
        sessions=_sessions(parsed),
        existing_bookings={
            r.text("patient_id"): (r.text("list_id"), r.text("state"))
            for r in _by(parsed, "existing_bookings", "patient_id")
        },
        existing_appointments=_existing_appointments(parsed),
        roles={
            r.text("role"): Role(r.text("role"), r.text("name"), r.integer("per_list"))
            for r in _by(parsed, "staff_needs", "role")
        },
        shifts=_shifts(parsed),
        named_changes={r.text("patient_id"): r.text("reason") for r in _by(parsed, "named_changes", "patient_id")},
    )


def _by(parsed: ParsedInstance, table: str, key: str) -> list[Row]:
    return sorted(parsed.table(table), key=lambda row: row.text(key))


def _names(parsed: ParsedInstance, table: str, key: str) -> dict[str, str]:
    return {row.text(key): row.text("name") for row in _by(parsed, table, key)}


def _duration(row: Row) -> Duration:
    mean = row.integer("touch_minutes")
    return Duration(mean, (row.number_of("touch_cv_share") * mean) ** 2)


def _procedures(parsed: ParsedInstance) -> dict[str, Procedure]:
    kit: dict[str, list[str]] = {}
    for row in _by(parsed, "procedure_kit", "kit_id"):
        kit.setdefault(row.text("procedure_code"), []).append(row.text("kit_id"))
    return {
        r.text("procedure_code"): Procedure(
            procedure_code=r.text("procedure_code"),
            name=r.text("name"),
            subspecialty_id=r.text("subspecialty_id"),
            duration=_duration(r),
            is_joint=r.flag("is_joint"),
            needs_laminar_flow=r.flag("needs_laminar_flow"),
            needs_image_intensifier=r.flag("needs_image_intensifier"),
            recovery_minutes=r.integer("recovery_minutes"),
            ward_id=r.text("ward_id"),
            curve_id=r.text("curve_id"),
            kit=tuple(kit.get(r.text("procedure_code"), ())),
        )
        for r in _by(parsed, "procedures", "procedure_code")
    }


def _curves(parsed: ParsedInstance) -> dict[str, tuple[float, ...]]:
    curves: dict[str, list[tuple[int, float]]] = {}
    for row in _by(parsed, "los_curves", "curve_id"):
        curves.setdefault(row.text("curve_id"), []).append((row.integer("night"), row.number_of("occupied_share")))
    return {curve: tuple(share for _, share in sorted(nights)) for curve, nights in curves.items()}


def _patients(parsed: ParsedInstance, settings: TheatreSettings) -> dict[str, Patient]:
    tests: dict[str, list[PatientTest]] = {}
    for row in _by(parsed, "patient_tests", "test_id"):
        asked = row.maybe_date("requested_on") or settings.planning_date
        test = PatientTest(row.text("test_id"), asked, row.maybe_date("done_on"), row.maybe_date("result_on"))
        tests.setdefault(row.text("patient_id"), []).append(test)
    return {
        r.text("patient_id"): _patient(r, settings, tuple(tests.get(r.text("patient_id"), ())))
        for r in _by(parsed, "patients", "patient_id")
    }


def _patient(r: Row, settings: TheatreSettings, tests: tuple[PatientTest, ...]) -> Patient:
    notice = r.maybe_integer("notice_days")
    return Patient(
        patient_id=r.text("patient_id"),
        trust_id=r.text("trust_id"),
        procedure_code=r.text("procedure_code"),
        surgeon_id=r.maybe_text("surgeon_id"),
        surgeon_choice=r.text("surgeon_choice"),
        priority=r.text("priority"),
        clock_start=r.date("clock_start"),
        laterality=r.maybe_text("laterality"),
        asa_grade=r.integer("asa_grade"),
        adult=r.flag("adult"),
        fit=r.flag("fit"),
        consented=r.flag("consented"),
        validated=r.flag("validated"),
        ambulant=r.flag("ambulant"),
        hospital_transport=r.flag("hospital_transport"),
        latex_allergy=r.text("latex_allergy"),
        infection_risk=r.text("infection_risk"),
        diabetic=r.text("diabetic"),
        day_case=r.flag("day_case"),
        available_from=r.maybe_date("available_from"),
        available_to=r.maybe_date("available_to"),
        notice_days=settings.notice_days if notice is None else notice,
        deprivation_quintile=r.integer("deprivation_quintile"),
        tests=tests,
        due_by=r.maybe_date("due_by"),
        short_notice=r.flag("short_notice"),
        offers_declined=r.integer("offers_declined"),
    )


def _surgeons(parsed: ParsedInstance) -> dict[str, Surgeon]:
    skills: dict[str, set[str]] = {}
    for row in parsed.table("surgeon_subspecialties"):
        skills.setdefault(row.text("surgeon_id"), set()).add(row.text("subspecialty_id"))
    leave: dict[str, list[tuple[dt.date, dt.date]]] = {}
    for row in parsed.table("surgeon_leave"):
        leave.setdefault(row.text("surgeon_id"), []).append((row.date("first_day"), row.date("last_day")))
    elsewhere: dict[str, list[Commitment]] = {}
    for row in parsed.table("surgeon_commitments"):
        day = row.date("date")
        at = (dt.datetime.combine(day, row.time("start")), dt.datetime.combine(day, row.time("end")))
        elsewhere.setdefault(row.text("surgeon_id"), []).append(Commitment(*at, row.integer("travel_minutes")))
    return {
        r.text("surgeon_id"): Surgeon(
            surgeon_id=r.text("surgeon_id"),
            trust_id=r.text("trust_id"),
            max_lists_per_week=r.integer("max_lists_per_week"),
            subspecialties=frozenset(skills.get(r.text("surgeon_id"), ())),
            leave=tuple(sorted(leave.get(r.text("surgeon_id"), ()))),
            commitments=tuple(sorted(elsewhere.get(r.text("surgeon_id"), ()), key=lambda c: (c.start, c.end))),
        )
        for r in _by(parsed, "surgeons", "surgeon_id")
    }


def _list(r: Row) -> TheatreList:
    day = r.date("date")
    return TheatreList(
        list_id=r.text("list_id"),
        theatre_id=r.text("theatre_id"),
        date=day,
        start=dt.datetime.combine(day, r.time("start")),
        end=dt.datetime.combine(day, r.time("end")),
        surgeon_id=r.maybe_text("surgeon_id"),
        subspecialty_id=r.maybe_text("subspecialty_id"),
        staffed=r.flag("staffed"),
        max_joints=r.maybe_integer("max_joints"),
    )


def _theatres(parsed: ParsedInstance) -> dict[str, Theatre]:
    return {
        r.text("theatre_id"): Theatre(
            r.text("theatre_id"), r.text("name"), r.integer("max_asa_grade"), r.flag("laminar_flow")
        )
        for r in _by(parsed, "theatres", "theatre_id")
    }


def _kit(parsed: ParsedInstance) -> dict[str, Kit]:
    return {
        r.text("kit_id"): Kit(
            r.text("kit_id"),
            r.text("name"),
            r.integer("sets"),
            r.integer("cycles_per_day"),
            r.integer("reprocess_minutes"),
            r.integer("loan_days"),
        )
        for r in _by(parsed, "kit", "kit_id")
    }


def _shifts(parsed: ParsedInstance) -> tuple[Shift, ...]:
    shifts = [
        Shift(
            r.text("role"),
            dt.datetime.combine(r.date("date"), r.time("start")),
            dt.datetime.combine(r.date("date"), r.time("end")),
            r.integer("available"),
        )
        for r in parsed.table("staff")
    ]
    return tuple(sorted(shifts, key=lambda shift: (shift.start, shift.end, shift.role)))


def _beds(parsed: ParsedInstance) -> dict[tuple[str, dt.date], BedNight]:
    nights = [
        BedNight(
            r.text("ward_id"),
            r.date("date"),
            r.integer("beds_open"),
            r.number_of("census_expected"),
            r.number_of("census_variance"),
        )
        for r in parsed.table("beds")
    ]
    return {(n.ward_id, n.date): n for n in sorted(nights, key=lambda n: (n.ward_id, n.date))}


def _site(r: Row) -> TestSite:
    return TestSite(
        site_id=r.text("site_id"),
        name=r.text("name"),
        kind=r.text("kind"),
        trust_id=r.maybe_text("trust_id"),
        adults_only=r.flag("adults_only"),
        ambulant_only=r.flag("ambulant_only"),
        takes_hospital_transport=r.flag("takes_hospital_transport"),
    )


def _sessions(parsed: ParsedInstance) -> tuple[TestSession, ...]:
    sessions = [
        TestSession(
            site_id=r.text("site_id"),
            test_id=r.text("test_id"),
            start=dt.datetime.combine(r.date("date"), r.time("start")),
            slots=r.integer("slots"),
            slot_minutes=r.integer("slot_minutes"),
            places=r.integer("places"),
        )
        for r in parsed.table("test_slots")
    ]
    return tuple(sorted(sessions, key=lambda s: (s.test_id, s.site_id, s.start)))


def _existing_appointments(parsed: ParsedInstance) -> tuple[Appointment, ...]:
    lengths = {(s.site_id, s.test_id, start): s.slot_minutes for s in _sessions(parsed) for start in s.starts()}
    made = [
        (r.text("patient_id"), r.text("test_id"), r.text("site_id"), r.moment("start"))
        for r in parsed.table("existing_appointments")
    ]
    return tuple(
        Appointment(patient, test, site, start, start + dt.timedelta(minutes=lengths[site, test, start]))
        for patient, test, site, start in sorted(made)
    )
