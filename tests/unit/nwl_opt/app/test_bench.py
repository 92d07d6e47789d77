"""`bench app`: what is promised of pages and files is measured on runs as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.app.bench import newest_runs, promises
from nwl_opt.app.kinds import pages_of
from nwl_opt.cli import main
from tests.app_client import copied

pytestmark = pytest.mark.unit


def test_every_page_and_file_of_a_run_is_measured(tmp_path: Path, tiny_budgets: Path) -> None:
    copied(tiny_budgets, tmp_path)
    measured = {name: measure() for name, measure in promises(newest_runs(tmp_path))}
    assert list(measured) == ["slider", "pages", "files"]
    pages = pages_of("reallocation")
    assert pages is not None
    (table,) = measured["pages"].views
    assert [row[1] for row in table.rows] == [page.slug for page in pages.results]
    assert all(float(row[2]) > 10 for row in table.rows), "style and script are counted"
    assert not any(one.wrong for one in measured.values())
    assert [row[1] for row in measured["files"].views[0].rows] == ["html", "pdf", "xlsx"]


def test_a_folder_without_runs_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "app", str(tmp_path)]) == 2
    assert "no finished run" in capsys.readouterr().err


def test_a_promise_that_is_none_is_said(
    tmp_path: Path, tiny_budgets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied(tiny_budgets, tmp_path)
    assert main(["bench", "app", str(tmp_path), "--only", "beauty"]) == 2
    assert "slider, pages, files" in capsys.readouterr().err
