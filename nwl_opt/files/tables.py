"""A plan's tables: written so that the same plan is the same bytes, and read back by the register."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.cells import Cell, format_cell
from models.shared.faults import Fault
from models.shared.parsing import TypedTable, parse_table
from models.shared.register import Register, Table
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import raw_table_as_written, read_csv_sheet

Rows = Sequence[Mapping[str, Cell]]
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]£?\d[\d,]*(\.\d+)?(e[+-]?\d+)? ?%?")


@dataclass(frozen=True)
class OutputReading:
    """A plan's tables as they were read, what was wrong with them, and which of the register's files were there."""

    tables: Mapping[str, TypedTable]
    faults: tuple[Fault, ...]
    files: tuple[str, ...]


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV file: UTF-8, commas, a line feed after each row, quotes only where needed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def excel_csv_bytes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV file to be opened in Excel: marked as UTF-8, and no text in it becomes a formula.

    For files that are read by people; what we read again ourselves is written by `csv_bytes`.
    """
    return codecs.BOM_UTF8 + csv_bytes(header, [[_no_formula(cell) for cell in row] for row in rows])


def _no_formula(cell: str) -> str:
    """A cell with an apostrophe before it where Excel would work it out; a number with its sign is left alone."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell) else cell


def text_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file of ours, as text by column; none where there is no such file.

    For files that are in no register; tables of the register are read by `read_output_tables`, or as `LazyTables`.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def formatted_rows(table: Table, rows: Rows) -> list[list[str]]:
    """The text of typed rows, in the order of the register's columns; a column not given is empty.

    Raises
    ------
    KeyError
        If a row has a cell the register does not know.
    """
    known = {column.name for column in table.columns}
    for row in rows:
        if unknown := sorted(set(row) - known):
            raise KeyError(f"table {table.name} has no column {', '.join(unknown)}")
    return [[format_cell(row.get(column.name), column) for column in table.columns] for row in rows]


def write_tables(folder: Path, outputs: Sequence[Table], tables: Mapping[str, Rows]) -> tuple[Path, ...]:
    """Write a plan's tables as CSV files, in the order of the register; returns the files.

    Raises
    ------
    KeyError
        If a table or a column is not in the register.
    """
    if unknown := sorted(set(tables) - {table.name for table in outputs}):
        raise KeyError(f"the register has no output {', '.join(unknown)}")
    written: list[Path] = []
    for table in outputs:
        if table.name in tables:
            path = folder / f"{table.name}.csv"
            content = csv_bytes([c.name for c in table.columns], formatted_rows(table, tables[table.name]))
            write_atomically(path, content)
            written.append(path)
    return tuple(written)


def read_output_tables(folder: Path, register: Register, only: Collection[str] | None = None) -> OutputReading:
    """Read a plan's tables back, all of them or `only` some. A file that is missing reads as a table without rows.

    Whether a missing file is a fault is the register's word (`optional`).
    """
    tables: dict[str, TypedTable] = {}
    faults: list[Fault] = []
    files: list[str] = []
    for table in register.outputs:
        if only is not None and table.name not in only:
            continue
        path = folder / f"{table.name}.csv"
        empty = TypedTable(table.name, path.name, (), complete=table.optional)
        tables[table.name] = empty
        if not path.exists():
            if not table.optional:
                faults.append(Fault(path.name, None, None, "file not found", f"must be there: {table.meaning}",
                                    "Solve again, or bring the file back."))  # fmt: skip
            continue
        files.append(path.name)
        sheet = read_csv_sheet(path, table)
        raw = raw_table_as_written(table, sheet)
        faults.extend(sheet.faults)
        if raw is not None:
            tables[table.name], table_faults = parse_table(table, raw, [])
            faults.extend(table_faults)
    return OutputReading(tables, tuple(faults), tuple(files))
