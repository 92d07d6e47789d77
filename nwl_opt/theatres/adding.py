"""Rows that are added to the tables of an instance from CSV files: referrals, new lists, staff, slots, beds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawTable, parse_table
from models.theatres.tables import REGISTER
from nwl_opt.files.reading import raw_table, read_csv_sheet
from nwl_opt.problems import find_file
from nwl_opt.theatres.draft import Draft

# What a plan writes or an event says is not added by hand.
_NOT_ADDED = ("existing_bookings", "named_changes", "existing_appointments")


def tables_added() -> tuple[str, ...]:
    """The tables rows can be added to."""
    return tuple(table.name for table in REGISTER.inputs if table.name not in _NOT_ADDED)


def parse_additions(assignments: Sequence[str]) -> list[tuple[str, Path]]:
    """Tables and files from the command line: `lists=more_lists.csv`, or a folder with files named as tables are.

    Raises
    ------
    InputFaults
        If one is neither, or names no table rows can be added to; all faults are told.
    """
    known = tables_added()
    found: list[tuple[str, Path]] = []
    faults: list[Fault] = []
    for assignment in assignments:
        table, equals, file = (part.strip() for part in assignment.partition("="))
        folder = find_file(assignment)
        in_folder = [(name, folder / f"{name}.csv") for name in known if (folder / f"{name}.csv").is_file()]
        if not equals and in_folder:
            found += in_folder
        elif equals and file and table in known:
            found.append((table, find_file(file)))
        else:
            faults.append(Fault("--add", None, None, assignment, f"must be TABLE=FILE.csv, TABLE one of "
                                f"{', '.join(known)}, or a folder with such files",
                                "Write for instance --add lists=new_lists.csv."))  # fmt: skip
    if faults:
        raise InputFaults(faults)
    return found


def read_additions(files: Sequence[tuple[str, Path]]) -> list[RawTable]:
    """The rows of the files, each read by the columns of its table.

    Raises
    ------
    InputFaults
        If a file cannot be read, or a cell is wrong; all faults are told, in the rows of the files.
    """
    tables: list[RawTable] = []
    faults: list[Fault] = []
    for name, path in files:
        table = REGISTER.input(name)
        sheet = read_csv_sheet(path, table)
        raw = raw_table(table, sheet)
        faults.extend(sheet.faults)
        if raw is not None:
            faults.extend(parse_table(table, raw, [])[1])
            tables.append(raw)
    if faults:
        raise InputFaults(faults)
    return tables


def add_rows(draft: Draft, tables: Sequence[RawTable]) -> None:
    """Add the rows to their tables; a key that is there already is a fault of the instance that comes out."""
    for table in tables:
        for cells in table.rows:
            draft.add(table.name, {column: text for column, text in zip(table.header, cells, strict=True) if text})
