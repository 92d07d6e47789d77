"""Faults come back as a copy of what the user gave: marked, linked, mendable, and nothing of theirs lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from models.shared.faults import Fault, InputFaults
from nwl_opt.cli import main
from nwl_opt.excel.errors_copy import write_copy_with_faults, write_errors_copy
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.templates import write_copy
from tests.toys.knapsack.problem import PROBLEM
from tests.toys.knapsack.tables import REGISTER

pytestmark = pytest.mark.unit


@pytest.fixture
def bad(tiny: Path, tmp_path: Path) -> Path:
    """The tiny instance as a workbook with three faults, a sheet of the user's own and one called Errors."""
    path = tmp_path / "bad.xlsx"
    write_copy(path, PROBLEM, tiny)
    book = openpyxl.load_workbook(path)
    book["items"]["C6"] = -6
    book["items"]["B7"] = "S9"
    book["items"]["C7"] = "heavy"
    mine = book.create_sheet("My notes")
    mine["A1"], mine["B3"], mine["C3"] = "=1+1", dt.datetime(2026, 11, 23, 8, 30), "007"
    book.create_sheet("Errors")["A1"] = "ours to mend"
    book.save(path)
    return path


@pytest.fixture
def copy(bad: Path, tmp_path: Path) -> Path:
    """Its copy with the faults marked."""
    write_errors_copy(bad, tmp_path / "copy.xlsx", validate_instance(bad))
    return tmp_path / "copy.xlsx"


def listed(path: Path) -> list[tuple[object, ...]]:
    """The rows of the list of faults."""
    rows = openpyxl.load_workbook(path)["Errors"].iter_rows(min_row=6, values_only=True)
    return [row for row in rows if row[0] is not None]


def test_every_fault_is_listed_with_its_place_and_a_link(copy: Path) -> None:
    rows = listed(copy)
    assert [row[:6] for row in rows] == [
        (1, "items", 6, "weight_kg", "C6", "-6"),
        (2, "items", 7, "shelf_id", "B7", "S9"),
        (3, "items", 7, "weight_kg", "C7", "heavy"),
    ]
    assert all(row[6] and row[7] for row in rows), "what was expected, and how to mend it"
    sheet = openpyxl.load_workbook(copy)["Errors"]
    assert [sheet.cell(row, 5).hyperlink.location for row in (6, 7, 8)] == ["'items'!C6", "'items'!B7", "'items'!C7"]


def test_faulty_cells_are_coloured_and_carry_a_note(copy: Path) -> None:
    sheet = openpyxl.load_workbook(copy)["items"]
    marked = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
    assert marked == ["C6", "B7", "C7"]
    assert all(sheet[name].fill.fgColor.rgb == "FFF6D7D2" for name in marked)
    assert "must be 1 or more" in sheet["C6"].comment.text
    assert sheet["D6"].fill.fgColor.rgb != "FFF6D7D2"
    assert '"sturdy,fragile"' in [rule.formula1 for rule in sheet.data_validations.dataValidation], "to choose from"


def test_all_sheets_and_values_are_there(bad: Path, copy: Path) -> None:
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == ["Errors", "README", "instance", "items", "shelves", "notes", "My notes", "Errors 2"]
    assert book["Errors 2"]["A1"].value == "ours to mend"
    assert book["My notes"]["B3"].value == dt.datetime(2026, 11, 23, 8, 30)
    assert book["My notes"]["C3"].value == "007"
    theirs = openpyxl.load_workbook(bad)
    for name in ("instance", "items", "shelves"):
        assert [[c.value for c in row] for row in book[name].iter_rows(max_col=6)] == [
            [c.value for c in row] for row in theirs[name].iter_rows(max_col=6, max_row=book[name].max_row)
        ]


def test_the_copy_is_an_instance_and_mending_it_is_enough(tiny: Path, copy: Path, tmp_path: Path) -> None:
    """The list is not read: the same faults until they are mended, then the very instance; copies do not nest."""
    assert [fault.cell for fault in validate_instance(copy).faults] == ["C6", "B7", "C7"]
    write_errors_copy(copy, tmp_path / "again.xlsx", validate_instance(copy))
    assert openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames.count("Errors") == 1
    assert len(openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames) == 8
    book = openpyxl.load_workbook(copy)
    book["items"]["C6"], book["items"]["B7"], book["items"]["C7"] = 6, "S1", 5
    book.save(copy)
    mended = validate_instance(copy)
    assert mended.faults == ()
    assert sha256_of_instance(mended.raw, REGISTER) == sha256_of_instance(validate_instance(tiny).raw, REGISTER)


def test_the_users_own_file_is_not_touched(bad: Path, tmp_path: Path) -> None:
    before = bad.read_bytes()
    write_errors_copy(bad, tmp_path / "copy.xlsx", validate_instance(bad))
    assert bad.read_bytes() == before
    with pytest.raises(InputFaults, match="nothing was overwritten"):
        write_errors_copy(bad, bad, validate_instance(bad))
    with pytest.raises(InputFaults, match="a new workbook"):
        write_errors_copy(bad, tmp_path / "copy.csv", validate_instance(bad))


