"""What does not depend on chance: trusts, operations, lengths of stay, theatres, kit, tests and sites.

Sources: the four trusts and the three diagnostic centres are public; five theatres and the mean stay of 2.3 days are
the Joint Forward Plan's; touch minutes, kit, validity and every number of appointments are assumptions, to be
replaced by the user's own.
"""

from __future__ import annotations

from models.shared.cells import Cell

Row = dict[str, Cell]
Tables = dict[str, list[Row]]

# Home trusts by ODS code, and how many of 36 surgeons (and which share of the patients) are theirs.
TRUSTS: dict[str, str] = {
    "RYJ": "Imperial College Healthcare NHS Trust",
    "R1K": "London North West University Healthcare NHS Trust",
    "RQM": "Chelsea and Westminster Hospital NHS Foundation Trust",
    "RAS": "The Hillingdon Hospitals NHS Foundation Trust",
}
SURGEONS_OF_36: dict[str, int] = {"RYJ": 12, "R1K": 10, "RQM": 8, "RAS": 6}

SUBSPECIALTIES: dict[str, str] = {
    "hip": "Hip",
    "knee": "Knee",
    "soft_tissue_knee": "Soft-tissue knee",
    "foot": "Foot and ankle",
}

# Operations by OPCS-4 code: name, sub-specialty, touch minutes, coefficient of variation, share of the waiting list.
# "Other" is 13 % of the list with a mean of 70 minutes: (3 x 90 + 5 x 60 + 5 x 68) / 13 = 70.
PROCEDURES: tuple[tuple[str, str, str, int, float, float], ...] = (
    ("W40.1", "Total knee replacement", "knee", 100, 0.20, 0.38),
    ("W37.1", "Total hip replacement", "hip", 102, 0.20, 0.36),
    ("W58.1", "Unicompartmental knee replacement", "knee", 85, 0.20, 0.09),
    ("W37.3", "Revision of total hip replacement", "hip", 150, 0.30, 0.02),
    ("W40.3", "Revision of total knee replacement", "knee", 150, 0.30, 0.02),
    ("W74.2", "Reconstruction of cruciate ligament", "soft_tissue_knee", 90, 0.28, 0.03),
    ("W82.2", "Arthroscopic resection of meniscus", "soft_tissue_knee", 60, 0.28, 0.05),
    ("W79.1", "Correction of hallux valgus", "foot", 68, 0.28, 0.05),
)
JOINTS = frozenset({"W40.1", "W37.1", "W58.1", "W37.3", "W40.3"})
NEEDS_IMAGE_INTENSIFIER = frozenset({"W37.3", "W74.2", "W79.1"})
OFTEN_DAY_CASE: dict[str, float] = {"W58.1": 0.08, "W74.2": 0.45, "W82.2": 0.75, "W79.1": 0.60}

# Minutes in recovery after an operation, where they are not the usual ones.
USUAL_RECOVERY_MINUTES = 60
RECOVERY_MINUTES: dict[str, int] = {"W40.1": 90, "W37.1": 90, "W58.1": 90, "W37.3": 120, "W40.3": 120, "W82.2": 45}

# Kit: name, sets for five theatres, cases a day per set, minutes until it is sterile again, days it is ordered ahead.
# A loan set goes back to its owner to be sterilised.
KIT: dict[str, tuple[str, int, int, int, int]] = {
    "knee_set": ("Primary knee instrument set", 5, 2, 150, 0),
    "hip_set": ("Primary hip instrument set", 5, 2, 150, 0),
    "revision_loan": ("Revision loan kit", 2, 1, 1440, 28),
    "arthroscopy_set": ("Arthroscopy set", 3, 2, 150, 0),
}
PROCEDURE_KIT: tuple[tuple[str, str], ...] = (
    ("W37.1", "hip_set"),
    ("W37.3", "hip_set"),
    ("W37.3", "revision_loan"),
    ("W40.1", "knee_set"),
    ("W40.3", "revision_loan"),
    ("W58.1", "knee_set"),
    ("W74.2", "arthroscopy_set"),
    ("W82.2", "arthroscopy_set"),
)

