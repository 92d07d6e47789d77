"""The input tables about patients: the waiting list, tests, bookings and appointments already made."""

from __future__ import annotations

from models.shared.register import Column, Table

LATERALITIES = ("left", "right", "both", "none")
PRIORITIES = ("P2", "P3", "P4", "P5", "P6")
SURGEON_CHOICES = ("named", "trust", "any")
BOOKING_STATES = ("proposed", "offered", "agreed", "locked")

_CHECK_WITH_PATIENT = "Ask the patient or the pre-operative team; write unknown while nobody knows."

PATIENTS = Table(
    "patients",
    "the waiting list: one row per patient and operation, pseudonymous",
    (
        Column("patient_id", "id", "pseudonym, never a real identifier", key=True),
        Column("trust_id", "id", "home trust", refers_to="trusts.trust_id"),
        Column("procedure_code", "id", "operation waited for", refers_to="procedures.procedure_code"),
        Column("surgeon_id", "id", "named surgeon; empty: none named", may_be_empty=True,
               refers_to="surgeons.surgeon_id"),
        Column("surgeon_choice", "choice",
               "who may operate, as the patient agreed: the named surgeon, any of the home trust, or any",
               default="named", allowed=SURGEON_CHOICES),
        Column("priority", "choice", "clinical priority; P5 and P6 have asked to wait", allowed=PRIORITIES),
        Column("clock_start", "date", "start of the referral-to-treatment clock"),
        Column("laterality", "choice", "side of the operation, in full; empty: not written down",
               allowed=LATERALITIES, may_be_empty=True),
        Column("asa_grade", "integer", "ASA physical status", "grade", minimum=1, maximum=5),
        Column("adult", "flag", "18 or over on the day of planning"),
        Column("fit", "flag", "fit for surgery at the last review"),
        Column("consented", "flag", "has given consent to this operation"),
        Column("validated", "flag", "the entry has been validated: the patient still wants and needs it"),
        Column("ambulant", "flag", "walks or uses a non-electric wheelchair"),
        Column("hospital_transport", "flag", "needs hospital transport"),
        Column("latex_allergy", "unknown_flag", "latex allergy", mend=_CHECK_WITH_PATIENT),
        Column("infection_risk", "unknown_flag", "MRSA or another infection that needs a clean-down",
               mend=_CHECK_WITH_PATIENT),
        Column("diabetic", "unknown_flag", "diabetes", mend=_CHECK_WITH_PATIENT),
        Column("day_case", "flag", "planned to go home the same day", default="no"),
        Column("available_from", "date", "first day the patient can come; empty: any", may_be_empty=True),
        Column("available_to", "date", "last day the patient can come; empty: any", may_be_empty=True),
        Column("notice_days", "integer", "notice this patient has asked for; empty: the setting", "days",
               minimum=0, maximum=180, may_be_empty=True),
        Column("deprivation_quintile", "integer", "1 is the most deprived fifth", "quintile", minimum=1, maximum=5),
        Column("due_by", "date", "day by which the patient must be operated on, as 28 days after a cancellation on "
               "the day; empty: none", may_be_empty=True),
        Column("short_notice", "flag", "agreed to be called at short notice: stands on the standby list",
               default="no"),
        Column("offers_declined", "integer", "reasonable offers the patient has declined", "offers", default="0",
               minimum=0, maximum=50),
    ),
)  # fmt: skip

PATIENT_TESTS = Table(
    "patient_tests",
    "the tests each patient needs before surgery, and those already done",
    (
        Column("patient_id", "id", "patient", key=True, refers_to="patients.patient_id"),
        Column("test_id", "id", "test", key=True, refers_to="tests.test_id"),
        Column(
            "requested_on",
            "date",
            "day of the request, for the six-week clock; empty: planning day",
            may_be_empty=True,
        ),
        Column("done_on", "date", "day it was last done; empty: not yet", may_be_empty=True),
        Column(
            "result_on",
            "date",
            "day the result of the test done, or of the appointment already made, is with the "
            "team, when that is not the usual number of days after it; empty: as usual",
            may_be_empty=True,
        ),
    ),
)

EXISTING_BOOKINGS = Table(
    "existing_bookings",
    "patients who already have a list; agreed and locked ones stay",
    (
        Column("patient_id", "id", "patient", key=True, refers_to="patients.patient_id"),
        Column("list_id", "id", "list", refers_to="lists.list_id"),
        Column("state", "choice", "how firm it is", allowed=BOOKING_STATES),
    ),
    optional=True,
)

NAMED_CHANGES = Table(
    "named_changes",
    "agreed and locked bookings that may be moved, each with who or what asked for it",
    (
        Column("patient_id", "id", "patient", key=True, refers_to="patients.patient_id"),
        Column("reason", "text", "what makes the change necessary"),
    ),
    optional=True,
)

EXISTING_APPOINTMENTS = Table(
    "existing_appointments",
    "test appointments already made; they stay and take their place",
    (
        Column("patient_id", "id", "patient", key=True, refers_to="patients.patient_id"),
        Column("test_id", "id", "test", key=True, refers_to="tests.test_id"),
        Column("site_id", "id", "site", refers_to="test_sites.site_id"),
        Column("start", "datetime", "start, one of the times in test_slots"),
    ),
    optional=True,
)  # fmt: skip
