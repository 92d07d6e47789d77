"""The parts of a results workbook: what cells hold, what formulas say, what files are called."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from models.shared.register import Column, Table
from nwl_opt.excel.results.book import About, Book
from nwl_opt.excel.results.checks import write_checks
from nwl_opt.excel.results.naming import slug
from nwl_opt.excel.results.sheet import Ref, text_in_formula
from nwl_opt.excel.results.tidy import count_where, quoted, sum_where, total, write_data

pytestmark = pytest.mark.unit

MADE_AT = dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)
ABOUT = About((("Best plan, proven.", "standing"), ("Synthetic numbers.", "about")), "a run")
LEDGER = Table(
    "ledger", "what is paid", (Column("who", "id", "who pays"), Column("gbp", "gbp", "pounds", unit="gbp"))
)


def _book(path: Path, *sheets: str) -> Book:
    book = Book(path, ABOUT, MADE_AT, "a title")
    book.plan_sheets([(name, f"what {name} holds") for name in sheets])
    return book


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5 %", "@cmd", "\tA", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "one.xlsx"
    book = _book(path, "One")
    sheet = book.sheet("One", text, (20, 20))
    ref = sheet.put(sheet.row, 0, text)
    sheet.row += 1
    across = sheet.row
    sheet.paragraph(text)
    book.close()
    written = openpyxl.load_workbook(path)["One"]
    for row, column in ((ref.row, ref.column), (0, 0), (across, 0)):
        cell = written.cell(row + 1, column + 1)
        assert (cell.value, cell.data_type) == (text, "s")
    assert written.cell(ref.row + 1, 1).quotePrefix


def test_a_table_without_rows_is_a_table_that_formulas_can_name(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    book = _book(path, "data ledger")
    write_data(book, LEDGER, [])
    book.close()
    written = openpyxl.load_workbook(path)["data ledger"]
    assert list(written.tables) == ["ledger"]
    assert [column.name for column in written.tables["ledger"].tableColumns] == ["who", "gbp"]


def test_every_column_of_a_table_says_what_it_means(tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    book = _book(path, "data ledger")
    write_data(book, LEDGER, [{"who": "icb", "gbp": 5}])
    book.close()
    written = openpyxl.load_workbook(path)["data ledger"]
    top = next(row for row in written.iter_rows() if row[0].value == "who")
    assert [cell.comment.text for cell in top[:2] if cell.comment] == ["who pays", "pounds (gbp)"]


def test_a_figure_that_differs_is_said_in_words(tmp_path: Path) -> None:
    """5 worked out, 5 and 7 on record: one of two differs, by -2."""
    path = tmp_path / "checks.xlsx"
    book = _book(path, "One", "Checks")
    sheet = book.sheet("One", "One", (20,))
    ref = sheet.live(sheet.row, 0, "2+3", 5)
    book.check(ref, "agrees", 5, 5)
    book.check(ref, "differs", 5, 7)
    formula, now = write_checks(book)
    book.close()
    assert now.startswith("1 of 2 figures differ from the plan")
    assert "Checks!$E$" in formula
    values = openpyxl.load_workbook(path, data_only=True)["Checks"]
    rows = [[cell.value for cell in row[1:6]] for row in values.iter_rows() if row[1].value in ("agrees", "differs")]
    assert rows == [["agrees", 5, 5, 0, "yes"], ["differs", 5, 7, -2, "NO"]]


def test_the_heading_stands_on_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    book = _book(path, "One")
    book.sheet("One", "The title", (20,))
    book.close()
    written = openpyxl.load_workbook(path)["One"]
    assert [written.cell(row, 1).value for row in (1, 2, 3)] == [
        "The title",
        "Best plan, proven.",
        "Synthetic numbers.",
    ]


def test_formulas_name_tables_and_columns() -> None:
    where = {"who": "$A5", "year": '"2024/25"'}
    assert sum_where("ledger", "gbp", where) == 'SUMIFS(ledger[gbp],ledger[who],$A5,ledger[year],"2024/25")'
    assert sum_where("ledger", "gbp", {}) == "SUM(ledger[gbp])"
    assert count_where("ledger", {"who": "$A5"}) == "COUNTIFS(ledger[who],$A5)"


def test_what_a_sum_comes_to_now() -> None:
    rows = [{"who": "icb", "gbp": 5}, {"who": "icb", "gbp": 7}, {"who": "gp", "gbp": 1}, {"who": "icb", "gbp": None}]
    assert total(rows, "gbp", {"who": "icb"}) == 12
    assert total(rows, "gbp") == 13


@pytest.mark.parametrize(
    ("text", "expected"),
    [("brent", '"brent"'), ("a*b?", '"a~*b~?"'), (">5", '"=>5"'), ('say "so"', '"say ""so"""')],
)
def test_a_text_is_looked_for_letter_by_letter(text: str, expected: str) -> None:
    assert quoted(text) == expected


def test_addresses_and_texts_in_formulas() -> None:
    assert Ref("What's on", 2, 1).address == "'What''s on'!$B$3"
    assert text_in_formula('a "b"') == '"a ""b"""'


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("North West London reference", "north_west_london_reference"),
        ("Elective Orthopaedic Centre: 600 patients", "elective_orthopaedic_centre"),
        ("A very long title that would not fit into any file name", "a_very_long_title_that_would_not_fit"),
        ("../../etc", "etc"),
        ("", ""),
    ],
)
def test_a_title_as_part_of_a_file_name(title: str, expected: str) -> None:
    assert slug(title) == expected
