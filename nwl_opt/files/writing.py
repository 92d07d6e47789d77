"""Writing instances as folders of CSV files that read back as the same instance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from models.shared.cells import format_cell
from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Column, Register, Table
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import HEADER_FILE
from nwl_opt.files.tables import Rows, csv_bytes
from nwl_opt.files.toml_text import toml_text

PROVENANCE = Column("provenance", "text", "where the numbers of this row come from", default="local")


def write_instance(
    target: Path, register: Register, header: Mapping[str, object], tables: Mapping[str, Rows]
) -> None:
    """Write typed rows as an instance's folder.

    A row may carry a `provenance`. Tables that are not given are left out when they are optional, else written
    with their header alone.

    Raises
    ------
    KeyError
        If a table or a column is not in the register.
    """
    write_raw_folder(target, instance_as_text(str(target), register, header, tables))


def instance_as_text(
    origin: str, register: Register, header: Mapping[str, object], tables: Mapping[str, Rows]
) -> RawInstance:
    """Typed rows as an instance of text.

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
    return RawInstance(origin, {"kind": register.kind, **header}, raw_tables)


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
