"""One reader for folders and workbooks: what stands there as text, with notices and faults."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance, RawTable
from models.shared.register import Column, Kind, Register, Table
from nwl_opt.files.layout import Layout, cell_name
from nwl_opt.files.meaning import read_as_meant
from nwl_opt.files.names import Matched, headings_at, match_tables, read_headings, tables_with_these_columns
from nwl_opt.files.numbers import read_decimal_commas
from nwl_opt.files.sources import HEADER_FILE, Source, Workbook, known_columns, open_source, read_csv_sheet
from nwl_opt.files.text import Sheet, has_odd_blanks, tidy
from nwl_opt.files.workbook import INSTANCE_SHEET, header_value

__all__ = [
    "HEADER_FILE",
    "Reading",
    "guidance_title",
    "raw_table",
    "raw_table_as_written",
    "read_any",
    "read_csv_sheet",
    "read_header",
    "read_instance",
]
_Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Reading:
    """What was read, and what could not be. `raw` holds all that is readable even when there are faults.

    `layouts` tell by file or sheet, as faults name it, where each column stands.
    """

    kind: str
    raw: RawInstance
    faults: tuple[Fault, ...]
    is_workbook: bool
    layouts: Mapping[str, Layout] = field(default_factory=dict)


def read_instance(path: Path, register: Register) -> RawInstance:
    """Read a folder or a workbook of a known kind.

    Raises
    ------
    InputFaults
        If anything in it cannot be read as tables of text.
    """
    reading = read_any(path, (register.kind,), lambda _: register)
    if reading.faults:
        raise InputFaults(reading.faults)
    return reading.raw


def read_any(path: Path, kinds: Sequence[str], register_of: Callable[[str], Register]) -> Reading:
    """Read a folder or a workbook; its own header says which kind it is.

    Raises
    ------
    InputFaults
        If there is no instance at the path, or its kind is not one of `kinds`. All other faults are in the reading.
    """
    source = open_source(path)
    header, faults, header_layout = source.header()
    kind = str(header.get("kind", ""))
    if kind not in kinds:
        raise InputFaults([*faults, _unknown_kind(path, kind, kinds)] if not faults or kind else faults)
    register = register_of(kind)
    header, setting_notices = _settings_as_meant(register, header, header_layout, source.header_label)
    matched = match_tables(source.names(), register.inputs, source.called)
    faults.extend(replace(fault, file=source.label(fault.file)) for fault in matched.unclear)
    tables: dict[str, RawTable] = {}
    notices = [*setting_notices, *matched.notices]
    layouts = {source.header_label: header_layout}
    for table in register.inputs:
        if table.name not in matched.names:
            continue
        sheet = source.sheet(matched.names[table.name], known_columns(table))
        raw, layout = _raw_table(table, sheet, _as_meant)
        faults.extend(sheet.faults)
        notices.extend(sheet.notices)
        if sheet.noticed:
            notices.append(f"{sheet.file}: read with {', '.join(sheet.noticed)}")
        if raw is not None:
            tables[table.name] = raw
            layouts[sheet.file] = replace(layout, sheet=matched.names[table.name])
    more_faults, more_notices = _of_unused(source, register, matched)
    faults.extend(more_faults)
    raw_instance = RawInstance(str(path), header, tables, (*more_notices, *notices))
    return Reading(kind, raw_instance, tuple(faults), isinstance(source, Workbook), layouts)


def read_header(path: Path) -> Mapping[str, object]:
    """The header of an instance (`instance.toml`, or the sheet `instance`).

    Raises
    ------
    InputFaults
        If it cannot be read.
    """
    header, faults, _ = open_source(path).header()
    if faults:
        raise InputFaults(faults)
    return header


def raw_table(table: Table, sheet: Sheet) -> RawTable | None:
    """Header and rows of a sheet, blanks trimmed and cells as they are meant; None when it could not be read."""
    return _raw_table(table, sheet, _as_meant)[0]


def raw_table_as_written(table: Table, sheet: Sheet) -> RawTable | None:
    """Header and rows of a file of our own, where every change of form is a change."""
    return _raw_table(table, sheet, lambda *_: None)[0]


def _raw_table(
    table: Table, sheet: Sheet, read_cells: Callable[[Table, Sheet, list[str], _Rows], None]
) -> tuple[RawTable | None, Layout]:
    filled = [(number, cells) for number, cells in sheet.rows if any(tidy(cell) for cell in cells)]
    if not filled:
        if not sheet.faults:
            sheet.faults.append(Fault(sheet.file, None, None, "an empty table", "must have a row of column names",
                                      f"Write the columns {', '.join(c.name for c in table.columns)}."))  # fmt: skip
        return None, Layout(sheet.file)
    top = headings_at(filled, table)
    heading_row = filled[top][0]
    headings, respelt = read_headings([tidy(cell) for cell in filled[top][1]], table)
    rows = [(number, _fitted(sheet, number, cells, headings)) for number, cells in filled[top + 1 :]]
    _notice_shape(table, sheet, filled[: top + 1], rows, respelt)
    if sheet.separator == ";":
        rewritten, faults = read_decimal_commas(table, headings, rows, sheet.file)
        sheet.faults.extend(faults)
        if rewritten:
            sheet.noticed.append(f"{rewritten} decimal comma{'s' if rewritten > 1 else ''}")
    read_cells(table, sheet, headings, rows)
    kept = _headed_columns(sheet, headings, rows)
    raw = RawTable(
        name=table.name,
        file=sheet.file,
        header=tuple(headings[at] for at in kept),
        rows=tuple(tuple(cells[at] for at in kept) for _, cells in rows),
        row_numbers=tuple(number for number, _ in rows),
        heading_row=heading_row,
    )
    columns = {headings[at]: at for at in reversed(kept)}
    return raw, Layout(sheet.file, heading_row, columns)


def _as_meant(table: Table, sheet: Sheet, headings: list[str], rows: _Rows) -> None:
    sheet.notices.extend(read_as_meant(table, headings, rows, sheet.file, sheet.days_before))


def _notice_shape(
    table: Table, sheet: Sheet, down_to_headings: _Rows, rows: _Rows, respelt: Mapping[str, str]
) -> None:
    """Rows above the column names, names in another spelling, gaps and merged cells."""
    heading_row = down_to_headings[-1][0]
    above = [cells for _, cells in down_to_headings[:-1]]
    if above and above[0][0].strip() != guidance_title(table):
        sheet.notices.append(f"{sheet.file}: what stands above the column names in row {heading_row} was left out")
    if respelt:
        names = ", ".join(f"{written} as {meant}" for written, meant in respelt.items())
        sheet.notices.append(f"{sheet.file}: column names were read as ours: {names}")
    last = rows[-1][0] if rows else heading_row
    blank = sum(heading_row < number < last for number, _ in sheet.rows) + 1 - len(rows) if rows else 0
    if blank:
        sheet.noticed.append(f"{blank} blank row{'s' if blank > 1 else ''} left out")
    for top, left, bottom, right in sheet.merged:
        if bottom + 1 >= heading_row:
            where = f"merged cells {cell_name(top, left)}:{cell_name(bottom, right)}"
            sheet.faults.append(Fault(sheet.file, top + 1, None, where, "must have one value in each cell",
                                      "Select the cells and choose Unmerge Cells, then fill each."))  # fmt: skip


def guidance_title(table: Table) -> str:
    """The first cell of a sheet we made: rows of guidance stand below it, above the column names."""
    return f"{table.name}: {table.meaning}"


def _settings_as_meant(
    register: Register, header: Mapping[str, object], layout: Layout, file: str
) -> tuple[dict[str, object], list[str]]:
    """Settings that were written as text, in the form they are read in: a day typed 23/11/2026, a share as 12%."""
    given = header.get("settings")
    if not isinstance(given, Mapping):
        return dict(header), []
    settings = dict(given)
    notices: list[str] = []
    for name, described in register.settings.model_fields.items():
        kind = next((one for type_, one in _KINDS_OF_SETTINGS if described.annotation is type_), None)
        if kind is not None and isinstance(settings.get(name), str):
            column = Column(name, kind, described.description or "")
            before = tidy(settings[name])
            rows = [(layout.key_rows.get(f"settings.{name}", 1), [before])]
            notices += read_as_meant(Table("settings", "", (column,)), [name], rows, file)
            text = rows[0][1][0]
            if text != before:
                settings[name] = text if kind == "date" else header_value(text)
    return {**header, "settings": settings}, notices


_KINDS_OF_SETTINGS: tuple[tuple[type, Kind], ...] = ((dt.date, "date"), (float, "decimal"), (int, "integer"))


def _of_unused(source: Source, register: Register, matched: Matched) -> tuple[list[Fault], list[str]]:
    """Sheets that no table asks for; where one holds the columns of a table that is missing, that is said."""
    unused = [name for name in source.names() if name not in matched.names.values()]
    unclear = {fault.file for fault in matched.unclear}
    missing = [one for one in register.inputs if one.name not in matched.names and one.name not in unclear]
    known = tuple(name for table in missing for name in known_columns(table))
    alike = tables_with_these_columns(unused, missing, lambda name: source.sheet(name, known).rows)
    faults = [
        _renamed(source, name, table, "" if table.optional else f"must be there: {table.meaning}")
        for name, table_name in alike.items()
        for table in missing
        if table.name == table_name and (not table.optional or len(source.sheet(name, known).rows) > 1)
    ]
    notices = [f"{source.short_label(name)}: not used; {_perhaps(name, alike, missing)}" for name in sorted(unused)]
    return faults, notices


def _renamed(source: Source, name: str, table: Table, needed: str) -> Fault:
    """A table that may do without, but stands there under another name, is not left out in silence either."""
    mend = f"Rename {source.short_label(name)}, which has its columns, to {table.name}."
    if not needed:
        mend += f" If it is not to be read, delete that {source.called}."
    expected = needed or f"must have its own name if it is to be read: {table.meaning}"
    return Fault(source.label(table.name), None, None, f"no {source.called} {table.name}", expected, mend)


def _perhaps(name: str, alike: Mapping[str, str], missing: Sequence[Table]) -> str:
    """What a sheet that no table asks for may have been meant to be."""
    if name in alike:
        return f"it has the columns of {alike[name]}"
    close = difflib.get_close_matches(name.casefold(), [table.name for table in missing], n=1)
    return f"perhaps {close[0]} is meant" if close else "no table is called so"


def _fitted(sheet: Sheet, number: int, cells: list[str], headings: Sequence[str]) -> list[str]:
    """A row's cells, trimmed, exactly as many as there are headings; a row that does not fit is a fault."""
    trimmed = [tidy(cell) for cell in cells]
    if _BLANKS not in sheet.noticed and any(len(a) != len(b) for a, b in zip(trimmed, cells, strict=True)):
        sheet.noticed.append(_BLANKS)
    if _ODD_BLANKS not in sheet.noticed and any(map(has_odd_blanks, cells)):
        sheet.noticed.append(_ODD_BLANKS)
    named = max(at for at, heading in enumerate(headings, start=1) if heading)
    while len(trimmed) > named and not trimmed[-1]:
        trimmed.pop()
    if not named <= len(trimmed) <= len(headings):
        sheet.faults.append(Fault(sheet.file, number, None, f"{len(trimmed)} cells",
                                  f"must have {named} cells, as the row of column names has",
                                  "Look for a separator too many, or a text without quotes."))  # fmt: skip
    return (trimmed + [""] * len(headings))[: len(headings)]


_BLANKS = "blanks around cells"
_ODD_BLANKS = "non-breaking blanks"


def _headed_columns(sheet: Sheet, headings: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> list[int]:
    without = [at for at, heading in enumerate(headings) if not heading]
    used = [at for at in without if any(cells[at] for _, cells in rows)]
    if used:
        where = ", ".join(str(at + 1) for at in used)
        sheet.noticed.append(f"column {where} left out: it has no name")
    return [at for at in range(len(headings)) if at not in without]


def _unknown_kind(path: Path, kind: str, kinds: Sequence[str]) -> Fault:
    file = HEADER_FILE if path.is_dir() else f"{path.name}, sheet {INSTANCE_SHEET}"
    return Fault(file, None, "kind", kind or "(empty)", f"must be one of {', '.join(kinds)}", "Write the kind.")
