"""What Excel and its users change without a word is read with a notice, or named with how to mend it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from models.shared.faults import Fault
from models.shared.register import Column, Kind, Table
from nwl_opt.files.meaning import read_as_meant
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.problems import find_instance, load_problem
from nwl_opt.templates import write_copy

pytestmark = pytest.mark.unit

HEADER = ("item_id", "shelf_id", "weight_kg", "gain_gbp", "value_share", "kind", "bought_on", "insured")
ITEM: tuple[object, ...] = ("A", "S1", 3, 10, 1, "sturdy", "2026-11-23", "no")
Rows = list[list[object]]


def items(**cells: object) -> tuple[object, ...]:
    """An item as tiny has it, some cells other."""
    return tuple(cells.get(name, value) for name, value in zip(HEADER, ITEM, strict=True))


def book_of(path: Path, sheets: dict[str, Rows]) -> Path:
    """A workbook of the given sheets beside the instance and one shelf."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in {"instance": [["key", "value"], ["kind", "knapsack"]], "shelves": [["shelf_id"], ["S1"]],
                           **sheets}.items():  # fmt: skip
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(at, column, value, day)
                    else:
                        sheet.write(at, column, value)
    return path


def folder_of(path: Path, rows: Rows) -> Path:
    """The same as CSV files: what Excel saves a sheet as."""
    path.mkdir()
    (path / "instance.toml").write_text('kind = "knapsack"\n', encoding="utf-8")
    (path / "shelves.csv").write_text("shelf_id\nS1\n", encoding="utf-8")
    lines = [",".join(f'"{value}"' for value in row) for row in rows]
    (path / "items.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def both(tmp_path: Path, rows: Rows) -> list[Validation]:
    """What a workbook and a folder of the same cells come to."""
    return [validate_instance(book_of(tmp_path / "b.xlsx", {"items": rows})),
            validate_instance(folder_of(tmp_path / "f", rows))]  # fmt: skip


def only_fault(validation: Validation) -> Fault:
    assert len(validation.faults) == 1, validation.faults
    return validation.faults[0]


@pytest.mark.parametrize(
    ("column", "written", "read", "told"),
    [
        ("gain_gbp", "1,234", 1234, "1,234"),
        ("gain_gbp", "£1,234", 1234, "pound sign"),
        ("gain_gbp", "£1,234.00", 1234, "pound sign"),
        ("gain_gbp", "1 234 567", 1234567, "1 234 567"),
        ("value_share", "12%", 0.12, "per cent"),
        ("value_share", "12.5 %", 0.125, "per cent"),
        ("bought_on", "46000", dt.date(2025, 12, 9), "Excel's number"),
        ("bought_on", "05/03/2025", dt.date(2025, 3, 5), "day first"),
        ("bought_on", "5.3.2025", dt.date(2025, 3, 5), "day first"),
        ("bought_on", "05/03/2025 09:30", dt.date(2025, 3, 5), "left out"),
        ("bought_on", "5 Mar 2025", dt.date(2025, 3, 5), "month's name"),
        ("bought_on", "05-March-2025", dt.date(2025, 3, 5), "month's name"),
        ("bought_on", "2025/03/05", dt.date(2025, 3, 5), "year first"),
        ("kind", "Fragile", "fragile", "other letters"),
        ("insured", "TRUE", True, ""),
        ("insured", "0", False, ""),
    ],
)
def test_what_can_mean_one_thing_is_read(tmp_path: Path, column: str, written: str, read: object, told: str) -> None:
    """The same in a sheet and in a file, with a notice that names the first such row."""
    for validation in both(tmp_path, [list(HEADER), list(items(**{column: written}))]):
        assert validation.faults == ()
        assert validation.parsed.table("items").rows[0].cells[column] == read
        notices = " ".join(validation.notices)
        assert told in notices and ("row 2" in notices) == bool(told)


@pytest.mark.parametrize(
    ("column", "written", "mend"),
    [
        ("gain_gbp", "12%", "the amount itself"),
        ("gain_gbp", "£1.2m", "what it is worth"),
        ("gain_gbp", "NaN", "stands for something missing. Write the value"),
        ("gain_gbp", "-", "stands for something missing"),
        ("gain_gbp", "2026-11-23", "Set the cell's format to Number"),
        ("value_share", "12", "If you mean 12 %, write 0.12 or 12%"),
        ("value_share", "None", "empty means 1"),
        ("bought_on", "#N/A", "A formula failed here"),
        ("bought_on", "nan", "Clear the cell if it is not known"),
        ("bought_on", "05/03/25", "four digits: 05/03/2025"),
        ("bought_on", "31/02/2025", "no such day"),
        ("item_id", "#REF!", "A formula failed here"),
        ("item_id", "nan", "stands for something missing"),
        ("item_id", "Total", "Delete the row of totals"),
        ("insured", "maybe", "Correct this cell"),
    ],
)
def test_what_can_not_be_read_says_how_to_mend_it(tmp_path: Path, column: str, written: str, mend: str) -> None:
    for validation in both(tmp_path, [list(HEADER), list(items(**{column: written}))]):
        fault = only_fault(validation)
        assert (fault.row, fault.column, fault.found) == (2, column, written)
        assert mend in fault.mend


def test_lost_zeros_are_named_on_either_side(tmp_path: Path) -> None:
    rows: Rows = [list(HEADER), list(items(shelf_id=123))]
    fault = only_fault(
        validate_instance(book_of(tmp_path / "a.xlsx", {"items": rows, "shelves": [["shelf_id"], ["00123"]]}))
    )
    assert fault.found == "123" and "00123 became 123" in fault.mend
    rows = [list(HEADER), list(items(shelf_id="00123"))]
    fault = only_fault(
        validate_instance(book_of(tmp_path / "b.xlsx", {"items": rows, "shelves": [["shelf_id"], [123]]}))
    )
    assert fault.found == "00123" and "00123 became 123" in fault.mend


def test_names_that_differ_only_in_letters_are_named(tmp_path: Path) -> None:
    rows: Rows = [list(HEADER), list(items(shelf_id="s 1"))]
    fault = only_fault(validate_instance(book_of(tmp_path / "a.xlsx", {"items": rows})))
    assert fault.mend.startswith("S1 stands in")


def test_a_month_first_date_puts_the_whole_column_in_doubt(tmp_path: Path) -> None:
    """03/04/2025 beside 03/25/2025 is 4 March: read day first, it would be wrong by a month and nobody would know."""
    rows: Rows = [list(HEADER), list(items(bought_on="03/04/2025")), list(items(item_id="B", bought_on="03/25/2025"))]
    for validation in both(tmp_path, rows):
        assert [fault.row for fault in validation.faults] == [2, 3]
        assert "Write 2025-03-25" in validation.faults[1].mend
        assert any("row 3 is month first" in notice for notice in validation.notices)


def test_blanks_of_web_pages_are_blanks(tmp_path: Path) -> None:
    rows: Rows = [["item_id\u00a0", *HEADER[1:]], list(items(item_id="\u00a0A\u200b", shelf_id="S1 "))]
    for validation in both(tmp_path, rows):
        assert validation.faults == ()
        assert validation.parsed.table("items").rows[0].text("item_id") == "A"
        assert "non-breaking blanks" in " ".join(validation.notices)


def test_headings_in_other_letters_are_read(tmp_path: Path) -> None:
    header: list[object] = [
        "Item ID",
        "SHELF_ID",
        "Weight (kg)",
        "Gain £",
        "value-share",
        " Kind ",
        "Bought on",
        "insured",
    ]
    for validation in both(tmp_path, [header, list(ITEM)]):
        assert validation.faults == ()
        assert validation.parsed.table("items").rows[0].integer("gain_gbp") == 10
        assert "Item ID as item_id" in " ".join(validation.notices)


def test_a_heading_twice_is_a_fault_in_whatever_letters(tmp_path: Path) -> None:
    for validation in both(tmp_path, [[*HEADER, "Kind", "kind"], [*ITEM, "x", "fragile"]]):
        assert "column kind twice" in [fault.found for fault in validation.faults]


def test_titles_above_and_gaps_below_are_read_over(tmp_path: Path) -> None:
    """Rows count as the sheet does; a gap does not end the table."""
    rows: Rows = [["Our items"], ["as of 23/11/2026"], [], list(HEADER), list(ITEM), [], [], list(items(item_id="B"))]
    validation = validate_instance(book_of(tmp_path / "b.xlsx", {"items": rows}))
    assert validation.faults == ()
    assert [row.number for row in validation.parsed.table("items")] == [5, 8]
    told = " ".join(validation.notices)
    assert "above the column names in row 4" in told and "2 blank rows left out" in told


def test_hidden_and_filtered_rows_are_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        book.add_worksheet("instance").write_column(0, 0, ("key", "kind"))
        book.get_worksheet_by_name("instance").write_column(0, 1, ("value", "knapsack"))
        book.add_worksheet("shelves").write_column(0, 0, ("shelf_id", "S1"))
        sheet = book.add_worksheet("items")
        for at, row in enumerate((HEADER, ITEM, items(item_id="B"))):
            sheet.write_row(at, 0, row)
        sheet.autofilter(0, 0, 2, 7)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})
    assert len(validate_instance(tmp_path / "b.xlsx").parsed.table("items")) == 2


