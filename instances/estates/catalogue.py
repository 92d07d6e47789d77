"""The tables that are the same in every generated estates instance: rooms, services, week, payments."""

from __future__ import annotations

from typing import NamedTuple

from models.shared.calendar import financial_year
from models.shared.cells import Cell

Row = dict[str, Cell]


class RoomKind(NamedTuple):
    room_type: str
    name: str
    clinical: bool
    fixed: bool
    open_space_gbp_per_session: int = 0


ROOM_KINDS = (
    RoomKind("consulting", "Consulting room", True, False, 40),
    RoomKind("examination", "Examination room", True, False, 40),
    RoomKind("treatment", "Treatment room", True, False, 45),
    RoomKind("counselling", "Counselling and interview room", True, False, 30),
    RoomKind("group", "Group room", True, False, 60),
    RoomKind("minor_op", "Minor operations suite", True, False, 110),
    RoomKind("dental", "Dental surgery", True, True),
    RoomKind("xray", "X-ray room", True, True),
    RoomKind("office", "Office for telephone and video consultations", False, False, 25),
    RoomKind("records", "Records and administration", False, False),
)
GENERAL = ("consulting", "examination", "treatment")
# Kinds of room that are of use only beside another: a minor operation needs a room to dress the wound in.
CO_LOCATIONS = (("minor_op", "treatment"), ("xray", "examination"))
ONE_OF_A_KIND = ("minor_op", "dental", "xray")


class Work(NamedTuple):
    """A service. `contact_share` is of the contact-rate demand of its mode; otherwise the demand is its own."""

    service: str
    name: str
    room_type: str
    minutes: int
    contact_share: float = 0.0
    per_1000: float = 0.0
    growth_share: float = 0.0
    virtual: bool = False


PRIMARY_CARE = (
    Work("gp_appointments", "GP appointments", "consulting", 12, 0.55),
    Work("nurse_and_pharmacist", "Nurse and pharmacist clinics", "examination", 12, 0.25),
    Work("treatment_room", "Treatment room: dressings, injections, blood tests", "treatment", 12, 0.20),
    Work("virtual_consultations", "Telephone and video consultations", "office", 8, 1.0, virtual=True),
)
OTHER_SERVICES = (
    Work("antenatal", "Antenatal clinics", "examination", 20, per_1000=22),
    Work("bone_density", "Bone density scans", "xray", 20, per_1000=3, growth_share=0.01),
    Work("community_dental", "Community dental service", "dental", 30, per_1000=11),
    Work("community_mental_health", "Community mental health clinics", "counselling", 45, per_1000=20,
         growth_share=0.015),
    Work("contraception", "Coils and implants", "minor_op", 30, per_1000=9),
    Work("continence", "Continence clinics", "examination", 40, per_1000=4),
    Work("diabetes", "Diabetes clinics", "consulting", 25, per_1000=8, growth_share=0.02),
    Work("dietetics", "Dietetics", "consulting", 30, per_1000=5),
    Work("health_visiting", "Health visitor clinics", "consulting", 20, per_1000=18),
    Work("heart_failure", "Heart failure clinics", "examination", 30, per_1000=4, growth_share=0.02),
    Work("leg_ulcers", "Leg ulcer clinics", "treatment", 40, per_1000=7, growth_share=0.01),
    Work("memory", "Memory clinics", "consulting", 60, per_1000=2, growth_share=0.025),
    Work("minor_surgery", "Minor surgery", "minor_op", 40, per_1000=7),
    Work("oral_surgery", "Oral surgery", "dental", 40, per_1000=4),
    Work("parent_groups", "Parent and baby groups, per person", "group", 10, per_1000=45),
    Work("physiotherapy", "Musculoskeletal physiotherapy", "examination", 30, per_1000=18, growth_share=0.01),
    Work("podiatry", "Podiatry", "treatment", 30, per_1000=12),
    Work("rehabilitation_groups", "Cardiac and lung rehabilitation groups, per person", "group", 10, per_1000=30,
         growth_share=0.01),
    Work("talking_therapies", "Talking therapies", "counselling", 50, per_1000=20, growth_share=0.02),
    Work("xray", "X-ray", "xray", 12, per_1000=60, growth_share=0.01),
)  # fmt: skip
SERVICES = PRIMARY_CARE + OTHER_SERVICES

