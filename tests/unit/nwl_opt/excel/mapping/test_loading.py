"""Into a copy of an instance: rows replaced, added or updated, and faults in the rows of the export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from models.shared.parsing import RawTable
from nwl_opt.excel.mapping import Load, Loaded, TableMapping, load_extracts, parse_mapping, write_loaded
from nwl_opt.excel.mapping.words import table_sentences
from nwl_opt.files.reading import read_instance
from nwl_opt.opening import validate_instance
from nwl_opt.problems import find_instance, load_problem
from tests.extract_files import csv_file

pytestmark = pytest.mark.unit

LISTS = """
kind = "theatres"
table = "lists"
[target]
way = "replace"
[[column]]
to = "list_id"
from = "Session"
[[column]]
to = "theatre_id"
from = "Room"
[[column]]
to = "date"
from = "Day"
date = "dd/mm/yyyy"
[[column]]
to = "start"
from = "From"
[[column]]
to = "end"
from = "To"
[[column]]
to = "surgeon_id"
from = "Surgeon"
[[column]]
to = "staffed"
constant = "yes"
"""
HEADINGS = ("Session", "Room", "Day", "From", "To", "Surgeon")
MONDAY = ("M", "T1", "12/04/2027", "0830", "1230", "S1")
TUESDAY = ("T", "T1", "13/04/2027", "0830", "1230", "S1")


def _mapping(**changes: object) -> TableMapping:
    return replace(parse_mapping(LISTS.encode(), "m.toml"), **changes)  # type: ignore[arg-type]


def _loaded(file: Path, mapping: TableMapping, instance: str = "theatres/tiny") -> Loaded:
    return load_extracts(find_instance(instance), [Load(mapping, file)])


def _filled(table: RawTable) -> list[dict[str, str]]:
    """The cells that are not empty: a workbook has every column of ours."""
    return [{name: text for name, text in zip(table.header, cells, strict=True) if text} for cells in table.rows]


def test_rows_are_replaced_and_the_copy_says_so(tmp_path: Path) -> None:
    loaded = _loaded(csv_file(tmp_path, HEADINGS, MONDAY, TUESDAY), _mapping())
    assert not loaded.faults
    table = loaded.raw.tables["lists"]
    assert [row[0] for row in table.rows] == ["M", "T"]
    assert {row[table.header.index("provenance")] for row in table.rows} == {"local"}
    assert "Table lists: 2 rows (replace) from extract.csv, SHA-256" in str(loaded.raw.header["description"])
    assert table_sentences(loaded.tables[0]) == ["lists: 2 rows replaced by 2."]


@pytest.mark.parametrize("name", ["folder", "book.xlsx"])
def test_the_copy_reads_back_and_the_instance_stays(tmp_path: Path, name: str) -> None:
    before = read_instance(find_instance("theatres/tiny"), load_problem("theatres").register)
    loaded = _loaded(csv_file(tmp_path, HEADINGS, MONDAY, TUESDAY), _mapping())
    out = write_loaded(loaded, tmp_path / name)
    validation = validate_instance(out)
    assert not validation.faults
    assert _filled(validation.raw.tables["lists"]) == _filled(loaded.raw.tables["lists"])
    assert read_instance(find_instance("theatres/tiny"), load_problem("theatres").register).tables == before.tables
    with pytest.raises(InputFaults):
        write_loaded(loaded, out)


def test_rows_are_added(tmp_path: Path) -> None:
    extra = ("W", "T1", "13/04/2027", "1300", "1600", "")
    loaded = _loaded(csv_file(tmp_path, HEADINGS, extra), _mapping(way="append"))
    assert not loaded.faults
    assert [row[0] for row in loaded.raw.tables["lists"].rows] == ["M", "T", "W"]
    assert table_sentences(loaded.tables[0]) == ["lists: 1 rows added to 2."]


def test_rows_are_updated_by_their_key_and_others_stay(tmp_path: Path) -> None:
    loaded = _loaded(csv_file(tmp_path, HEADINGS, ("T", "T1", "13/04/2027", "0900", "1300", "S1")),
                     _mapping(way="update"))  # fmt: skip
    table = loaded.raw.tables["lists"]
    starts = [row[table.header.index("start")] for row in table.rows]
    assert starts == ["08:30", "09:00"]
    assert [row[table.header.index("provenance")] for row in table.rows] == ["synthetic", "local"]
    assert table_sentences(loaded.tables[0]) == [
        "lists: 1 of 2 rows changed; 1 rows are not in the extract and stay."
    ]  # fmt: skip


def test_an_update_of_rows_that_are_not_there_is_a_fault_for_each(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as told:
        _loaded(csv_file(tmp_path, HEADINGS, ("X", *MONDAY[1:]), ("Y", *MONDAY[1:])), _mapping(way="update"))
    assert [(fault.row, fault.found) for fault in told.value.faults] == [(2, "X"), (3, "Y")]


def test_faults_of_the_instance_stand_in_the_rows_of_the_export(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, ("Titles",), MONDAY, ("T", "T9", "13/04/2027", "0830", "0730", "S1"),
                    ("V", "T9", "14/04/2027", "0830", "1230", "S1"))  # fmt: skip
    leave = parse_mapping((LISTS + '[[leave_out]]\nfrom = "Room"\nempty = true\n').encode(), "m.toml")
    with pytest.raises(InputFaults, match="fewer cells"):
        _loaded(file, _mapping())
    loaded = _loaded(file, leave)
    told = [(fault.file, fault.row, fault.column, fault.found) for fault in loaded.faults]
    assert ("extract.csv", 4, "theatre_id", "T9 in 2 rows, this one the first") in told
    assert any(row == 4 and column == "end" for _, row, column, _ in told)
    assert sum(column == "theatre_id" for _, _, column, _ in told) == 1


def test_rows_that_refer_to_what_is_gone_are_removed_where_asked(tmp_path: Path) -> None:
    source = tmp_path / "booked"
    write_loaded(_loaded(csv_file(tmp_path, HEADINGS, MONDAY, TUESDAY), _mapping()), source)
    file = csv_file(tmp_path, HEADINGS, MONDAY)
    (source / "existing_bookings.csv").write_text("patient_id,list_id,state\nP2,T,proposed\n", encoding="utf-8")
    kept = load_extracts(source, [Load(_mapping(), file)])
    assert any(fault.column == "list_id" for fault in kept.faults)
    gone = load_extracts(source, [Load(_mapping(rows_that_refer="remove"), file)])
    assert not gone.faults
    assert dict(gone.tables[0].orphans_removed) == {"existing_bookings": 1}
    assert "existing_bookings: 1 rows removed, as what they refer to is gone." in table_sentences(gone.tables[0])


def test_a_mapping_for_another_kind_or_a_table_beside_an_instance_is_refused(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, MONDAY)
    with pytest.raises(InputFaults, match="must be estates"):
        _loaded(file, _mapping(), "estates/tiny")
    with pytest.raises(InputFaults, match="extract convert"):
        _loaded(file, _mapping(table="history"))


def test_faults_of_every_export_are_told_at_once(tmp_path: Path) -> None:
    bad = csv_file(tmp_path, HEADINGS, ("M", "T1", "Monday", "0830", "1230", "S1"))
    with pytest.raises(InputFaults) as told:
        load_extracts(
            find_instance("theatres/tiny"), [Load(_mapping(), bad), Load(_mapping(), tmp_path / "none.csv")]
        )
    assert len(told.value.faults) == 2


def test_marks_of_whole_columns_give_way_to_the_rows_loaded(tmp_path: Path) -> None:
    loaded = _loaded(csv_file(tmp_path, HEADINGS, MONDAY, TUESDAY), _mapping())
    source = write_loaded(loaded, tmp_path / "marked")
    header = (source / "instance.toml").read_text(encoding="utf-8")
    (source / "instance.toml").write_text(f'{header}"lists.max_joints" = "plan"\n"lists.start" = "plan"\n',
                                          encoding="utf-8")  # fmt: skip
    again = load_extracts(source, [Load(_mapping(), csv_file(tmp_path, HEADINGS, MONDAY, TUESDAY))])
    marks = again.raw.header["provenance"]
    assert isinstance(marks, dict)
    assert "lists.max_joints" in marks
    assert "lists.start" not in marks


def test_a_wrong_unit_shows_in_what_the_table_held_before(tmp_path: Path) -> None:
    text = """
kind = "reallocation"
table = "ledger"
[target]
way = "update"
[[column]]
to = "ledger_line"
from = "Line"
[[column]]
to = "gbp"
from = "Budget"
"""
    rows = [(f"L{number}", amount) for number, amount in enumerate((430, 300, 60, 40, 180, 240), start=1)]
    loaded = _loaded(csv_file(tmp_path, ("Line", "Budget"), *rows), parse_mapping(text.encode(), "m.toml"),
                     "reallocation/tiny")  # fmt: skip
    said = table_sentences(loaded.tables[0])
    assert said[-1] == "gbp: the table held £1,250,000, now £1,250. Is the unit right?"
    right = parse_mapping((text + 'unit = "thousand pounds"\n').encode(), "m.toml")
    again = _loaded(csv_file(tmp_path, ("Line", "Budget"), *rows), right, "reallocation/tiny")
    assert table_sentences(again.tables[0])[-1] == "gbp: the table held £1,250,000, now £1,250,000."
