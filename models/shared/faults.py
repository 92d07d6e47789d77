"""A fault is one thing wrong with what the user gave us, in words that let them mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

REAL_IDENTIFIERS = "real identifiers of persons"
"""What a fault has found where data must not be kept, nor any of it shown."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with the input.

    `row` counts as the user's spreadsheet does: the header is row 1. `row` and `column` are empty where the
    fault is of a whole file or a whole column. `cell` is the cell of the workbook, like C4, where there is one.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    mend: str
    cell: str = field(default="", compare=False)

    def sort_key(self) -> tuple[str, int, str, str]:
        return (self.file, self.row or 0, self.column or "", self.expected)

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file} row {self.row}"
        where = f"{where}, cell {self.cell}" if self.cell else where
        what = self.found if self.column is None else f"{self.column} = {self.found}"
        return f"{where}: {what}; {self.expected}. {self.mend}"


class InputFaults(Exception):
    """The input cannot be used; carries every fault found, in the order of file, row, column, and what may help."""

    def __init__(self, faults: Sequence[Fault], hint: str = "") -> None:
        self.faults = tuple(sorted(faults, key=Fault.sort_key))
        self.hint = hint
        super().__init__("\n".join(str(fault) for fault in self.faults))
