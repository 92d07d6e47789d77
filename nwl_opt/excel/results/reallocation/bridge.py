"""From the opening budgets to the plan: growth in step with the money, and what is moved on top of it."""

from __future__ import annotations

from nwl_opt.excel.results.reallocation.frame import Frame, whole
from nwl_opt.excel.results.sheet import Ref, Sheet
from nwl_opt.excel.results.tidy import quoted, sum_where

SHEET = "Bridge"
DESCRIPTION = "from the ledger to the opening, and from the opening to the plan by line, with a waterfall chart"
_LEDGER = (
    ("ledger", "The whole ledger"),
    ("out_of_scope", "Out of scope"),
    ("non_recurrent", "Not recurrent"),
    ("mapped", "Mapped to places and lines"),
    ("restated", "Restated so that spend and need agree as stated"),
    ("closing", "Opening of the plan"),
)
_SUMS = {"mapped": ("ledger", "out_of_scope", "non_recurrent"), "closing": ("mapped", "restated")}
_FLOOR_SHARE = 0.98  # the chart starts a little below its lowest bar: the steps are small beside the totals


def write_bridge(frame: Frame) -> None:
    """Write the sheet."""
    sheet = frame.book.sheet(SHEET, "Bridge: from the opening to the plan", (42, 18, 18, 18, 18, 18, 14))
    _write_waterfall(frame, sheet)
    _write_ledger(frame, sheet)
    _write_years(frame, sheet)


def _write_ledger(frame: Frame, sheet: Sheet) -> None:
    """The base year: from the ledger to what the plan opens with."""
    base = frame.years[0]
    sheet.section(f"{base}: from the ledger to the opening")
    sheet.heads(("Step", "Pounds", "The plan's own", "Difference"), numeric_from=1)
    refs: dict[str, Ref] = {}
    for item, words in _LEDGER:
        row, own = sheet.row, _own(frame, "all", base, item)
        total = item in _SUMS
        sheet.put(row, 0, words, "text bold" if total else "text")
        formula = "+".join(refs[one].cell for one in _SUMS[item]) if total else _looked_up("all", base, item)
        refs[item] = ref = sheet.live(row, 1, formula, own, "gbp bold" if total else "gbp")
        plan = sheet.put(row, 2, own, "gbp")
        sheet.live(row, 3, f"ROUND({ref.cell}-{plan.cell},0)", 0)
        frame.book.check(ref, f"bridge {base}: {words}", own, own)
        sheet.row += 1
    sheet.row += 1


def _write_years(frame: Frame, sheet: Sheet) -> None:
    """Each plan year and line: opening + growth in step + moved = closing, and closing is what is allocated."""
    sheet.section("Year by year: opening, growth in step with the money, moved, closing")
    heads = ("Line and year", "Opening", "Growth in step", "Moved", "Closing", "The plan's own", "Difference")
    sheet.heads(heads, numeric_from=1)
    for line in frame.lines:
        for t in range(1, len(frame.years)):
            row, year = sheet.row, frame.years[t]
            sheet.put(row, 0, f"{frame.line_name(line)}, {year}")
            before = sum_where("allocations", "allocation_gbp",
                               {"line": quoted(line), "year": quoted(frame.years[t - 1])})  # fmt: skip
            sheet.live(row, 1, before, frame.line_gbp(line, t - 1))
            for column, item in ((2, "growth"), (3, "reallocation")):
                sheet.live(row, column, _looked_up(line, year, item), _own(frame, line, year, item))
            own = _own(frame, line, year, "closing")
            ref = sheet.live(row, 4, f"B{row + 1}+C{row + 1}+D{row + 1}", own, "gbp bold")
            sheet.put(row, 5, own, "gbp")
            sheet.live(row, 6, f"ROUND(E{row + 1}-F{row + 1},0)", 0)
            frame.book.check(ref, f"bridge: {frame.line_name(line)}, {year}", own, own)
            sheet.row += 1
    sheet.row += 1


