"""One workbook is the same instance as the folder; what a workbook can get wrong is named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import xlsxwriter

from models.shared.faults import InputFaults
from models.shared.parsing import RawInstance
from nwl_opt.excel.template import write_instance_workbook
from nwl_opt.files import read_instance
from nwl_opt.files.workbook import cell_text
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.templates import write_copy, write_template
from tests.toys.knapsack.problem import PROBLEM
from tests.toys.knapsack.tables import REGISTER

pytestmark = pytest.mark.unit

HEADER = ("item_id", "shelf_id", "weight_kg", "gain_gbp", "bought_on")


def make_book(path: Path, *items: tuple[object, ...], kind: str = "knapsack") -> xlsxwriter.Workbook:
    """A workbook with one shelf and the given items; the caller closes it."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("instance")
    sheet.write_column(0, 0, ("key", "kind", "settings.limit_kg"))
    sheet.write_column(0, 1, ("value", kind, 10))
    book.add_worksheet("shelves").write_column(0, 0, ("shelf_id", "S1"))
    sheet = book.add_worksheet("items")
    sheet.write_row(0, 0, HEADER)
    for at, item in enumerate(items, start=1):
        sheet.write_row(at, 0, item)
    return book


def only_found(path: Path) -> str:
    """What was found, for a workbook with one fault."""
    try:
        faults = validate_instance(path).faults
    except InputFaults as error:
        faults = error.faults
    assert len(faults) == 1, faults
    return f"{faults[0].file}|{faults[0].row}|{faults[0].found}"


def test_a_workbook_reads_as_the_folder_does(tiny: Path, tmp_path: Path) -> None:
    book = tmp_path / "tiny.xlsx"
    write_copy(book, PROBLEM, tiny)
    from_folder, from_book = validate_instance(tiny), validate_instance(book)
    assert from_book.faults == ()
    assert from_book.parsed.settings == from_folder.parsed.settings
    assert from_book.parsed.provenance_counts == from_folder.parsed.provenance_counts
    for name, table in from_folder.parsed.tables.items():
        assert [row.cells for row in from_book.parsed.tables[name]] == [row.cells for row in table]
    assert sha256_of_instance(from_book.raw, REGISTER) == sha256_of_instance(from_folder.raw, REGISTER)


def test_an_exported_workbook_comes_back_as_it_was(tiny: Path, tmp_path: Path) -> None:
    """Leading zeros, formula-like texts and long numbers survive the way through a workbook."""
    with (tiny / "items.csv").open("a", encoding="utf-8") as file:
        file.write("007,S1,3,123456789012,sturdy,,no,local\n=1+1,S1,3,4,sturdy,,no,local\n")
    raw = read_instance(tiny, REGISTER)
    write_instance_workbook(tmp_path / "book.xlsx", REGISTER, raw)
    back = read_instance(tmp_path / "book.xlsx", REGISTER)
    assert [cells[: len(raw.tables["items"].header)] for cells in back.tables["items"].rows] == list(
        raw.tables["items"].rows
    )
    assert sha256_of_instance(back, REGISTER) == sha256_of_instance(raw, REGISTER)


def test_numbers_and_dates_become_text(tmp_path: Path) -> None:
    with make_book(tmp_path / "b.xlsx", ("A", "S1", 3.0, 1234, dt.date(2026, 11, 23)), (7, "S1", 1, 2)):
        pass
    validation = validate_instance(tmp_path / "b.xlsx")
    assert validation.faults == ()
    assert [row.cells["item_id"] for row in validation.parsed.table("items")] == ["A", "7"]
    assert validation.parsed.table("items").rows[0].date("bought_on") == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1000000000000000.0"),
        (True, "yes"),
        (None, ""),
        (dt.datetime(2026, 11, 23), "2026-11-23"),
        (dt.datetime(2026, 11, 23, 8, 29, 59, 999_900), "2026-11-23T08:30"),
        (dt.time(8, 30), "08:30"),
        (dt.timedelta(hours=8, minutes=30), "08:30"),
        (dt.date(2026, 11, 23), "2026-11-23"),
        ("x", "x"),
    ],
)
def test_a_cell_as_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_faults_speak_of_sheets(tmp_path: Path) -> None:
    with make_book(tmp_path / "b.xlsx", ("A", "S9", -3, 4)):
        pass
    faults = validate_instance(tmp_path / "b.xlsx").faults
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("b.xlsx, sheet items", 2, "shelf_id"),
        ("b.xlsx, sheet items", 2, "weight_kg"),
    ]
    assert "sheet shelves" in faults[0].expected
    assert "csv" not in " ".join(map(str, faults))


