"""A first mapping: proposed by names and values, with what could not be mapped, and never what names a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.excel.mapping import Proposal, parse_mapping, propose
from nwl_opt.excel.mapping.names import unit_named, words_of
from nwl_opt.problems import data_folder, find_instance
from tests.extract_files import csv_file, workbook

pytestmark = pytest.mark.unit


def _sources(proposal: Proposal) -> dict[str, tuple[str, ...]]:
    return {rule.to: rule.headings for rule in proposal.mapping.columns}


def _said(proposal: Proposal) -> dict[str, str]:
    return {one.column.name: one.confidence for one in proposal.proposed}


def test_a_waiting_list_is_mapped_by_the_names_of_its_system() -> None:
    proposal = propose(
        data_folder("theatres") / "extracts" / "waiting_list.xlsx",
        "theatres",
        "patients",
        find_instance("theatres/nwl"),
    )
    sources = _sources(proposal)
    assert sources["clock_start"] == ("RTT clock start",)
    assert sources["surgeon_id"] == ("Cons code",)
    assert proposal.mapping.codes["trust_id"]["Imperial College Healthcare NHS Trust"] == "RYJ"
    assert proposal.mapping.codes["priority"] == {"Routine": "P4", "Soon": "P3", "Urgent": "P2"}
    rule = proposal.mapping.rule("procedure_code")
    assert rule is not None
    assert rule.before == ": "
    assert not proposal.needed
    assert not proposal.untranslated
    assert (_said(proposal)["clock_start"], _said(proposal)["priority"]) == ("sure", "likely")
    assert [rule.in_words for rule in proposal.mapping.leave_out] == ["rows of totals", "List status is Removed"]


def test_a_proposal_that_lacks_nothing_is_a_mapping(tmp_path: Path) -> None:
    proposal = propose(data_folder("theatres") / "extracts" / "theatre_rota.csv", "theatres", "lists",
                       find_instance("theatres/nwl"))  # fmt: skip
    assert parse_mapping(proposal.text().encode(), "m.toml") == proposal.mapping
    assert "# sure: a known name of it" in proposal.text()


def test_what_is_missing_and_what_is_left_over_is_said(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Cost centre", "Narrative", "Region"), ("1", "a", "NW"), ("2", "b", "NW"))
    proposal = propose(file, "reallocation", "ledger")
    assert [column.name for column in proposal.needed] == ["gbp"]
    assert [(one.heading, one.samples) for one in proposal.leftover] == [("Region", ("NW",))]
    assert _said(proposal)["ledger_line"] == "a guess"
    text = proposal.text()
    assert "NOT FOUND, AND NEEDED: gbp" in text
    assert "Region; like NW" in text
    with pytest.raises(InputFaults, match="gbp"):
        parse_mapping(text.encode(), "m.toml")


def test_cost_centre_and_subjective_make_a_ledger_line(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Cost Centre", "Subjective", "Description", "Annual Budget £000"),
                    ("60", "52", "a", "10"), ("60", "53", "b", "20"))  # fmt: skip
    proposal = propose(file, "reallocation", "ledger")
    assert _sources(proposal)["ledger_line"] == ("Cost Centre", "Subjective")
    rule = proposal.mapping.rule("gbp")
    assert rule is not None
    assert rule.unit == "thousand pounds"


def test_the_unit_may_stand_in_a_title(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Ledger, all figures in £000",), ("Ledger line", "Description", "Budget"),
                    ("1", "a", "10"), ("2", "b", "20"))  # fmt: skip
    proposal = propose(file, "reallocation", "ledger")
    rule = proposal.mapping.rule("gbp")
    assert rule is not None
    assert (rule.unit, proposal.mapping.source.header_row) == ("thousand pounds", 2)


def test_identities_are_neither_taken_nor_shown(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("NHS No.", "Patient Name", "DOB", "Key", "Pathway ID", "RTT Clock Start"),
                    ("9991234004", "Ash Invented", "02/06/1940", "9991234004", "X1", "01/02/2027"),
                    ("9991234012", "Birch Invented", "21/11/1972", "9991234012", "X2", "01/02/2027"))  # fmt: skip
    proposal = propose(file, "theatres", "patients")
    assert proposal.identities == ("DOB", "Key", "NHS No.", "Patient Name")
    assert _sources(proposal)["patient_id"] == ("Pathway ID",)
    assert "Invented" not in proposal.text()
    assert "999123" not in proposal.text()


def test_the_sheet_and_the_row_of_headings_are_found(tmp_path: Path) -> None:
    file = workbook(tmp_path, ("Report of the ledger", "run", "today"), (), ("Ledger line", "Description", "Budget"),
                    ("1", "a", 10), ("2", "b", 20), ("Grand total", None, 30), sheet="Month 6")  # fmt: skip
    proposal = propose(file, "reallocation", "ledger")
    assert (proposal.mapping.source.sheet, proposal.mapping.source.header_row) == ("Month 6", 3)
    assert [rule.values for rule in proposal.mapping.leave_out] == [("Grand total",)]


def test_a_landlords_schedule_updates_the_suites_it_names() -> None:
    proposal = propose(data_folder("estates") / "extracts" / "charging_schedule.xlsx", "estates", "suites",
                       find_instance("estates/nwl"))  # fmt: skip
    assert (proposal.mapping.way, proposal.mapping.same_key) == ("update", "sum")
    rule = proposal.mapping.rule("site_id")
    assert rule is not None
    assert rule.fill_down
    assert proposal.mapping.codes["site_id"]["Wealdstone Health Centre"] == "wealdstone"


def test_codes_nobody_can_guess_are_listed_with_their_rows(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Pathway ID", "Priority"), ("1", "Urgent"), ("2", "Cat A"), ("3", "Cat A"))
    proposal = propose(file, "theatres", "patients")
    assert proposal.untranslated == {"priority": {"Cat A": 2}}
    assert 'TO BE TRANSLATED under [codes.priority]: "Cat A" (2 rows)' in proposal.text()


def test_a_column_is_known_by_its_values_where_they_are_ours(tmp_path: Path) -> None:
    rows = [(str(number), code) for number, code in enumerate(("P2", "P3", "P4", "P4"))]
    proposal = propose(csv_file(tmp_path, ("Pathway ID", "Category X"), *rows), "theatres", "patients")
    assert _sources(proposal)["priority"] == ("Category X",)
    assert _said(proposal)["priority"] == "a guess"


@pytest.mark.parametrize("rows", [[("a", "b"), ("1", "2")], [("only",)], []])
def test_what_does_not_fit_the_table_is_said(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(InputFaults) as told:
        propose(csv_file(tmp_path, *rows), "theatres", "beds")
    assert told.value.faults[0].mend


def test_an_unknown_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="must be one of"):
        propose(csv_file(tmp_path, ("a", "b")), "theatres", "weather")


@pytest.mark.parametrize(
    ("heading", "words", "unit"),
    [
        ("Ann. Budget £000", ("annual", "budget"), "thousand pounds"), ("RTTClockStart", ("rttclock", "start"), ""),
        ("ClockStart", ("clock", "start"), ""), ("Pt. No", ("patient", "number"), ""),
        ("Uptake %", ("uptake",), "percent"),
        ("Touch time (mins)", ("touch", "time"), "minutes"), ("Area (sq ft)", ("area",), "square feet"),
        ("Minutes", ("minutes",), "minutes"), ("Rent (£)", ("rent",), "pounds"),
        ("Spend £m", ("spend",), "million pounds"),
    ],
)  # fmt: skip
def test_words_and_units_of_headings(heading: str, words: tuple[str, ...], unit: str) -> None:
    assert words_of(heading) == words
    assert unit_named(heading) == unit


@pytest.mark.parametrize(
    ("values", "unit"), [(("0.03", "0.1"), ""), (("3", "10"), "percent"), (("3 %", "0.5 %"), "percent")]
)
def test_percentages_that_excel_keeps_as_shares_stay_shares(
    tmp_path: Path, values: tuple[str, ...], unit: str
) -> None:
    rows = [(f"202{number}/2{number + 1}", value) for number, value in enumerate(values, start=4)]
    proposal = propose(csv_file(tmp_path, ("Year", "Growth %"), *rows), "reallocation", "years")
    rule = proposal.mapping.rule("growth_share")
    assert rule is not None
    assert rule.unit == unit


def test_values_beside_patients_are_not_shown_where_nothing_uses_them(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Pathway ID", "Priority", "Remark"), ("1", "P2", "Mrs Ash"), ("2", "P4", "call Birch"))
    proposal = propose(file, "theatres", "patients")
    assert [(one.heading, one.samples) for one in proposal.leftover] == [("Remark", ())]


def test_days_and_months_that_could_be_exchanged_are_said(tmp_path: Path) -> None:
    file = csv_file(tmp_path, ("Pathway ID", "RTT clock start"), ("1", "01/02/2027"), ("2", "03/02/2027"))
    (one,) = [one for one in propose(file, "theatres", "patients").proposed if one.column.name == "clock_start"]
    assert "months could come first" in one.reason


def test_an_export_that_says_it_is_invented_is_marked_so(tmp_path: Path) -> None:
    rows = [("Ledger line", "Description", "Budget"), ("1", "a", "10"), ("2", "b", "20")]
    assert propose(csv_file(tmp_path, *rows), "reallocation", "ledger").mapping.provenance == "local"
    marked = propose(csv_file(tmp_path, ("Ledger. Synthetic: invented",), *rows), "reallocation", "ledger")
    assert marked.mapping.provenance == "synthetic"


def test_rows_of_one_place_and_line_are_proposed_to_be_summed() -> None:
    proposal = propose(data_folder("reallocation") / "extracts" / "general_ledger.xlsx", "reallocation", "baseline",
                       find_instance("reallocation/tiny"))  # fmt: skip
    assert proposal.mapping.same_key == "sum"
    assert proposal.untranslated["line"] == {"Acute contracts": 4, "General practice": 2}
