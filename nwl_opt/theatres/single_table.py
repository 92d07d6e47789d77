"""A CSV file that is one table and belongs to no instance: a history, an extract."""

from __future__ import annotations

from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import Row, parse_table
from models.shared.register import Table
from nwl_opt.files.reading import raw_table, read_csv_sheet


def read_single_table(path: Path, table: Table) -> tuple[Row, ...]:
    """The rows of a CSV file, read by the columns of the table.

    Raises
    ------
    InputFaults
        If it cannot be read, or a cell is wrong; all faults are told.
    """
    if not path.is_file():
        raise InputFaults([Fault(str(path), None, None, "no such file", f"must be a CSV file: {table.meaning}",
                                 "Check the name.")])  # fmt: skip
    sheet = read_csv_sheet(path, table)
    raw = raw_table(table, sheet)
    faults = list(sheet.faults)
    rows: tuple[Row, ...] = ()
    if raw is not None:
        typed, table_faults = parse_table(table, raw, [])
        faults += table_faults
        rows = typed.rows
    if faults:
        raise InputFaults(faults)
    return rows