# Periods of the plan: to 2040/41, coarser later.
PERIODS_BY_COUNT = {
    1: ((2026, 2),),
    2: ((2026, 1), (2027, 2)),
    3: ((2026, 1), (2027, 2), (2029, 4)),
    4: ((2026, 1), (2027, 2), (2029, 5), (2034, 7)),
    6: ((2026, 1), (2027, 1), (2028, 2), (2030, 3), (2033, 3), (2036, 5)),
}

WEEK = (
    ("mon", "am", 1.35), ("mon", "pm", 1.10), ("tue", "am", 1.15), ("tue", "pm", 1.00), ("wed", "am", 1.10),
    ("wed", "pm", 0.95), ("thu", "am", 1.10), ("thu", "pm", 0.95), ("fri", "am", 1.10), ("fri", "pm", 0.85),
    ("sat", "am", 0.35),
)  # fmt: skip

# NHS Property Services, "Vacating payments: guide for ICBs" (undated: the first day it holds from is assumed), and
# the payments of 2017 that it replaced.
VACATING_PAYMENTS = (
    ("nhsps_freehold", "whole", "2017-04-01", 0.50, False),
    ("nhsps_freehold", "part", "2017-04-01", 0.50, False),
    ("nhsps_leasehold", "whole", "2017-04-01", 1.00, True),
    ("nhsps_leasehold", "part", "2017-04-01", 1.00, True),
    ("nhsps_freehold", "whole", "2022-04-01", 0.25, False),
    ("nhsps_freehold", "part", "2022-04-01", 0.50, False),
    ("nhsps_leasehold", "whole", "2022-04-01", 1.00, True),
    ("nhsps_leasehold", "part", "2022-04-01", 1.00, True),
)


def room_type_rows() -> list[Row]:
    return [{**kind._asdict(), "provenance": "assumption"} for kind in ROOM_KINDS]


def co_location_rows() -> list[Row]:
    return [
        {"room_type": kind, "with_room_type": beside, "provenance": "assumption"} for kind, beside in CO_LOCATIONS
    ]


def service_rows() -> list[Row]:
    return [
        {
            "service": work.service,
            "name": work.name,
            "mode": "virtual" if work.virtual else "face_to_face",
            "room_type": work.room_type,
            "minutes_per_contact": work.minutes,
            "demand_source": "contact_rate" if work.contact_share else "own",
            "contact_share": work.contact_share,
            "contacts_per_1000_people": work.per_1000,
            "growth_share_per_year": work.growth_share,
            "provenance": "assumption" if work.contact_share else "synthetic",
        }
        for work in sorted(SERVICES)
    ]


def period_rows(count: int) -> list[Row]:
    """The periods of a plan.

    Raises
    ------
    ValueError
        If there is no list of that many periods.
    """
    if count not in PERIODS_BY_COUNT:
        raise ValueError(f"periods must be one of {', '.join(map(str, PERIODS_BY_COUNT))}")
    return [
        {"first_year": financial_year(first), "years": years, "weight": years, "provenance": "assumption"}
        for first, years in PERIODS_BY_COUNT[count]
    ]


def end_year(count: int) -> int:
    """The calendar year in which a plan of so many periods ends."""
    first, years = PERIODS_BY_COUNT[count][-1]
    return first + years


def profile_rows() -> list[Row]:
    names = ("slot", "weekday", "session", "demand_weight")
    return [
        {**dict(zip(names, (f"{day}_{half}", day, half, weight), strict=True)), "provenance": "assumption"}
        for day, half, weight in WEEK
    ]


def payment_rows() -> list[Row]:
    names = ("tenure", "extent", "valid_from", "share_of_annual_charge", "pro_rata_to_lease_end")
    return [{**dict(zip(names, values, strict=True)), "provenance": "public"} for values in VACATING_PAYMENTS]
