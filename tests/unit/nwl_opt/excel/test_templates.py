"""The workbook people fill in: what stands in it, what its cells accept, and that its examples are never read."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from models.shared.register import Column
from nwl_opt.cli import main
from nwl_opt.excel.template import HEADING_ROW
from nwl_opt.excel.template_table import holds_words
from nwl_opt.files import read_instance
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.templates import write_copy, write_template
from tests.toys.knapsack.problem import PROBLEM
from tests.toys.knapsack.tables import REGISTER

pytestmark = pytest.mark.unit

FIRST = HEADING_ROW + 2  # the first row of data, counted from 1 as sheets do


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A template of the knapsack."""
    write_template(tmp_path / "new.xlsx", PROBLEM)
    return tmp_path / "new.xlsx"


def sheet_of(path: Path, name: str) -> Worksheet:
    return openpyxl.load_workbook(path)[name]


def fill(path: Path, name: str, *rows: tuple[object, ...]) -> None:
    """What a user does: type rows below the headings and save."""
    book = openpyxl.load_workbook(path)
    for at, row in enumerate(rows):
        for column, value in enumerate(row, start=1):
            book[name].cell(FIRST + at, column, value)
    book.save(path)


def test_a_filled_template_is_an_instance(empty: Path) -> None:
    fill(empty, "shelves", ("S1",))
    fill(empty, "items", ("007", "S1", 3, 10, None, "fragile", dt.date(2026, 11, 23), "yes"), ("B", "S1", 1, 2))
    validation = validate_instance(empty)
    assert (validation.faults, validation.notices) == ((), ())
    rows = validation.parsed.table("items").rows
    assert [row.number for row in rows] == [FIRST, FIRST + 1]
    assert rows[0].text("item_id") == "007" and rows[0].date("bought_on") == dt.date(2026, 11, 23)
    assert validation.parsed.provenance_counts["synthetic"] == 0


def test_examples_are_marked_and_never_read(empty: Path) -> None:
    """They stand above the column names: nobody can solve them by leaving them in."""
    sheet = sheet_of(empty, "items")
    examples = [cell.value for cell in sheet[HEADING_ROW]]
    assert len([text for text in examples if text]) == 8
    assert all(str(text).startswith("e.g. ") for text in examples if text)
    assert read_instance(empty, REGISTER).tables["items"].rows == ()


def test_every_table_is_a_named_table_with_plain_column_names(empty: Path) -> None:
    book = openpyxl.load_workbook(empty)
    assert book.sheetnames == ["README", "instance", "items", "shelves", "notes"]
    for table in REGISTER.inputs:
        (name,) = book[table.name].tables
        assert name == table.name
        headings = [column.name for column in book[table.name].tables[name].tableColumns]
        assert headings == [*(column.name for column in table.columns), "provenance"]
        assert book[table.name].freeze_panes == f"B{FIRST}"
        assert all(book[table.name].cell(HEADING_ROW + 1, at).comment for at in range(1, len(headings) + 1))


@pytest.mark.parametrize(
    ("column", "kind", "accepts"),
    [
        ("shelf_id", "list", f"'shelves'!$A${FIRST}"),
        ("weight_kg", "whole", "1"),
        ("value_share", "decimal", "0"),
        ("kind", "list", "sturdy,fragile"),
        ("insured", "list", "yes,no"),
        ("bought_on", "date", "32874"),
        ("provenance", "list", "plan,public"),
    ],
)
def test_cells_accept_what_their_column_holds(empty: Path, column: str, kind: str, accepts: str) -> None:
    sheet = sheet_of(empty, "items")
    headings = [cell.value for cell in sheet[HEADING_ROW + 1]]
    letter = openpyxl.utils.get_column_letter(headings.index(column) + 1)
    (rule,) = [one for one in sheet.data_validations.dataValidation if f"{letter}{FIRST}" in one.sqref]
    assert rule.type == kind and accepts in rule.formula1


@pytest.mark.parametrize(
    ("column", "form"),
    [
        ("item_id", "@"),
        ("gain_gbp", "#,##0"),
        ("bought_on", "d mmm yyyy"),
        ("insured", "@"),
        ("value_share", "General"),
    ],
)
def test_number_formats_keep_zeros_and_show_days(empty: Path, column: str, form: str) -> None:
    sheet = sheet_of(empty, "items")
    headings = [cell.value for cell in sheet[HEADING_ROW + 1]]
    letter = openpyxl.utils.get_column_letter(headings.index(column) + 1)
    assert sheet.column_dimensions[letter].number_format == form


