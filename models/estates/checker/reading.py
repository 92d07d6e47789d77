"""Rows of the plan's tables by their keys; a row that stands twice, or names what is unknown, becomes a stray."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.estates.checker.facts import NO_PLACE, WEEK
from models.estates.checker.lists import GP_LIST
from models.estates.instance import EstatesInstance
from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable

RULE_OF_STRAYS = {
    "service_plan": "E-01",
    "cashflow": "E-28",
    "capital": "E-34",
    "list_dispersal": "E-38",
    "timetable": "E-40",
}
CASH_YEARS = ("cashflow", "capital")


class Reader:
    """Turns rows into mappings. `strays` holds a finding for each row that could not be placed."""

    def __init__(self, instance: EstatesInstance, tables: Mapping[str, TypedTable]) -> None:
        self._tables = tables
        self.strays: list[Finding] = []
        sites = frozenset(site.site_id for site in instance.sites)
        practices = frozenset(one.practice_id for one in instance.premises)
        suites = frozenset(suite.suite_id for suite in instance.suites)
        services = frozenset(service.service for service in instance.services)
        slots = frozenset(slot.slot for slot in instance.slots)
        self._known: dict[str, frozenset[str]] = {
            "suite_id": suites,
            "site_id": sites | {NO_PLACE},
            "area_id": frozenset(area.area_id for area in instance.areas) | {NO_PLACE},
            "service": services,
            "timetable.service": services | {GP_LIST},
            "timetable.site_id": sites,
            "room_type": frozenset(kind.room_type for kind in instance.room_types),
            "slot": slots | {WEEK},
            "timetable.slot": slots,
            "year": frozenset(period.first_year for period in instance.periods),
            "practice_id": practices,
            "receiver": practices | sites,
            "project": suites | {one.conversion_id for one in instance.conversions},
        }
        self._known |= {f"{table}.year": frozenset(instance.financial_years) for table in CASH_YEARS}

    def by_two(self, table: str, names: tuple[str, str]) -> dict[tuple[str, str], Row]:
        return {(key[0], key[1]): row for key, row in self._rows(table, names)}

    def by_three(self, table: str, names: tuple[str, str, str]) -> dict[tuple[str, str, str], Row]:
        return {(key[0], key[1], key[2]): row for key, row in self._rows(table, names)}

    def by_four(self, table: str, names: tuple[str, str, str, str]) -> dict[tuple[str, str, str, str], Row]:
        return {(key[0], key[1], key[2], key[3]): row for key, row in self._rows(table, names)}

    def groups_of_four(
        self, table: str, names: tuple[str, str, str, str], within: tuple[str, ...]
    ) -> dict[tuple[str, str, str, str], tuple[Row, ...]]:
        """Rows by four columns; in one group no two rows agree in the columns `within`."""
        groups: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
        for key, row in self._rows(table, (*names, *within)):
            groups[key[0], key[1], key[2], key[3]].append(row)
        return {key: tuple(rows) for key, rows in groups.items()}

    def _rows(self, table: str, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Row]]:
        known = [self._known.get(f"{table}.{name}", self._known.get(name)) for name in names]
        seen: dict[tuple[str, ...], int] = {}
        for row in self._tables.get(table, TypedTable(table, f"{table}.csv", ())):
            key = tuple(str(row.cells[name]) for name in names)
            unknown = [value for value, among in zip(key, known, strict=True) if among and value not in among]
            if unknown:
                self._stray(table, row, f"{', '.join(unknown)} is not in the instance")
            elif key in seen:
                self._stray(table, row, f"{', '.join(key)} stands in row {seen[key]} already")
            else:
                seen[key] = row.number
                yield key, row

    def _stray(self, table: str, row: Row, what: str) -> None:
        self.strays.append(Finding(RULE_OF_STRAYS.get(table, "E-30"), "error",
                                   f"A row of {table}.csv cannot be right: {what}.",
                                   f"{table}.csv row {row.number}"))  # fmt: skip
