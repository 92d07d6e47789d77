"""LibreOffice opens every results workbook, works all formulas out anew, and comes to the plan's own figures."""

from __future__ import annotations

import datetime as dt
import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import python_calamine as calamine

from models.shared.problem import SolveOptions
from nwl_opt.excel.results import write_results
from nwl_opt.problems import find_instance
from nwl_opt.solving import SilentListener, SolveRequest, solve_and_save

pytestmark = pytest.mark.browser

MADE_AT = dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)
KINDS = ("reallocation", "theatres", "estates")
REFERENCE = "nwl"
INSTANCES = tuple(f"{kind}/{name}" for kind in KINDS for name in ("tiny", "each_rule", REFERENCE))
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_OF_A_POUND = 2e-6  # remainders of pounds are kept with six decimals
_LONGEST_SECONDS = 900
Grid = list[list[object]]


@pytest.fixture(scope="module")
def soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("soffice (LibreOffice) is not installed: workbooks were not recalculated")
    return found


@pytest.fixture(scope="module")
def written(reference_runs: Callable[[str, Path], str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The results workbook of a run of each instance; references are those that every browser test looks at."""
    folder = tmp_path_factory.mktemp("written")
    found: dict[str, Path] = {}
    for instance in INSTANCES:
        kind, name = instance.split("/")
        run = folder / (reference_runs(kind, folder) if name == REFERENCE else f"{kind}_{name}")
        if name != REFERENCE:
            _solve(instance, run)
        found[instance] = write_results(run, folder / f"{kind}_{name}.xlsx", MADE_AT)
    return found


def _solve(instance: str, run: Path) -> None:
    options = SolveOptions(studies=False)
    solve_and_save(SolveRequest(find_instance(instance), out=run, options=options), SilentListener(), lambda: False)


@pytest.fixture(scope="module")
def recalculated(soffice: str, written: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same workbooks, saved by LibreOffice after it worked out every formula; one call for all."""
    folder = _recalculate(soffice, list(written.values()), tmp_path_factory.mktemp("recalculated"))
    return {instance: folder / path.name for instance, path in written.items()}


def _recalculate(soffice: str, paths: Sequence[Path], folder: Path) -> Path:
    """Open workbooks with recalculation forced, and save them in a folder."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    command = [soffice, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", "xlsx",
               "--outdir", str(folder), *map(str, paths)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST_SECONDS)
    return folder


def _grids(path: Path) -> dict[str, Grid]:
    book = calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=_OF_A_POUND)
    return left == right


def _checks(grid: Grid) -> Grid:
    return grid[next(at for at, row in enumerate(grid) if row[0] == "Sheet") + 1 :]


@pytest.mark.parametrize("instance", INSTANCES)
def test_every_cell_is_what_it_was_when_it_is_worked_out_anew(
    written: dict[str, Path], recalculated: dict[str, Path], instance: str
) -> None:
    before, after = _grids(written[instance]), _grids(recalculated[instance])
    assert list(before) == list(after)
    differ = [
        f"{name}!{row + 1}:{column + 1} {cell!r} {after[name][row][column]!r}"
        for name, grid in before.items()
        for row, cells in enumerate(grid)
        for column, cell in enumerate(cells)
        if cell != "" and not _same(cell, after[name][row][column])
    ]
    assert differ == []


@pytest.mark.parametrize("instance", INSTANCES)
def test_every_formula_gives_the_plans_own_figure(recalculated: dict[str, Path], instance: str) -> None:
    after = _grids(recalculated[instance])
    checks = _checks(after["Checks"])
    assert [row for row in checks if row[4] != 0 or row[5] != "yes"] == []
    said = f"All formulas agree with the plan ({len(checks)} figures checked)"
    assert said in [row[0] for row in after["Summary"]]


@pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl does not read all that LibreOffice draws
@pytest.mark.parametrize("instance", INSTANCES)
def test_no_cell_shows_an_error(recalculated: dict[str, Path], instance: str) -> None:
    book = openpyxl.load_workbook(recalculated[instance], data_only=True, read_only=True)
    worked_out = [sheet for sheet in book if not sheet.title.startswith("data ")]
    errors = [f"{sheet.title}!{cell.coordinate} {cell.value}" for sheet in worked_out for row in sheet.iter_rows()
              for cell in row if cell.data_type == "e"]  # fmt: skip
    assert errors == []


def _changed(path: Path, target: Path, sheet: str, find: tuple[int, object], change: tuple[int, object]) -> Path:
    """A copy of a workbook with one cell changed: in the row where a column holds a value, another column."""
    book = openpyxl.load_workbook(path)
    row = next(row for row in book[sheet].iter_rows() if row[find[0]].value == find[1])
    row[change[0]].value = change[1]
    book.save(target)
    return target


def _row(grid: Grid, name: str) -> list[object]:
    return next(row for row in grid if row[0] == name)


def _figure(grid: Grid, name: str) -> float:
    """What a key figure of the summary is worked out to be."""
    value = _row(grid, name)[2]
    assert isinstance(value, float)
    return value


def test_changed_assumptions_move_the_totals_that_rest_on_them(
    soffice: str, written: dict[str, Path], tmp_path: Path
) -> None:
    """Growth 4 % to 5 %: of 1,040,000 to share 1,050,000 are there and 10,000 stay unallocated.

    A discount rate of 0 makes the net present cost the plain sum of the ICB's cash. A list that ends an hour later
    has 60 minutes more to be full of.
    """
    setting = 7  # the column that holds a setting's name in formulas; its value stands in the second
    growth = _changed(written["reallocation/tiny"], tmp_path / "growth.xlsx", "Assumptions",
                      (setting, "growth_share"), (1, 0.05))  # fmt: skip
    rate = _changed(written["estates/tiny"], tmp_path / "rate.xlsx", "Assumptions",
                    (setting, "discount_rate_share"), (1, 0.0))  # fmt: skip
    use = _grids(written["theatres/tiny"])["Use of theatres"]
    first = use[next(at for at, row in enumerate(use) if row[0] == "Day") + 1]
    assert isinstance(first[5], dt.datetime)
    later = _changed(written["theatres/tiny"], tmp_path / "later.xlsx", "Use of theatres",
                     (15, first[15]), (5, first[5] + dt.timedelta(hours=1)))  # fmt: skip
    folder = _recalculate(soffice, [growth, rate, later], tmp_path / "out")

    after = _grids(folder / growth.name)
    assert _row(after["Money"], "Left to be shared out by need")[1:3] == [1_000_000, 1_050_000]
    assert _figure(after["Summary"], "Money nobody gets, all years") == 10_000
    assert any("differ from the plan" in str(row[0]) for row in after["Summary"])

    after = _grids(folder / rate.name)
    cash = _row(after["Cash"], "The ICB's cash, total")
    years = [cell for cell in cash[1:] if isinstance(cell, float)]
    assert _figure(after["Summary"], "Net present cost to the ICB") == pytest.approx(sum(years[:-1]))

    after = _grids(folder / later.name)
    moved = next(row for row in after["Use of theatres"] if row[15] == first[15])
    assert isinstance(first[6], float)
    assert moved[6] == first[6] + 60
    assert moved[10] == pytest.approx(float(str(moved[9])) / (first[6] + 60))