def _write_waterfall(frame: Frame, sheet: Sheet) -> None:
    """All years together: what growth in step brings, and what each line gives or gets on top."""
    last = frame.years[-1]
    sheet.section(f"{frame.years[0]} to {last} in one picture")
    picture = sheet.room_for_chart()
    heads = sheet.heads(("Step", "Pounds", "Stands at", "Invisible", "Rise", "Fall", "Total"), numeric_from=1)
    first = sheet.row
    opening, closing = frame.total_gbp(0), frame.total_gbp(frame.last)
    opened = sum_where("allocations", "allocation_gbp", {"year": quoted(frame.years[0])})
    _write_step(sheet, f"Opening {frame.years[0]}", opened, opening, None)
    stands = opening
    growth = sum(_all_years(frame, line, "growth") for line in frame.lines)
    stands += growth
    _write_step(sheet, "Growth in step", _sum_of_lines("growth", frame.lines), growth, stands)
    for line in frame.lines:
        moved = _all_years(frame, line, "reallocation")
        stands += moved
        _write_step(sheet, frame.line_name(line), _sum_of_lines("reallocation", (line,)), moved, stands)
    ref = _write_step(sheet, f"Plan {last}", f"C{sheet.row}", closing, None)
    frame.book.check(ref, f"bridge: all lines, {last}", closing, closing)
    _chart(frame, sheet, picture, (heads, first, sheet.row - 1))
    sheet.row += 1


def _write_step(sheet: Sheet, words: str, formula: str, gbp: int, stands: int | None) -> Ref:
    """One bar: a total that starts at the axis, or a step from where the one before stands."""
    row, at = sheet.row, sheet.row + 1
    sheet.put(row, 0, words, "text bold" if stands is None else "text")
    ref = sheet.live(row, 1, formula, gbp)
    if stands is None:
        sheet.live(row, 2, f"B{at}", gbp)
        sheet.live(row, 6, f"B{at}", gbp)
    else:
        sheet.live(row, 2, f"C{row}+B{at}", stands)
        sheet.live(row, 3, f"MIN(C{row},C{at})", min(stands, stands - gbp))
        sheet.live(row, 4, f"MAX(B{at},0)", max(gbp, 0))
        sheet.live(row, 5, f"MAX(-B{at},0)", max(-gbp, 0))
    sheet.row += 1
    return ref


def _chart(frame: Frame, sheet: Sheet, at: int, rows: tuple[int, int, int]) -> None:
    heads, first, last = rows
    lowest = _round_floor(min(frame.total_gbp(0), frame.total_gbp(frame.last)) * _FLOOR_SHARE)

    def series(column: int, colour: str | None) -> dict[str, object]:
        fill: dict[str, object] = {"none": True} if colour is None else {"color": colour}
        return {
            "name": [SHEET, heads, column],
            "categories": [SHEET, first, 0, last, 0],
            "values": [SHEET, first, column, last, column],
            "fill": fill,
            "border": {"none": True},
            "gap": 40,
        }

    chosen = [series(3, None), series(4, "#007F3B"), series(5, "#D5281B"), series(6, "#005EB8")]
    unit = {"num_format": "£#,##0,,\\m", "min": lowest}
    sheet.chart(at, 0, {"type": "column", "subtype": "stacked"}, chosen, "What grows, and what is moved",
                ("", "Axis does not start at 0"), y=unit, legend={"delete_series": [0]})  # fmt: skip


def _round_floor(gbp: float) -> float:
    """The round number (two digits) below an amount."""
    if gbp <= 0:
        return 0.0
    step = 10.0 ** (len(str(int(gbp))) - 2)
    return gbp // step * step


def _own(frame: Frame, line: str, year: str, item: str) -> int:
    rows = [row for row in frame.rows("bridge") if (row["line"], row["year"], row["item"]) == (line, year, item)]
    return whole(rows[0], "gbp") if rows else 0


def _looked_up(line: str, year: str, item: str) -> str:
    return sum_where("bridge", "gbp", {"line": quoted(line), "year": quoted(year), "item": quoted(item)})


def _sum_of_lines(item: str, lines: tuple[str, ...]) -> str:
    return "+".join(sum_where("bridge", "gbp", {"line": quoted(line), "item": quoted(item)}) for line in lines)


def _all_years(frame: Frame, line: str, item: str) -> int:
    return sum(_own(frame, line, year, item) for year in frame.years[1:])
