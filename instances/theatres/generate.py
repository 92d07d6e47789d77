"""The seeded generator of theatres instances; the reference instance is seed 1 with the default parameters."""

from __future__ import annotations

from instances.theatres.bookings import booking_rows, due_dates
from instances.theatres.catalogue import DAY_CASE_CURVE, Tables, shared_by, tables_of_the_catalogue
from instances.theatres.clinics import patient_test_rows, slot_rows
from instances.theatres.parameters import Parameters
from instances.theatres.people import offer_columns, patient_rows, surgeon_tables, surgeons_of
from instances.theatres.staffing import staffing_tables
from instances.theatres.timetable import leave_of, lists_of, timetable_tables

DESCRIPTION = (
    "Synthetic: no patient, surgeon, list or appointment here exists. The five theatres, the mean stay of 2.3 days "
    "(curve stay_2_3) and the aim of no wait over 52 weeks are the Joint Forward Plan's; trusts and diagnostic "
    "centres are public; all else is an assumption to be replaced by your own figures."
)


def generate(
    seed: int = 1,
    *,
    patients: int = 600,
    weeks: int = 4,
    theatres: int = 5,
    lists: int | None = None,
    existing_bookings: int = 12,
) -> tuple[dict[str, object], Tables]:
    """The header and the tables of an instance of this size.

    `lists` keeps only the first ones; of `existing_bookings`, in all states, as many are made as surgeons have lists
    for, and up to four more on the first day.

    Raises
    ------
    ValueError
        If a size cannot be made.
    """
    first_day = min(Parameters.first_day_bookings, existing_bookings)
    return generate_from(
        Parameters(
            seed=seed,
            patients=patients,
            weeks=weeks,
            theatres=theatres,
            lists=lists,
            existing_bookings=existing_bookings,
            first_day_bookings=first_day,
        )
    )


def generate_from(parameters: Parameters) -> tuple[dict[str, object], Tables]:
    """The header and the tables of an instance; the same parameters give the same instance.

    Raises
    ------
    ValueError
        If a size is negative, there is no theatre, or the weeks are not 1 to 26.
    """
    if min(parameters.patients, parameters.lists or 0, parameters.existing_bookings) < 0:
        raise ValueError("patients, lists and existing bookings must be 0 or more")
    if not 1 <= parameters.weeks <= 26 or not 1 <= parameters.theatres <= 50:
        raise ValueError("weeks must be 1 to 26, theatres 1 to 50")
    surgeons = surgeons_of(parameters)
    leave = leave_of(parameters, surgeons)
    tables = tables_of_the_catalogue(parameters.theatres)
    tables |= surgeon_tables(parameters, surgeons)
    lists = lists_of(parameters, surgeons, leave)
    tables |= timetable_tables(parameters, surgeons, leave, lists)
    tables |= staffing_tables(parameters, surgeons, leave, lists)
    patients = patient_rows(parameters, surgeons)
    tables["patient_tests"] = patient_test_rows(parameters, patients)
    tables["patients"] = offer_columns(parameters, patients, tables["patient_tests"])
    tables["test_slots"] = slot_rows(parameters)
    tables |= booking_rows(parameters, tables)
    tables["patients"] = due_dates(parameters, tables)
    return _header(parameters), tables


def _header(parameters: Parameters) -> dict[str, object]:
    return {
        "kind": "theatres",
        "title": f"Elective Orthopaedic Centre: {parameters.patients} patients, {parameters.weeks} weeks, "
        f"{parameters.theatres} theatres (synthetic, seed {parameters.seed})",
        "description": DESCRIPTION,
        "settings": {
            "planning_date": parameters.planning_date,
            "horizon_start": parameters.horizon_start,
            "horizon_weeks": parameters.weeks,
            "day_case_curve_id": DAY_CASE_CURVE,
            "image_intensifiers": shared_by(2, parameters.theatres),
            "recovery_bays": shared_by(5, parameters.theatres),
            "transport_places_per_day": shared_by(2, parameters.theatres),
        },
        "provenance": {
            "settings.horizon_weeks": "assumption",
            "settings.image_intensifiers": "assumption",
            "settings.recovery_bays": "assumption",
            "settings.transport_places_per_day": "assumption",
            "theatres.max_asa_grade": "assumption",
        },
    }
