"""Beds night by night, and who of the ready patients is booked: by home trust and by deprivation."""

from __future__ import annotations

from collections.abc import Mapping

from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Sheet
from nwl_opt.excel.results.theatres.frame import Frame, number, whole
from nwl_opt.excel.results.tidy import column_of, total

BEDS = "Beds"
BEDS_DESCRIPTION = "beds expected and nearly always enough, night by night, with a chart"
FAIRNESS = "Fairness"
FAIRNESS_DESCRIPTION = "the share of ready patients booked, by home trust and by deprivation"
_DECIMALS = 1  # chances of single nights are saved with four decimals


def write_beds(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet of nights."""
    sheet = frame.book.sheet(BEDS, "Beds: night by night", (20, 26, 14, 16, 10, 12, 14, 18, 16))
    sheet.paragraph(
        "Expected: patients in beds, those here before the plan included. Nearly always enough: at the bed quantile "
        "(sheet Assumptions). Simulated: share of nights with more patients than beds."
    )
    sheet.row += 1
    heads = sheet.heads(("Night that begins on", "Ward", "Expected", "Nearly always enough", "Beds", "Spare", "Word",
                         "Chance over, simulated", "Mean over, patients"), 2, 5)  # fmt: skip
    sheet.freeze(heads + 1)
    first = sheet.row
    for row in frame.rows("beds"):
        at = sheet.row
        sheet.put(at, 0, row["date"], "date")
        sheet.put(at, 1, frame.name("wards", "ward_id", row["ward"]))
        sheet.put(at, 2, row["expected_occupied"], "one")
        sheet.put(at, 3, row["p95_occupied"], "one")
        sheet.put(at, 4, row["beds"], "whole input")
        spare = number(row, "beds") - number(row, "p95_occupied")
        sheet.live(at, 5, f"E{at + 1}-D{at + 1}", spare, "one")
        words = "short" if round(spare, 3) < 0 else "enough"
        sheet.live(at, 6, f'IF(ROUND(F{at + 1},3)<0,"short","enough")', words, "text")
        sheet.put(at, 7, row["over_probability_simulated"], "share")
        sheet.put(at, 8, row["mean_over_simulated"], "three")
        sheet.row += 1
    last = sheet.row - 1
    sheet.filter(heads, last, 9)
    sheet.mark_words(first, last, 6, bad="short")
    live = _figures(frame, sheet)
    if last >= first:
        _chart(frame, sheet, (heads, first, last))
    return live


def _figures(frame: Frame, sheet: Sheet) -> dict[str, Live]:
    sheet.row += 1
    live = {}
    for name, words, column in (
        ("bed_nights_over_simulated", "Bed nights over, simulated", "mean_over_simulated"),
        ("nights_over_simulated", "Nights over, simulated", "over_probability_simulated"),
    ):
        now = total(frame.rows("beds"), column)
        sheet.put(sheet.row, 0, words)
        ref = sheet.live(sheet.row, 2, f"SUM({column_of('beds', column)})", now, "three")
        live[name] = Live(ref, now, _DECIMALS)
        frame.book.check(ref, words, now, frame.source.figure(name), _DECIMALS)
        sheet.row += 1
    sheet.row += 1
    return live


def _chart(frame: Frame, sheet: Sheet, rows: tuple[int, int, int]) -> None:
    """The nights of the ward; where there are several, they stand in the table alone."""
    heads, first, last = rows
    wards = {row["ward"] for row in frame.rows("beds")}
    series = [
        {"name": [BEDS, heads, column], "categories": [BEDS, first, 0, last, 0],
         "values": [BEDS, first, column, last, column], "line": {"color": colour, "width": 2.25, "dash_type": dash}}
        for column, colour, dash in ((2, "#005EB8", "solid"), (3, "#7C2855", "dash"), (4, "#425563", "solid"))
    ]  # fmt: skip
    if len(wards) == 1:
        days = {"num_format": "d mmm", "date_axis": True}
        sheet.chart(heads, 10, {"type": "line"}, series, "Patients in beds, night by night", ("", "Patients"),
                    (640, 330), x=days, y={"min": 0, "num_format": "0"})  # fmt: skip


def write_fairness(frame: Frame) -> None:
    """Write the sheet of shares booked."""
    sheet = frame.book.sheet(FAIRNESS, "Fairness: who of the ready patients is booked", (46, 12, 12, 14, 16, 14))
    for group, words in (("trust", "Home trust"), ("quintile", "Deprivation fifth (1 most deprived)")):
        rows = [row for row in frame.rows("fairness") if row["group"] == group]
        if not rows:
            continue
        sheet.heads((words, "Ready", "Booked", "Booked share", "Least share set", "Word"), 1, 4)
        first = sheet.row
        for row in rows:
            at = sheet.row
            value = str(row["value"])
            sheet.put(at, 0, frame.name("trusts", "trust_id", value) if group == "trust" else value)
            sheet.put(at, 1, row["ready"], "whole")
            sheet.put(at, 2, row["booked"], "whole")
            now = whole(row, "booked") / whole(row, "ready") if whole(row, "ready") else 0.0
            ref = sheet.live(at, 3, f"IF(B{at + 1}=0,0,C{at + 1}/B{at + 1})", now, "share")
            frame.book.check(ref, f"booked share of {value}", now, number(row, "booked_share"), 3)
            sheet.put(at, 4, row["least_share"], "share")
            words_now = "below the least" if round(now - number(row, "least_share"), 4) < 0 else ""
            sheet.live(at, 5, f'IF(ROUND(D{at + 1}-E{at + 1},4)<0,"below the least","")', words_now, "text")
            sheet.row += 1
        sheet.mark_words(first, sheet.row - 1, 5, bad="below")
        sheet.put(sheet.row, 0, "All", "text bold")
        booked = sum(whole(row, "booked") for row in rows)
        ready = sum(whole(row, "ready") for row in rows)
        sheet.live(sheet.row, 1, f"SUM(B{first + 1}:B{sheet.row})", ready, "whole bold")
        ref = sheet.live(sheet.row, 2, f"SUM(C{first + 1}:C{sheet.row})", booked, "whole bold")
        frame.book.check(ref, f"booked by {group}", booked, frame.source.figure("cases"))
        sheet.row += 2
