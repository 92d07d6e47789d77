"""GP premises: what happens to each practice's, how full they are, and where patients of closed ones go."""

from __future__ import annotations

from collections.abc import Mapping

from nwl_opt.excel.results.estates.frame import Frame, number
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Sheet, column_name
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.tidy import quoted, sum_where, total

SHEET = "Premises"
DESCRIPTION = "GP premises: open or closed, how full in the first and the last period, where patients go"


def write_premises(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet; without GP premises in the instance it says so."""
    sheet = frame.book.sheet(SHEET, "GP premises", (38, 24, 12, 18, 13, 14, 14, 14, 13, 14, 14, 14, 16))
    by_practice: dict[str, dict[str, Cells]] = {}
    for row in frame.rows("premises_plan"):
        by_practice.setdefault(str(row["practice_id"]), {})[str(row["year"])] = row
    if not by_practice:
        sheet.paragraph("The instance has no GP premises.")
        return {}
    years = (frame.periods[0].first_year, frame.periods[-1].first_year)
    sheet.paragraph(
        "Hours a week of the practice's own list and of lists dispersed to it. Full: used over available."
    )
    sheet.row += 1
    blocks = [f"{what} {year}" for year in years for what in ("List", "Used h", "Open h", "Full")]
    heads = sheet.heads(("Practice", "Borough", "At the end", "Closes on", *blocks, "Code"), 4, 11)
    sheet.freeze(heads + 1, 1)
    first = sheet.row
    for practice_id, rows in by_practice.items():
        _write_practice(frame, sheet, (practice_id, years), rows)
    last = sheet.row - 1
    sheet.filter(heads, last, 13)
    sheet.mark_words(first, last, 2, bad="closed")
    sheet.row += 1
    closed = sum(next(iter(rows.values()))["date"] is not None for rows in by_practice.values())
    sheet.put(sheet.row, 0, "Premises closed")
    ref = sheet.live(sheet.row, 4, f"COUNT($D${first + 1}:$D${last + 1})", closed, "whole")
    frame.book.check(ref, "GP premises closed", closed, frame.source.figure("gp_premises_closed"))
    sheet.row += 2
    _write_dispersal(frame, sheet)
    return {"gp_premises_closed": Live(ref, closed)}


def _write_practice(frame: Frame, sheet: Sheet, of: tuple[str, tuple[str, str]], rows: Mapping[str, Cells]) -> None:
    practice_id, years = of
    at = sheet.row
    practice = next(row for row in frame.source.inputs("gp_premises") if row.text("practice_id") == practice_id)
    sheet.put(at, 0, practice.text("name"))
    sheet.put(at, 1, practice.text("borough"))
    sheet.put(at, 2, rows[years[1]]["status"])
    sheet.put(at, 3, rows[years[1]]["date"], "date")
    sheet.put(at, 12, practice_id)
    for block, year in enumerate(years):
        row, column = rows[year], 4 + 4 * block
        used, available = number(row, "used_hours"), number(row, "available_hours")
        sheet.put(at, column, row["list_size"], "whole")
        sheet.put(at, column + 1, used, "one")
        sheet.put(at, column + 2, available, "one")
        hours, opened = (f"{column_name(column + one)}{at + 1}" for one in (1, 2))
        sheet.live(
            at, column + 3, f"IF({opened}=0,0,{hours}/{opened})", used / available if available else 0.0, "share"
        )
    sheet.row += 1


def _write_dispersal(frame: Frame, sheet: Sheet) -> None:
    """Where the patients of each closed practice go, in the last period."""
    rows, year = frame.rows("list_dispersal"), frame.periods[-1].first_year
    sheet.section(f"Where patients of closed premises go, from {year}")
    last = [row for row in rows if row["year"] == year]
    if not last:
        sheet.paragraph("Nobody has to go elsewhere.")
        return
    sheet.heads(("From practice", "To", "Kind", "Minutes one way", "Contacts a year"), 3)
    names = {row.text("practice_id"): row.text("name") for row in frame.source.inputs("gp_premises")}
    first = sheet.row
    for row in last:
        at = sheet.row
        sheet.put(at, 0, names.get(str(row["practice_id"]), str(row["practice_id"])))
        receiver = str(row["receiver"])
        sheet.put(at, 1, names.get(receiver) or frame.site_name(receiver))
        sheet.put(at, 2, row["receiver_kind"])
        sheet.put(at, 3, row["minutes"], "whole")
        sheet.put(at, 4, row["contacts"], "whole")
        sheet.row += 1
    now = total(last, "contacts")
    sheet.put(sheet.row, 0, "All", "text bold")
    ref = sheet.live(sheet.row, 4, f"SUM(E{first + 1}:E{sheet.row})", now, "whole bold")
    sheet.live(sheet.row, 5, sum_where("list_dispersal", "contacts", {"year": quoted(year)}), now, "whole")
    sheet.put(sheet.row, 6, "in the data")
    frame.book.check(ref, f"contacts of closed premises, {year}", now, now, 2)
