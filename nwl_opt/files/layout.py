"""Where things stand in a sheet, so that a fault can name its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.shared.faults import Fault


@dataclass(frozen=True)
class Layout:
    """One sheet or file: its name, the row of its column names, and the place of each column (0 is the first).

    A sheet of keys and values has `key_rows` instead, and its values stand in `value_column`.
    """

    sheet: str
    heading_row: int = 1
    columns: Mapping[str, int] = field(default_factory=dict)
    key_rows: Mapping[str, int] = field(default_factory=dict)
    value_column: int = 1

    def cell(self, fault: Fault) -> str:
        """The cell a fault is about, like C4; empty where it is about the whole sheet."""
        if fault.column is not None and fault.column in self.key_rows:
            return cell_name(self.key_rows[fault.column] - 1, self.value_column)
        if fault.row is None:
            return ""
        return cell_name(fault.row - 1, self.columns.get(fault.column or "", 0))


def with_cells(faults: Sequence[Fault], layouts: Mapping[str, Layout]) -> list[Fault]:
    """The same faults, each with the cell it stands in where its sheet was read."""
    return [
        replace(fault, cell=layouts[fault.file].cell(fault)) if fault.file in layouts else fault for fault in faults
    ]


def cell_name(row: int, column: int) -> str:
    """The name of a cell whose row and column are counted from 0: (3, 2) is C4."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_place(name: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 0: C4 is (3, 2)."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(name[len(letters) :]) - 1, column - 1
