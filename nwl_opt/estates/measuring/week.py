"""Intervals in rooms as average hours a week, by session."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.estates.entities import Slot
from models.estates.tables_in import WEEKDAYS
from nwl_opt.estates.measuring.reading import MINUTES_A_DAY, Interval

_SESSIONS_OF_A_DAY = ("am", "pm", "evening")
Place = tuple[str, str]
"""Site and kind of room."""


@dataclass(frozen=True)
class Window:
    """The opening hours of one session of the week."""

    slot: str
    weekday: str
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Measured:
    """Average hours a week by site, kind of room and session; sessions of weekdays not covered are not in it.

    `days` are the days covered by weekday. Minutes: inside sessions, outside of them, and those that overlapped in
    one room and count once. Rows outside the days asked for, and rows without a room, are counted.
    """

    hours: dict[tuple[str, str, str], float]
    first_day: dt.date | None
    last_day: dt.date | None
    days: dict[str, int]
    minutes_inside: int
    minutes_outside: int
    minutes_overlapping: int
    rows_of_other_days: int
    rows_without_a_room: int

    @property
    def weeks(self) -> float:
        return sum(self.days.values()) / len(WEEKDAYS)


def windows_of(slots: Sequence[Slot], opens: dt.time, session_hours: float) -> tuple[Window, ...]:
    """The sessions of a day follow one another from the opening on: am, pm, evening."""
    length, first = round(session_hours * 60), 60 * opens.hour + opens.minute
    return tuple(
        Window(slot.slot, slot.weekday, *(min(first + at * length, MINUTES_A_DAY) for at in (n, n + 1)))
        for slot in slots
        for n in [_SESSIONS_OF_A_DAY.index(slot.session)]
    )


def measured(
    intervals: Sequence[Interval], windows: Sequence[Window], first: dt.date | None, last: dt.date | None
) -> Measured:
    """Average hours over the days from `first` to `last`; without them, from the first row's to the last row's."""
    begins = first or min((one.day for one in intervals), default=None)
    ends = last or max((one.day for one in intervals), default=None)
    kept = [one for one in intervals if begins is not None and ends is not None and begins <= one.day <= ends]
    days = _days_by_weekday(begins, ends)
    single = list(_once_in_each_room(kept))
    inside = Counter[tuple[str, str, str]]()
    for one in single:
        for window in windows:
            if window.weekday == WEEKDAYS[one.day.weekday()]:
                minutes = min(one.end_minute, window.end_minute) - max(one.start_minute, window.start_minute)
                inside[one.site_id, one.room_type, window.slot] += max(0, minutes)
    places = sorted({(one.site_id, one.room_type) for one in kept})
    return Measured(
        hours={
            (*place, window.slot): inside[*place, window.slot] / days[window.weekday] / 60
            for place in places
            for window in windows
            if days[window.weekday]
        },
        first_day=begins,
        last_day=ends,
        days=days,
        minutes_inside=sum(inside.values()),
        minutes_outside=_minutes(single) - sum(inside.values()),
        minutes_overlapping=_minutes(kept) - _minutes(single),
        rows_of_other_days=len(intervals) - len(kept),
        rows_without_a_room=sum(1 for one in kept if one.room is None),
    )


def _days_by_weekday(first: dt.date | None, last: dt.date | None) -> dict[str, int]:
    days = dict.fromkeys(WEEKDAYS, 0)
    if first is not None and last is not None:
        for offset in range((last - first).days + 1):
            days[WEEKDAYS[(first + dt.timedelta(days=offset)).weekday()]] += 1
    return days


def _once_in_each_room(intervals: Iterable[Interval]) -> Iterable[Interval]:
    """Intervals that overlap in one room become one; those without a room stay as they are."""
    for (site, kind, room, day), group in groupby(
        intervals, key=lambda one: (one.site_id, one.room_type, one.room, one.day)
    ):
        rows = list(group)
        if room is None:
            yield from rows
            continue
        start, end = rows[0].start_minute, rows[0].end_minute
        for row in rows[1:]:
            if row.start_minute > end:
                yield Interval(site, kind, room, day, start, end)
                start = row.start_minute
            end = max(end, row.end_minute) if row.start_minute <= end else row.end_minute
        yield Interval(site, kind, room, day, start, end)


def _minutes(intervals: Iterable[Interval]) -> int:
    return sum(one.end_minute - one.start_minute for one in intervals)
