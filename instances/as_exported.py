"""The shipped tables once more, as the systems of others would export them: invented, for trying saved mappings.

Titles above the headings, merged cells, totals between the rows, other words for our codes, pounds in thousands. The
files lie in `extracts/` of each kind, beside mappings written by hand.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import xlsxwriter

Row = Mapping[str, str]
Cell = str | float | dt.date | None
_HERE = Path(__file__).parent
_NOTE = "Synthetic: every row is invented"
_MADE_ON = dt.datetime(2026, 11, 22)  # a fixed day, so that the same rows are the same file
_BEFORE = dt.timedelta(days=14)  # the referrals are of the week before the roll; the reference plans earlier
_WORDS = {"yes": "Y", "no": "N", "unknown": "Not known"}


@dataclass(frozen=True)
class Export:
    """A sheet as exported: titles, headings, rows of cells, and cells merged over rows (first, last, column)."""

    sheet: str
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[tuple[int, int, int], ...] = ()


def waiting_list() -> Export:
    """A week's referrals as a hospital's patient administration system lists them."""
    trusts = _names("theatres/nwl/trusts.csv", "trust_id")
    operations = _names("theatres/nwl/procedures.csv", "procedure_code")
    headings = (
        "Pathway ID", "Provider", "Intended procedure", "Cons code", "Pooling", "Procedure priority",
        "RTT clock start", "Side", "ASA", "Adult", "Fit for surgery", "Consent signed", "Validated", "Walks",
        "Transport required", "Latex", "MRSA", "Diabetes", "Intended management", "IMD quintile", "List status",
    )  # fmt: skip
    pools = {"named": "Named consultant", "trust": "Trust pool", "any": "Full pool"}
    priorities = {"P2": "Urgent", "P3": "Soon", "P4": "Routine"}
    rows: list[tuple[Cell, ...]] = [
        (
            row["patient_id"], trusts[row["trust_id"]],
            f"{row['procedure_code']}: {operations[row['procedure_code']]}",
            row["surgeon_id"], pools[row["surgeon_choice"]], priorities[row["priority"]],
            dt.date.fromisoformat(row["clock_start"]) - _BEFORE, row["laterality"][0].upper(), int(row["asa_grade"]),
            *(_WORDS[row[name]] for name in ("adult", "fit", "consented", "validated", "ambulant",
                                             "hospital_transport", "latex_allergy", "infection_risk", "diabetic")),
            "Day case" if row["day_case"] == "yes" else "Inpatient", int(row["deprivation_quintile"]), "Waiting",
        )
        for row in _rows("theatres/week/referrals.csv")
    ]  # fmt: skip
    removed = ("R0900", *rows[0][1:-1], "Removed")
    rows = [*rows[:6], (), removed, *rows[6:], (), (f"Total patients: {len(rows) + 1}",)]
    titles = ("Elective Orthopaedic Centre: patients added to the list", f"15/03/2027. {_NOTE}", "")
    return Export("Added in week", titles, headings, tuple(rows))


def theatre_rota() -> bytes:
    """Four weeks of lists as a theatre system writes them: semicolons, British dates, times without a colon."""
    rooms = _names("theatres/nwl/theatres.csv", "theatre_id")
    specialties = _names("theatres/nwl/subspecialties.csv", "subspecialty_id")
    lines: list[list[str]] = [["Theatre rota"], [f"12/04/2027 to 09/05/2027. {_NOTE}"], []]
    lines.append(["Session ID", "Theatre", "Session date", "Start", "Finish", "Surgeon", "Specialty",
                  "Team allocated", "Joint limit", "Session status"])  # fmt: skip
    rows = _rows("theatres/nwl/lists.csv")
    for at, row in enumerate(rows):
        line = [
            row["list_id"], rooms[row["theatre_id"]], _british(row["date"]), row["start"].replace(":", ""),
            row["end"].replace(":", ""), row["surgeon_id"], specialties.get(row["subspecialty_id"], ""),
            _WORDS[row["staffed"]], row["max_joints"], "Planned",
        ]  # fmt: skip
        lines.append(line)
        if at % 40 == 39:
            lines.append([f"{line[0]}-evening", *line[1:3], "1730", "2030", *line[5:9], "Cancelled"])
    lines += [[], ["End of report"]]
    return _text(lines, ";")


def general_ledger() -> Export:
    """The ledger of the tiny instance in thousands: a cost centre over several subjectives, totals below each."""
    cells = {row["ledger_line"]: row for row in _rows("reallocation/tiny/mapping.csv")}
    services = {"acute": "Acute contracts", "mental_health": "Mental health"}
    rows: list[tuple[Cell, ...]] = []
    merged: list[tuple[int, int, int]] = []
    total = 0
    for number, line in enumerate(_rows("reallocation/tiny/ledger.csv"), start=1):
        cell, pounds, once = cells[line["ledger_line"]], int(line["gbp"]), int(line["non_recurrent_gbp"])
        service = services.get(cell["line"], "General practice")
        first = len(rows)
        parts = (("52161", pounds // 3 // 100 * 100, 0), ("52216", pounds - pounds // 3 // 100 * 100, once))
        for subjective, part, part_once in parts:
            rows.append((
                f"60{number:02d}", line["description"], subjective, cell["place"].capitalize() or None, service,
                part / 1000, part_once / 1000, "Y" if cell["line"] == "mental_health" else "N",
            ))  # fmt: skip
        merged += [(first, len(rows) - 1, 0), (first, len(rows) - 1, 1)]
        rows.append((f"Total 60{number:02d}", None, None, None, None, pounds / 1000, once / 1000, None))
        total += pounds
    rows.append(("Grand total", None, None, None, None, total / 1000, 10.0, None))
    headings = ("Cost centre", "Cost centre name", "Subjective", "Borough", "Service", "Annual budget £000",
                "Of which non-recurrent £000", "MHIS")  # fmt: skip
    titles = ("Integrated Care Board: general ledger, month 12", f"{_NOTE}. All figures in £000", "")
    return Export("GL M12", titles, headings, tuple(rows), tuple(merged))


def charging_schedule() -> Export:
    """A landlord's charges of a year: units below their building, totals below each, pounds and pence."""
    sites = _names("estates/nwl/sites.csv", "site_id")
    payers = {"icb": "NHS NWL ICB", "provider": "Trust", "gp": "GP practice"}
    items = ("rent_gbp", "rates_gbp", "facilities_gbp", "service_charge_gbp")
    rows: list[tuple[Cell, ...]] = []
    schedule = _rows("estates/charging/schedule_2026_27.csv")
    for site, group in groupby(schedule, key=lambda row: row["site_id"]):
        rows.append((sites[site],))
        lines = list(group)
        for row in lines:
            amounts = [float(row[item]) for item in items]
            rows.append((None, row["suite_id"], payers[row["payer"]], int(row["area_m2"]), *amounts,
                         round(sum(amounts), 2)))  # fmt: skip
        rows.append((f"Total {sites[site]}", None, None, *_sums(lines, items)))
    rows.append(("Grand total", None, None, *_sums(schedule, items)))
    headings = ("Property", "Unit reference", "Bill to", "Area charged (sq m)", "Rent (£)", "Business rates (£)",
                "FM (£)", "Service charge (£)", "Total (£)")  # fmt: skip
    titles = ("Annual charging schedule 2026/27", _NOTE, "")
    return Export("Schedule", titles, headings, tuple(rows))


