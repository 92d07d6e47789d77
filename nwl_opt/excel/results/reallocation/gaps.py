"""Need, and how far each place's line is from it: need worked out from shares of need and the money of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.reallocation.instance import PlaceLine
from models.reallocation.measures import NEAR_NEED_SHARE
from models.reallocation.settings import CLOSED_GBP
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.reallocation.allocation import AllocationCells
from nwl_opt.excel.results.reallocation.frame import Frame
from nwl_opt.excel.results.reallocation.money import MoneyCells
from nwl_opt.excel.results.sheet import Ref, Sheet, column_name
from nwl_opt.excel.results.tidy import quoted, sum_where

SHEET = "Gaps"
DESCRIPTION = "need and the gap of each place and line in each year, from shares of need (yellow) and the money"
_SHARE = 2
_NEED = 3


@dataclass(frozen=True)
class _Layout:
    """Which columns hold what; `first` and `last` are the rows of the places' lines."""

    years: int
    first: int
    last: int
    heads: int

    @property
    def gap(self) -> int:
        return _NEED + self.years

    @property
    def share(self) -> int:
        return self.gap + self.years

    @property
    def word(self) -> int:
        return self.share + self.years

    @property
    def exact(self) -> int:
        """Need before it is rounded, year by year; folded away."""
        return self.word + 1

    @property
    def rest(self) -> int:
        """What rounding down to pounds leaves, year by year; folded away."""
        return self.exact + self.years

    @property
    def codes(self) -> int:
        return self.rest + self.years

    def block(self, column: int) -> str:
        letters = column_name(column)
        return f"${letters}${self.first + 1}:${letters}${self.last + 1}"


def write_gaps(frame: Frame, money: MoneyCells, allocation: AllocationCells) -> Mapping[str, Live]:
    """Write the sheet."""
    years = len(frame.years)
    widths = [28.0, 24.0, 12.0, *[16.0] * (2 * years), *[10.0] * years, 18.0]
    sheet = frame.book.sheet(SHEET, "Need and gaps: how far each place and line is from need", widths)
    sheet.paragraph(
        "Need is a share of the money left to be shared out, in whole pounds that sum to it (largest remainders; "
        "columns folded away). Shares (yellow) follow from the tables lines, need and need_weights of the instance. "
        "Gap: allocation and relief less need; below zero is short of need."
        if _has_shares(frame) else "Need is given in pounds (yellow). Gap: allocation and relief less need.",
    )  # fmt: skip
    sheet.row += 1
    blocks = [f"{what} {year}" for what in ("Need", "Gap", "Gap %") for year in frame.years]
    hidden = [f"{what} {year}" for what in ("Exact need", "Remainder") for year in frame.years]
    heads = sheet.heads(["Place", "Line", "Share of all need", *blocks, f"In {frame.years[-1]}", *hidden,
                         "Code of place", "Code of line"], 2, 2 + 3 * years)  # fmt: skip
    layout = _Layout(years, heads + 1, heads + len(frame.keys), heads)
    sheet.freeze(heads + 1, 2)
    for key in frame.keys:
        _write_place_line(frame, sheet, layout, key, (money, allocation))
    sheet.filter(heads, layout.last, layout.codes + 2)
    sheet.group(layout.exact, layout.codes + 1)
    sheet.mark_words(layout.first, layout.last, layout.word, bad="short")
    sheet.row += 1
    _write_by_line(frame, sheet, layout)
    return _figures(frame, sheet, layout)


def _has_shares(frame: Frame) -> bool:
    return frame.source.settings["line_need_basis"] != "pounds"


def _write_place_line(
    frame: Frame, sheet: Sheet, layout: _Layout, key: PlaceLine, cells: tuple[MoneyCells, AllocationCells]
) -> None:
    row = sheet.row
    sheet.put(row, 0, frame.place_name(key.place))
    sheet.put(row, 1, frame.line_name(key.line))
    codes = [sheet.put(row, layout.codes, key.place), sheet.put(row, layout.codes + 1, key.line)]
    if _has_shares(frame):
        sheet.put(row, _SHARE, float(frame.instance.need_share[key]), "share_exact input")
    for t in range(layout.years):
        _write_need(frame, sheet, layout, (key, t), cells[0])
        _write_gap(frame, sheet, layout, (key, t), cells[1].cell[key, t], codes)
    short = f"{column_name(layout.gap + layout.years - 1)}{row + 1}"
    gap = frame.gap_gbp[key][-1]
    words = "at need" if abs(gap) <= CLOSED_GBP else "short of need" if gap < 0 else "over need"
    formula = f'IF(ABS({short})<={CLOSED_GBP},"at need",IF({short}<0,"short of need","over need"))'
    sheet.live(row, layout.word, formula, words, "text")
    sheet.row += 1


