"""A valid reallocation: what opens where, what is needed, and what may be spent. Money in whole pounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from models.reallocation.entities import (
    AssumptionRange,
    CellKey,
    ChcForecast,
    LedgerLine,
    Line,
    PaceBand,
    PaceRow,
    Place,
    PlaceLine,
    PlanYear,
    Provider,
    RingFence,
    Spillover,
)
from models.reallocation.money import YearMoney, money_of_years, nearest_pound
from models.reallocation.need import exact, line_need_shares, place_need_shares
from models.reallocation.settings import NO_CAP_SHARE, ReallocationSettings

__all__ = [
    "CellKey",
    "ChcForecast",
    "Instance",
    "LedgerLine",
    "Line",
    "PaceRow",
    "Place",
    "PlaceLine",
    "PlanYear",
    "Provider",
    "YearMoney",
    "amounts_by_line",
    "nearest_pound",
    "nearest_pounds",
]


_OF_OPENINGS = (
    "leaf_lines", "place_lines", "cells_of", "opening_of", "opening_by_line", "line_need", "need_share",
    "_line_of_name", "_chc_forecasts",
)  # fmt: skip
"""What an instance works out once from its tables and openings, whatever its other settings."""

_OF_PACE = ("pace_floor_growth_share", "pace_cap_growth_share", "mh_growth_cap_share")
_NOT_OF_MONEY = (*_OF_PACE, "turnover_band_share", "closure_required", "peak_growth_limit_share")


@dataclass(frozen=True)
class Instance:
    """One reallocation. Tuples keep the order of the user's tables; year 0 is the base year.

    `ledger_gbp` is the recurrent budget as given; `opening_gbp` is what the plan starts from: the same, or restated
    so that the lines deviate from need as stated.
    """

    title: str
    settings: ReallocationSettings
    years: tuple[PlanYear, ...]
    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    providers: tuple[Provider, ...]
    cells: tuple[CellKey, ...]
    ledger_gbp: Mapping[CellKey, int]
    opening_gbp: Mapping[CellKey, int]
    mhis_cells: frozenset[CellKey]
    weighted_population: Mapping[tuple[str, str], Fraction]
    need_weights: Mapping[tuple[str, str], Fraction]
    pace: tuple[PaceRow, ...]
    chc_forecast: tuple[ChcForecast, ...]
    ledger: tuple[LedgerLine, ...]
    pace_bands: tuple[PaceBand, ...] = ()
    ring_fences: tuple[RingFence, ...] = ()
    spillovers: tuple[Spillover, ...] = ()
    need_targets_gbp: Mapping[tuple[PlaceLine, str], int] = field(default_factory=dict)
    soft_order: Mapping[str, int] = field(default_factory=dict)
    ranges: tuple[AssumptionRange, ...] = ()
    concessions: Mapping[tuple[str, str | None], Fraction] = field(default_factory=dict)

    def with_settings(self, settings: ReallocationSettings, years: tuple[PlanYear, ...]) -> Instance:
        """The same system under other settings that leave its openings and its shares of need as they are.

        What was worked out of those is handed on, so that a sweep does not work it out a thousand times.
        """
        other = replace(self, settings=settings, years=years)
        kept = list(_OF_OPENINGS)
        moved = {
            name for name in type(settings).model_fields if getattr(settings, name) != getattr(self.settings, name)
        }
        if not moved.intersection(_OF_PACE):
            kept.append("_pace_limits")
        if moved.issubset(_NOT_OF_MONEY) and years == self.years:
            kept += ["money", "_need_gbp", "_need_growth"]
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    @property
    def opening_gap_gbp(self) -> Fraction:
        """The gap of the base year: half of all that stands over and under need."""
        off = (abs(opened - self.need_gbp(key, 0)) for key, opened in self.opening_of.items())
        return sum(off, Fraction(0)) / 2

    @property
    def base_year(self) -> str:
        return self.settings.base_year

    @property
    def horizon(self) -> int:
        """The number of plan years, T."""
        return len(self.years)

    @cached_property
    def year_names(self) -> tuple[str, ...]:
        """The base year and the plan years."""
        return (self.base_year, *(year.year for year in self.years))

    @cached_property
    def leaf_lines(self) -> tuple[Line, ...]:
        """The lines without sub-lines: those that hold money."""
        parents = {line.parent for line in self.lines}
        return tuple(line for line in self.lines if line.line not in parents)

    @cached_property
    def place_lines(self) -> tuple[PlaceLine, ...]:
        """Every place and line that holds money, in the order of the cells."""
        return tuple(dict.fromkeys(PlaceLine(cell.place, cell.line) for cell in self.cells))

    @cached_property
    def cells_of(self) -> Mapping[PlaceLine, tuple[CellKey, ...]]:
        """The cells of each place and line."""
        grouped: dict[PlaceLine, list[CellKey]] = {key: [] for key in self.place_lines}
        for cell in self.cells:
            grouped[PlaceLine(cell.place, cell.line)].append(cell)
        return {key: tuple(cells) for key, cells in grouped.items()}

    @cached_property
    def opening_of(self) -> Mapping[PlaceLine, int]:
        """The opening budget of each place and line."""
        return {key: sum(self.opening_gbp[cell] for cell in cells) for key, cells in self.cells_of.items()}

    @cached_property
    def opening_by_line(self) -> Mapping[str, int]:
        """The opening budget of each leaf line."""
        return amounts_by_line(self.leaf_lines, self.opening_gbp)

    @cached_property
    def line_need(self) -> tuple[Mapping[str, Fraction], Fraction]:
        """Each leaf line's share of need, and the residual of the ledger basis."""
        return line_need_shares(
            [line.need for line in self.leaf_lines],
            self.settings.line_need_basis,
            exact(self.settings.community_chc_need_share),
            amounts_by_line(self.leaf_lines, self.ledger_gbp),
        )

    @cached_property
    def need_share(self) -> Mapping[PlaceLine, Fraction]:
        """Each place and line's share of all need; the shares sum to 1."""
        shares: dict[PlaceLine, Fraction] = {}
        for line in self.leaf_lines:
            by_place = self._place_shares(line.line)
            for key in self.place_lines:
                if key.line == line.line:
                    shares[key] = self.line_need[0][line.line] * by_place[key.place]
        return {key: shares[key] for key in self.place_lines}

    @cached_property
    def money(self) -> tuple[YearMoney, ...]:
        """The money of the base year and of every plan year."""
        in_scope = sum(self.opening_gbp.values())
        allocation = sum(line.gbp for line in self.ledger) if self.ledger else in_scope
        running = sum(line.gbp for line in self.ledger if line.is_running_cost)
        return money_of_years(self.settings, self.years, allocation, in_scope, running)

    @cached_property
    def volume_factor(self) -> Fraction:
        """What keeps the volume of the year before: 1 + cost uplift - normal productivity."""
        return 1 + exact(self.settings.cost_uplift_share) - exact(self.settings.productivity_share)

    def need_gbp(self, key: PlaceLine, year: int) -> Fraction:
        """Need of a place and line in year 0 to T: its share of the spendable money, or as given in pounds."""
        return self._need_gbp[key][year]

    @cached_property
    def _need_gbp(self) -> Mapping[PlaceLine, tuple[Fraction, ...]]:
        if self.settings.line_need_basis == "pounds":
            targets, years = self.need_targets_gbp, self.year_names
            return {key: tuple(Fraction(targets[key, year]) for year in years) for key in self.place_lines}
        spendable = [money.spendable_gbp for money in self.money]
        return {key: tuple(share * gbp for gbp in spendable) for key, share in self.need_share.items()}

    def concession(self, rule: str, line: str | None = None) -> Fraction:
        """How far a rule may be missed on a line: as agreed for the line, else for every line, else not at all."""
        return self.concessions.get((rule, line), self.concessions.get((rule, None), Fraction(0)))

    def need_growth(self, key: PlaceLine, year: int) -> Fraction:
        """Need of a place and line in a plan year over its need the year before."""
        if self.settings.line_need_basis == "pounds":
            return self.need_gbp(key, year) / self.need_gbp(key, year - 1)
        return self._need_growth[year]

    @cached_property
    def _need_growth(self) -> tuple[Fraction, ...]:
        """Where need is a share of the spendable money it grows with that; year 0 stands for nothing."""
        spendable = [money.spendable_gbp for money in self.money]
        return (Fraction(1), *(Fraction(now, before) for before, now in pairwise(spendable)))

    def line(self, name: str) -> Line:
        return self._line_of_name[name]

    @cached_property
    def _line_of_name(self) -> Mapping[str, Line]:
        return {line.line: line for line in self.lines}

    def leaves_under(self, name: str) -> tuple[Line, ...]:
        """The leaf lines of a line: itself, or those below it."""
        above: dict[str, str | None] = {line.line: line.parent for line in self.lines}

        def is_under(leaf: str | None) -> bool:
            while leaf is not None and leaf != name:
                leaf = above[leaf]
            return leaf == name

        return tuple(line for line in self.leaf_lines if is_under(line.line))

    def pace_limits(self, key: PlaceLine) -> tuple[Fraction, Fraction | None]:
        """Floor and cap (None: no cap) on the yearly growth of a place and leaf line.

        A row of pace.csv for the place goes before one for every place, that before the band of its distance from
        need at the opening, and that before the settings.
        """
        return self._pace_limits[key]

    @cached_property
    def _pace_limits(self) -> Mapping[PlaceLine, tuple[Fraction, Fraction | None]]:
        settings = self.settings
        floor, cap = exact(settings.pace_floor_growth_share), exact(settings.pace_cap_growth_share)
        mh_cap = exact(settings.mh_growth_cap_share)
        mental_health = {line.line for line in self.lines if line.role == "mental_health"}
        return {
            key: self._pace_limits_of(key, floor, mh_cap if key.line in mental_health else cap)
            for key in self.place_lines
        }

    def _pace_limits_of(self, key: PlaceLine, floor: Fraction, cap: Fraction) -> tuple[Fraction, Fraction | None]:
        bands = [band for band in self.pace_bands if band.line == key.line]
        bands = bands or [band for band in self.pace_bands if band.line is None]
        distance = self.opening_of[key] / self.need_gbp(key, 0) - 1 if bands else Fraction(0)
        floor = _between([(band.distance_share, band.floor_growth_share) for band in bands], distance, floor)
        cap = _between([(band.distance_share, band.cap_growth_share) for band in bands], distance, cap)
        for place in (None, key.place):
            for row in self.pace:
                if row.line == key.line and row.place == place:
                    floor = floor if row.floor_growth_share is None else row.floor_growth_share
                    cap = cap if row.cap_growth_share is None else row.cap_growth_share
        return floor, None if cap >= NO_CAP_SHARE else cap

    def chc_forecast_of(self, key: PlaceLine) -> tuple[Fraction, ...] | None:
        """Forecast cost, after value for money, of a CHC cell in years 0 to T; None without a forecast."""
        return self._chc_forecasts[key]

    @cached_property
    def _chc_forecasts(self) -> Mapping[PlaceLine, tuple[Fraction, ...] | None]:
        return {key: self._chc_forecast(key) for key in self.place_lines}

    def _chc_forecast(self, key: PlaceLine) -> tuple[Fraction, ...] | None:
        if self.line(key.line).role != "chc":
            return None
        own = {row.year: row for row in self.chc_forecast if row.place == key.place}
        rows = own or {row.year: row for row in self.chc_forecast if row.place is None}
        if not rows:
            return None
        cost = Fraction(self.opening_of[key])
        costs = [cost]
        for year in self.years:
            row = rows[year.year]
            cost *= (1 + row.volume_growth_share) * (1 + row.price_growth_share)
            costs.append(cost * (1 - row.value_for_money_share))
        return tuple(costs)

    def turnover_band(self, provider: Provider) -> tuple[Fraction, Fraction]:
        """The largest yearly fall and rise, in pounds, of what a provider is paid."""
        band = exact(self.settings.turnover_band_share)
        fall = band if provider.max_fall_share is None else provider.max_fall_share
        rise = band if provider.max_rise_share is None else provider.max_rise_share
        return fall * provider.income_gbp, rise * provider.income_gbp

    def _place_shares(self, line: str) -> dict[str, Fraction]:
        fixed: dict[str, Fraction] = {}
        weighted: dict[str, Fraction] = {}
        components = {component: w for (of, component), w in self.need_weights.items() if of == line}
        for place in self.places:
            key = PlaceLine(place.place, line)
            if key not in self.opening_of:
                continue
            if place.has_own_need:
                weighted[place.place] = sum(
                    (w * self.weighted_population[place.place, c] for c, w in components.items()), Fraction(0)
                )
            else:
                fixed[place.place] = Fraction(self.opening_of[key], self.opening_by_line[line])
        return place_need_shares(weighted, fixed)


def _between(points: Sequence[tuple[Fraction, Fraction | None]], at: Fraction, otherwise: Fraction) -> Fraction:
    """A value on the straight lines between points, level beyond the first and the last; `otherwise` without any."""
    known = sorted((distance, value) for distance, value in points if value is not None)
    if not known:
        return otherwise
    if at <= known[0][0]:
        return known[0][1]
    for (left, low), (right, high) in pairwise(known):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return known[-1][1]


def nearest_pounds(amounts: Sequence[Fraction], total: int) -> list[int]:
    """Whole pounds nearest to amounts that sum to a total: largest remainder, ties to the first.

    The amounts sum to the total already, give or take less than a pound each.
    """
    whole = [int(amount // 1) for amount in amounts]
    order = sorted(range(len(amounts)), key=lambda at: (whole[at] - amounts[at], at))
    for at in order[: total - sum(whole)]:
        whole[at] += 1
    return whole


def amounts_by_line(lines: tuple[Line, ...], amounts: Mapping[CellKey, int]) -> dict[str, int]:
    totals = {line.line: 0 for line in lines}
    for cell, gbp in amounts.items():
        totals[cell.line] += gbp
    return totals
