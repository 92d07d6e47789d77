"""Small theatres instances made in Python: one procedure `hip` of 100 minutes, one list, nobody waiting, no tests.

Monday is 12 April 2027; planning is three weeks before. The rehearsed overrun (T-37) rules nothing out unless a test
says so. Everything can be replaced.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.shared.cells import Cell
from models.theatres.entities import (
    Appointment,
    BedNight,
    Duration,
    Kit,
    Patient,
    PatientTest,
    Procedure,
    Surgeon,
    Test,
    TestSession,
    TestSite,
    Theatre,
    TheatreList,
)
from models.theatres.instance import Instance
from models.theatres.tables import TheatreSettings

PLANNING = dt.date(2027, 3, 22)
MONDAY = dt.date(2027, 4, 12)
NIGHTS = 12


def at(day: dt.date, clock: str) -> dt.datetime:
    """A moment of a day: `at(MONDAY, "08:30")`."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock))


def procedure(code: str = "hip", minutes: int = 100, sd: float = 0.0, **changes: object) -> Procedure:
    """An operation without kit, image intensifier or laminar flow, whose patients stay one night for certain."""
    made = Procedure(
        code, code.capitalize(), "joints", Duration(minutes, sd**2), True, False, False, "ward", "one_night", ()
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def patient(patient_id: str, **changes: object) -> Patient:
    """Somebody ready for a hip by surgeon S1, four weeks on the list, with no tests to do."""
    made = Patient(
        patient_id=patient_id,
        trust_id="A",
        procedure_code="hip",
        surgeon_id="S1",
        surgeon_choice="named",
        priority="P4",
        clock_start=PLANNING - dt.timedelta(weeks=4),
        laterality="left",
        asa_grade=2,
        adult=True,
        fit=True,
        consented=True,
        validated=True,
        ambulant=True,
        hospital_transport=False,
        latex_allergy="no",
        infection_risk="no",
        diabetic="no",
        day_case=False,
        available_from=None,
        available_to=None,
        notice_days=21,
        deprivation_quintile=3,
        tests=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def theatre_list(list_id: str = "L", day: dt.date = MONDAY, **changes: object) -> TheatreList:
    """A list of S1 in theatre T1, 08:30 to 16:30."""
    made = TheatreList(list_id, "T1", day, at(day, "08:30"), at(day, "16:30"), "S1", None, True)
    return replace(made, **changes)  # type: ignore[arg-type]


def needs(*tests: str, requested: dt.date = PLANNING) -> tuple[PatientTest, ...]:
    """Tests not done yet."""
    return tuple(PatientTest(test, requested, None) for test in tests)


def session(
    test: str,
    day: dt.date,
    clock: str = "09:00",
    slots: int = 1,
    minutes: int = 30,
    site: str = "site",
    places: int = 1,
) -> TestSession:
    """A run of appointments."""
    return TestSession(site, test, at(day, clock), slots, minutes, places)


def world(
    patients: Sequence[Patient] = (),
    lists: Sequence[TheatreList] | None = None,
    *,
    procedures: Sequence[Procedure] | None = None,
    surgeons: Sequence[str] = ("S1", "S2"),
    max_lists_per_week: int = 5,
    kit: Mapping[str, tuple[int, int]] | None = None,
    beds_open: int = 99,
    curves: Mapping[str, tuple[float, ...]] | None = None,
    tests: Mapping[str, int] | None = None,
    sessions: Sequence[TestSession] = (),
    sites: Sequence[TestSite] | None = None,
    existing: Sequence[Appointment] = (),
    bookings: Mapping[str, tuple[str, str]] | None = None,
    valid_days: int = 180,
    settings: Mapping[str, Cell] | None = None,
) -> Instance:
    """An instance of these parts; `kit` is sets and cycles, `tests` days until the report."""
    lists = [theatre_list()] if lists is None else lists
    kinds = [procedure()] if procedures is None else procedures
    tests = tests or {}
    first = min([MONDAY, *(on.date for on in lists)])
    nights = [first + dt.timedelta(days=n) for n in range(NIGHTS + 30)]
    site = TestSite("site", "Site", "cdc", None, True, False, True)
    values = {
        "planning_date": PLANNING,
        "horizon_start": MONDAY,
        "day_case_curve_id": "home",
        "rehearsed_overrun_limit_share": 1.0,
        **(settings or {}),
    }
    return Instance(
        title="small world",
        settings=TheatreSettings.model_validate(values),
        trusts={"A": "Trust A", "B": "Trust B"},
        subspecialties={"joints": "Joints"},
        procedures={kind.procedure_code: kind for kind in kinds},
        own_durations={},
        curves={"one_night": (1.0,), "home": (0.0,), **(curves or {})},
        patients={one.patient_id: one for one in sorted(patients, key=lambda one: one.patient_id)},
        surgeons={s: Surgeon(s, "A", max_lists_per_week, frozenset({"joints"}), ()) for s in surgeons},
        theatres={f"T{n}": Theatre(f"T{n}", f"Theatre {n}", 3, True) for n in range(1, 6)},
        lists={on.list_id: on for on in sorted(lists, key=lambda on: on.list_id)},
        kit={kit_id: Kit(kit_id, kit_id, sets, cycles) for kit_id, (sets, cycles) in (kit or {}).items()},
        wards={"ward": "Ward"},
        beds={("ward", night): BedNight("ward", night, beds_open, 0.0, 0.0) for night in nights},
        tests={test: Test(test, test.upper(), days, test == "mri") for test, days in tests.items()},
        valid_days={(test, trust): valid_days for test in tests for trust in ("A", "B")},
        sites={one.site_id: one for one in ([site] if sites is None else sites)},
        sessions=tuple(sorted(sessions, key=lambda s: (s.test_id, s.site_id, s.start))),
        existing_bookings=dict(bookings or {}),
        existing_appointments=tuple(existing),
    )
