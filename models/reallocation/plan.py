"""The answer: whole pounds for every cell and year, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.reallocation.formulation import limits_of
from models.reallocation.formulation.limit import AnyLimit, Pounds
from models.reallocation.formulation.relief import upstream_relief
from models.reallocation.instance import CellKey, Instance, PlaceLine, nearest_pounds
from models.reallocation.money import nearest_pound
from models.reallocation.tables_of import tables_of
from models.shared.decisions import Decisions, OutputTables


@dataclass(frozen=True)
class Plan:
    """Whole pounds of every cell in years 0 (the base year, as opened) to T.

    `closed_from` is the year from which on the gap is closed, under the aim fastest_closure. `worst_levels` are the
    places' lines furthest from need in the last year, the worst first, as the leximin stages held them.
    """

    instance: Instance
    allocation_gbp: Pounds
    closed_from: int | None = None
    worst_levels: tuple[tuple[PlaceLine, ...], ...] = ()

    @staticmethod
    def from_decisions(instance: Instance, decisions: Decisions) -> Plan:
        """The plan of saved decisions.

        Raises
        ------
        ValueError
            If the decisions are not for the cells and years of this instance.
        """
        rows = decisions.get("allocations")
        pounds: dict[CellKey, tuple[int, ...]] = {}
        for row in rows if isinstance(rows, Sequence) else ():
            place, line, provider, *years = row
            cell = CellKey(str(place), str(line), str(provider))
            pounds[cell] = (instance.opening_gbp.get(cell, 0), *(int(gbp) for gbp in years))
        levels = _levels(decisions)
        wrong_length = any(len(years) != instance.horizon + 1 for years in pounds.values())
        unknown = any(key not in instance.cells_of for level in levels for key in level)
        if set(pounds) != set(instance.cells) or wrong_length or unknown:
            raise ValueError("the decisions are not for the cells and years of this instance")
        closed_from = decisions.get("closed_from")
        year = closed_from if isinstance(closed_from, int) else None
        return Plan(instance, {cell: pounds[cell] for cell in instance.cells}, year, levels)

    def decisions(self) -> Decisions:
        """The plan as saved: one list per cell, `place, line, provider` and the pounds of every plan year.

        Where there are any, with the levels of the worst cells and the year from which on the gap is closed.
        """
        saved: dict[str, object] = {
            "allocations": [[*cell, *self.allocation_gbp[cell][1:]] for cell in self.instance.cells]
        }
        if self.closed_from is not None:
            saved["closed_from"] = self.closed_from
        if self.worst_levels:
            saved["worst_levels"] = [[list(key) for key in level] for level in self.worst_levels]
        return saved

    @cached_property
    def limits(self) -> tuple[AnyLimit, ...]:
        """Every limit the plan is held against."""
        return limits_of(self.instance, closed_from=self.closed_from)

    def gbp(self, cells: Sequence[CellKey], year: int) -> int:
        """What some cells get together in one year."""
        return sum(self.allocation_gbp[cell][year] for cell in cells)

    def of(self, key: PlaceLine, year: int) -> int:
        """What a place's line gets in one year."""
        return self.gbp(self.instance.cells_of[key], year)

    def of_line(self, line: str, year: int) -> int:
        """What a leaf line gets in one year, over all places."""
        return self._line_totals[line][year]

    def total(self, year: int) -> int:
        return self._totals[year]

    @cached_property
    def _totals(self) -> tuple[int, ...]:
        return tuple(self.gbp(self.instance.cells, t) for t in range(self.instance.horizon + 1))

    @cached_property
    def _line_totals(self) -> Mapping[str, tuple[int, ...]]:
        cells: dict[str, list[CellKey]] = {line.line: [] for line in self.instance.leaf_lines}
        for cell in self.instance.cells:
            cells[cell.line].append(cell)
        years = range(self.instance.horizon + 1)
        return {line: tuple(self.gbp(own, t) for t in years) for line, own in cells.items()}

    @cached_property
    def need_gbp(self) -> Mapping[PlaceLine, tuple[int, ...]]:
        """Need in whole pounds of every year; as a share of the spendable money, each year's needs sum to it."""
        instance = self.instance
        in_pounds = instance.settings.line_need_basis == "pounds"
        by_year: list[list[int]] = []
        for t, money in enumerate(instance.money):
            needs = [instance.need_gbp(key, t) for key in instance.place_lines]
            total = int(sum(needs)) if in_pounds else money.spendable_gbp
            by_year.append(nearest_pounds(needs, total))
        return {key: tuple(needs[at] for needs in by_year) for at, key in enumerate(instance.place_lines)}

    @cached_property
    def relief_gbp(self) -> Mapping[PlaceLine, tuple[int, ...]]:
        """What spending upstream relieves a place's line of, to the nearest pound (below zero: adds to its need)."""
        instance, years = self.instance, range(self.instance.horizon + 1)

        def relief(key: PlaceLine, t: int) -> int:
            terms = upstream_relief(instance, key, t)
            return nearest_pound(sum((term.gbp(self.allocation_gbp) for term in terms), Fraction(0)))

        return {key: tuple(relief(key, t) for t in years) for key in instance.place_lines}

    def stands_gbp(self, key: PlaceLine, year: int) -> int:
        """What stands against the need of a place's line: what it gets, and its relief."""
        return self.of(key, year) + self.relief_gbp[key][year]

    def over_gbp(self, year: int) -> int:
        """Money above need, summed over the places' lines that have more than they need."""
        return sum(max(0, self.stands_gbp(key, year) - need[year]) for key, need in self.need_gbp.items())

    def under_gbp(self, year: int) -> int:
        """Money missing to need, summed over the places' lines that have less than they need."""
        return sum(max(0, need[year] - self.stands_gbp(key, year)) for key, need in self.need_gbp.items())

    def shared_out(self, key: PlaceLine, year: int, gbp: int) -> dict[CellKey, int]:
        """Need or relief of a place's line by its providers, in proportion to what they get; they have none alone."""
        cells, total = self.instance.cells_of[key], self.of(key, year)
        if total == 0:
            parts = [Fraction(gbp, len(cells))] * len(cells)
        else:
            parts = [Fraction(gbp * self.allocation_gbp[cell][year], total) for cell in cells]
        return dict(zip(cells, nearest_pounds(parts, gbp), strict=True))

    def tables(self) -> OutputTables:
        """Every table of a plan."""
        return tables_of(self)


def _levels(decisions: Decisions) -> tuple[tuple[PlaceLine, ...], ...]:
    levels = decisions.get("worst_levels")
    if not isinstance(levels, Sequence):
        return ()
    return tuple(tuple(PlaceLine(str(place), str(line)) for place, line in level) for level in levels)