# Roles a list needs: name, people for one list.
STAFF_NEEDS: dict[str, tuple[str, int]] = {
    "anaesthetist": ("Anaesthetist", 1),
    "scrub_practitioner": ("Scrub practitioner", 2),
    "odp": ("Operating department practitioner", 1),
    "recovery_nurse": ("Recovery nurse", 1),
}
# Minutes between the centre and the clinics of a home trust.
TRAVEL_MINUTES: dict[str, int] = {"RYJ": 30, "R1K": 30, "RQM": 35, "RAS": 45}

# Share of patients still in a bed on night 0, 1, ... `stay_2_3`: nights .08 .30 .27 .16 .09 .05 and .05 for six or
# more, whose tail makes the mean 2.3; `stay_2_8`: nights .06 .24 .24 .17 .12 .07 and .10, mean 2.8. The mean of a
# curve is the sum of its shares.
CURVES: dict[str, tuple[float, ...]] = {
    "stay_2_3": (0.92, 0.62, 0.35, 0.19, 0.10, 0.05, 0.028, 0.018, 0.011, 0.007, 0.004, 0.002),
    "stay_2_8": (0.94, 0.70, 0.46, 0.29, 0.17, 0.10, 0.056, 0.036, 0.022, 0.014, 0.008, 0.004),
    "day_case": (0.12, 0.03),
}
INPATIENT_CURVE, DAY_CASE_CURVE = "stay_2_3", "day_case"
WARD = "EOC"

# Tests: name, report days, counted for the six-week standard, share of patients who need it, share done already.
TESTS: dict[str, tuple[str, int, bool, float, float]] = {
    "poa": ("Pre-operative assessment", 2, False, 1.0, 0.35),
    "bloods": ("Blood tests", 1, False, 1.0, 0.35),
    "mrsa": ("MRSA screen", 3, False, 1.0, 0.35),
    "ecg": ("Electrocardiogram", 1, False, 0.60, 0.35),
    "xray": ("X-ray", 2, False, 0.50, 0.60),
    "echo": ("Echocardiogram", 3, True, 0.06, 0.30),
    "ct": ("CT", 7, True, 0.05, 0.30),
    "mri": ("MRI", 7, True, 0.04, 0.30),
    "ultrasound": ("Ultrasound", 3, True, 0.02, 0.30),
}
ASSESSMENT_TESTS = ("poa", "bloods", "mrsa")

# Weeks for which a trust accepts an assessment (with its bloods and MRSA screen): 4, 6 and 18 are published by
# trusts elsewhere; which of ours has which is assumed.
ASSESSMENT_VALID_WEEKS: dict[str, int] = {"RYJ": 6, "R1K": 4, "RQM": 6, "RAS": 18}
OTHER_VALID_WEEKS: dict[str, int] = {"ecg": 26, "xray": 52, "echo": 26, "ct": 26, "mri": 26, "ultrasound": 26}

CLINICS: dict[str, str] = {trust: f"poa_{trust.lower()}" for trust in TRUSTS}
_CDC_NAMES = {
    "willesden": "Willesden Community Diagnostic Centre",
    "wembley": "Wembley Community Diagnostic Centre",
    "ealing": "Ealing Community Diagnostic Centre",
}
HOSPITAL = "charing_cross"


