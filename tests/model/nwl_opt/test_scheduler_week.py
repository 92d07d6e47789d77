"""A scheduler's week through the command line, on a small diary; what the verbs print, keep and refuse."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from nwl_opt.cli import main
from nwl_opt.files.atomic import sha256_of
from tests.small_diary import small_folder

pytestmark = pytest.mark.model

PASSED = "rules checked on the written tables"

EVENTS = """
planning_date = 2027-03-24
[[event]]
kind = "theatre_down"
theatre = "T1"
first_day = 2027-04-13
last_day = 2027-04-13
reason = "no air"
"""
HAPPENED = """
[[patient]]
patient = "P1"
happened = "cancelled_by_hospital"
"""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lists_of(run: Path) -> dict[str, tuple[str, str]]:
    """Patient -> list and state."""
    return {row["patient_id"]: (row["list_id"], row["state"]) for row in rows_of(run / "theatre_lists.csv")}


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small diary, solved; only to be read."""
    folder = tmp_path_factory.mktemp("week")
    instance = small_folder(folder / "instance")
    assert main(["solve", str(instance), "--effort", "0.1", "--out", str(folder / "first")]) == 0
    return folder / "first"


def test_a_week_by_commands_alone(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Agree, release, repair, roll: every step is checked and says so, and agreed dates move only by name."""
    before = lists_of(solved)
    agreed, mended, rolled = (tmp_path / name for name in ("agreed", "mended", "rolled"))
    assert main(["theatres", "agree", str(solved), "P1", "P3", "--out", str(agreed)]) == 0
    assert PASSED in capsys.readouterr().out
    assert lists_of(agreed) == {
        p: (at, "agreed" if p in ("P1", "P3") else "proposed") for p, (at, _) in before.items()
    }
    assert json.loads((agreed / "run.json").read_text("utf-8"))["parent_run"]["command"] == "agree"

    ranked = tmp_path / "ranked"
    assert main(["theatres", "release", str(agreed), "--list", "W", "--out", str(ranked)]) == 0
    told = capsys.readouterr().out
    assert "given up by S2" in told
    assert {row["surgeon_id"]: row["why_not"] for row in rows_of(ranked / "released.csv")}["S2"] == "gave it up"

    events = tmp_path / "events.toml"
    events.write_text(EVENTS, encoding="utf-8")
    assert main(["theatres", "repair", str(agreed), str(events), "--effort", "0.1", "--out", str(mended)]) == 0
    told = capsys.readouterr().out
    assert "set free by name" in told
    assert PASSED in told
    changes = {row["patient_id"]: row for row in rows_of(mended / "changes.csv")}
    assert changes["P3"]["state_before"] == "agreed"
    assert changes["P3"]["why"] == "Theatre T1 is down on 2027-04-13 (no air)."
    assert lists_of(mended)["P1"] == (before["P1"][0], "agreed")
    assert (mended / "events.toml").read_text(encoding="utf-8") == EVENTS

    happened = tmp_path / "happened.toml"
    happened.write_text(HAPPENED, encoding="utf-8")
    arguments = ["theatres", "roll", str(mended), str(happened), "--to", "2027-04-13", "--effort", "0.1"]
    assert main([*arguments, "--out", str(rolled)]) == 0
    told = capsys.readouterr().out
    assert PASSED in told
    assert "Waits" in told
    waiting = {row["patient_id"]: row for row in rows_of(rolled / "inputs" / "patients.csv")}
    assert waiting["P1"]["due_by"] == "2027-05-10"  # 28 days after Monday 12 April
    assert "planning_date = 2027-04-13" in (rolled / "inputs" / "instance.toml").read_text("utf-8")
    for run in (agreed, mended, rolled):
        assert main(["verify", str(run)]) == 0
        assert main(["check", str(run / "inputs"), str(run)]) == 0


def test_an_ordinary_week_needs_no_file(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing out of the ordinary happened by Tuesday; nobody had been told, so who was on Monday's list waits."""
    rolled = tmp_path / "rolled"
    arguments = ["theatres", "roll", str(solved), "--to", "2027-04-13", "--effort", "0.1", "--out", str(rolled)]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert PASSED in told
    assert "only proposed" in told
    waiting = {row["patient_id"] for row in rows_of(rolled / "inputs" / "patients.csv")}
    assert waiting == {row["patient_id"] for row in rows_of(solved / "inputs" / "patients.csv")}
    assert not (rolled / "happened.toml").exists()
    assert main(["verify", str(rolled)]) == 0


def test_a_session_is_given_on_as_a_run(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """W goes from S2 to S1: the run holds the ranking and the events that say so."""
    out = tmp_path / "given"
    arguments = ["theatres", "release", str(solved), "--list", "W", "--give", "W=S2", "--out", str(out)]
    assert main(arguments) == 2
    assert "gave it up" in capsys.readouterr().err
    assert not out.exists()
    assert main([*arguments[:-3], "W=S1", "--effort", "0.1", "--out", str(out)]) == 0
    assert PASSED in capsys.readouterr().out
    assert {row["list_id"]: row["surgeon_id"] for row in rows_of(out / "inputs" / "lists.csv")}["W"] == "S1"
    first = rows_of(out / "released.csv")[0]
    assert (first["rank"], first["surgeon_id"], first["can_take"]) == ("1", "S1", "yes")


def test_what_cannot_be_used_is_refused(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown patients, all at once; no run; an unfinished run; another kind; a run changed since; a failed check."""
    out = str(tmp_path / "out")
    assert main(["theatres", "agree", str(solved), "P1", "P5", "P99", "--all-on", "Z", "--out", out]) == 2
    told = capsys.readouterr().err
    for words in ("P5; must be booked", "P99; must be on the waiting list", "Z; must be a list"):
        assert words in told
    assert main(["theatres", "agree", str(tmp_path), "P1", "--out", out]) == 2
    assert "not a run" in capsys.readouterr().err

    run = Path(shutil.copytree(solved, tmp_path / "damaged"))
    (run / "theatre_lists.csv").write_text("list_id\n", encoding="utf-8")
    assert main(["theatres", "agree", str(run), "P1", "--out", out]) == 5
    assert "not as they were saved" in capsys.readouterr().err

    run = Path(shutil.copytree(solved, tmp_path / "failed"))
    record = json.loads((run / "run.json").read_text("utf-8"))
    (run / "run.json").write_text(json.dumps({**record, "check": {"passed": False}}), encoding="utf-8")
    assert main(["theatres", "agree", str(run), "P1", "--out", out]) == 5
    assert "check of this run failed" in capsys.readouterr().err
    (run / "run.json").write_text(json.dumps({**record, "kind": "estates"}), encoding="utf-8")
    assert main(["theatres", "agree", str(run), "P1", "--out", out]) == 2
    assert "must be theatres" in capsys.readouterr().err
    (run / "run.json").unlink()
    assert main(["theatres", "agree", str(run), "P1", "--out", out]) == 2
    assert "an unfinished run" in capsys.readouterr().err
    assert main(["theatres", "roll", str(solved), str(tmp_path / "no.toml"), "--to", "2027-03-22", "--out", out]) == 2
    assert "must be after 2027-03-22" in capsys.readouterr().err
    assert not Path(out).exists()


def test_ctrl_c_keeps_the_best_plan(
    solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pressed at once: the plan so far is checked and saved, and the command ends with 130."""
    monkeypatch.setattr("nwl_opt.supervise.Interrupts.asked", lambda heard: True)
    events = tmp_path / "events.toml"
    events.write_text(EVENTS, encoding="utf-8")
    out = tmp_path / "stopped"
    assert main(["theatres", "repair", str(solved), str(events), "--out", str(out)]) == 130
    assert "Stopped on request" in capsys.readouterr().out


def test_the_same_repair_is_the_same_plan_to_the_byte(solved: Path, tmp_path: Path) -> None:
    """Same run, events and seed: the same tables."""
    events = tmp_path / "events.toml"
    events.write_text(EVENTS, encoding="utf-8")
    hashes = []
    for name in ("one", "two"):
        out = tmp_path / name
        assert main(["theatres", "repair", str(solved), str(events), "--effort", "0.1", "--out", str(out)]) == 0
        hashes.append([sha256_of(path) for path in sorted(out.glob("*.csv"))])
    assert hashes[0] == hashes[1]
