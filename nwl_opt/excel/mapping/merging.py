"""Mapped rows and the rows a table has: in their place, after them, or into them."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawTable
from models.shared.register import Register
from nwl_opt.excel.mapping.model import TableMapping
from nwl_opt.excel.mapping.rows import MappedTable

Tables = Mapping[str, RawTable]


def merged(before: RawTable | None, mapped: MappedTable, mapping: TableMapping) -> tuple[RawTable, list[int], int]:
    """The table after an extract, the row each row of the extract has in it, and how many old rows changed.

    Raises
    ------
    InputFaults
        If rows to be updated are not in the table; every one is told.
    """
    if mapping.way == "update" and before is not None:
        return _updated(before, mapped)
    old = before if before is not None and mapping.way == "append" else None
    header = tuple(dict.fromkeys([*_columns(before, mapped), *(() if old is None else old.header)]))
    rows = [dict(zip(old.header, cells, strict=True)) for cells in old.rows] if old is not None else []
    first = len(rows) + 2
    rows += [dict(row.cells) for row in mapped.rows]
    return _table(mapped.table.name, header, rows), list(range(first, len(rows) + 2)), 0


def without_orphans(before: Tables, after: Tables, register: Register) -> tuple[dict[str, RawTable], dict[str, int]]:
    """The tables without rows that refer to rows that were there before and are gone; and how many went, by table."""
    tables, removed = dict(after), dict[str, int]()
    again = True
    while again:
        again = False
        for table in register.inputs:
            if table.name not in tables:
                continue
            kept = _kept(tables[table.name], _gone(before, tables, register, table.name))
            went = len(tables[table.name].rows) - len(kept.rows)
            if went:
                tables[table.name], again = kept, True
                removed[table.name] = removed.get(table.name, 0) + went
    return tables, removed


def _columns(before: RawTable | None, mapped: MappedTable) -> list[str]:
    """The register's order; columns of the old table that the extract does not fill stay, empty in its rows."""
    there = {*mapped.columns, *(before.header if before is not None else ())}
    known = [column.name for column in mapped.table.columns]
    return [*(name for name in known if name in there), "provenance"]


def _updated(before: RawTable, mapped: MappedTable) -> tuple[RawTable, list[int], int]:
    keys = mapped.table.keys
    rows = [dict(zip(before.header, cells, strict=True)) for cells in before.rows]
    places = {tuple(row.get(key, "") for key in keys): at for at, row in enumerate(rows)}
    header = tuple(dict.fromkeys([*before.header, *_columns(before, mapped)]))
    numbers: list[int] = []
    faults: list[Fault] = []
    changed = 0
    for new in mapped.rows:
        key = tuple(new.cells.get(name, "") for name in keys)
        if key not in places:
            faults.append(Fault(mapped.file, new.from_rows[0], " + ".join(keys), ", ".join(key),
                                f"must be a row of table {mapped.table.name}, which is updated",
                                "Translate it under [codes], leave the row out, or add it there."))  # fmt: skip
            continue
        row = rows[places[key]]
        changed += any(row.get(name, "") != cell for name, cell in new.cells.items() if name != "provenance")
        row.update(new.cells)
        numbers.append(places[key] + 2)
    if faults:
        raise InputFaults(faults)
    return _table(mapped.table.name, header, rows), numbers, changed


def _gone(before: Tables, after: Tables, register: Register, name: str) -> dict[str, set[str]]:
    """By column of a table, the names it may refer to that were there and are gone."""
    gone: dict[str, set[str]] = {}
    for column in register.input(name).columns:
        if column.refers_to is not None:
            table, _, target = column.refers_to.partition(".")
            lost = _texts(before.get(table), target) - _texts(after.get(table), target)
            if lost:
                gone[column.name] = lost
    return gone


def _kept(table: RawTable, gone: Mapping[str, set[str]]) -> RawTable:
    places = [(table.header.index(name), lost) for name, lost in gone.items() if name in table.header]
    rows = [
        dict(zip(table.header, cells, strict=True))
        for cells in table.rows
        if not any(cells[at] in lost for at, lost in places)
    ]
    return table if len(rows) == len(table.rows) else _table(table.name, table.header, rows)


def _texts(table: RawTable | None, column: str) -> set[str]:
    if table is None or column not in table.header:
        return set()
    at = table.header.index(column)
    return {cells[at] for cells in table.rows}


def _table(name: str, header: tuple[str, ...], rows: list[dict[str, str]]) -> RawTable:
    text = tuple(tuple(row.get(column, "") for column in header) for row in rows)
    return RawTable(name, f"{name}.csv", header, text, tuple(range(2, len(text) + 2)))
