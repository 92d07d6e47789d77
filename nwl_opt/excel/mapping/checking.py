"""What is wrong with a mapping by itself: it is held against the table it fills, before any extract is read."""

from __future__ import annotations

from collections.abc import Iterator

from models.shared.cells import CellError, parse_cell
from models.shared.faults import Fault
from models.shared.register import PROVENANCES, Column, Table
from nwl_opt.excel.mapping.days import DATE_WORDS
from nwl_opt.excel.mapping.model import ColumnRule, TableMapping
from nwl_opt.excel.mapping.names import is_of_a_person
from nwl_opt.excel.mapping.numbers import units_for
from nwl_opt.excel.mapping.targets import is_of_an_instance

DATED = ("date", "datetime")


def mapping_faults(mapping: TableMapping, table: Table, file: str) -> list[Fault]:
    """Everything wrong with a mapping that can be seen without an extract."""
    faults = [*_target_faults(mapping, table, file), *_missing(mapping, table, file)]
    seen: set[str] = set()
    for at, rule in enumerate(mapping.columns, start=1):
        where = f"column {at} ({rule.to or 'no name'})"
        if rule.to in seen:
            faults.append(_fault(file, f"{where}.to", rule.to, "must be filled once", "Remove one of the two."))
        seen.add(rule.to)
        faults.extend(_rule_faults(mapping, table, rule, at, file, where))
    for name in mapping.codes:
        if mapping.rule(name) is None:
            faults.append(_fault(file, f"codes.{name}", name, "must be a column that a [[column]] fills",
                                 "Add the column, or remove its codes."))  # fmt: skip
        elif column := _column(table, name):
            faults.extend(_code_faults(mapping, column, file))
    faults.extend(_leave_out_faults(mapping, table, file))
    return faults


def _target_faults(mapping: TableMapping, table: Table, file: str) -> Iterator[Fault]:
    if mapping.provenance not in PROVENANCES:
        yield _fault(file, "target.provenance", mapping.provenance, f"must be one of {', '.join(PROVENANCES)}",
                     "local is your own data; examples that are invented are synthetic.")  # fmt: skip
    if not table.keys and (mapping.way == "update" or mapping.same_key == "sum"):
        yield _fault(file, "target", f"way = {mapping.way}, same_key = {mapping.same_key}",
                     f"{table.name} has no key by which rows are the same", "Remove both.")  # fmt: skip
    if mapping.way != "replace" and not is_of_an_instance(mapping.kind, mapping.table):
        yield _fault(file, "target.way", mapping.way, f"must be replace: {table.name} is a table beside an instance",
                     "Remove way.")  # fmt: skip


def _missing(mapping: TableMapping, table: Table, file: str) -> Iterator[Fault]:
    filled = {rule.to for rule in mapping.columns}
    for column in table.columns:
        needed = column.key if mapping.way == "update" else column.default is None and not column.may_be_empty
        if needed and column.name not in filled:
            yield _fault(file, f"[[column]] to = {column.name}", "(not given)", f"must be given: {column.meaning}",
                         "Say which heading it comes from, or give it a constant.")  # fmt: skip


def _rule_faults(
    mapping: TableMapping, table: Table, rule: ColumnRule, at: int, file: str, where: str
) -> Iterator[Fault]:
    column = _column(table, rule.to)
    if column is None:
        names = ", ".join((*(one.name for one in table.columns), "provenance"))
        yield _fault(file, f"{where}.to", rule.to or "(not given)", f"must be a column of {table.name}: {names}",
                     "Correct the name.")  # fmt: skip
        return
    ways = [bool(rule.headings), bool(rule.made_of), rule.constant is not None]
    if sum(ways) != 1 and not (not any(ways) and rule.default):
        yield _fault(file, where, "nothing to take it from" if not any(ways) else "two things to take it from",
                     "must have one of from, made_of, constant", "Keep one of them.")  # fmt: skip
    for heading in (*rule.headings, rule.less):
        if heading and is_of_a_person(heading, table):
            yield identity_fault(file, where, heading)
    earlier = {one.to for one in mapping.columns[: at - 1]}
    for name in rule.made_of:
        if name not in earlier:
            yield _fault(file, f"{where}.made_of", name, "must be a column filled above it",
                         "Move that [[column]] up, or correct the name.")  # fmt: skip
    yield from _form_faults(rule, column, file, where)


def _form_faults(rule: ColumnRule, column: Column, file: str, where: str) -> Iterator[Fault]:
    units = units_for(column)
    if rule.unit and rule.unit not in units:
        expected = f"must be one of {', '.join(units)}" if units else "must be left out: the column has no such unit"
        yield _fault(file, f"{where}.unit", rule.unit, expected, "Say in which unit the extract gives it.")
    if rule.date and (rule.date not in DATE_WORDS or column.kind not in DATED):
        expected = f"must be one of {', '.join(DATE_WORDS)}" if column.kind in DATED else "is for columns of dates"
        yield _fault(file, f"{where}.date", rule.date, expected, "Say how the extract writes its dates.")
    if rule.less and not column.is_numeric:
        yield _fault(file, f"{where}.less", rule.less, "is for columns of numbers", "Remove it.")
    if rule.constant and column.name != "provenance":
        yield from _value_fault(rule.constant, column, file, f"{where}.constant")


def _code_faults(mapping: TableMapping, column: Column, file: str) -> Iterator[Fault]:
    for theirs, ours in mapping.codes[column.name].items():
        if ours:
            where = f'codes.{column.name}."{theirs}"'
            yield from _value_fault(ours, column, file, where)


def _value_fault(text: str, column: Column, file: str, where: str) -> Iterator[Fault]:
    try:
        parse_cell(text, column)
    except CellError as error:
        yield _fault(file, where, text, str(error), f"Write a value of {column.name}: {column.meaning}.")


def _leave_out_faults(mapping: TableMapping, table: Table, file: str) -> Iterator[Fault]:
    for at, rule in enumerate(mapping.leave_out, start=1):
        if not rule.heading:
            yield _fault(file, f"leave_out {at}.from", "(not given)", "must be a heading of the extract",
                         "Say under which heading to look.")  # fmt: skip
        elif is_of_a_person(rule.heading, table):
            yield identity_fault(file, f"leave_out {at}", rule.heading)


def identity_fault(file: str, where: str, heading: str) -> Fault:
    """The fault of a column that says who a patient is."""
    return _fault(file, f"{where}.from", heading, "must not be what identifies a person: instances hold pseudonyms",
                  "Convert it to patients_with_identities, then nwl-opt theatres pseudonymise.")  # fmt: skip


def _column(table: Table, name: str) -> Column | None:
    if name == "provenance":
        return Column("provenance", "choice", "where the numbers of a row come from", allowed=PROVENANCES)
    return next((column for column in table.columns if column.name == name), None)


def _fault(file: str, key: str, found: str, expected: str, mend: str) -> Fault:
    return Fault(file, None, key, found, expected, mend)
