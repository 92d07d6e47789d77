"""A table that others hand over and that belongs to no instance: a CSV file, or a sheet of a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import TypedTable, parse_table
from models.shared.register import Table
from nwl_opt.files.reading import raw_table, read_csv_sheet
from nwl_opt.files.text import Sheet
from nwl_opt.files.workbook import Book

_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class LooseTable:
    """The sound rows of a file, everything wrong with it, and what was noticed."""

    table: TypedTable
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]


def read_loose_table(path: Path, table: Table) -> LooseTable:
    """Read a CSV file or a workbook by the columns of a table; raises nothing, collects all faults.

    In a workbook the sheet of the table's name is read, or the only sheet there is.
    """
    empty = TypedTable(table.name, path.name, (), complete=False)
    if not path.is_file():
        fault = Fault(str(path), None, None, "no such file", f"must be a CSV file or a workbook: {table.meaning}",
                      "Check the name.")  # fmt: skip
        return LooseTable(empty, (fault,), ())
    sheet, faults = _sheet_of(path, table)
    if sheet is None:
        return LooseTable(empty, tuple(faults), ())
    raw = raw_table(table, sheet)
    faults += sheet.faults
    notices: list[str] = [f"{sheet.file}: {one}" for one in sheet.noticed]
    if raw is None:
        return LooseTable(empty, tuple(faults), tuple(notices))
    typed, found = parse_table(table, raw, notices)
    broken = {fault.row for fault in sheet.faults}
    faults += [fault for fault in found if fault.row is None or fault.row not in broken]
    return LooseTable(typed, tuple(faults), tuple(notices))


def _sheet_of(path: Path, table: Table) -> tuple[Sheet | None, list[Fault]]:
    if path.suffix.lower() not in _WORKBOOKS:
        return read_csv_sheet(path, table), []
    try:
        book = Book(path)
    except InputFaults as error:
        return None, list(error.faults)
    names = book.sheet_names
    if table.name in names or len(names) == 1:
        return book.sheet(table.name if table.name in names else names[0]), []
    found = f"sheets {', '.join(names)}"
    return None, [Fault(path.name, None, None, found, f"must have a sheet {table.name}, or one sheet only",
                        "Rename the sheet that holds the table.")]  # fmt: skip
