"""Cash by financial year in two ledgers, discounted at the rate of the assumptions, beside today's estate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from models.estates.cash import LEDGERS
from models.shared.calendar import first_calendar_year
from nwl_opt.estates.browsing.wording import ITEM_WORDS, LEDGER_NOTES
from nwl_opt.excel.results.estates.frame import BASELINE, Frame
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Ref, Sheet, column_name
from nwl_opt.excel.results.tidy import quoted, sum_where, total
from nwl_opt.words import name_words

SHEET = "Cash"
DESCRIPTION = (
    "cash by year in two ledgers, discounted live at the rate of the assumptions, beside today's estate; chart"
)
_OF = {"icb": "The ICB's cash", "system": "Cash of the whole system"}
_FIGURES = {
    "vacating_payment": ("vacating_payments", 1),
    "works": ("works_paid_by_icb", 1),
    "works_by_others": ("works_paid_by_others", 1),
    "open_space_income": ("open_space_income", -1),
}
"""Items whose sum over all years is a key figure, and its sign."""


def write_cash(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet."""
    years = frame.years
    sheet = frame.book.sheet(SHEET, "Cash by financial year", (34.0, *[13.0] * len(years), 15.0, 15.0, 12.0))
    sheet.paragraph(
        "Pounds at the price base; income is below zero. Years are discounted to the base year of the NPV: change "
        "the rate on the sheet Assumptions and the net present cost follows."
    )
    sheet.paragraph(f"Cash of the whole system: {LEDGER_NOTES['system']}")
    sheet.row += 1
    heads = sheet.heads(("Pounds", *years, "All years"), numeric_from=1)
    sheet.freeze(heads + 1, 1)
    factors = _write_factors(frame, sheet, heads)
    live: dict[str, Live] = {}
    totals = {ledger: _write_ledger(frame, sheet, heads, (ledger, live)) for ledger in LEDGERS}
    _write_discounted(frame, sheet, (heads, factors), totals, live)
    _write_saving(frame, sheet, (heads, factors), totals["icb"])
    first, last = (Live(totals["icb"][at], _sum(frame, years[at], "icb")) for at in (0, -1))
    return {**live, "icb_cash_first_year": first, "icb_cash_last_year": last}


def _write_factors(frame: Frame, sheet: Sheet, heads: int) -> int:
    row = sheet.row
    sheet.put(row, 0, "Discount factor")
    for at, year in enumerate(frame.years, start=1):
        formula = f"(1+discount_rate_share)^-(VALUE(LEFT({_year(at, heads)},4))-VALUE(LEFT(npv_base_year,4)))"
        sheet.live(row, at, formula, _factor(frame, year), "factor")
    sheet.row += 2
    return row


def _write_ledger(frame: Frame, sheet: Sheet, heads: int, of: tuple[str, dict[str, Live]]) -> tuple[Ref, ...]:
    """The items of one ledger and their total; returns the cells of the total by year."""
    ledger, live = of
    sheet.section(_OF[ledger])
    first, end = sheet.row, column_name(len(frame.years))
    for item in LEDGERS[ledger]:
        row = sheet.row
        sheet.put(row, 0, ITEM_WORDS.get(item, _capital(name_words(item))))
        for at, year in enumerate(frame.years, start=1):
            where = {"item": quoted(item), "ledger": quoted(ledger), "year": _year(at, heads)}
            sheet.live(row, at, sum_where("cashflow", "gbp", where), _sum(frame, year, ledger, item))
        gbp = total(frame.rows("cashflow"), "gbp", {"ledger": ledger, "item": item})
        ref = sheet.live(row, len(frame.years) + 1, f"SUM(B{row + 1}:{end}{row + 1})", gbp, "gbp bold")
        if item in _FIGURES:
            _check_item(frame, sheet, (item, ref), gbp, live)
        sheet.row += 1
    return _write_total(frame, sheet, ledger, first)


def _check_item(frame: Frame, sheet: Sheet, of: tuple[str, Ref], gbp: float, live: dict[str, Live]) -> None:
    """The key figure of an item over all years."""
    item, ref = of
    name, sign = _FIGURES[item]
    if sign > 0:
        live[name] = Live(ref, gbp)
    else:
        turned = sheet.live(ref.row, ref.column + 1, f"-{ref.cell}", -gbp)
        sheet.put(ref.row, ref.column + 2, "received", "text")
        live[name] = Live(turned, -gbp)
    frame.book.check(live[name].ref, name_words(name), live[name].now, frame.source.figure(name))


def _write_total(frame: Frame, sheet: Sheet, ledger: str, first: int) -> tuple[Ref, ...]:
    row, refs = sheet.row, []
    sheet.put(row, 0, f"{_OF[ledger]}, total", "text bold")
    for at, year in enumerate((*frame.years, ""), start=1):
        letters = column_name(at)
        gbp = _sum(frame, year, ledger) if year else total(frame.rows("cashflow"), "gbp", {"ledger": ledger})
        ref = sheet.live(row, at, f"SUM({letters}{first + 1}:{letters}{row})", gbp, "gbp bold")
        if year:
            refs.append(frame.book.check(ref, f"{_OF[ledger]}, {year}", gbp, gbp))
    sheet.row += 2
    return tuple(refs)


