"""One workbook as an instance: a sheet per table, and a sheet `instance` of keys and values."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import python_calamine as calamine

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.text import Sheet

INSTANCE_SHEET = "instance"
README_SHEET = "README"
LARGEST_WORKBOOK_BYTES = 50_000_000
LARGEST_UNPACKED_BYTES = 600_000_000
LARGEST_SHEET_ROWS = 1_000_000
_SECTIONS = ("settings", "provenance", "units")
_ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
_DAMAGED_ARCHIVE = (  # what reading a damaged or encrypted zip archive may raise
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    LookupError,
    ValueError,
    RuntimeError,
    EOFError,
    OSError,
)
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Book:
    """An opened workbook whose sheets are read as text.

    Raises
    ------
    InputFaults
        If the file is not a workbook we read, or is larger than we open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_what_we_do_not_open(path)
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
        except (calamine.CalamineError, OSError) as error:
            raise InputFaults([_unreadable(path, str(error))]) from None
        self.sheet_names = tuple(self._book.sheet_names)
        self._error_cells = dict(_error_cells(path))

    def sheet(self, name: str) -> Sheet:
        """The cells of one sheet as text, counted from A1."""
        file = f"{self.path.name}, sheet {name}"
        result = Sheet(file)
        try:
            source = self._book.get_sheet_by_name(name)
            if source.total_height > LARGEST_SHEET_ROWS:
                result.faults.append(_too_many_rows(file, source.total_height))
                return result
            grid = source.to_python(skip_empty_area=False)
            merged = source.merged_cell_ranges or []
        except calamine.CalamineError as error:
            result.faults.append(Fault(file, None, None, f"an unreadable sheet ({error})", "must be a table",
                                       "Save the workbook again as .xlsx."))  # fmt: skip
            return result
        result.rows = [(i + 1, [cell_text(value) for value in row]) for i, row in enumerate(grid)]
        result.faults.extend(_merged_faults(file, merged))
        result.faults.extend(_error_faults(result, self._error_cells.get(name, [])))
        return result

    def header(self) -> tuple[dict[str, object], list[Fault]]:
        """What `instance.toml` would hold, from the sheet of keys and values."""
        if INSTANCE_SHEET not in self.sheet_names:
            fault = Fault(self.path.name, None, None, f"no sheet {INSTANCE_SHEET}",
                          f"must have a sheet {INSTANCE_SHEET} with the columns key and value",
                          "Add it, with at least the row kind (nwl-opt new shows how).")  # fmt: skip
            return {}, [fault]
        sheet = self.sheet(INSTANCE_SHEET)
        header: dict[str, object] = {}
        for number, cells in sheet.rows[1:]:
            key = cells[0].strip() if cells else ""
            value = cells[1].strip() if len(cells) > 1 else ""
            if key and value:
                sheet.faults.extend(_put(header, sheet.file, number, key, value))
        return header, sheet.faults


