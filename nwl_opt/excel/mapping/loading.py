"""Extracts into a copy of an instance, or into one table beside it; what comes out is validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance, RawTable, parse_table
from models.shared.register import Register
from nwl_opt.excel.mapping.finding import open_mapped
from nwl_opt.excel.mapping.merging import merged, without_orphans
from nwl_opt.excel.mapping.model import TableMapping
from nwl_opt.excel.mapping.names import holds_identities
from nwl_opt.excel.mapping.numbers import parse_number
from nwl_opt.excel.mapping.rows import MappedTable, mapped_rows
from nwl_opt.excel.mapping.targets import is_of_an_instance, table_of
from nwl_opt.excel.template import write_instance_workbook
from nwl_opt.files.atomic import sha256_of, write_atomically
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.writing import write_raw_folder
from nwl_opt.opening import Validation, validate_instance, validate_raw
from nwl_opt.run_folder import refuse_used_folder

_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Load:
    """One extract and the mapping it is loaded by."""

    mapping: TableMapping
    extract: Path


@dataclass(frozen=True)
class LoadedTable:
    """What one extract did to a table: what it came to, and the rows and pounds of the table before and after."""

    mapping: TableMapping
    mapped: MappedTable
    sha256: str
    rows_before: int
    rows_after: int
    rows_changed: int
    orphans_removed: Mapping[str, int]
    pounds_before: Mapping[str, Decimal]
    pounds_after: Mapping[str, Decimal]


@dataclass(frozen=True)
class Loaded:
    """The instance that comes out, with all that is wrong with it in the words of the extracts."""

    raw: RawInstance
    register: Register
    tables: tuple[LoadedTable, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]


def load_extracts(instance: Path, loads: Sequence[Load]) -> Loaded:
    """The instance with the extracts in it. Its own faults, and those of all extracts, are in what is returned.

    Raises
    ------
    InputFaults
        If there is no instance, or an extract cannot be made into rows; every fault of every extract is told.
    """
    start = validate_instance(instance)
    raw, register = start.raw, start.problem.register
    if faults := list(_wrong_kind(start.kind, loads)):
        raise InputFaults(faults)
    mapped: list[MappedTable] = []
    for load in loads:
        try:
            mapped.append(preview(load))
            faults.extend(mapped[-1].faults)
        except InputFaults as error:
            faults.extend(error.faults)
    if faults:
        raise InputFaults(faults)
    places: dict[tuple[str, int], tuple[MappedTable, tuple[int, ...]]] = {}
    loaded: list[LoadedTable] = []
    for load, one in zip(loads, mapped, strict=True):
        raw, done, rows = _into(raw, register, load, one)
        loaded.append(done)
        places = {place: row for place, row in places.items() if place[0] != f"{one.table.name}.csv"
                  or load.mapping.way != "replace"} | rows  # fmt: skip
    validation = validate_raw(start.kind, raw)
    unknown = list(_unknown_codes(raw, register, loaded))
    faults = [*unknown, *_in_their_words(validation, places, unknown)]
    return Loaded(raw, register, tuple(loaded), tuple(sorted(faults, key=Fault.sort_key)), validation.notices)


def write_loaded(loaded: Loaded, out: Path) -> Path:
    """Write the instance that came out: a workbook where the name ends in .xlsx, else a folder.

    Raises
    ------
    InputFaults
        If something is there already, or it cannot be written.
    """
    if out.suffix.lower() == ".xlsx" and out.exists():
        raise InputFaults([Fault(str(out), None, None, "there already", "must be new",
                                 "Choose another name; nothing was overwritten.")])  # fmt: skip
    try:
        if out.suffix.lower() == ".xlsx":
            write_instance_workbook(out, loaded.register, loaded.raw)
        else:
            refuse_used_folder(out)
            write_raw_folder(out, loaded.raw)
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        raise InputFaults([Fault(str(out), None, None, f"cannot be written ({type(error).__name__})",
                                 "must be a place we may write to", "Choose another.")]) from None  # fmt: skip
    return out


def preview(load: Load) -> MappedTable:
    """What an extract comes to by a mapping; faults of its cells are in what is returned.

    Raises
    ------
    InputFaults
        If the extract cannot be read, or lacks headings of the mapping.
    """
    table = table_of(load.mapping.kind, load.mapping.table)
    return mapped_rows(open_mapped(load.extract, load.mapping), load.mapping, table)


def convert_extract(load: Load) -> MappedTable:
    """The rows of one table from an extract, without an instance.

    Raises
    ------
    InputFaults
        If the extract cannot be made into rows that the table's columns allow; every fault is told.
    """
    mapped = preview(load)
    if mapped.faults:
        raise InputFaults(mapped.faults)
    table = mapped.table
    numbers = tuple(row.from_rows[0] for row in mapped.rows)
    raw = RawTable(table.name, mapped.file, mapped.columns, cells_of(mapped), numbers)
    _, faults = parse_table(table, raw, [])
    if faults:
        hidden = holds_identities(table)
        raise InputFaults([replace(fault, found="(not shown)") if hidden else fault for fault in faults])
    return mapped


def write_table(mapped: MappedTable, out: Path) -> None:
    """Write the rows as a CSV file of our columns; one of identities may be read by its owner alone.

    Raises
    ------
    InputFaults
        If there is a file already, or it cannot be written.
    """
    if out.exists():
        raise InputFaults([Fault(str(out), None, None, "there already", "must be new", "Choose another name.")])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if holds_identities(mapped.table):
            out.touch(mode=_OWNER_ONLY)
            out.write_bytes(csv_bytes(mapped.columns, cells_of(mapped)))
        else:
            write_atomically(out, csv_bytes(mapped.columns, cells_of(mapped)))
    except OSError as error:
        raise InputFaults([Fault(str(out), None, None, f"cannot be written ({error.strerror})",
                                 "must be a place we may write to", "Choose another.")]) from None  # fmt: skip


def cells_of(mapped: MappedTable) -> tuple[tuple[str, ...], ...]:
    """The rows as they are written, in the order of the columns."""
    return tuple(tuple(row.cells.get(name, "") for name in mapped.columns) for row in mapped.rows)


def _wrong_kind(kind: str, loads: Sequence[Load]) -> Iterator[Fault]:
    for load in loads:
        if load.mapping.kind != kind:
            yield Fault(load.extract.name, None, "kind", load.mapping.kind, f"must be {kind}, as the instance is",
                        "Give a mapping for this kind of instance.")  # fmt: skip
        elif not is_of_an_instance(kind, load.mapping.table):
            yield Fault(load.extract.name, None, "table", load.mapping.table, "must be a table of an instance",
                        "Make a CSV file of it: nwl-opt extract convert.")  # fmt: skip


def _into(
    raw: RawInstance, register: Register, load: Load, mapped: MappedTable
) -> tuple[RawInstance, LoadedTable, dict[tuple[str, int], tuple[MappedTable, tuple[int, ...]]]]:
    """The instance with one extract in it, what it did, and which row of the instance came from which of theirs."""
    name = mapped.table.name
    before = raw.tables.get(name)
    table, numbers, changed = merged(before, mapped, load.mapping)
    tables = {**raw.tables, name: table}
    removed: dict[str, int] = {}
    if load.mapping.rows_that_refer == "remove" and before is not None:
        tables, removed = without_orphans(raw.tables, tables, register)
    sha256 = sha256_of(load.extract)
    header = _header(raw.header, load, mapped, sha256)
    one = LoadedTable(
        mapping=load.mapping,
        mapped=mapped,
        sha256=sha256,
        rows_before=len(before.rows) if before else 0,
        rows_after=len(table.rows),
        rows_changed=changed,
        orphans_removed=removed,
        pounds_before=_pounds(before, mapped),
        pounds_after=_pounds(table, mapped),
    )
    places = {(table.file, number): (mapped, row.from_rows) for number, row in zip(numbers, mapped.rows, strict=True)}
    return replace(raw, header=header, tables=tables), one, places


def _pounds(table: RawTable | None, mapped: MappedTable) -> dict[str, Decimal]:
    """The sums of the columns of pounds that were loaded, over the whole table."""
    sums: dict[str, Decimal] = {}
    for column in (one.column for one in mapped.money):
        at = table.header.index(column) if table is not None and column in table.header else None
        texts = [cells[at] for cells in table.rows] if table is not None and at is not None else []
        sums[column] = sum((number.value for text in texts if (number := parse_number(text))), Decimal(0))
    return sums


def _header(header: Mapping[str, object], load: Load, mapped: MappedTable, sha256: str) -> dict[str, object]:
    """The header says what was loaded; marks of whole columns give way to the marks of the rows loaded."""
    said = (f"Table {mapped.table.name}: {len(mapped.rows):,} rows ({load.mapping.way}) from {load.extract.name}, "
            f"SHA-256 {sha256}.")  # fmt: skip
    description = str(header.get("description", "")).rstrip()
    changed: dict[str, object] = {**header, "description": f"{description}\n{said}".lstrip()}
    marks = header.get("provenance")
    if isinstance(marks, Mapping):
        gone = {f"{mapped.table.name}.{column}" for column in mapped.columns}
        changed["provenance"] = {name: mark for name, mark in marks.items() if name not in gone}
    return changed


def _unknown_codes(raw: RawInstance, register: Register, loaded: Sequence[LoadedTable]) -> Iterator[Fault]:
    """Names that another table must have and has not: one fault for each name, with its number of rows."""
    for one in loaded:
        for column in one.mapped.table.columns:
            if column.refers_to is None or column.name not in one.mapped.columns:
                continue
            table, _, name = column.refers_to.partition(".")
            known = _names_in(raw.tables.get(table), name)
            if not known and register.input(table).optional is False and table not in raw.tables:
                continue
            rows: dict[str, list[int]] = {}
            for row in one.mapped.rows:
                text = row.cells.get(column.name, "")
                if text and text not in known and text != column.default:
                    rows.setdefault(text, []).append(row.from_rows[0])
            for text, numbers in rows.items():
                many = f" in {len(numbers):,} rows, this one the first" if len(numbers) > 1 else ""
                yield Fault(one.mapped.file, numbers[0], column.name, f"{text}{many}",
                            f"must stand in table {table}, column {name}",
                            f'Translate it: "{text}" = ... under [codes.{column.name}] in the mapping, or add it to '
                            f"{table}.")  # fmt: skip


def _names_in(table: RawTable | None, column: str) -> frozenset[str]:
    if table is None or column not in table.header:
        return frozenset()
    at = table.header.index(column)
    return frozenset(cells[at] for cells in table.rows)


def _in_their_words(
    validation: Validation,
    places: Mapping[tuple[str, int], tuple[MappedTable, tuple[int, ...]]],
    told: Sequence[Fault],
) -> Iterator[Fault]:
    """Faults of the instance, those of loaded rows in the rows of their extract; names told already are not again."""
    names = {(fault.file, fault.column) for fault in told}
    for fault in validation.faults:
        place = places.get((fault.file, fault.row)) if fault.row is not None else None
        if place is None:
            yield fault
            continue
        mapped, rows = place
        if fault.expected.startswith("must stand in ") and (mapped.file, fault.column) in names:
            continue
        yield replace(fault, file=mapped.file, row=rows[0])
