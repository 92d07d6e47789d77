"""Writing instances: a folder of CSV files, or one workbook, that reads back as the same instance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from models.shared.cells import Cell, format_cell
from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Column, Register, Table
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import HEADER_FILE
from nwl_opt.files.tables import Rows, csv_bytes
from nwl_opt.files.toml_text import toml_text
from nwl_opt.files.workbook import INSTANCE_SHEET

PROVENANCE = Column("provenance", "text", "where the numbers of this row come from", default="local")


def write_instance(
    target: Path, register: Register, header: Mapping[str, object], tables: Mapping[str, Rows]
) -> None:
    """Write typed rows as an instance: a workbook when the target ends in .xlsx, else a folder.

    A row may carry a `provenance`. Tables that are not given are left out when they are optional, else written
    with their header alone.

    Raises
    ------
    KeyError
        If a table or a column is not in the register.
    """
    if unknown := sorted(set(tables) - {table.name for table in register.inputs}):
        raise KeyError(f"the register has no table {', '.join(unknown)}")
    raw_tables = {
        table.name: raw_rows(table, tables.get(table.name, ()))
        for table in register.inputs
        if table.name in tables or not table.optional
    }
    raw = RawInstance(str(target), {"kind": register.kind, **header}, raw_tables)
    if target.suffix.lower() == ".xlsx":
        write_raw_workbook(target, register, raw)
    else:
        write_raw_folder(target, raw)


def raw_rows(table: Table, rows: Rows) -> RawTable:
    """Typed rows as text, with a provenance column when a row has one.

    Raises
    ------
    KeyError
        If a row has a cell the register does not know.
    """
    columns = [*table.columns]
    if any("provenance" in row for row in rows) and "provenance" not in {c.name for c in columns}:
        columns.append(PROVENANCE)
    known = {column.name for column in columns}
    for row in rows:
        if unknown := sorted(set(row) - known):
            raise KeyError(f"table {table.name} has no column {', '.join(unknown)}")
    text = tuple(tuple(format_cell(row.get(c.name), c) for c in columns) for row in rows)
    numbers = tuple(range(2, len(text) + 2))
    return RawTable(table.name, f"{table.name}.csv", tuple(c.name for c in columns), text, numbers)


def write_raw_folder(folder: Path, raw: RawInstance) -> tuple[Path, ...]:
    """Write an instance, as text, into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / HEADER_FILE]
    write_atomically(files[0], toml_text(raw.header).encode())
    for name, table in sorted(raw.tables.items()):
        files.append(folder / f"{name}.csv")
        write_atomically(files[-1], csv_bytes(table.header, table.rows))
    return tuple(files)


def write_raw_workbook(path: Path, register: Register, raw: RawInstance) -> None:
    """Write an instance, as text and numbers, into a new workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(INSTANCE_SHEET)
        sheet.write_row(0, 0, ["key", "value"], bold)
        for at, (key, value) in enumerate(header_rows(raw.header), start=1):
            sheet.write_string(at, 0, key)
            write_cell(sheet, at, 1, value)
        for table in register.inputs:
            if table.name in raw.tables:
                _write_sheet(book.add_worksheet(table.name), table, raw.tables[table.name], bold)


def header_rows(header: Mapping[str, object]) -> list[tuple[str, object]]:
    """The keys and values of a header, sections as `settings.name`."""
    rows: list[tuple[str, object]] = []
    for key, value in header.items():
        if isinstance(value, Mapping):
            rows.extend((f"{key}.{name}", item) for name, item in value.items())
        else:
            rows.append((key, value))
    return rows


def write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    """One value of a header: numbers as numbers, everything else as text (lists as TOML writes them)."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no")
    elif isinstance(value, (list, tuple, Mapping)):
        sheet.write_string(row, column, toml_text({"value": list(value)}).removeprefix("value = ").strip())
    else:
        sheet.write_string(row, column, str(value))


def _write_sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table, raw: RawTable, bold: object) -> None:
    sheet.write_row(0, 0, raw.header, bold)
    sheet.freeze_panes(1, 0)
    numeric = {column.name for column in table.columns if column.is_numeric}
    for at, cells in enumerate(raw.rows, start=1):
        for position, (name, text) in enumerate(zip(raw.header, cells, strict=True)):
            number = _as_number(text) if name in numeric else None
            if number is not None:
                sheet.write_number(at, position, number)
            elif text:
                sheet.write_string(at, position, text)


def _as_number(text: Cell) -> float | None:
    """A text that a workbook may keep as a number without changing it (15 digits)."""
    try:
        number = float(str(text))
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None
