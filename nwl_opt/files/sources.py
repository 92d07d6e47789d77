"""Where an instance comes from: a folder of CSV files or a workbook, asked the same questions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Protocol

from models.shared.faults import Fault, InputFaults
from models.shared.register import Table
from nwl_opt.files.layout import Layout
from nwl_opt.files.names import PROVENANCE_COLUMN, plain
from nwl_opt.files.text import Sheet, decode, read_rows
from nwl_opt.files.toml_reading import parse_toml
from nwl_opt.files.workbook import ERRORS_SHEET, INSTANCE_SHEET, README_SHEET, Book

HEADER_FILE = "instance.toml"
LARGEST_CSV_BYTES = 200_000_000
_OUR_OWN_SHEETS = {plain(INSTANCE_SHEET), plain(README_SHEET), plain(ERRORS_SHEET)}
_TOML_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_KIND_LINE = re.compile(r"^\s*kind\s*=\s*[\"'](\w+)[\"']", re.MULTILINE)


class Source(Protocol):
    """An instance as it lies on disk.

    `called` is what its tables lie in, in words; `header_label` is the place of its header as faults name it.
    """

    called: str

    @property
    def header_label(self) -> str: ...

    def header(self) -> tuple[dict[str, object], list[Fault], Layout]:
        """Its header, what is wrong with it, and where its keys stand."""
        ...

    def names(self) -> list[str]:
        """Its files or sheets, those that belong to us left out."""
        ...

    def sheet(self, name: str, known_columns: tuple[str, ...]) -> Sheet:
        """The rows of one of them."""
        ...

    def label(self, name: str) -> str:
        """A file or a sheet as faults name it."""
        ...

    def short_label(self, name: str) -> str:
        """A file or a sheet as sentences name it."""
        ...


def open_source(path: Path) -> Source:
    """Whatever lies at a path.

    Raises
    ------
    InputFaults
        If nothing lies there, or what lies there is no workbook we open.
    """
    if path.is_dir():
        return Folder(path)
    if not path.exists():
        raise InputFaults([Fault(str(path), None, None, "nothing there", "must be an instance folder or a workbook",
                                 "Check the name; nwl-opt demo shows the shipped instances.")])  # fmt: skip
    return Workbook(path)


class Folder:
    """An instance as a folder: instance.toml and a CSV file per table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    called = "file"
    header_label = HEADER_FILE

    def header(self) -> tuple[dict[str, object], list[Fault], Layout]:
        layout = Layout(HEADER_FILE)
        path = self._folder / HEADER_FILE
        if not path.is_file():
            tables = any(self._folder.glob("*.csv"))
            found = f"no {HEADER_FILE}" if tables else f"no {HEADER_FILE} and no tables"
            fault = Fault(HEADER_FILE, None, None, found, f"an instance folder must hold {HEADER_FILE}",
                          "Give an instance's folder; nwl-opt new KIND FOLDER makes an empty one.")  # fmt: skip
            return {}, [fault], layout
        data, unreadable = _bytes_of(path)
        if unreadable is not None:
            return {}, [unreadable], layout
        text, _, no_text = decode(data, HEADER_FILE)
        if text is None:
            return {}, [no_text] if no_text is not None else [], layout
        try:
            return parse_toml(text.replace("\r\n", "\n")), [], layout
        except tomllib.TOMLDecodeError as error:
            kind = _KIND_LINE.search(text)
            return {"kind": kind[1]} if kind else {}, [_toml_fault(HEADER_FILE, error, text)], layout

    def names(self) -> list[str]:
        return [path.stem for path in self._tables()]

    def sheet(self, name: str, known_columns: tuple[str, ...]) -> Sheet:
        path = self._folder / f"{name}.csv"
        if not path.exists():  # table.CSV, where capitals are told apart
            path = next(one for one in self._tables() if one.stem == name)
        return _read_csv(path, known_columns)

    def label(self, name: str) -> str:
        return f"{name}.csv"

    def short_label(self, name: str) -> str:
        return f"{name}.csv"

    def _tables(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if path.suffix.lower() == ".csv")


class Workbook:
    """An instance as a workbook: a sheet `instance` and a sheet per table."""

    called = "sheet"

    def __init__(self, path: Path) -> None:
        self._book = Book(path)
        self.header_label = self._book.label(INSTANCE_SHEET)

    def header(self) -> tuple[dict[str, object], list[Fault], Layout]:
        return self._book.header()

    def names(self) -> list[str]:
        return [name for name in self._book.sheet_names if plain(name) not in _OUR_OWN_SHEETS]

    def sheet(self, name: str, known_columns: tuple[str, ...]) -> Sheet:  # noqa: ARG002 - only text needs them
        return self._book.sheet(name)

    def label(self, name: str) -> str:
        return self._book.label(name)

    def short_label(self, name: str) -> str:
        return f"sheet {name}"


def read_csv_sheet(path: Path, table: Table) -> Sheet:
    """The rows of one CSV file; what cannot be read is a fault of the sheet."""
    return _read_csv(path, known_columns(table))


def known_columns(table: Table) -> tuple[str, ...]:
    """The column names by which a table is known."""
    return (*(column.name for column in table.columns), PROVENANCE_COLUMN)


def _read_csv(path: Path, columns: tuple[str, ...]) -> Sheet:
    data, fault = _bytes_of(path)
    if fault is not None:
        return Sheet(path.name, faults=[fault])
    return read_rows(data, path.name, columns)


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
