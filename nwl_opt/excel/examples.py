"""One example of each column, taken from the small instances that are shipped: nobody's real numbers."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.faults import InputFaults
from models.shared.problem import Problem
from models.shared.register import Table
from nwl_opt.excel.template_rules import choices_of
from nwl_opt.files.reading import read_instance
from nwl_opt.problems import REFERENCE, data_folder, shipped_instances

Examples = Mapping[str, Mapping[str, str]]
_BY_KIND = {
    "integer": "1",
    "decimal": "1.5",
    "gbp": "1000",
    "minutes": "30",
    "share": "0.5",
    "date": "2026-11-23",
    "datetime": "2026-11-23T08:30",
    "time": "08:30",
    "financial_year": "2026/27",
}


def examples_of(problem: Problem) -> Examples:
    """By table and column: a row of the tiny instance, its gaps filled from other rows and instances.

    The reference instance is looked at last: it is the largest.
    """
    found: dict[str, dict[str, str]] = {table.name: {} for table in problem.register.inputs}
    names = sorted(shipped_instances(problem.kind), key=lambda name: (name == REFERENCE, name != "tiny", name))
    for name in names:
        if not all(_whole(table, found[table.name]) for table in problem.register.inputs):
            _fill(problem, name, found)
    return {table.name: _with_made_up(table, found[table.name]) for table in problem.register.inputs}


def _fill(problem: Problem, name: str, found: dict[str, dict[str, str]]) -> None:
    try:
        raw = read_instance(data_folder(problem.kind) / name, problem.register)
    except InputFaults:  # an example is a help: where none can be read, made-up ones stand in
        return
    for table_name, table in raw.tables.items():
        for cells in table.rows:
            for column, text in zip(table.header, cells, strict=True):
                if text and column != "provenance":
                    found[table_name].setdefault(column, text)


def _whole(table: Table, example: Mapping[str, str]) -> bool:
    return all(column.name in example for column in table.columns)


def _with_made_up(table: Table, example: Mapping[str, str]) -> dict[str, str]:
    """Columns that no shipped instance fills get a value of their kind."""
    result = dict(example)
    for column in table.columns:
        if column.name not in result:
            choices = choices_of(column)
            made_up = choices[0] if choices else column.default or _BY_KIND.get(column.kind, "")
            if made_up:
                result[column.name] = made_up
    return result