def test_days_of_old_macs_count_from_1904(tmp_path: Path) -> None:
    """The same number means a day four years later there."""
    for name, counts_from_1904 in (("a.xlsx", False), ("b.xlsx", True)):
        with xlsxwriter.Workbook(str(tmp_path / name), {"date_1904": counts_from_1904}) as book:
            book.add_worksheet("instance").write_column(0, 0, ("key", "kind"))
            book.get_worksheet_by_name("instance").write_column(0, 1, ("value", "knapsack"))
            book.add_worksheet("shelves").write_column(0, 0, ("shelf_id", "S1"))
            sheet = book.add_worksheet("items")
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, items(bought_on=44538))
    days = [
        validate_instance(tmp_path / name).parsed.table("items").rows[0].date("bought_on")
        for name in ("a.xlsx", "b.xlsx")
    ]
    assert days == [dt.date(2021, 12, 8), dt.date(2025, 12, 9)]


@pytest.mark.parametrize(
    "name", ["Items", "items ", "items (2)", "items_v2", "Copy of items", "items - final", "Items (v2)"]
)
def test_a_renamed_sheet_is_read_where_only_one_fits(tmp_path: Path, name: str) -> None:
    validation = validate_instance(book_of(tmp_path / "b.xlsx", {name: [list(HEADER), list(ITEM)]}))
    assert validation.faults == ()
    assert f"sheet {name} was read as items" in validation.notices


