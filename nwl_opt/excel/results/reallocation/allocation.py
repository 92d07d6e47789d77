"""What each place and line gets in each year, and how it grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.reallocation.instance import PlaceLine
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.reallocation.frame import Frame
from nwl_opt.excel.results.sheet import Ref, Sheet, column_name
from nwl_opt.excel.results.tidy import sum_where

SHEET = "Allocation"
DESCRIPTION = "what each place and line gets in each year, and how it grows; totals by line and by place"
FIRST_YEAR = 2
"""The column of the base year."""


@dataclass(frozen=True)
class AllocationCells:
    """Where other sheets find what a place's line gets, and what all lines get."""

    first_row: int
    cell: Mapping[tuple[PlaceLine, int], Ref]
    line: Mapping[tuple[str, int], Ref]
    live: Mapping[str, Live]


def write_allocation(frame: Frame) -> AllocationCells:
    """Write the sheet."""
    years = len(frame.years)
    codes = FIRST_YEAR + 2 * years - 1
    widths = [28.0, 24.0, *[17.0] * years, *[13.0] * (years - 1), 16.0, 16.0]
    sheet = frame.book.sheet(SHEET, "Allocation: what each place and line gets", widths)
    sheet.paragraph(
        "Pounds, recurrent, cash of each year. Growth is against the year before; a cut in cash is marked."
    )
    sheet.row += 1
    grown = [f"Growth {year}" for year in frame.years[1:]]
    heads = sheet.heads(["Place", "Line", *frame.years, *grown, "Code of place", "Code of line"], numeric_from=2)
    sheet.freeze(heads + 1, 2)
    first = sheet.row
    cell: dict[tuple[PlaceLine, int], Ref] = {}
    for key in frame.keys:
        _write_place_line(frame, sheet, key, (heads, codes), cell)
    last = sheet.row - 1
    sheet.filter(heads, last, codes + 2)
    sheet.group(codes, codes + 1)
    block = (first, last)
    line = _write_totals(frame, sheet, block, "line")
    _write_totals(frame, sheet, block, "place")
    total = _write_all(frame, sheet, block)
    grows = f"{column_name(FIRST_YEAR + years)}{first + 1}"
    falls = f"AND(ISNUMBER({grows}),ROUND({grows},9)<0)"
    sheet.mark_where(first, sheet.row, (FIRST_YEAR + years, codes - 1), falls)
    return AllocationCells(first, cell, line | total, _figures(frame, sheet, block, line))


def _write_place_line(
    frame: Frame, sheet: Sheet, key: PlaceLine, at: tuple[int, int], cell: dict[tuple[PlaceLine, int], Ref]
) -> None:
    heads, codes = at
    row = sheet.row
    sheet.put(row, 0, frame.place_name(key.place))
    sheet.put(row, 1, frame.line_name(key.line))
    place, line = sheet.put(row, codes, key.place), sheet.put(row, codes + 1, key.line)
    for t, year in enumerate(frame.years):
        where = {"place": _fixed(place), "line": _fixed(line), "year": f"{column_name(FIRST_YEAR + t)}${heads + 1}"}
        gbp = frame.allocation_gbp[key][t]
        ref = sheet.live(row, FIRST_YEAR + t, sum_where("allocations", "allocation_gbp", where), gbp)
        name = f"{frame.place_name(key.place)}, {frame.line_name(key.line)}, {year}"
        cell[key, t] = frame.book.check(ref, name, gbp, gbp)
    _write_growth(frame, sheet, row, frame.allocation_gbp[key])
    sheet.row += 1


def _write_growth(frame: Frame, sheet: Sheet, row: int, gbp: Sequence[int], style: str = "share") -> None:
    """Growth of a row on the year before, right of the years."""
    for t in range(1, len(frame.years)):
        before, now = (f"{column_name(FIRST_YEAR + at)}{row + 1}" for at in (t - 1, t))
        value: float | str = gbp[t] / gbp[t - 1] - 1 if gbp[t - 1] else ""
        column = FIRST_YEAR + len(frame.years) + t - 1
        sheet.live(row, column, f'IF({before}=0,"",{now}/{before}-1)', value, style)


