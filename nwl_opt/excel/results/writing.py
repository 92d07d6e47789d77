"""From a run folder to its results workbook."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.register import Table
from nwl_opt.excel.results import assumptions, checks, in_words, summary
from nwl_opt.excel.results.about import about_run
from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.estates.sheets import ESTATES
from nwl_opt.excel.results.live import KindSheets, Live
from nwl_opt.excel.results.naming import file_name
from nwl_opt.excel.results.reallocation.sheets import REALLOCATION
from nwl_opt.excel.results.source import Source, read_source
from nwl_opt.excel.results.theatres.sheets import THEATRES
from nwl_opt.excel.results.tidy import data_sheet_name, write_data
from nwl_opt.run_folder import refuse_inside
from nwl_opt.words import name_words

KINDS: Mapping[str, KindSheets] = {"reallocation": REALLOCATION, "theatres": THEATRES, "estates": ESTATES}
ONLY_DATA = KindSheets(lambda _: (), lambda *_: {})
"""Of a kind without sheets of its own: its tables and what every run has."""
SUFFIX = ".xlsx"


def write_results(run_folder: Path, target: Path, made_at: dt.datetime) -> Path:
    """Write the results workbook of a run; returns the file.

    `target` is the file to write when it ends in .xlsx, else the folder it goes to under a name that says what it
    holds. A run without a plan gives a workbook that says why. The same run and moment give the same bytes.

    Raises
    ------
    InputFaults
        If the run or its inputs cannot be read, or the target cannot be written: it lies in the run, or is there
        already (somebody may have worked in it).
    """
    refuse_inside(target, run_folder)
    source = read_source(run_folder)
    path = target if target.suffix.lower() == SUFFIX else target / file_name(source)
    if path.exists():
        raise InputFaults([Fault(str(path), None, None, "is there already",
                                 "must be a new file: nothing is overwritten",
                                 "Move or rename it, or choose another name.")])  # fmt: skip
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, source, made_at)
    except OSError as error:
        raise InputFaults([Fault(str(path), None, None, f"cannot be written ({error.strerror or error})",
                                 "must be in a folder we may write to",
                                 "Choose another folder.")]) from None  # fmt: skip
    return path


def _write_whole(path: Path, source: Source, made_at: dt.datetime) -> None:
    """The file is there whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:20]}", suffix=SUFFIX, dir=path.parent)
    os.close(handle)
    partial = Path(name)
    try:
        _write_book(partial, source, made_at)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_book(path: Path, source: Source, made_at: dt.datetime) -> None:
    book = Book(path, about_run(source, made_at), made_at, f"{source.kind}: {source.title}")
    if source.has_plan:
        _write_plan(book, source)
    else:
        _write_no_plan(book, source)
    book.close()


def _write_plan(book: Book, source: Source) -> None:
    kind = KINDS.get(source.kind, ONLY_DATA)
    tables = [table for table in source.register.outputs if table.name in source.tables]
    findings = [(in_words.FINDINGS_SHEET, in_words.FINDINGS_DESCRIPTION)] if source.findings else []
    book.plan_sheets([
        (summary.SHEET, ""), *findings, *kind.names(source), (in_words.WORDS_SHEET, in_words.WORDS_DESCRIPTION),
        (assumptions.SHEET, assumptions.DESCRIPTION), (checks.SHEET, checks.DESCRIPTION), *_data_names(tables),
    ])  # fmt: skip
    if findings:
        in_words.write_findings(book, source)
    derived = kind.derived(source)
    live: Mapping[str, Live] = kind.write(book, source, derived)
    in_words.write_words(book, source)
    assumptions.write_assumptions(book, source)
    verdict = checks.write_checks(book)
    for table in tables:
        if table.name in derived:
            write_data(book, table, derived[table.name].rows, derived[table.name].columns)
        else:
            write_data(book, table, source.tables[table.name])
    summary.write_summary(book, source, live, verdict)


def _write_no_plan(book: Book, source: Source) -> None:
    tables = in_words.tables_without_plan(source)
    book.plan_sheets([
        (summary.SHEET, ""), (in_words.NO_PLAN_SHEET, in_words.NO_PLAN_DESCRIPTION),
        (assumptions.SHEET, assumptions.DESCRIPTION), *_data_names(tables),
    ])  # fmt: skip
    in_words.write_no_plan(book, source)
    assumptions.write_assumptions(book, source)
    for table in tables:
        write_data(book, table, source.tables[table.name])
    summary.write_summary(book, source, {}, None)


def _data_names(tables: Sequence[Table]) -> list[tuple[str, str]]:
    return [
        (data_sheet_name(table.name), f"the table {name_words(table.name)} as data: all columns, exact values")
        for table in tables
    ]
