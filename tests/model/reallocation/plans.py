"""Instances, plans and written tables for the tests of the checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from instances.reallocation.generate import generate
from models.reallocation.building import build_instance
from models.reallocation.checker import check
from models.reallocation.instance import Instance
from models.reallocation.method import solve
from models.reallocation.plan import Plan
from models.reallocation.tables import REGISTER
from models.reallocation.validation import validate
from models.shared.cells import Cell, format_cell
from models.shared.faults import Fault
from models.shared.findings import CheckReport
from models.shared.parsing import ParsedInstance, RawInstance, RawTable, TypedTable, parse_instance, parse_table
from models.shared.problem import Outcome, SolveOptions
from nwl_opt.files import read_instance
from nwl_opt.files.writing import raw_rows
from nwl_opt.problems import data_folder, find_scenario
from nwl_opt.scenario import apply_scenario, read_scenario
from solvers.types import Unwatched

Rows = list[dict[str, Cell]]
Written = dict[str, Rows]
"""A plan's tables as rows one may damage."""


@dataclass(frozen=True)
class Solved:
    """An instance with its solved plan."""

    instance: Instance
    outcome: Outcome
    plan: Plan

    @property
    def stage_values(self) -> dict[str, float | None]:
        return {stage.name: stage.value for stage in self.outcome.stages}

    def written(self) -> Written:
        """The plan's tables, free to be damaged."""
        return copy_of(self.plan.tables())


def shipped(name: str, scenario: str | None = None) -> RawInstance:
    """A shipped instance, with a shipped scenario in it."""
    raw = read_instance(data_folder("reallocation") / name, REGISTER)
    if scenario is None:
        return raw
    return apply_scenario(REGISTER, raw, read_scenario(find_scenario(scenario, "reallocation")))


def generated(seed: int, **sizes: int) -> RawInstance:
    """An invented instance as it would be read."""
    header, tables = generate(seed, **sizes)
    raw_tables = {
        table.name: raw_rows(table, tables[table.name]) for table in REGISTER.inputs if table.name in tables
    }
    return RawInstance("generated", header, raw_tables)


def faults_of(raw: RawInstance) -> list[Fault]:
    """Every fault of an instance, the register's and those between tables."""
    parsed = parse_instance(REGISTER, raw)
    return [*parsed.faults, *validate(parsed)]


def instance_of(raw: RawInstance) -> Instance:
    """A valid instance."""
    parsed: ParsedInstance = parse_instance(REGISTER, raw)
    assert not [*parsed.faults, *validate(parsed)]
    return build_instance(parsed)


def solved_instance(instance: Instance, options: SolveOptions | None = None) -> Solved:
    """An instance that has a plan, solved to the end."""
    outcome = solve(instance, options or SolveOptions(), Unwatched())
    assert outcome.decisions is not None, outcome.reason
    return Solved(instance, outcome, Plan.from_decisions(instance, outcome.decisions))


@cache
def solved(name: str, scenario: str | None = None) -> Solved:
    """A shipped instance and its plan; solved once for all tests."""
    return solved_instance(instance_of(shipped(name, scenario)))


def copy_of(tables: Mapping[str, Sequence[Mapping[str, Cell]]]) -> Written:
    return {name: [dict(row) for row in rows] for name, rows in tables.items()}


def as_read(written: Written) -> dict[str, TypedTable]:
    """The tables as they come back from their files: formatted to text, and parsed by the register."""
    read: dict[str, TypedTable] = {}
    for table in REGISTER.outputs:
        rows = written.get(table.name, [])
        text = tuple(tuple(format_cell(row.get(column.name), column) for column in table.columns) for row in rows)
        header = tuple(column.name for column in table.columns)
        raw = RawTable(table.name, f"{table.name}.csv", header, text, tuple(range(2, len(text) + 2)))
        read[table.name], _ = parse_table(table, raw, [])
    return read


def checked(case: Solved, written: Written, stage_values: Mapping[str, float | None] | None = None) -> CheckReport:
    """The verdict on written tables."""
    return check(case.instance, as_read(written), stage_values)


def rules_broken(report: CheckReport) -> set[str]:
    """The ids under which errors were found."""
    return {finding.rule for finding in report.findings if finding.severity == "error"}


def folder_of(name: str) -> Path:
    return data_folder("reallocation") / name
