"""The sheet of one table: guidance above, then an Excel table with its column names, then the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xlsxwriter

from models.shared.cells import limits_in_words
from models.shared.parsing import RawTable
from models.shared.register import Column, Table
from nwl_opt.dictionary import kind_words, necessity_words
from nwl_opt.excel.cells import MOST_ROWS, NUMBER_FORMATS, write_as_read, write_text
from nwl_opt.excel.look import Look, lines_of
from nwl_opt.excel.template_rules import Grid, allowed_in, colour_what_is_missing
from nwl_opt.files.reading import guidance_title
from nwl_opt.files.workbook import README_SHEET
from nwl_opt.files.writing import PROVENANCE

EMPTY_ROWS = 20
_NARROWEST, _WIDEST, _TEXT_WIDTH = 13, 34, 24
_MEASURED_ROWS = 200
_COLUMNS_ON_A_PAGE = 14


def table_headings(table: Table, raw: RawTable | None) -> tuple[str, ...]:
    """The columns of a sheet: those that are there, then those one may add, then where the numbers come from."""
    there = raw.header if raw is not None else ()
    all_columns = (*(column.name for column in table.columns), PROVENANCE.name)
    return (*there, *(name for name in all_columns if name not in there))


def write_table_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, table: Table, raw: RawTable | None, grid: Grid,
    example: Mapping[str, str], look: Look,
) -> None:  # fmt: skip
    """Write one table; without `raw` it is empty and ready to be filled."""
    headings = grid.headings[table.name]
    columns = [_column(table, name) for name in headings]
    _write_guidance(sheet, table, columns, example, grid, look)
    rows = raw.rows if raw is not None else ()
    first, last = grid.heading_row + 1, grid.heading_row + max(len(rows), 1 if rows else EMPTY_ROWS)
    looks = [_header_look(column, look) for column in columns]
    for at, (name, header_look) in enumerate(zip(headings, looks, strict=True)):
        write_text(sheet, grid.heading_row, at, name, header_look)
    if len({name.casefold() for name in headings}) == len(headings):  # Excel wants names that differ
        sheet.add_table(grid.heading_row, 0, last, len(headings) - 1, {
            "name": table.name, "style": "Table Style Light 9",
            "columns": [{"header": name, "header_format": header_look}
                        for name, header_look in zip(headings, looks, strict=True)],
        })  # fmt: skip
    for at, (name, column) in enumerate(zip(headings, columns, strict=True)):
        texts = [cells[at] for cells in rows] if raw is not None and at < len(raw.header) else []
        sheet.set_column(at, at, _width(name, column, texts, example), look.cell(column))
        for row, text in enumerate(texts, start=first):
            write_as_read(sheet, row, at, text, column, look.cell(column))
        if column is not None:
            _help_with(sheet, at, column, grid)
    colour_what_is_missing(sheet, table, headings, (first, grid.last_row), look.missing, look.twice)
    _set_up_page(sheet, table, grid)


def _column(table: Table, name: str) -> Column | None:
    if name == PROVENANCE.name and name not in {column.name for column in table.columns}:
        return PROVENANCE
    return next((column for column in table.columns if column.name == name), None)


def _write_guidance(
    sheet: xlsxwriter.worksheet.Worksheet, table: Table, columns: Sequence[Column | None],
    example: Mapping[str, str], grid: Grid, look: Look,
) -> None:  # fmt: skip
    write_text(sheet, 0, 0, guidance_title(table), look.title)
    sheet.write_url(1, 0, f"internal:'{README_SHEET}'!A1", look.link, "Back to README")
    lines = 1
    for at, column in enumerate(columns):
        if column is None:
            write_text(sheet, 2, at, "a column of your own: not used", look.guidance)
            continue
        words = holds_words(column)
        lines = max(lines, lines_of(words, 16))
        write_text(sheet, 2, at, words, look.guidance)
        if column.name in example:
            write_text(sheet, 3, at, f"e.g. {example[column.name]}", look.example)
    sheet.set_row(0, 22)
    sheet.set_row(2, 12.5 * min(lines, 8))
    sheet.set_row(grid.heading_row, 20)


def holds_words(column: Column) -> str:
    """What a column holds, in a few short lines: the thing, its unit and limits, whether it must be filled."""
    if column.allowed or column.name == PROVENANCE.name:
        what = "choose from the list"
    elif column.refers_to:
        what = f"a name from {column.refers_to.partition('.')[0]}"
    else:
        what = kind_words(column) if column.kind == "unknown_flag" else kind_words(column).partition(",")[0]
    bounded = column.is_numeric and column.kind != "share" and (column.minimum, column.maximum) != (None, None)
    limits = (
        limits_in_words(column).removeprefix("must be ") if bounded else "0 to 1, or 12%" * (column.kind == "share")
    )
    unit = column.unit if column.unit.lower() not in ("", "gbp", "minutes", "share") else ""
    return "\n".join(part for part in (what, unit, limits, necessity_words(column)) if part)


def _header_look(column: Column | None, look: Look) -> object:
    needed = column is not None and column.default is None and not column.may_be_empty
    return look.required if needed else look.optional


def _help_with(sheet: xlsxwriter.worksheet.Worksheet, at: int, column: Column, grid: Grid) -> None:
    """A note on the heading, and what the cells below it accept."""
    note = "\n".join(
        part for part in (column.meaning, f"Unit: {column.unit}" if column.unit else "", kind_words(column),
                          necessity_words(column), f"Source: {column.source}" if column.source else "") if part
    )  # fmt: skip
    sheet.write_comment(grid.heading_row, at, note, {"x_scale": 2.2, "y_scale": 1.4, "font_size": 9})
    rule = allowed_in(column, grid)
    if rule is not None:
        sheet.data_validation(grid.heading_row + 1, at, grid.last_row, at, rule)


def _width(name: str, column: Column | None, texts: Sequence[str], example: Mapping[str, str]) -> int:
    widest = max((len(text) for text in texts[:_MEASURED_ROWS]), default=0)
    if column is not None and column.kind in NUMBER_FORMATS and not column.is_numeric and not texts:
        widest = min(len(example.get(column.name, "")) + 5, _TEXT_WIDTH)
    return min(max(_NARROWEST, len(name) + 4, widest + 2), _WIDEST)


def _set_up_page(sheet: xlsxwriter.worksheet.Worksheet, table: Table, grid: Grid) -> None:
    sheet.freeze_panes(grid.heading_row + 1, 1)
    sheet.set_tab_color("#AEB7BD" if table.optional else "#005EB8")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1 + (len(grid.headings[table.name]) - 1) // _COLUMNS_ON_A_PAGE, 0)
    sheet.repeat_columns(0)
    sheet.repeat_rows(grid.heading_row)
    sheet.set_footer(f"&L{table.name}&RPage &P of &N")
    sheet.ignore_errors({"number_stored_as_text": f"A{grid.heading_row + 2}:XFD{MOST_ROWS}"})
