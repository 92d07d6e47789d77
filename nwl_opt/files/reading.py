"""One reader for folders and workbooks: what stands there as text, with notices and faults."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Register, Table
from nwl_opt.files.numbers import read_decimal_commas
from nwl_opt.files.text import Sheet, decode, read_rows
from nwl_opt.files.workbook import INSTANCE_SHEET, README_SHEET, Book

HEADER_FILE = "instance.toml"
LARGEST_CSV_BYTES = 200_000_000
_TOML_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_KIND_LINE = re.compile(r"^\s*kind\s*=\s*[\"'](\w+)[\"']", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """What was read, and what could not be. `raw` holds all that is readable even when there are faults."""

    kind: str
    raw: RawInstance
    faults: tuple[Fault, ...]
    is_workbook: bool


class _Source(Protocol):
    def header(self) -> tuple[dict[str, object], list[Fault]]: ...

    def sheet_of(self, table: Table) -> Sheet | None: ...

    def unused(self, register: Register) -> list[str]: ...


def read_instance(path: Path, register: Register) -> RawInstance:
    """Read a folder or a workbook of a known kind.

    Raises
    ------
    InputFaults
        If anything in it cannot be read as tables of text.
    """
    reading = read_any(path, (register.kind,), lambda _: register)
    if reading.faults:
        raise InputFaults(reading.faults)
    return reading.raw


def read_any(path: Path, kinds: Sequence[str], register_of: Callable[[str], Register]) -> Reading:
    """Read a folder or a workbook; its own header says which kind it is.

    Raises
    ------
    InputFaults
        If there is no instance at the path, or its kind is not one of `kinds`. All other faults are in the reading.
    """
    source = _open(path)
    header, faults = source.header()
    kind = str(header.get("kind", ""))
    if kind not in kinds:
        raise InputFaults([*faults, _unknown_kind(path, kind, kinds)] if not faults or kind else faults)
    register = register_of(kind)
    tables: dict[str, RawTable] = {}
    notices = [f"{name}: not used; the tables are {', '.join(t.name for t in register.inputs)}"
               for name in source.unused(register)]  # fmt: skip
    for table in register.inputs:
        sheet = source.sheet_of(table)
        if sheet is None:
            continue
        raw = _raw_table(table, sheet)
        faults.extend(sheet.faults)
        if sheet.noticed:
            notices.append(f"{sheet.file}: read with {', '.join(sheet.noticed)}")
        if raw is not None:
            tables[table.name] = raw
    raw_instance = RawInstance(str(path), header, tables, tuple(notices))
    return Reading(kind, raw_instance, tuple(faults), isinstance(source, _Workbook))


def read_header(path: Path) -> Mapping[str, object]:
    """The header of an instance (`instance.toml`, or the sheet `instance`).

    Raises
    ------
    InputFaults
        If it cannot be read.
    """
    header, faults = _open(path).header()
    if faults:
        raise InputFaults(faults)
    return header


class _Folder:
    """An instance as a folder: instance.toml and a CSV file per table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def header(self) -> tuple[dict[str, object], list[Fault]]:
        path = self._folder / HEADER_FILE
        if not path.is_file():
            tables = any(self._folder.glob("*.csv"))
            found = f"no {HEADER_FILE}" if tables else f"no {HEADER_FILE} and no tables"
            return {}, [Fault(HEADER_FILE, None, None, found, f"an instance folder must hold {HEADER_FILE}",
                              "Give an instance's folder; nwl-opt new KIND FOLDER makes an empty one.")]  # fmt: skip
        data, fault = _bytes_of(path)
        if fault is not None:
            return {}, [fault]
        text, _, fault = decode(data, HEADER_FILE)
        if text is None:
            return {}, [fault] if fault is not None else []
        try:
            return dict(tomllib.loads(text.replace("\r\n", "\n"))), []
        except tomllib.TOMLDecodeError as error:
            kind = _KIND_LINE.search(text)
            return {"kind": kind[1]} if kind else {}, [_toml_fault(HEADER_FILE, error, text)]

    def sheet_of(self, table: Table) -> Sheet | None:
        path = self._folder / f"{table.name}.csv"
        if not path.exists():
            return None
        return read_csv_sheet(path, table)

    def unused(self, register: Register) -> list[str]:
        known = {table.name for table in register.inputs}
        return sorted(path.name for path in self._folder.glob("*.csv") if path.stem not in known)


class _Workbook:
    """An instance as a workbook: a sheet `instance` and a sheet per table."""

    def __init__(self, path: Path) -> None:
        self._book = Book(path)

    def header(self) -> tuple[dict[str, object], list[Fault]]:
        return self._book.header()

    def sheet_of(self, table: Table) -> Sheet | None:
        return self._book.sheet(table.name) if table.name in self._book.sheet_names else None

    def unused(self, register: Register) -> list[str]:
        known = {table.name for table in register.inputs} | {INSTANCE_SHEET, README_SHEET}
        return [f"sheet {name}" for name in self._book.sheet_names if name not in known]


