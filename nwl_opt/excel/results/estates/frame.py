"""What the sheets of an estates run share: periods, sites and suites of the instance, and the plan's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.shared.parsing import Row
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.source import Cells, Source

NOWHERE = "-"
BASELINE = "todays_estate"
WEEK = "week"


@dataclass(frozen=True)
class Period:
    """A period of the plan: its first financial year, and how much it counts."""

    first_year: str
    weight: float


@dataclass(frozen=True)
class Frame:
    """A run of an estate, and the workbook its sheets go to."""

    book: Book
    source: Source

    def rows(self, table: str) -> Sequence[Cells]:
        return self.source.tables[table]

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        return tuple(Period(row.text("first_year"), row.number_of("weight")) for row in self.source.inputs("periods"))

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The financial years that have cash."""
        return tuple(dict.fromkeys(str(row["year"]) for row in self.rows("cashflow")))

    @cached_property
    def sites(self) -> Mapping[str, Row]:
        return {row.text("site_id"): row for row in self.source.inputs("sites")}

    @cached_property
    def suites(self) -> Mapping[str, Row]:
        return {row.text("suite_id"): row for row in self.source.inputs("suites")}

    @cached_property
    def clinical_kinds(self) -> frozenset[str]:
        rows = self.source.inputs("room_types")
        return frozenset(row.text("room_type") for row in rows if row.flag("clinical"))

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The sessions of the week."""
        return tuple(row.text("slot") for row in self.source.inputs("weekly_profile"))

    def site_name(self, site_id: str) -> str:
        return self.sites[site_id].text("name") if site_id in self.sites else site_id


def number(row: Cells, column: str) -> float:
    """A number of a row, 0 where it is empty."""
    value = row[column]
    return float(value) if isinstance(value, (int, float)) else 0.0
