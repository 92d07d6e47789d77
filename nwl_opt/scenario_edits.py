"""The three edits of a scenario on tables of text: change cells, add a row, remove rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.shared.cells import CellError, format_cell, parse_cell
from models.shared.faults import Fault
from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Column, Register, Table

Where = Mapping[str, tuple[object, ...]]
_WHOLE_KINDS = frozenset({"integer", "gbp", "minutes"})
_REPLACED_MARKS = frozenset({"plan", "public"})


@dataclass(frozen=True)
class Change:
    """Set, multiply or add to one column of the rows that match; `way` is value, factor or add."""

    name: str
    table: str
    where: Where
    column: str
    way: str
    amount: object


@dataclass(frozen=True)
class Addition:
    """Add one row."""

    name: str
    table: str
    row: Mapping[str, object]


@dataclass(frozen=True)
class Removal:
    """Remove the rows that match."""

    name: str
    table: str
    where: Where


Edit = Change | Addition | Removal


def apply_edit(register: Register, raw: RawInstance, edit: Edit, file: str) -> tuple[RawInstance, list[Fault]]:
    """The instance after one edit, or as it was and why the edit cannot be made."""
    tables = {table.name: table for table in register.inputs}
    if edit.table not in tables:
        known = ", ".join(sorted(tables))
        return raw, [_fault(file, edit.name, f"table {edit.table}", f"must be one of the tables {known}")]
    table = tables[edit.table]
    rows = raw.tables.get(edit.table) or _empty(table)
    named = {edit.column} if isinstance(edit, Change) else set()
    named |= set(edit.row) if isinstance(edit, Addition) else set(edit.where)
    columns = {column.name for column in table.columns} | {"provenance"}
    if unknown := sorted(named - columns):
        expected = f"must be columns of {table.name}: {', '.join(c.name for c in table.columns)}"
        return raw, [_fault(file, edit.name, ", ".join(unknown), expected)]
    faults: list[Fault] = []
    if isinstance(edit, Addition):
        changed = _added(rows, edit)
    elif isinstance(edit, Removal):
        changed, faults = _removed(table, rows, edit, file)
    else:
        changed, faults = _changed(table, rows, edit, file)
    if faults:
        return raw, faults
    header = _marked_header(raw.header, table, edit) if isinstance(edit, Change) else raw.header
    return replace(raw, header=header, tables={**raw.tables, table.name: changed}), []


def scenario_cell(value: object) -> str:
    """A value of a scenario as the text a CSV would hold."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value).strip()


def _changed(table: Table, rows: RawTable, edit: Change, file: str) -> tuple[RawTable, list[Fault]]:
    matching = _matching(table, rows, edit.where)
    if not matching:
        return rows, [_no_match(file, edit.name, table, edit.where)]
    rows = _with_column(rows, edit.column)
    at = rows.header.index(edit.column)
    mark_at = rows.header.index("provenance") if "provenance" in rows.header else None
    column = _column(table, edit.column)
    new_rows = [list(cells) for cells in rows.rows]
    faults: list[Fault] = []
    for index in matching:
        cells = new_rows[index]
        try:
            cells[at] = _new_text(cells[at].strip(), column, edit)
        except CellError as error:
            where = f"{edit.name} ({rows.file} row {rows.row_numbers[index]}, {edit.column})"
            faults.append(_fault(file, where, cells[at] or "(empty)", str(error)))
        if mark_at is not None and column.is_numeric and cells[mark_at].strip() in _REPLACED_MARKS:
            cells[mark_at] = "assumption"
    return replace(rows, rows=tuple(tuple(cells) for cells in new_rows)), faults


def _new_text(old: str, column: Column, edit: Change) -> str:
    """The text of a changed cell.

    Raises
    ------
    CellError
        If the old value or the amount is not a number (for add: or a date and whole days).
    """
    if edit.way == "value":
        return scenario_cell(edit.amount)
    amount = edit.amount
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        raise CellError(f"{edit.way} must be a number, not {amount!r}")
    text = old or (column.default or "")
    if not text:
        raise CellError(f"must not be empty where {edit.way} is used")
    value = parse_cell(text, replace(column, allowed=(), minimum=None, maximum=None))
    if isinstance(value, dt.date) and edit.way == "add" and isinstance(amount, int):
        return format_cell(value + dt.timedelta(days=amount), column)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CellError(f"must be a number where {edit.way} is used")
    result = value * amount if edit.way == "factor" else value + amount
    return str(round(result)) if column.kind in _WHOLE_KINDS else repr(float(f"{result:.15g}"))


def _added(rows: RawTable, edit: Addition) -> RawTable:
    for name in edit.row:
        rows = _with_column(rows, name)
    if "provenance" in rows.header and "provenance" not in edit.row:
        marked: Mapping[str, object] = {**edit.row, "provenance": "assumption"}
    else:
        marked = edit.row
    cells = tuple(scenario_cell(marked[name]) if name in marked else "" for name in rows.header)
    number = max(rows.row_numbers, default=1) + 1
    return replace(rows, rows=(*rows.rows, cells), row_numbers=(*rows.row_numbers, number))


def _removed(table: Table, rows: RawTable, edit: Removal, file: str) -> tuple[RawTable, list[Fault]]:
    gone = frozenset(_matching(table, rows, edit.where))
    if not gone:
        return rows, [_no_match(file, edit.name, table, edit.where)]
    kept = [index for index in range(len(rows.rows)) if index not in gone]
    return replace(
        rows,
        rows=tuple(rows.rows[index] for index in kept),
        row_numbers=tuple(rows.row_numbers[index] for index in kept),
    ), []


def _matching(table: Table, rows: RawTable, where: Where) -> list[int]:
    found = list(range(len(rows.rows)))
    for name, values in where.items():
        column = _column(table, name)
        wanted = {_comparable(scenario_cell(value), column) for value in values}
        at = rows.header.index(name) if name in rows.header else None
        default = column.default or ""
        found = [i for i in found if _comparable(_cell(rows.rows[i], at) or default, column) in wanted]
    return found


def _comparable(text: str, column: Column) -> str | float:
    """3, 3.0 and 3.00 are the same number; ids stay text, so that 007 is not 7."""
    if not column.is_numeric:
        return text
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text


def _cell(cells: tuple[str, ...], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _with_column(rows: RawTable, name: str) -> RawTable:
    if name in rows.header:
        return rows
    return replace(rows, header=(*rows.header, name), rows=tuple((*cells, "") for cells in rows.rows))


def _column(table: Table, name: str) -> Column:
    return Column("provenance", "text", "where the numbers come from") if name == "provenance" else table.column(name)


def _empty(table: Table) -> RawTable:
    return RawTable(table.name, f"{table.name}.csv", tuple(c.name for c in table.columns), (), ())


def _marked_header(header: Mapping[str, object], table: Table, edit: Change) -> Mapping[str, object]:
    """A column declared plan or public as a whole is an assumption once a scenario has changed it."""
    marks = header.get("provenance", {})
    key = f"{table.name}.{edit.column}"
    if isinstance(marks, Mapping) and marks.get(key) in _REPLACED_MARKS:
        return {**header, "provenance": {**marks, key: "assumption"}}
    return header


def _no_match(file: str, name: str, table: Table, where: Where) -> Fault:
    wanted = ", ".join(f"{column} = {' or '.join(map(scenario_cell, values))}" for column, values in where.items())
    return _fault(file, name, f"no row of {table.name} with {wanted or 'any value'}", "must match at least one row")


def _fault(file: str, where: str, found: str, expected: str) -> Fault:
    return Fault(file, None, where, found, expected, "Correct the scenario.")
