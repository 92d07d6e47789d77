"""What benchmarks need: CPU seconds of a piece of work, and tables as they come back from their files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.shared.cells import format_cell
from models.shared.decisions import OutputTables
from models.shared.parsing import RawTable, TypedTable, parse_table
from models.shared.register import Register

T = TypeVar("T")


@dataclass(frozen=True)
class Timed(Generic[T]):
    """A result and the CPU seconds of this process it took."""

    result: T
    cpu_seconds: float


def timed(work: Callable[[], T]) -> Timed[T]:
    """Do a piece of work and measure it."""
    started = time.process_time()
    result = work()
    return Timed(result, time.process_time() - started)


def as_read(register: Register, tables: OutputTables) -> dict[str, TypedTable]:
    """Tables as they come back from their files: formatted to text, and parsed by the register."""
    read: dict[str, TypedTable] = {}
    for table in register.outputs:
        text = tuple(
            tuple(format_cell(row.get(column.name), column) for column in table.columns)
            for row in tables.get(table.name, [])
        )
        header = tuple(column.name for column in table.columns)
        raw = RawTable(table.name, f"{table.name}.csv", header, text, tuple(range(2, len(text) + 2)))
        read[table.name], _ = parse_table(table, raw, [])
    return read
