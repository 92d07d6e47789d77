"""A plan's tables, each read when it is first asked for: a page needs two or three, not a hundred thousand rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from models.shared.faults import InputFaults
from models.shared.parsing import TypedTable
from models.shared.register import Register
from nwl_opt.files.tables import read_output_tables


class LazyTables(Mapping[str, TypedTable]):
    """The tables of the register in a folder. One that was not written is empty."""

    def __init__(self, folder: Path, register: Register) -> None:
        self._folder = folder
        self._register = register
        self._tables = {table.name: table for table in register.outputs}
        self._read: dict[str, TypedTable] = {}

    def __getitem__(self, name: str) -> TypedTable:
        """A table by its name.

        Raises
        ------
        KeyError
            If the register has no such table.
        InputFaults
            If the table cannot be read back as the register says.
        """
        if name not in self._read:
            one = replace(self._register, outputs=(self._tables[name],))
            reading = read_output_tables(self._folder, one)
            damaged = [fault for fault in reading.faults if fault.found != "file not found"]
            if damaged:
                raise InputFaults(damaged)
            self._read[name] = reading.tables[name]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
