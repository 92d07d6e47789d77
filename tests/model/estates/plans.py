"""Shipped and generated estates, their plans, and their written tables to damage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from instances.estates.generate import generate
from models.estates.building import build_instance
from models.estates.checker import check_plan
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.tables import REGISTER
from models.estates.tables_of import tables_of
from models.estates.timetable.of_plan import weeks_of_plan
from models.estates.validation import validate
from models.shared.cells import Cell, format_cell
from models.shared.faults import Fault
from models.shared.findings import CheckReport
from models.shared.parsing import RawInstance, RawTable, TypedTable, parse_instance, parse_table
from models.shared.problem import Outcome, OutputTables
from nwl_opt.files import read_instance
from nwl_opt.files.writing import raw_rows
from nwl_opt.problems import data_folder, find_scenario
from nwl_opt.scenario import apply_scenario, read_scenario
from tests.estates_small import plan_of, solved

Rows = list[dict[str, Cell]]
Written = dict[str, Rows]
"""A plan's tables as rows one may damage."""


@dataclass(frozen=True)
class Solved:
    """An instance with its solved plan."""

    instance: EstatesInstance
    outcome: Outcome
    plan: Plan

    @property
    def stage_values(self) -> dict[str, float | None]:
        return {stage.name: stage.value for stage in self.outcome.stages}

    @cached_property
    def tables(self) -> OutputTables:
        return tables_of(self.plan)

    @cached_property
    def read_back(self) -> Mapping[str, TypedTable]:
        return as_read(self.tables)

    def written(self) -> Written:
        """The plan's tables, free to be damaged."""
        return {name: [dict(row) for row in rows] for name, rows in self.tables.items()}


def shipped(name: str, scenario: str | None = None) -> RawInstance:
    """A shipped instance, with a shipped scenario in it."""
    raw = read_instance(data_folder("estates") / name, REGISTER)
    if scenario is None:
        return raw
    return apply_scenario(REGISTER, raw, read_scenario(find_scenario(scenario, "estates")))


def generated(seed: int, **sizes: int) -> RawInstance:
    """A generated instance as it would be read."""
    header, tables = generate(seed, **sizes)
    rows = {table.name: raw_rows(table, tables[table.name]) for table in REGISTER.inputs if table.name in tables}
    return RawInstance("generated", header, rows)


def faults_of(raw: RawInstance) -> list[Fault]:
    """Every fault of an instance, the register's and those between tables."""
    parsed = parse_instance(REGISTER, raw)
    return [*parsed.faults, *validate(parsed)]


def instance_of(raw: RawInstance) -> EstatesInstance:
    """A valid instance."""
    parsed = parse_instance(REGISTER, raw)
    assert not [*parsed.faults, *validate(parsed)]
    return build_instance(parsed)


def solve(instance: EstatesInstance, *without_rules: str) -> Solved:
    """An instance that has a plan, solved to the end."""
    outcome = solved(instance, *without_rules)
    return Solved(instance, outcome, plan_of(instance, outcome))


@cache
def shipped_plan(name: str, scenario: str | None = None) -> Solved:
    """A shipped instance and its plan; solved once for all tests."""
    return solve(instance_of(shipped(name, scenario)))


@cache
def generated_plan(seed: int, sites: int) -> Solved:
    return solve(instance_of(generated(seed, sites=sites, periods=2)))


def as_read(written: OutputTables) -> dict[str, TypedTable]:
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
    """The verdict on written tables; those that are as the plan has them are not written and read a second time."""
    changed = {name: rows for name, rows in written.items() if rows != case.tables[name]}
    read = {**case.read_back, **{name: table for name, table in as_read(changed).items() if name in changed}}
    return check_plan(case.instance, read, stage_values)


def with_dates(case: Solved, changes: Mapping[str, dt.date | None]) -> CheckReport:
    """The verdict on the plan with other hand-back days (None: kept), every table written in agreement with them."""
    dates = {**case.plan.hand_backs, **{suite: day for suite, day in changes.items() if day is not None}}
    kept = {suite for suite, day in changes.items() if day is None}
    changed = replace(case.plan, hand_backs={suite: day for suite, day in sorted(dates.items()) if suite not in kept})
    plan = retimed(case.plan, changed)
    return check_plan(case.instance, as_read(tables_of(plan)), None)


def retimed(before: Plan, after: Plan) -> Plan:
    """A changed plan without the timetables of weeks that are others now: a plain rule fills those rooms."""
    old, new = weeks_of_plan(before), weeks_of_plan(after)
    same = {key: held for key, held in (before.timetable or {}).items() if old.get(key) == new.get(key)}
    return replace(after, timetable=same)


def rules_broken(report: CheckReport) -> set[str]:
    """The ids under which errors were found."""
    return {finding.rule for finding in report.findings if finding.severity == "error"}