def test_required_cells_and_names_given_twice_are_coloured(empty: Path) -> None:
    rules = [rule for one in sheet_of(empty, "items").conditional_formatting for rule in one.rules]
    assert sorted(rule.type for rule in rules) == ["duplicateValues", *["expression"] * 4]


def test_settings_stand_beside_what_is_shipped_and_are_not_given(empty: Path) -> None:
    """A shipped value that stands in the column value would count as the user's own."""
    rows = {row[0].value: row for row in sheet_of(empty, "instance").iter_rows()}
    assert rows["settings.limit_kg"][1].value is None
    assert rows["settings.limit_kg"][2].value == 10
    assert rows["settings.limit_kg"][3].value == "kg"
    assert validate_instance(empty).parsed.provenance_counts["local"] == 0


def test_a_setting_typed_into_the_template_counts(empty: Path) -> None:
    book = openpyxl.load_workbook(empty)
    (cell,) = [row[1] for row in book["instance"].iter_rows() if row[0].value == "settings.limit_kg"]
    cell.value = 12
    book.save(empty)
    assert read_instance(empty, REGISTER).header["settings"] == {"limit_kg": 12}


def test_a_filled_one_holds_the_rows_and_room_for_more_columns(tiny: Path, tmp_path: Path) -> None:
    write_copy(tmp_path / "full.xlsx", PROBLEM, tiny)
    sheet = sheet_of(tmp_path / "full.xlsx", "items")
    headings = [cell.value for cell in sheet[HEADING_ROW + 1]]
    assert set(headings) >= {column.name for column in REGISTER.input("items").columns} | {"provenance"}
    assert not any(str(cell.value or "").startswith("e.g.") for cell in sheet[HEADING_ROW]), "no examples beside rows"
    day = sheet.cell(FIRST, headings.index("bought_on") + 1)
    assert day.is_date and isinstance(sheet.cell(FIRST, headings.index("gain_gbp") + 1).value, int)
    from_book = validate_instance(tmp_path / "full.xlsx")
    assert sha256_of_instance(from_book.raw, REGISTER) == sha256_of_instance(read_instance(tiny, REGISTER), REGISTER)
    assert from_book.notices == ()
    readme = " ".join(str(row[1].value) for row in sheet_of(tmp_path / "full.xlsx", "README").iter_rows(max_row=6))
    assert "synthetic" in readme, "invented numbers never read as real ones"


def test_ones_own_folder_becomes_a_workbook(tiny: Path, tmp_path: Path) -> None:
    assert main(["new", "knapsack", str(tmp_path / "mine.xlsx"), "--from", str(tiny)]) == 0
    assert main(["new", "knapsack", str(tmp_path / "back"), "--from", str(tmp_path / "mine.xlsx")]) == 0
    ours, theirs = read_instance(tmp_path / "back", REGISTER), read_instance(tiny, REGISTER)
    assert sha256_of_instance(ours, REGISTER) == sha256_of_instance(theirs, REGISTER)


def test_the_readme_names_every_sheet_and_column(empty: Path) -> None:
    text = " ".join(str(cell.value) for row in sheet_of(empty, "README").iter_rows() for cell in row if cell.value)
    for table in REGISTER.inputs:
        assert table.name in text and all(column.name in text for column in table.columns)
    links = [cell.hyperlink for row in sheet_of(empty, "README").iter_rows() for cell in row if cell.hyperlink]
    assert {link.location for link in links} == {f"'{name}'!A1" for name in ("instance", "items", "shelves", "notes")}


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("a_gbp", "gbp", "m", unit="gbp", minimum=0), "whole pounds\n0 or more\nrequired"),
        (Column("a_share", "share", "m", default="1"), "share\n0 to 1, or 12%\nempty means 1"),
        (Column("a", "unknown_flag", "m"), "yes, no or unknown\nrequired"),
        (Column("a", "id", "m", refers_to="lines.line", may_be_empty=True), "a name from lines\nmay be empty"),
        (Column("a_m2", "integer", "m", unit="m2"), "whole number\nm2\nrequired"),
    ],
)
def test_what_a_column_holds_in_short(column: Column, words: str) -> None:
    assert holds_words(column) == words


def test_table_names_are_names_excel_takes() -> None:
    """A table may not be called like a cell, and no two alike."""
    for table in REGISTER.inputs:
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", table.name)
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", table.name)
