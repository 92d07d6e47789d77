"""Judging a plan by what is written on disk, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault
from models.shared.findings import CheckReport, Finding
from models.shared.problem import Case
from models.shared.register import Register
from nwl_opt.files.tables import read_output_tables

FORMAT_RULE = "FORMAT"


@dataclass(frozen=True)
class Verdict:
    """What the independent check of a folder's tables came to."""

    report: CheckReport
    rows: Mapping[str, int]

    @property
    def passed(self) -> bool:
        return self.report.passed


def check_folder(
    case: Case, register: Register, folder: Path, stage_values: Mapping[str, float | None] | None
) -> Verdict:
    """Read a plan's tables back from disk and let the problem's checker judge them.

    A table that cannot be read as the register says is a finding under the id FORMAT. `stage_values` are
    recomputed by the checker; None where nothing was recorded.
    """
    reading = read_output_tables(folder, register)
    findings = [format_finding(fault) for fault in reading.faults]
    report = case.check(reading.tables, stage_values)
    rows = {f"{name}.csv": len(table) for name, table in reading.tables.items() if f"{name}.csv" in reading.files}
    return Verdict(CheckReport(report.rules_checked, (*findings, *report.findings)), rows)


def format_finding(fault: Fault) -> Finding:
    """A fault of a written table, as a finding."""
    where = fault.file if fault.row is None else f"{fault.file} row {fault.row}"
    what = fault.found if fault.column is None else f"{fault.column} = {fault.found}"
    return Finding(FORMAT_RULE, "error", f"{what}; {fault.expected}", where)
