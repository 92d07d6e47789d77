"""Results workbooks of small runs: what a finance director, a scheduler and an estates lead open."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from models.shared.faults import InputFaults
from models.shared.problem import SolveOptions
from nwl_opt.excel.results import write_results
from nwl_opt.problems import find_instance
from nwl_opt.solving import SilentListener, SolveRequest, solve_and_save

pytestmark = pytest.mark.model

MADE_AT = dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)
KINDS = ("reallocation", "theatres", "estates")
SHEETS = {
    "reallocation": ("Allocation", "Gaps", "Bridge", "Money", "Moves", "Impacts", "What stops us", "Tornado"),
    "theatres": ("Week board", "Theatre lists", "Use of theatres", "Appointments", "Not booked", "Worklists", "Beds"),
    "estates": ("Site plan", "Cash", "Utilisation", "Travel", "Premises", "Capital"),
}


def _solve(instance: str, out: Path, **settings: object) -> Path:
    options = SolveOptions(studies=False)
    request = SolveRequest(find_instance(instance), out=out, set_by_hand=settings, options=options, who="A. Lead")
    solve_and_save(request, SilentListener(), lambda: False)
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of the tiny instance of each kind."""
    folder = tmp_path_factory.mktemp("runs")
    return {kind: _solve(f"{kind}/tiny", folder / kind) for kind in KINDS}


