"""Who is not booked and why, what somebody has to do, which tests are when, who could come at short notice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from models.shared.cells import Cell
from models.theatres.output_tables import CAPACITY_CODES, READINESS_CODES
from models.theatres.words import CODE_WORDS
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Sheet
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.theatres.frame import Frame
from nwl_opt.excel.results.tidy import count_where
from nwl_opt.words import name_words

NOT_BOOKED = "Not booked"
NOT_BOOKED_DESCRIPTION = "every patient without a list, why, and what would help; counted by reason"
WORKLISTS = "Worklists"
WORKLISTS_DESCRIPTION = "what somebody has to do about patients: validation, consent, checks, reviews"
APPOINTMENTS = "Appointments"
APPOINTMENTS_DESCRIPTION = "every test appointment by day, site and time; counted by site"


def write_not_booked(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet of patients without a list."""
    sheet = frame.book.sheet(NOT_BOOKED, "Not booked: who, why, and what would help",
                             (44, 12, 32, 10, 18, 10, 60, 70))  # fmt: skip
    live = _write_counts(frame, sheet)
    sheet.section("Patient by patient")
    heads = sheet.heads(("Reason", "Patient", "Operation", "Priority", "Waits since", "Weeks", "In words",
                         "What would help"), 5, 5)  # fmt: skip
    sheet.freeze(heads + 1)
    planning = frame.source.settings["planning_date"]
    assert isinstance(planning, dt.date)
    for row in frame.rows("not_booked"):
        at, patient = sheet.row, frame.patients[str(row["patient_id"])]
        sheet.put(at, 0, _reason(str(row["reason_code"])), "wrap top")
        sheet.put(at, 1, row["patient_id"], "text top")
        operation = frame.name("procedures", "procedure_code", patient.text("procedure_code"))
        lines = [sheet.words(at, 2, operation)]
        sheet.put(at, 3, patient.text("priority"), "text top")
        sheet.put(at, 4, patient.date("clock_start"), "date top")
        weeks = (planning - patient.date("clock_start")).days // 7
        sheet.live(at, 5, f"INT((planning_date-E{at + 1})/7)", weeks, "whole top")
        lines += [sheet.words(at, 6, str(row["reason"])), sheet.words(at, 7, str(row["what_would_help"]))]
        sheet.height(at, max(lines))
        sheet.row += 1
    sheet.filter(heads, sheet.row - 1, 8)
    return live


def _write_counts(frame: Frame, sheet: Sheet) -> dict[str, Live]:
    """How many by reason: those who are not ready, and those who are and found no place."""
    sheet.section("By reason")
    counted = Counter(str(row["reason_code"]) for row in frame.rows("not_booked"))
    live: dict[str, Live] = {}
    for name, words, codes in (
        ("not_ready", "Not ready", READINESS_CODES),
        ("ready_not_booked", "Ready, and no place", CAPACITY_CODES),
    ):
        sheet.heads((words, "Patients", "Code"), 1, 1)
        first = sheet.row
        for code in codes:
            if counted[code]:
                sheet.put(sheet.row, 0, _reason(code))
                formula = count_where("not_booked", {"reason_code": f"C{sheet.row + 1}"})
                sheet.live(sheet.row, 1, formula, counted[code], "whole")
                sheet.put(sheet.row, 2, code)
                sheet.row += 1
        now = sum(counted[code] for code in codes)
        sheet.put(sheet.row, 0, f"{words}: all", "text bold")
        formula = f"SUM(B{first + 1}:B{sheet.row})" if sheet.row > first else "0"
        live[name] = Live(sheet.live(sheet.row, 1, formula, now, "whole bold"), now)
        frame.book.check(live[name].ref, name_words(name), now, frame.source.figure(name))
        sheet.row += 2
    return live


def _reason(code: str) -> str:
    words = CODE_WORDS.get(code, name_words(code))
    return f"{words[:1].upper()}{words[1:]}"


def write_worklists(frame: Frame) -> None:
    """Write the sheet of work to do."""
    sheet = frame.book.sheet(WORKLISTS, "Worklists: what somebody has to do", (28, 12, 34, 10, 16, 100))
    rows = frame.rows("worklists")
    _write_counted(frame, sheet, "worklists", "worklist", "Worklist")
    heads = sheet.heads(("Worklist", "Patient", "What", "Priority", "Stops a booking", "In words"))
    sheet.freeze(heads + 1)
    for row in rows:
        at = sheet.row
        sheet.put(at, 0, _capital(str(row["worklist"])), "text top")
        sheet.put(at, 1, row["patient_id"], "text top")
        sheet.put(at, 2, _reason(str(row["reason_code"])), "text top")
        sheet.put(at, 3, frame.patients[str(row["patient_id"])].text("priority"), "text top")
        sheet.put(at, 4, row["blocks_booking"], "text top")
        sheet.height(at, sheet.words(at, 5, str(row["reason"])))
        sheet.row += 1
    sheet.filter(heads, sheet.row - 1, 6)