def tables_of_the_catalogue(theatres: int) -> Tables:
    """The tables that are the same for every seed."""
    return {
        "trusts": [{"trust_id": code, "name": name, "provenance": "public"} for code, name in TRUSTS.items()],
        "subspecialties": [
            {"subspecialty_id": code, "name": name, "provenance": "assumption"}
            for code, name in SUBSPECIALTIES.items()
        ],
        "procedures": [_procedure(*entry[:5]) for entry in PROCEDURES],
        "procedure_kit": [
            {"procedure_code": code, "kit_id": kit, "provenance": "assumption"} for code, kit in PROCEDURE_KIT
        ],
        "los_curves": [
            {"curve_id": curve, "night": night, "occupied_share": share, "provenance": "assumption"}
            for curve, shares in CURVES.items()
            for night, share in enumerate(shares)
        ],
        "theatres": [_theatre(at + 1, theatres) for at in range(theatres)],
        "kit": [_kit(kit, theatres) for kit in KIT],
        "staff_needs": [
            {"role": role, "name": name, "per_list": per_list, "provenance": "assumption"}
            for role, (name, per_list) in STAFF_NEEDS.items()
        ],
        "wards": [{"ward_id": WARD, "name": "Elective Orthopaedic Centre", "provenance": "plan"}],
        "tests": [
            {"test_id": test, "name": name, "report_days": days, "dm01": dm01, "provenance": "assumption"}
            for test, (name, days, dm01, _, _) in TESTS.items()
        ],
        "test_validity": [
            {"test_id": test, "trust_id": trust, "valid_days": valid_days(test, trust), "provenance": "assumption"}
            for test in TESTS
            for trust in TRUSTS
        ],
        "test_sites": _sites(),
    }


def valid_days(test: str, trust: str) -> int:
    """Days for which a trust accepts a test before surgery."""
    weeks = ASSESSMENT_VALID_WEEKS[trust] if test in ASSESSMENT_TESTS else OTHER_VALID_WEEKS[test]
    return 7 * weeks


def _procedure(code: str, name: str, subspecialty: str, minutes: int, variation: float) -> Row:
    return {
        "procedure_code": code,
        "name": name,
        "subspecialty_id": subspecialty,
        "touch_minutes": minutes,
        "touch_cv_share": variation,
        "is_joint": code in JOINTS,
        "needs_laminar_flow": code in JOINTS,
        "needs_image_intensifier": code in NEEDS_IMAGE_INTENSIFIER,
        "recovery_minutes": RECOVERY_MINUTES.get(code, USUAL_RECOVERY_MINUTES),
        "ward_id": WARD,
        "curve_id": INPATIENT_CURVE,
        "provenance": "assumption",
    }


def shared_by(for_five: int, theatres: int) -> int:
    """What five theatres share, in proportion to the theatres, rounded up."""
    return -(-for_five * theatres // 5)


def _kit(kit: str, theatres: int) -> Row:
    name, sets, cycles, reprocess_minutes, loan_days = KIT[kit]
    return {
        "kit_id": kit,
        "name": name,
        "sets": shared_by(sets, theatres),
        "cycles_per_day": cycles,
        "reprocess_minutes": reprocess_minutes,
        "loan_days": loan_days,
        "provenance": "assumption",
    }


def _theatre(number: int, theatres: int) -> Row:
    """The last theatre of several takes only patients up to ASA 2, as if it were furthest from recovery."""
    last = number == theatres > 1
    return {
        "theatre_id": f"T{number}",
        "name": f"Theatre {number}",
        "max_asa_grade": 2 if last else 3,
        "laminar_flow": True,
        "provenance": "plan",
    }


def _sites() -> list[Row]:
    centres = [_site(site, name, "cdc", None, only_walking_adults=True) for site, name in _CDC_NAMES.items()]
    clinics = [
        _site(CLINICS[trust], f"Pre-operative clinic, {name}", "clinic", trust, only_walking_adults=False)
        for trust, name in TRUSTS.items()
    ]
    hospital = _site(HOSPITAL, "Charing Cross Hospital", "hospital", None, only_walking_adults=False)
    return [*centres, *clinics, hospital]


def _site(site: str, name: str, kind: str, trust: str | None, *, only_walking_adults: bool) -> Row:
    """The centres take ambulant adults without hospital transport (public); clinics and hospital take everybody."""
    return {
        "site_id": site,
        "name": name,
        "kind": kind,
        "trust_id": trust,
        "adults_only": only_walking_adults,
        "ambulant_only": only_walking_adults,
        "takes_hospital_transport": not only_walking_adults,
        "provenance": "public" if kind == "cdc" else "assumption",
    }
