"""From the rows of an export to rows of ours: each rule of the format, and nothing lost without being counted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from tests.extract_files import LEDGER, cells, csv_file, mapped, workbook

pytestmark = pytest.mark.unit

PLAIN = (
    LEDGER
    + """
[[column]]
to = "ledger_line"
from = "Code"
[[column]]
to = "description"
from = "Name"
[[column]]
to = "gbp"
from = "Budget"
"""
)
HEADINGS = ("Code", "Name", "Budget")


def _patients(rule: str) -> str:
    """A mapping of patients in which one rule is looked at; all else is constant."""
    constants = {"trust_id": "A", "procedure_code": "W37.1", "priority": "P4", "clock_start": "2027-01-01",
                 "asa_grade": "2", "adult": "yes", "fit": "yes", "consented": "yes", "validated": "yes",
                 "ambulant": "yes", "hospital_transport": "no", "latex_allergy": "no", "infection_risk": "no",
                 "diabetic": "no", "deprivation_quintile": "3"}  # fmt: skip
    own = next(line.partition('"')[2].strip('"') for line in rule.splitlines() if line.startswith("to ="))
    rest = "".join(f'[[column]]\nto = "{to}"\nconstant = "{text}"\n' for to, text in constants.items() if to != own)
    return f'kind = "theatres"\ntable = "patients"\n[[column]]\nto = "patient_id"\nfrom = "Ref"\n{rest}{rule}'


def test_titles_blank_rows_repeated_headings_and_totals_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [("Ledger of the ICB",), (), HEADINGS, ("A", "Acute", 10), (), HEADINGS, ("B", "Mental", 5),
            ("Total", "", 15), ("End",)]  # fmt: skip
    leave = '[[leave_out]]\nfrom = "Code"\nstarts_with = "Total"\nreason = "totals"\n'
    leave += '[[leave_out]]\nfrom = "Name"\nempty = true\n'
    table = mapped(workbook(tmp_path, *rows, merged=("A1:C1",)), PLAIN + leave)
    assert cells(table, "gbp") == ["10", "5"]
    assert (table.rows_read, dict(table.left_out)) == (4, {"totals": 1, "Name is empty": 1})
    assert [row.from_rows for row in table.rows] == [(4,), (7,)]
    assert any("1 blank rows" in notice for notice in table.notices)
    assert any("1 repeated rows of headings" in notice for notice in table.notices)
    money = table.money[0]
    assert (money.extract_gbp, money.loaded_gbp, money.stated) == (15, 15, ((8, Decimal(15)),))
    assert money.reconciles
    assert money.agrees_with_a_stated_total


def test_pounds_left_out_are_summed_by_reason_and_a_wrong_total_is_seen(tmp_path: Path) -> None:
    leave = '[[leave_out]]\nfrom = "Name"\nvalues = ["Held"]\nreason = "held"\n'
    leave += '[[leave_out]]\nfrom = "Code"\nstarts_with = "Total"\n'
    file = csv_file(tmp_path, HEADINGS, ("A", "x", "£1,000.25"), ("B", "HELD ", "(10)"), ("Total", "", "900"))
    money = mapped(file, PLAIN + leave).money[0]
    assert (money.extract_gbp, dict(money.left_out_gbp)) == (Decimal("990.25"), {"held": Decimal(-10)})
    assert (money.loaded_gbp, money.rounding_gbp) == (1000, Decimal("-0.25"))
    assert money.reconciles
    assert money.agrees_with_a_stated_total is False


def test_thousands_of_pounds_become_whole_pounds_that_keep_their_sum(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, ("A", "x", "0.0002"), ("B", "y", "0.0002"), ("C", "z", "1.0007"))
    table = mapped(file, PLAIN + 'unit = "thousand pounds"\n')
    assert cells(table, "gbp") == ["0", "0", "1001"]
    assert table.money[0].rounding_gbp == Decimal("-0.1")
    assert any("3 rows rounded to whole pounds" in notice for notice in table.notices)


def test_one_number_less_another(tmp_path: Path) -> None:
    file = csv_file(tmp_path, (*HEADINGS, "Once"), ("A", "x", "10", "4"), ("B", "y", "5", ""))
    table = mapped(file, PLAIN + 'less = "Once"\n')
    assert cells(table, "gbp") == ["6", "5"]
    assert table.money[0].extract_gbp == 11


def test_rows_of_one_key_become_one(tmp_path: Path) -> None:
    text = PLAIN.replace("[source]", '[target]\nsame_key = "sum"\n[source]')
    file = csv_file(tmp_path, HEADINGS, ("A", "first", "1.5"), ("B", "b", "2"), ("A", "second", "1.5"))
    table = mapped(file, text)
    assert [(row.cells["ledger_line"], row.cells["description"], row.cells["gbp"]) for row in table.rows] == [
        ("A", "first", "3"),
        ("B", "b", "2"),
    ]
    assert (table.rows_joined, table.rows[0].from_rows) == (1, (2, 4))


def test_rows_of_one_key_that_differ_in_a_name_are_a_fault(tmp_path: Path) -> None:
    text = """
