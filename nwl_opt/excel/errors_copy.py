"""Faults as a copy of the user's workbook: each faulty cell coloured with a note, and a sheet `Errors` in front.

The user's own file is never written to. The copy holds every sheet with its values (formulas become their values),
so it can be mended, checked and solved itself; the sheet `Errors` is not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlsxwriter

from models.shared.faults import Fault, InputFaults
from models.shared.register import Column
from nwl_opt.excel.cells import LONGEST_TEXT, MOST_ROWS, WORKBOOK_OPTIONS, write_text
from nwl_opt.excel.errors_sheet import Marked, write_errors_sheet
from nwl_opt.excel.grids import Grid, GridCell, grids_of
from nwl_opt.excel.look import Look
from nwl_opt.excel.template_rules import choices_of, choices_rule
from nwl_opt.files.layout import Layout, cell_place, with_cells
from nwl_opt.files.reading import Reading, read_any
from nwl_opt.files.workbook import ERRORS_SHEET, README_SHEET
from nwl_opt.opening import Validation
from nwl_opt.problems import kinds, load_problem

MOST_NOTES = 2_000  # more notes than anyone reads make a workbook slow to open
_NARROWEST, _WIDEST, _MEASURED_ROWS = 9, 40, 200
_LINE_HEIGHT = 13.5
_ROWS_TO_ADD = 1000
_KEPT = LONGEST_TEXT - 100
_DAY, _MOMENT, _CLOCK = "d mmm yyyy", "d mmm yyyy hh:mm", "hh:mm"


def write_errors_copy(source: Path, target: Path, validation: Validation) -> None:
    """Write the copy of a workbook, or a workbook made from a folder of tables, with its faults marked.

    Raises
    ------
    InputFaults
        If the source cannot be opened at all, or the target is there already or cannot be written.
    """
    write_copy_with_faults(source, target, validation.faults)


def write_copy_with_faults(source: Path, target: Path, faults: Sequence[Fault]) -> None:
    """The same for faults that were found before there was anything to validate: an unknown kind, a missing header.

    Raises
    ------
    InputFaults
        If the source cannot be opened at all, or the target is there already or cannot be written.
    """
    if target.suffix.lower() != ".xlsx" or target.exists():
        found = "there already" if target.exists() else f"a name ending in {target.suffix or 'nothing'}"
        raise InputFaults([Fault(str(target), None, None, found, "must be a new workbook ending in .xlsx",
                                 "Choose another name; nothing was overwritten.")])  # fmt: skip
    reading = _reading(source)
    layouts = reading.layouts if reading is not None else {}
    grids = [_with_headings(grid, layouts) for grid in grids_of(source)]
    too_long = [grid for grid in grids if len(grid.rows) > MOST_ROWS]
    if too_long:
        raise InputFaults([
            Fault(grid.label, None, None, f"{len(grid.rows):,} rows", "must fit into a sheet of Excel",
                  "Mend it where it is; a workbook cannot hold it.") for grid in too_long
        ])  # fmt: skip
    marked = [_marked(fault, grids) for fault in with_cells(faults, layouts)]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(target), {**WORKBOOK_OPTIONS, "nan_inf_to_errors": True}) as book:
            _write_book(book, source, grids, marked, _lists(reading))
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        raise InputFaults([Fault(str(target), None, None, f"cannot be written ({type(error).__name__})",
                                 "must be a place we may write to", "Choose another.")]) from None  # fmt: skip


def _reading(source: Path) -> Reading | None:
    """What can be read of it; columns of a folder's files stand where those of the sheets made from them do."""
    try:
        return read_any(source, kinds(), lambda kind: load_problem(kind).register)
    except InputFaults:  # what cannot be read is among the faults that were given
        return None


_Lists = Mapping[str, Mapping[int, Column]]


def _lists(reading: Reading | None) -> _Lists:
    """By sheet, the columns whose values can be listed: choosing is the quickest way to mend them."""
    if reading is None:
        return {}
    found: dict[str, dict[int, Column]] = {}
    for table in load_problem(reading.kind).register.inputs:
        raw = reading.raw.tables.get(table.name)
        if raw is not None:
            places = reading.layouts[raw.file].columns
            found[raw.file] = {places[c.name]: c for c in table.columns if c.name in places and choices_of(c)}
    return found


def _with_headings(grid: Grid, layouts: Mapping[str, Layout]) -> Grid:
    layout = layouts.get(grid.label)
    return grid if layout is None or layout.key_rows else replace(grid, heading_row=layout.heading_row - 1)


def _marked(fault: Fault, grids: Sequence[Grid]) -> Marked:
    grid = next((one for one in grids if one.label == fault.file), None)
    if grid is None:
        return Marked(fault, "", "")
    cell = fault.cell or grid.cells_of_keys.get(fault.column or "", "")
    return Marked(fault, grid.name, cell)


