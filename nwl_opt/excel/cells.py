"""One cell into a new workbook, so that the reader finds the very text again."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping

import xlsxwriter

from models.shared.faults import Fault, InputFaults
from models.shared.register import Column, Kind
from nwl_opt.files.toml_text import toml_text
from nwl_opt.files.workbook import cell_text, header_value

LONGEST_TEXT = 32_767  # Excel's own limit; XlsxWriter would leave a longer text out without a word
MOST_ROWS = 1_048_576
# Nothing a user wrote becomes a formula, a link or a number: cells that begin with = + - @ are text.
WORKBOOK_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBER_FORMATS: Mapping[Kind, str] = {
    "id": "@",
    "text": "@",
    "choice": "@",
    "financial_year": "@",
    "flag": "@",
    "unknown_flag": "@",
    "gbp": "#,##0",
    "integer": "#,##0",
    "minutes": "#,##0",
    "date": "d mmm yyyy",
    "datetime": "d mmm yyyy hh:mm",
    "time": "hh:mm",
}
_PLAIN_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_FIRST_YEAR = 1901  # Excel counts a day in 1900 that never was


def write_as_read(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int, text: str, column: Column | None, look: object
) -> None:
    """Write the text of a cell: as a number, day or time where it comes back as the same, else as text.

    Raises
    ------
    InputFaults
        If it is longer than a cell can be.
    """
    value = _value(text, column) if column is not None else text
    if isinstance(value, float):
        sheet.write_number(row, at, value, look)
    elif isinstance(value, (dt.date, dt.time)):
        sheet.write_datetime(row, at, value, look)
    elif value:
        write_text(sheet, row, at, value, look)


def write_text(sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int, text: str, look: object = None) -> None:
    """Write a text as text, whatever it begins with.

    Raises
    ------
    InputFaults
        If it is longer than a cell can be.
    """
    if len(text) > LONGEST_TEXT:
        raise InputFaults([Fault(sheet.get_name(), row + 1, None, f"a text of {len(text):,} characters",
                                 f"must be at most {LONGEST_TEXT:,} characters, as a cell of Excel is",
                                 "Write a folder instead of a workbook, or shorten the text.")])  # fmt: skip
    sheet.write_string(row, at, text, look)


def exact_number(text: str) -> float | None:
    """A number that a workbook keeps without changing it: Excel keeps 15 digits."""
    if not _PLAIN_NUMBER.match(text):
        return None
    number = float(text)
    kept = math.isfinite(number) and abs(number) < 1e15 and float(f"{number:.15g}") == number
    return number if kept else None


def header_cell(section: str, value: object) -> str | int | float | dt.date:
    """A value of the header as a cell: numbers and days as such, yes and no, else a text that reads back the same."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return value if exact_number(repr(value)) is not None else repr(value)
    if isinstance(value, (dt.datetime, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (list, tuple)):
        return toml_text({"value": list(value)}).removeprefix("value = ").strip()
    text = str(value)
    unchanged = bool(text) and text == text.strip() and header_value(text) == text
    return text if section != "settings" or unchanged else json.dumps(text, ensure_ascii=False)


def _value(text: str, column: Column) -> str | float | dt.date | dt.time:
    if column.is_numeric:
        number = exact_number(text)
        return text if number is None else number
    try:
        moment = _moment(text, column.kind)
    except ValueError:
        return text  # no such day: it stays as it was written
    if moment is None or (isinstance(moment, dt.date) and moment.year < _FIRST_YEAR):
        return text
    same = cell_text(moment) == text or f"{cell_text(moment)}T00:00" == text
    return moment if same else text


def _moment(text: str, kind: Kind) -> dt.date | dt.time | None:
    if kind == "date":
        return dt.date.fromisoformat(text)
    if kind == "datetime":
        return dt.datetime.fromisoformat(text)
    return dt.time.fromisoformat(text) if kind == "time" else None
