"""mapping.toml: everything wrong with it is told at once, and what is written is read back the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.excel.mapping import mapping_text, parse_mapping, read_mapping
from nwl_opt.problems import data_folder, kinds

pytestmark = pytest.mark.unit
SHIPPED = [path for kind in kinds() for path in sorted((data_folder(kind) / "extracts").glob("*.toml"))]

GOOD = """
kind = "reallocation"
table = "ledger"
[source]
header_row = 2
[target]
same_key = "sum"
[[column]]
to = "ledger_line"
from = ["Cost centre", "Subjective"]
[[column]]
to = "description"
from = "Name"
[[column]]
to = "gbp"
from = "Budget"
unit = "thousand pounds"
"""


def _faults(text: str) -> list[tuple[str | None, str]]:
    with pytest.raises(InputFaults) as told:
        parse_mapping(text.encode(), "mapping.toml")
    assert all(fault.expected and fault.mend for fault in told.value.faults)
    return [(fault.column, fault.found) for fault in told.value.faults]


def test_a_good_mapping_is_read() -> None:
    mapping = parse_mapping(GOOD.encode(), "mapping.toml")
    assert mapping.headings == ("Cost centre", "Subjective", "Name", "Budget")
    assert (mapping.way, mapping.same_key, mapping.provenance) == ("replace", "sum", "local")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_mapping_that_is_written_reads_back_the_same(path: Path) -> None:
    mapping = read_mapping(path)
    assert parse_mapping(mapping_text(mapping).encode(), "again.toml") == mapping


def test_every_fault_is_told_at_once() -> None:
    bad = (
        GOOD.replace('same_key = "sum"', 'same_key = "add"\nprovenance = "hearsay"\nspeed = 3')
        .replace("header_row = 2", 'header_row = "two"\nseparator = "|"')
        .replace('unit = "thousand pounds"', 'unit = "euros"\ndate = "dd/mm/yyyy"')
        .replace('from = "Name"', "")
    )
    told = dict(_faults(bad))
    assert told["target.same_key"] == "add"
    assert told["target.provenance"] == "hearsay"
    assert told["target.speed"] == "not a key we know"
    assert told["source.header_row"] == "two"
    assert told["source.separator"] == "|"
    assert told["column 3 (gbp).unit"] == "euros"
    assert told["column 3 (gbp).date"] == "dd/mm/yyyy"
    assert told["column 2 (description)"] == "nothing to take it from"


@pytest.mark.parametrize(
    ("change", "key", "found"),
    [
        (("kind = ", 'kind = "weather" #'), "kind", "weather"),
        (('table = "ledger"', 'table = "prices"'), "table", "prices"),
        (('to = "gbp"', 'to = "pounds"'), "column 3 (pounds).to", "pounds"),
        (('to = "gbp"', 'to = "description"'), "column 3 (description).to", "description"),
        (('from = "Budget"', 'from = "Budget"\nconstant = "3"'), "column 3 (gbp)", "two things to take it from"),
        (('from = "Budget"', 'constant = "many"'), "column 3 (gbp).constant", "many"),
        (('from = "Budget"', "from = 3"), "column 3 (gbp).from", "3"),
        (('from = "Budget"', 'made_of = ["place"]'), "column 3 (gbp).made_of", "place"),
        (('from = "Name"', 'from = "Name"\nless = "Budget"'), "column 2 (description).less", "Budget"),
        (('from = "Name"', 'from = "Name"\nfill_down = "yes"'), "column 2 (description).fill_down", "yes"),
        (('from = "Name"', 'from = "Name"\nfirst_characters = -1'), "column 2 (description).first_characters", "-1"),
        (("[source]", '[codes]\nplace = "x"\n[source]'), "codes.place", "x"),
        (("[source]", "[codes.place]\nA = \"a\"\n[source]"), "codes.place", "place"),
        (("[source]", "[codes.gbp]\nA = \"many\"\n[source]"), 'codes.gbp."A"', "many"),
        (("[source]", '[[leave_out]]\nfrom = "Name"\n[source]'), "leave_out 1", "no test"),
        (("[source]", '[[leave_out]]\nempty = true\n[source]'), "leave_out 1.from", "(not given)"),
        (("[source]", '[[leave_out]]\nfrom = "N"\nempty = false\n[source]'), "leave_out 1.empty", "False"),
        (("[source]", 'leave_out = "all"\n[source]'), "leave_out", "all"),
        (("[[column]]\nto = \"gbp\"", "[column]\nto = \"gbp\""), None, ""),
        (("[source]\nheader_row = 2", 'source = "here"'), "source", "here"),
        (("kind", "???"), None, ""),
    ],
)  # fmt: skip
def test_each_fault_names_its_key(change: tuple[str, str], key: str | None, found: str) -> None:
    told = _faults(GOOD.replace(*change, 1))
    if key is None:
        assert "not TOML" in told[0][1]
    else:
        assert (key, found) in told


def test_what_every_row_needs_must_be_given() -> None:
    start, _, _ = GOOD.rpartition("[[column]]")
    assert _faults(start) == [("[[column]] to = gbp", "(not given)")]


def test_an_update_needs_its_key_alone() -> None:
    start, _, _ = GOOD.replace("[target]", '[target]\nway = "update"').rpartition("[[column]]")
    assert parse_mapping(start.encode(), "mapping.toml").way == "update"


def test_a_table_without_a_key_is_neither_updated_nor_summed() -> None:
    text = (data_folder("estates") / "extracts" / "room_bookings.toml").read_text(encoding="utf-8")
    told = _faults(text.replace("[target]", '[target]\nway = "update"\nsame_key = "sum"'))
    assert [key for key, _ in told] == ["target", "target.way"]


@pytest.mark.parametrize(
    "heading",
    ["NHS Number", "Patient's NHS No.", "PatientName", "DOB", "Hospital No", "Patient Surname", "MRN", "Postcode"],
)
def test_what_names_a_person_is_never_taken(heading: str) -> None:
    text = (data_folder("theatres") / "extracts" / "waiting_list.toml").read_text(encoding="utf-8")
    told = _faults(text.replace('from = "Pathway ID"', f'from = "{heading}"', 1))
    assert ("column 1 (patient_id).from", heading) in told


def test_a_file_that_is_no_mapping_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="unreadable"):
        read_mapping(tmp_path / "none.toml")
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 1_100_000)
    with pytest.raises(InputFaults, match="at most 1 MB"):
        read_mapping(large)
    with pytest.raises(InputFaults, match="not UTF-8"):
        parse_mapping('title = "£"'.encode("cp1252"), "mapping.toml")


def test_a_mapping_keeps_what_it_says_of_rows(tmp_path: Path) -> None:
    mapping = replace(parse_mapping(GOOD.encode(), "m.toml"), rows_that_refer="remove", title='Monthly "GL"')
    assert parse_mapping(mapping_text(mapping).encode(), "m.toml") == mapping


def test_a_units_number_of_a_landlord_is_nobody() -> None:
    text = (data_folder("estates") / "extracts" / "suite_charges.toml").read_text(encoding="utf-8")
    mapping = parse_mapping(text.replace('"Unit reference"', '"Unit number"').encode(), "mapping.toml")
    assert "Unit number" in mapping.headings


def test_sections_that_say_nothing_are_read_as_nothing() -> None:
    mapping = parse_mapping((GOOD + 'join = "/"\n[codes.description]\n').encode(), "mapping.toml")
    assert mapping.codes == {}
    assert parse_mapping(mapping_text(mapping).encode(), "mapping.toml") == mapping