def cell_text(value: object) -> str:
    """A cell of a workbook as the text a CSV would hold: 3.0 is 3, a date is ISO, yes and no are words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        moment = _to_the_second(value)
        if moment.time() == dt.time():
            return moment.date().isoformat()
        return moment.isoformat(timespec="minutes" if moment.second == 0 else "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        moment = _to_the_second(dt.datetime.combine(dt.date(2000, 1, 1), value))
        return moment.time().isoformat(timespec="minutes" if moment.second == 0 else "seconds")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return str(number)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(float(f"{number:.15g}"))  # 15 digits, as Excel shows and keeps them


def _to_the_second(moment: dt.datetime) -> dt.datetime:
    """Excel keeps times as fractions of a day; 08:30 may come as 08:29:59.999."""
    return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def _put(header: dict[str, object], file: str, number: int, key: str, value: str) -> Iterator[Fault]:
    section, dot, rest = key.partition(".")
    if dot and section in _SECTIONS:
        table = header.setdefault(section, {})
        assert isinstance(table, dict)
        name, holder = rest, table
    else:
        name, holder = key, header
    if name in holder:
        yield Fault(file, number, "key", key, "must stand once", "Remove one of the two rows.")
    holder[name] = _header_value(value) if section == "settings" else value


def _header_value(text: str) -> object:
    """A setting typed into a cell: a number, a yes or no, a list as TOML writes it, else text."""
    if text.lower() in ("yes", "true"):
        return True
    if text.lower() in ("no", "false"):
        return False
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            pass
    if text[0] in "[{":
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text
    return text


def _merged_faults(file: str, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[Fault]:
    for (top, left), (bottom, right) in sorted(merged):
        where = f"merged cells {_cell_name(top, left)}:{_cell_name(bottom, right)}"
        yield Fault(file, top + 1, None, where, "must have one value in each cell",
                    "Select the cells and choose Unmerge Cells, then fill each.")  # fmt: skip


def _cell_name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _refuse_what_we_do_not_open(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix == ".xlsm":
        raise InputFaults([Fault(path.name, None, None, "a workbook with macros", "must be a workbook without macros",
                                 "Save it as .xlsx.")])  # fmt: skip
    if suffix != ".xlsx":
        raise InputFaults([Fault(path.name, None, None, f"a file of type {suffix or '(none)'}",
                                 "must be a folder with instance.toml, or one .xlsx workbook",
                                 "Give the folder that holds the file, or save the workbook as .xlsx.")])  # fmt: skip
    size = path.stat().st_size
    if size > LARGEST_WORKBOOK_BYTES:
        raise InputFaults([_too_large(path, size, LARGEST_WORKBOOK_BYTES)])
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except _DAMAGED_ARCHIVE as error:
        raise InputFaults([_unreadable(path, str(error))]) from None
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise InputFaults([_too_large(path, unpacked, LARGEST_UNPACKED_BYTES)])
    if "xl/vbaProject.bin" in names:
        raise InputFaults([Fault(path.name, None, None, "macros inside", "must be a workbook without macros",
                                 "Save it as .xlsx from Excel.")])  # fmt: skip


def _error_faults(sheet: Sheet, cells: list[tuple[int, int, str]]) -> Iterator[Fault]:
    headings = sheet.rows[0][1] if sheet.rows else []
    for row, column, error in cells:
        name = headings[column].strip() if column < len(headings) else ""
        yield Fault(sheet.file, row, name or _cell_name(row - 1, column), error, "must be a value",
                    "Mend the formula, or paste its value.")  # fmt: skip


def _error_cells(path: Path) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Cells that show #N/A, #REF! and the like, by sheet: the reader would hand them over as empty."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name, part in sorted(_sheet_parts(archive).items()):
                data = archive.read(part)
                found = [(int(m[2]), _column_index(m[1]), m[3].decode()) for m in _ERROR_CELL.finditer(data)]
                if found:
                    yield name, found
    except _DAMAGED_ARCHIVE as error:
        raise InputFaults([_unreadable(path, str(error))]) from None


def _sheet_parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {node.attrib["Id"]: node.attrib["Target"] for node in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    parts: dict[str, str] = {}
    for node in book.iter():
        if node.tag.endswith("}sheet"):
            target = targets[node.attrib[f"{_RELATIONS}id"]]
            parts[node.attrib["name"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _unreadable(path: Path, reason: str) -> Fault:
    return Fault(path.name, None, None, f"an unreadable workbook ({reason})", "must be an .xlsx workbook",
                 "Open it in Excel, remove any password, and save it as .xlsx.")  # fmt: skip


def _too_large(path: Path, size: int, limit: int) -> Fault:
    return Fault(path.name, None, None, f"{size / 1e6:,.0f} MB", f"must be at most {limit / 1e6:,.0f} MB",
                 "Remove sheets and rows that are not part of the instance.")  # fmt: skip


def _too_many_rows(file: str, rows: int) -> Fault:
    return Fault(file, None, None, f"{rows:,} rows", f"must be at most {LARGEST_SHEET_ROWS:,}",
                 "Remove the rows that are not part of the instance.")  # fmt: skip
