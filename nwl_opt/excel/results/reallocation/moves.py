"""Who gives to whom: what every change is paid from, by kind and by line; and what withdrawing service costs once."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.cells import Cell
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.reallocation.frame import Frame
from nwl_opt.excel.results.sheet import Sheet, column_name
from nwl_opt.excel.results.tidy import quoted, sum_where, total

SHEET = "Moves"
DESCRIPTION = "what every change is paid from: by kind and year, from line to line; what moving costs once"
_KINDS = {
    "new_money": "New money: a share of the year's growth",
    "growth_forgone": "Growth given to another",
    "cash_withdrawn": "Cash taken away and given to another",
    "unspent": "Growth or cash nobody gets",
    "transition": "Once only: double running and stranded cost",
}
_PAIRED = ("growth_forgone", "cash_withdrawn")


def write_moves(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet."""
    widths = [46.0, *[17.0] * max(len(frame.years) + 2, len(frame.lines) + 2)]
    sheet = frame.book.sheet(SHEET, "Moves: where every change comes from", widths)
    sheet.paragraph("Pounds of a full year. Every move stands on the sheet data moves, with its first month.")
    sheet.row += 1
    _write_kinds(frame, sheet)
    _write_net(frame, sheet)
    _write_pairs(frame, sheet)
    return _write_transition(frame, sheet)


def _write_kinds(frame: Frame, sheet: Sheet) -> None:
    """By kind and year."""
    sheet.section("By kind and year")
    heads = sheet.heads(("Kind", *frame.years[1:], "All years"), numeric_from=1)
    sheet.freeze(heads + 1, 1)
    for kind, words in _KINDS.items():
        row = sheet.row
        sheet.put(row, 0, words)
        for t, year in enumerate(frame.years[1:], start=1):
            where: dict[str, Cell] = {"kind": kind, "year": year}
            _put_sum(frame, sheet, (row, t), where)
        first, last = column_name(1), column_name(frame.last)
        sheet.live(row, frame.last + 1, f"SUM({first}{row + 1}:{last}{row + 1})", _moved(frame, {"kind": kind}))
        sheet.row += 1
    sheet.row += 1


def _write_net(frame: Frame, sheet: Sheet) -> None:
    """What a line gets less what it gives is its change of the year."""
    sheet.section("Net of each line: what it gets less what it gives is its change on the year before")
    sheet.heads(("Line", *frame.years[1:]), numeric_from=1)
    for line in frame.lines:
        row = sheet.row
        sheet.put(row, 0, frame.line_name(line))
        for t, year in enumerate(frame.years[1:], start=1):
            gets, gives = ({column: line, "year": year, "recurrent": "yes"} for column in ("to_line", "from_line"))
            formula = f"{_sum(gets)}-{_sum(gives)}"
            own = frame.line_gbp(line, t) - frame.line_gbp(line, t - 1)
            ref = sheet.live(row, t, formula, own)
            frame.book.check(ref, f"net moves of {frame.line_name(line)}, {year}", own, own)
        sheet.row += 1
    sheet.row += 1


def _write_pairs(frame: Frame, sheet: Sheet) -> None:
    """From line to line over all years."""
    sheet.section("From line to line, all years: growth given and cash taken away")
    sheet.heads(("From \\ to", *[frame.line_name(line) for line in frame.lines], "All"), numeric_from=1)
    for giver in frame.lines:
        row = sheet.row
        sheet.put(row, 0, frame.line_name(giver))
        for column, taker in enumerate(frame.lines, start=1):
            pairs = [{"kind": kind, "from_line": giver, "to_line": taker} for kind in _PAIRED]
            now = sum(_moved(frame, pair) for pair in pairs)
            sheet.live(row, column, "+".join(_sum(pair) for pair in pairs), now)
        given = sum(_moved(frame, {"kind": kind, "from_line": giver}, ended=True) for kind in _PAIRED)
        last = column_name(len(frame.lines))
        sheet.live(row, len(frame.lines) + 1, f"SUM(B{row + 1}:{last}{row + 1})", given, "gbp bold")
        sheet.row += 1
    sheet.row += 1


def _write_transition(frame: Frame, sheet: Sheet) -> dict[str, Live]:
    """Double running and stranded cost of every withdrawal, beside the fund."""
    sheet.section("What withdrawing service costs once, beside the fund")
    sheet.heads(("All lines", *frame.years[1:], "All years"), numeric_from=1)
    for column, words in (
        ("withdrawn_gbp", "Service withdrawn"),
        ("double_running_gbp", "Double running of old beside new"),
        ("stranded_gbp", "Stranded fixed cost"),
        ("fund_gbp", "Transition fund"),
    ):
        row = sheet.row
        sheet.put(row, 0, words)
        for t, year in enumerate(frame.years[1:], start=1):
            where: dict[str, Cell] = {"line": "all", "year": year}
            now = total(frame.rows("transition"), column, where)
            sheet.live(row, t, sum_where("transition", column, _quoted(where)), now)
        last = column_name(frame.last)
        now = total(frame.rows("transition"), column, {"line": "all"})
        sheet.live(row, frame.last + 1, f"SUM(B{row + 1}:{last}{row + 1})", now, "gbp bold")
        sheet.row += 1
    sheet.put(sheet.row, 0, "Cost of moving in the moves above")
    now = frame.source.figure("transition_cost_all_years")
    ref = sheet.live(sheet.row, frame.last + 1, _sum({"kind": "transition"}), now, "gbp bold")
    return {"transition_cost_all_years": Live(ref, now)}


def _put_sum(frame: Frame, sheet: Sheet, at: tuple[int, int], where: Mapping[str, Cell]) -> None:
    now = _moved(frame, where)
    sheet.live(*at, _sum(where), now)


def _moved(frame: Frame, where: Mapping[str, Cell], ended: bool = False) -> float:
    """Pounds of a full year of some moves; `ended`: only of those that reach a line."""
    rows = [row for row in frame.rows("moves") if row["to_line"] is not None] if ended else frame.rows("moves")
    return total(rows, "full_year_gbp", where)


def _sum(where: Mapping[str, Cell]) -> str:
    return sum_where("moves", "full_year_gbp", _quoted(where))


def _quoted(where: Mapping[str, Cell]) -> dict[str, str]:
    return {name: quoted(str(value)) for name, value in where.items()}
