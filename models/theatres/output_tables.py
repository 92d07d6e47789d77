"""The output tables of a theatres plan, as its users read them."""

from __future__ import annotations

from models.shared.register import Column, Table
from models.theatres.patient_tables import BOOKING_STATES, LATERALITIES

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

# What somebody should look at although it does not stop a booking.
REVIEW_CODES: tuple[str, ...] = ("diabetes_unknown", "long_wait", "offers_declined")

# Why a ready patient is not booked, from what the patient's own data rule out to what others have taken.
CAPACITY_CODES: tuple[str, ...] = (
    "no_suitable_list",
    "existing_booking",
    "notice",
    "loan_kit",
    "not_available",
    "tests_not_in_time",
    "list_time",
    "overrun_chance",
    "overrun_rehearsed",
    "joints",
    "surgeon_busy",
    "surgeon_lists",
    "staff",
    "transport",
    "beds",
    "kit",
    "trays",
    "image_intensifier",
    "recovery",
    "test_slots",
    "order_of_the_day",
    "lower_priority",
    "room_left",
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

CHANGE_KINDS: tuple[str, ...] = ("moved", "given_up", "new")

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
        Column("state", "choice", "how firm the booking is; a new one is proposed", allowed=BOOKING_STATES),
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
        Column(
            "over_probability_simulated",
            "share",
            "share of simulated nights with more patients than beds",
            decimals=4,
        ),
        Column(
            "mean_over_simulated",
            "decimal",
            "mean number of patients beyond the beds, simulated",
            "patients",
            decimals=4,
        ),
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

_REHEARSAL = Table(
    "rehearsal",
    "every list on 10,000 simulated days: as planned, and with late starts, slow days and uneven turnaround",
    (
        Column("list_id", "id", "list", key=True),
        Column(
            "assumptions",
            "choice",
            "what is random besides the durations",
            key=True,
            allowed=("as_planned", "stressed"),
        ),
        Column(
            "capped_utilisation",
            "share",
            "touch time inside the planned times of the list over its length",
            decimals=4,
        ),
        Column(
            "duration_capped_utilisation",
            "share",
            "touch time, at most the length of the list, over its length",
            decimals=4,
        ),
        Column("uncapped_utilisation", "share", "touch time over the length of the list", decimals=4, maximum=10),
        Column("late_start_minutes", "decimal", "mean late start", "minutes", decimals=2),
        Column("downtime_minutes", "decimal", "mean time between cases inside the list", "minutes", decimals=2),
        Column("early_finish_minutes", "decimal", "mean time left at the end", "minutes", decimals=2),
        Column("over_minutes", "decimal", "mean minutes after the end of the list", "minutes", decimals=2),
        Column("over_probability", "share", "share of days that end after the end of the list", decimals=4),
        Column("overrun_probability", "share", "share of days that end more than the grace after it", decimals=4),
        Column("cancelled_cases", "decimal", "mean number of cases cancelled on the day", "cases", decimals=4),
    ),
)

_STANDBY = Table(
    "standby",
    "who could come at short notice if a place on a list came free",
    (
        Column("list_id", "id", "list", key=True),
        Column("place", "integer", "first asked is 1", key=True, minimum=1),
        Column("patient_id", "id", "a ready patient who is not booked and agreed to short notice"),
        Column("instead_of", "id", "a booked patient in whose place they would fit, tests included"),
        Column("weeks_waited", "integer", "whole weeks waited on planning day", "weeks"),
    ),
)

_FAIRNESS = Table(
    "fairness",
    "the share of ready patients booked, by home trust and by deprivation",
    (
        Column("group", "choice", "what patients are grouped by", key=True, allowed=("trust", "quintile")),
        Column("value", "id", "home trust, or deprivation quintile (1 most deprived)", key=True),
        Column("ready", "integer", "ready patients, and others booked", "patients"),
        Column("booked", "integer", "of these booked", "patients"),
        Column("booked_share", "share", "booked over ready", decimals=4),
        Column("least_share", "share", "the least share set for trusts; 0 for quintiles", decimals=4),
    ),
)

_CHANGES = Table(
    "changes",
    "bookings of before that are not kept, and new ones where there was a plan before: what changed and why",
    (
        Column("patient_id", "id", "patient", key=True),
        Column("change", "choice", "what changed", allowed=CHANGE_KINDS),
        Column("state_before", "choice", "how firm it was; empty: no booking", allowed=BOOKING_STATES,
               may_be_empty=True),
        Column("list_before", "id", "list before; empty: none", may_be_empty=True),
        Column("date_before", "date", "day before; empty: none", may_be_empty=True),
        Column("list_after", "id", "list now; empty: none", may_be_empty=True),
        Column("date_after", "date", "day now; empty: none", may_be_empty=True),
        Column("why", "text", "why, in words"),
    ),
)  # fmt: skip

# What a little more of is studied: a list, a bed every night, a set, somebody in every shift, ...
BOTTLENECK_RESOURCES: tuple[str, ...] = (
    "list",
    "surgeon_lists",
    "bed",
    "kit",
    "image_intensifier",
    "recovery",
    "staff",
    "transport",
    "test",
)

_BOTTLENECKS = Table(
    "bottlenecks",
    "what a little more of each resource could bring, the most first; empty when it was not studied",
    (
        Column("resource", "choice", "kind of resource", key=True, allowed=BOTTLENECK_RESOURCES),
        Column("item", "id", "list, surgeon, ward, kit, role or test; all: there is only one", key=True),
        Column("one_more", "text", "what was added, in words"),
        Column("marginal_cases", "decimal", "further cases it could bring, by the relaxed plan", "cases", decimals=3,
               minimum=0),
        Column("cases", "integer", "cases in this plan", "cases"),
        Column("cases_at_most", "decimal", "no plan has more cases without it", "cases", decimals=3),
    ),
)  # fmt: skip

OUTPUTS: tuple[Table, ...] = (
    _THEATRE_LISTS,
    _CDC_APPOINTMENTS,
    _NOT_BOOKED,
    _WORKLISTS,
    _BEDS,
    _LISTS,
    _REHEARSAL,
    _STANDBY,
    _FAIRNESS,
    _CHANGES,
    _BOTTLENECKS,
)
