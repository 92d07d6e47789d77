"""Folders of CSV files: what is readable with a notice, and what is a fault with file and row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.shared.faults import Fault, InputFaults
from nwl_opt.files import read_instance
from nwl_opt.opening import Validation, validate_instance
from tests.toys.knapsack.tables import REGISTER

pytestmark = pytest.mark.unit

ITEMS = "items.csv"


def rewrite(folder: Path, old: str, new: str, file: str = ITEMS) -> None:
    """Replace one text in a file of an instance."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def only_fault(folder: Path) -> Fault:
    """The one fault of an instance, found by a reading or by the validation after it."""
    try:
        faults = validate_instance(folder).faults
    except InputFaults as error:
        faults = error.faults
    assert len(faults) == 1, faults
    return faults[0]


def clean(folder: Path) -> Validation:
    """The validation of an instance that must have no fault."""
    validation = validate_instance(folder)
    assert validation.faults == ()
    return validation


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "expected"),
    [
        ("C,S2,4,", "C,S2,-4,", 4, "weight_kg", "must be 1 or more"),
        ("C,S2,4,", "C,S2,nan,", 4, "weight_kg", "must be a finite number"),
        ("C,S2,4,", "C,S2,heavy,", 4, "weight_kg", "must be a number"),
        ("C,S2,4,", "C,S2,4.5,", 4, "weight_kg", "must be a whole number"),
        ("C,S2,4,", "C,S2,,", 4, "weight_kg", "must not be empty"),
        ("C,S2,4,", "C,S9,4,", 4, "shelf_id", "must stand in shelves.csv, column shelf_id"),
        ("C,S2,4,", "A,S2,4,", 4, None, "item_id must be different in every row"),
        ("2025-03-05", "05/03/25", 4, "bought_on", "must be a date like 2026-11-23"),
        ("2025-03-05", "2025-02-30", 4, "bought_on", "must be a date like 2026-11-23"),
        ("fragile,,no", "brittle,,no", 3, "kind", "must be one of sturdy, fragile"),
        ("fragile,,no", "fragile,,perhaps", 3, "insured", "must be yes or no"),
        ("no,plan", "no,planned", 4, "provenance", "must be one of plan, public"),
        ("C,S2,4,20", "C,S2,4,13", 4, "gain_gbp", "must not be 13"),
        ("C,S2,4,20", "C,S2,4,20,1", 4, None, "must have 8 cells"),
        ("C,S2,4,20,", "C,S2,4,", 4, None, "must have 8 cells"),
        ('C,S2', '"C,S2', 4, None, "quotes in pairs"),
        (",weight_kg", "", 1, None, "must have the column weight_kg"),
        ("insured,", "weight_kg,", 1, None, "each column must stand once"),
    ],
)  # fmt: skip
def test_a_fault_names_row_and_column(
    tiny: Path, old: str, new: str, row: int, column: str | None, expected: str
) -> None:
    if new in ("", "weight_kg,"):  # the header is changed: every row would be ragged, so only the header is looked at
        rewrite(tiny, old, new)
        faults = validate_instance(tiny).faults
        assert any((f.row, f.column) == (row, column) and expected in f.expected for f in faults)
        return
    rewrite(tiny, old, new)
    fault = only_fault(tiny)
    assert (fault.file, fault.row, fault.column) == (ITEMS, row, column)
    assert expected in fault.expected
    assert fault.mend


def damage_missing_file(folder: Path) -> None:
    (folder / ITEMS).unlink()


def damage_folder_for_file(folder: Path) -> None:
    (folder / ITEMS).unlink()
    (folder / ITEMS).mkdir()


def damage_binary(folder: Path) -> None:
    (folder / ITEMS).write_bytes(bytes(range(256)))


def damage_workbook_as_csv(folder: Path) -> None:
    (folder / ITEMS).write_bytes(b"PK\x03\x04rest")


def damage_empty_file(folder: Path) -> None:
    (folder / ITEMS).write_bytes(b"")


