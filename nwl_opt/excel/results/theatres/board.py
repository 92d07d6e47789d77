"""The weeks at a glance, theatres by days: who operates, how many, how full, when it is expected to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from nwl_opt.excel.results.sheet import Sheet, column_name
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.theatres.frame import Frame, clock, day_words, number, whole
from nwl_opt.excel.results.tidy import count_where, sum_where, total

SHEET = "Week board"
DESCRIPTION = "the weeks at a glance, theatres by days: surgeon, patients, how full, expected end; sums of each day"


def write_board(frame: Frame) -> None:
    """Write the sheet."""
    days = sorted({_day(row) for row in frame.lists.values()})
    weeks: dict[dt.date, list[dt.date]] = {}
    for day in days:
        weeks.setdefault(day - dt.timedelta(days=day.weekday()), []).append(day)
    widest = max((len(of) for of in weeks.values()), default=1)
    sheet = frame.book.sheet(SHEET, "Week board: theatres by days", (28.0, *[30.0] * widest))
    sheet.paragraph("Surgeon, patients, how full the list is, when the last operation is expected to end.")
    sheet.row += 1
    for monday, of in weeks.items():
        _write_week(frame, sheet, monday, of)


def _write_week(frame: Frame, sheet: Sheet, monday: dt.date, days: Sequence[dt.date]) -> None:
    sheet.section(f"Week of {monday.day} {monday:%B %Y}")
    sheet.heads(("Theatre", *[day_words(day) for day in days]))
    rows = list(frame.lists.values())
    for theatre in sorted({str(row["theatre"]) for row in rows if _day(row) in days}):
        at, lines = sheet.row, 1
        sheet.put(at, 0, frame.name("theatres", "theatre_id", theatre), "text top")
        for column, day in enumerate(days, start=1):
            own = [row for row in rows if (str(row["theatre"]), _day(row)) == (theatre, day)]
            lines = max(lines, sheet.words(at, column, "\n".join(_words(row) for row in own)))
        sheet.height(at, lines)
        sheet.row += 1
    _write_sums(frame, sheet, days)


def _write_sums(frame: Frame, sheet: Sheet, days: Sequence[dt.date]) -> None:
    """Patients of each day, and how full its usable lists are."""
    at = sheet.row
    for row, words in ((at, "Day"), (at + 1, "Patients"), (at + 2, "Touch over usable minutes")):
        sheet.put(row, 0, words, "text bold")
    for column, day in enumerate(days, start=1):
        cell = f"{column_name(column)}{at + 1}"
        sheet.put(at, column, day, "date bold")
        cases = [row for row in frame.rows("theatre_lists") if row["date"] == day]
        ref = sheet.live(at + 1, column, count_where("theatre_lists", {"date": cell}), len(cases), "whole bold")
        lists = [row for row in frame.lists.values() if _day(row) == day]
        frame.book.check(ref, f"patients on {day.isoformat()}", len(cases), total(lists, "cases"))
        touch, planned = (
            sum(whole(row, name) for row in lists if row["usable"] is True)
            for name in ("expected_touch_minutes", "planned_minutes")
        )
        over, under = (
            sum_where("lists", name, {"date": cell, "usable": '"yes"'})
            for name in ("expected_touch_minutes", "planned_minutes")
        )
        sheet.live(at + 2, column, f"IF({under}=0,0,{over}/{under})", touch / planned if planned else 0, "share bold")
    sheet.row += 4


def _words(row: Cells) -> str:
    """One list in a line."""
    if row["usable"] is not True:
        return "not usable"
    cases = whole(row, "cases")
    if not cases:
        return f"{row['surgeon_id']}: empty"
    full = f"{number(row, 'capped_utilisation_planned'):.0%}".replace("%", " %")
    return f"{row['surgeon_id']}: {cases}, {full} full, to {clock(row['expected_end'])}"


def _day(row: Cells) -> dt.date:
    day = row["date"]
    assert isinstance(day, dt.date)
    return day