def test_two_sheets_that_fit_are_a_fault(tmp_path: Path) -> None:
    sheet: Rows = [list(HEADER), list(ITEM)]
    fault = only_fault(validate_instance(book_of(tmp_path / "b.xlsx", {"items v2": sheet, "items v3": sheet})))
    assert "items v2, items v3" in fault.found and "Rename" in fault.mend


def test_the_right_sheet_wins_over_its_copy(tmp_path: Path) -> None:
    other: Rows = [list(HEADER), list(items(gain_gbp=99))]
    sheets: dict[str, Rows] = {"items (2)": other, "items": [list(HEADER), list(ITEM)]}
    validation = validate_instance(book_of(tmp_path / "b.xlsx", sheets))
    assert validation.parsed.table("items").rows[0].integer("gain_gbp") == 10
    assert any("items (2): not used" in notice for notice in validation.notices)


def test_a_sheet_of_another_name_is_known_by_its_columns(tmp_path: Path) -> None:
    fault = only_fault(validate_instance(book_of(tmp_path / "b.xlsx", {"Tabelle1": [list(HEADER), list(ITEM)]})))
    assert fault.found == "no sheet items"
    assert fault.mend == "Rename sheet Tabelle1, which has its columns, to items."


def test_a_table_that_may_be_missing_is_not_left_out_in_silence_because_its_sheet_was_renamed(tmp_path: Path) -> None:
    """`Nothing is wrong with it` once stood above an estate whose journeys were not read."""
    path = tmp_path / "b.xlsx"
    write_copy(path, load_problem("estates"), find_instance("estates/tiny"))
    book = openpyxl.load_workbook(path)
    book["travel_times"].title = "Journeys"
    book.save(path)
    fault = only_fault(validate_instance(path))
    assert fault.found == "no sheet travel_times"
    assert fault.mend.startswith("Rename sheet Journeys") and "delete that sheet" in fault.mend


