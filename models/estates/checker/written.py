"""What the plan's tables say, read without judging: numbers by key, and rows that cannot be placed as findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.estates.instance import EstatesInstance
from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable

NO_PLACE = "-"
WEEK = "week"

Place = tuple[str, str, str, str]  # area, service, site, first year of the period
RoomSlot = tuple[str, str, str, str]  # site, room type, first year of the period, slot or week


@dataclass(frozen=True)
class Written:
    """A plan as its tables state it.

    `dates` holds the hand-back day of each suite that has one; where the rows of a suite disagree the first one is
    taken, and `date_rows` holds what each row says. `strays` are the rows that stand twice or belong nowhere.
    """

    site_plan: Mapping[tuple[str, str], Row]
    date_rows: Mapping[str, tuple[dt.date | None, ...]]
    dates: Mapping[str, dt.date]
    contacts: Mapping[Place, float]
    service_plan: Mapping[Place, Row]
    utilisation: Mapping[RoomSlot, Row]
    cashflow: Mapping[tuple[str, str], Row]
    travel: Mapping[tuple[str, str, str], Row]
    strays: tuple[Finding, ...]


def read_written(instance: EstatesInstance, tables: Mapping[str, TypedTable]) -> Written:
    """Index the tables of a plan by their keys."""
    strays: list[Finding] = []
    reader = _Reader(instance, tables, strays)
    site_plan = reader.by_two("site_plan", "suite_id", "year")
    service_plan = reader.by_four("service_plan", ("area_id", "service", "site_id", "year"))
    date_rows: dict[str, tuple[dt.date | None, ...]] = {}
    for suite in instance.suites:
        rows = [site_plan.get((suite.suite_id, period.first_year)) for period in instance.periods]
        date_rows[suite.suite_id] = tuple(row.maybe_date("date") for row in rows if row is not None)
    dates = {
        suite_id: next(day for day in days if day is not None)
        for suite_id, days in date_rows.items()
        if any(day is not None for day in days)
    }
    return Written(
        site_plan=site_plan,
        date_rows=date_rows,
        dates=dates,
        contacts={key: row.number_of("contacts") for key, row in service_plan.items()},
        service_plan=service_plan,
        utilisation=reader.by_four("room_utilisation", ("site_id", "room_type", "year", "slot")),
        cashflow=reader.by_two("cashflow", "year", "item"),
        travel={
            (a, s, y): row for (a, s, y, _), row in reader.by_four("travel", ("area_id", "service", "year")).items()
        },
        strays=tuple(strays),
    )


class _Reader:
    """Turns rows into mappings; a row that stands twice, or names what is not in the instance, becomes a stray."""

    def __init__(self, instance: EstatesInstance, tables: Mapping[str, TypedTable], strays: list[Finding]) -> None:
        self._tables = tables
        self._strays = strays
        self._known: dict[str, frozenset[str]] = {
            "suite_id": frozenset(suite.suite_id for suite in instance.suites),
            "site_id": frozenset(site.site_id for site in instance.sites) | {NO_PLACE},
            "area_id": frozenset(area.area_id for area in instance.areas) | {NO_PLACE},
            "service": frozenset(service.service for service in instance.services),
            "room_type": frozenset(kind.room_type for kind in instance.room_types),
            "slot": frozenset(slot.slot for slot in instance.slots) | {WEEK},
            "year": frozenset(period.first_year for period in instance.periods),
            "financial_year": frozenset(instance.financial_years),
        }

    def by_two(self, table: str, first: str, second: str) -> dict[tuple[str, str], Row]:
        return {(key[0], key[1]): row for key, row in self._rows(table, (first, second))}

    def by_four(self, table: str, names: tuple[str, ...]) -> dict[tuple[str, str, str, str], Row]:
        found: dict[tuple[str, str, str, str], Row] = {}
        for key, row in self._rows(table, names):
            padded = (*key, "")
            found[padded[0], padded[1], padded[2], padded[3]] = row
        return found

    def _rows(self, table: str, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Row]]:
        seen: dict[tuple[str, ...], int] = {}
        for row in self._tables.get(table, TypedTable(table, f"{table}.csv", ())):
            key = tuple(row.text(name) for name in names)
            unknown = [
                value for name, value in zip(names, key, strict=True) if not self._is_known(table, name, value)
            ]
            if unknown:
                self._stray(table, row, f"{', '.join(unknown)} is not in the instance")
            elif key in seen:
                self._stray(table, row, f"{', '.join(key)} stands in row {seen[key]} already")
            else:
                seen[key] = row.number
                yield key, row

    def _is_known(self, table: str, name: str, value: str) -> bool:
        if table == "cashflow":
            return name != "year" or value in self._known["financial_year"]
        return value in self._known[name]

    def _stray(self, table: str, row: Row, what: str) -> None:
        rule = {"service_plan": "E-01", "cashflow": "E-28"}.get(table, "E-30")
        self._strays.append(Finding(rule, "error", f"A row of {table}.csv cannot be right: {what}.",
                                    f"{table}.csv row {row.number}"))  # fmt: skip