def room_bookings() -> bytes:
    """Bookings of rooms as a booking system writes them."""
    lines = [["Location", "Resource", "Resource type", "Booking date", "Booking start", "Booking end",
              "Booking status", "Booked by"]]  # fmt: skip
    words = {"booked": "Confirmed", "cancelled": "Cancelled"}
    lines += [
        ["Meadows Centre for Health", row["room"], f"{row['room_type'].capitalize()} room", _british(row["date"]),
         row["start"], row["end"], words[row["status"]], "Reception"]
        for row in _rows("estates/exports/bookings.csv")
    ]  # fmt: skip
    return _text(lines, ",")


def files() -> Iterator[tuple[str, Export | bytes]]:
    """Every shipped extract by its place in this package."""
    yield "theatres/extracts/waiting_list.xlsx", waiting_list()
    yield "theatres/extracts/theatre_rota.csv", theatre_rota()
    yield "reallocation/extracts/general_ledger.xlsx", general_ledger()
    yield "estates/extracts/charging_schedule.xlsx", charging_schedule()
    yield "estates/extracts/room_bookings.csv", room_bookings()


def write(folder: Path) -> None:
    """Write them all below a folder."""
    for name, content in files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            _write_sheet(path, content)


def _write_sheet(path: Path, export: Export) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": _MADE_ON})
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(export.sheet)
        sheet.set_column(0, len(export.headings) - 1, 18)
        for at, title in enumerate(export.titles):
            if title:
                sheet.merge_range(at, 0, at, len(export.headings) - 1, title, bold)
        top = len(export.titles)
        sheet.write_row(top, 0, export.headings, bold)
        for at, row in enumerate(export.rows, start=top + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write(at, column, cell)
        for first, last, column in export.merged:
            sheet.merge_range(top + 1 + first, column, top + 1 + last, column, export.rows[first][column])


def _sums(rows: Iterable[Row], items: Sequence[str]) -> list[Cell]:
    rows = list(rows)
    sums = [round(sum(float(row[item]) for row in rows), 2) for item in items]
    return [sum(int(row["area_m2"]) for row in rows), *sums, round(sum(sums), 2)]


def _names(file: str, key: str) -> dict[str, str]:
    return {row[key]: row["name"] for row in _rows(file)}


def _rows(file: str) -> list[dict[str, str]]:
    with (_HERE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _british(day: str) -> str:
    return dt.date.fromisoformat(day).strftime("%d/%m/%Y")


def _text(lines: Sequence[Sequence[str]], separator: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()
