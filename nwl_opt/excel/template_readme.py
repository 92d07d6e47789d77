"""The first sheet of a workbook to fill in: how it works, what stands where, what every column means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xlsxwriter

from models.shared.parsing import RawTable
from models.shared.register import Register, Table
from nwl_opt.dictionary import kind_words, necessity_words
from nwl_opt.excel.cells import write_text
from nwl_opt.excel.look import Look, lines_of
from nwl_opt.files.workbook import INSTANCE_SHEET

_WIDTHS = (26, 28, 30, 16, 22, 80)
_LINE_HEIGHT = 13.5
_HOW_EMPTY = (
    "Fill the sheets below, one row per thing. Dark blue headings must be filled, pale ones may stay empty.",
    "Above each heading stands what it holds and an example, marked e.g.: examples are invented and never read.",
    "Point at a heading to read what it means. Cells with a list open when you click them.",
    "Save as .xlsx. Then upload it in the web app, or run: nwl-opt validate FILE.xlsx, nwl-opt solve FILE.xlsx",
    "If something is wrong you get a copy with every fault marked in its cell and listed on a sheet Errors.",
)
_HOW_FILLED = (
    "This workbook holds a whole instance. Change what you like: one sheet per table, one row per thing.",
    "Dark blue headings must be filled, pale ones may stay empty. Point at a heading to read what it means.",
    *_HOW_EMPTY[3:],
)
_GOOD_TO_KNOW = (
    ("Names", "Names of things (ids) are text: leading zeros stay. Write a name the same in every sheet."),
    ("Dates", "Type them as you do: 23/11/2026 is read day first. Times: 08:30."),
    ("Shares", "0.12 and 12% are the same."),
    ("Empty", "Leave a cell empty where you do not know; no NaN, n/a or dash. Do not add a row of totals."),
    (
        "Yours",
        "Sheets and columns of your own are welcome; they are not used. Formulas are fine: their values count.",
    ),
    ("Source", "provenance says where a row's numbers come from. Leave it empty for your own (local)."),
)


def write_readme_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, register: Register, raw: Mapping[str, RawTable] | None,
    provenance: Sequence[str], look: Look,
) -> None:  # fmt: skip
    """Write the guidance; a filled workbook has tables (`raw`) and sentences on where its numbers come from."""
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width, look.text)
    filled = raw is not None
    title = f"{register.title}: {'an instance' if filled else 'an instance to fill in'}"
    write_text(sheet, 0, 0, title, look.title)
    row = _pairs(sheet, 1, tuple(("Its numbers", sentence) for sentence in provenance), look)
    steps = _HOW_FILLED if filled else _HOW_EMPTY
    row = _pairs(sheet, row + 1, tuple((str(at), step) for at, step in enumerate(steps, start=1)), look)
    row = _pairs(sheet, row + 1, _GOOD_TO_KNOW, look)
    row = _contents(sheet, row + 1, register, raw, look)
    _all_columns(sheet, row + 1, register, look)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _pairs(sheet: xlsxwriter.worksheet.Worksheet, row: int, pairs: tuple[tuple[str, str], ...], look: Look) -> int:
    for name, sentence in pairs:
        write_text(sheet, row, 0, name, look.strong)
        sheet.merge_range(row, 1, row, 5, "", look.text)
        write_text(sheet, row, 1, sentence, look.text)
        sheet.set_row(row, _LINE_HEIGHT * lines_of(sentence, sum(_WIDTHS[1:])) + 1)
        row += 1
    return row


def _contents(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    register: Register,
    raw: Mapping[str, RawTable] | None,
    look: Look,
) -> int:
    write_text(sheet, row, 0, "Sheets", look.section)
    row += 1
    headings = ("sheet", "needed", "holds", "", "", "rows" if raw is not None else "")
    for at, heading in enumerate(headings):
        write_text(sheet, row, at, heading, look.required)
    entries = [(INSTANCE_SHEET, "title and settings", "", "what this is called, and the settings")]
    entries += [(table.name, _needed(table), _rows(table, raw), table.meaning) for table in register.inputs]
    for name, needed, rows, meaning in entries:
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", look.link, name)
        write_text(sheet, row, 1, needed, look.text)
        sheet.merge_range(row, 2, row, 4, "", look.text)
        write_text(sheet, row, 2, meaning, look.text)
        sheet.set_row(row, _LINE_HEIGHT * lines_of(meaning, 68))
        write_text(sheet, row, 5, rows, look.text)
    return row + 1


def _needed(table: Table) -> str:
    if table.optional:
        return "may be left out"
    return "needed; may have no rows" if table.may_be_empty else "must be filled"


def _rows(table: Table, raw: Mapping[str, RawTable] | None) -> str:
    return "" if raw is None else f"{len(raw[table.name].rows):,}" if table.name in raw else "0"


def _all_columns(sheet: xlsxwriter.worksheet.Worksheet, row: int, register: Register, look: Look) -> None:
    write_text(sheet, row, 0, "Every column", look.section)
    row += 1
    for at, heading in enumerate(("sheet", "column", "holds", "unit", "needed", "meaning")):
        write_text(sheet, row, at, heading, look.required)
    for table in register.inputs:
        for column in table.columns:
            row += 1
            cells = (
                table.name,
                column.name,
                kind_words(column),
                column.unit,
                necessity_words(column),
                column.meaning,
            )
            for at, text in enumerate(cells):
                write_text(sheet, row, at, text, look.text)
            sheet.set_row(row, _LINE_HEIGHT * max(lines_of(t, w) for t, w in zip(cells, _WIDTHS, strict=True)))
