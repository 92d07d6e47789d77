"""Actuals of a month: the forecast outturn by ledger line or by cell, held against the instance it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.reallocation.entities import CellKey
from models.reallocation.instance import Instance
from models.reallocation.settings import NO_PROVIDER
from models.shared.faults import Fault
from models.shared.parsing import RawTable, Row, TypedTable, parse_table
from models.shared.register import Column, Table

ACTUALS = Table(
    "actuals",
    "forecast outturn of the base year at a month, by ledger line or by place, line and provider",
    (
        Column("ledger_line", "id", "number of the ledger line (empty: by place, line and provider)", key=True,
               may_be_empty=True),
        Column("place", "id", "place, where no ledger line is given", key=True, may_be_empty=True),
        Column("line", "id", "service line, where no ledger line is given", key=True, may_be_empty=True),
        Column("provider", "id", "organisation that is paid (`-`: not split)", key=True, default=NO_PROVIDER),
        Column("month", "integer", "month of the financial year (1: April), the same in every row", unit="month",
               minimum=1, maximum=12),
        Column("forecast_outturn_gbp", "gbp", "forecast of the whole year's spend", unit="gbp"),
        Column("non_recurrent_gbp", "gbp", "how much of it is once only (empty: as in the ledger)", unit="gbp",
               may_be_empty=True),
    ),
    may_be_empty=False,
)  # fmt: skip


@dataclass(frozen=True)
class Outturn:
    """Forecast spend of the year and what of it is once only; `None`: as in the ledger. `row` is where it stands."""

    row: Row
    gbp: int
    non_recurrent_gbp: int | None


@dataclass(frozen=True)
class Actuals:
    """One month's actuals; either by ledger line or by cell, the other is empty."""

    file: str
    month: int
    by_ledger_line: Mapping[str, Outturn]
    by_cell: Mapping[CellKey, Outturn]


def read_actuals(instance: Instance, raw: RawTable) -> tuple[Actuals | None, list[Fault], tuple[str, ...]]:
    """The actuals for an instance, or None and every fault; and notices."""
    notices: list[str] = []
    table, faults = parse_table(ACTUALS, raw, notices)
    faults += [*_mixed_months(table), *_ways(table)]
    if not faults:
        faults += _unknown(table, instance)
    if faults or not len(table):
        return None, faults, tuple(notices)
    by_ledger_line: dict[str, Outturn] = {}
    by_cell: dict[CellKey, Outturn] = {}
    for row in table:
        outturn = Outturn(row, row.integer("forecast_outturn_gbp"), row.maybe_integer("non_recurrent_gbp"))
        number = row.maybe_text("ledger_line")
        if number is None:
            by_cell[_cell(row)] = outturn
        else:
            by_ledger_line[number] = outturn
    month = table.rows[0].integer("month")
    return Actuals(raw.file, month, by_ledger_line, by_cell), [], tuple(notices)


def _cell(row: Row) -> CellKey:
    return CellKey(row.maybe_text("place") or "", row.maybe_text("line") or "", row.text("provider"))


def _mixed_months(table: TypedTable) -> Iterator[Fault]:
    for row in table.rows[1:]:
        if row.integer("month") != table.rows[0].integer("month"):
            yield table.fault(
                row,
                "month",
                f"must be {table.rows[0].integer('month')}, the month of row {table.rows[0].number}",
                "Give the forecast of one month only.",
            )


def _ways(table: TypedTable) -> Iterator[Fault]:
    """Each row names a ledger line or a cell, and all rows do so in the same way."""
    for row in table:
        named = row.maybe_text("ledger_line") is not None
        cell = [name for name in ("place", "line") if row.maybe_text(name) is not None]
        if named and cell:
            yield table.fault(
                row,
                cell[0],
                "must be empty where ledger_line is given",
                "Name the ledger line, or place, line and provider, not both.",
            )
        elif not named and len(cell) < 2:
            missing = "place" if "place" not in cell else "line"
            yield table.fault(
                row,
                missing,
                "must be given where ledger_line is empty",
                "Name the ledger line, or place, line and provider.",
            )
        elif named != (table.rows[0].maybe_text("ledger_line") is not None):
            yield table.fault(
                row,
                "ledger_line",
                f"must be {'empty' if named else 'given'}, as in row {table.rows[0].number}",
                "Give all actuals by ledger line, or all by place, line and provider.",
            )


def _unknown(table: TypedTable, instance: Instance) -> Iterator[Fault]:
    numbers = {line.ledger_line for line in instance.ledger}
    cells = frozenset(instance.cells)
    for row in table:
        number = row.maybe_text("ledger_line")
        if number is not None and number not in numbers:
            expected = (
                "must stand in ledger.csv"
                if numbers
                else "must be empty: the instance has no ledger, so actuals go by place, line and provider"
            )
            yield table.fault(
                row,
                "ledger_line",
                expected,
                "Correct the number, or map the new line in the instance's ledger.csv and mapping.csv first.",
            )
        if number is None and _cell(row) not in cells:
            yield table.fault(
                row,
                "place",
                "must be a row of baseline.csv with this place, line and provider",
                "Correct it, or add the cell to the instance's baseline.csv first.",
                found=", ".join(_cell(row)),
            )
