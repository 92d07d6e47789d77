"""Small months at random in which every rule may bind: staff, trays, bays, joints, transport, travel, bookings.

The weeks drawn from hold what calendars are stumbled over: the Sunday clocks go forward, Good Friday and Easter
Monday, the end of a month, 29 February, and a week that belongs to two years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from models.theatres.entities import (
    Appointment,
    BedNight,
    Commitment,
    Kit,
    Patient,
    PatientTest,
    Procedure,
    Role,
    Shift,
    Surgeon,
    TestSession,
    TestSite,
    TheatreList,
)
from models.theatres.instance import Instance
from models.theatres.settings import TheatreSettings
from tests.unit.theatres.small_world import at, patient, procedure, session, theatre_list, world

WEEKS = (
    dt.date(2027, 3, 22),  # clocks go forward on Sunday the 28th; Good Friday is the 26th, Easter Monday the 29th
    dt.date(2027, 5, 31),  # the spring bank holiday, and the end of a month
    dt.date(2028, 2, 28),  # the 29th is a Tuesday
    dt.date(2026, 12, 28),  # week 53 of 2026, with New Year's Day in it
)
SURGEONS = ("S1", "S2")
SIDES = ("left", "right", "both")


def random_month(draw: Random, patients: int = 8) -> Instance:
    """A month drawn at random, sound but not always with room for its bookings."""
    monday = draw.choice(WEEKS)
    planning = monday - dt.timedelta(days=draw.choice((7, 15, 21, 30)))
    days = [monday + dt.timedelta(days=n) for n in draw.sample((0, 1, 2, 3, 4, 7, 8, 9), 3)]
    lists = _lists(draw, sorted(days))
    kit = {
        "tray": Kit("tray", "tray", draw.choice((1, 2)), draw.choice((1, 2, 4)), draw.choice((0, 60, 240)), 0),
        "ring": Kit("ring", "ring", 1, 2, 0, draw.choice((0, 10, 40))),
    }
    kinds = _procedures(draw)
    sessions = _sessions(draw, planning, monday)
    people = [_patient(draw, f"P{n}", planning, monday, kinds) for n in range(1, patients + 1)]
    base = world(
        people,
        lists,
        procedures=kinds,
        curves={"two": (1.0, 0.4), "one_night": (1.0,)},
        tests={"poa": 1, "mri": 2},
        sessions=sessions,
        sites=[
            TestSite("site", "Site", "cdc", None, True, draw.random() < 0.5, False),
            TestSite("hospital", "Hospital", "hospital", None, False, False, True),
        ],
        settings=_settings(draw, planning, monday),
        valid_days=draw.choice((28, 60)),
    )
    return replace(
        base,
        kit=kit,
        surgeons=_surgeons(draw, lists),
        roles={"odp": Role("odp", "practitioners", draw.choice((1, 2)))},
        shifts=_shifts(draw, lists),
        beds=_beds(draw, monday),
        existing_bookings=(bookings := _bookings(draw, people, lists)),
        named_changes={p: "asked for it" for p in bookings if draw.random() < 0.3},
        existing_appointments=_appointments(draw, people, sessions),
    )


def _lists(draw: Random, days: Sequence[dt.date]) -> list[TheatreList]:
    """A list in theatre T1 on each day, and on some in T2 too."""
    made: list[TheatreList] = []
    for n, day in enumerate(days, start=1):
        for theatre in ("T1", "T2")[: draw.choice((1, 2))]:
            start = draw.choice(("08:30", "13:00"))
            minutes = draw.choice((150, 210, 300))
            made.append(
                theatre_list(
                    f"{theatre}-{n}",
                    day,
                    theatre_id=theatre,
                    start=at(day, start),
                    end=at(day, start) + dt.timedelta(minutes=minutes),
                    surgeon_id=draw.choice(SURGEONS),
                    staffed=draw.random() < 0.95,
                    max_joints=draw.choice((None, None, 1, 2)),
                )
            )
    return made


def _procedures(draw: Random) -> list[Procedure]:
    hip = procedure(
        "hip",
        draw.choice((60, 75)),
        draw.choice((0.0, 8.0, 20.0)),
        curve_id="two",
        kit=("tray",),
        recovery_minutes=draw.choice((0, 60, 150)),
        needs_image_intensifier=draw.random() < 0.3,
    )
    hand = procedure(
        "hand",
        draw.choice((30, 45)),
        draw.choice((0.0, 10.0)),
        is_joint=False,
        needs_image_intensifier=draw.random() < 0.5,
        kit=("ring",) if draw.random() < 0.5 else (),
    )
    return [hip, hand]


def _patient(
    draw: Random, patient_id: str, planning: dt.date, monday: dt.date, kinds: Sequence[Procedure]
) -> Patient:
    def day(first: int, last: int) -> dt.date:
        return monday + dt.timedelta(days=draw.randint(first, last))

    def seldom(share: float = 0.15) -> bool:
        return draw.random() < share

    return patient(
        patient_id,
        trust_id=draw.choice("AB"),
        procedure_code=draw.choice(kinds).procedure_code,
        surgeon_id=draw.choice(SURGEONS),
        surgeon_choice=draw.choice(("named", "trust", "any", "any")),
        priority=draw.choice(("P2", "P3", "P4", "P4")),
        clock_start=planning - dt.timedelta(days=draw.randint(0, 500)),
        laterality=None if seldom(0.05) else draw.choice(SIDES),
        asa_grade=draw.choice((1, 2, 3)),
        fit=not seldom(0.05),
        ambulant=not seldom(),
        hospital_transport=seldom(0.3),
        latex_allergy="unknown" if seldom(0.05) else "yes" if seldom() else "no",
        infection_risk="unknown" if seldom(0.05) else "yes" if seldom() else "no",
        diabetic=draw.choice(("no", "no", "yes", "unknown")),
        day_case=seldom(0.3),
        available_from=day(0, 4) if seldom() else None,
        available_to=day(5, 11) if seldom() else None,
        notice_days=draw.choice((0, 7, 14, 21)),
        deprivation_quintile=draw.randint(1, 5),
        tests=_needs(draw, planning, monday),
        due_by=day(0, 9) if seldom(0.2) else None,
        short_notice=seldom(0.4),
        offers_declined=draw.choice((0, 0, 1, 2)),
    )


def _needs(draw: Random, planning: dt.date, monday: dt.date) -> tuple[PatientTest, ...]:
    """Each test with a chance of a half, half of them done, some with a result that comes early or late."""
    return tuple(
        PatientTest(
            test_id,
            planning - dt.timedelta(days=draw.randint(0, 50)),
            planning - dt.timedelta(days=draw.randint(0, 40)) if draw.random() < 0.5 else None,
            monday + dt.timedelta(days=draw.randint(-8, 9)) if draw.random() < 0.2 else None,
        )
        for test_id in ("mri", "poa")
        if draw.random() < 0.5
    )


def _surgeons(draw: Random, lists: Sequence[TheatreList]) -> dict[str, Surgeon]:
    """Each works elsewhere on some day, and may be away on one."""
    made: dict[str, Surgeon] = {}
    for surgeon_id, trust_id in zip(SURGEONS, "AB", strict=True):
        other = draw.choice(lists)
        start = other.start - dt.timedelta(minutes=draw.choice((120, 300)))
        elsewhere = Commitment(start, start + dt.timedelta(minutes=90), draw.choice((0, 30, 60)))
        away = ((lists[0].date, lists[0].date),) if draw.random() < 0.1 else ()
        most = draw.choice((1, 2, 3))
        made[surgeon_id] = Surgeon(surgeon_id, trust_id, most, frozenset({"joints"}), away, (elsewhere,))
    return made


def _shifts(draw: Random, lists: Sequence[TheatreList]) -> tuple[Shift, ...]:
    """Two shifts a day, on some with too few people."""
    made: list[Shift] = []
    for day in sorted({on.date for on in lists}):
        for start, end in (("07:00", "13:00"), ("13:00", "22:00")):
            made.append(Shift("odp", at(day, start), at(day, end), draw.choice((1, 2, 3, 4))))
    return tuple(made)


def _beds(draw: Random, monday: dt.date) -> dict[tuple[str, dt.date], BedNight]:
    nights = [monday + dt.timedelta(days=n) for n in range(20)]
    return {("ward", day): BedNight("ward", day, draw.choice((2, 3, 4)), 0.3, 0.21) for day in nights}


def _sessions(draw: Random, planning: dt.date, monday: dt.date) -> list[TestSession]:
    days = [planning + dt.timedelta(days=n) for n in range(0, (monday - planning).days + 9, 2)]
    return [
        session(test_id, day, clock, draw.choice((1, 2)), 30, site, draw.choice((1, 1, 2)))
        for test_id, clock in (("poa", "09:00"), ("mri", "09:30"))
        for site in ("site", "hospital")
        for day in draw.sample(days, min(3, len(days)))
    ]


def _bookings(draw: Random, people: Sequence[Patient], lists: Sequence[TheatreList]) -> dict[str, tuple[str, str]]:
    states = ("proposed", "proposed", "offered", "agreed", "locked")
    chosen = draw.sample([p.patient_id for p in people], draw.choice((0, 1, 3)))
    return {p: (draw.choice(lists).list_id, draw.choice(states)) for p in sorted(chosen)}


def _appointments(
    draw: Random, people: Sequence[Patient], sessions: Sequence[TestSession]
) -> tuple[Appointment, ...]:
    """One patient has an appointment for a test they need."""
    wanting = [(p.patient_id, need.test_id) for p in people for need in p.tests if need.done_on is None]
    if not wanting or draw.random() < 0.5:
        return ()
    patient_id, test_id = draw.choice(wanting)
    slot = draw.choice([one for one in sessions if one.test_id == test_id])
    return (Appointment(patient_id, test_id, slot.site_id, slot.start, slot.start + dt.timedelta(minutes=30)),)


def _settings(draw: Random, planning: dt.date, monday: dt.date) -> dict[str, str | int | float | bool]:
    values = {
        "planning_date": f"{planning}",
        "horizon_start": f"{monday}",
        "horizon_weeks": 2,
        "aim": draw.choice(("best_lists", "least_change")),
        "lock_days": draw.choice((0, 14)),
        "freeze_days": draw.choice((14, 28)),
        "keep_long_waits": draw.random() < 0.3,
        "least_trust_share": draw.choice((0.0, 0.0, 0.3, 0.5)),
        "image_intensifiers": draw.choice((1, 2)),
        "recovery_bays": draw.choice((1, 2, 4)),
        "transport_places_per_day": draw.choice((0, 1, 3)),
        "rehearsed_overrun_limit_share": draw.choice((0.1, 0.2, 1.0)),
        "test_notice_days": draw.choice((0, 3)),
    }
    assert TheatreSettings.model_validate({**values, "day_case_curve_id": "home"})
    return values
