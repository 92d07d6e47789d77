"""Synthetic tests: who needs which, and the appointments offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from instances.theatres.catalogue import ASSESSMENT_TESTS, CLINICS, HOSPITAL, TESTS, Row
from instances.theatres.dice import Dice
from instances.theatres.parameters import Parameters
from models.shared.calendar import BANK_HOLIDAYS, is_working_day

WEEKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
BUSY_DAYS = 14


@dataclass(frozen=True)
class Template:
    """Appointments of one test at one site on some weekdays, for five theatres.

    `busy` are the appointments of a day in the first two weeks, when most are taken already; `alternate`: every
    other week only.
    """

    site: str
    test: str
    weekdays: tuple[int, ...]
    start: dt.time
    minutes: int
    slots: int
    busy: int
    alternate: bool = False


def _assessments() -> Iterator[Template]:
    """Four clinics; those of the larger trusts see more patients a day."""
    for trust, slots in (("RYJ", 5), ("R1K", 4), ("RQM", 3), ("RAS", 3)):
        site = CLINICS[trust]
        yield Template(site, "poa", WEEKDAYS, dt.time(9, 0), 45, slots, slots // 2)
        yield Template(site, "bloods", WEEKDAYS, dt.time(8, 30), 10, 8, 8)
        yield Template(site, "mrsa", WEEKDAYS, dt.time(13, 0), 10, 8, 8)
        yield Template(site, "ecg", WEEKDAYS, dt.time(14, 30), 20, 3, 2)


TEMPLATES: tuple[Template, ...] = (
    *_assessments(),
    Template("wembley", "mri", (1, 5), dt.time(10, 0), 45, 1, 0),
    Template("wembley", "ct", (2,), dt.time(9, 0), 30, 3, 2),
    Template("wembley", "ultrasound", (0,), dt.time(9, 0), 30, 2, 2),
    Template("wembley", "xray", EVERY_DAY, dt.time(8, 0), 15, 3, 2),
    Template("wembley", "bloods", EVERY_DAY, dt.time(18, 30), 10, 4, 4),
    Template("wembley", "ecg", EVERY_DAY, dt.time(19, 0), 20, 2, 2),
    Template("willesden", "xray", WEEKDAYS, dt.time(9, 0), 15, 3, 2),
    Template("willesden", "bloods", WEEKDAYS, dt.time(8, 0), 10, 4, 4),
    Template("willesden", "ecg", WEEKDAYS, dt.time(10, 0), 20, 3, 2),
    Template("willesden", "echo", (0, 3), dt.time(11, 0), 45, 1, 0),
    Template("ealing", "mri", (3,), dt.time(14, 0), 45, 1, 1),
    Template("ealing", "ct", (4,), dt.time(14, 0), 30, 2, 1),
    Template("ealing", "ultrasound", (1,), dt.time(14, 0), 30, 1, 1),
    Template("wembley", "echo", (2,), dt.time(15, 0), 45, 1, 1),
    Template(HOSPITAL, "mri", (2,), dt.time(16, 0), 45, 1, 1, alternate=True),
    Template(HOSPITAL, "ct", (3,), dt.time(16, 0), 30, 1, 1),
    Template(HOSPITAL, "ultrasound", (4,), dt.time(16, 0), 30, 1, 1),
    Template(HOSPITAL, "echo", (1,), dt.time(16, 0), 45, 1, 1, alternate=True),
    Template(HOSPITAL, "ecg", (0, 2, 4), dt.time(12, 0), 20, 2, 2),
    Template(HOSPITAL, "xray", (0, 2, 4), dt.time(12, 0), 15, 2, 2),
)


def patient_test_rows(parameters: Parameters, patients: list[Row]) -> list[Row]:
    """Which tests each patient needs, when they were asked for, and which are done already."""
    dice = Dice(parameters.seed, "patient_tests")
    rows: list[Row] = []
    for patient in patients:
        assessed = dice.chance(parameters.assessment_done_share)
        assessed_on = parameters.planning_date - dt.timedelta(days=dice.whole(3, 63))
        for test, (_, _, _, needed, done) in TESTS.items():
            if not dice.chance(needed):
                continue
            asked = parameters.planning_date - dt.timedelta(days=dice.whole(0, 28))
            done_on: dt.date | None
            if test in ASSESSMENT_TESTS:
                done_on = assessed_on if assessed else None
            else:
                done_on = asked - dt.timedelta(days=dice.whole(1, 60)) if dice.chance(done) else None
            rows.append(
                {
                    "patient_id": patient["patient_id"],
                    "test_id": test,
                    "requested_on": asked if done_on is None else min(asked, done_on - dt.timedelta(days=7)),
                    "done_on": done_on,
                    "provenance": "synthetic",
                }
            )
    return rows


def slot_rows(parameters: Parameters) -> list[Row]:
    """The appointments offered from planning day to the end of the horizon, one row per run."""
    days = (parameters.horizon_end - parameters.planning_date).days
    rows: list[Row] = []
    for template in TEMPLATES:
        for offset in range(days):
            day = parameters.planning_date + dt.timedelta(days=offset)
            if not _runs_on(template, day, offset):
                continue
            slots = template.busy if offset < BUSY_DAYS else template.slots
            slots = -(-slots * parameters.theatres // 5)
            if slots > 0:
                rows.append(
                    {
                        "site_id": template.site,
                        "test_id": template.test,
                        "date": day,
                        "start": template.start,
                        "slots": slots,
                        "slot_minutes": template.minutes,
                        "places": 1,
                        "provenance": "synthetic",
                    }
                )
    return rows


def _runs_on(template: Template, day: dt.date, offset: int) -> bool:
    if day.weekday() not in template.weekdays or day in BANK_HOLIDAYS:
        return False
    if day.weekday() < 5 and not is_working_day(day):
        return False
    return not (template.alternate and (offset // 7) % 2)
