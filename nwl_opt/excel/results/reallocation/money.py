"""The money of each year, worked out from the settings: what comes off first, and what is left to be shared out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.reallocation.frame import Frame
from nwl_opt.excel.results.sheet import Ref, Sheet, column_name
from nwl_opt.excel.results.tidy import sum_where

SHEET = "Money"
DESCRIPTION = "the envelope of each year, worked out from the settings: what comes off first, what is shared out"
_LABEL = 46.0
_YEAR = 17.0
_CHECKED = {
    "allocation": "allocation",
    "out_of_scope": "out_of_scope",
    "claim": "primary_care",
    "running": "running_costs",
    "break_even": "break_even",
    "reserve": "reserve",
    "fund": "transition",
    "spendable": "spendable",
    "unallocated": "unallocated",
}
"""Rows that the plan's own table of the envelope holds too, by row."""


@dataclass(frozen=True)
class MoneyCells:
    """The cells other sheets look at: spendable money by year, and the key figures of this sheet."""

    spendable: tuple[Ref, ...]
    live: Mapping[str, Live]


def write_money(frame: Frame) -> MoneyCells:
    """Write the sheet."""
    years = len(frame.years)
    widths = [_LABEL, *[_YEAR] * years, 3.0, *[_YEAR] * years, 3.0, *[12.0] * years]
    sheet = frame.book.sheet(SHEET, "Money: what comes off first, and what is left to be shared out", widths)
    sheet.paragraph(
        "Yellow cells are what the instance says of a year; empty means as the setting on the sheet Assumptions. "
        "Amounts are whole pounds, halves up, rounded every year as the plan does."
    )
    sheet.row += 1
    blank = [""]
    plan, off = [f"{y}: the plan's own" for y in frame.years], [f"{y}: difference" for y in frame.years]
    heads = sheet.heads(["Cash of each year", *frame.years, *blank, *plan, *blank, *off], numeric_from=1)
    sheet.freeze(heads + 1, 1)
    writer = _Writer(frame, sheet)
    writer.write()
    return writer.cells()


