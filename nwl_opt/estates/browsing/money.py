"""Cash by year in both ledgers, with everything kept and with the plan; present values; who pays for works."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from models.estates.source_names import source_names
from nwl_opt.estates.browsing.wording import ITEM_WORDS, LEDGER_NOTES, LEDGER_WORDS, code_words
from nwl_opt.estates.reporting.saved import EstateTables, Tables

LEDGERS = tuple(LEDGER_WORDS)


@dataclass(frozen=True)
class CashYear:
    """A financial year of one ledger. `kept` is with everything kept as it is; None where that was not saved.

    Pounds are at the price base; `present` values at the base year of the run.
    """

    year: str
    plan_gbp: int
    kept_gbp: int | None
    plan_present_gbp: float
    kept_present_gbp: float | None
    saved_so_far_gbp: float | None

    @property
    def saved_gbp(self) -> int | None:
        return None if self.kept_gbp is None else self.kept_gbp - self.plan_gbp


@dataclass(frozen=True)
class CashItem:
    """An item of a ledger by year."""

    name: str
    gbp_by_year: tuple[int, ...]

    @property
    def total_gbp(self) -> int:
        return sum(self.gbp_by_year)


@dataclass(frozen=True)
class Ledger:
    """One ledger: whose cash, what is in it, by year and by item."""

    code: str
    whose: str
    note: str
    years: tuple[CashYear, ...]
    items: tuple[CashItem, ...]

    @property
    def plan_present_gbp(self) -> float:
        return math.fsum(year.plan_present_gbp for year in self.years)

    @property
    def kept_present_gbp(self) -> float | None:
        known = [year.kept_present_gbp for year in self.years if year.kept_present_gbp is not None]
        return math.fsum(known) if self.years and len(known) == len(self.years) else None

    @property
    def saved_present_gbp(self) -> float | None:
        """Net present saving against keeping everything."""
        kept = self.kept_present_gbp
        return None if kept is None else kept - self.plan_present_gbp


def ledgers(estate: EstateTables) -> tuple[Ledger, ...]:
    """The ICB's cash, and that of the whole system."""
    return tuple(_ledger(estate, code) for code in LEDGERS)


def _ledger(estate: EstateTables, code: str) -> Ledger:
    plan, plan_present = _by_year(estate.tables, code)
    kept, kept_present = ({}, {}) if estate.today is None else _by_year(estate.today, code)
    years = sorted(plan)
    saved = accumulate(kept_present.get(year, 0.0) - plan_present[year] for year in years)
    rows = tuple(
        CashYear(year, plan[year], kept.get(year), plan_present[year], kept_present.get(year),
                 so_far if estate.today is not None else None)
        for year, so_far in zip(years, saved, strict=True)
    )  # fmt: skip
    return Ledger(code, LEDGER_WORDS[code], LEDGER_NOTES[code], rows, _items(estate.tables, code, years))


def _by_year(tables: Tables, code: str) -> tuple[dict[str, int], dict[str, float]]:
    pounds: dict[str, int] = defaultdict(int)
    present: dict[str, float] = defaultdict(float)
    for row in tables["cashflow"]:
        if row.text("ledger") == code:
            pounds[row.text("year")] += row.integer("gbp")
            present[row.text("year")] += row.number_of("discounted_gbp")
    return pounds, present


def _items(tables: Tables, code: str, years: Sequence[str]) -> tuple[CashItem, ...]:
    """The items of a ledger that are ever paid, in the order of their words."""
    sums: dict[str, dict[str, int]] = {}
    for row in tables["cashflow"]:
        if row.text("ledger") == code:
            of_item = sums.setdefault(row.text("item"), {})
            of_item[row.text("year")] = of_item.get(row.text("year"), 0) + row.integer("gbp")
    order = [*ITEM_WORDS, *sorted(set(sums) - set(ITEM_WORDS))]
    found = [
        CashItem(ITEM_WORDS.get(item, code_words(item)), tuple(sums[item].get(year, 0) for year in years))
        for item in order
        if item in sums
    ]
    return tuple(item for item in found if any(item.gbp_by_year))


@dataclass(frozen=True)
class Works:
    """What one source pays for one project in a year; `left_gbp` is None where the source has no limit."""

    year: str
    where: str
    what: str
    source: str
    gbp: int
    left_gbp: int | None


@dataclass(frozen=True)
class SourceTotal:
    """What a source pays over the plan, and its limits together."""

    source: str
    gbp: int
    limit_gbp: int | None


def works(estate: EstateTables) -> tuple[Works, ...]:
    """Works by year, project and source."""
    instance = estate.instance
    made = {one.conversion_id: one for one in instance.conversions}
    names = source_names(instance)
    found: list[Works] = []
    for row in estate.tables["capital"]:
        project = row.text("project")
        conversion = made.get(project)
        suite = instance.suite(conversion.suite_id if conversion else project)
        what = f"{conversion.to_room_type.replace('_', ' ')} rooms" if conversion else "made ready for Open Space"
        found.append(
            Works(row.text("year"), f"{instance.site(suite.site_id).name}, {suite.name}", what,
                  names[row.text("source_id")], row.integer("gbp"), row.maybe_integer("year_left_gbp"))
        )  # fmt: skip
    return tuple(found)


def source_totals(estate: EstateTables, done: Sequence[Works]) -> tuple[SourceTotal, ...]:
    """By source: what it pays for all works, and the sum of its limits."""
    names = source_names(estate.instance)
    limits: dict[str, int] = {}
    for source in estate.instance.capital_sources:
        name = names[source.source_id]
        limits[name] = limits.get(name, 0) + source.limit_gbp
    every = sorted({*limits, *(one.source for one in done)})
    return tuple(
        SourceTotal(name, sum(one.gbp for one in done if one.source == name), limits.get(name)) for name in every
    )
