"""The sheets of what a user gave us, as grids of values: a workbook's own, or those made from a folder's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.shared.faults import InputFaults
from models.shared.register import Register, Table
from nwl_opt.excel.cells import exact_number, header_cell
from nwl_opt.excel.errors_sheet import ERRORS_TITLE
from nwl_opt.files.layout import cell_name
from nwl_opt.files.names import headings_at, match_tables, plain
from nwl_opt.files.reading import HEADER_FILE
from nwl_opt.files.sources import Folder, known_columns
from nwl_opt.files.workbook import ERRORS_SHEET, INSTANCE_SHEET, Book, CellValue
from nwl_opt.problems import HOMES, load_problem

GridCell = CellValue
_UNREADABLE = "this sheet could not be read"


@dataclass(frozen=True)
class Grid:
    """One sheet of the copy: its name, as faults name it, its rows, and the row of its column names from 0."""

    name: str
    label: str
    rows: list[list[GridCell]]
    heading_row: int = 0
    cells_of_keys: Mapping[str, str] = field(default_factory=dict)


def grids_of(source: Path) -> Iterator[Grid]:
    """Every sheet of a workbook but our own list of faults, or a sheet for every table of a folder.

    Raises
    ------
    InputFaults
        If the source is no workbook we open.
    """
    if source.is_dir():
        yield from _of_folder(source)
        return
    book = Book(source)
    for name in book.sheet_names:
        try:
            rows = book.values(name)
        except InputFaults:  # the fault itself is listed
            rows = [[_UNREADABLE]]
        if plain(name) == plain(ERRORS_SHEET) and rows and str(rows[0][0]).startswith(ERRORS_TITLE):
            continue
        keys = _places_of_keys(rows) if plain(name) == plain(INSTANCE_SHEET) else {}
        yield Grid(name, book.label(name), rows, _heading_row(rows), keys)


def _of_folder(folder: Path) -> Iterator[Grid]:
    source = Folder(folder)
    header, faults, _ = source.header()
    register = load_problem(str(header["kind"])).register if str(header.get("kind")) in HOMES else None
    keys = {"kind": "", "title": ""} | header
    rows: list[list[GridCell]] = [["key", "value"], *_header_rows(keys)]
    yield Grid(INSTANCE_SHEET, HEADER_FILE, rows, 0, _places_of_keys(rows))
    if faults and (folder / HEADER_FILE).is_file():
        yield Grid(HEADER_FILE, HEADER_FILE + " as it was", _lines(folder / HEADER_FILE))
    yield from _tables_of(source, register)


def _tables_of(source: Folder, register: Register | None) -> Iterator[Grid]:
    inputs = register.inputs if register is not None else ()
    names = source.names()
    tables = {name: table for table, name in match_tables(names, inputs, source.called).names.items()}
    taken: set[str] = {INSTANCE_SHEET, HEADER_FILE}
    for name in names:
        table = next((one for one in inputs if one.name == tables.get(name)), None)
        columns = tuple(column for one in inputs for column in known_columns(one))
        sheet = source.sheet(name, known_columns(table) if table is not None else columns)
        filled = max((number for number, _ in sheet.rows), default=0)
        grid: list[list[GridCell]] = [[] for _ in range(filled)]
        for number, cells in sheet.rows:
            grid[number - 1] = list(cells)
        if table is not None:
            _numbers_as_numbers(grid, table)
        yield Grid(_sheet_name(name, taken), source.label(name), grid, _heading_row(grid))


def _numbers_as_numbers(grid: list[list[GridCell]], table: Table) -> None:
    """Text of a file that is a number in a column of numbers; everything else stays as it stands there."""
    filled = [(at, [str(cell) for cell in cells]) for at, cells in enumerate(grid) if any(cells)]
    if not filled:
        return
    top = filled[headings_at(filled, table)][0]
    known = {plain(column.name) for column in table.columns if column.is_numeric}
    numeric = [at for at, heading in enumerate(grid[top]) if plain(str(heading)) in known]
    for cells in grid[top + 1 :]:
        for at in numeric:
            if at < len(cells):
                number = exact_number(str(cells[at]).strip())
                cells[at] = cells[at] if number is None else number


def _header_rows(header: Mapping[str, object]) -> Iterator[list[GridCell]]:
    """The keys and values of a header, those of sections as `settings.name`."""
    for key, value in header.items():
        if isinstance(value, Mapping):
            for name, item in value.items():
                yield [f"{key}.{name}", header_cell(key, item)]
        else:
            yield [key, header_cell("", value)]


def _places_of_keys(rows: list[list[GridCell]]) -> dict[str, str]:
    return {str(row[0]).strip(): cell_name(at, 1) for at, row in enumerate(rows) if row}


def _heading_row(rows: list[list[GridCell]]) -> int:
    """The row that looks like headings, in a sheet we do not read: the first of those with most texts."""
    widths = [sum(isinstance(cell, str) and cell.strip() != "" for cell in cells) for cells in rows[:30]]
    return widths.index(max(widths)) if widths else 0


def _lines(path: Path) -> list[list[GridCell]]:
    return [[line] for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel takes: 31 characters, none of []:*?/\\, unlike the others."""
    allowed = "".join("_" if one in "[]:*?/\\" else one for one in name).strip("'")[:31] or "table"
    candidates = (allowed, *(f"{allowed[:28]}_{n}" for n in range(2, 99)))
    chosen = next(one for one in candidates if one.casefold() not in {other.casefold() for other in taken})
    taken.add(chosen)
    return chosen
