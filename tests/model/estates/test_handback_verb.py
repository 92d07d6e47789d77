"""`estates test-handback` from the command line: words, files, the proof's own run, and what it refuses."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nwl_opt.cli import main

pytestmark = pytest.mark.model

VERB = ("estates", "test-handback")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A saved plan of the tiny estate: it hands the upper floor of the north clinic back on 1 October 2026."""
    folder = tmp_path_factory.mktemp("estate") / "run"
    assert main(["solve", "estates/tiny", "--out", str(folder)]) == 0
    yield folder


def _quick(run: Path, out: Path, *words: str) -> int:
    return main([*VERB, str(run), *words, "--quick", "--out", str(out)])


def test_the_first_answer_is_words_tables_and_a_notice(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of £24,000 once; £19,200 a year less; ahead by May 2027."""
    assert _quick(run, tmp_path / "out", "--suite", "north-upper", "--from", "2026-04-01") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "First answer, not proved yet" in said
    assert "can be handed back from 1 October 2026" in said
    assert "E-18 admissible dates" in said and "notice of 6 months" in said
    assert "One-off payment £12,000. The ICB pays £19,200 less in 2027/28" in said
    assert "It has paid for itself by the end of May 2027" in said
    answer = json.loads((tmp_path / "out" / "answer.json").read_text())
    assert (answer["verdict"], answer["one_off_gbp"], answer["payback_month"]) == ("later", 12_000, "2027-05-01")
    assert answer["proof"] is None and answer["refused_by"] == ["E-18"]
    with (tmp_path / "out" / "savings.csv").open() as file:
        years = list(csv.DictReader(file))
    assert [int(year["icb_saved_gbp"]) for year in years] == [-2_400, 19_200]
    assert {"notice.csv", "notice.md", "notice.html", "evidence.csv"} == {
        path.name for path in (tmp_path / "out" / "notice").iterdir()
    }
    assert "confirmation by ICB finance" in (tmp_path / "out" / "notice" / "notice.html").read_text()


def test_the_same_question_gets_the_same_bytes(run: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert _quick(run, tmp_path / name, "--site", "north", "--from", "2026-10-01") == 3
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) >= 14
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_the_proof_is_a_run_of_its_own_that_orders_the_hand_back(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody of the west may go north (E-23): 5,760 contacts in two years have no room, whatever else is done."""
    out = tmp_path / "out"
    assert main([*VERB, str(run), "--suite", "south-ground", "--from", "2026-10-01", "--out", str(out)]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "No: South Clinic, the whole building cannot be handed back" in said
    assert "E-23 no area worse than" in said and "1 area (West)" in said
    assert "Proved: whatever else is changed, 5,760 contacts more would have no room" in said
    answer = json.loads((out / "answer.json").read_text())
    assert answer["proof"]["impossible"] and answer["proof"]["confirms_first_answer"]
    record = json.loads((out / "run" / "run.json").read_text())
    assert record["check"]["passed"]
    request = json.loads((out / "run" / "request.json").read_text())
    assert request["parent_run"]["command"] == "estates test-handback"
    with (out / "run" / "inputs" / "suites.csv").open() as file:
        ordered = {row["suite_id"]: row["instruction"] for row in csv.DictReader(file)}
    assert ordered == {"north-ground": "free", "north-upper": "free", "south-ground": "hand_back"}


def test_unknown_names_and_days_are_told_together(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--suite", "north-uper", "--site", "nort", "--from", "2025-04-01")
    assert _quick(run, tmp_path / "out", *words) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "Did you mean north-upper" in told and "Did you mean north" in told and "the decision date" in told
    assert not (tmp_path / "out").exists()
    assert _quick(run, tmp_path / "out", "--from", "2026-10-01") == 2
    assert "must name a suite" in capsys.readouterr().err


def test_what_is_no_sound_run_is_not_worked_on(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--suite", "north-upper", "--from", "2026-10-01")
    assert _quick(tmp_path, tmp_path / "out", *words) == 2
    assert "must be a folder made by nwl-opt solve" in " ".join(capsys.readouterr().err.split())
    assert _quick(run, run, *words) == 2
    assert "not empty" in capsys.readouterr().err
    table = run / "site_plan.csv"
    kept = table.read_bytes()
    try:
        table.write_bytes(kept.replace(b"handed_back", b"kept"))
        assert _quick(run, tmp_path / "out", *words) == 5
    finally:
        table.write_bytes(kept)
    assert "must not be used" in capsys.readouterr().err
