"""The written plan, opened like a book: what stands in which row, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from models.reallocation.checker.facts import Facts
from models.reallocation.instance import CellKey, PlaceLine
from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable


@dataclass(frozen=True)
class Book:
    """The tables of a plan, and the values of the aims its run recorded, beside the facts of its instance."""

    facts: Facts
    tables: Mapping[str, TypedTable]
    recorded: Mapping[str, float | None]

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

    @property
    def is_whole(self) -> bool:
        """Whether no row of the plan is missing."""
        return len(self.rows) == len(self.facts.cells) * len(self.facts.years)

    def relief(self, key: PlaceLine, t: int) -> Fraction | None:
        """Need of a place's line met by spending upstream, below zero where that is below its volume-neutral path.

        None when a row it follows from is missing.
        """
        relief = Fraction(0)
        for spill, cells in self.facts.relieved_by[key]:
            felt = t - spill.lag_years
            if felt >= 0:
                spent, opened = self.gbp(cells, felt), self.gbp(cells, 0)
                if spent is None or opened is None:
                    return None
                relief += spill.theta_share * (spent - opened * self.facts.volume_factor**felt)
        return relief

    def against_need(self, key: PlaceLine, t: int) -> Fraction | None:
        """What stands against the need of a place's line: what it gets, and its relief."""
        gbp, relief = self.gbp(self.facts.place_lines[key], t), self.relief(key, t)
        return None if gbp is None or relief is None else gbp + relief

    def is_closed(self, key: PlaceLine, t: int) -> bool:
        """Whether what stands against a need is as near to it as R-08 asks."""
        found = self.against_need(key, t)
        return found is not None and abs(found - self.facts.need[key][t]) < self.facts.near_gbp(key, t) + 1

    @cached_property
    def closed_from(self) -> int | None:
        """The plan year from which on every gap must be closed; None where none need be.

        Under the aim fastest_closure it is the year its run recorded, and the last one where none was.
        """
        settings, last = self.facts.settings, self.facts.last
        if settings.aim != "fastest_closure":
            return last if settings.closure_required else None
        fastest = self.recorded.get("years_to_closure")
        return last if fastest is None else min(max(round(fastest), 1), last)

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


def part_of(table: TypedTable, column: str, wanted: Collection[str]) -> TypedTable:
    """The rows of a table with certain words in a column."""
    return replace(table, rows=tuple(row for row in table if row.text(column) in wanted))


def at_row(table: TypedTable, row: Row) -> str:
    return f"{table.file} row {row.number}"
