"""Generated theatres instances for tests: small, busy, and read as their files would be."""

from __future__ import annotations

from functools import cache

from instances.theatres.generate import generate
from models.shared.cells import Cell, format_cell
from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Column
from models.theatres.instance import Instance
from models.theatres.tables import REGISTER
from tests.model.theatres.plans import instance_of


@cache
def generated(seed: int, patients: int, weeks: int, lists: int | None = None) -> RawInstance:
    """A generated instance as text."""
    header, tables = generate(seed, patients=patients, weeks=weeks, lists=lists)
    raw: dict[str, RawTable] = {}
    for table in REGISTER.inputs:
        if table.name in tables:
            rows = tuple(tuple(_text(row.get(c.name), c) for c in table.columns) for row in tables[table.name])
            names = tuple(column.name for column in table.columns)
            raw[table.name] = RawTable(table.name, f"{table.name}.csv", names, rows, tuple(range(2, len(rows) + 2)))
    return RawInstance("generated", header, raw)


@cache
def generated_instance(seed: int, patients: int, weeks: int, lists: int | None = None) -> Instance:
    """A generated instance, valid."""
    return instance_of(generated(seed, patients, weeks, lists))


def _text(value: Cell, column: Column) -> str:
    return value if isinstance(value, str) else format_cell(value, column)
