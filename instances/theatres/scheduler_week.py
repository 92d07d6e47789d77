"""What a scheduler's week brings: new referrals, another week of lists, a history of cases, an extract; all invented.

The files lie in `week/` beside the events written by hand (`events.toml`, `happened.toml`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from statistics import NormalDist

from instances.theatres.catalogue import PROCEDURES, Row, Tables
from instances.theatres.clinics import patient_test_rows
from instances.theatres.dice import Dice
from instances.theatres.generate import generate_from
from instances.theatres.parameters import Parameters
from instances.theatres.people import patient_rows, surgeons_of

REFERRALS, REFERRALS_SEED = 12, 101
ROLLED_TO = dt.date(2027, 3, 29)
_TABLES_OF_A_WEEK: Mapping[str, tuple[str, ...]] = {
    "lists": ("date",),
    "staff": ("date",),
    "surgeon_commitments": ("date",),
    "surgeon_leave": ("first_day",),
    "test_slots": ("date",),
    "beds": ("date",),
}
# A surgeon's cases of a year; joints are most of them.
_CASES_OF_A_YEAR: Mapping[str, tuple[int, int]] = {"W40.1": (6, 24), "W37.1": (6, 24), "W58.1": (1, 8)}
_CASES_OF_OTHERS = (0, 6)
_PACE = (0.86, 1.20)
_TYPING_STEP_MINUTES = 5
# Numbers that begin 999 are set aside for tests: no patient has one.
_FIRST_TEST_NUMBER = 999_123_400
_NAMES = ("Ash", "Birch", "Cedar", "Elder", "Hazel", "Juniper", "Larch", "Maple", "Rowan", "Willow")


def week_tables(parameters: Parameters | None = None) -> Tables:
    """File name -> rows: referrals and their tests, and all that another week of lists takes."""
    reference = parameters or Parameters()
    patients = _referrals(reference)
    tables: Tables = {"referrals": patients, "referral_tests": _tests_of(reference, patients)}
    return tables | _another_week(reference)


def _referrals(reference: Parameters) -> list[Row]:
    """Patients referred in the week before the roll, none with a day they cannot come."""
    dice = Dice(REFERRALS_SEED, "referral days")
    asked = replace(reference, seed=REFERRALS_SEED, patients=REFERRALS, planning_date=ROLLED_TO)
    rows = patient_rows(asked, surgeons_of(reference))
    return [
        {
            **row,
            "patient_id": f"R{number:04d}",
            "clock_start": ROLLED_TO - dt.timedelta(days=dice.whole(1, 7)),
            "available_from": None,
            "available_to": None,
            "notice_days": None,
        }
        for number, row in enumerate(rows, start=1)
    ]


def _tests_of(reference: Parameters, patients: list[Row]) -> list[Row]:
    """Tests asked for with the referral, none done."""
    asked = {row["patient_id"]: row["clock_start"] for row in patients}
    rows = patient_test_rows(replace(reference, seed=REFERRALS_SEED), patients)
    return [{**row, "requested_on": asked[row["patient_id"]], "done_on": None} for row in rows]


def _another_week(reference: Parameters) -> Tables:
    """What the tables of a horizon one week longer have after the end of the reference."""
    longer = generate_from(replace(reference, weeks=reference.weeks + 1))[1]
    shorter = generate_from(reference)[1]
    found: Tables = {}
    for table, (column,) in _TABLES_OF_A_WEEK.items():
        known = max(str(row[column]) for row in shorter[table])
        end = known if table == "beds" else str(reference.horizon_end)
        found[table] = [row for row in longer[table] if str(row[column]) > end]
    return found


def history_rows(reference: Parameters) -> list[Row]:
    """Cases of the last year: lognormal minutes around each surgeon's own pace, booked for the usual minutes."""
    dice = Dice(reference.seed, "history")
    normal = NormalDist()
    rows: list[Row] = []
    for surgeon in surgeons_of(reference):
        low, high = _PACE
        pace = low + (high - low) * dice.whole(0, 1000) / 1000
        for code, _, subspecialty, minutes, variation, _ in PROCEDURES:
            if subspecialty not in surgeon.skills:
                continue
            spread = math.sqrt(math.log(1 + variation**2))
            for _ in range(dice.whole(*_CASES_OF_A_YEAR.get(code, _CASES_OF_OTHERS))):
                z = normal.inv_cdf(dice.whole(1, 9999) / 10_000)
                rows.append(
                    {
                        "surgeon_id": surgeon.surgeon_id,
                        "procedure_code": code,
                        "touch_minutes": round(minutes * pace * math.exp(spread * z - spread**2 / 2)),
                        "date": reference.planning_date - dt.timedelta(days=dice.whole(1, 365)),
                        "booked_minutes": _TYPING_STEP_MINUTES * round(minutes / _TYPING_STEP_MINUTES),
                    }
                )
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["surgeon_id"]), str(row["procedure_code"])))


def extract_rows(reference: Parameters, is_nhs_number: Callable[[str], bool]) -> list[Row]:
    """Ten patients with invented identities, as a hospital's system might give them."""
    dice = Dice(reference.seed, "extract")
    patients = patient_rows(replace(reference, seed=REFERRALS_SEED + 1, patients=len(_NAMES)), surgeons_of(reference))
    numbers = _test_numbers(is_nhs_number)
    return [
        {
            "nhs_number": next(numbers),
            "name": f"{name} Invented",
            "date_of_birth": dt.date(dice.whole(1935, 1985), dice.whole(1, 12), dice.whole(1, 28)),
            "hospital_number": f"X{dice.whole(100_000, 999_999)}",
            "address": f"{dice.whole(1, 99)} Nowhere Street",
            **{column: row[column] for column in row if column not in ("patient_id", "adult", "provenance")},
        }
        for name, row in zip(_NAMES, patients, strict=True)
    ]


def _test_numbers(is_nhs_number: Callable[[str], bool]) -> Iterator[str]:
    for first_nine in range(_FIRST_TEST_NUMBER, _FIRST_TEST_NUMBER + 100):
        yield from (f"{first_nine}{digit}" for digit in range(10) if is_nhs_number(f"{first_nine}{digit}"))
