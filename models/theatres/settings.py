"""Dates, targets, limits and weights of a theatres instance."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from models.shared.register import Settings, setting

AimName = Literal["best_lists", "least_change", "by_hand"]


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
    aim: AimName = setting(
        "best_lists",
        unit="choice",
        meaning="best_lists: the best lists, then the least change; least_change: what patients were told first; "
        "by_hand: a plan changed by hand, which may leave room (solved anew, it is best_lists)",
        source="user",
        provenance="local",
    )
    lock_days: int = setting(
        14,
        unit="days",
        ge=0,
        le=120,
        meaning="bookings on lists within this many days of planning day stay, whatever their state",
        source="6-4-2 list planning: lists are locked at two weeks",
        provenance="public",
    )
    freeze_days: int = setting(
        28,
        unit="days",
        ge=0,
        le=180,
        meaning="changes to bookings on lists within this many days count twice",
        source="6-4-2 list planning: lists are scheduled at four weeks",
        provenance="public",
    )
    weight_kept_proposed: int = setting(
        1,
        unit="points",
        ge=0,
        le=1_000,
        meaning="points for keeping a proposed booking, times 4 on its list, 2 on its day, 1 in its week",
        source="planning default",
        provenance="assumption",
    )
    weight_kept_offered: int = setting(
        2,
        unit="points",
        ge=0,
        le=1_000,
        meaning="the same for a booking that was offered",
        source="planning default",
        provenance="assumption",
    )
    weight_kept_agreed: int = setting(
        4,
        unit="points",
        ge=0,
        le=1_000,
        meaning="the same for an agreed or locked booking a named change sets free",
        source="planning default",
        provenance="assumption",
    )
    keep_long_waits: bool = setting(
        False,
        unit="yes or no",
        meaning="book no fewer long waits than the best of the baselines, even if that costs P2 patients",
        source="user",
        provenance="local",
    )
    least_trust_share: float = setting(
        0.0,
        unit="share",
        ge=0.0,
        le=1.0,
        meaning="of the ready patients of each home trust, the share that is booked before all else",
        source="none unless the user asks for one",
        provenance="assumption",
    )
    recovery_bays: int = setting(
        6,
        unit="bays",
        ge=0,
        le=200,
        meaning="recovery bays the theatres share",
        source="planning default",
        provenance="assumption",
    )
    transport_places_per_day: int = setting(
        6,
        unit="patients",
        ge=0,
        le=1_000,
        meaning="patients a day who can be brought by hospital transport for their operation",
        source="planning default",
        provenance="assumption",
    )
    rehearsed_overrun_limit_share: float = setting(
        0.10,
        unit="share",
        ge=0.001,
        le=1.0,
        meaning="highest chance that a list is late when rehearsed with late starts, slow days and uneven turnaround",
        source="planning default",
        provenance="assumption",
    )
    duration_correlation_share: float = setting(
        0.2,
        unit="share",
        ge=0.0,
        le=1.0,
        meaning="rehearsal: correlation of the durations of two cases of one list",
        source="planning default",
        provenance="assumption",
    )
    mean_late_start_minutes: float = setting(
        10.0,
        unit="minutes",
        ge=0.0,
        le=120.0,
        meaning="rehearsal: mean of the (exponential) late start of a list",
        source="planning default",
        provenance="assumption",
    )
    turnaround_sd_minutes: float = setting(
        8.0,
        unit="minutes",
        ge=0.0,
        le=60.0,
        meaning="rehearsal: standard deviation of the time between two cases",
        source="planning default",
        provenance="assumption",
    )
    cancel_over_minutes: int = setting(
        60,
        unit="minutes",
        ge=0,
        le=480,
        meaning="rehearsal: a case expected to end more than this after the end of its list, once it could start, is "
        "cancelled on the day",
        source="planning default",
        provenance="assumption",
    )
