"""Every sentence the run has to say; where there is no plan, why; and what a failed check found."""

from __future__ import annotations

from models.shared.register import Table
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.sheet import Sheet
from nwl_opt.excel.results.source import Cells, Source
from nwl_opt.excel.results.tidy import data_sheet_name
from nwl_opt.run_folder import SCENARIOS_FOLDER

WORDS_SHEET = "In words"
WORDS_DESCRIPTION = (
    "every sentence about this plan: what binds, what would change it, who is affected, what is assumed"
)
FINDINGS_SHEET = "Findings"
FINDINGS_DESCRIPTION = "what the independent check has to say, rule by rule"
NO_PLAN_SHEET = "Why no plan"
NO_PLAN_DESCRIPTION = "what contradicts what, and what would have to change for a plan to exist"
_WITHOUT_PLAN = ("conflicts", "repairs")


def write_words(book: Book, source: Source) -> None:
    """The sheet of all sentences."""
    sheet = book.sheet(WORDS_SHEET, "In words: what this run has to say", (34, 8, 110, 40))
    heads = sheet.heads(("About", "Rule", "Sentence", "Where to look"))
    for one in source.explanations:
        sheet.put(sheet.row, 0, one.section or ("Headline" if one.headline else "Further"), "wrap top")
        sheet.put(sheet.row, 1, one.rule, "text top")
        lines = sheet.words(sheet.row, 2, one.sentence)
        sheet.height(sheet.row, max(lines, sheet.words(sheet.row, 3, one.where)))
        sheet.row += 1
    sheet.filter(heads, sheet.row - 1, 4)
    sheet.freeze(heads + 1)


def write_findings(book: Book, source: Source) -> None:
    """The sheet of findings; a rule that is broken stands first."""
    sheet = book.sheet(FINDINGS_SHEET, "Findings of the independent check", (10, 12, 100, 50))
    heads = sheet.heads(("Rule", "How grave", "What was found", "Where"))
    first = sheet.row
    for finding in sorted(source.findings, key=lambda one: one.get("severity") != "error"):
        sheet.put(sheet.row, 0, str(finding.get("rule", "")), "text top")
        sheet.put(sheet.row, 1, str(finding.get("severity", "")), "text top")
        lines = sheet.words(sheet.row, 2, str(finding.get("message", "")))
        sheet.height(sheet.row, max(lines, sheet.words(sheet.row, 3, str(finding.get("where", "")))))
        sheet.row += 1
    sheet.mark_words(first, sheet.row - 1, 1, bad="error")
    sheet.filter(heads, sheet.row - 1, 4)
    sheet.freeze(heads + 1)


def tables_without_plan(source: Source) -> list[Table]:
    """The tables that say why there is no plan, where they say anything."""
    return [
        table for table in source.register.outputs if table.name in _WITHOUT_PLAN and source.tables.get(table.name)
    ]


def write_no_plan(book: Book, source: Source) -> None:
    """Why there is no plan: the reason, the sentences, the conflicts and repairs, and ready scenarios."""
    sheet = book.sheet(NO_PLAN_SHEET, "Why there is no plan, and what would have to change", (14, 12, 34, 96, 20))
    reason = str(source.document.get("reason") or "The run was not finished: it is still running, or was stopped.")
    sheet.section("The reason")
    sheet.paragraph(f"{reason[:1].upper()}{reason[1:].rstrip('.')}.")
    for one in source.explanations:
        sheet.paragraph(f"{one.sentence} ({one.rule})" if one.rule else one.sentence)
    sheet.row += 1
    for name, words in (("conflicts", "Rules that cannot hold together"), ("repairs", "Least changes that mend it")):
        rows = source.tables.get(name, ())
        if rows:
            sheet.section(words, f"All columns: sheet {data_sheet_name(name)}.")
            sheet.heads(("Number", "Rule", "Held against", "In words", "A plan then exists"))
            for row in rows:
                _write_row(sheet, name, row)
            sheet.row += 1
    folder = source.folder / SCENARIOS_FOLDER
    scenarios = sorted(path.name for path in folder.glob("*.toml")) if folder.is_dir() else []
    if scenarios:
        sheet.section("Scenarios of the run that apply such a change")
        for name in scenarios:
            sheet.paragraph(name)


def _write_row(sheet: Sheet, name: str, row: Cells) -> None:
    at = sheet.row
    sheet.put(at, 0, row.get("conflict" if name == "conflicts" else "repair"), "whole top")
    sheet.put(at, 1, row.get("rule"), "text top")
    lines = sheet.words(at, 2, str(row.get("scope") or ""))
    words = str(row.get("words" if name == "conflicts" else "sentence") or "")
    sheet.height(at, max(lines, sheet.words(at, 3, words)))
    if name == "repairs":
        sheet.put(at, 4, row.get("mends"), "text top")
    sheet.row += 1
