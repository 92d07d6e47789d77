"""What is called a workbook and is none, or is too large, is refused in words and never unpacked blindly."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.workbook import Book

pytestmark = pytest.mark.unit

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def refusal(path: Path) -> Fault:
    with pytest.raises(InputFaults) as caught:
        Book(path)
    (fault,) = caught.value.faults
    return fault


@pytest.mark.parametrize(
    ("name", "content", "found", "mend"),
    [
        ("a.xlsx", b"", "an empty file", "Save the workbook again"),
        ("a.xlsx", b"item_id,shelf_id\nA,S1\n", "it is text", "open it in Excel, save it as .xlsx"),
        ("a.xlsx", OLD_OFFICE, "an old .xls inside", "save it as Excel Workbook"),
        ("a.xlsx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "it has a password", "Encrypt with Password"),
        ("a.xlsx", b"PK\x03\x04 cut short", "unreadable workbook", "save it as .xlsx"),
        ("a.xls", OLD_OFFICE, "a file of type .xls", "save it as .xlsx"),
        ("a.xlsb", b"PK", "a file of type .xlsb", "save it as .xlsx"),
        ("a.ods", b"PK", "a file of type .ods", "save it as .xlsx"),
        ("a.zip", b"PK", "a file of type .zip", "Unpack it"),
        ("a.xlsm", b"PK", "a workbook with macros", "Save it as .xlsx"),
        ("a.csv", b"x", "a file of type .csv", "Give the folder"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, found: str, mend: str
) -> None:
    (tmp_path / name).write_bytes(content)
    fault = refusal(tmp_path / name)
    assert found in fault.found and mend in fault.mend


def test_a_zip_bomb_is_counted_and_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three megabytes of nothing in a few kilobytes; with a limit of one, no more than that is unpacked."""
    monkeypatch.setattr("nwl_opt.files.refusing.LARGEST_UNPACKED_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(3_000_000))
    assert (tmp_path / "bomb.xlsx").stat().st_size < 10_000
    fault = refusal(tmp_path / "bomb.xlsx")
    assert "when unpacked" in fault.found and "at most 1 MB" in fault.expected


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The directory of the archive says ten bytes; what comes out is more, and is not handed on."""
    path = tmp_path / "liar.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(100_000))
    data = bytearray(path.read_bytes())
    true_size = (100_000).to_bytes(4, "little")
    while (at := data.find(true_size)) >= 0:
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert "unreadable workbook" in refusal(path).found


def test_macros_under_another_name_are_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert refusal(tmp_path / "a.xlsx").found == "macros inside"


def test_a_folder_called_xlsx_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    assert refusal(tmp_path / "a.xlsx").found == "no file"
