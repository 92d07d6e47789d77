"""An instance as a workbook people fill in or change: a README, the settings, and one sheet per table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance, parse_instance
from models.shared.problem import Problem
from models.shared.register import Register
from nwl_opt.excel.cells import MOST_ROWS, WORKBOOK_OPTIONS
from nwl_opt.excel.examples import Examples, examples_of
from nwl_opt.excel.look import Look
from nwl_opt.excel.template_readme import write_readme_sheet
from nwl_opt.excel.template_rules import Grid
from nwl_opt.excel.template_settings import write_settings_sheet
from nwl_opt.excel.template_table import table_headings, write_table_sheet
from nwl_opt.files.workbook import INSTANCE_SHEET, README_SHEET
from nwl_opt.opening import provenance_shares
from nwl_opt.words import provenance_sentences

HEADING_ROW = 4  # below title, link, guidance and example
_ROWS_MADE_READY = 5000
_ROWS_TO_ADD = 1000


def write_template_workbook(path: Path, problem: Problem) -> None:
    """Write a workbook without rows. Its examples stand above the column names, where nothing is read.

    Raises
    ------
    InputFaults
        If it cannot be written.
    """
    register = problem.register
    header = {"kind": register.kind, "title": f"My own: {register.title}"}
    _write(path, register, RawInstance(str(path), header, {}), examples_of(problem), empty=True)


def write_instance_workbook(path: Path, register: Register, raw: RawInstance) -> None:
    """Write an instance, as text, into a new workbook that reads back as the same instance.

    Raises
    ------
    InputFaults
        If it cannot be written, or holds more than a workbook can.
    """
    _write(path, register, raw, {}, empty=False)


def _write(path: Path, register: Register, raw: RawInstance, examples: Examples, empty: bool) -> None:
    rows = max((len(table.rows) for table in raw.tables.values()), default=0)
    if rows + HEADING_ROW >= MOST_ROWS:
        raise InputFaults([Fault(str(path), None, None, f"{rows:,} rows", "must fit into a sheet of Excel",
                                 "Write a folder instead of a workbook.")])  # fmt: skip
    headings = {table.name: table_headings(table, raw.tables.get(table.name)) for table in register.inputs}
    grid = Grid(HEADING_ROW, min(max(_ROWS_MADE_READY, HEADING_ROW + rows + _ROWS_TO_ADD), MOST_ROWS - 1), headings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), WORKBOOK_OPTIONS) as book:
        _write_sheets(book, register, raw, grid, examples, empty)


def _write_sheets(
    book: xlsxwriter.Workbook, register: Register, raw: RawInstance, grid: Grid, examples: Examples, empty: bool
) -> None:
    look = Look(book)
    book.set_size(24_000, 14_000)
    readme = book.add_worksheet(README_SHEET)
    if empty:
        write_readme_sheet(readme, register, None, (), look)
    else:
        counts = parse_instance(register, raw).provenance_counts
        write_readme_sheet(readme, register, raw.tables, provenance_sentences(provenance_shares(counts)), look)
    write_settings_sheet(book.add_worksheet(INSTANCE_SHEET), register, raw.header, look)
    nothing: Mapping[str, str] = {}
    for table in register.inputs:
        sheet = book.add_worksheet(table.name)
        write_table_sheet(sheet, table, raw.tables.get(table.name), grid, examples.get(table.name, nothing), look)
