"""The tables of an instance while they are edited: rows of text by column, as a CSV holds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Register
from models.theatres.settings import TheatreSettings
from nwl_opt.opening import Validation, validate_raw
from nwl_opt.plain import mapping_of
from nwl_opt.scenario_edits import scenario_cell

Cells = dict[str, str]
OWN_MARK = "local"


class Draft:
    """An instance being edited. Rows that are added are the user's own (provenance `local`)."""

    def __init__(self, raw: RawInstance, register: Register) -> None:
        self._origin = raw.origin
        self._register = register
        self._header = dict(raw.header)
        self._columns: dict[str, list[str]] = {}
        self._rows: dict[str, list[Cells]] = {}
        for name, table in raw.tables.items():
            self._columns[name] = list(table.header)
            self._rows[name] = [dict(zip(table.header, cells, strict=True)) for cells in table.rows]

    def rows(self, table: str) -> tuple[Cells, ...]:
        """The rows of a table, to be read, or changed with `change`."""
        return tuple(self._rows.get(table, ()))

    def find(self, table: str, **key: str) -> Cells | None:
        """The first row with these cells."""
        return next((row for row in self.rows(table) if all(row.get(k, "") == v for k, v in key.items())), None)

    def cell(self, table: str, row: Cells, column: str) -> str:
        """A cell, or what its column says an empty one stands for."""
        return row.get(column, "") or self._register.input(table).column(column).default or ""

    def day(self, table: str, row: Cells, column: str) -> dt.date | None:
        """A day; None where the cell is empty."""
        text = self.cell(table, row, column)
        return dt.date.fromisoformat(text[:10]) if text else None

    def change(self, table: str, row: Cells, **cells: object) -> None:
        """Write cells of a row of a table."""
        for name, value in cells.items():
            if name not in self._columns[table]:
                self._columns[table].append(name)
            row[name] = "" if value is None else scenario_cell(value)

    def add(self, table: str, row: Mapping[str, object]) -> None:
        """Add a row; columns it does not give are empty."""
        if table not in self._rows:
            self._columns[table] = [column.name for column in self._register.input(table).columns]
            self._rows[table] = []
        cells: Cells = {}
        self._rows[table].append(cells)
        self.change(table, cells, **row)
        if "provenance" in self._columns[table]:
            cells.setdefault("provenance", OWN_MARK)

    def keep(self, table: str, wanted: Callable[[Cells], bool]) -> int:
        """Keep only the rows that are wanted; returns how many went."""
        before = self._rows.get(table, [])
        if before:
            self._rows[table] = [row for row in before if wanted(row)]
        return len(before) - len(self._rows.get(table, ()))

    def clear(self, table: str) -> None:
        """Remove all rows of a table."""
        if table in self._rows:
            self._rows[table] = []

    def settings(self) -> TheatreSettings:
        """The settings as they stand now."""
        return TheatreSettings.model_validate(dict(mapping_of(self._header.get("settings"))))

    def set(self, **settings: object) -> None:
        """Write settings."""
        self._header["settings"] = {**mapping_of(self._header.get("settings")), **settings}

    def remove_patient(self, patient_id: str) -> None:
        """Take a patient off the waiting list with all that hangs on them."""
        for table in ("patients", "patient_tests", "existing_bookings", "named_changes", "existing_appointments"):
            self.keep(table, lambda row: row.get("patient_id") != patient_id)

    def raw(self) -> RawInstance:
        """The instance as it stands now."""
        tables = {}
        for name, rows in self._rows.items():
            columns = self._columns[name]
            text = tuple(tuple(row.get(column, "") for column in columns) for row in rows)
            numbers = tuple(range(2, len(text) + 2))
            tables[name] = RawTable(name, f"{name}.csv", tuple(columns), text, numbers)
        return RawInstance(self._origin, self._header, tables)

    def validated(self) -> Validation:
        """The instance as it stands now, with all that is wrong with it."""
        return validate_raw(self._register.kind, self.raw())