class _Writer:
    """The rows of the sheet, top to bottom; a formula names rows by their key."""

    def __init__(self, frame: Frame, sheet: Sheet) -> None:
        self.frame, self.sheet = frame, sheet
        self.row_of: dict[str, int] = {}
        self.refs: dict[tuple[str, int], Ref] = {}

    def write(self) -> None:
        self._inputs()
        self._row("growth", "Growth of the money used", self._growth, "share_exact", lambda t: self._used_growth(t))
        self._row("allocation", "Whole allocation", self._allocation)
        self._row("grown", "In scope, grown with it", self._grown, value=self._grown_gbp)
        self._row("claim", "Primary care's claim, closed in equal steps", lambda t: _nearest(
            f"primary_care_gap_gbp*{t}/{self.frame.last}") if t else "0")  # fmt: skip
        self._row("running", "Running costs, coming down", self._running)
        self._row("kept", "Kept of what running costs save", self._kept, value=self._kept_gbp)
        self._row("in_scope", "In scope", lambda t: f"{self._at('grown', t)}-{self._at('claim', t)}"
                  f"+{self._at('kept', t)}", value=self._in_scope_gbp)  # fmt: skip
        self._row("out_of_scope", "Out of scope", lambda t: f"{self._at('allocation', t)}-{self._at('in_scope', t)}")
        self._row("missed", "Missed of breaking even, added up", self._missed, "pence", self._missed_gbp)
        self._row("break_even", "Break-even first (below zero: delivered beyond it)", lambda t: _nearest(
            self._at("missed", t)))  # fmt: skip
        self._row("reserve", "Reserve", lambda t: _nearest(f"{self._at('in_scope', t)}*reserve_share") if t else "0")
        self._row("fund", "Transition fund", self._fund)
        self._row("spendable", "Left to be shared out by need", self._spendable, "gbp bold")
        self._row("allocated", "Allocated by the plan", self._allocated, value=self.frame.total_gbp)
        self._row("unallocated", "Left unallocated", lambda t: f"{self._at('spendable', t)}"
                  f"-{self._at('allocated', t)}", "gbp bold")  # fmt: skip
        row = self.row_of["unallocated"]
        self.sheet.mark_where(row, row, (1, self.frame.last + 1), f"B{row + 1}<0")
        self.sheet.paragraph("Left unallocated below zero: the plan allocates more than there is (marked).")

    def cells(self) -> MoneyCells:
        last = self.frame.last
        left = sum(self._plan_gbp("unallocated", t) for t in range(1, last + 1))
        row = self.sheet.row
        self.sheet.put(row, 0, "Left unallocated in all plan years")
        first, end = (self.refs["unallocated", t].cell for t in (1, last))
        ref = self.sheet.live(row, 1, f"SUM({first}:{end})", left)
        spendable = tuple(self.refs["spendable", t] for t in range(last + 1))
        return MoneyCells(spendable, {"unallocated_all_years": Live(ref, left)})

    def _inputs(self) -> None:
        """What the instance says of each year, empty where it leaves it to the settings."""
        rows = list(self.frame.source.inputs("years"))
        for key, label, style in (
            ("growth_share", "Growth of the year, where it has its own", "share_exact"),
            ("convergence_share", "Convergence, taken off growth", "share_exact"),
            ("transition_fund_gbp", "Transition fund, where the year has its own", "gbp"),
            ("delivered_efficiency_share", "Efficiency delivered, where the year has its own", "share_exact"),
        ):
            self.row_of[key] = self.sheet.row
            self.sheet.put(self.sheet.row, 0, label)
            for t, year in enumerate(rows, start=1):
                value = year.maybe_number_of(key)
                self.refs[key, t] = self.sheet.put(self.sheet.row, t + 1, value, f"{style} input")
            self.sheet.row += 1
        self.sheet.row += 1

    def _row(
        self,
        key: str,
        label: str,
        formula: Callable[[int], str],
        style: str = "gbp",
        value: Callable[[int], float] | None = None,
    ) -> None:
        """One row of formulas; beside it the plan's own where the plan has it."""
        sheet, row = self.sheet, self.sheet.row
        self.row_of[key] = row
        sheet.put(row, 0, label, "text bold" if "bold" in style else "text")
        for t, year in enumerate(self.frame.years):
            now = value(t) if value is not None else self._plan_gbp(key, t)
            self.refs[key, t] = ref = sheet.live(row, t + 1, formula(t), now, style)
            if key in _CHECKED:
                own = self._plan_gbp(key, t)
                self.frame.book.check(ref, f"{label}, {year}", now, own)
                at = t + 2 + len(self.frame.years)
                beside = sheet.put(row, at, own, "gbp")
                sheet.live(row, at + 1 + len(self.frame.years), f"ROUND({ref.cell}-{beside.cell},0)", 0)
        sheet.row += 1

    def _at(self, key: str, t: int) -> str:
        return f"{column_name(t + 1)}{self.row_of[key] + 1}"

    def _plan_gbp(self, key: str, t: int) -> int:
        return self.frame.envelope_gbp.get((_CHECKED[key], self.frame.years[t]), 0)

    def _growth(self, t: int) -> str:
        own, off = self._at("growth_share", t), self._at("convergence_share", t)
        return f'IF({own}="",growth_share,{own})-{off}' if t else "0"

    def _used_growth(self, t: int) -> float:
        return float(self.frame.instance.years[t - 1].growth_share) if t else 0.0

    def _allocation(self, t: int) -> str:
        if t == 0:
            return str(self._plan_gbp("allocation", 0))
        return _nearest(f"{self._at('allocation', t - 1)}*(1+{self._at('growth', t)})")

    def _grown(self, t: int) -> str:
        if t == 0:
            return sum_where("allocations", "allocation_gbp", {"year": "B$" + str(self._head_row())})
        return _nearest(f"{self._at('grown', t - 1)}*(1+{self._at('growth', t)})")

    def _head_row(self) -> int:
        return self.row_of["growth_share"]  # the headings stand right above the first row

    def _grown_gbp(self, t: int) -> int:
        return self._in_scope_gbp(t) + self._plan_gbp("claim", t) - self._kept_gbp(t)

    def _running(self, t: int) -> str:
        if t == 0:
            return str(self._plan_gbp("running", 0))
        due = "MAX(1,VALUE(LEFT(running_cost_cut_by_year,4))-VALUE(LEFT(base_year,4)))"
        return _nearest(f"{self._at('running', 0)}*(1-running_cost_cut_share*MIN(1,{t}/{due}))")

    def _kept(self, t: int) -> str:
        return _nearest(f"({self._at('running', 0)}-{self._at('running', t)})*running_cost_saving_kept_share")

    def _spendable(self, t: int) -> str:
        first, *rest = (self._at(key, t) for key in ("in_scope", "break_even", "reserve", "fund"))
        return "-".join([first, *rest])

    def _kept_gbp(self, t: int) -> int:
        saved = self._plan_gbp("running", 0) - self._plan_gbp("running", t)
        return int(saved * self.frame.source.number_setting("running_cost_saving_kept_share") + 0.5 + 1e-9)

    def _in_scope_gbp(self, t: int) -> int:
        return self._plan_gbp("allocation", t) - self._plan_gbp("out_of_scope", t)

    def _missed(self, t: int) -> str:
        if t == 0:
            return "0"
        own = self._at("delivered_efficiency_share", t)
        delivered = f'IF({own}="",delivered_efficiency_share,{own})'
        base = f'IF(efficiency_base="allocation",{self._at("allocation", t)},{self._at("in_scope", t)})'
        return f"{self._at('missed', t - 1)}+(break_even_efficiency_share-{delivered})*{base}"

    def _missed_gbp(self, t: int) -> float:
        source, total = self.frame.source, 0.0
        years = list(source.inputs("years"))
        for at in range(1, t + 1):
            own = years[at - 1].maybe_number_of("delivered_efficiency_share")
            delivered = source.number_setting("delivered_efficiency_share") if own is None else own
            whole = source.settings["efficiency_base"] == "allocation"
            base = self._plan_gbp("allocation", at) if whole else self._in_scope_gbp(at)
            total += (source.number_setting("break_even_efficiency_share") - delivered) * base
        return total

    def _fund(self, t: int) -> str:
        own = self._at("transition_fund_gbp", t)
        worked_out = _nearest(f"{self._at('in_scope', t)}*transition_fund_share")
        return f'IF({own}="",{worked_out},{own})' if t else "0"

    def _allocated(self, t: int) -> str:
        return sum_where("allocations", "allocation_gbp", {"year": f"{column_name(t + 1)}${self._head_row()}"})


def _nearest(amount: str) -> str:
    """The nearest whole pound, halves up; noise of binary fractions taken off first."""
    return f"INT(ROUND({amount},6)+0.5)"
