"""`theatres print` on a solved run: files, refusals, and names from a key alone."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from nwl_opt.cli import main
from nwl_opt.theatres.key_file import Identity, write_key

pytestmark = pytest.mark.model

DAY = "2027-04-12"
IDENTITIES = ("Ada Secretname", "17/05/1950", "999 123 4004")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny instance, solved."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert main(["solve", "theatres/tiny", "--effort", "0.1", "--out", str(folder)]) == 0
    return folder


def _print(run: Path, out: Path, *more: str, date: str = DAY) -> int:
    return main(["theatres", "print", str(run), "--date", date, "--out", str(out), *more])


def _booked(run: Path) -> list[str]:
    rows = (run / "theatre_lists.csv").read_text().splitlines()
    at = rows[0].split(",").index("patient_id")
    return [row.split(",")[at] for row in rows[1:]]


def test_a_day_is_printed_as_html_and_pdf(run: Path, tmp_path: Path) -> None:
    assert _print(run, tmp_path / "papers") == 0
    names = sorted(path.relative_to(tmp_path / "papers").as_posix() for path in (tmp_path / "papers").rglob("*.*"))
    assert names == [f"{DAY}/{name}" for name in ("standby.html", "standby.pdf", "theatre_lists.html",
                                                  "theatre_lists.pdf")]  # fmt: skip
    page = (tmp_path / "papers" / DAY / "theatre_lists.html").read_text()
    assert "Theatre 1 - Monday 12 April 2027" in page and "SYNTHETIC DATA" in page and "DRAFT" in page
    assert (tmp_path / "papers" / DAY / "theatre_lists.pdf").read_bytes().startswith(b"%PDF-")


def test_a_week_has_a_folder_for_each_day_with_something(run: Path, tmp_path: Path) -> None:
    assert _print(run, tmp_path / "papers", "--week", "--format", "html", date="2027-04-15") == 0
    assert sorted(path.name for path in (tmp_path / "papers").iterdir()) == [DAY, "2027-04-13"]
    assert not list((tmp_path / "papers").rglob("*.pdf"))


def test_names_come_from_the_key_alone(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a key nobody is named; with one the papers name, and neither the run nor the screen does."""
    born = dt.date(1950, 5, 17)
    identity = Identity(nhs_number="9991234004", name=IDENTITIES[0], date_of_birth=born, hospital_number=None,
                        trust_id=None)  # fmt: skip
    key = tmp_path / "key.csv"
    write_key(key, {_booked(run)[0]: identity})
    assert _print(run, tmp_path / "plain") == 0
    assert _print(run, tmp_path / "named", "--names", str(key)) == 0
    plain, named = ((tmp_path / name / DAY / "theatre_lists.html").read_text() for name in ("plain", "named"))
    for secret in IDENTITIES:
        assert secret not in plain and secret in named
    assert "not in the key file" in named
    told = capsys.readouterr()
    saved = [path.read_bytes() for path in run.rglob("*") if path.is_file()]
    for secret in (*IDENTITIES, "9991234004", "1950-05-17"):
        assert secret not in told.out + told.err
        assert all(secret.encode() not in content for content in saved)
    if os.name == "posix":
        assert (tmp_path / "named").stat().st_mode & 0o077 == 0, "for nobody else's eyes"


def test_a_key_of_other_patients_is_refused(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "key.csv"
    write_key(key, {"SOMEBODY": Identity("9991234004", "Ada", dt.date(1950, 5, 17), None, None)})
    assert _print(run, tmp_path / "papers", "--names", str(key)) == 2
    assert "none of this run's patients" in capsys.readouterr().err
    assert not (tmp_path / "papers").exists()


@pytest.mark.parametrize(
    ("more", "date", "words"),
    [
        ((), "2027-06-01", "no list and no appointment"),
        (("--format", "docx"), DAY, "must be one or more of html, pdf"),
    ],
)
def test_what_cannot_be_printed_is_said(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], date: str, words: str
) -> None:
    assert _print(run, tmp_path / "papers", *more, date=date) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "papers").exists()


def test_papers_never_lie_in_a_run_or_over_others(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _print(run, run / "papers") == 2
    assert "must lie outside it" in " ".join(capsys.readouterr().err.split())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    assert _print(run, tmp_path / "full") == 2
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_nothing_is_printed_without_a_sound_run(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No run; and a run whose list somebody has changed by hand."""
    assert _print(tmp_path / "nowhere", tmp_path / "papers") == 2
    lists = run / "theatre_lists.csv"
    before = lists.read_bytes()
    lists.write_bytes(before.replace(b"left", b"right"))
    try:
        assert _print(run, tmp_path / "papers") != 0
    finally:
        lists.write_bytes(before)
    assert "not as they were saved" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "papers").exists()