def test_a_folder_comes_back_as_a_workbook(tiny: Path, tmp_path: Path) -> None:
    items = tiny / "items.csv"
    items.write_text(items.read_text(encoding="utf-8").replace("C,S2,4,", "C,S2,-4,"), encoding="utf-8")
    toml = tiny / "instance.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("limit_kg = 10", "limit_kg = -1"), encoding="utf-8")
    (tiny / "scratch.csv").write_text("a,b\n=1+1,007\n", encoding="utf-8")
    write_errors_copy(tiny, tmp_path / "copy.xlsx", validate_instance(tiny))
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert book.sheetnames == ["Errors", "instance", "items", "scratch", "shelves"]
    places = {row[1]: row[4] for row in listed(tmp_path / "copy.xlsx")}
    assert places["items"] == "C4" and str(places["instance"]).startswith("B")
    assert book["instance"][str(places["instance"])].value == -1
    assert [cell.value for cell in book["scratch"][2]] == ["=1+1", "007"]
    assert book["scratch"]["A2"].data_type == "s"
    assert [fault.found for fault in validate_instance(tmp_path / "copy.xlsx").faults] == ["-1", "-4"]
    book["items"]["C4"], book["instance"][str(places["instance"])] = 4, 10
    book.save(tmp_path / "copy.xlsx")
    assert validate_instance(tmp_path / "copy.xlsx").faults == ()


def test_a_header_that_is_not_toml_stays_readable(tiny: Path, tmp_path: Path) -> None:
    (tiny / "instance.toml").write_text('kind = "knapsack"\ntitle = "open\n', encoding="utf-8")
    write_errors_copy(tiny, tmp_path / "copy.xlsx", validate_instance(tiny))
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert book["instance.toml"]["A2"].value == 'title = "open'
    assert book["instance"]["B2"].value == "knapsack"


def test_texts_no_cell_can_hold_are_shortened_and_rows_no_sheet_can_hold_refused(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tiny / "scratch.csv").write_text(f"a\n{'x' * 40_000}\n", encoding="utf-8")
    write_errors_copy(tiny, tmp_path / "copy.xlsx", validate_instance(tiny))
    text = openpyxl.load_workbook(tmp_path / "copy.xlsx")["scratch"]["A2"].value
    assert text.startswith("xxx") and text.endswith("(shortened)")
    monkeypatch.setattr("nwl_opt.excel.errors_copy.MOST_ROWS", 3)
    with pytest.raises(InputFaults, match="must fit into a sheet"):
        write_errors_copy(tiny, tmp_path / "again.xlsx", validate_instance(tiny))


def test_faults_without_a_cell_are_listed_all_the_same(bad: Path, tmp_path: Path) -> None:
    faults = [Fault("bad.xlsx, sheet prices", None, None, "no sheet prices", "must be there", "Add it."),
              Fault("bad.xlsx, sheet items", None, None, "no rows", "must have rows", "Add them."),
              Fault("growth.toml", 3, "x", "1", "must be 2", "Correct it.")]  # fmt: skip
    write_copy_with_faults(bad, tmp_path / "copy.xlsx", faults)
    rows = listed(tmp_path / "copy.xlsx")
    assert [(row[1], row[2], row[4]) for row in rows] == [
        ("prices", None, None), ("items", None, "sheet"), ("growth.toml", 3, None),
    ]  # fmt: skip


def test_long_lists_are_cut_and_say_so(bad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nwl_opt.excel.errors_sheet.MOST_ROWS_LISTED", 2)
    monkeypatch.setattr("nwl_opt.excel.errors_copy.MOST_NOTES", 1)
    write_errors_copy(bad, tmp_path / "copy.xlsx", validate_instance(bad))
    assert len(listed(tmp_path / "copy.xlsx")) == 2
    assert "The first 2 of 3" in openpyxl.load_workbook(tmp_path / "copy.xlsx")["Errors"]["A3"].value


def test_the_command_writes_the_copy_and_says_where(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(bad)]) == 2
    assert f'nwl-opt validate "{bad}" --errors' in capsys.readouterr().err
    assert main(["solve", str(bad)]) == 2
    assert "--errors" in capsys.readouterr().err
    assert main(["validate", str(bad), "--errors", str(tmp_path / "copy.xlsx")]) == 2
    assert "Marked in a copy" in capsys.readouterr().err
    assert len(listed(tmp_path / "copy.xlsx")) == 3


def test_without_faults_there_is_no_copy(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tiny), "--errors", str(tmp_path / "copy.xlsx")]) == 0
    assert "No copy was written" in capsys.readouterr().out
    assert not (tmp_path / "copy.xlsx").exists()


def test_what_cannot_be_opened_cannot_be_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert main(["validate", str(tmp_path / "a.xlsx"), "--errors", str(tmp_path / "copy.xlsx")]) == 2
    told = capsys.readouterr().err
    assert "an empty file" in told and "--errors" not in told
    assert not (tmp_path / "copy.xlsx").exists()


def test_an_unknown_kind_is_marked_too(bad: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(bad)
    for row in book["instance"].iter_rows():
        if row[0].value == "kind":
            row[1].value = "suitcase"
    book.save(bad)
    assert main(["validate", str(bad), "--errors", str(tmp_path / "copy.xlsx")]) == 2
    ((_, sheet, row, column, cell, found, *_),) = listed(tmp_path / "copy.xlsx")
    assert (sheet, column, found, cell) == ("instance", "kind", "suitcase", f"B{row}")
