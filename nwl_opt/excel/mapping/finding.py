"""Where in an extract the table stands: its sheet and its row of headings."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.excel.mapping.grid import LOOKED_AT, Grid, grid_under, plain, sheets_of
from nwl_opt.excel.mapping.model import Source, TableMapping
from nwl_opt.excel.mapping.names import words_of
from nwl_opt.files.text import Sheet

_VALUE = re.compile(r"^[\d£(.,:/%+\-\s)]+$")


def open_mapped(path: Path, mapping: TableMapping) -> Grid:
    """The grid a saved mapping is for. A renamed sheet, or titles added above, are found and said.

    Raises
    ------
    InputFaults
        If the file cannot be read, or headings of the mapping are not in it; all are told.
    """
    source = mapping.source
    sheets = sheets_of(path, source)
    wanted = [plain(name) for name in mapping.headings]
    found = [(sheet, at) for sheet in sheets if (at := _row_with(sheet, wanted, source.header_row)) is not None]
    named = len(sheets) == 1 or any(sheet.file.endswith(f"sheet {source.sheet}") for sheet in sheets)
    if len(found) != 1:
        raise InputFaults(_not_there(path, mapping, sheets, [sheet for sheet, _ in found]))
    sheet, at = found[0]
    notices = []
    if not named or (source.sheet and len(sheets) == 1 and _sheet_name(sheet) not in ("", source.sheet)):
        notices.append(f"no sheet {source.sheet}: the headings stand in {_sheet_name(sheet)}"
                       if source.sheet else f"read from sheet {_sheet_name(sheet)}")  # fmt: skip
    if sheet.rows[at][0] != source.header_row:
        notices.append(f"headings found in row {sheet.rows[at][0]}, not {source.header_row}")
    sheet.noticed.extend(notices)
    grid = grid_under(sheet, at)
    if grid.faults:
        raise InputFaults(grid.faults)
    return grid


def open_unknown(path: Path, known: frozenset[str]) -> tuple[Grid, Source]:
    """The grid of an extract nobody has mapped yet: the sheet and row that look most like headings.

    Raises
    ------
    InputFaults
        If the file cannot be read, or nothing in it looks like a row of headings.
    """
    sheets = sheets_of(path, Source())
    places = [(_score(sheet, at, known), -number, -at, sheet.file, sheet) for number, sheet in enumerate(sheets)
              for at in range(min(LOOKED_AT, len(sheet.rows)))]  # fmt: skip
    best = max(places, key=lambda place: place[:4], default=None)
    if best is None or best[0] <= 0:
        faults = [fault for sheet in sheets for fault in sheet.faults if fault.row is None]
        raise InputFaults(faults or [_nothing(path)])
    sheet, at = best[4], -best[2]
    grid = grid_under(sheet, at)
    if grid.faults:
        raise InputFaults(grid.faults)
    separator = sheet.separator if sheet.separator != "," else ""
    return grid, Source(sheet=_sheet_name(sheet), header_row=grid.header_row, separator=separator)


def _row_with(sheet: Sheet, wanted: Sequence[str], first_guess: int) -> int | None:
    """The row that holds all headings wanted: where the mapping says, or else the first."""
    fits = [at for at, (_, cells) in enumerate(sheet.rows[:LOOKED_AT]) if _holds(cells, wanted)]
    guessed = [at for at in fits if sheet.rows[at][0] == first_guess]
    return guessed[0] if guessed else fits[0] if fits else None


def _holds(cells: Sequence[str], wanted: Sequence[str]) -> bool:
    there = {plain(name) for name in _names(cells)}
    return bool(wanted) and all(name in there for name in wanted)


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """The headings of a row, as a grid calls them."""
    return grid_under(Sheet("", [(1, list(cells))]), 0).headings


def _not_there(path: Path, mapping: TableMapping, sheets: Sequence[Sheet], fitting: Sequence[Sheet]) -> list[Fault]:
    unreadable = [fault for sheet in sheets for fault in sheet.faults if fault.row is None]
    if unreadable:
        return unreadable
    if len(fitting) > 1:
        names = ", ".join(_sheet_name(sheet) for sheet in fitting)
        return [Fault(path.name, None, None, f"sheets {names} all have the headings",
                      f"must have a sheet {mapping.source.sheet}" if mapping.source.sheet else "must be one sheet",
                      "Name the sheet in the mapping, under [source].")]  # fmt: skip
    if not mapping.headings:
        return [Fault(path.name, None, None, "a mapping without headings", "must use at least one heading",
                      "Write from in at least one [[column]].")]  # fmt: skip
    best, at = max(((sheet, at) for sheet in sheets for at in range(min(LOOKED_AT, len(sheet.rows)))),
                   key=lambda place: _shared(place[0].rows[place[1]][1], mapping), default=(None, 0))  # fmt: skip
    if best is None:
        return [_nothing(path)]
    number, cells = best.rows[at]
    there = _names(cells)
    have = {plain(name) for name in there}
    return [
        Fault(best.file, number, name, "no such heading", "must be among the headings, as the mapping says",
              _mend(name, there))
        for name in mapping.headings
        if plain(name) not in have
    ]  # fmt: skip


def _shared(cells: Sequence[str], mapping: TableMapping) -> int:
    have = {plain(name) for name in cells}
    return sum(plain(name) in have for name in mapping.headings)


def _mend(name: str, there: Sequence[str]) -> str:
    near = difflib.get_close_matches(plain(name), [plain(one) for one in there], n=1, cutoff=0.6)
    close = next((one for one in there if near and plain(one) == near[0]), "")
    hint = f"It may now be called {close}: write that in the mapping." if close else ""
    return hint or f"Correct the mapping; the headings are {', '.join(there[:30]) or '(none)'}."


def _score(sheet: Sheet, at: int, known: frozenset[str]) -> float:
    """How much a row looks like headings: texts, all different, names we know, rows of values below."""
    cells = [cell.strip() for cell in sheet.rows[at][1]]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2:
        return 0.0
    texts = [cell for cell in filled if not _VALUE.match(cell)]
    below = [row for _, row in sheet.rows[at + 1 : at + 6] if sum(bool(cell.strip()) for cell in row) >= 2]
    if len(texts) < 0.7 * len(filled) or not below:
        return 0.0
    names = sum(" ".join(words_of(cell)) in known for cell in filled)
    return 3.0 * names + len(texts) / max(len(filled), 1) + len({plain(cell) for cell in filled}) / 10


def _sheet_name(sheet: Sheet) -> str:
    return sheet.file.partition(", sheet ")[2]


def _nothing(path: Path) -> Fault:
    return Fault(path.name, None, None, "no row of headings", f"must have one in its first {LOOKED_AT} rows, with "
                 "rows of values below it", "Give the export with its headings.")  # fmt: skip
