"""Reports of saved runs of all kinds: in their order, escaped, fetching nothing, tagged, and honest about no plan."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.shared.faults import InputFaults
from nwl_opt.charts.drawing import Mark, box_of, placed_labels
from nwl_opt.cli import app
from nwl_opt.estates.reporting.cash import icb_cash
from nwl_opt.estates.reporting.equality import BAND_WORDS, travel_of_areas
from nwl_opt.estates.reporting.maps import site_changes
from nwl_opt.estates.reporting.saved import read_saved_tables
from nwl_opt.reporting.content import Block, Chart, Grid, Points, Report
from nwl_opt.reporting.reading import read_for_report
from nwl_opt.reporting.report import make_report, write_report
from tests.model.nwl_opt.reporting.report_runs import rows_of

pytestmark = pytest.mark.model
WHEN = dt.datetime(2026, 11, 22, 16, 0)
ORDER = [
    "What we recommend", "The plan", "What binds", "What would change the answer", "Who is affected",
    "Assumptions and provenance", "Checks",
]  # fmt: skip
KINDS = ("budgets", "lists", "estate")


def _report(run: Path) -> Report:
    return make_report(read_for_report(run), WHEN)


def _blocks(report: Report) -> list[Block]:
    return [block for section in report.sections for block in section.blocks]


def _grid(report: Report, title: str) -> Grid:
    return next(block for block in _blocks(report) if isinstance(block, Grid) and block.title.startswith(title))


@pytest.mark.parametrize("name", KINDS)
def test_the_parts_stand_in_their_order_and_the_mathematics_last(name: str, request: pytest.FixtureRequest) -> None:
    report = _report(request.getfixturevalue(name))
    assert [section.title for section in report.sections][: len(ORDER)] == ORDER
    assert report.sections[-1].title == "The mathematics"
    assert all(section.folded == (section.title not in ORDER) for section in report.sections)
    assert all(section.blocks for section in report.sections)
    assert report.standing.tone == "good" and "SYNTHETIC" in report.short_mark


@pytest.mark.parametrize("name", KINDS)
def test_a_page_is_escaped_and_fetches_nothing(name: str, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(name)
    page = write_report(run, "html", run.parent / "pages", WHEN).read_text(encoding="utf-8")
    assert "<script" not in page and "default-src 'none'" in page and '<html lang="en-GB">' in page
    assert ("&lt;script&gt;alert(1)" in page) == (name != "lists")
    assert not re.search(r"""(?:src|url)\s*[=(](?!#p)|@import|href=["'](?!#)""", page)
    assert len(page) < 500_000


@pytest.mark.parametrize("name", KINDS)
def test_a_pdf_is_tagged_and_the_same_every_time(name: str, request: pytest.FixtureRequest) -> None:
    """PDF/UA-1: a structure tree, a language and a title; two prints of one moment are the same bytes."""
    run = request.getfixturevalue(name)
    first, second = (write_report(run, "pdf", run.parent / f"pdf{at}", WHEN) for at in (1, 2))
    assert first.name == second.name and first.read_bytes() == second.read_bytes()
    made = first.read_bytes()
    assert b"StructTreeRoot" in made and b"DisplayDocTitle" in made and b"/Lang" in made and b"pdfuaid" in made


def test_files_say_what_they_hold_and_nothing_is_overwritten(estate: Path) -> None:
    out = estate.parent / "named"
    path = write_report(estate, "html", out, WHEN)
    assert re.fullmatch(r"estates_report_[a-z0-9_]+_\d{4}-\d\d-\d\d_run[0-9a-f]{8}\.html", path.name)
    with pytest.raises(InputFaults, match="is there already"):
        write_report(estate, "html", out, WHEN)
    with pytest.raises(InputFaults, match="inside the run folder"):
        write_report(estate, "pdf", estate / "inside", WHEN)
    with pytest.raises(InputFaults, match="html, pdf, xlsx"):
        write_report(estate, "docx", out, WHEN)
    assert not (estate / "inside").exists()


def test_the_command_writes_a_file_and_says_which(lists: Path) -> None:
    target = lists.parent / "by_command.html"
    result = CliRunner().invoke(app, ["report", str(lists), "--out", str(target)])
    assert result.exit_code == 0 and target.is_file() and "by_command.html" in result.output.replace("\n", "")


def test_a_workbook_is_a_report_too(budgets: Path) -> None:
    path = write_report(budgets, "xlsx", budgets.parent / "books", WHEN)
    assert path.suffix == ".xlsx" and path.read_bytes().startswith(b"PK")


def test_every_picture_has_words_and_a_table_of_its_figures(budgets: Path, lists: Path, estate: Path) -> None:
    """The heat map carries its figures in its cells."""
    for run, least in ((budgets, 2), (lists, 2), (estate, 3)):
        found = _blocks(_report(run))
        charts = [at for at, block in enumerate(found) if isinstance(block, Chart)]
        assert len(charts) >= least
        for at in charts:
            block = found[at]
            assert isinstance(block, Chart) and block.picture.description and block.picture.title
            after = [isinstance(one, Grid) for one in found[at + 1 : at + 3]]
            assert any(after) or block.picture.title.startswith("Used hours"), block.picture.title


def test_cash_travel_and_changes_are_those_of_the_tables(estate: Path) -> None:
    saved, report = read_saved_tables(estate), _report(estate)
    cash = {row[0]: row[2] for row in _grid(report, "What the ICB pays by year").rows}
    for year, gbp in icb_cash(saved.tables).items():
        rows = [row for row in rows_of(estate, "cashflow") if row["ledger"] == "icb" and row["year"] == year]
        assert gbp == sum(int(row["gbp"]) for row in rows) and cash[year] == f"{gbp:,}"
    travel = travel_of_areas(saved)
    grid = _grid(report, "Who travels further")
    everybody = dict(zip(grid.headings, grid.rows[0], strict=True))
    contacts = sum(area.contacts for area in travel.values())
    assert float(everybody["contacts a year"].replace(",", "")) == pytest.approx(contacts, abs=1)
    grid = _grid(report, "How much further")
    everybody = dict(zip(grid.headings, grid.rows[0], strict=True))
    bands = [float(everybody[words].replace(",", "")) for words in BAND_WORDS]
    assert sum(bands) == pytest.approx(contacts, abs=len(bands))
    changed = {row["site_id"] for row in rows_of(estate, "site_plan") if row["date"]}
    names = {site.site_id: site.name for site in saved.instance.sites}
    shown = {row[1] for row in _grid(report, "Sites in which anything changes").rows}
    assert shown == {change.site for change in site_changes(saved)} == {names[site] for site in changed} != set()


def test_every_setting_and_table_is_among_the_assumptions(estate: Path, budgets: Path, lists: Path) -> None:
    for run in (estate, budgets, lists):
        read = read_for_report(run)
        found = {row[0] for row in _grid(make_report(read, WHEN), "Settings and tables").rows}
        assert set(type(read.validation.parsed.settings).model_fields) <= found
        assert {path.name for path in (run / "inputs").glob("*.csv")} <= found


def test_no_patient_and_no_small_count_of_patients_is_in_a_report(lists: Path) -> None:
    page = write_report(lists, "html", lists.parent / "discreet", WHEN).read_text(encoding="utf-8")
    with (lists / "inputs/patients.csv").open(encoding="utf-8") as file:
        patients = {row["patient_id"] for row in csv.DictReader(file)} - {"P2", "P3", "P4"}  # priorities too
    words = set(re.findall(r"[\w-]+", re.sub(r"<[^>]+>", " ", page)))
    assert patients and not words & patients
    assert not re.search(r"\b[1-4] patients\b", page) and "under 5 patients" in page


def test_what_cannot_be_says_so_first_with_the_rules_that_clash_and_repairs(impossible: Path) -> None:
    report = _report(impossible)
    assert report.standing.tone == "refuse" and report.standing.sentence == "No plan can exist under these rules."
    first = report.sections[0]
    assert first.title == "Why there is no plan, and what would mend it"
    told = " ".join(one.text for block in first.blocks if isinstance(block, Points) for one in block.sentences)
    assert "cannot both be kept" in told and "a plan exists" in told
    repairs = rows_of(impossible, "repairs")
    told_once = list(dict.fromkeys((row["repair"], row["sentence"]) for row in repairs))
    assert [row[:2] for row in _grid(report, "Repairs").rows] == told_once != []
    assert "What we recommend" not in [section.title for section in report.sections]
    path = write_report(impossible, "pdf", impossible.parent / "papers", WHEN)
    assert "_report_no_plan_" in path.name


def test_a_plan_whose_check_failed_is_neither_recommended_nor_shown(estate: Path, tmp_path: Path) -> None:
    """The verdict stands first, its findings next, and no table of the plan."""
    run = tmp_path / "failed"
    shutil.copytree(estate, run)
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    wrong = {"rule": "E-02", "severity": "error", "message": "no room for 7 contacts", "where": "service_plan.csv"}
    record["check"] = {**record["check"], "passed": False, "findings": [wrong]}
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    report = _report(run)
    assert report.standing.sentence.startswith("The independent check FAILED")
    assert report.standing.more[-1] == "Nothing is recommended."
    titles = [section.title for section in report.sections]
    assert titles[0] == "Why this plan must not be used" and "The plan" not in titles
    assert ("E-02", "error", "no room for 7 contacts", "service_plan.csv") in _grid(
        report, "What the check found"
    ).rows


def test_a_plan_that_was_changed_since_is_not_recommended(budgets: Path, tmp_path: Path) -> None:
    run = tmp_path / "changed"
    shutil.copytree(budgets, run)
    table = run / "allocations.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    report = _report(run)
    assert report.standing.tone == "refuse" and "allocations.csv: changed since" in report.standing.more[0]


def test_a_run_that_is_not_finished_says_so_and_how_far_it_was(budgets: Path, tmp_path: Path) -> None:
    run = tmp_path / "unfinished"
    shutil.copytree(budgets, run)
    (run / "run.json").unlink()
    with (run / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"stage": "final_year_gap", "gap_share": 0.25}\n{"stage": "cut sh')
    report = _report(run)
    assert report.standing.sentence == "This run is unfinished."
    assert "gap to need in the last year; at most 25.0 % better exists" in " ".join(report.standing.more)
    assert "What we recommend" not in [section.title for section in report.sections]


def test_a_run_that_was_stopped_is_recommended_with_that_said_first(budgets: Path, tmp_path: Path) -> None:
    run = tmp_path / "stopped"
    shutil.copytree(budgets, run)
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    record |= {"status": "cancelled", "stages": [], "baseline": {}, "baseline_checks": {}}
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    shutil.rmtree(run / "baselines")
    record["outputs"] = [one for one in record["outputs"] if not one["file"].startswith("baselines/")]
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    report = _report(run)
    assert report.standing.tone == "caution"
    text = getattr(report.sections[0].blocks[0], "text", "")
    assert text.startswith("Stopped on request: this is the best plan so far.")
    assert "proven" not in text and "alike" not in text


def test_labels_avoid_marks_and_each_other_where_there_is_room() -> None:
    marks = [Mark(100.0, 100.0, "part", "a"), Mark(112.0, 100.0, "stays", "b")]
    labels = placed_labels([(100.0, 100.0, "1"), (112.0, 100.0, "2")], marks, "number", 10.0, 5.0)
    first, second = (box_of(label, 10.0) for label in labels)
    assert not first.overlaps(second)
    assert labels[0].x < 100.0, "to the right stands the other mark"
