"""Faults of the years: their order, and tables that go year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from models.reallocation.settings import ReallocationSettings
from models.shared.calendar import financial_year, first_calendar_year, is_financial_year
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance

MOST_YEARS = 10
"""The most plan years there may be."""


def faults(parsed: ParsedInstance) -> Iterator[Fault]:
    """Faults of tables that go year by year."""
    yield from _too_many(parsed)
    yield from _chc(parsed)
    yield from _recruitment(parsed)


def faults_of_settings(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    """Faults of the years that settings name, and of plan years that do not follow the base year."""
    by_year = settings.running_cost_cut_by_year
    if not is_financial_year(by_year):
        yield Fault(
            "instance.toml",
            None,
            "settings.running_cost_cut_by_year",
            by_year or "(empty)",
            "must be a financial year like 2025/26",
            "Give the year by which running costs have come down.",
        )
    if not is_financial_year(settings.base_year):
        yield Fault(
            "instance.toml",
            None,
            "settings.base_year",
            settings.base_year,
            "must be a financial year like 2023/24",
            "Give the year of the opening figures.",
        )
        return
    yield from _order(parsed, settings)


def _order(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    table = parsed.table("years")
    expected = first_calendar_year(settings.base_year)
    for row in table if table.complete else ():
        expected += 1
        if row.text("year") != financial_year(expected):
            yield table.fault(
                row,
                "year",
                f"must be {financial_year(expected)}, one year after the row before",
                "Put the plan years in order, the first one after base_year, none left out.",
            )
            return


def _too_many(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("years")
    for row in table.rows[MOST_YEARS : MOST_YEARS + 1]:
        yield table.fault(
            row,
            "year",
            f"must be one of at most {MOST_YEARS} plan years; there are {len(table)}",
            "Plan fewer years.",
        )


def _recruitment(parsed: ParsedInstance) -> Iterator[Fault]:
    """A recruitment cap needs a line it can be about."""
    table, lines = parsed.table("years"), parsed.table("lines")
    if not lines.complete or any(row.text("role") == "mental_health" for row in lines):
        return
    for row in table:
        if row.maybe_integer("mh_recruitment_cap_wte") is not None:
            yield table.fault(
                row,
                "mh_recruitment_cap_wte",
                "must be empty where no line has the role mental_health",
                "Give the mental health line its role in lines.csv, or remove the cap.",
            )


def _chc(parsed: ParsedInstance) -> Iterator[Fault]:
    table, years = parsed.table("chc_forecast"), parsed.table("years")
    if not table.complete or not years.complete:
        return
    held: dict[str | None, set[str]] = defaultdict(set)
    for row in table:
        held[row.maybe_text("place")].add(row.text("year"))
    for place, have in held.items():
        for year in (row.text("year") for row in years):
            if year not in have:
                where = "every place" if place is None else place
                yield table.fault(
                    None,
                    None,
                    "must forecast every plan year once it forecasts any",
                    f"Add the row of {year} for {where}.",
                    found=f"no row for {where}, {year}",
                )