def _write_need(frame: Frame, sheet: Sheet, layout: _Layout, at: tuple[PlaceLine, int], money: MoneyCells) -> None:
    """Need of one year: its share of the money, rounded so that all needs sum to it."""
    (key, t), row = at, sheet.row
    need = frame.need_gbp[key][t]
    if not _has_shares(frame):
        sheet.put(row, _NEED + t, need, "gbp input")
        return
    exact = round(float(frame.instance.need_share[key]) * frame.instance.money[t].spendable_gbp, 6)
    amount = f"${column_name(_SHARE)}{row + 1}*{money.spendable[t].address}"
    sheet.live(row, layout.exact + t, f"ROUND({amount},6)", exact, "three")
    cell = f"{column_name(layout.exact + t)}{row + 1}"
    sheet.live(row, layout.rest + t, f"ROUND({cell}-INT({cell}),6)", round(exact % 1, 6), "three")
    rest, all_rest = column_name(layout.rest + t), layout.block(layout.rest + t)
    left = f"({money.spendable[t].address}-SUMPRODUCT(INT({layout.block(layout.exact + t)})))"
    rank = f"RANK({rest}{row + 1},{all_rest},0)+COUNTIF({rest}${layout.first + 1}:{rest}{row + 1},{rest}{row + 1})-1"
    ref = sheet.live(row, _NEED + t, f"INT({cell})+IF({rank}<={left},1,0)", need)
    name = f"need of {frame.place_name(key.place)}, {frame.line_name(key.line)}, {frame.years[t]}"
    frame.book.check(ref, name, need, need)


def _write_gap(
    frame: Frame, sheet: Sheet, layout: _Layout, at: tuple[PlaceLine, int], allocated: Ref, codes: list[Ref]
) -> None:
    (key, t), row = at, sheet.row
    need = f"{column_name(_NEED + t)}{row + 1}"
    where = {
        "place": f"${column_name(codes[0].column)}{row + 1}",
        "line": f"${column_name(codes[1].column)}{row + 1}",
        "year": quoted(frame.years[t]),
    }
    gap, own_need = frame.gap_gbp[key][t], frame.need_gbp[key][t]
    formula = f"{allocated.address}+{sum_where('allocations', 'relief_gbp', where)}-{need}"
    ref = sheet.live(row, layout.gap + t, formula, gap)
    name = f"gap of {frame.place_name(key.place)}, {frame.line_name(key.line)}, {frame.years[t]}"
    frame.book.check(ref, name, gap, gap)
    share = gap / own_need if own_need else 0.0
    sheet.live(row, layout.share + t, f"IF({need}=0,0,{ref.cell}/{need})", share, "share")


def _write_by_line(frame: Frame, sheet: Sheet, layout: _Layout) -> None:
    """Need and gap of each line over all places: what one line has too much another lacks."""
    sheet.section("By line, over all places")
    for line in frame.lines:
        row = sheet.row
        sheet.put(row, 1, frame.line_name(line))
        code = sheet.put(row, layout.codes + 1, line)
        for t in range(layout.years):
            keys = [key for key in frame.keys if key.line == line]
            need, gap = (sum(of[key][t] for key in keys) for of in (frame.need_gbp, frame.gap_gbp))
            for column, now in ((_NEED + t, need), (layout.gap + t, gap)):
                names = layout.block(layout.codes + 1)
                sheet.live(row, column, f"SUMIFS({layout.block(column)},{names},{code.cell})", now)
            cells = [f"{column_name(column)}{row + 1}" for column in (_NEED + t, layout.gap + t)]
            share = gap / need if need else 0.0
            sheet.live(row, layout.share + t, f"IF({cells[0]}=0,0,{cells[1]}/{cells[0]})", share, "share")
        sheet.row += 1
    sheet.row += 1


def _figures(frame: Frame, sheet: Sheet, layout: _Layout) -> dict[str, Live]:
    """Key figures that follow from this sheet."""
    sheet.section("Key figures from this sheet")
    opening, closing = (layout.block(layout.gap + t) for t in (0, frame.last))
    share, need = layout.block(layout.share + frame.last), layout.block(_NEED + frame.last)
    over, under = f'SUMIF({closing},">0")', f'-SUMIF({closing},"<0")'
    missing = f'-SUMIF({opening},"<0")'
    counted = f'COUNTIF({need},"<>0")'
    formulas = {
        "over_need_base_year": ("Over need in the base year", f'SUMIF({opening},">0")', "gbp"),
        "over_need_final_year": ("Over need in the last year", over, "gbp"),
        "under_need_final_year": ("Short of need in the last year", under, "gbp"),
        "final_year_gap": ("Gap in the last year: half of both", f"({over}{under})/2", "gbp"),
        "gap_closed": ("Part of the gap closed", f"IF({missing}=0,1,1-({under})/({missing}))", "share"),
        "relief_final_year": (
            "Relief in the last year",
            sum_where("allocations", "relief_gbp", {"year": quoted(frame.years[-1])}),
            "gbp",
        ),
        "mean_cell_gap": (
            "Mean gap of a place's line",
            f"IF({counted}=0,0,SUMPRODUCT(ABS({share}))/{counted})",
            "share",
        ),
        "worst_cell_gap": ("Worst gap of a place's line", f"MAX(MAX({share}),-MIN({share}))", "share"),
        "places_lines_within_1_percent_of_need": (
            "Places' lines within 1 % of need",
            f"SUMPRODUCT((ABS({share})<={NEAR_NEED_SHARE})*({need}<>0))",
            "whole",
        ),
    }
    found: dict[str, Live] = {}
    for name, (words, formula, style) in formulas.items():
        sheet.put(sheet.row, 0, words)
        now = frame.source.figure(name)
        found[name] = Live(sheet.live(sheet.row, _NEED, formula, now, style), now)
        sheet.row += 1
    return found