def read_csv_sheet(path: Path, table: Table) -> Sheet:
    """The rows of one CSV file; what cannot be read is a fault of the sheet."""
    data, fault = _bytes_of(path)
    if fault is not None:
        return Sheet(path.name, faults=[fault])
    return read_rows(data, path.name, {column.name for column in table.columns} | {"provenance"})


def raw_table(table: Table, sheet: Sheet) -> RawTable | None:
    """Header and rows of a sheet, blanks trimmed; None when the file itself could not be read."""
    return _raw_table(table, sheet)


def _open(path: Path) -> _Source:
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise InputFaults([Fault(str(path), None, None, "nothing there", "must be an instance folder or a workbook",
                                 "Check the name; nwl-opt demo shows the shipped instances.")])  # fmt: skip
    return _Workbook(path)


def _raw_table(table: Table, sheet: Sheet) -> RawTable | None:
    filled = [(number, cells) for number, cells in sheet.rows if any(cell.strip() for cell in cells)]
    if not filled:
        if not sheet.faults:
            sheet.faults.append(Fault(sheet.file, None, None, "an empty table", "must have a row of column names",
                                      f"Write the columns {', '.join(c.name for c in table.columns)}."))  # fmt: skip
        return None
    headings = [cell.strip() for cell in filled[0][1]]
    rows = [(number, _fitted(sheet, number, cells, headings)) for number, cells in filled[1:]]
    blank = len(sheet.rows) - len(filled)
    if blank:
        sheet.noticed.append(f"{blank} blank row{'s' if blank > 1 else ''} left out")
    if sheet.separator == ";":
        rewritten, faults = read_decimal_commas(table, headings, rows, sheet.file)
        sheet.faults.extend(faults)
        if rewritten:
            sheet.noticed.append(f"{rewritten} decimal comma{'s' if rewritten > 1 else ''}")
    kept = _headed_columns(sheet, headings, rows)
    return RawTable(
        name=table.name,
        file=sheet.file,
        header=tuple(headings[at] for at in kept),
        rows=tuple(tuple(cells[at] for at in kept) for _, cells in rows),
        row_numbers=tuple(number for number, _ in rows),
    )


def _fitted(sheet: Sheet, number: int, cells: list[str], headings: Sequence[str]) -> list[str]:
    """A row's cells, trimmed, exactly as many as there are headings; a row that does not fit is a fault."""
    trimmed = [cell.strip() for cell in cells]
    if any(len(a) != len(b) for a, b in zip(trimmed, cells, strict=True)) and _BLANKS not in sheet.noticed:
        sheet.noticed.append(_BLANKS)
    named = max(at for at, heading in enumerate(headings, start=1) if heading)
    while len(trimmed) > named and not trimmed[-1]:
        trimmed.pop()
    if not named <= len(trimmed) <= len(headings):
        sheet.faults.append(Fault(sheet.file, number, None, f"{len(trimmed)} cells",
                                  f"must have {named} cells, as the row of column names has",
                                  "Look for a separator too many, or a text without quotes."))  # fmt: skip
    return (trimmed + [""] * len(headings))[: len(headings)]


_BLANKS = "blanks around cells"


def _headed_columns(sheet: Sheet, headings: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> list[int]:
    without = [at for at, heading in enumerate(headings) if not heading]
    used = [at for at in without if any(cells[at] for _, cells in rows)]
    if used:
        where = ", ".join(str(at + 1) for at in used)
        sheet.noticed.append(f"column {where} left out: it has no name")
    return [at for at in range(len(headings)) if at not in without]


def _bytes_of(path: Path) -> tuple[bytes, Fault | None]:
    try:
        if not path.exists():
            return b"", Fault(
                path.name, None, None, "file not found", "must be there", "Correct its name or its folder."
            )
        if not path.is_file():
            return b"", Fault(path.name, None, None, "a folder", "must be a file", "Move it away.")
        size = path.stat().st_size
        if size > LARGEST_CSV_BYTES:
            return b"", Fault(path.name, None, None, f"{size / 1e6:,.0f} MB",
                              f"must be at most {LARGEST_CSV_BYTES / 1e6:,.0f} MB",
                              "Remove the rows that are not part of the instance.")  # fmt: skip
        return path.read_bytes(), None
    except OSError as error:
        return b"", Fault(path.name, None, None, f"unreadable ({error.strerror})", "must be a file we may read",
                          "Close it elsewhere and check its permissions.")  # fmt: skip


def _toml_fault(file: str, error: tomllib.TOMLDecodeError, text: str) -> Fault:
    place = _TOML_PLACE.search(str(error))
    message = _TOML_PLACE.sub("", str(error)).strip()
    line = int(place[1]) if place and place[1] else len(text.splitlines())
    return Fault(file, line, None, f"not TOML ({message})", "must be lines name = value",
                 'Texts stand in double quotes: title = "North West London".')  # fmt: skip


def _unknown_kind(path: Path, kind: str, kinds: Sequence[str]) -> Fault:
    file = HEADER_FILE if path.is_dir() else f"{path.name}, sheet {INSTANCE_SHEET}"
    return Fault(file, None, "kind", kind or "(empty)", f"must be one of {', '.join(kinds)}", "Write the kind.")
