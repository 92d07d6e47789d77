"""What the written tables say, summed as sentences need it: no sentence reads a plan in any other way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.measures import peak_growth
from models.reallocation.plan import Plan
from models.shared.cells import Cell
from models.shared.decisions import OutputTables

Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Figures:
    """A plan with its written tables."""

    plan: Plan

    @property
    def instance(self) -> Instance:
        return self.plan.instance

    @cached_property
    def tables(self) -> OutputTables:
        return self.plan.tables()

    def rows(self, table: str, **where: str) -> list[Row]:
        """The rows of a table whose columns hold what is asked for."""
        return [row for row in self.tables.get(table, ()) if all(row[name] == text for name, text in where.items())]

    @cached_property
    def _sums(self) -> Mapping[tuple[str, str, str], int]:
        """Pounds of the allocations by column, line and year."""
        sums: dict[tuple[str, str, str], int] = defaultdict(int)
        for row in self.tables["allocations"]:
            for column in ("allocation_gbp", "need_gbp", "gap_gbp", "relief_gbp", "real_gbp", "volume_gbp"):
                sums[column, str(row["line"]), str(row["year"])] += pounds(row, column)
        return dict(sums)

    def of_line(self, column: str, line: str, year: int) -> int:
        """A column of the allocations in pounds, over all places and providers of a line."""
        return self._sums.get((column, line, self.instance.year_names[year]), 0)

    @cached_property
    def gaps(self) -> Mapping[tuple[PlaceLine, int], int]:
        """The gap of every place's line in every year."""
        gaps: dict[tuple[PlaceLine, int], int] = defaultdict(int)
        at = {year: t for t, year in enumerate(self.instance.year_names)}
        for row in self.tables["allocations"]:
            gaps[PlaceLine(str(row["place"]), str(row["line"])), at[str(row["year"])]] += pounds(row, "gap_gbp")
        return dict(gaps)

    def over_gbp(self, year: int) -> int:
        """Money above need, over the places' lines that have more than they need."""
        return sum(max(0, gap) for (_, t), gap in self.gaps.items() if t == year)

    def under_gbp(self, year: int) -> int:
        """Money missing to need, over the places' lines that have less than they need."""
        return sum(max(0, -gap) for (_, t), gap in self.gaps.items() if t == year)

    def gap_gbp(self, year: int) -> int:
        """Half of what stands over and under need: what would have to move; halves up."""
        return (self.over_gbp(year) + self.under_gbp(year) + 1) // 2

    @property
    def final_gap_gbp(self) -> int:
        return self.gap_gbp(self.instance.horizon)

    def between_lines_gbp(self, year: int) -> int:
        """Half of what lines as a whole stand over and under need."""
        lines = [self.of_line("gap_gbp", line.line, year) for line in self.instance.leaf_lines]
        return (sum(abs(gap) for gap in lines) + 1) // 2

    def deviation_share(self, line: str) -> float:
        """What a line opens with over its need, less 1."""
        return self.of_line("allocation_gbp", line, 0) / self.of_line("need_gbp", line, 0) - 1

    @cached_property
    def envelope(self) -> Mapping[tuple[int, str], int]:
        """Pounds of the envelope by year and item."""
        at = {year: t for t, year in enumerate(self.instance.year_names)}
        return {(at[str(row["year"])], str(row["item"])): pounds(row, "gbp") for row in self.tables["envelope"]}

    @cached_property
    def peak_growth_share(self) -> float:
        """The largest growth of a place's line from one year to the next."""
        return peak_growth(self.plan)


def pounds(row: Row, column: str) -> int:
    """A cell of pounds; 0 where the table does not have it."""
    value = row.get(column)
    return value if isinstance(value, int) else 0


def largest(rows: Sequence[Row], column: str, count: int, sign: int = 1) -> list[Row]:
    """The rows with the most (sign 1) or the least (sign -1) in a column, first of equals first."""
    return sorted(rows, key=lambda row: -sign * pounds(row, column))[:count]
