"""The report of an estates run: true to the tables, escaped, and fetching nothing."""

from __future__ import annotations

import csv
import datetime as dt
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
from nwl_opt.estates.reporting.report import write_report
from nwl_opt.estates.reporting.saved import read_saved_tables

pytestmark = pytest.mark.model
TINY = Path("instances/estates/tiny")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the tiny estate in which a clinic has a name that is HTML."""
    folder = tmp_path_factory.mktemp("estate")
    instance = folder / "instance"
    shutil.copytree(TINY, instance)
    sites = (instance / "sites.csv").read_text(encoding="utf-8")
    name = next(csv.DictReader(sites.splitlines()))["name"]
    (instance / "sites.csv").write_text(sites.replace(name, "<b>Elm & Oak</b>", 1), encoding="utf-8")
    out = folder / "run"
    result = CliRunner().invoke(app, ["solve", str(instance), "--out", str(out)])
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def report(run: Path) -> Path:
    out = run.parent / "report"
    result = CliRunner().invoke(app, ["estates", "report", str(run), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "report.html" in result.output
    return out


def test_the_page_is_escaped_and_fetches_nothing(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Elm &amp; Oak&lt;/b&gt;" in page and "<b>Elm" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href|url)\s*[=(]|@import|<script", page)
    assert page.count('role="img"') == 3
    assert "SYNTHETIC" in page.upper()


def test_cash_travel_and_changes_are_those_of_the_tables(run: Path, report: Path) -> None:
    saved = read_saved_tables(run)
    rows = list(csv.DictReader((run / "cashflow.csv").open(encoding="utf-8")))
    for year, gbp in icb_cash(saved.tables).items():
        assert gbp == sum(int(row["gbp"]) for row in rows if row["ledger"] == "icb" and row["year"] == year)
        assert f"{year}, the plan: £{gbp:,}" in (report / "report.html").read_text(encoding="utf-8")
    everybody = next(csv.DictReader((report / "equality.csv").open(encoding="utf-8")))
    travel = travel_of_areas(saved)
    contacts = sum(area.contacts for area in travel.values())
    assert float(everybody["contacts_a_year"]) == pytest.approx(contacts, abs=1)
    bands = [float(everybody[f"contacts_{words.replace(' ', '_')}"]) for words in BAND_WORDS]
    assert sum(bands) == pytest.approx(contacts, abs=len(bands))
    plan = list(csv.DictReader((run / "site_plan.csv").open(encoding="utf-8")))
    changed = {row["site_id"] for row in plan if row["date"]}
    names = {site.site_id: site.name for site in saved.instance.sites}
    assert {change.site for change in site_changes(saved)} == {names[site] for site in changed} != set()


def test_every_setting_and_table_is_among_the_assumptions(run: Path, report: Path) -> None:
    found = {row["what"] for row in csv.DictReader((report / "assumptions.csv").open(encoding="utf-8"))}
    saved = read_saved_tables(run)
    assert set(type(saved.instance.settings).model_fields) <= found
    assert {path.name for path in (run / "inputs").glob("*.csv")} <= found


def test_a_folder_inside_the_run_is_refused_and_nothing_is_written(run: Path) -> None:
    with pytest.raises(InputFaults, match="inside the run folder"):
        write_report(run, run / "inside", dt.datetime(2026, 4, 1))
    assert not (run / "inside").exists()


def test_labels_avoid_marks_and_each_other_where_there_is_room() -> None:
    marks = [Mark(100.0, 100.0, "part", "a"), Mark(112.0, 100.0, "stays", "b")]
    labels = placed_labels([(100.0, 100.0, "1"), (112.0, 100.0, "2")], marks, "number", 10.0, 5.0)
    first, second = (box_of(label, 10.0) for label in labels)
    assert not first.overlaps(second)
    assert labels[0].x < 100.0, "to the right stands the other mark"
