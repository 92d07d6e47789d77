"""A kind of problem the reports know nothing of: its tables and sentences in the same order, its refusals too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nwl_opt.cli import app
from nwl_opt.reporting.content import Grid, Paragraph
from nwl_opt.reporting.reading import read_for_report
from nwl_opt.reporting.report import make_report, write_report

pytestmark = pytest.mark.unit
WHEN = dt.datetime(2026, 11, 22, 16, 0)


def _run(tiny: Path, out: Path, *options: str) -> Path:
    CliRunner().invoke(app, ["solve", str(tiny), "--out", str(out), *options])
    return out


def test_a_plan_of_any_kind_has_all_parts(tiny: Path, tmp_path: Path) -> None:
    report = make_report(read_for_report(_run(tiny, tmp_path / "run")), WHEN)
    assert [section.title for section in report.sections][:3] == ["What we recommend", "The plan", "What binds"]
    (paragraph,) = report.sections[0].blocks
    assert isinstance(paragraph, Paragraph) and "It comes to: gain £" in paragraph.text
    first = report.sections[1].blocks[0]
    assert isinstance(first, Grid) and first.title == "What to carry" and first.note == "[Whole] items."


@pytest.mark.parametrize(
    ("setting", "sentence", "title"),
    [
        ("settings.behaviour=no_plan", "No plan found within the limits", "What came of this run"),
        ("settings.behaviour=bad_plan", "The independent check FAILED", "Why this plan must not be used"),
        ("settings.gain_at_least_gbp=1000000", "No plan can exist under these rules", "Why there is no plan"),
    ],
)
def test_a_run_of_any_kind_without_a_plan_to_use_says_so_first(
    tiny: Path, tmp_path: Path, setting: str, sentence: str, title: str
) -> None:
    run = _run(tiny, tmp_path / "run", "--set", setting)
    report = make_report(read_for_report(run), WHEN)
    assert report.standing.sentence.startswith(sentence) and "Nothing is recommended." in report.standing.more
    assert report.sections[0].title.startswith(title) and report.sections[0].blocks
    assert all(section.title not in ("What we recommend", "The plan") for section in report.sections)
    page = write_report(run, "html", tmp_path / "out", WHEN).read_text(encoding="utf-8")
    assert page.index(sentence) < page.index("<main>")