kind = "reallocation"
table = "mapping"
[target]
same_key = "sum"
[[column]]
to = "ledger_line"
from = "Code"
[[column]]
to = "status"
constant = "cell"
[[column]]
to = "place"
from = "Borough"
"""
    table = mapped(csv_file(tmp_path, ("Code", "Borough"), ("A", "north"), ("A", "south")), text)
    assert [(fault.row, fault.column, fault.found) for fault in table.faults] == [(3, "place", "south")]


def test_an_empty_cell_takes_the_one_above_but_not_a_total(tmp_path: Path) -> None:
    text = PLAIN.replace('from = "Code"', 'from = "Code"\nfill_down = true')
    leave = '[[leave_out]]\nfrom = "Name"\nempty = true\n'
    rows = [HEADINGS, ("North", None, None), (None, "a", 1), (None, "b", 2), ("Total North", None, 3), (None, "c", 4)]
    table = mapped(workbook(tmp_path, *rows), text + leave)
    assert cells(table, "ledger_line") == ["North"] * 3


def test_merged_cells_are_a_fault_only_where_a_value_is_looked_for(tmp_path: Path) -> None:
    rows = [HEADINGS, ("A", "x", 1), (None, "y", 2), ("B", "z", 3), (None, "w", 4)]
    file = workbook(tmp_path, *rows, merged=("A2:A3", "A4:A5"))
    faults = mapped(file, PLAIN).faults
    assert [(fault.row, fault.found) for fault in faults] == [(2, "merged cells in 2 places, this one the first")]
    filled = mapped(file, PLAIN.replace('from = "Code"', 'from = "Code"\nfill_down = true'))
    assert not filled.faults
    assert cells(filled, "ledger_line") == ["A", "A", "B", "B"]


def test_several_headings_are_joined_and_parts_taken(tmp_path: Path) -> None:
    text = PLAIN.replace('from = "Code"', 'from = ["Code", "Budget"]\njoin = "/"').replace(
        'from = "Name"', 'from = "Name"\nafter = "- "\nbefore = " ("\nfirst_characters = 5'
    )
    table = mapped(csv_file(tmp_path, HEADINGS, ("A", "x - Hospital (north)", "3"), ("B", "plain", "4")), text)
    assert cells(table, "ledger_line") == ["A/3", "B/4"]
    assert cells(table, "description") == ["Hospi", "plain"]


def test_a_name_is_made_of_columns_of_ours(tmp_path: Path) -> None:
    rule = '[[column]]\nto = "clock_start"\nfrom = "Start"\ndate = "dd/mm/yyyy"\n'
    rule += '[[column]]\nto = "surgeon_id"\nmade_of = ["clock_start", "patient_id"]\njoin = "_"\n'
    text = _patients(rule)
    table = mapped(csv_file(tmp_path, ("Ref", "Start"), ("P1", "05/01/2027")), text)
    assert cells(table, "surgeon_id") == ["2027-01-05_P1"]


def test_codes_are_translated_and_one_that_is_unknown_is_one_fault_with_its_rows(tmp_path: Path) -> None:
    rule = '[[column]]\nto = "priority"\nfrom = "Urgency"\n[codes.priority]\nurgent = "P2"\n"" = "P4"\n'
    file = csv_file(
        tmp_path, ("Ref", "Urgency"), ("1", "Urgent"), ("2", ""), ("3", "P3"), ("4", "Asap"), ("5", "Asap")
    )
    table = mapped(file, _patients(rule))
    assert [row.cells["priority"] for row in table.rows] == ["P2", "P4", "P3", "", ""]
    (fault,) = table.faults
    assert (fault.row, fault.column) == (5, "Urgency (for priority)")
    assert fault.found == "Asap in 2 rows, this one the first"
    assert "[codes.priority]" in fault.mend


@pytest.mark.parametrize(
    ("to", "extra", "found", "ours"),
    [
        ("clock_start", 'date = "dd/mm/yyyy"', "31/12/2026", "2026-12-31"), ("adult", "", "Y", "yes"),
        ("latex_allergy", "", "Unknown", "unknown"), ("diabetic", 'default = "unknown"', "NULL", "unknown"),
        ("asa_grade", "", "2.0", "2"), ("notice_days", 'unit = "weeks"', "2", "14"),
        ("laterality", "", "LEFT", "left"), ("priority", "", "p2", "P2"), ("surgeon_id", "", "(blank)", ""),
    ],
)  # fmt: skip
def test_cells_of_every_kind(tmp_path: Path, to: str, extra: str, found: str, ours: str) -> None:
    rule = f'[[column]]\nto = "{to}"\nfrom = "X"\n{extra}\n'
    table = mapped(csv_file(tmp_path, ("Ref", "X"), ("1", found)), _patients(rule))
    assert not table.faults
    assert cells(table, to) == [ours]


@pytest.mark.parametrize(
    ("to", "found", "expected"),
    [
        ("clock_start", "31/12/2026", "must be a date written as Excel keeps it, or 2026-11-23"),
        ("adult", "maybe", "must be yes or no"), ("latex_allergy", "maybe", "must be yes, no or unknown"),
        ("asa_grade", "two", "must be a number"), ("asa_grade", "2 %", "must not be a percentage"),
        ("asa_grade", "#REF!", "must be a value"), ("laterality", "front", "must be one of left, right, both, none"),
    ],
)  # fmt: skip
def test_bad_cells_say_what_was_expected(tmp_path: Path, to: str, found: str, expected: str) -> None:
    table = mapped(
        csv_file(tmp_path, ("Ref", "X"), ("1", found)), _patients(f'[[column]]\nto = "{to}"\nfrom = "X"\n')
    )
    assert [(fault.row, fault.expected) for fault in table.faults] == [(2, expected)]


def test_minutes_from_hours_and_from_clocks(tmp_path: Path) -> None:
    text = 'kind = "theatres"\ntable = "history"\n'
    for to, heading in (("surgeon_id", "S"), ("procedure_code", "P"), ("touch_minutes", "T")):
        text += f'[[column]]\nto = "{to}"\nfrom = "{heading}"\n'
    file = csv_file(
        tmp_path, ("S", "P", "T"), ("S1", "W37.1", "1.5"), ("S1", "W37.1", "1:50"), ("S1", "W37.1", "0.33")
    )
    table = mapped(file, text + 'unit = "hours"\n')
    assert cells(table, "touch_minutes") == ["90", "110", "20"]
    assert any("1 rows rounded to whole minutes" in notice for notice in table.notices)


def test_a_row_that_is_too_short_or_too_long_is_a_fault(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, ("A", "x", "1"), ("B", "y"))
    assert [(fault.row, fault.found) for fault in mapped(file, PLAIN).faults] == [(3, "fewer cells than headings")]
    with pytest.raises(InputFaults, match="at most 3 cells"):
        mapped(csv_file(tmp_path, HEADINGS, ("A", "x", "1", "2")), PLAIN)


def test_titles_added_above_and_a_renamed_sheet_are_found_and_said(tmp_path: Path) -> None:
    text = PLAIN.replace("[source]", '[source]\nsheet = "Budget"')
    table = mapped(workbook(tmp_path, ("Added",), HEADINGS, ("A", "x", 1), sheet="Budget 2"), text)
    assert cells(table, "gbp") == ["1"]
    told = " ".join(table.notices)
    assert "no sheet Budget: the headings stand in Budget 2" in told
    assert "headings found in row 2, not 1" in told


def test_a_heading_that_is_gone_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as told:
        mapped(csv_file(tmp_path, ("Code", "Names", "Spend"), ("A", "x", "1")), PLAIN)
    assert [(fault.column, fault.found) for fault in told.value.faults] == [
        ("Budget", "no such heading"), ("Name", "no such heading"),
    ]  # fmt: skip
    assert "It may now be called Names" in told.value.faults[1].mend


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "cp1252")])
def test_text_files_of_every_make(tmp_path: Path, separator: str, encoding: str) -> None:
    file = csv_file(tmp_path, HEADINGS, ("A", "Café, north", "1"), separator=separator, encoding=encoding)
    assert cells(mapped(file, PLAIN), "description") == ["Café, north"]


def test_an_encoding_the_mapping_names_is_held_to(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, ("A", "Café", "1"), encoding="cp1252")
    with pytest.raises(InputFaults, match="must be text in utf-8"):
        mapped(file, PLAIN.replace("[source]", '[source]\nencoding = "utf-8"'))
    table = mapped(file, PLAIN.replace("[source]", '[source]\nencoding = "cp1252"'))
    assert cells(table, "description") == ["Café"]


def test_a_sep_line_is_understood_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_text("sep=;\nCode;Name;Budget\nA;x;1\n", encoding="utf-8")
    assert mapped(file, PLAIN).rows[0].from_rows == (3,)


def test_two_headings_of_one_name_are_told_apart(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Code", "Name", "Budget", "Budget"), ("A", "x", "1", "2"))
    assert cells(mapped(file, PLAIN.replace('"Budget"', '"Budget (2)"')), "gbp") == ["2"]


def test_numbers_of_patients_are_refused_whatever_their_heading_says(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Ref", "X"), ("999 123 4004", "x"), ("9991234012", "x"))
    table = mapped(file, _patients('[[column]]\nto = "surgeon_id"\nfrom = "X"\n'))
    (fault,) = table.faults
    assert "holds NHS numbers" in fault.found
    assert "9991234012" not in str(fault)
    assert not table.rows


@pytest.mark.parametrize("name", ["gone.csv", "macros.xlsm"])
def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    if name.endswith("m"):
        (tmp_path / name).write_bytes(b"PK\x03\x04")
    with pytest.raises(InputFaults):
        mapped(tmp_path / name, PLAIN)


def test_a_quote_without_a_partner_is_named_by_its_row(tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_text('Code,Name,Budget\nA,"x,1\n', encoding="utf-8")
    with pytest.raises(InputFaults, match="unreadable quotes"):
        mapped(file, PLAIN)
