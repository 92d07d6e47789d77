"""From bytes to rows of text: encodings, separators, line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice

from models.shared.faults import Fault
from nwl_opt.files.names import columns_shown

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_ODD_BLANKS = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009"), " "),
    **dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), None),
}
_LARGEST_CELL = 131_072
_MOST_COLUMNS = 16_384  # as many as a sheet has
LARGEST_TABLE_ROWS = 1_000_000
_LINES_LOOKED_AT = 30


@dataclass
class Sheet:
    """Rows of text as they stand in a file or a sheet, each with its row number, and what was noticed on the way.

    `merged` are ranges of merged cells as (top, left, bottom, right), counted from 0. `noticed` are words on how it
    was read, `notices` are whole sentences. `days_before` is what its numbers for days lack: those of
    old Macs count from 1904.
    """

    file: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    separator: str = ","
    noticed: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    days_before: int = 0


def tidy(text: str) -> str:
    """A cell without the blanks around it; blanks of typesetting and of web pages count as blanks."""
    return text.translate(_ODD_BLANKS).strip() if not text.isascii() else text.strip()


def has_odd_blanks(text: str) -> bool:
    """Whether a text holds blanks that look like ours and are not: names with them match nothing."""
    return not text.isascii() and text.translate(_ODD_BLANKS) != text


def decode(data: bytes, file: str) -> tuple[str | None, list[str], Fault | None]:
    """The text of a file, what was noticed about its encoding, or the fault that it is not text."""
    if data.startswith(b"PK\x03\x04"):
        return None, [], Fault(file, None, None, "an Excel workbook or zip archive", "must be a text file",
                               "Save it as CSV, or give the whole instance as one .xlsx workbook.")  # fmt: skip
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff"), ["UTF-16 text"], None
            except UnicodeDecodeError:
                return None, [], _not_text(file)
    if b"\x00" in data:
        return None, [], _not_text(file)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252"), ["the Windows-1252 character set"], None
        except UnicodeDecodeError:
            return None, [], _not_text(file)
    if text.startswith("\ufeff"):
        return text[1:], ["a byte-order mark"], None
    return text, [], None


def read_rows(data: bytes, file: str, known_columns: Collection[str]) -> Sheet:
    """The rows of a CSV file. The separator is the one that shows most of the columns we know."""
    sheet = Sheet(file)
    text, noticed, fault = decode(data, file)
    sheet.noticed.extend(noticed)
    if text is None:
        sheet.faults.extend([fault] if fault is not None else [])
        return sheet
    if "\r" in text:
        sheet.noticed.append("Windows line ends")
    lines_skipped = 0
    if text[:4].lower() == "sep=" and len(text) > 4 and text[4] in SEPARATORS:
        _, _, text = text.partition("\n")
        lines_skipped = 1
    sheet.separator = _separator(text, known_columns)
    if sheet.separator != ",":
        sheet.noticed.append(f"{SEPARATORS[sheet.separator]} between the cells")
    _read_records(sheet, text, lines_skipped)
    return sheet


def _read_records(sheet: Sheet, text: str, lines_skipped: int) -> None:
    """Records count as a spreadsheet's rows do: a cell with a line break in it is still one row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sheet.separator, strict=True)
    number = lines_skipped
    try:
        for cells in reader:
            number += 1
            sheet.rows.append((number, cells))
            if len(sheet.rows) > LARGEST_TABLE_ROWS or len(cells) > _MOST_COLUMNS:
                sheet.faults.append(_too_large(sheet.file, number, len(cells)))
                sheet.rows.clear()
                return
    except csv.Error as error:
        largest = "field larger" in str(error)
        found = f"a cell of more than {_LARGEST_CELL:,} characters" if largest else f"unreadable quotes ({error})"
        sheet.faults.append(
            Fault(sheet.file, number + 1, None, found, "must be a row of cells with quotes in pairs",
                  "Look for a quotation mark that is opened and not closed in this row.")
        )  # fmt: skip


def _separator(text: str, known_columns: Collection[str]) -> str:
    """The separator by which some line among the first shows most of the columns we know."""
    lines = list(islice((line for line in text.splitlines() if line.strip()), _LINES_LOOKED_AT))
    return max(
        SEPARATORS, key=lambda separator: max((_shown(line, separator, known_columns) for line in lines), default=0)
    )


def _shown(line: str, separator: str, known_columns: Collection[str]) -> int:
    return columns_shown([cell.strip().strip('"') for cell in line.split(separator)], sorted(known_columns))


def _too_large(file: str, row: int, columns: int) -> Fault:
    if columns > _MOST_COLUMNS:
        return Fault(file, row, None, f"{columns:,} cells in a row", f"must be at most {_MOST_COLUMNS:,}",
                     "Look for a line break that was lost.")  # fmt: skip
    return Fault(file, None, None, f"more than {LARGEST_TABLE_ROWS:,} rows", "must be fewer",
                 "Remove the rows that are not part of the instance.")  # fmt: skip


def _not_text(file: str) -> Fault:
    return Fault(file, None, None, "bytes that are not text", "must be a CSV file in UTF-8",
                 "Save the table again as CSV UTF-8.")  # fmt: skip
