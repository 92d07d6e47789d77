"""The first sheet: what came of it in words, aims and their distance from the best, key figures beside baselines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from models.shared.problem import Explanation
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.live import Live, decimals_of_unit, style_of_unit
from nwl_opt.excel.results.sheet import Sheet
from nwl_opt.excel.results.source import Source
from nwl_opt.named import Names, names_of
from nwl_opt.words import gap_words, name_words
from solvers.types import StageResult

SHEET = "Summary"
_WIDTHS = (52, 19, 19, 16, 24, 20, 20, 20)
_LEVEL = re.compile(r"_\d+$")
_NOT_SAID = "not worked out here"


def write_summary(book: Book, source: Source, live: Mapping[str, Live], verdict: tuple[str, str] | None) -> None:
    """Write the sheet; `verdict` is the formula that says whether all formulas agree, and what it says now."""
    sheet = book.sheet(SHEET, f"{source.register.title}: {source.title.split(':')[0]}", _WIDTHS)
    if verdict is not None:
        _write_verdict(sheet, verdict)
    _write_headlines(sheet, source.explanations)
    if source.stages:
        _write_aims(sheet, names_of(source.kind), source.stages)
    if source.figures:
        _write_figures(sheet, source, live)
    _write_contents(book, sheet)


def _write_verdict(sheet: Sheet, verdict: tuple[str, str]) -> None:
    sheet.section("Do the formulas of this workbook agree with the plan?")
    sheet.live(sheet.row, 0, *verdict, style="text")
    sheet.mark_words(sheet.row, sheet.row, 0, bad="differ", good="agree")
    sheet.row += 2


def _write_headlines(sheet: Sheet, explanations: Sequence[Explanation]) -> None:
    headlines = [one for one in explanations if one.headline]
    for section, group in groupby(headlines, key=lambda one: one.section):
        sheet.section(section or "In words")
        for one in group:
            sheet.paragraph(f"{one.sentence} ({one.rule})" if one.rule else one.sentence)
        sheet.row += 1


def _write_aims(sheet: Sheet, names: Names, stages: Sequence[StageResult]) -> None:
    sheet.section("Aims, in their order: each is settled before the next")
    sheet.heads(("Aim", "This plan", "Best possible", "Distance", "Better exists?", "Unit"), 1, 3)
    shown = [stage for stage in stages if not _LEVEL.search(stage.name)]
    for stage in shown:
        row, style = sheet.row, style_of_unit(stage.unit, stage.value)
        sheet.put(row, 0, names.aim(stage.name) + (" (least)" if stage.sense == "minimise" else " (most)"))
        value = sheet.put(row, 1, stage.value, style)
        bound = sheet.put(row, 2, stage.bound, style_of_unit(stage.unit, stage.bound))
        if stage.value is not None and stage.bound is not None:
            distance = abs(stage.value - stage.bound)
            sheet.live(row, 3, f"ABS({value.cell}-{bound.cell})", distance, style_of_unit(stage.unit, distance))
        else:
            sheet.put(row, 3, "not known")
        sheet.put(row, 4, gap_words(stage.gap_share))
        sheet.put(row, 5, name_words(stage.unit) if stage.unit not in ("gbp", "share") else "")
        sheet.row += 1
    if len(shown) < len(stages):
        sheet.paragraph(
            f"{len(stages) - len(shown)} further levels of the same aims are on the sheet of their table."
        )
    sheet.row += 1


def _write_figures(sheet: Sheet, source: Source, live: Mapping[str, Live]) -> None:
    baselines = source.baseline_figures
    sheet.section("Key figures beside what one would do without this plan",
                  "Worked out here: the same figure by a formula over the sheets of this workbook. "
                  "A baseline that breaks rules is marked below.")  # fmt: skip
    heads = [
        "Figure",
        "This plan",
        "Worked out here",
        "Difference",
        "Unit",
        *map(names_of(source.kind).baseline, baselines),
    ]
    sheet.heads(heads, numeric_from=1)
    for name, (value, unit) in source.figures.items():
        row = sheet.row
        sheet.put(row, 0, names_of(source.kind).figure(name))
        plan = sheet.put(row, 1, value, style_of_unit(unit, value))
        sheet.put(row, 4, "" if unit in ("gbp", "share") else unit)
        if name in live and value is not None:
            one = live[name]
            decimals = decimals_of_unit(unit) if one.decimals is None else one.decimals
            sheet.live(row, 2, one.ref.address, one.now, style_of_unit(unit, value))
            off = round(one.now - value, decimals) + 0.0
            sheet.live(row, 3, f"ROUND(C{row + 1}-{plan.cell},{decimals})", off, style_of_unit(unit, off))
        else:
            sheet.put(row, 2, _NOT_SAID, "text right grey")
        for column, figures in enumerate(baselines.values(), start=5):
            sheet.put(row, column, figures.get(name), style_of_unit(unit, figures.get(name)))
        sheet.row += 1
    _write_baseline_standing(sheet, source)


def _write_baseline_standing(sheet: Sheet, source: Source) -> None:
    checks = source.document.get("baseline_checks")
    if isinstance(checks, Mapping):
        for name, check in checks.items():
            broken = isinstance(check, Mapping) and check.get("passed") is not True
            rules = _broken_rules(check) if isinstance(check, Mapping) else ""
            words = f"breaks rules ({rules}): shown for comparison only" if broken else "keeps every rule"
            sheet.paragraph(f"{names_of(source.kind).baseline(str(name))}: {words}.")
    sheet.row += 1


def _broken_rules(check: Mapping[str, object]) -> str:
    findings = check.get("findings")
    rows = findings if isinstance(findings, list) else []
    return ", ".join(sorted({str(one.get("rule")) for one in rows if one.get("severity") == "error"}))


def _write_contents(book: Book, sheet: Sheet) -> None:
    sheet.section("In this workbook")
    sheet.heads(("Sheet", "What it holds"))
    for name, description in book.descriptions.items():
        if name != SHEET:
            sheet.link(sheet.row, 0, name, name)
            sheet.put(sheet.row, 1, description)
            sheet.row += 1