@pytest.fixture
def damaged(runs: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a run, to be damaged."""

    def copy(kind: str) -> Path:
        shutil.copytree(runs[kind], tmp_path / "damaged")
        return tmp_path / "damaged"

    return copy


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_says_whose_it_is_and_is_ready_to_print(runs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    path = write_results(runs[kind], tmp_path, MADE_AT)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Summary"
    assert set(SHEETS[kind]) < set(book.sheetnames)
    for sheet in book:
        heading = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 6))
        assert "Independent check: passed" in heading, sheet.title
        assert "Run " in heading, sheet.title
        assert "Where the numbers come from" in heading, sheet.title
        assert "A. Lead" in heading, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert "SYNTHETIC" in sheet.oddFooter.left.text, sheet.title


def test_what_rules_are_held_against_has_names_not_codes(runs: dict[str, Path], tmp_path: Path) -> None:
    """Codes of lines, providers and funds are for tables: the sheet people read names them as pages do."""
    book = openpyxl.load_workbook(write_results(runs["reallocation"], tmp_path, MADE_AT))
    held = {str(book["What stops us"].cell(row, 3).value) for row in range(8, book["What stops us"].max_row + 1)}
    assert {"Acute", "Mental health"} <= held
    assert not held & {"acute", "mental_health", "fund", "mhis"}
    assert book["Summary"].oddHeader.left.text and not book["Summary"].oddFooter.center.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_table_of_the_plan_is_a_named_table_with_its_values(
    runs: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    book = openpyxl.load_workbook(write_results(runs[kind], tmp_path, MADE_AT))
    for path in sorted(runs[kind].glob("*.csv")):
        sheet = book[f"data {path.stem}"]
        table = sheet.tables[path.stem]
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert [column.name for column in table.tableColumns][: len(header)] == header
        first, last = (int("".join(c for c in cell if c.isdigit())) for cell in table.ref.split(":"))
        assert last - first == max(1, len(path.read_text(encoding="utf-8").splitlines()) - 1)
        assert sheet.freeze_panes == f"A{first + 1}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_values_left_in_the_formulas_agree_with_the_plan(
    runs: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    """Viewers that work no formula out show these."""
    book = openpyxl.load_workbook(write_results(runs[kind], tmp_path, MADE_AT), data_only=True)
    checks = [[cell.value for cell in row[:6]] for row in book["Checks"].iter_rows()]
    rows = checks[next(at for at, row in enumerate(checks) if row[0] == "Sheet") + 1 :]
    assert len(rows) > 15
    assert [row for row in rows if row[4] != 0 or row[5] != "yes"] == []
    said = [str(row[0].value) for row in book["Summary"].iter_rows()]
    assert f"All formulas agree with the plan ({len(rows)} figures checked)" in said


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_reaches_outside_the_workbook(runs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    with zipfile.ZipFile(write_results(runs[kind], tmp_path, MADE_AT)) as archive:
        names = archive.namelist()
        relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert not [name for name in names if "externalLink" in name or "vbaProject" in name]
    assert b'TargetMode="External"' not in relations


@pytest.mark.parametrize("kind", KINDS)
def test_no_setting_has_the_name_of_a_table(runs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    """Excel keeps both in one list, and mends a workbook in which they meet by dropping some."""
    book = openpyxl.load_workbook(write_results(runs[kind], tmp_path, MADE_AT))
    tables = [name.lower() for sheet in book for name in sheet.tables]
    names = [name.lower() for name in book.defined_names]
    assert len({*tables, *names}) == len(tables) + len(names) > 20


def test_the_same_run_and_moment_give_the_same_bytes(runs: dict[str, Path], tmp_path: Path) -> None:
    first, second = (write_results(runs["theatres"], tmp_path / name, MADE_AT) for name in ("one", "two"))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_the_file_says_what_it_holds(runs: dict[str, Path], tmp_path: Path) -> None:
    name = write_results(runs["theatres"], tmp_path, MADE_AT).name
    assert name.startswith("theatres_lists_tiny_2027-03-22_run")
    assert name.endswith(".xlsx")


def test_a_file_that_is_there_is_never_overwritten(runs: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "mine.xlsx"
    target.write_bytes(b"somebody's work")
    with pytest.raises(InputFaults, match="is there already"):
        write_results(runs["estates"], target, MADE_AT)
    assert target.read_bytes() == b"somebody's work"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.xlsx"]


def test_a_run_is_passed_on_as_it_is(runs: dict[str, Path]) -> None:
    with pytest.raises(InputFaults, match="inside the run folder"):
        write_results(runs["estates"], runs["estates"] / "plan.xlsx", MADE_AT)


def test_a_plan_that_failed_its_check_says_so_on_every_sheet(damaged: Callable[[str], Path], tmp_path: Path) -> None:
    run = damaged("reallocation")
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    record["check"]["passed"] = False
    record["check"]["findings"] = [
        {"rule": "R-02", "severity": "error", "message": "=too little", "where": "allocations.csv row 2"}
    ]
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    book = openpyxl.load_workbook(write_results(run, tmp_path, MADE_AT))
    assert all("DO NOT USE" in str(sheet.cell(2, 1).value) for sheet in book)
    found = [[cell.value for cell in row[:4]] for row in book["Findings"].iter_rows()]
    assert ["R-02", "error", "=too little", "allocations.csv row 2"] in found


def test_files_that_are_not_as_they_were_saved_are_named_on_every_sheet(
    damaged: Callable[[str], Path], tmp_path: Path
) -> None:
    run = damaged("reallocation")
    path = run / "allocations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("432800", "432801"), encoding="utf-8")
    book = openpyxl.load_workbook(write_results(run, tmp_path, MADE_AT))
    assert all("allocations.csv: changed" in str(sheet.cell(2, 1).value) for sheet in book)


def test_an_unfinished_run_never_looks_like_a_plan(damaged: Callable[[str], Path], tmp_path: Path) -> None:
    run = damaged("estates")
    (run / "run.json").unlink()
    path = write_results(run, tmp_path, MADE_AT)
    assert path.name.startswith("estates_no_plan_")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Why no plan", "Assumptions"]
    assert all(str(sheet.cell(2, 1).value).startswith("NO PLAN. Unfinished") for sheet in book)


def test_where_no_plan_exists_the_workbook_says_why(tmp_path: Path) -> None:
    run = _solve("reallocation/tiny", tmp_path / "run", closure_required=True)
    path = write_results(run, tmp_path, MADE_AT)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Why no plan", "Assumptions", "data conflicts", "data repairs"]
    assert all(str(sheet.cell(2, 1).value).startswith("NO PLAN. No plan can exist") for sheet in book)
    words = " ".join(str(cell.value) for row in book["Why no plan"].iter_rows() for cell in row if cell.value)
    assert "Rules that cannot hold together" in words
    assert "R-08" in words
    heading = str(book["Summary"].cell(3, 1).value)
    assert "Settings changed by hand: closure required = True" in heading
