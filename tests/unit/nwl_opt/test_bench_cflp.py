"""`nwl-opt bench cflp`: one table, a verdict for each promise, and a failure only where an answer is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.cli import main
from nwl_opt.solving import EXIT_BUG

pytestmark = pytest.mark.unit

FILE = "2 3\n10 100\n20 150\n4 5 6\n1 3 5\n2 4 6\n"
"""Only the second site holds all 15 hours: 150 + 2 + 4 + 6 = 162 without the first."""


def folder_with(tmp_path: Path, optimum: str, family: str = "Holmberg") -> Path:
    (tmp_path / "one.txt").write_text(FILE)
    (tmp_path / "optima.csv").write_text(
        "instance,file,family,capacity,optimum_split,optimum_single_source\n"
        f"one,one.txt,{family},in file,,{optimum}\n"
    )
    return tmp_path


def test_a_published_optimum_is_reproduced_beside_plain_highs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "cflp", str(folder_with(tmp_path, "162"))]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "162.000 162.000 162.000 0.000" in told
    assert "1 of 1; slowest one" in told and "no worse than plain HiGHS" in told


def test_a_proved_value_that_is_not_the_published_one_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "cflp", str(folder_with(tmp_path, "161")), "--alone"]) == EXIT_BUG
    told = " ".join(capsys.readouterr().out.split())
    assert "Wrong: one (single): proved 162.000, published 161.000." in told


def test_one_file_needs_a_list_or_a_family(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.txt").write_text(FILE)
    assert main(["bench", "cflp", str(tmp_path / "other.txt"), "--alone"]) != 0
    assert "--family" in capsys.readouterr().err
    assert main(["bench", "cflp", str(tmp_path / "other.txt"), "--family", "Yang", "--alone"]) == 0
    assert "162.000" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["cflp"], "PATH"), (["cflp", "nowhere"], "no such file or folder"), (["dentistry"], "cflp"),
     (["theatres", "FOLDER"], "only `bench cflp` and `bench app` take these"),
     (["cflp", "FOLDER", "--only", "two"], "must be an instance of the list"),
     (["cflp", "FOLDER", "--family", "Beasley"], "a family of it: Holmberg")],
)  # fmt: skip
def test_what_cannot_be_measured_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    folder = str(folder_with(tmp_path, "162"))
    assert main(["bench", *(folder if word == "FOLDER" else word for word in arguments)]) not in (0, EXIT_BUG)
    assert says in " ".join(capsys.readouterr().err.split())


def test_a_damaged_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_with(tmp_path, "162")
    (folder / "one.txt").write_text(FILE.replace("4 5 6", "4 5 -6", 1))
    assert main(["bench", "cflp", str(folder), "--alone"]) != 0
    assert "one.txt row 4: number 9 = -6; demand must be 0 or more" in " ".join(capsys.readouterr().err.split())