def _write_discounted(
    frame: Frame, sheet: Sheet, at: tuple[int, int], totals: Mapping[str, Sequence[Ref]], live: dict[str, Live]
) -> None:
    """Each ledger at the base year of the NPV; the plan holds the same by item, in pence."""
    sheet.section("Discounted to the base year of the NPV")
    for ledger, refs in totals.items():
        row = sheet.row
        sheet.put(row, 0, f"{_OF[ledger]}, discounted")
        for column, (year, ref) in enumerate(zip(frame.years, refs, strict=True), start=1):
            now = _sum(frame, year, ledger) * _factor(frame, year)
            cell = sheet.live(row, column, f"{ref.cell}*{_year(column, at[1])}", now)
            own = total(frame.rows("cashflow"), "discounted_gbp", {"ledger": ledger, "year": year})
            frame.book.check(cell, f"{_OF[ledger]}, discounted, {year}", now, own)
        npv = math.fsum(_sum(frame, year, ledger) * _factor(frame, year) for year in frame.years)
        end = column_name(len(frame.years))
        ref = sheet.live(row, len(frame.years) + 1, f"SUM(B{row + 1}:{end}{row + 1})", npv, "gbp bold")
        if ledger == "icb":
            live["npv_cost"] = Live(ref, npv)
            frame.book.check(ref, "net present cost to the ICB", npv, frame.source.figure("npv_cost"))
        sheet.row += 1
    sheet.row += 1


def _write_saving(frame: Frame, sheet: Sheet, at: tuple[int, int], icb: Sequence[Ref]) -> None:
    """Today's estate kept, and what the plan saves the ICB against it."""
    rows = frame.source.baseline_table(BASELINE, "cashflow")
    if not rows:
        return
    heads, factors = at
    sheet.section("Against keeping today's estate, the ICB's cash")
    kept, saved, end = sheet.row, sheet.row + 1, column_name(len(frame.years))
    for row, words in ((kept, "Today's estate"), (saved, "Saved by the plan"), (saved + 1, "Saved, discounted")):
        sheet.put(row, 0, words)
    today = {year: total(rows, "gbp", {"ledger": "icb", "year": year}) for year in frame.years}
    for column, (year, ref) in enumerate(zip(frame.years, icb, strict=True), start=1):
        letters, saving = column_name(column), today[year] - _sum(frame, year, "icb")
        sheet.put(kept, column, today[year], "gbp")
        sheet.live(saved, column, f"{letters}{kept + 1}-{ref.cell}", saving)
        discounted = saving * _factor(frame, year)
        sheet.live(saved + 1, column, f"{letters}{saved + 1}*{_year(column, factors)}", discounted)
    npv = {row: math.fsum(
        (today[y] if row == kept else (today[y] - _sum(frame, y, "icb")) * (_factor(frame, y) if row > saved else 1))
        for y in frame.years) for row in (kept, saved, saved + 1)}  # fmt: skip
    for row, now in npv.items():
        sheet.live(row, len(frame.years) + 1, f"SUM(B{row + 1}:{end}{row + 1})", now, "gbp bold")
    own = frame.source.baseline_figures[BASELINE]["npv_cost"]
    if own is not None:
        ref = Ref(SHEET, saved + 1, len(frame.years) + 1)
        frame.book.check(ref, "saved against today's estate, discounted", npv[saved + 1],
                         own - frame.source.figure("npv_cost"))  # fmt: skip
    sheet.row = saved + 3
    _chart(sheet, heads, (icb[0].row, kept), len(frame.years))


def _chart(sheet: Sheet, heads: int, rows: tuple[int, int], years: int) -> None:
    series = [
        {"name": name, "categories": [SHEET, heads, 1, heads, years], "values": [SHEET, row, 1, row, years],
         "line": {"color": colour, "width": 2.5, "dash_type": dash}, "marker": {"type": marker, "size": 6}}
        for name, row, colour, dash, marker in (
            ("This plan", rows[0], "#005EB8", "solid", "circle"),
            ("Today's estate kept", rows[1], "#7C2855", "dash", "square"),
        )
    ]  # fmt: skip
    sheet.chart(sheet.row, 0, {"type": "line"}, series, "The ICB's cash by year", ("", "Pounds"), (900, 340),
                y={"num_format": "£#,##0.0,,\\m", "min": 0})  # fmt: skip


def _sum(frame: Frame, year: str, ledger: str, item: str | None = None) -> float:
    where = {"ledger": ledger, "year": year} | ({"item": item} if item is not None else {})
    return total(frame.rows("cashflow"), "gbp", where)


def _factor(frame: Frame, year: str) -> float:
    base = first_calendar_year(frame.source.text_setting("npv_base_year"))
    rate = frame.source.number_setting("discount_rate_share")
    return float((1 + rate) ** -(first_calendar_year(year) - base))


def _year(column: int, row: int) -> str:
    return f"{column_name(column)}${row + 1}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
