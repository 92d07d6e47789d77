"""How the theatres are used: every list with its minutes and utilisation worked out from its cases and its times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Ref, Sheet, column_name
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.theatres.frame import Frame, inside_minutes, whole
from nwl_opt.excel.results.tidy import count_where, sum_where

SHEET = "Use of theatres"
DESCRIPTION = (
    "every list: minutes, cases, utilisation worked out from its cases; start and end (yellow) may be changed"
)
LISTS = "Theatre lists"
LISTS_DESCRIPTION = "every theatre-day: who is operated on, in which order and when; one printed page each"
_START, _END, _PLANNED, _CASES, _TOUCH, _INSIDE, _FULL = range(4, 11)
_LATE, _REHEARSED, _WORD, _CODE = 12, 13, 14, 15
_WIDTHS_OF_LISTS = (18, 6, 12, 34, 9, 10, 18, 18, 12, 12, 11, 12)
_INSIDE_OF_CASE = 11
_PERCENT = 72


@dataclass(frozen=True)
class _Block:
    """The rows of all lists on the sheet."""

    first: int
    last: int

    def of(self, column: int) -> str:
        letters = column_name(column)
        return f"${letters}${self.first + 1}:${letters}${self.last + 1}"


def write_lists(frame: Frame) -> None:
    """Write the sheet of theatre lists: a block for each list with a case."""
    sheet = frame.book.sheet(LISTS, "Theatre lists", _WIDTHS_OF_LISTS)
    sheet.paragraph(
        "Times are planned. Minutes inside: touch time within the list's planned start and end, which stand on the "
        f"sheet {SHEET}."
    )
    rows = {list_id: at for at, list_id in enumerate(frame.lists)}
    top = _first_row(frame)
    sheet.row += 1
    breaks = []
    for _, group in groupby(sorted(frame.cases, key=lambda one: _theatre_day(frame, one)),
                            key=lambda one: _theatre_day(frame, one)[:2]):  # fmt: skip
        breaks.append(sheet.row)
        for list_id in group:
            _write_list(frame, sheet, list_id, frame.cases[list_id], top + rows[list_id])
    if not breaks:
        sheet.paragraph("Nobody is booked.")
    sheet.page_break_before(breaks[1:], _PERCENT)


def _theatre_day(frame: Frame, list_id: str) -> tuple[dt.date, str, dt.datetime]:
    """What lists are sorted by, and what stands on one page: the day and the theatre."""
    start = frame.times[list_id].start
    return start.date(), str(frame.lists[list_id]["theatre"]), start


def _write_list(frame: Frame, sheet: Sheet, list_id: str, cases: list[Cells], use_row: int) -> None:
    row, times = frame.lists[list_id], frame.times[list_id]
    day = f"{times.start:%A} {times.start.day} {times.start:%B %Y}"
    theatre = frame.name("theatres", "theatre_id", row["theatre"])
    people = f"{len(cases)} {'patient' if len(cases) == 1 else 'patients'}"
    hours = f"{times.start:%H:%M} to {times.end:%H:%M}"
    sheet.section(f"{day}, {theatre}, {hours}, surgeon {row['surgeon_id'] or 'none'}: {people}")
    sheet.heads(("List", "No", "Patient", "Operation", "Side", "Surgeon", "Start", "End", "Touch, min",
                 "Turnaround, min", "Booking", "Minutes inside"), 8, 9)  # fmt: skip
    begins, ends = (Ref(SHEET, use_row, column).address for column in (_START, _END))
    for case in cases:
        at = sheet.row
        for column, name in enumerate(("list_id", "position", "patient_id", "procedure", "laterality", "surgeon_id")):
            sheet.put(at, column, case[name], "whole" if name == "position" else "text")
        for column, name in enumerate(("start", "end"), start=6):
            sheet.put(at, column, case[name], "moment")
        sheet.put(at, 8, case["expected_touch_minutes"], "whole")
        sheet.put(at, 9, case["turnaround_minutes"], "whole")
        sheet.put(at, 10, case["state"])
        inside = f"MAX(0,ROUND((MIN(H{at + 1},{ends})-MAX(G{at + 1},{begins}))*1440,0))"
        sheet.live(at, _INSIDE_OF_CASE, inside, inside_minutes(case, times), "whole")
        sheet.row += 1
    sheet.row += 1


def _first_row(frame: Frame) -> int:
    """The row of the first list on the sheet of use: below the heading, a paragraph, a gap and the headings."""
    return len(frame.book.about.lines) + 5


def write_use(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet."""
    sheet = frame.book.sheet(SHEET, "Use of theatres: every list", (
        18, 14, 10, 9, 18, 18, 10, 8, 10, 10, 11, 18, 12, 13, 22, 20))  # fmt: skip
    sheet.paragraph("Full: touch time inside the planned times of a list over its length (capped utilisation).")
    sheet.row += 1
    heads = sheet.heads(
        ("Day", "Theatre", "Surgeon", "Usable", "Start", "End", "Planned, min", "Cases", "Touch, min", "Inside, min",
         "Full", "Expected end", "Chance of a late finish", "Rehearsed, slow days too", "Word", "List"),
        6, 10)  # fmt: skip
    assert heads + 1 == _first_row(frame), "the theatre lists look at the rows of this sheet"
    sheet.freeze(heads + 1, 2)
    rehearsed = {
        str(row["list_id"]): row["overrun_probability"]
        for row in frame.rows("rehearsal")
        if row["assumptions"] == "stressed"
    }
    first = sheet.row
    for list_id, row in frame.lists.items():
        _write_use_of_list(frame, sheet, list_id, row)
        sheet.put(sheet.row, _REHEARSED, rehearsed.get(list_id), "share")
        sheet.row += 1
    block = _Block(first, max(first, sheet.row - 1))
    sheet.filter(heads, block.last, _CODE + 1)
    sheet.mark_words(block.first, block.last, _WORD, bad="not usable")
    sheet.mark_words(block.first, block.last, _WORD, bad="empty")
    sheet.row += 1
    _write_by_theatre(frame, sheet, block)
    return _figures(frame, sheet, block)


