"""Instances solved for the tests of reports, and what their written tables say."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from typer.testing import CliRunner

from nwl_opt.cli import app

INSTANCES = Path("instances")
EVIL = '<script>alert(1)</script> & #let x = "1"; $y$ @z `w` *v* _u_ \\ // [t] {s}'
"""A name that is markup in every language a report is set in."""


def solved(instance: Path, out: Path, *options: str, exit_code: int = 0) -> Path:
    """A run of an instance."""
    result = CliRunner().invoke(app, ["solve", str(instance), "--out", str(out), *options])
    assert result.exit_code == exit_code, result.output
    return out


def renamed(instance: Path, target: Path, table: str, column: str, name: str) -> Path:
    """A copy of an instance in which the first row of a table has another name."""
    shutil.copytree(instance, target)
    path = target / f"{table}.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    rows[0][column] = name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def rows_of(run: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table as they stand on disk."""
    with (run / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
