"""An extract as rows under headings, whatever stands above, between and below them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.excel.mapping.model import Source
from nwl_opt.files.sources import LARGEST_CSV_BYTES
from nwl_opt.files.text import SEPARATORS, Sheet, decode, tidy
from nwl_opt.files.workbook import Book

LOOKED_AT = 60
"""Rows from the top among which the headings are looked for."""
_SAMPLE_LINES = 50

Rows = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Merged:
    """One cell over several: rows as the file counts them, columns from 0; each with its last."""

    first_row: int
    last_row: int
    first: int
    last: int


@dataclass(frozen=True)
class Grid:
    """The rows under one row of headings. Rows keep the numbers they have in the file.

    `short` are rows with fewer cells than headings, `merged` merged cells; both are faults only where loaded.
    """

    file: str
    header_row: int
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    above: tuple[str, ...]
    blank_rows: int
    repeated_headings: int
    short: frozenset[int]
    merged: tuple[Merged, ...]
    noticed: tuple[str, ...]
    faults: tuple[Fault, ...]

    def position(self, heading: str) -> int | None:
        """Where a heading stands; blanks and capitals do not count."""
        wanted = plain(heading)
        return next((at for at, name in enumerate(self.headings) if plain(name) == wanted), None)

    def column(self, at: int) -> list[str]:
        """The cells under a heading."""
        return [cells[at] for _, cells in self.rows]


def plain(text: str) -> str:
    """A text as headings and codes are compared: one blank between words, small letters."""
    return " ".join(text.split()).casefold()


def sheets_of(path: Path, source: Source) -> list[Sheet]:
    """The sheets an extract may stand in: one for a CSV file, the named one or all of a workbook.

    Raises
    ------
    InputFaults
        If the file is not there, or is none we open.
    """
    if not path.is_file():
        raise InputFaults([Fault(str(path), None, None, "no such file", "must be a CSV file or an .xlsx workbook",
                                 "Check the name.")])  # fmt: skip
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls", ".xlsb"):
        return [_csv_sheet(path, source)]
    book = Book(path)
    if source.sheet in book.sheet_names:
        return [book.sheet(source.sheet)]
    return [book.sheet(name) for name in book.sheet_names]


def grid_under(sheet: Sheet, header_index: int) -> Grid:
    """The grid of a sheet whose headings stand in the given row (counted from 0 in its list of rows)."""
    header_row, header = sheet.rows[header_index]
    width = max((at for at, cell in enumerate(header, start=1) if cell.strip()), default=0)
    headings = _unique(header[:width])
    known = [plain(cell) for cell in header[:width]]
    rows: list[tuple[int, tuple[str, ...]]] = []
    blank = repeated = 0
    short: set[int] = set()
    faults: list[Fault] = []
    for number, cells in sheet.rows[header_index + 1 :]:
        trimmed = [_one_line(cell) for cell in cells]
        if not any(trimmed):
            blank += 1
        elif [plain(cell) for cell in trimmed[:width]] == known:
            repeated += 1
        else:
            if any(trimmed[width:]):
                faults.append(_too_wide(sheet.file, number, len(trimmed), width))
            if len(trimmed) < width:
                short.add(number)
            rows.append((number, tuple((trimmed + [""] * width)[:width])))
    above = [" ".join(filter(None, map(_one_line, cells))) for _, cells in sheet.rows[:header_index]]
    return Grid(
        file=sheet.file,
        header_row=header_row,
        headings=headings,
        rows=tuple(rows),
        above=tuple(filter(None, above)),
        blank_rows=blank,
        repeated_headings=repeated,
        short=frozenset(short),
        merged=_merged_below(sheet, header_row),
        noticed=tuple(sheet.noticed),
        faults=(*sheet.faults, *faults),
    )


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Headings in one line; an empty one is called by its place, a second one of a name gets a number."""
    result: list[str] = []
    seen: dict[str, int] = {}
    for at, cell in enumerate(header, start=1):
        name = _one_line(cell) or f"(column {at})"
        count = seen[plain(name)] = seen.get(plain(name), 0) + 1
        result.append(name if count == 1 else f"{name} ({count})")
    return tuple(result)


def _one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def _merged_below(sheet: Sheet, header_row: int) -> tuple[Merged, ...]:
    """Merged cells from the headings down; titles above may be as they like."""
    return tuple(
        Merged(max(top + 1, header_row), bottom + 1, left, right)
        for top, left, bottom, right in sheet.merged
        if bottom + 1 >= header_row
    )


def _csv_sheet(path: Path, source: Source) -> Sheet:
    sheet = Sheet(path.name)
    if path.stat().st_size > LARGEST_CSV_BYTES:
        sheet.faults.append(Fault(path.name, None, None, f"{path.stat().st_size / 1e6:,.0f} MB",
                                  f"must be at most {LARGEST_CSV_BYTES / 1e6:,.0f} MB",
                                  "Export a shorter time."))  # fmt: skip
        return sheet
    text = _text(path, source, sheet)
    if text is None:
        return sheet
    if text[:4].lower() == "sep=" and len(text) > 4:
        first, _, text = text.partition("\n")
        source_separator, skipped = first[4:5], 1
    else:
        source_separator, skipped = source.separator, 0
    sheet.separator = source_separator or _separator(text)
    if sheet.separator != ",":
        sheet.noticed.append(f"{SEPARATORS.get(sheet.separator, repr(sheet.separator))} between the cells")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sheet.separator, strict=True)
    number = skipped
    try:
        for cells in reader:
            number += 1
            sheet.rows.append((number, cells))
    except csv.Error as error:
        sheet.faults.append(Fault(path.name, number + 1, None, f"unreadable quotes ({error})",
                                  "must be a row of cells with quotes in pairs",
                                  "Look for a quotation mark opened and not closed in this row."))  # fmt: skip
    return sheet


def _text(path: Path, source: Source, sheet: Sheet) -> str | None:
    data = path.read_bytes()
    if not source.encoding:
        text, noticed, fault = decode(data, path.name)
        sheet.noticed.extend(noticed)
        sheet.faults.extend([fault] if fault is not None else [])
        return text
    try:
        return data.decode(source.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        sheet.faults.append(Fault(path.name, None, None, f"bytes that are not {source.encoding}",
                                  f"must be text in {source.encoding}, as the mapping says",
                                  "Remove encoding from the mapping: it is found by itself."))  # fmt: skip
        return None


def _separator(text: str) -> str:
    """The separator by which most lines fall into the same number of cells, and into many."""
    lines = "\n".join(line for line in text.splitlines()[: _SAMPLE_LINES * 2] if line.strip())

    def wide(separator: str) -> int:
        try:
            widths = [len(cells) for cells in csv.reader(io.StringIO(lines), delimiter=separator)]
        except csv.Error:
            return 0
        often = max(sorted(set(widths)), key=lambda width: (width > 1) * widths.count(width), default=0)
        return often * widths.count(often) if often > 1 else 0

    return max(SEPARATORS, key=wide)


def _too_wide(file: str, number: int, cells: int, width: int) -> Fault:
    return Fault(file, number, None, f"{cells} cells", f"must have at most {width} cells, as there are headings",
                 "Look for a separator too many, or a text without quotes.")  # fmt: skip