def damage_header_only(folder: Path) -> None:
    (folder / ITEMS).write_text("item_id,shelf_id,weight_kg,gain_gbp\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (damage_missing_file, "file not found"),
        (damage_folder_for_file, "a folder"),
        (damage_binary, "bytes that are not text"),
        (damage_workbook_as_csv, "an Excel workbook or zip archive"),
        (damage_empty_file, "an empty table"),
        (damage_header_only, "no rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(tiny: Path, damage: Callable[[Path], None], found: str) -> None:
    damage(tiny)
    fault = only_fault(tiny)
    assert (fault.file, fault.found) == (ITEMS, found)


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ('kind = "knapsack"\ntitle = "open', 2, "not TOML"),
        ('kind = "suitcase"', None, "suitcase"),
        ("", None, "(empty)"),
        ('kind = "knapsack"\n[settings]\nlimit_kg = "ten"', None, "ten"),
        ('kind = "knapsack"\n[settings]\nlimit = 3', None, "3"),
        ('kind = "knapsack"\nsettings = 3', None, "3"),
        ('kind = "knapsack"\ncolour = "red"', None, "red"),
    ],
)
def test_faults_of_the_header(tiny: Path, text: str, row: int | None, found: str) -> None:
    (tiny / "instance.toml").write_text(text, encoding="utf-8")
    fault = only_fault(tiny)
    assert fault.file == "instance.toml"
    assert fault.row == row
    assert found in fault.found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("limit_kg = -1", "must be 0 or more"),
        ('limit_kg = "ten"', "must be a whole number"),
        ("limit_kg = 1.5", "must be a whole number"),
        ('behaviour = "odd"', "must be 'plain', 'slow', "),
    ],
)
def test_settings_are_told_in_the_words_of_cells(tiny: Path, line: str, expected: str) -> None:
    (tiny / "instance.toml").write_text(f'kind = "knapsack"\n[settings]\n{line}\n', encoding="utf-8")
    assert only_fault(tiny).expected.startswith(expected)


def test_no_instance_at_all(tmp_path: Path) -> None:
    assert "no tables" in only_fault(tmp_path).found
    assert only_fault(tmp_path / "nowhere").found == "nothing there"
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    assert ".pdf" in only_fault(tmp_path / "plan.pdf").found


def test_all_faults_are_told_at_once(tiny: Path) -> None:
    rewrite(tiny, "A,S1,6", "A,S1,-6")
    rewrite(tiny, "B,S1,5,24,fragile", "B,S1,five,24,brittle")
    rewrite(tiny, "limit_kg = 10", "limit_kg = -1", "instance.toml")
    (tiny / "shelves.csv").unlink()
    faults = validate_instance(tiny).faults
    places = {(fault.file, fault.row, fault.column) for fault in faults}
    assert places == {
        (ITEMS, 2, "weight_kg"),
        (ITEMS, 3, "weight_kg"),
        (ITEMS, 3, "kind"),
        ("instance.toml", None, "settings.limit_kg"),
        ("shelves.csv", None, None),
    }
    assert list(faults) == sorted(faults, key=Fault.sort_key)


def test_a_csv_from_excel_reads_with_a_notice(tiny: Path) -> None:
    before = clean(tiny).parsed.tables
    text = (tiny / ITEMS).read_text(encoding="utf-8").replace(",", ";").replace("\n", " ;\r\n")
    (tiny / ITEMS).write_bytes(b"\xef\xbb\xbf" + text.encode())
    after = clean(tiny)
    assert after.parsed.tables == before
    (notice,) = after.notices
    for words in ("items.csv", "byte-order mark", "Windows line ends", "semicolons", "blanks around cells"):
        assert words in notice