def test_a_formula_error_is_a_fault_and_not_an_empty_cell(tmp_path: Path) -> None:
    """The reader hands #N/A over as empty, and an empty cell may stand for a default: it must be named instead."""
    with make_book(tmp_path / "b.xlsx", ("A", "S1", 3, 4)) as book:
        book.get_worksheet_by_name("items").write_formula(1, 4, "=NA()", None, "#N/A")
    faults = validate_instance(tmp_path / "b.xlsx").faults
    assert [(fault.row, fault.column, fault.found) for fault in faults] == [(2, "bought_on", "#N/A")]


def test_merged_cells_are_a_fault(tmp_path: Path) -> None:
    with make_book(tmp_path / "b.xlsx", ("A", "S1", 3, 4)) as book:
        book.get_worksheet_by_name("items").merge_range(1, 5, 2, 6, "remark")
    assert only_found(tmp_path / "b.xlsx") == "b.xlsx, sheet items|2|merged cells F2:G3"


def test_a_renamed_sheet_is_noticed(tmp_path: Path) -> None:
    with make_book(tmp_path / "b.xlsx", ("A", "S1", 3, 4)) as book:
        book.add_worksheet("Sheet4")
    assert any(
        notice.startswith("sheet Sheet4: not used") for notice in validate_instance(tmp_path / "b.xlsx").notices
    )


def test_what_is_not_a_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04garbage")
    assert "unreadable workbook" in only_found(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_bytes(b"item_id,shelf_id\n")
    assert "unreadable workbook" in only_found(tmp_path / "b.xlsx")
    (tmp_path / "c.xlsm").write_bytes(b"anything")
    assert "a workbook with macros" in only_found(tmp_path / "c.xlsm")
    with make_book(tmp_path / "d.xlsx", kind="suitcase"):
        pass
    assert only_found(tmp_path / "d.xlsx") == "d.xlsx, sheet instance|None|suitcase"
    with xlsxwriter.Workbook(str(tmp_path / "e.xlsx")) as book:
        book.add_worksheet("items")
    assert "no sheet instance" in only_found(tmp_path / "e.xlsx")


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    with make_book(tmp_path / "b.xlsx", ("A", "S1", 3, 4)):
        pass
    whole = (tmp_path / "b.xlsx").read_bytes()
    for share in (0.3, 0.6, 0.99):
        (tmp_path / "cut.xlsx").write_bytes(whole[: int(len(whole) * share)])
        assert "unreadable workbook" in only_found(tmp_path / "cut.xlsx")


def test_an_oversized_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_book(tmp_path / "b.xlsx", ("A", "S1", 3, 4)):
        pass
    monkeypatch.setattr("nwl_opt.files.refusing.LARGEST_UNPACKED_BYTES", 100)
    assert "MB" in only_found(tmp_path / "b.xlsx")


def test_the_template_workbook_opens_and_asks_for_rows(tmp_path: Path) -> None:
    write_template(tmp_path / "new.xlsx", PROBLEM)
    faults = validate_instance(tmp_path / "new.xlsx").faults
    assert [(fault.file, fault.found) for fault in faults] == [("new.xlsx, sheet items", "no rows")]
    raw: RawInstance = read_instance(tmp_path / "new.xlsx", REGISTER)
    assert "settings" not in raw.header, "what nobody chose is an assumption of ours, not the user's own"


def test_the_template_folder_opens_and_asks_for_rows(tmp_path: Path) -> None:
    write_template(tmp_path / "new", PROBLEM)
    faults = validate_instance(tmp_path / "new").faults
    assert [(fault.file, fault.found) for fault in faults] == [("items.csv", "no rows")]
    shutil.copy(Path(__file__).parents[2] / "toys/knapsack/data/tiny/items.csv", tmp_path / "new" / "items.csv")
    shutil.copy(Path(__file__).parents[2] / "toys/knapsack/data/tiny/shelves.csv", tmp_path / "new" / "shelves.csv")
    assert validate_instance(tmp_path / "new").faults == ()
