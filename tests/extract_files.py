"""Exports and mappings for tests, small enough to be read in the test."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from nwl_opt.excel.mapping import Load, MappedTable, parse_mapping, preview

LEDGER = """
kind = "reallocation"
table = "ledger"
[source]
header_row = 1
"""


def csv_file(folder: Path, *rows: Sequence[object], separator: str = ",", encoding: str = "utf-8") -> Path:
    """A CSV file of rows."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path = folder / "extract.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(folder: Path, *rows: Sequence[object], sheet: str = "Data", merged: Sequence[str] = ()) -> Path:
    """A workbook of one sheet; `merged` are ranges whose first cell keeps its value."""
    path = folder / "extract.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(at, column, cell)
        for cells in merged:
            first = cells.partition(":")[0]
            row, column = xlsxwriter.utility.xl_cell_to_rowcol(first)
            page.merge_range(cells, rows[row][column])
    return path


def mapped(extract: Path, mapping: str) -> MappedTable:
    """What an extract comes to by a mapping written out."""
    return preview(Load(parse_mapping(mapping.encode(), "mapping.toml"), extract))


def cells(table: MappedTable, column: str) -> list[str]:
    """The cells of a column, in the order of the rows."""
    return [row.cells[column] for row in table.rows]
