"""How far the cells of a workbook reach, seen before it is opened: the reader makes room for all between them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise

LARGEST_EXTENT_CELLS = 30_000_000
"""Of all sheets together. One stray cell in the last corner of a sheet would ask for 17 thousand million."""
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_CELL = re.compile(rb"<c\b([^<>]{0,1000})>")
_ERROR_TYPE = re.compile(rb"""\bt\s*=\s*["']e["']""")
_VALUE = re.compile(rb"<v>([^<]{0,100})</v>")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_NO_CELLS = ("xl/sharedStrings.xml", "xl/styles.xml")


def extent_cells(archive: zipfile.ZipFile) -> int:
    """The cells that the sheets would take, from A1 to each one's last row and column; whatever parts they lie in."""
    return sum(
        _extent_of(archive.read(entry))
        for entry in archive.infolist()
        if entry.filename.lower().endswith(".xml") and entry.filename not in _NO_CELLS
    )


def error_cells(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of each cell of a sheet that shows an error, counted from 1 and from 0."""
    for cell, following in pairwise((*_CELL.finditer(data), None)):
        assert cell is not None
        place = _PLACE.search(cell[1])
        if place is None or not place[1] or not _ERROR_TYPE.search(cell[1]):
            continue
        shown = _VALUE.search(data, cell.end(), following.start() if following is not None else len(data))
        if shown is not None:
            yield int(place[2]), column_index(place[1]), shown[1].decode()


def column_index(letters: bytes) -> int:
    """A column's letters as its place, counted from 0."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


def _extent_of(data: bytes) -> int:
    """Rows times columns; more than is read where a place is none that a sheet has."""
    rows, columns = 0, 0
    for letters, digits in _PLACE.findall(data):
        if len(letters) > 3 or len(digits) > 7:
            return LARGEST_EXTENT_CELLS + 1
        rows = max(rows, int(digits))
        columns = max(columns, column_index(letters) + 1)
    return rows * columns if rows <= _LAST_ROW and columns <= _LAST_COLUMN else LARGEST_EXTENT_CELLS + 1
