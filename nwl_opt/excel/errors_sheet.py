"""The sheet `Errors`: every fault with a link to its cell, what was found and expected, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from models.shared.faults import Fault
from nwl_opt.excel.cells import write_text
from nwl_opt.excel.look import Look, lines_of
from nwl_opt.files.layout import cell_place

ERRORS_TITLE = "What to mend in"
MOST_ROWS_LISTED = 5_000
_HOW = (
    "Click a cell's name to go there: the cell is coloured, and a note says what is wrong. "
    "Mend this copy or your own file, save, and check it again. This sheet is not read."
)
_HEADINGS = ("no.", "sheet", "row", "column", "cell", "found", "expected", "how to mend")
_WIDTHS = (6, 24, 8, 26, 9, 36, 46, 64)
_HEADING_ROW = 4
_LINE_HEIGHT = 13.5


@dataclass(frozen=True)
class Marked:
    """A fault, the sheet of the copy it is in and its cell; both empty where there is none."""

    fault: Fault
    sheet: str
    cell: str


def write_errors_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, source: str, marked: Sequence[Marked], look: Look
) -> None:
    """Write the list; the longest lists are cut and say so."""
    count = len(marked)
    write_text(sheet, 0, 0, f"{ERRORS_TITLE} {source}: {count} fault{'s' if count != 1 else ''}", look.title)
    write_text(sheet, 1, 0, _HOW, look.plain)
    if count > MOST_ROWS_LISTED:
        write_text(sheet, 2, 0, f"The first {MOST_ROWS_LISTED:,} of {count:,} are listed.", look.strong)
    for at, one in enumerate(marked[:MOST_ROWS_LISTED], start=1):
        _write_row(sheet, _HEADING_ROW + at, at, one, look)
    listed = max(1, min(count, MOST_ROWS_LISTED))
    sheet.add_table(_HEADING_ROW, 0, _HEADING_ROW + listed, len(_HEADINGS) - 1, {
        "name": "errors_to_mend", "style": "Table Style Light 9",
        "columns": [{"header": name, "header_format": look.required} for name in _HEADINGS],
    })  # fmt: skip
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(_HEADING_ROW, 20)
    sheet.freeze_panes(_HEADING_ROW + 1, 0)
    sheet.set_tab_color("#D5281B")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADING_ROW)


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, row: int, number: int, one: Marked, look: Look) -> None:
    fault = one.fault
    sheet.write_number(row, 0, number, look.value("0"))
    write_text(sheet, row, 1, one.sheet or _file_in_words(fault.file), look.text)
    at = cell_place(one.cell)[0] + 1 if one.cell else fault.row
    if at is not None:
        sheet.write_number(row, 2, at, look.value("0"))
    write_text(sheet, row, 3, fault.column or "", look.text)
    if one.sheet:
        quoted = one.sheet.replace("'", "''")
        sheet.write_url(row, 4, f"internal:'{quoted}'!{one.cell or 'A1'}", look.link, one.cell or "sheet")
    texts = (fault.found, fault.expected, fault.mend)
    for column, text in enumerate(texts, start=5):
        write_text(sheet, row, column, text, look.text)
    lines = max(lines_of(text, width - 2) for text, width in zip(texts, _WIDTHS[5:], strict=True))
    sheet.set_row(row, _LINE_HEIGHT * min(lines, 12) + 2)


def _file_in_words(file: str) -> str:
    """The sheet of `book.xlsx, sheet lines`, or the file as it is."""
    return file.partition(", sheet ")[2] or file
