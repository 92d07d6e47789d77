"""The register of the theatres problem: settings, input tables, output tables."""

from __future__ import annotations

import datetime as dt

from models.shared.register import Register, Settings, setting
from models.theatres.input_tables import INPUTS
from models.theatres.output_tables import OUTPUTS


class TheatreSettings(Settings, frozen=True):
    """Dates, targets and limits of a theatres instance.

    Patients are offered dates from `horizon_start`; tests before surgery are booked from `planning_date` on.
    """

    planning_date: dt.date = setting(
        ..., unit="date", meaning="the day the plan is made", source="user", provenance="local"
    )
    horizon_start: dt.date = setting(
        ..., unit="date", meaning="first day of the lists planned", source="user", provenance="local"
    )
    horizon_weeks: int = setting(
        4,
        unit="weeks",
        ge=1,
        le=26,
        meaning="weeks of lists planned",
        source="scheduling practice",
        provenance="assumption",
    )
    notice_days: int = setting(
        21,
        unit="days",
        ge=0,
        le=120,
        meaning="least notice of an operation date",
        source="reasonable notice of three weeks; check the local access policy",
        provenance="assumption",
    )
    test_notice_days: int = setting(
        3,
        unit="days",
        ge=0,
        le=60,
        meaning="least notice of a test appointment",
        source="booking practice",
        provenance="assumption",
    )
    results_ready_days: int = setting(
        1,
        unit="days",
        ge=0,
        le=30,
        meaning="days before surgery on which every result must be with the team",
        source="booking practice",
        provenance="assumption",
    )
    long_wait_weeks: int = setting(
        52,
        unit="weeks",
        ge=1,
        le=200,
        meaning="a wait of this many weeks on planning day is a long wait",
        source="Joint Forward Plan, priority 9: eliminate waits over 52 weeks",
        provenance="plan",
    )
    turnaround_minutes: int = setting(
        15,
        unit="minutes",
        ge=0,
        le=120,
        meaning="between two cases in one theatre",
        source="planning default",
        provenance="assumption",
    )
    clean_down_minutes: int = setting(
        45,
        unit="minutes",
        ge=0,
        le=240,
        meaning="between a patient with an infection risk and the next case",
        source="clean, then dry at least 15 minutes (published list-order guidance); length assumed",
        provenance="assumption",
    )
    overrun_grace_minutes: int = setting(
        30,
        unit="minutes",
        ge=0,
        le=240,
        meaning="a list is late when it ends more than this after its planned end",
        source="planning default",
        provenance="assumption",
    )
    overrun_probability_limit_share: float = setting(
        0.10,
        unit="share",
        ge=0.001,
        le=0.5,
        meaning="highest chance that a list is late",
        source="planning default",
        provenance="assumption",
    )
    bed_quantile_share: float = setting(
        0.95,
        unit="share",
        ge=0.5,
        le=0.9999,
        meaning="beds must suffice with this probability every night",
        source="planning default",
        provenance="assumption",
    )
    day_case_curve_id: str = setting(
        "day_case",
        unit="id",
        meaning="length-of-stay curve of planned day cases (failed day cases stay a night)",
        source="user",
        provenance="local",
    )
    image_intensifiers: int = setting(
        2,
        unit="machines",
        ge=0,
        le=50,
        meaning="image intensifiers the theatres share",
        source="planning default",
        provenance="assumption",
    )
    dm01_days: int = setting(
        42,
        unit="days",
        ge=1,
        le=365,
        meaning="a counted diagnostic test is done within this of its request",
        source="NHS diagnostic waiting-time standard (DM01): six weeks",
        provenance="public",
    )
    between_sites_minutes: int = setting(
        60,
        unit="minutes",
        ge=0,
        le=480,
        meaning="between a patient's appointments at two sites on one day",
        source="planning default",
        provenance="assumption",
    )
    weight_case: int = setting(
        100,
        unit="points",
        ge=0,
        le=100_000,
        meaning="points for every patient booked",
        source="planning default",
        provenance="assumption",
    )
    weight_week_waited: int = setting(
        1,
        unit="points a week",
        ge=0,
        le=1_000,
        meaning="points for every whole week a booked patient has waited",
        source="planning default",
        provenance="assumption",
    )
    weight_p2: int = setting(
        100,
        unit="points",
        ge=0,
        le=100_000,
        meaning="further points for a booked P2 patient",
        source="planning default",
        provenance="assumption",
    )
    weight_p3: int = setting(
        40, unit="points", ge=0, le=100_000, meaning="further points for a booked P3 patient",
        source="planning default", provenance="assumption",
    )  # fmt: skip


REGISTER = Register("theatres", "Theatre lists and the tests before them", INPUTS, TheatreSettings, OUTPUTS)
