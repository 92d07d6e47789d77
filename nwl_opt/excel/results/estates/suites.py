"""What happens to each suite, period by period, and what the ICB pays for it; who pays for works."""

from __future__ import annotations

from collections.abc import Mapping

from nwl_opt.excel.results.estates.frame import Frame, number
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Sheet, column_name
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.tidy import quoted, sum_where, total

SITE_PLAN = "Site plan"
SITE_PLAN_DESCRIPTION = "what happens to each suite, period by period, why, and what the ICB pays for it"
CAPITAL = "Capital"
CAPITAL_DESCRIPTION = "works by project and source, and what is left of each source's limit"
_STATUS = {"kept": "kept", "handed_back": "handed back", "open_space": "on Open Space", "works": "works",
           "ineligible": "kept, may not go"}  # fmt: skip
_FIRST = 4
"""The column of the first period."""
_CHARGES = ("charges_occupied", "charges_void", "charges_continuing")


def write_site_plan(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet of suites."""
    count = len(frame.periods)
    widths = [42.0, 26.0, 8.0, 10.0, *[16.0] * count, 17.0, 9.0, 14.0, *[13.0] * count, 70.0, 24.0]
    sheet = frame.book.sheet(SITE_PLAN, "Site plan: what happens to each suite", widths)
    sheet.paragraph("A column of a year stands for the period that begins with it. Charges: what the ICB pays in the "
                    "first year of the period, one-off payments apart.")  # fmt: skip
    sheet.row += 1
    years = [period.first_year for period in frame.periods]
    heads = sheet.heads(
        ("Site", "Suite", "Core", "Area m2", *[f"From {year}" for year in years], "Goes on", "Extent",
         "Annual charge", *[f"ICB pays {year}" for year in years], "Why", "Code of suite"), 3, 3)  # fmt: skip
    sheet.freeze(heads + 1, 2)
    first = sheet.row
    by_suite: dict[str, dict[str, Cells]] = {}
    for row in frame.rows("site_plan"):
        by_suite.setdefault(str(row["suite_id"]), {})[str(row["year"])] = row
    for suite_id, rows in by_suite.items():
        _write_suite(frame, sheet, suite_id, rows)
    last = sheet.row - 1
    sheet.filter(heads, last, len(widths))
    sheet.mark_words(first, last, _FIRST + count - 1, good="handed back")
    _write_charges(frame, sheet, (first, last))
    return _figures(frame, sheet, (first, last), by_suite)


def _write_suite(frame: Frame, sheet: Sheet, suite_id: str, rows: Mapping[str, Cells]) -> None:
    at, count = sheet.row, len(frame.periods)
    any_row, suite = next(iter(rows.values())), frame.suites[suite_id]
    site = frame.sites[str(any_row["site_id"])]
    sheet.put(at, 0, site.text("name"), "text top")
    sheet.put(at, 1, suite.text("name"), "text top")
    sheet.put(at, 2, "core" if site.text("core_suite") == suite_id else "", "text top")
    sheet.put(at, 3, suite.integer("area_m2"), "whole top")
    code = sheet.put(at, _FIRST + 2 * count + 4, suite_id, "text top")
    for column, period in enumerate(frame.periods):
        row = rows[period.first_year]
        sheet.put(at, _FIRST + column, _STATUS.get(str(row["status"]), str(row["status"])), "text top")
        where = {"suite_id": f"${column_name(code.column)}{at + 1}", "year": quoted(period.first_year)}
        formula = sum_where("site_plan", "icb_charge_gbp", where)
        sheet.live(at, _FIRST + count + 3 + column, formula, number(row, "icb_charge_gbp"), "gbp top")
    sheet.put(at, _FIRST + count, any_row["date"], "date top")
    sheet.put(at, _FIRST + count + 1, any_row["extent"], "text top")
    sheet.put(at, _FIRST + count + 2, any_row["annual_charge_gbp"], "gbp top")
    sheet.height(at, sheet.words(at, _FIRST + 2 * count + 3, str(any_row["reason"])))
    sheet.row += 1


def _write_charges(frame: Frame, sheet: Sheet, block: tuple[int, int]) -> None:
    """What all suites cost is what the cash of those years holds."""
    at, count = sheet.row, len(frame.periods)
    sheet.put(at, 0, "All suites", "text bold")
    for column, period in enumerate(frame.periods, start=_FIRST + count + 3):
        letters = column_name(column)
        now = total(frame.rows("site_plan"), "icb_charge_gbp", {"year": period.first_year})
        ref = sheet.live(at, column, f"SUM({letters}{block[0] + 1}:{letters}{block[1] + 1})", now, "gbp bold")
        where = [{"item": item, "year": period.first_year} for item in _CHARGES]
        own = sum(total(frame.rows("cashflow"), "gbp", one) for one in where)
        frame.book.check(ref, f"charges of all suites are the cash of {period.first_year}", now, own)
    sheet.row += 2


def _figures(
    frame: Frame, sheet: Sheet, block: tuple[int, int], by_suite: Mapping[str, Mapping[str, Cells]]
) -> dict[str, Live]:
    """Hand-backs counted."""
    sheet.section("Key figures from this sheet")
    count = len(frame.periods)

    def column(at: int) -> str:
        return f"${column_name(at)}${block[0] + 1}:${column_name(at)}${block[1] + 1}"

    extent = column(_FIRST + count + 1)
    gone = [suite for suite, rows in by_suite.items() if next(iter(rows.values()))["extent"] is not None]
    cores = {site.text("core_suite") for site in frame.sites.values()}
    area = sum(frame.suites[suite].integer("area_m2") for suite in gone)
    figures = {
        "suites_handed_back": ("Suites handed back", f'COUNTIF({extent},"?*")', len(gone)),
        "sites_closed": ("Sites closed", f'COUNTIFS({column(2)},"core",{extent},"?*")', len(cores & set(gone))),
        "area_handed_back": ("Area handed back, m2", f'SUMIF({extent},"?*",{column(3)})', area),
    }
    live: dict[str, Live] = {}
    for name, (words, formula, now) in figures.items():
        sheet.put(sheet.row, 0, words)
        live[name] = Live(sheet.live(sheet.row, 3, formula, now, "whole"), now)
        frame.book.check(live[name].ref, words, now, frame.source.figure(name))
        sheet.row += 1
    return live


def write_capital(frame: Frame) -> None:
    """Write the sheet of works: by source against its limit, then by project."""
    sheet = frame.book.sheet(CAPITAL, "Capital: works by project and source", (40, 14, 18, 18, 18, 18, 12))
    rows, limits = frame.rows("capital"), list(frame.source.inputs("capital_sources"))
    if limits:
        sheet.section("Sources: limit, spent, left")
        sheet.heads(("Source", "Year", "Limit", "Spent by the plan", "Left", "The plan's own", "Difference"), 2)
        for limit in limits:
            _write_source(
                frame, sheet, (limit.text("source_id"), limit.text("year")), limit.maybe_integer("limit_gbp")
            )
        sheet.row += 1
    sheet.section("Projects")
    if not rows:
        sheet.paragraph("No works.")
        return
    heads = sheet.heads(("Project", "Year", "Source", "Pounds"), 3)
    first = sheet.row
    for row in rows:
        for column, name in enumerate(("project", "year", "source_id")):
            sheet.put(sheet.row, column, row[name])
        sheet.put(sheet.row, 3, row["gbp"], "gbp")
        sheet.row += 1
    sheet.filter(heads, sheet.row - 1, 4)
    sheet.put(sheet.row, 0, "All works", "text bold")
    gbp = total(rows, "gbp")
    ref = sheet.live(sheet.row, 3, f"SUM(D{first + 1}:D{sheet.row})", gbp, "gbp bold")
    works = frame.source.figure("works_paid_by_icb") + frame.source.figure("works_paid_by_others")
    frame.book.check(ref, "works of all projects are the works in the cash", gbp, works)


def _write_source(frame: Frame, sheet: Sheet, of: tuple[str, str], limit_gbp: int | None) -> None:
    source_id, year = of
    at, chosen = sheet.row, {"source_id": source_id, "year": year}
    sheet.put(at, 0, source_id)
    sheet.put(at, 1, year)
    spent = total(frame.rows("capital"), "gbp", chosen)
    sheet.live(at, 3, sum_where("capital", "gbp", {"source_id": f"A{at + 1}", "year": f"B{at + 1}"}), spent)
    if limit_gbp is not None:
        sheet.put(at, 2, limit_gbp, "gbp input")
        ref = sheet.live(at, 4, f"C{at + 1}-D{at + 1}", limit_gbp - spent)
        own = [row["year_left_gbp"] for row in frame.rows("capital") if all(row[k] == v for k, v in chosen.items())]
        if own and isinstance(own[0], int):
            sheet.put(at, 5, own[0], "gbp")
            sheet.live(at, 6, f"ROUND(E{at + 1}-F{at + 1},0)", round(limit_gbp - spent - own[0]))
            frame.book.check(ref, f"left of {source_id} in {year}", limit_gbp - spent, own[0])
    sheet.row += 1
