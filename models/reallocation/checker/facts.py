"""What the rules refer to, worked out a second time from the instance's own figures: money, need, limits.

Only what the user gave is read from the instance; everything that follows from it is derived here, in whole pounds
and exact fractions, so that a slip in the model's own derivations cannot hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.reallocation.checker.money import Money, as_written, money_of
from models.reallocation.checker.paces import NO_PACE, Pace, pace_of_line, with_rows
from models.reallocation.checker.shares import line_shares, place_shares, share_out, weighted_heads
from models.reallocation.entities import Spillover
from models.reallocation.instance import CellKey, Instance, LedgerLine, PlaceLine
from models.reallocation.settings import CLOSED_GBP, ReallocationSettings


@dataclass(frozen=True)
class Facts:
    """An instance and what follows from it."""

    instance: Instance

    @property
    def settings(self) -> ReallocationSettings:
        return self.instance.settings

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The base year and the plan years."""
        return (self.settings.base_year, *(year.year for year in self.instance.years))

    @property
    def last(self) -> int:
        return len(self.instance.years)

    @cached_property
    def base_growth(self) -> tuple[Fraction, ...]:
        """Growth before convergence, of every plan year (first at 0)."""
        return tuple(year.base_growth_share for year in self.instance.years)

    @cached_property
    def cells(self) -> tuple[CellKey, ...]:
        return tuple(self.instance.ledger_gbp)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Lines that are nobody's parent."""
        parents = {line.parent for line in self.instance.lines if line.parent is not None}
        return tuple(line.line for line in self.instance.lines if line.line not in parents)

    @cached_property
    def place_lines(self) -> Mapping[PlaceLine, tuple[CellKey, ...]]:
        """The cells of every place and line."""
        held: dict[PlaceLine, list[CellKey]] = {}
        for cell in self.cells:
            held.setdefault(PlaceLine(cell.place, cell.line), []).append(cell)
        return {key: tuple(cells) for key, cells in held.items()}

    @cached_property
    def role(self) -> Mapping[str, str]:
        return {line.line: line.role for line in self.instance.lines}

    @cached_property
    def line_share(self) -> Mapping[str, Fraction]:
        """Each leaf line's share of all need."""
        lines = [line for line in self.instance.lines if line.line in self.leaves]
        spend = dict.fromkeys(self.leaves, 0)
        for cell, gbp in self.instance.ledger_gbp.items():
            spend[cell.line] += gbp
        q = as_written(self.settings.community_chc_need_share)
        return line_shares(lines, self.settings.line_need_basis, q, spend)

    @cached_property
    def opening(self) -> Mapping[CellKey, int]:
        """What the plan starts from: the ledger's pounds, or the same restated to the stated deviations."""
        ledger = self.instance.ledger_gbp
        if self.settings.line_need_basis != "stated_deviations":
            return dict(ledger)
        total = sum(ledger.values())
        deviation = {line.line: line.need.deviation_share or Fraction(0) for line in self.instance.lines}
        wanted = {line: total * self.line_share[line] * (1 + deviation[line]) for line in self.leaves}
        line_gbp = share_out(wanted, total)
        opening: dict[CellKey, int] = {}
        for line in self.leaves:
            own = {cell: gbp for cell, gbp in ledger.items() if cell.line == line}
            before = sum(own.values())
            opening |= share_out(
                {c: Fraction(gbp * line_gbp[line], before) for c, gbp in own.items()}, line_gbp[line]
            )
        return {cell: opening[cell] for cell in self.cells}

    @cached_property
    def opening_of(self) -> Mapping[PlaceLine, int]:
        return {key: sum(self.opening[cell] for cell in cells) for key, cells in self.place_lines.items()}

    @cached_property
    def money(self) -> tuple[Money, ...]:
        """The money of the base year and every plan year."""
        return money_of(self.instance, sum(self.opening.values()))

    @cached_property
    def need(self) -> Mapping[PlaceLine, tuple[Fraction, ...]]:
        """Need of every place and line in years 0 to T: its share of the spendable money, or as given in pounds."""
        if self.needs_are_pounds:
            given = self.instance.need_targets_gbp
            return {key: tuple(Fraction(given[key, year]) for year in self.years) for key in self.place_lines}
        shares = place_shares(self.instance, self.opening_of)
        return {
            key: tuple(self.line_share[key.line] * shares[key] * money.spendable for money in self.money)
            for key in self.place_lines
        }

    @cached_property
    def heads(self) -> Mapping[PlaceLine, Fraction | None]:
        """The people of each place weighted by its need for a line; None where it has no population of its own."""
        return {key: weighted_heads(self.instance, key) for key in self.place_lines}

    @property
    def needs_are_pounds(self) -> bool:
        return self.settings.line_need_basis == "pounds"

    @cached_property
    def opening_gap_gbp(self) -> Fraction:
        """Half of all that opened over or under need."""
        off = (abs(self.opening_of[key] - need[0]) for key, need in self.need.items())
        return sum(off, Fraction(0)) / 2

    @cached_property
    def volume_factor(self) -> Fraction:
        """What a budget must grow by to buy the same again: the uplift of costs less normal productivity."""
        return 1 + self.uplift - as_written(self.settings.productivity_share)

    @cached_property
    def uplift(self) -> Fraction:
        return as_written(self.settings.cost_uplift_share)

    @cached_property
    def relieved_by(self) -> Mapping[PlaceLine, tuple[tuple[Spillover, tuple[CellKey, ...]], ...]]:
        """What relieves each place and line: the spill-overs into it, with the cells of that place they are of."""
        found: dict[PlaceLine, tuple[tuple[Spillover, tuple[CellKey, ...]], ...]] = {}
        for key in self.place_lines:
            into = [spill for spill in self.instance.spillovers if spill.to_line == key.line]
            held = [(spill, self.place_lines.get(PlaceLine(key.place, spill.from_line), ())) for spill in into]
            found[key] = tuple((spill, cells) for spill, cells in held if cells)
        return found

    def lookers(self, key: PlaceLine) -> tuple[CellKey, ...]:
        """The cells that decide what stands against a need: its own, and those that relieve it."""
        relieving = (cell for spill, cells in self.relieved_by[key] if spill.theta_share for cell in cells)
        return tuple(dict.fromkeys((*self.place_lines[key], *relieving)))

    @cached_property
    def transition_cost_share(self) -> Mapping[str, tuple[Fraction, Fraction]]:
        """Double running and stranded cost of a pound withdrawn, by leaf line."""
        lines = {line.line: line for line in self.instance.lines}
        return {leaf: (lines[leaf].double_running_share, lines[leaf].stranded_share) for leaf in self.leaves}

    def concession(self, rule: str, line: str | None = None) -> Fraction:
        """The share by which a rule may be missed on a line: its own row, else that of every line, else none."""
        for of in (line, None):
            if (rule, of) in self.instance.concessions:
                return self.instance.concessions[rule, of]
        return Fraction(0)

    def near_gbp(self, key: PlaceLine, t: int) -> Fraction:
        """How near to its need a place's line must stand to count as closed."""
        return CLOSED_GBP + self.concession("R-08", key.line) * self.need[key][t]

    def is_soft(self, rule: str) -> bool:
        return rule in self.instance.soft_order

    @cached_property
    def pace(self) -> Mapping[PlaceLine, Pace]:
        """Floor and cap of every place and leaf line."""
        return {
            key: pace_of_line(self.instance, key, self.role[key.line], self.opening_of[key] / self.need[key][0] - 1)
            for key in self.place_lines
        }

    def parent_paces(self) -> Iterator[tuple[PlaceLine, tuple[CellKey, ...], Pace]]:
        """The paces given for lines with sub-lines, by place, with the cells below them."""
        for line in dict.fromkeys(row.line for row in self.instance.pace if row.line not in self.leaves):
            for place in self.instance.places:
                key = PlaceLine(place.place, line)
                below = tuple(c for c in self.cells if c.place == key.place and self._is_below(c.line, line))
                if below:
                    yield key, below, with_rows(self.instance.pace, key, NO_PACE)

    def chc_cost(self, key: PlaceLine) -> tuple[Fraction, ...] | None:
        """Forecast cost, less value for money, in years 0 to T; None where there is no forecast."""
        if self.role[key.line] != "chc":
            return None
        forecast = self.instance.chc_forecast
        of_place = [row for row in forecast if row.place == key.place]
        rows = {row.year: row for row in of_place or [row for row in forecast if row.place is None]}
        if not rows:
            return None
        gross = Fraction(self.opening_of[key])
        costs = [gross]
        for year in self.years[1:]:
            gross = gross * (1 + rows[year].volume_growth_share) * (1 + rows[year].price_growth_share)
            costs.append(gross - gross * rows[year].value_for_money_share)
        return tuple(costs)

    def cells_mapped(self) -> Mapping[CellKey, int]:
        """The recurrent pounds the ledger sends to each cell; the baseline itself where there is no ledger."""
        if not self.instance.ledger:
            return dict(self.instance.ledger_gbp)
        sums: dict[CellKey, int] = {}
        for line in self.ledger_in_scope:
            if line.cell is not None:
                sums[line.cell] = sums.get(line.cell, 0) + line.gbp - line.non_recurrent_gbp
        return sums

    @cached_property
    def ledger_in_scope(self) -> tuple[LedgerLine, ...]:
        return tuple(line for line in self.instance.ledger if line.cell is not None)

    def _is_below(self, line: str | None, above: str) -> bool:
        parents = {one.line: one.parent for one in self.instance.lines}
        while line is not None:
            if line == above:
                return True
            line = parents[line]
        return False
