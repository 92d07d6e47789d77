"""An exported instance comes back as the identical instance, whatever its cells hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shared.faults import InputFaults
from models.shared.parsing import RawInstance, RawTable
from nwl_opt.excel.cells import LONGEST_TEXT, exact_number
from nwl_opt.excel.template import write_instance_workbook
from nwl_opt.files import read_instance, write_raw_folder
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.templates import write_as_text
from tests.toys.knapsack.tables import REGISTER

pytestmark = pytest.mark.unit

COLUMNS = ("item_id", "shelf_id", "weight_kg", "gain_gbp", "value_share", "kind", "bought_on", "insured", "remark")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t"), min_size=1, max_size=12)
FORMULAS = st.tuples(st.sampled_from("=+-@'\"0"), WORDS).map("".join)
NUMBERS = st.one_of(
    st.integers(-(10**18), 10**18).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(("1,234", "0.030", "-0.0", "1e5", "12%", "£1,234.50", "(7)", "nan", "007", "")),
)
DATES = st.one_of(
    st.dates().map(str), st.sampled_from(("23/11/2026", "46000", "2026-11-23T08:30", "soon", "1900-02-29", ""))
)
TEXTS = WORDS | FORMULAS
ROWS = st.tuples(
    TEXTS, TEXTS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(("sturdy", "Fragile", "odd", "")), DATES,
    st.sampled_from(("yes", "TRUE", "0", "perhaps", "")), TEXTS,
)  # fmt: skip
SETTINGS = st.dictionaries(
    st.sampled_from(("limit_kg", "behaviour", "gain_at_least_gbp")),
    st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), TEXTS,
              st.sampled_from(("", "10", "yes", "[1, 2]", '"quoted"', " blank "))),
)  # fmt: skip


def text_instance(rows: list[tuple[str, ...]], header: dict[str, object]) -> RawInstance:
    """A knapsack of the given rows, with a column nobody asks for."""
    table = RawTable("items", "items.csv", COLUMNS, tuple(rows), tuple(range(2, len(rows) + 2)))
    return RawInstance("here", {"kind": "knapsack", **header}, {"items": table})


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=4), chosen=SETTINGS, title=TEXTS)
def test_an_instance_survives_both_ways(rows: list[tuple[str, ...]], chosen: dict[str, object], title: str) -> None:
    """Folder to workbook to folder: the same hash each time, and every cell the same text."""
    with tempfile.TemporaryDirectory() as place:
        folder, book, again = Path(place) / "a", Path(place) / "b.xlsx", Path(place) / "c"
        write_raw_folder(folder, text_instance(rows, {"title": title, "settings": chosen}))
        read = read_instance(folder, REGISTER)
        write_instance_workbook(book, REGISTER, read)
        from_book = read_instance(book, REGISTER)
        write_as_text(again, REGISTER, from_book)
        once = sha256_of_instance(read, REGISTER)
        assert sha256_of_instance(from_book, REGISTER) == once
        assert sha256_of_instance(read_instance(again, REGISTER), REGISTER) == once
        for one, other in zip(read.tables["items"].rows, from_book.tables["items"].rows, strict=True):
            assert one[0] == other[0] and one[8] == other[8], "texts are the same to the letter"


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-x", "@SUM(A1)", "=HYPERLINK(1)", "http://x", "007", "1E5"])
def test_what_begins_like_a_formula_is_written_as_text(text: str, tmp_path: Path) -> None:
    row = (text, "S1", "1", "2", "", "", "", "", text)
    write_instance_workbook(tmp_path / "b.xlsx", REGISTER, text_instance([row], {"title": text}))
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value == text]
    assert len(cells) == 3
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_filled_workbook_keeps_its_settings_and_its_title(tiny: Path, tmp_path: Path) -> None:
    raw = read_instance(tiny, REGISTER)
    write_as_text(tmp_path / "b.xlsx", REGISTER, raw)
    assert validate_instance(tmp_path / "b.xlsx").parsed.settings == validate_instance(tiny).parsed.settings
    assert validate_instance(tmp_path / "b.xlsx").parsed.title == validate_instance(tiny).parsed.title


def test_columns_and_tables_that_say_nothing_do_not_change_an_instance(tiny: Path) -> None:
    raw = read_instance(tiny, REGISTER)
    items = raw.tables["items"]
    wider = RawTable("items", items.file, (*items.header, "remark"), tuple((*row, "") for row in items.rows),
                     items.row_numbers)  # fmt: skip
    notes = RawTable("notes", "notes.csv", ("note",), (), ())
    more = RawInstance(raw.origin, {**raw.header, "units": {}}, {**raw.tables, "items": wider, "notes": notes})
    assert sha256_of_instance(more, REGISTER) == sha256_of_instance(raw, REGISTER)
    other = RawTable("items", items.file, (*items.header, "remark"), tuple((*row, "x") for row in items.rows),
                     items.row_numbers)  # fmt: skip
    changed = RawInstance(raw.origin, raw.header, {**raw.tables, "items": other})
    assert sha256_of_instance(changed, REGISTER) != sha256_of_instance(raw, REGISTER)


def test_headings_of_the_users_own_that_excel_takes_for_one_are_kept(tmp_path: Path) -> None:
    """A named table needs names that differ in more than capitals; without one nothing is lost."""
    table = RawTable("shelves", "shelves.csv", ("shelf_id", "Remark", "remark"), (("S1", "a", "b"),), (2,))
    raw = RawInstance("here", {"kind": "knapsack"}, {"shelves": table})
    write_instance_workbook(tmp_path / "b.xlsx", REGISTER, raw)
    assert sha256_of_instance(read_instance(tmp_path / "b.xlsx", REGISTER), REGISTER) == sha256_of_instance(
        raw, REGISTER
    )


def test_a_text_longer_than_a_cell_is_refused_and_not_left_out(tmp_path: Path) -> None:
    row = ("A", "S1", "1", "2", "", "", "", "", "x" * (LONGEST_TEXT + 1))
    with pytest.raises(InputFaults, match="32,768 characters"):
        write_as_text(tmp_path / "b.xlsx", REGISTER, text_instance([row], {}))


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3.0), ("0.1", 0.1), ("1e5", 1e5), ("12345678901234567", None), ("0.1234567890123456789", None),
     ("nan", None), ("inf", None), ("1_000", None), ("x", None)],
)  # fmt: skip
def test_only_numbers_that_excel_keeps_become_numbers(text: str, number: float | None) -> None:
    assert exact_number(text) == number
