"""The input tables of a theatres instance, those about patients in `patient_tables`: every column and its unit."""

from __future__ import annotations

from models.shared.register import Column, Table
from models.theatres.patient_tables import (
    EXISTING_APPOINTMENTS,
    EXISTING_BOOKINGS,
    NAMED_CHANGES,
    PATIENT_TESTS,
    PATIENTS,
)

SITE_KINDS = ("cdc", "clinic", "hospital")

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
        Column(
            "recovery_minutes",
            "minutes",
            "minutes in recovery after the operation",
            "minutes",
            default="60",
            minimum=0,
            maximum=1440,
        ),
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
        Column("staffed", "flag", "a team is planned for it; table staff says whether enough are there"),
        Column("max_joints", "integer", "most joint replacements on it; empty: no limit but time", "joints",
               minimum=0, maximum=50, may_be_empty=True),
    ),
)  # fmt: skip

_STAFF_NEEDS = Table(
    "staff_needs",
    "the roles a list with patients needs",
    (
        Column("role", "id", "role", key=True),
        Column("name", "text", "name of the role as it is printed"),
        Column("per_list", "integer", "people of this role for one list with patients", "people", minimum=0,
               maximum=20),
    ),
    optional=True,
)  # fmt: skip

_STAFF = Table(
    "staff",
    "the people of each role there are in each shift; a list takes them in every shift it overlaps",
    (
        Column("date", "date", "day of the shift", key=True),
        Column("role", "id", "role", key=True, refers_to="staff_needs.role"),
        Column("start", "time", "start of the shift", key=True),
        Column("end", "time", "end of the shift"),
        Column("available", "integer", "people of this role there are", "people", minimum=0, maximum=200),
    ),
    optional=True,
)

_SURGEON_COMMITMENTS = Table(
    "surgeon_commitments",
    "when and where surgeons are elsewhere: lists and clinics at the home trust",
    (
        Column("surgeon_id", "id", "surgeon", key=True, refers_to="surgeons.surgeon_id"),
        Column("date", "date", "day", key=True),
        Column("start", "time", "start", key=True),
        Column("end", "time", "end"),
        Column("travel_minutes", "minutes", "between there and the centre", "minutes", default="0", minimum=0,
               maximum=480),
    ),
    optional=True,
)  # fmt: skip

_KIT = Table(
    "kit",
    "instrument sets, how often a day each can be used, and how soon again",
    (
        Column("kit_id", "id", "kind of kit", key=True),
        Column("name", "text", "name of the kit as it is printed"),
        Column("sets", "integer", "sets owned or on loan", "sets", minimum=0),
        Column(
            "cycles_per_day", "integer", "cases one set can serve in a day, sterilised between", "cases", minimum=0
        ),
        Column("reprocess_minutes", "minutes", "from the end of a case until its set can be used again", "minutes",
               default="0", minimum=0, maximum=2880),
        Column("loan_days", "integer", "days it must be ordered before; 0: owned", "days", default="0", minimum=0,
               maximum=180),
    ),
)  # fmt: skip

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

INPUTS: tuple[Table, ...] = (
    _TRUSTS,
    _SUBSPECIALTIES,
    _PROCEDURES,
    _PROCEDURE_KIT,
    _DURATIONS,
    _LOS_CURVES,
    PATIENTS,
    PATIENT_TESTS,
    _SURGEONS,
    _SURGEON_SUBSPECIALTIES,
    _SURGEON_LEAVE,
    _THEATRES,
    _LISTS,
    _STAFF_NEEDS,
    _STAFF,
    _SURGEON_COMMITMENTS,
    _KIT,
    _WARDS,
    _BEDS,
    _TESTS,
    _TEST_VALIDITY,
    _TEST_SITES,
    _TEST_SLOTS,
    EXISTING_BOOKINGS,
    NAMED_CHANGES,
    EXISTING_APPOINTMENTS,
)
