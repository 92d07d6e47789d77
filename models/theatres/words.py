"""Days, lists and reason codes as a scheduler says them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.theatres.entities import TheatreList

BASELINE_WORDS: Mapping[str, str] = {
    "longest_wait_first": "Longest wait first",
    "p2_then_longest_wait": "P2, then longest wait",
    "surgeon_best_fit": "Each surgeon's best fit",
}
CODE_WORDS: Mapping[str, str] = {
    "asked_to_wait": "asked to wait",
    "not_an_adult": "under 18",
    "not_validated": "entry not validated",
    "unfit": "not fit for surgery",
    "no_consent": "no consent",
    "side_missing": "side not written down",
    "latex_unknown": "latex allergy unknown",
    "infection_unknown": "infection status unknown",
    "no_surgeon": "no surgeon named",
    "no_suitable_list": "no list of their surgeon that suits",
    "notice": "notice",
    "loan_kit": "loan kit not here in time",
    "not_available": "cannot come on the days",
    "existing_booking": "agreed date cannot be kept",
    "tests_not_in_time": "tests cannot be done in time",
    "list_time": "list time",
    "overrun_chance": "chance of a late finish",
    "overrun_rehearsed": "rehearsed chance of a late finish",
    "joints": "joints on a list",
    "surgeon_busy": "surgeon in another theatre",
    "surgeon_lists": "surgeon's lists a week",
    "staff": "staff",
    "transport": "hospital transport",
    "beds": "beds",
    "kit": "kit",
    "trays": "sets ready again in time",
    "image_intensifier": "image intensifier",
    "recovery": "recovery bays",
    "test_slots": "test appointments",
    "order_of_the_day": "order of the day",
    "lower_priority": "others come first (more than one thing is short)",
    "room_left": "there is room: changed by hand, or stopped",
}


def day_text(day: dt.date) -> str:
    """A day as a scheduler says it: Mon 12 Apr."""
    return f"{day:%a} {day.day} {day:%b}"


def list_text(on: TheatreList) -> str:
    """A list as a scheduler says it."""
    surgeon = on.surgeon_id or "no surgeon"
    return f"list {on.list_id} ({day_text(on.date)}, {surgeon})"