def _write_totals(frame: Frame, sheet: Sheet, block: tuple[int, int], by: str) -> dict[tuple[str, int], Ref]:
    """Totals by line or by place, from the rows above."""
    sheet.row += 1
    sheet.section(f"By {by}")
    codes = FIRST_YEAR + 2 * len(frame.years) - 1 + (by == "line")
    found: dict[tuple[str, int], Ref] = {}
    for one in frame.lines if by == "line" else frame.places:
        row = sheet.row
        sheet.put(row, 0 if by == "place" else 1, frame.line_name(one) if by == "line" else frame.place_name(one))
        code = sheet.put(row, codes, one)
        of = frame.line_gbp if by == "line" else frame.place_gbp
        gbp = [of(one, t) for t in range(len(frame.years))]
        for t, year in enumerate(frame.years):
            names, amounts = _range(block, codes), _range(block, FIRST_YEAR + t)
            ref = sheet.live(row, FIRST_YEAR + t, f"SUMIFS({amounts},{names},{_fixed(code)})", gbp[t])
            found[one, t] = frame.book.check(ref, f"{by} {one}, {year}", gbp[t], _own_total(frame, by, one, t))
        _write_growth(frame, sheet, row, gbp)
        sheet.row += 1
    return found


def _own_total(frame: Frame, by: str, one: str, t: int) -> int:
    """The plan's own total: of a line from its bridge, of a place from its impacts where they hold the year."""
    if by == "line":
        rows = [row for row in frame.rows("bridge") if (row["line"], row["year"]) == (one, frame.years[t])]
        found = [row["gbp"] for row in rows if row["item"] == "closing"]
    else:
        column = {0: "opening_gbp", frame.last: "closing_gbp"}.get(t, "")
        found = [row.get(column) for row in frame.rows("impacts") if (row["kind"], row["who"]) == ("place", one)]
    value = found[0] if found else None
    otherwise = frame.line_gbp(one, t) if by == "line" else frame.place_gbp(one, t)
    return int(value) if isinstance(value, (int, float)) else otherwise


def _write_all(frame: Frame, sheet: Sheet, block: tuple[int, int]) -> dict[tuple[str, int], Ref]:
    row, found = sheet.row, {}
    sheet.put(row, 0, "All", "text bold")
    sheet.put(row, 1, "All lines", "text bold")
    gbp = [frame.total_gbp(t) for t in range(len(frame.years))]
    for t, year in enumerate(frame.years):
        ref = sheet.live(row, FIRST_YEAR + t, f"SUM({_range(block, FIRST_YEAR + t)})", gbp[t], "gbp bold")
        spendable, left = (frame.envelope_gbp.get((item, year), 0) for item in ("spendable", "unallocated"))
        found["all", t] = frame.book.check(ref, f"all places and lines, {year}", gbp[t], spendable - left)
    _write_growth(frame, sheet, row, gbp, "share bold")
    sheet.row += 2
    return found


def _figures(
    frame: Frame, sheet: Sheet, block: tuple[int, int], line: Mapping[tuple[str, int], Ref]
) -> dict[str, Live]:
    """Key figures that follow from this sheet."""
    sheet.section("Key figures from this sheet")
    years, figure = len(frame.years), frame.source.figure
    growth = _range(block, FIRST_YEAR + years, FIRST_YEAR + 2 * years - 2)
    before = _range(block, FIRST_YEAR, FIRST_YEAR + years - 2)
    after = _range(block, FIRST_YEAR + 1, FIRST_YEAR + years - 1)
    formulas = {
        "peak_growth": ("Largest growth of a place's line in a year", f"MAX({growth})", "share"),
        "cuts_in_cash": ("Cuts in cash", f"SUMPRODUCT(--({after}<{before}))", "whole"),
    }
    care = [one.line for one in frame.instance.leaf_lines if one.role == "mental_health"]
    if care:
        opened, closed = ("+".join(line[one, t].cell for one in care) for t in (0, frame.last))
        compound = f"IF(({opened})=0,0,(({closed})/({opened}))^(1/{frame.last})-1)"
        formulas["mental_health_growth_a_year"] = ("Growth of mental health a year", compound, "share")
    found: dict[str, Live] = {}
    for name, (words, formula, style) in formulas.items():
        sheet.put(sheet.row, 0, words)
        now = figure(name)
        ref = sheet.live(sheet.row, FIRST_YEAR, formula, now, style)
        found[name] = Live(ref, now)
        sheet.row += 1
    return found


def _range(block: tuple[int, int], column: int, last: int | None = None) -> str:
    """The rows of a block in a column, or in all columns from one to another."""
    end = column_name(column if last is None else last)
    return f"${column_name(column)}${block[0] + 1}:${end}${block[1] + 1}"


def _fixed(ref: Ref) -> str:
    return f"${column_name(ref.column)}{ref.row + 1}"