def _write_use_of_list(frame: Frame, sheet: Sheet, list_id: str, row: Cells) -> None:
    at, times, cases = sheet.row, frame.times[list_id], frame.cases.get(list_id, [])
    sheet.put(at, 0, row["date"], "date")
    sheet.put(at, 1, frame.name("theatres", "theatre_id", row["theatre"]))
    sheet.put(at, 2, row["surgeon_id"] or "none")
    sheet.put(at, 3, row["usable"])
    code = sheet.put(at, _CODE, list_id)
    sheet.put(at, _START, times.start, "moment input")
    sheet.put(at, _END, times.end, "moment input")
    key = f"${column_name(code.column)}{at + 1}"
    touch, inside = whole(row, "expected_touch_minutes"), sum(inside_minutes(case, times) for case in cases)
    planned = sheet.live(at, _PLANNED, f"ROUND((F{at + 1}-E{at + 1})*1440,0)", times.minutes, "whole")
    counted = sheet.live(at, _CASES, count_where("theatre_lists", {"list_id": key}), len(cases), "whole")
    touched = sheet.live(at, _TOUCH, sum_where("theatre_lists", "expected_touch_minutes", {"list_id": key}), touch,
                         "whole")  # fmt: skip
    sheet.live(at, _INSIDE, f"SUMIFS('{LISTS}'!$L:$L,'{LISTS}'!$A:$A,{key})", inside, "whole")
    full = inside / times.minutes
    share = sheet.live(at, _FULL, f"IF(G{at + 1}=0,0,J{at + 1}/G{at + 1})", full, "share")
    sheet.put(at, 11, row["expected_end"] if cases else None, "moment")
    sheet.put(at, _LATE, row["overrun_probability"], "share")
    words = "not usable" if row["usable"] is not True else "" if cases else "empty"
    sheet.live(at, _WORD, f'IF(D{at + 1}<>"yes","not usable",IF(H{at + 1}=0,"empty",""))', words, "text")
    check = frame.book.check
    check(planned, f"{list_id}: planned minutes", times.minutes, whole(row, "planned_minutes"))
    check(counted, f"{list_id}: cases", len(cases), whole(row, "cases"))
    check(touched, f"{list_id}: touch minutes", sum(whole(c, "expected_touch_minutes") for c in cases), touch)
    own = row["capped_utilisation_planned"]
    check(share, f"{list_id}: full", full, float(own) if isinstance(own, (int, float)) else 0.0, 3)