def test_a_row_of_totals_is_one_fault_however_many_of_its_cells_are_empty(tmp_path: Path) -> None:
    empty = ["Total" if name == "item_id" else "" for name in HEADER]
    for validation in both(tmp_path, [list(HEADER), list(ITEM), list(empty)]):
        fault = only_fault(validation)
        assert (fault.row, fault.column) == (3, "item_id") and "Delete the row of totals" in fault.mend


def test_files_are_found_by_the_same_rules(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "f", [list(HEADER), list(ITEM)])
    (folder / "items.csv").rename(folder / "Items (1).csv")
    validation = validate_instance(folder)
    assert validation.faults == ()
    assert "file Items (1) was read as items" in validation.notices


def test_merged_titles_do_no_harm_and_merged_headings_are_named(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", {"items": [[], list(HEADER), list(ITEM)]})
    for name, row in (("b.xlsx", 0), ("c.xlsx", 1)):
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            book.add_worksheet("instance").write_row(0, 0, ("key", "value"))
            book.get_worksheet_by_name("instance").write_row(1, 0, ("kind", "knapsack"))
            book.add_worksheet("shelves").write_column(0, 0, ("shelf_id", "S1"))
            sheet = book.add_worksheet("items")
            sheet.write_row(1, 0, (*HEADER, "remark"))
            sheet.write_row(2, 0, ITEM)
            sheet.merge_range(row, 8, row, 9, "title" if row == 0 else "remark")
    assert validate_instance(tmp_path / "b.xlsx").faults == ()
    assert only_fault(validate_instance(tmp_path / "c.xlsx")).found == "merged cells I2:J2"


def test_faults_name_the_cell(tmp_path: Path) -> None:
    rows: Rows = [["title"], ["left", *HEADER], ["x", *items(weight_kg=-3)]]
    fault = only_fault(validate_instance(book_of(tmp_path / "b.xlsx", {"items": rows})))
    assert (fault.row, fault.column, fault.cell) == (3, "weight_kg", "D3")
    assert "row 3, cell D3: weight_kg = -3" in str(fault)


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("time", "0.354166667", "08:30"),
        ("time", "8:30 PM", "20:30"),
        ("time", "12:05 am", "00:05"),
        ("time", "1900-01-01T08:30", "08:30"),
        ("time", "08.30", "08.30"),
        ("time", "25:00", "25:00"),
        ("datetime", "46000.354166667", "2025-12-09T08:30"),
        ("datetime", "05/03/2025 8:30", "2025-03-05T08:30"),
        ("datetime", "2025-03-05 08:30:00", "2025-03-05T08:30"),
        ("datetime", "2025-03-05", "2025-03-05T00:00"),
        ("datetime", "05/03/2025 later", "05/03/2025 later"),
        ("date", "12345", "12345"),
        ("date", "20/Feb/2025", "2025-02-20"),
        ("date", "30-Feb-2025", "30-Feb-2025"),
        ("financial_year", "2026-27", "2026/27"),
        ("financial_year", "2026/2027", "2026/27"),
        ("financial_year", "2026/28", "2026/28"),
        ("decimal", "(1,234.50)", "-1234.50"),
        ("decimal", "(-5)", "(-5)"),
        ("decimal", "−5", "-5"),
        ("decimal", "£5", "£5"),
        ("unknown_flag", "Unknown", "unknown"),
        ("id", "46000", "46000"),
        ("text", "12%", "12%"),
    ],
)
def test_a_cell_as_it_is_meant(kind: Kind, written: str, read: str) -> None:
    rows = [(2, [written])]
    notices = read_as_meant(Table("t", "things", (Column("x", kind, "a thing"),)), ["x"], rows, "t.csv")
    assert rows == [(2, [read])]
    assert bool(notices) <= (written != read)


def test_settings_typed_as_text_are_read_like_cells(tmp_path: Path) -> None:
    header: Rows = [["key", "value"], ["kind", "knapsack"], ["settings.limit_kg", "1,200"]]
    sheets: dict[str, Rows] = {"instance": header, "items": [list(HEADER), list(ITEM)]}
    validation = validate_instance(book_of(tmp_path / "b.xlsx", sheets))
    assert validation.faults == ()
    assert validation.raw.header["settings"] == {"limit_kg": 1200}
    assert any("limit_kg: 1 cell written like 1,234; row 3" in notice for notice in validation.notices)
