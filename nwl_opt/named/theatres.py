"""What schedulers call the aims, figures and baselines of a plan of theatre lists."""

from __future__ import annotations

from collections.abc import Mapping

from models.theatres.rules import LEAST_SHARE_PREFIX, STAGES
from models.theatres.words import BASELINE_WORDS

AIMS: Mapping[str, str] = {name: f"{words[:1].upper()}{words[1:]}" for name, _, words in STAGES}
AIMS_OF_SEVERAL: Mapping[str, str] = {LEAST_SHARE_PREFIX.removesuffix("_"): "Booked towards the least share of"}
FIGURES: Mapping[str, str] = {
    "weighted_wait": "Points of all booked: cases, weeks waited, priority",
    "touch_minutes": "Planned minutes with an operation",
    "bookings_kept": "Points of bookings kept: same list, day, week",
    "p2_booked": "P2 patients booked",
    "long_waits_booked": "Long waits booked",
    "long_waits_at_end_booked": "Booked who would be long waits when the weeks end",
    "cases": "Patients booked",
    "due_dates_met": "Due dates met",
    "due_dates_missed": "Due dates missed",
    "long_waits_now": "Long waits now",
    "long_waits_at_horizon_end": "Long waits left when the weeks end",
    "long_waits_ready_not_booked": "Long waits ready and not booked",
    "long_waits_not_ready": "Long waits not ready",
    "p2_ready_not_booked": "P2 patients ready and not booked",
    "p2_not_ready": "P2 patients not ready",
    "ready_not_booked": "Ready and not booked",
    "not_ready": "Not ready",
    "cases_per_usable_list": "Cases to a usable list",
    "joints_per_all_day_list": "Joints to an all-day list",
    "cases_per_480_minutes": "Cases to 480 minutes of list",
    "capped_utilisation_planned": "Capped utilisation, planned",
    "capped_utilisation_simulated": "Capped utilisation, simulated",
    "overrun_probability_planned": "Lists that end late, planned",
    "overrun_probability_simulated": "Lists that end late, simulated",
    "overrun_probability_stressed_simulated": "Lists that end late, with late starts and slow days",
    "bookings_with_another_day": "Bookings moved to another day",
    "bookings_with_another_day_share": "Bookings moved to another day, of all",
    "median_weeks_waited_by_booked": "Median wait of those booked",
    "median_weeks_waiting_at_horizon_end": "Median wait of those left when the weeks end",
    "weeks_waiting_at_horizon_end_95_of_100_are_within": "Wait that 95 of 100 are within when the weeks end",
    "share_waiting_under_18_weeks_at_horizon_end": "Waiting under 18 weeks when the weeks end",
}
UNITS: Mapping[str, str] = {name: unit for name, unit, _ in STAGES}
BASELINES: Mapping[str, str] = BASELINE_WORDS