def _write_by_theatre(frame: Frame, sheet: Sheet, block: _Block) -> None:
    """Usable lists by theatre: utilisation is a ratio of sums."""
    sheet.section("By theatre, usable lists only")
    sheet.heads(("Theatre", "", "", "", "Lists", "", "Planned, min", "Cases", "Touch, min", "Inside, min", "Full"), 4)
    theatres = dict.fromkeys(str(row["theatre"]) for row in frame.lists.values())
    for theatre in sorted(theatres):
        at, own = sheet.row, [k for k, r in frame.lists.items() if r["theatre"] == theatre and r["usable"] is True]
        name = frame.name("theatres", "theatre_id", theatre)
        sheet.put(at, 0, name)
        where = f'{block.of(1)},$A{at + 1},{block.of(3)},"yes"'
        sheet.live(at, 4, f"COUNTIFS({where})", len(own), "whole")
        sums = _sums(frame, own)
        for column in (_PLANNED, _CASES, _TOUCH, _INSIDE):
            sheet.live(at, column, f"SUMIFS({block.of(column)},{where})", sums[column], "whole")
        full = sums[_INSIDE] / sums[_PLANNED] if sums[_PLANNED] else 0.0
        sheet.live(at, _FULL, f"IF(G{at + 1}=0,0,J{at + 1}/G{at + 1})", full, "share")
        sheet.row += 1
    sheet.row += 1


def _sums(frame: Frame, lists: list[str]) -> dict[int, int]:
    """Sums over some lists by column of the sheet."""
    cases = {one: frame.cases.get(one, []) for one in lists}
    return {
        _PLANNED: sum(frame.times[one].minutes for one in lists),
        _CASES: sum(len(of) for of in cases.values()),
        _TOUCH: sum(whole(frame.lists[one], "expected_touch_minutes") for one in lists),
        _INSIDE: sum(inside_minutes(case, frame.times[one]) for one, of in cases.items() for case in of),
    }


def _figures(frame: Frame, sheet: Sheet, block: _Block) -> dict[str, Live]:
    """Key figures of all usable lists."""
    sheet.section("Key figures from this sheet: usable lists, empty ones included")
    usable = [list_id for list_id, row in frame.lists.items() if row["usable"] is True]
    sums, chosen = _sums(frame, usable), f'{block.of(3)},"yes"'
    planned, cases, touch, inside = (
        f"SUMIFS({block.of(column)},{chosen})" for column in (_PLANNED, _CASES, _TOUCH, _INSIDE)
    )
    number = f"COUNTIFS({chosen})"
    minutes, lists = sums[_PLANNED] or 1, len(usable) or 1
    length, time = block.of(_PLANNED), block.of(_TOUCH)
    least = f"(({time}<{length})*{time}+({time}>={length})*{length})"
    touched = [min(whole(frame.lists[k], "expected_touch_minutes"), frame.times[k].minutes) for k in usable]
    figures: dict[str, tuple[str, str, float, str]] = {
        "cases": ("Patients booked", "COUNTA(theatre_lists[patient_id])", len(frame.rows("theatre_lists")), "whole"),
        "lists_usable": ("Usable lists", number, len(usable), "whole"),
        "lists_used": ("Usable lists with a case", f'COUNTIFS({chosen},{block.of(_CASES)},">0")',
                       sum(bool(frame.cases.get(k)) for k in usable), "whole"),
        "cases_per_usable_list": ("Cases a usable list", f"{cases}/MAX(1,{number})", sums[_CASES] / lists, "three"),
        "cases_per_480_minutes": ("Cases in 480 minutes", f"480*{cases}/MAX(1,{planned})",
                                  480 * sums[_CASES] / minutes, "three"),
        "capped_utilisation_planned": ("Capped utilisation", f"{inside}/MAX(1,{planned})", sums[_INSIDE] / minutes,
                                       "share"),
        "duration_capped_utilisation_planned": (
            "Utilisation, touch time capped at the list's length",
            f'SUMPRODUCT(({block.of(3)}="yes")*{least})/MAX(1,{planned})', sum(touched) / minutes, "share"),
        "uncapped_utilisation_planned": ("Uncapped utilisation", f"{touch}/MAX(1,{planned})", sums[_TOUCH] / minutes,
                                         "share"),
    }  # fmt: skip
    live: dict[str, Live] = {}
    for name, (words, formula, now, style) in figures.items():
        sheet.put(sheet.row, 0, words)
        live[name] = Live(sheet.live(sheet.row, _PLANNED, formula, now, style), now)
        frame.book.check(live[name].ref, words, now, frame.source.figure(name), 6)
        sheet.row += 1
    return live
