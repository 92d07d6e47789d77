"""What the sheets of a reallocation share: its years, its places' lines by name, and what each gets and needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.reallocation.instance import Instance, PlaceLine
from models.reallocation.problem import ReallocationCase
from models.reallocation.settings import UNPLACED
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.source import Cells, Source
from nwl_opt.words import name_words

Yearly = Mapping[PlaceLine, Sequence[int]]


@dataclass(frozen=True)
class Frame:
    """A run of a reallocation, and the workbook its sheets go to."""

    book: Book
    source: Source
    instance: Instance

    @property
    def years(self) -> tuple[str, ...]:
        """The base year and the plan years."""
        return self.instance.year_names

    @property
    def last(self) -> int:
        """The place of the last plan year."""
        return self.instance.horizon

    @property
    def keys(self) -> tuple[PlaceLine, ...]:
        return self.instance.place_lines

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines money is allocated to."""
        return tuple(line.line for line in self.instance.leaf_lines)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places, in the order of the places' lines."""
        return tuple(dict.fromkeys(key.place for key in self.keys))

    def rows(self, table: str) -> Sequence[Cells]:
        return self.source.tables[table]

    def place_name(self, place: str) -> str:
        names = {one.place: one.name for one in self.instance.places}
        return names.get(place, "Not placed in one" if place == UNPLACED else name_words(place))

    def line_name(self, line: str) -> str:
        names = {one.line: one.name for one in self.instance.lines}
        return names.get(line, "All lines" if line == "all" else name_words(line))

    @cached_property
    def allocation_gbp(self) -> Yearly:
        return self._by_place_line("allocation_gbp")

    @cached_property
    def need_gbp(self) -> Yearly:
        return self._by_place_line("need_gbp")

    @cached_property
    def relief_gbp(self) -> Yearly:
        return self._by_place_line("relief_gbp")

    @cached_property
    def gap_gbp(self) -> Yearly:
        return self._by_place_line("gap_gbp")

    @cached_property
    def envelope_gbp(self) -> Mapping[tuple[str, str], int]:
        """Pounds by item and year."""
        return {(str(row["item"]), str(row["year"])): whole(row, "gbp") for row in self.rows("envelope")}

    def line_gbp(self, line: str, year: int) -> int:
        return sum(gbp[year] for key, gbp in self.allocation_gbp.items() if key.line == line)

    def place_gbp(self, place: str, year: int) -> int:
        return sum(gbp[year] for key, gbp in self.allocation_gbp.items() if key.place == place)

    def total_gbp(self, year: int) -> int:
        return sum(gbp[year] for gbp in self.allocation_gbp.values())

    def _by_place_line(self, column: str) -> Yearly:
        at = {year: t for t, year in enumerate(self.years)}
        found = {key: [0] * len(at) for key in self.keys}
        for row in self.rows("allocations"):
            found[PlaceLine(str(row["place"]), str(row["line"]))][at[str(row["year"])]] += whole(row, column)
        return found


def whole(row: Cells, column: str) -> int:
    """A cell of whole pounds, 0 where it is empty."""
    value = row[column]
    return int(value) if isinstance(value, (int, float)) else 0


def frame_of(book: Book, source: Source) -> Frame:
    """The frame of a run whose inputs are a valid reallocation."""
    case = source.validation.open()
    assert isinstance(case, ReallocationCase), f"a run of kind {source.kind} opened as {type(case).__name__}"
    return Frame(book, source, case.instance)
