"""Instances, plans and written tables for the tests of theatres."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from models.shared.cells import Cell, format_cell
from models.shared.faults import Fault
from models.shared.findings import CheckReport
from models.shared.parsing import RawInstance, RawTable, TypedTable, parse_instance, parse_table
from models.shared.register import Table
from models.theatres.building import build_instance
from models.theatres.checker import check
from models.theatres.instance import Instance
from models.theatres.tables import REGISTER
from models.theatres.validation import validate
from nwl_opt.files import read_instance
from nwl_opt.problems import data_folder, find_scenario
from nwl_opt.scenario import apply_scenario, read_scenario

Texts = list[dict[str, str]]
Written = dict[str, Texts]
"""A plan's tables as rows of text, as its files hold them, free to be damaged."""


def shipped(name: str, scenario: str | None = None) -> RawInstance:
    """A shipped instance, with a shipped scenario in it."""
    raw = read_instance(data_folder("theatres") / name, REGISTER)
    if scenario is None:
        return raw
    return apply_scenario(REGISTER, raw, read_scenario(find_scenario(scenario, "theatres")))


def faults_of(raw: RawInstance) -> list[Fault]:
    """Every fault of an instance, the register's and those between tables."""
    parsed = parse_instance(REGISTER, raw)
    return [*parsed.faults, *validate(parsed)]


def instance_of(raw: RawInstance) -> Instance:
    """A valid instance."""
    parsed = parse_instance(REGISTER, raw)
    assert not [*parsed.faults, *validate(parsed)]
    return build_instance(parsed)


@cache
def shipped_instance(name: str, scenario: str | None = None) -> Instance:
    """A shipped instance, read once for all tests."""
    return instance_of(shipped(name, scenario))


def from_text(text: str) -> RawInstance:
    """An instance written in one text: the header in TOML, then each table after a line `== name`."""
    header, *blocks = text.split("\n== ")
    tables: dict[str, RawTable] = {}
    for block in blocks:
        name, _, rows = block.partition("\n")
        heading, *cells = csv.reader(io.StringIO(rows.strip()))
        width = len(heading)
        full = tuple(tuple([*row, *[""] * width][:width]) for row in cells)
        tables[name] = RawTable(name, f"{name}.csv", tuple(heading), full, tuple(range(2, len(full) + 2)))
    return RawInstance("text", tomllib.loads(header), tables)


def texts(tables: Mapping[str, Sequence[Mapping[str, Cell]]]) -> Written:
    """A plan's tables as the text their files hold."""
    return {
        table.name: [{c.name: format_cell(row.get(c.name), c) for c in table.columns} for row in tables[table.name]]
        for table in REGISTER.outputs
    }


def as_read(written: Written) -> dict[str, TypedTable]:
    """The tables as they come back from their files."""
    return {table.name: one_as_read(table, written[table.name]) for table in REGISTER.outputs}


def one_as_read(table: Table, rows: Texts) -> TypedTable:
    """One table as it comes back from its file."""
    header = tuple(column.name for column in table.columns)
    cells = tuple(tuple(row[name] for name in header) for row in rows)
    raw = RawTable(table.name, f"{table.name}.csv", header, cells, tuple(range(2, len(rows) + 2)))
    return parse_table(table, raw, [])[0]


def checked(
    instance: Instance, written: Written, stage_values: Mapping[str, float | None] | None = None
) -> CheckReport:
    """The verdict on written tables."""
    return check(instance, as_read(written), stage_values)


def rules_speaking(report: CheckReport) -> set[str]:
    """The ids under which anything was found, warnings of soft rules included."""
    return {finding.rule for finding in report.findings}
