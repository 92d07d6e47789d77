"""`nwl-opt extract`: propose, load, convert; exit codes as everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.cli import main
from nwl_opt.opening import validate_instance
from tests.extract_files import csv_file

pytestmark = pytest.mark.unit
LEDGER = "reallocation/extracts/general_ledger.xlsx"
MAPPINGS = ("ledger", "ledger_cells", "baseline")
PAIRS = [part for name in MAPPINGS for part in (f"reallocation/extracts/{name}.toml", LEDGER)]


def test_several_extracts_are_loaded_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine"
    assert main(["extract", "load", "reallocation/tiny", *PAIRS, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "19 rows read, 6 loaded." in told
    assert "the total the extract states is the sum of its rows" in told
    assert "No faults." in told
    assert not validate_instance(out).faults


def test_faults_of_the_copy_leave_nothing_behind_unless_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["extract", "load", "reallocation/tiny", *PAIRS[:2], "--out", str(tmp_path / "mine")]
    assert main(arguments) == 2
    assert "must stand in" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()
    assert main([*arguments, "--with-faults"]) == 2
    assert validate_instance(tmp_path / "mine").faults


def test_rows_are_added_whatever_the_mapping_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "load", "reallocation/tiny", *PAIRS[:2], "--append", "--with-faults", "--out",
                 str(tmp_path / "mine.xlsx")]) == 2  # fmt: skip
    assert "ledger: 6 rows added to 6." in capsys.readouterr().out
    assert (tmp_path / "mine.xlsx").exists()


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("book.xlsx", "m.toml", "t.csv"):
        (tmp_path / name).write_bytes(b"mine")
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "note.txt").write_bytes(b"mine")
    mapping, extract = PAIRS[:2]
    assert main(["extract", "load", "reallocation/tiny", *PAIRS, "--out", str(tmp_path / "book.xlsx")]) == 2
    assert main(["extract", "load", "reallocation/tiny", *PAIRS, "--out", str(folder)]) == 2
    assert main(["extract", "propose", "reallocation", "ledger", LEDGER, "--out", str(tmp_path / "m.toml")]) == 2
    assert main(["extract", "convert", mapping, extract, "--out", str(tmp_path / "t.csv")]) == 2
    capsys.readouterr()
    assert all((tmp_path / name).read_bytes() == b"mine" for name in ("book.xlsx", "m.toml", "t.csv"))


def test_an_extract_without_its_mapping_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "mine")
    assert main(["extract", "load", "reallocation/tiny", PAIRS[0], "--out", out]) == 2
    assert "in turn" in capsys.readouterr().err
    assert main(["extract", "load", "reallocation/tiny", "none.toml", LEDGER, "no.toml", LEDGER, "--out", out]) == 2
    assert "2 faults" in capsys.readouterr().err


def test_a_proposal_is_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = csv_file(tmp_path, ("Pathway ID", "Priority", "NHS Number", "Remark"), ("1", "Cat A", "9991234004", "x"),
                    ("2", "Urgent", "9991234012", "y"), ("Total", "", "", ""))  # fmt: skip
    out = tmp_path / "mapping.toml"
    assert main(["extract", "propose", "theatres", "patients", str(file), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    for words in ("our column", "Not found, and needed", "priority: Cat A (1 rows)", "Remark", "rows of totals",
                  "Not taken: they say who a person is", "Correct"):  # fmt: skip
        assert words in told
    assert "9991234004" not in told + out.read_text(encoding="utf-8")


def test_an_extract_becomes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "bookings.csv"
    arguments = ["estates/extracts/room_bookings.toml", "estates/extracts/room_bookings.csv", "--out", str(out)]
    assert main(["extract", "convert", *arguments]) == 0
    assert "92 rows read, 92 loaded." in capsys.readouterr().out
    assert out.read_text(encoding="utf-8").startswith("site_id,room_type,room,date,start,end,status,provenance\n")
