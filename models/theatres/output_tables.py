"""The output tables of a theatres plan, as its users read them."""

from __future__ import annotations

from models.shared.register import Column, Table
from models.theatres.input_tables import LATERALITIES

# Why a patient is not ready, in the order in which the first one found is reported; all stand in `worklists`.
READINESS_CODES: tuple[str, ...] = (
    "asked_to_wait",
    "not_an_adult",
    "not_validated",
    "unfit",
    "no_consent",
    "side_missing",
    "latex_unknown",
    "infection_unknown",
    "no_surgeon",
)

# Why a ready patient is not booked, from what the patient's own data rule out to what others have taken.
CAPACITY_CODES: tuple[str, ...] = (
    "no_suitable_list",
    "existing_booking",
    "notice",
    "not_available",
    "tests_not_in_time",
    "list_time",
    "overrun_chance",
    "surgeon_busy",
    "surgeon_lists",
    "beds",
    "kit",
    "image_intensifier",
    "test_slots",
    "order_of_the_day",
    "lower_priority",
)

# What somebody has to do about a patient, whether or not it stops the booking.
WORKLISTS: tuple[str, ...] = (
    "validation",
    "consent",
    "pre_operative_check",
    "clinical_review",
    "harm_review",
    "surgeon",
)

APPOINTMENT_STATES: tuple[str, ...] = ("existing", "new")

_THEATRE_LISTS = Table(
    "theatre_lists",
    "the theatre lists: who is operated on where, when and in which order",
    (
        Column("list_id", "id", "list", key=True, refers_to="lists.list_id"),
        Column("theatre", "id", "theatre of the list"),
        Column("date", "date", "day of the list"),
        Column("list_start", "datetime", "planned start of the list"),
        Column("list_end", "datetime", "planned end of the list"),
        Column("position", "integer", "place on the list, from 1", key=True, minimum=1),
        Column("patient_id", "id", "patient"),
        Column("procedure_code", "id", "operation"),
        Column("procedure", "text", "name of the operation"),
        Column("laterality", "choice", "side, in full", allowed=LATERALITIES, may_be_empty=True),
        Column("surgeon_id", "id", "operating surgeon"),
        Column("start", "datetime", "planned anaesthetic start"),
        Column("end", "datetime", "expected end of touch time"),
        Column("expected_touch_minutes", "minutes", "expected touch time", "minutes"),
        Column(
            "turnaround_minutes", "minutes", "kept free after the case before the next; 0 after the last", "minutes"
        ),
    ),
)

_CDC_APPOINTMENTS = Table(
    "cdc_appointments",
    "test appointments before surgery: diagnostic centres, home trusts' clinics, hospitals",
    (
        Column("patient_id", "id", "patient", key=True),
        Column("test", "id", "test", key=True),
        Column("site", "id", "site"),
        Column("start", "datetime", "start of the appointment", key=True),
        Column("end", "datetime", "end of the appointment"),
        Column("result_due", "datetime", "when the result is with the team"),
        Column("state", "choice", "made before this plan, or new in it", allowed=APPOINTMENT_STATES),
    ),
)

_NOT_BOOKED = Table(
    "not_booked",
    "every patient without a list in this plan, with the reason and what would help",
    (
        Column("patient_id", "id", "patient", key=True),
        Column("reason_code", "choice", "reason, as a code", allowed=READINESS_CODES + CAPACITY_CODES),
        Column("reason", "text", "reason, in words"),
        Column("what_would_help", "text", "what would book this patient"),
    ),
)

_WORKLISTS = Table(
    "worklists",
    "what somebody has to do about patients: checks, reviews, validation",
    (
        Column("worklist", "choice", "whose work it is", key=True, allowed=WORKLISTS),
        Column("patient_id", "id", "patient", key=True),
        Column("reason_code", "id", "what is to be done, as a code", key=True),
        Column("reason", "text", "what is to be done, in words"),
        Column("blocks_booking", "flag", "the patient cannot be booked until it is done"),
    ),
)

_BEDS = Table(
    "beds",
    "beds needed on every calendar night, the nights after the last list included",
    (
        Column("date", "date", "the night that begins on this day", key=True),
        Column("ward", "id", "ward", key=True),
        Column("expected_occupied", "decimal", "expected patients in beds", "patients", decimals=3),
        Column("p95_occupied", "decimal", "patients in beds at the bed quantile", "patients", decimals=3),
        Column("beds", "integer", "beds open", "beds"),
    ),
)

_LISTS = Table(
    "lists",
    "every list with how full it is and how likely it runs late",
    (
        Column("list_id", "id", "list", key=True),
        Column("theatre", "id", "theatre"),
        Column("date", "date", "day"),
        Column("surgeon_id", "id", "surgeon; empty: none", may_be_empty=True),
        Column("usable", "flag", "staffed, with a surgeon who is not on leave"),
        Column("cases", "integer", "patients on the list", "patients"),
        Column("expected_touch_minutes", "minutes", "sum of the expected touch times", "minutes"),
        Column("planned_minutes", "minutes", "planned length of the list", "minutes"),
        Column("expected_end", "datetime", "expected end of the last case; the list's start when there is none"),
        Column("overrun_probability", "share", "chance of finishing later than the planned end plus grace",
               decimals=4),
        Column("capped_utilisation_planned", "share", "expected touch time inside the list over its length",
               decimals=4),
        Column("capped_utilisation_simulated", "share", "the same, mean of simulated days with random durations",
               decimals=4),
    ),
)  # fmt: skip

OUTPUTS: tuple[Table, ...] = (_THEATRE_LISTS, _CDC_APPOINTMENTS, _NOT_BOOKED, _WORKLISTS, _BEDS, _LISTS)
