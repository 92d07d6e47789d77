"""Empty instances to fill in: a folder with a README, or a workbook with notes and drop-down lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance
from models.shared.problem import Problem
from models.shared.register import PROVENANCES, Column, Register, Table
from nwl_opt.dictionary import dictionary_text, kind_words, necessity_words, setting_rows
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import read_instance
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.toml_text import toml_text
from nwl_opt.files.workbook import INSTANCE_SHEET, README_SHEET
from nwl_opt.files.writing import PROVENANCE, write_cell, write_raw_folder, write_raw_workbook

_LAST_ROW = 5000  # drop-down lists reach this far down
_FORMATS = {
    **dict.fromkeys(("id", "text", "choice", "financial_year"), "@"),
    **dict.fromkeys(("gbp", "integer", "minutes"), "#,##0"),
    "date": "yyyy-mm-dd",
    "datetime": 'yyyy-mm-dd"T"hh:mm',
    "time": "hh:mm",
}


def check_target(target: Path) -> None:
    """Refuse to write over anything.

    Raises
    ------
    InputFaults
        If the target is there already, or is neither a folder nor an .xlsx name.
    """
    if target.suffix.lower() not in ("", ".xlsx"):
        raise InputFaults([Fault(str(target), None, None, f"a name ending in {target.suffix}",
                                 "must be a folder, or a workbook ending in .xlsx",
                                 "Choose another name.")])  # fmt: skip
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputFaults([Fault(str(target), None, None, "there already", "must be new, or an empty folder",
                                 "Choose another name; nothing was overwritten.")])  # fmt: skip


def write_template(target: Path, problem: Problem) -> None:
    """Write an instance without rows: the tables with their columns, the settings as shipped, and what all means.

    Raises
    ------
    InputFaults
        If the target cannot be written.
    """
    try:
        if target.suffix.lower() == ".xlsx":
            _write_workbook(target, problem)
        else:
            _write_folder(target, problem)
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        raise InputFaults([_not_writable(target, error)]) from None


def write_copy(target: Path, problem: Problem, source: Path) -> None:
    """Write a shipped instance, to be looked at or changed.

    Raises
    ------
    InputFaults
        If the target cannot be written.
    """
    raw: RawInstance = read_instance(source, problem.register)
    try:
        if target.suffix.lower() == ".xlsx":
            write_raw_workbook(target, problem.register, raw)
        else:
            write_raw_folder(target, raw)
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        raise InputFaults([_not_writable(target, error)]) from None


def _write_folder(folder: Path, problem: Problem) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    register = problem.register
    header = {"kind": register.kind, "title": f"My own: {register.title}", "description": ""}
    lines = [toml_text(header), "[settings]"]
    for row in setting_rows(register.settings):
        lines.append(f"# {row.meaning}{f' ({row.unit})' if row.unit else ''}")
        lines.append(f"# {row.name} = {'(must be given)' if row.required else _toml_value(row.shipped)}")
    write_atomically(folder / "instance.toml", ("\n".join(lines) + "\n").encode())
    for table in register.inputs:
        write_atomically(folder / f"{table.name}.csv", csv_bytes(_columns(table), []))
    write_atomically(folder / "README.md", dictionary_text(problem).encode())


def _write_workbook(path: Path, problem: Problem) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        styles = _Styles(book)
        _readme_sheet(book.add_worksheet(README_SHEET), problem.register, styles)
        _instance_sheet(book.add_worksheet(INSTANCE_SHEET), problem.register, styles)
        for table in problem.register.inputs:
            _table_sheet(book.add_worksheet(table.name), table, problem.register, styles)


class _Styles:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#D8E6F3", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.grey = book.add_format({"font_color": "#555555", "text_wrap": True, "valign": "top"})
        self.cells = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}


def _readme_sheet(sheet: xlsxwriter.worksheet.Worksheet, register: Register, styles: _Styles) -> None:
    sheet.set_column(0, 1, 24, styles.wrapped)
    sheet.set_column(2, 2, 26, styles.wrapped)
    sheet.set_column(3, 4, 18, styles.wrapped)
    sheet.set_column(5, 5, 70, styles.wrapped)
    sheet.write_string(0, 0, f"{register.title}: an instance to fill in", styles.title)
    lines = (
        "One sheet per table, one row per thing. Do not rename sheets or headings; columns of your own are ignored.",
        "Point at a heading to read what the column holds. Lists open in the cells that allow only some values.",
        "The sheet instance holds the settings; delete a value to use the shipped one.",
        "provenance: where a row's numbers come from. Leave it empty for your own (local).",
        "Save as .xlsx, then: nwl-opt validate FILE.xlsx, nwl-opt solve FILE.xlsx",
    )
    for at, line in enumerate(lines, start=1):
        sheet.merge_range(at, 0, at, 5, line, styles.wrapped)
    sheet.write_row(7, 0, ("sheet", "column", "holds", "unit", "needed", "meaning"), styles.heading)
    row = 8
    for table in register.inputs:
        note = " (the sheet may be left out)" if table.optional else ""
        sheet.write_row(row, 0, (table.name, "", "", "", "", f"{table.meaning}{note}"), styles.wrapped)
        row += 1
        for column in table.columns:
            cells = ("", column.name, kind_words(column), column.unit, necessity_words(column), column.meaning)
            sheet.write_row(row, 0, cells, styles.wrapped)
            row += 1
    sheet.freeze_panes(8, 0)


def _instance_sheet(sheet: xlsxwriter.worksheet.Worksheet, register: Register, styles: _Styles) -> None:
    sheet.write_row(0, 0, ("key", "value", "unit", "meaning", "source"), styles.heading)
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 2, 18)
    sheet.set_column(3, 4, 60, styles.grey)
    sheet.freeze_panes(1, 0)
    fixed = (
        ("kind", register.kind, "the kind of instance; leave it"),
        ("title", f"My own: {register.title}", "shown on every plan"),
        ("description", "", "anything a reader should know"),
    )
    for at, (key, value, meaning) in enumerate(fixed, start=1):
        sheet.write_row(at, 0, (key, value, "", meaning))
    for at, row in enumerate(setting_rows(register.settings), start=len(fixed) + 1):
        sheet.write_string(at, 0, f"settings.{row.name}")
        if row.shipped is not None:
            write_cell(sheet, at, 1, row.shipped)
        sheet.write_row(at, 2, (row.unit, f"{row.meaning}{' (must be given)' if row.required else ''}", row.source))


def _table_sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table, register: Register, styles: _Styles) -> None:
    sheet.freeze_panes(1, 0)
    for at, column in enumerate((*table.columns, PROVENANCE)):
        sheet.write_string(0, at, column.name, styles.heading)
        sheet.set_column(at, at, max(12, len(column.name) + 3), styles.cells.get(column.kind))
        note = "\n".join(
            part for part in (column.meaning, f"Unit: {column.unit}" if column.unit else "", kind_words(column),
                              necessity_words(column), f"Source: {column.source}" if column.source else "") if part
        )  # fmt: skip
        sheet.write_comment(0, at, note, {"x_scale": 2, "y_scale": 1.2})
        rule = _drop_down(column) or _names_to_choose(column, register)
        if rule is not None:
            sheet.data_validation(1, at, _LAST_ROW, at, rule)


def _drop_down(column: Column) -> Mapping[str, object] | None:
    choices: list[str] = []
    if column.name == PROVENANCE.name:
        choices = list(PROVENANCES)
    elif column.allowed:
        choices = list(column.allowed)
    elif column.kind == "flag":
        choices = ["yes", "no"]
    elif column.kind == "unknown_flag":
        choices = ["yes", "no", "unknown"]
    if not choices or len(",".join(choices)) > 255:  # a list typed into a rule may not be longer
        return None
    return {
        "validate": "list",
        "source": choices,
        "error_title": f"Not a value of {column.name}"[:32],
        "error_message": f"Choose one of: {', '.join(choices)}"[:255],
    }


def _names_to_choose(column: Column, register: Register) -> Mapping[str, object] | None:
    """The names of another sheet as a list; only a warning, for that sheet may be filled later."""
    if column.refers_to is None:
        return None
    table, _, name = column.refers_to.partition(".")
    at = [one.name for one in register.input(table).columns].index(name)
    letter = xlsxwriter.utility.xl_col_to_name(at)
    return {
        "validate": "list",
        "source": f"='{table}'!${letter}$2:${letter}${_LAST_ROW + 1}",
        "error_type": "warning",
        "error_title": "Not a name we know",
        "error_message": f"This name should stand in the sheet {table}, column {name}."[:255],
    }


def _columns(table: Table) -> list[str]:
    return [*(column.name for column in table.columns), PROVENANCE.name]


def _toml_value(value: object) -> str:
    return toml_text({"value": value}).removeprefix("value = ").strip() if value is not None else '""'


def _not_writable(target: Path, error: Exception) -> Fault:
    return Fault(str(target), None, None, f"cannot be written ({type(error).__name__})",
                 "must be a place we may write to", "Choose another.")  # fmt: skip
