"""A workbook that another spreadsheet program opened and saved again is still the same instance."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from models.shared.faults import Fault
from nwl_opt.excel.errors_copy import write_errors_copy
from nwl_opt.opening import Validation, sha256_of_instance, validate_instance
from nwl_opt.problems import data_folder, load_problem
from nwl_opt.templates import write_copy, write_template

KINDS = ("reallocation", "theatres", "estates")
SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
]


def saved_again(books: list[Path], place: Path) -> Path:
    """The workbooks as LibreOffice saves them; the folder they are in."""
    out = place / "again"
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), *map(str, books)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    assert {path.name for path in out.iterdir()} == {book.name for book in books}
    return out


def told(validation: Validation) -> list[tuple[str, int | None, str | None, str]]:
    """The faults without the name of the file."""
    return [_place(fault) for fault in validation.faults]


def _place(fault: Fault) -> tuple[str, int | None, str | None, str]:
    return fault.file.partition(", ")[2], fault.row, fault.column, fault.found


def test_templates_instances_and_copies_survive_libreoffice(tmp_path: Path) -> None:
    """Ids keep their zeros, days stay days, empty stays empty, and guidance is still no row."""
    books = [tmp_path / "empty.xlsx"]
    write_template(books[0], load_problem("theatres"))
    for kind in KINDS:
        books.append(tmp_path / f"{kind}_tiny.xlsx")
        write_copy(books[-1], load_problem(kind), data_folder(kind) / "tiny")
    broken = tmp_path / "broken"
    shutil.copytree(data_folder("theatres") / "tiny", broken)
    patients = broken / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8").replace("2027-", "27-"), encoding="utf-8")
    books.append(tmp_path / "broken_errors.xlsx")
    write_errors_copy(broken, books[-1], validate_instance(broken))
    again = saved_again(books, tmp_path)
    for book in books:
        before, after = validate_instance(book), validate_instance(again / book.name)
        register = before.problem.register
        assert told(after) == told(before), book.name
        assert after.notices == before.notices, book.name
        assert sha256_of_instance(after.raw, register) == sha256_of_instance(before.raw, register), book.name
