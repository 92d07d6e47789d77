"""Commands that need no solve: what they print, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt import __version__
from nwl_opt.cli import main
from nwl_opt.opening import validate_instance

pytestmark = pytest.mark.unit


def test_usage_faults_end_with_2_and_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["solve"],
        ["fly"],
        ["solve", "knapsack/tiny", "--gap", "7"],
        ["solve", "knapsack/tiny", "--seed", "x"],
        ["solve", "knapsack/tiny", "--set", "limit_kg"],
        ["solve", "knapsack/tiny", "--scenario", "nowhere"],
        ["solve", "knapsack/huge"],
        ["solve", "nowhere"],
        ["demo", "suitcase"],
        ["new", "suitcase", "x"],
        ["generate", "knapsack", "x", "--size", "colours=3"],
        ["generate", "knapsack", "x", "--size", "items=many"],
        ["dictionary", "suitcase"],
    ):
        assert main(arguments) == 2, arguments
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        assert printed.err.strip(), arguments


def test_validate_names_file_row_and_column(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny / "items.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("C,S2,4", "C,S7,-4"), encoding="utf-8")
    assert main(["validate", str(tiny)]) == 2
    told = capsys.readouterr().err
    assert "2 faults" in told
    assert "items.csv row 4: weight_kg = -4; must be 1 or more." in told
    assert "items.csv row 4: shelf_id = S7; must stand in shelves.csv, column shelf_id." in told


def test_validate_of_a_sound_instance(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tiny), "--scenario", "one_fragile"]) == 0
    told = capsys.readouterr().out
    assert "No faults." in told and "synthetic" in told


def test_new_writes_a_template_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("mine", "mine.xlsx"):
        target = tmp_path / name
        assert main(["new", "knapsack", str(target)]) == 0
        assert main(["new", "knapsack", str(target)]) == 2
        assert "nothing was overwritten" in capsys.readouterr().err
    assert main(["new", "knapsack", str(tmp_path / "mine.csv")]) == 2
    assert main(["new", "knapsack", str(tmp_path / "copy.xlsx"), "--from", "tiny"]) == 0
    assert validate_instance(tmp_path / "copy.xlsx").faults == ()


def test_generate_is_repeatable(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert main(["generate", "knapsack", str(tmp_path / name), "--seed", "7", "--size", "items=9"]) == 0
    first, second = ((tmp_path / name / "items.csv").read_bytes() for name in ("a", "b"))
    assert first == second
    validation = validate_instance(tmp_path / "a")
    assert validation.faults == () and validation.rows["items"] == 9


def test_the_dictionary_follows_the_register(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictionary", "knapsack"]) == 0
    text = capsys.readouterr().out
    assert "| `weight_kg` | whole number, 1 or more | kg | required | what it weighs |" in text
    assert "| `limit_kg` | 10 | kg | what may be carried |" in text
    assert main(["dictionary", "knapsack", "--out", str(tmp_path / "d.md")]) == 0
    assert (tmp_path / "d.md").read_text(encoding="utf-8") == text
    assert main(["dictionary", "knapsack", "--out", str(tmp_path / "no" / "d.md")]) == 2


def test_small_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__
    assert main(["scenarios", "knapsack"]) == 0
    told = capsys.readouterr().out
    assert "knapsack/nwl, knapsack/tiny" in told and "one_fragile" in told and "K-03" in told
    assert main(["runs"]) == 0
    assert "No runs" in capsys.readouterr().out


def test_an_error_of_our_own_is_short(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(name: str) -> Path:
        raise ZeroDivisionError(name)

    monkeypatch.setattr("nwl_opt.commands.inputs.find_instance", broken)
    assert main(["validate", "x"]) == 1
    told = capsys.readouterr().err
    assert "An error of our own: ZeroDivisionError: x (tests.unit" in told and "Traceback" not in told