@dataclass
class _Notes:
    """What the notes of one sheet say, by row and column from 0."""

    by_place: dict[tuple[int, int], list[str]] = field(default_factory=dict)


def _write_book(
    book: xlsxwriter.Workbook, source: Path, grids: Sequence[Grid], marked: Sequence[Marked], lists: _Lists
) -> None:
    look = Look(book)
    names = _names(grids)
    errors = book.add_worksheet(ERRORS_SHEET)
    renamed = [Marked(one.fault, names.get(one.sheet, one.sheet), one.cell) for one in marked]
    write_errors_sheet(errors, source.name, renamed, look)
    left = MOST_NOTES
    for grid in grids:
        notes = _notes_of(grid, marked)
        sheet = book.add_worksheet(names[grid.name])
        _write_grid(sheet, grid, notes, look)
        for at, listed in lists.get(grid.label, {}).items():
            rule = choices_rule(listed.name, choices_of(listed))
            if rule is not None:
                sheet.data_validation(grid.heading_row + 1, at, len(grid.rows) + _ROWS_TO_ADD, at, rule)
        for (row, column), lines in list(notes.by_place.items())[:left]:
            sheet.write_comment(row, column, "\n\n".join(lines), {"x_scale": 2.4, "y_scale": 0.9 * len(lines) + 0.3})
        left = max(0, left - len(notes.by_place))
        if notes.by_place:
            sheet.set_tab_color("#D5281B")


def _names(grids: Sequence[Grid]) -> dict[str, str]:
    """The names of the copied sheets; one of the user's own called like ours gets a name beside it."""
    taken = {grid.name.casefold() for grid in grids}
    names: dict[str, str] = {}
    for grid in grids:
        name = grid.name
        if name.casefold() == ERRORS_SHEET.casefold():
            name = next(one for one in (f"{ERRORS_SHEET} {n}" for n in range(2, 99)) if one.casefold() not in taken)
        names[grid.name] = name
    return names


def _notes_of(grid: Grid, marked: Sequence[Marked]) -> _Notes:
    notes = _Notes()
    for one in marked:
        if one.sheet == grid.name and one.cell:
            text = f"Found: {one.fault.found}\nExpected: {one.fault.expected}\n{one.fault.mend}"
            notes.by_place.setdefault(cell_place(one.cell), []).append(text)
    return notes


def _write_grid(sheet: xlsxwriter.worksheet.Worksheet, grid: Grid, notes: _Notes, look: Look) -> None:
    for row, cells in enumerate(grid.rows):
        for at, cell in enumerate(cells):
            _write_cell(sheet, row, at, cell, (row, at) in notes.by_place, row == grid.heading_row, look)
    for row in range(min(grid.heading_row, len(grid.rows))):  # titles and guidance above the column names
        lines = max((str(cell).count("\n") + 1 for cell in grid.rows[row]), default=1)
        sheet.set_row(row, _LINE_HEIGHT * lines)
    for row, at in notes.by_place:
        if row >= len(grid.rows) or at >= len(grid.rows[row]) or grid.rows[row][at] in (None, ""):
            sheet.write_blank(row, at, None, look.fault)
    for at, width in enumerate(_widths(grid)):
        sheet.set_column(at, at, width)
    if grid.name != README_SHEET:
        sheet.freeze_panes(grid.heading_row + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int, cell: GridCell, fault: bool, heading: bool, look: Look
) -> None:
    plain = look.optional if heading else look.value("General", fault)
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, at, cell, plain)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, at, cell, look.value("General", fault))
    elif isinstance(cell, dt.timedelta):
        sheet.write_number(row, at, cell / dt.timedelta(days=1), look.value("[hh]:mm", fault))
    elif isinstance(cell, dt.time):
        sheet.write_datetime(row, at, cell, look.value(_CLOCK, fault))
    elif isinstance(cell, dt.date):
        _write_day(sheet, row, at, cell, fault, look)
    else:
        style = look.fault if fault else look.optional if heading else look.value("@")
        text = str(cell)
        write_text(sheet, row, at, text if len(text) <= LONGEST_TEXT else f"{text[:_KEPT]} (shortened)", style)


def _write_day(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, at: int, day: dt.date, fault: bool, look: Look
) -> None:
    """A day as a day; those before Excel's first are kept as text."""
    if day.year < 1901:
        write_text(sheet, row, at, day.isoformat(), look.value("@", fault))
        return
    has_time = isinstance(day, dt.datetime) and day.time() != dt.time()
    sheet.write_datetime(row, at, day, look.value(_MOMENT if has_time else _DAY, fault))


def _widths(grid: Grid) -> Iterator[float]:
    columns = max((len(cells) for cells in grid.rows), default=0)
    rows = grid.rows[grid.heading_row : grid.heading_row + _MEASURED_ROWS]
    for at in range(columns):
        widest = max((len(str(cells[at])) for cells in rows if at < len(cells) and cells[at] is not None), default=0)
        yield min(max(_NARROWEST, widest + 3), _WIDEST)
