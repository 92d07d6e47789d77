"""The week board: theatres by days, each list with its surgeon, how full it is and how firm its bookings are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.patient_tables import BOOKING_STATES
from models.theatres.views.cells import monday_of
from nwl_opt.theatres.printing.sheets import clock
from nwl_opt.theatres.showing.shown import ShownRun

_WORKING_DAYS = 5


@dataclass(frozen=True)
class BoardList:
    """One list on the board. `used_minutes` are from its start to its expected end, turnarounds included.

    `room` says in words what is left; `states` are how many bookings are how firm, the firmest first.
    """

    list_id: str
    date: dt.date
    hours: str
    surgeon: str
    usable: bool
    cases: int
    used_minutes: int
    available_minutes: int
    room: str
    is_full: bool
    late_share: float | None
    states: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class BoardRow:
    """One theatre: its lists on each day of the board."""

    theatre: str
    days: tuple[tuple[BoardList, ...], ...]


@dataclass(frozen=True)
class WeekBoard:
    """A week of lists; `before` and `after` are the Mondays of the weeks beside it, None at the ends."""

    monday: dt.date
    days: tuple[dt.date, ...]
    rows: tuple[BoardRow, ...]
    before: dt.date | None
    after: dt.date | None
    cases: int
    lists_used: int
    lists_usable: int


def weeks_of(shown: ShownRun) -> tuple[dt.date, ...]:
    """The Mondays of all weeks with lists, in order."""
    return tuple(sorted({monday_of(date) for date in shown.days}))


def first_week(shown: ShownRun) -> dt.date | None:
    """The Monday of the first week with a case, else of the first with a list; None without lists."""
    with_cases = [row.date("date") for row in shown.tables["lists"] if row.integer("cases")]
    return monday_of(min(with_cases)) if with_cases else next(iter(weeks_of(shown)), None)


def week_board(shown: ShownRun, monday: dt.date) -> WeekBoard:
    """The board of the week that begins on a Monday."""
    days = [monday + dt.timedelta(days=at) for at in range(7)]
    days = [date for at, date in enumerate(days) if at < _WORKING_DAYS or shown.lists_on(date)]
    shortest = shortest_minutes(shown.instance)
    rows = tuple(
        BoardRow(
            name,
            tuple(
                tuple(board_list(shown, on, shortest) for on in shown.lists_on(date) if on.theatre_id == theatre_id)
                for date in days
            ),
        )
        for theatre_id, name in shown.theatres
    )
    weeks = weeks_of(shown)
    every = [one for row in rows for lists in row.days for one in lists]
    return WeekBoard(
        monday=monday,
        days=tuple(days),
        rows=rows,
        before=max((week for week in weeks if week < monday), default=None),
        after=min((week for week in weeks if week > monday), default=None),
        cases=sum(one.cases for one in every),
        lists_used=sum(bool(one.cases) for one in every),
        lists_usable=sum(one.usable for one in every),
    )


def shortest_minutes(instance: Instance) -> int:
    """The expected minutes of the shortest operation anybody waits for; 0 when nobody waits."""
    waiting = {patient.procedure_code for patient in instance.patients.values()}
    return min((instance.procedures[code].duration.mean_minutes for code in waiting), default=0)


def board_list(shown: ShownRun, on: TheatreList, shortest: int) -> BoardList:
    """One list as the board has it; it is full when not even the shortest operation has room."""
    figures = shown.figures(on.list_id)
    cases = figures.integer("cases")
    used = int((figures.moment("expected_end") - on.start).total_seconds()) // 60 if cases else 0
    gap = shown.instance.settings.turnaround_minutes if cases else 0
    left = max(on.minutes - used - gap, 0)
    usable, is_full = figures.flag("usable"), left < max(shortest, 1)
    counts = Counter(row.text("state") for row in shown.cases(on.list_id))
    return BoardList(
        list_id=on.list_id,
        date=on.date,
        hours=f"{clock(on.start)} to {clock(on.end)}",
        surgeon=on.surgeon_id or "no surgeon",
        usable=usable,
        cases=cases,
        used_minutes=used,
        available_minutes=on.minutes,
        room="closed" if not usable and not cases else "full" if is_full else f"room for {left} minutes",
        is_full=is_full and (usable or cases > 0),
        late_share=shown.late_share(on.list_id) if cases else None,
        states=tuple((state, counts[state]) for state in reversed(BOOKING_STATES) if counts[state]),
    )