@pytest.mark.parametrize(
    ("encoding", "words"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("utf-8-sig", "byte-order mark")]
)
def test_encodings_read_with_a_notice(tiny: Path, encoding: str, words: str) -> None:
    text = (tiny / ITEMS).read_text(encoding="utf-8").replace("A,S1", "Café,S1")
    (tiny / ITEMS).write_bytes(text.encode(encoding))
    validation = clean(tiny)
    assert validation.parsed.table("items").rows[0].text("item_id") == "Café"
    assert words in " ".join(validation.notices)


def test_odd_but_clear_files_read(tiny: Path) -> None:
    """Excel's own first line, blank rows, columns without a name, thousands: told, not refused."""
    rows = (tiny / ITEMS).read_text(encoding="utf-8").splitlines()
    rows = [f"{row},," for row in rows]
    rows[1] = rows[1].replace(",30,", ',"1,030",') + "left over"
    text = "\n".join(["sep=,", *rows[:3], "", *rows[3:], ",,,", ""])
    (tiny / ITEMS).write_text(text, encoding="utf-8")
    validation = clean(tiny)
    table = validation.parsed.table("items")
    assert [row.number for row in table] == [3, 4, 6, 7]
    assert table.rows[0].integer("gain_gbp") == 1030
    told = " ".join(validation.notices)
    assert "blank row left out" in told and "it has no name" in told and "1,234" in told


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["0,5", "0,25"], [0.5, 0.25]),
        (["0,125", "1"], [0.125, 1.0]),
        (["1,0", "0"], [1.0, 0.0]),
    ],
)
def test_decimal_commas_are_read_where_they_are_clear(tiny: Path, cells: list[str], read: list[float]) -> None:
    text = f"item_id;shelf_id;weight_kg;gain_gbp;value_share\nA;S1;1;5;{cells[0]}\nB;S1;1;5;{cells[1]}\n"
    (tiny / ITEMS).write_text(text, encoding="utf-8")
    validation = clean(tiny)
    assert [row.number_of("value_share") for row in validation.parsed.table("items")] == read
    assert "decimal comma" in " ".join(validation.notices)


@pytest.mark.parametrize("other", ["7", "0,5 and 1,234,567"])
def test_a_comma_that_may_mean_two_things_is_a_fault(tiny: Path, other: str) -> None:
    """1,234 in a semicolon file is 1234 or 1.234; only the other cells can tell, and here they do not."""
    share, _, gain = other.partition(" and ")
    text = f"item_id;shelf_id;weight_kg;gain_gbp;value_share\nA;S1;1;1,234;1\nB;S1;1;{gain or 5};{share}\n"
    (tiny / ITEMS).write_text(text.replace(";7\n", ";1\n"), encoding="utf-8")
    fault = only_fault(tiny)
    assert (fault.row, fault.column, fault.found) == (2, "gain_gbp", "1,234")
    assert "1234" in fault.expected and "1.234" in fault.expected


def test_thousands_in_a_semicolon_file_are_read_where_they_are_clear(tiny: Path) -> None:
    text = "item_id;shelf_id;weight_kg;gain_gbp\nA;S1;1;1,234\nB;S1;1;1,234,567\n"
    (tiny / ITEMS).write_text(text, encoding="utf-8")
    assert [row.integer("gain_gbp") for row in clean(tiny).parsed.table("items")] == [1234, 1234567]


def test_a_file_that_no_table_asks_for_is_noticed(tiny: Path) -> None:
    (tiny / "scratch.csv").write_text("item_id\n", encoding="utf-8")
    (tiny / "ntoes.csv").write_text("remark\n", encoding="utf-8")
    assert clean(tiny).notices == (
        "ntoes.csv: not used; perhaps notes is meant",
        "scratch.csv: not used; no table is called so",
    )


def test_read_instance_raises_all_it_cannot_read(tiny: Path) -> None:
    damage_binary(tiny)
    (tiny / "shelves.csv").write_bytes(b"")
    with pytest.raises(InputFaults) as caught:
        read_instance(tiny, REGISTER)
    assert [fault.file for fault in caught.value.faults] == [ITEMS, "shelves.csv"]
