"""What the rules refer to, worked out a second time from the instance's own figures: money, need, limits.

Only what the user gave is read from the instance; everything that follows from it is derived here, in whole pounds
and exact fractions, so that a slip in the model's own derivations cannot hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.reallocation.checker.shares import line_shares, place_shares, share_out
from models.reallocation.instance import CellKey, Instance, LedgerLine, PlaceLine
from models.reallocation.settings import NO_CAP_SHARE, ReallocationSettings


@dataclass(frozen=True)
class Money:
    """The pounds of one year: allocation = out of scope + reserve + spendable."""

    allocation: int
    in_scope: int
    reserve: int

    @property
    def out_of_scope(self) -> int:
        return self.allocation - self.in_scope

    @property
    def spendable(self) -> int:
        return self.in_scope - self.reserve


@dataclass(frozen=True)
class Pace:
    """Least and most yearly growth; None where there is none."""

    floor: Fraction | None
    cap: Fraction | None


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
        """The money of the base year and every plan year; each amount is the nearest pound, halves up."""
        in_scope = sum(self.opening.values())
        whole = sum(line.gbp for line in self.instance.ledger) if self.instance.ledger else in_scope
        money = [Money(whole, in_scope, 0)]
        reserve_share = as_written(self.settings.reserve_share)
        for year in self.instance.years:
            growth = 1 + year.base_growth_share - year.convergence_share
            whole, in_scope = nearest(whole * growth), nearest(in_scope * growth)
            money.append(Money(whole, in_scope, nearest(in_scope * reserve_share)))
        return tuple(money)

    @cached_property
    def need(self) -> Mapping[PlaceLine, tuple[Fraction, ...]]:
        """Need of every place and line in years 0 to T: its share of the spendable money."""
        shares = place_shares(self.instance, self.opening_of)
        return {
            key: tuple(self.line_share[key.line] * shares[key] * money.spendable for money in self.money)
            for key in self.place_lines
        }

    @cached_property
    def pace(self) -> Mapping[PlaceLine, Pace]:
        """Floor and cap of every place and leaf line."""
        settings = self.settings
        paces: dict[PlaceLine, Pace] = {}
        for key in self.place_lines:
            is_mh = self.role[key.line] == "mental_health"
            own_cap = settings.mh_growth_cap_share if is_mh else settings.pace_cap_growth_share
            usual = Pace(as_written(settings.pace_floor_growth_share), as_written(own_cap))
            paces[key] = self._pace_of(key, usual)
        return paces

    def parent_paces(self) -> Iterator[tuple[PlaceLine, tuple[CellKey, ...], Pace]]:
        """The paces given for lines with sub-lines, by place, with the cells below them."""
        for line in dict.fromkeys(row.line for row in self.instance.pace if row.line not in self.leaves):
            for place in self.instance.places:
                key = PlaceLine(place.place, line)
                below = tuple(c for c in self.cells if c.place == key.place and self._is_below(c.line, line))
                if below:
                    yield key, below, self._pace_of(key, Pace(None, None))

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

    def _pace_of(self, key: PlaceLine, usual: Pace) -> Pace:
        """The usual pace, replaced limit by limit by the row for every place, then by the place's own row."""
        floor, cap = usual.floor, usual.cap
        for place in (None, key.place):
            for row in self.instance.pace:
                if (row.line, row.place) == (key.line, place):
                    floor = floor if row.floor_growth_share is None else row.floor_growth_share
                    cap = cap if row.cap_growth_share is None else row.cap_growth_share
        return Pace(floor, None if cap is None or cap >= NO_CAP_SHARE else cap)

    def _is_below(self, line: str | None, above: str) -> bool:
        parents = {one.line: one.parent for one in self.instance.lines}
        while line is not None:
            if line == above:
                return True
            line = parents[line]
        return False


def as_written(share: float) -> Fraction:
    """The decimal the user wrote, not its binary neighbour."""
    return Fraction(str(share))


def nearest(amount: Fraction) -> int:
    """The nearest whole pound; half a pound goes up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
