"""Instances to fill in or to change: a folder with a README, or a workbook (`nwl_opt/excel/template.py`)."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance
from models.shared.problem import Problem
from models.shared.register import Register, Table
from nwl_opt.dictionary import dictionary_text, setting_rows
from nwl_opt.excel.template import write_instance_workbook, write_template_workbook
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import read_instance
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.toml_text import toml_text
from nwl_opt.files.writing import PROVENANCE, write_raw_folder


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
            write_template_workbook(target, problem)
        else:
            _write_folder(target, problem)
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        raise InputFaults([_not_writable(target, error)]) from None


def write_copy(target: Path, problem: Problem, source: Path) -> None:
    """Write an instance, to be looked at or changed: a workbook when the target ends in .xlsx, else a folder.

    Raises
    ------
    InputFaults
        If the instance cannot be read, or the target cannot be written.
    """
    write_as_text(target, problem.register, read_instance(source, problem.register))


def write_as_text(target: Path, register: Register, raw: RawInstance) -> None:
    """Write an instance that is in memory: a workbook when the target ends in .xlsx, else a folder.

    Raises
    ------
    InputFaults
        If the target cannot be written.
    """
    try:
        if target.suffix.lower() == ".xlsx":
            write_instance_workbook(target, register, raw)
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


def _columns(table: Table) -> list[str]:
    return [*(column.name for column in table.columns), PROVENANCE.name]


def _toml_value(value: object) -> str:
    return toml_text({"value": value}).removeprefix("value = ").strip() if value is not None else '""'


def _not_writable(target: Path, error: Exception) -> Fault:
    return Fault(str(target), None, None, f"cannot be written ({type(error).__name__})",
                 "must be a place we may write to", "Choose another.")  # fmt: skip
