"""The written plan, opened like a book: what stands in which row, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.reallocation.checker.facts import Facts
from models.reallocation.instance import CellKey
from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable


@dataclass(frozen=True)
class Book:
    """The tables of a plan beside the facts of its instance."""

    facts: Facts
    tables: Mapping[str, TypedTable]

    def table(self, name: str) -> TypedTable:
        """A written table; one that is absent reads as one without rows."""
        return self.tables.get(name) or TypedTable(name, f"{name}.csv", ())

    @cached_property
    def rows(self) -> Mapping[tuple[CellKey, int], Row]:
        """The first row of every cell and year of the instance; year 0 is the base year."""
        year_of = {year: t for t, year in enumerate(self.facts.years)}
        found: dict[tuple[CellKey, int], Row] = {}
        for row in self.table("allocations"):
            cell = CellKey(row.text("place"), row.text("line"), row.text("provider"))
            year = row.text("year")
            if year in year_of and cell in self.facts.opening:
                found.setdefault((cell, year_of[year]), row)
        return found

    def gbp(self, cells: Sequence[CellKey], t: int) -> int | None:
        """What some cells get in a year; None when a row of theirs is missing, which is its own finding."""
        rows = [self.rows.get((cell, t)) for cell in cells]
        if any(row is None for row in rows):
            return None
        return sum(row.integer("allocation_gbp") for row in rows if row is not None)

    def where(self, cells: Sequence[CellKey], t: int, words: Iterable[str]) -> str:
        """Where to look: the rows of some cells in one year, and the same in words (few rows only by number)."""
        numbers = [str(self.rows[cell, t].number) for cell in cells if (cell, t) in self.rows]
        label = "row" if len(numbers) == 1 else "rows"
        shown = f" {label} {', '.join(numbers)}" if len(numbers) <= 6 else ""
        return f"allocations.csv{shown} ({', '.join(words)})"


def error(rule: str, message: str, where: str) -> Finding:
    """A finding that fails the check."""
    return Finding(rule, "error", message, where)


def pounds(amount: int) -> str:
    """An amount as people write it."""
    return f"-£{-amount:,}" if amount < 0 else f"£{amount:,}"


def at_row(table: TypedTable, row: Row) -> str:
    return f"{table.file} row {row.number}"
