"""One workbook as an instance: a sheet per table, and a sheet `instance` of keys and values."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import python_calamine as calamine

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.layout import Layout
from nwl_opt.files.names import plain
from nwl_opt.files.refusing import DAMAGED_ARCHIVE, refuse_what_we_do_not_open, unreadable
from nwl_opt.files.sheet_extent import error_cells
from nwl_opt.files.text import LARGEST_TABLE_ROWS, Sheet, tidy
from nwl_opt.files.toml_reading import parse_toml

CellValue = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

INSTANCE_SHEET = "instance"
README_SHEET = "README"
ERRORS_SHEET = "Errors"
_DAYS_BEFORE_1904 = 1462
_SECTIONS = ("settings", "provenance", "units")
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
        refuse_what_we_do_not_open(path)
        self._error_cells = dict(_error_cells(path))
        self._days_before = _DAYS_BEFORE_1904 if _counts_from_1904(path) else 0
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
        except (calamine.CalamineError, OSError) as error:
            raise InputFaults([unreadable(path, str(error))]) from None
        tables = (one.name for one in self._book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet)
        self.sheet_names = tuple(tables)

    def values(self, name: str) -> list[list[CellValue]]:
        """The cells of one sheet as the workbook holds them, counted from A1; a formula's error as its text.

        Raises
        ------
        InputFaults
            If the sheet cannot be read, or has more rows than we read.
        """
        file = self.label(name)
        try:
            source = self._book.get_sheet_by_name(name)
            if source.total_height > LARGEST_TABLE_ROWS:
                raise InputFaults([_too_many_rows(file, source.total_height)])
            grid: list[list[CellValue]] = source.to_python(skip_empty_area=False)
        except calamine.CalamineError as error:
            raise InputFaults([Fault(file, None, None, f"an unreadable sheet ({error})", "must be a table",
                                     "Save the workbook again as .xlsx.")]) from None  # fmt: skip
        for row, column, shown in self._error_cells.get(name, []):
            if row <= len(grid) and column < len(grid[row - 1]):
                grid[row - 1][column] = shown
        return grid

    def label(self, name: str) -> str:
        """A sheet as faults name it."""
        return f"{self.path.name}, sheet {name}"

    def sheet(self, name: str) -> Sheet:
        """The cells of one sheet as text, counted from A1."""
        result = Sheet(self.label(name), days_before=self._days_before)
        try:
            grid = self.values(name)
        except InputFaults as refusal:
            result.faults.extend(refusal.faults)
            return result
        merged = self._book.get_sheet_by_name(name).merged_cell_ranges or []
        result.merged = [(top, left, bottom, right) for (top, left), (bottom, right) in sorted(merged)]
        result.rows = [(i + 1, [cell_text(value) for value in row]) for i, row in enumerate(grid)]
        return result

    def header(self) -> tuple[dict[str, object], list[Fault], Layout]:
        """What `instance.toml` would hold, from the sheet of keys and values, and where each key stands."""
        name = next((one for one in self.sheet_names if plain(one) == plain(INSTANCE_SHEET)), None)
        if name is None:
            fault = Fault(self.path.name, None, None, f"no sheet {INSTANCE_SHEET}",
                          f"must have a sheet {INSTANCE_SHEET} with the columns key and value",
                          "Add it, with at least the row kind (nwl-opt new shows how).")  # fmt: skip
            return {}, [fault], Layout(INSTANCE_SHEET)
        sheet = self.sheet(name)
        header: dict[str, object] = {}
        rows: dict[str, int] = {}
        for number, cells in _below_key_and_value(sheet.rows):
            key = tidy(cells[0]) if cells else ""
            value = tidy(cells[1]) if len(cells) > 1 else ""
            if key and value:
                sheet.faults.extend(_put(header, sheet.file, number, key, value))
            if key:
                rows.setdefault(key, number)
        return header, sheet.faults, Layout(name, key_rows=rows)


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


def _below_key_and_value(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows below the headings key and value; guidance may stand above them."""
    for at, (_, cells) in enumerate(rows):
        if [cell.strip().lower() for cell in cells[:2]] == ["key", "value"]:
            return rows[at + 1 :]
    return rows[1:]


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
    holder[name] = header_value(value) if section == "settings" else value


def header_value(text: str) -> object:
    """A setting typed into a cell: a number, a yes or no, a list or a text in quotes as TOML writes it, else text."""
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
    if text.startswith(("[", "{", '"')):
        try:
            return parse_toml(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text
    return text


def _error_cells(path: Path) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Cells that show #N/A, #REF! and the like, by sheet: the reader would hand them over as empty."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name, part in sorted(_sheet_parts(archive).items()):
                if found := list(error_cells(archive.read(part))):
                    yield name, found
    except DAMAGED_ARCHIVE as error:
        raise InputFaults([unreadable(path, str(error))]) from None


def _counts_from_1904(path: Path) -> bool:
    """Whether the days of a workbook count from 1904, as those of old Macs do."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    except DAMAGED_ARCHIVE as error:
        raise InputFaults([unreadable(path, str(error))]) from None
    return any(
        node.tag.endswith("}workbookPr") and node.attrib.get("date1904") in ("1", "true") for node in book.iter()
    )


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


def _too_many_rows(file: str, rows: int) -> Fault:
    return Fault(file, None, None, f"{rows:,} rows", f"must be at most {LARGEST_TABLE_ROWS:,}",
                 "Remove the rows that are not part of the instance.")  # fmt: skip
