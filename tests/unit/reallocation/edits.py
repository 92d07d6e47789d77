"""Small edits to instances as they are written, and the one fault they make."""

from __future__ import annotations

from dataclasses import replace

from models.shared.faults import Fault
from models.shared.parsing import RawInstance, RawTable
from tests.model.reallocation.plans import faults_of


def with_cell(raw: RawInstance, table: str, row: int, column: str, text: str) -> RawInstance:
    """The instance with one cell overwritten; rows count as a spreadsheet does, the header is row 1."""
    old = raw.tables[table]
    rows = [list(cells) for cells in old.rows]
    rows[old.row_numbers.index(row)][old.header.index(column)] = text
    changed = replace(old, rows=tuple(tuple(cells) for cells in rows))
    return replace(raw, tables={**raw.tables, table: changed})


def without_row(raw: RawInstance, table: str, row: int) -> RawInstance:
    old = raw.tables[table]
    kept = [at for at, number in enumerate(old.row_numbers) if number != row]
    changed = replace(
        old, rows=tuple(old.rows[at] for at in kept), row_numbers=tuple(old.row_numbers[at] for at in kept)
    )
    return replace(raw, tables={**raw.tables, table: changed})


def with_row(raw: RawInstance, table: str, *cells: str) -> RawInstance:
    old = raw.tables[table]
    changed = replace(old, rows=(*old.rows, cells), row_numbers=(*old.row_numbers, old.row_numbers[-1] + 1))
    return replace(raw, tables={**raw.tables, table: changed})


def with_table(raw: RawInstance, table: str, columns: str, *rows: str) -> RawInstance:
    """The instance with a table of these rows, each written as in a CSV without quotes."""
    cells = tuple(tuple(row.split(",")) for row in rows)
    made = RawTable(table, f"{table}.csv", tuple(columns.split(",")), cells, tuple(range(2, len(rows) + 2)))
    return replace(raw, tables={**raw.tables, table: made})


def with_setting(raw: RawInstance, name: str, value: object) -> RawInstance:
    settings = raw.header["settings"]
    assert isinstance(settings, dict)
    return replace(raw, header={**raw.header, "settings": {**settings, name: value}})


def the_fault(raw: RawInstance, file: str, row: int | None, column: str | None) -> Fault:
    """The one fault of an instance, which must stand there and say what was found, expected and how to mend it."""
    faults = faults_of(raw)
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [(file, row, column)], faults
    assert faults[0].found and faults[0].expected and faults[0].mend.endswith(".")
    return faults[0]


def places_of(faults: list[Fault]) -> list[tuple[str, int | None, str | None]]:
    """Where faults stand."""
    return [(fault.file, fault.row, fault.column) for fault in faults]
