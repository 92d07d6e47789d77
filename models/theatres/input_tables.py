"""The input tables of a theatres instance: every column, its unit and its meaning."""

from __future__ import annotations

from models.shared.register import Column, Table

LATERALITIES = ("left", "right", "both", "none")
PRIORITIES = ("P2", "P3", "P4", "P5", "P6")
SURGEON_CHOICES = ("named", "trust", "any")
SITE_KINDS = ("cdc", "clinic", "hospital")
BOOKING_STATES = ("proposed", "offered", "agreed", "locked")

_CHECK_WITH_PATIENT = "Ask the patient or the pre-operative team; write unknown while nobody knows."

_TRUSTS = Table(
    "trusts",
    "the home trusts whose patients and surgeons use the centre",
    (
        Column("trust_id", "id", "short code of the trust", key=True),
        Column("name", "text", "name of the trust as it is printed"),
    ),
)

_SUBSPECIALTIES = Table(
    "subspecialties",
    "the sub-specialties a list can be for",
    (
        Column("subspecialty_id", "id", "short code of the sub-specialty", key=True),
        Column("name", "text", "name of the sub-specialty as it is printed"),
    ),
)

_PROCEDURES = Table(
    "procedures",
    "the operations that can be booked",
    (
        Column("procedure_code", "id", "OPCS-4 code, or a local code", key=True),
        Column("name", "text", "name of the operation as it is printed"),
        Column("subspecialty_id", "id", "sub-specialty it belongs to", refers_to="subspecialties.subspecialty_id"),
        Column(
            "touch_minutes", "minutes", "expected minutes from anaesthetic start to recovery", "minutes", minimum=1
        ),
        Column("touch_cv_share", "share", "standard deviation of the touch minutes over their mean", "share"),
        Column("is_joint", "flag", "a joint replacement or revision: a side must be written down"),
        Column("needs_laminar_flow", "flag", "needs a theatre with laminar flow"),
        Column("needs_image_intensifier", "flag", "needs an image intensifier (C-arm) for the whole case"),
        Column("ward_id", "id", "ward the patient stays on", refers_to="wards.ward_id"),
        Column("curve_id", "id", "length-of-stay curve of its inpatients", refers_to="los_curves.curve_id"),
    ),
)

_PROCEDURE_KIT = Table(
    "procedure_kit",
    "the instrument sets an operation uses, one set of each per case",
    (
        Column("procedure_code", "id", "operation", key=True, refers_to="procedures.procedure_code"),
        Column("kit_id", "id", "kit it needs one set of", key=True, refers_to="kit.kit_id"),
    ),
)

_DURATIONS = Table(
    "durations",
    "a surgeon's own expected minutes for an operation, where known; without a row the operation's figures hold",
    (
        Column("surgeon_id", "id", "surgeon", key=True, refers_to="surgeons.surgeon_id"),
        Column("procedure_code", "id", "operation", key=True, refers_to="procedures.procedure_code"),
        Column("touch_minutes", "minutes", "expected touch minutes of this surgeon", "minutes", minimum=1),
        Column("touch_cv_share", "share", "standard deviation over mean of this surgeon", "share"),
    ),
    optional=True,
)

_LOS_CURVES = Table(
    "los_curves",
    "length of stay: the share of patients still in a bed on each night",
    (
        Column("curve_id", "id", "name of the curve", key=True),
        Column("night", "integer", "0 is the night after the operation", "nights", key=True, minimum=0, maximum=60),
        Column("occupied_share", "share", "share of patients in a bed that night", "share"),
    ),
)

_PATIENTS = Table(
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
    ),
)  # fmt: skip

_PATIENT_TESTS = Table(
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
    ),
)

_SURGEONS = Table(
    "surgeons",
    "the surgeons with lists at the centre, pseudonymous",
    (
        Column("surgeon_id", "id", "pseudonym of the surgeon", key=True),
        Column("trust_id", "id", "employing trust", refers_to="trusts.trust_id"),
        Column("max_lists_per_week", "integer", "lists the surgeon may run in one week", "lists", minimum=0),
    ),
)

_SURGEON_SUBSPECIALTIES = Table(
    "surgeon_subspecialties",
    "what each surgeon operates on",
    (
        Column("surgeon_id", "id", "surgeon", key=True, refers_to="surgeons.surgeon_id"),
        Column("subspecialty_id", "id", "sub-specialty", key=True, refers_to="subspecialties.subspecialty_id"),
    ),
)

_SURGEON_LEAVE = Table(
    "surgeon_leave",
    "days on which a surgeon does not operate",
    (
        Column("surgeon_id", "id", "surgeon", key=True, refers_to="surgeons.surgeon_id"),
        Column("first_day", "date", "first day away", key=True),
        Column("last_day", "date", "last day away"),
    ),
    optional=True,
)

_THEATRES = Table(
    "theatres",
    "the operating theatres and what they can take",
    (
        Column("theatre_id", "id", "theatre", key=True),
        Column("name", "text", "name of the theatre as it is printed"),
        Column("max_asa_grade", "integer", "highest ASA grade operated on here", "grade", minimum=1, maximum=5),
        Column("laminar_flow", "flag", "has laminar flow"),
    ),
)

