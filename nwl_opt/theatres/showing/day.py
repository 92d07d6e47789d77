"""A day of theatres as tables: one for each list, its cases in order, with the same facts the picture shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.shared.parsing import Row
from models.theatres.entities import TheatreList
from nwl_opt.theatres.printing.of_theatres import theatre_sheets
from nwl_opt.theatres.printing.sheets import CaseLine, TheatreSheet, clock
from nwl_opt.theatres.showing.board import BoardList, board_list, shortest_minutes
from nwl_opt.theatres.showing.shown import ShownRun


@dataclass(frozen=True)
class DayCase:
    """One operation: what the paper says of it, and how long it, its turnaround and recovery take."""

    line: CaseLine
    patient_id: str
    state: str
    touch_minutes: int
    turnaround_minutes: int
    recovery: str


@dataclass(frozen=True)
class DayList:
    """One list of the day: as on the board, as on paper, and its cases."""

    on_board: BoardList
    sheet: TheatreSheet
    cases: tuple[DayCase, ...]


@dataclass(frozen=True)
class ShownDay:
    """A day; `before` and `after` are the days with lists beside it, None at the ends."""

    date: dt.date
    lists: tuple[DayList, ...]
    before: dt.date | None
    after: dt.date | None

    @property
    def cases(self) -> int:
        return sum(len(one.cases) for one in self.lists)


def shown_day(shown: ShownRun, date: dt.date) -> ShownDay:
    """A day of the plan, by theatre and start."""
    sheets = theatre_sheets(shown.day(date))
    shortest = shortest_minutes(shown.instance)
    theatres = [theatre_id for theatre_id, _ in shown.theatres]
    together = sorted(
        zip(shown.lists_on(date), sheets, strict=True), key=lambda one: theatres.index(one[0].theatre_id)
    )
    lists = tuple(DayList(board_list(shown, on, shortest), sheet, _cases(shown, on, sheet)) for on, sheet in together)
    return ShownDay(
        date,
        lists,
        before=max((day for day in shown.days if day < date), default=None),
        after=min((day for day in shown.days if day > date), default=None),
    )


def _cases(shown: ShownRun, on: TheatreList, sheet: TheatreSheet) -> tuple[DayCase, ...]:
    rows = shown.cases(on.list_id)
    return tuple(_case(shown, row, line) for row, line in zip(rows, sheet.cases, strict=True))


def _case(shown: ShownRun, row: Row, line: CaseLine) -> DayCase:
    patient_id, end = row.text("patient_id"), row.moment("end")
    minutes = shown.instance.procedure_of(patient_id).recovery_minutes
    recovery = f"{clock(end)} to {clock(end + dt.timedelta(minutes=minutes))}" if minutes else "none"
    return DayCase(
        line=line,
        patient_id=patient_id,
        state=row.text("state"),
        touch_minutes=row.integer("expected_touch_minutes"),
        turnaround_minutes=row.integer("turnaround_minutes"),
        recovery=recovery,
    )