def write_appointments(frame: Frame) -> None:
    """Write the sheet of tests."""
    sheet = frame.book.sheet(APPOINTMENTS, "Appointments: tests before surgery", (40, 18, 18, 38, 12, 18, 12))
    names = {
        str(row["site"]): frame.name("test_sites", "site_id", row["site"]) for row in frame.rows("cdc_appointments")
    }
    _write_counted(frame, sheet, "cdc_appointments", "site", "Site", names)
    heads = sheet.heads(("Site", "Start", "End", "Test", "Patient", "Result due", "Made"))
    sheet.freeze(heads + 1)
    for row in sorted(
        frame.rows("cdc_appointments"), key=lambda one: (_date(one), str(one["site"]), str(one["start"]))
    ):
        at = sheet.row
        sheet.put(at, 0, names[str(row["site"])])
        for column, name in ((1, "start"), (2, "end"), (5, "result_due")):
            sheet.put(at, column, row[name], "moment")
        sheet.put(at, 3, frame.name("tests", "test_id", row["test"]))
        sheet.put(at, 4, row["patient_id"])
        sheet.put(at, 6, row["state"])
        sheet.row += 1
    sheet.filter(heads, sheet.row - 1, 7)


def _write_counted(
    frame: Frame, sheet: Sheet, table: str, column: str, words: str, names: Mapping[str, str] | None = None
) -> None:
    """How many rows of a table there are by one of its columns."""
    sheet.heads((words, "Number", "Code"), 1, 1)
    counted = Counter(str(row[column]) for row in frame.rows(table))
    first = sheet.row
    for value in sorted(counted):
        sheet.put(sheet.row, 0, (names or {}).get(value, _capital(value)))
        formula = count_where(table, {column: f"C{sheet.row + 1}"})
        sheet.live(sheet.row, 1, formula, counted[value], "whole")
        sheet.put(sheet.row, 2, value)
        sheet.row += 1
    sheet.put(sheet.row, 0, "All", "text bold")
    formula = f"SUM(B{first + 1}:B{sheet.row})" if counted else "0"
    ref = sheet.live(sheet.row, 1, formula, len(frame.rows(table)), "whole bold")
    frame.book.check(ref, f"rows of {name_words(table)}", len(frame.rows(table)), len(frame.rows(table)))
    sheet.row += 2


def _date(row: Cells) -> str:
    return str(row["start"])[:10]


def _capital(text: str) -> str:
    words = name_words(text)
    return f"{words[:1].upper()}{words[1:]}"


Columns = Sequence[tuple[str, str, str, float]]
"""Columns of a plain sheet: name in the table, heading, style, width."""

PLAIN: Mapping[str, tuple[str, str, str, Columns]] = {
    "standby": ("Standby", "Standby: who could come at short notice",
                "who could come at short notice if a place came free",
                (("list_id", "List", "text", 22), ("place", "Asked", "whole", 10),
                 ("patient_id", "Patient", "text", 14), ("instead_of", "Instead of", "text", 14),
                 ("weeks_waited", "Weeks waited", "whole", 14))),
    "changes": ("Changes", "Changes against the bookings of before",
                "bookings of before that are not kept, and new ones where there was a plan before",
                (("patient_id", "Patient", "text", 12), ("change", "What", "text", 12),
                 ("state_before", "Booking was", "text", 14), ("list_before", "List before", "text", 20),
                 ("date_before", "Day before", "date", 18), ("list_after", "List now", "text", 20),
                 ("date_after", "Day now", "date", 18), ("why", "Why", "wrap", 80))),
    "bottlenecks": ("Bottlenecks", "Bottlenecks: what a little more of each resource could bring",
                    "what a little more of each resource could bring, the most first",
                    (("resource", "Resource", "text", 20), ("item", "Which", "text", 24),
                     ("one_more", "What was added", "wrap", 70), ("marginal_cases", "Further cases", "one", 16),
                     ("cases", "Cases now", "whole", 12), ("cases_at_most", "No plan has more than", "one", 22))),
}  # fmt: skip


def write_plain(frame: Frame, table: str) -> None:
    """Write one table as a sheet of its own, with headings in words."""
    name, title, _, columns = PLAIN[table]
    sheet = frame.book.sheet(name, title, [width for *_, width in columns])
    numeric = [at for at, (*_, style, _) in enumerate(columns) if style in ("whole", "one")]
    heads = sheet.heads([heading for _, heading, _, _ in columns])
    sheet.freeze(heads + 1)
    for row in frame.rows(table):
        lines = 1
        for at, (column, _, style, _) in enumerate(columns):
            value: Cell = row[column]
            if style == "wrap":
                lines = max(lines, sheet.words(sheet.row, at, str(value)))
            else:
                sheet.put(sheet.row, at, value, f"{style} top")
        sheet.height(sheet.row, lines)
        sheet.row += 1
    if not frame.rows(table):
        sheet.paragraph("Nothing to show: none, or not studied in this run.")
    elif numeric:
        sheet.filter(heads, sheet.row - 1, len(columns))