_LISTS = Table(
    "lists",
    "the theatre sessions of the horizon",
    (
        Column("list_id", "id", "list", key=True),
        Column("theatre_id", "id", "theatre", refers_to="theatres.theatre_id"),
        Column("date", "date", "day of the list"),
        Column("start", "time", "planned start"),
        Column("end", "time", "planned end"),
        Column("surgeon_id", "id", "operating surgeon; empty: none yet", may_be_empty=True,
               refers_to="surgeons.surgeon_id"),
        Column("subspecialty_id", "id", "what the list is for; empty: any", may_be_empty=True,
               refers_to="subspecialties.subspecialty_id"),
        Column("staffed", "flag", "anaesthetist, scrub team and recovery are there"),
    ),
)  # fmt: skip

_KIT = Table(
    "kit",
    "instrument sets and how often a day each can be used",
    (
        Column("kit_id", "id", "kind of kit", key=True),
        Column("name", "text", "name of the kit as it is printed"),
        Column("sets", "integer", "sets owned or on loan", "sets", minimum=0),
        Column(
            "cycles_per_day", "integer", "cases one set can serve in a day, sterilised between", "cases", minimum=0
        ),
    ),
)

_WARDS = Table(
    "wards",
    "the wards patients stay on",
    (
        Column("ward_id", "id", "ward", key=True),
        Column("name", "text", "name of the ward as it is printed"),
    ),
)

_BEDS = Table(
    "beds",
    "beds open on each calendar night and the patients already expected in them",
    (
        Column("ward_id", "id", "ward", key=True, refers_to="wards.ward_id"),
        Column("date", "date", "the night that begins on this day", key=True),
        Column("beds_open", "integer", "staffed beds for these patients", "beds", minimum=0),
        Column("census_expected", "decimal", "patients already expected in them, not on these lists", "patients",
               default="0", minimum=0),
        Column("census_variance", "decimal", "variance of that number", "patients squared", default="0", minimum=0),
    ),
)  # fmt: skip

_TESTS = Table(
    "tests",
    "the tests patients may need before surgery",
    (
        Column("test_id", "id", "test", key=True),
        Column("name", "text", "name of the test as it is printed"),
        Column("report_days", "integer", "days from the test until its result is with the team", "days",
               minimum=0, maximum=90),
        Column("dm01", "flag", "counts for the six-week diagnostic standard"),
    ),
)  # fmt: skip

_TEST_VALIDITY = Table(
    "test_validity",
    "how long each home trust accepts a test before surgery",
    (
        Column("test_id", "id", "test", key=True, refers_to="tests.test_id"),
        Column("trust_id", "id", "home trust", key=True, refers_to="trusts.trust_id"),
        Column("valid_days", "integer", "days from the test to surgery", "days", minimum=0, maximum=730),
    ),
)

_TEST_SITES = Table(
    "test_sites",
    "where tests are done: community diagnostic centres, home trusts' clinics, hospitals",
    (
        Column("site_id", "id", "site", key=True),
        Column("name", "text", "name of the site as it is printed"),
        Column("kind", "choice", "community diagnostic centre, home trust's clinic, or hospital (the fallback)",
               allowed=SITE_KINDS),
        Column("trust_id", "id", "only this trust's patients; empty: all", may_be_empty=True,
               refers_to="trusts.trust_id"),
        Column("adults_only", "flag", "takes adults only"),
        Column("ambulant_only", "flag", "takes ambulant patients only"),
        Column("takes_hospital_transport", "flag", "takes patients who come by hospital transport"),
    ),
)  # fmt: skip

_TEST_SLOTS = Table(
    "test_slots",
    "the appointment times offered: one row is a run of equal appointments",
    (
        Column("site_id", "id", "site", key=True, refers_to="test_sites.site_id"),
        Column("test_id", "id", "test", key=True, refers_to="tests.test_id"),
        Column("date", "date", "day", key=True),
        Column("start", "time", "start of the first appointment", key=True),
        Column("slots", "integer", "appointments, one after the other", "appointments", minimum=0, maximum=1440),
        Column("slot_minutes", "minutes", "minutes of one appointment", "minutes", minimum=1, maximum=1440),
        Column("places", "integer", "patients seen at the same time", "patients", default="1", minimum=0),
    ),
)

_EXISTING_BOOKINGS = Table(
    "existing_bookings",
    "patients who already have a list; agreed and locked ones stay",
    (
        Column("patient_id", "id", "patient", key=True, refers_to="patients.patient_id"),
        Column("list_id", "id", "list", refers_to="lists.list_id"),
        Column("state", "choice", "how firm it is", allowed=BOOKING_STATES),
    ),
    optional=True,
)

_EXISTING_APPOINTMENTS = Table(
    "existing_appointments",
    "test appointments already made; they stay and take their place",
    (
        Column("patient_id", "id", "patient", key=True, refers_to="patients.patient_id"),
        Column("test_id", "id", "test", key=True, refers_to="tests.test_id"),
        Column("site_id", "id", "site", refers_to="test_sites.site_id"),
        Column("start", "datetime", "start, one of the times in test_slots"),
    ),
    optional=True,
)

INPUTS: tuple[Table, ...] = (
    _TRUSTS,
    _SUBSPECIALTIES,
    _PROCEDURES,
    _PROCEDURE_KIT,
    _DURATIONS,
    _LOS_CURVES,
    _PATIENTS,
    _PATIENT_TESTS,
    _SURGEONS,
    _SURGEON_SUBSPECIALTIES,
    _SURGEON_LEAVE,
    _THEATRES,
    _LISTS,
    _KIT,
    _WARDS,
    _BEDS,
    _TESTS,
    _TEST_VALIDITY,
    _TEST_SITES,
    _TEST_SLOTS,
    _EXISTING_BOOKINGS,
    _EXISTING_APPOINTMENTS,
)
