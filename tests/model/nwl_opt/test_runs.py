"""Whole runs of the knapsack: solved in their own process, checked from disk, saved, and read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nwl_opt.cli import main

pytestmark = pytest.mark.model


def record_of(folder: Path) -> dict[str, object]:
    value = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    return value


def test_a_run_from_start_to_verify(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Solved, checked, explained, verified; damaged, the check and the hashes say so."""
    out = tmp_path / "run"
    arguments = ["solve", str(tiny), "--out", str(out), "--who", "tester", "--why", "to see", "--seed", "5"]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    for words in ("Best plan, proven", "What to carry", "[Whole] items.", "£50",
                  "The limit of 10 kg stops us. [K-01]", "Passed: 5 rules checked",
                  "Synthetic numbers are invented", str(out)):  # fmt: skip
        assert words in told
    assert (out / "chosen.csv").read_bytes() == b"item_id,weight_kg,gain_gbp\nA,6,30\nC,4,20\n"
    assert (out / "baselines" / "heaviest" / "chosen.csv").read_bytes() == b"item_id,weight_kg,gain_gbp\nA,6,30\n"
    assert (out / "kilos.csv").read_bytes() == b"limit_kg,gain_gbp\n9,44\n11,54\n"
    assert (out / "baselines" / "heaviest" / "kilos.csv").read_bytes() == b"limit_kg,gain_gbp\n"
    assert not (out / "work").exists()
    record = record_of(out)
    assert {"schema", "tool_version", "kind", "title", "status", "repeatable", "started_at", "seconds", "cpu_seconds",
            "peak_memory_mb", "instance", "inputs", "scenario", "settings", "seed", "who", "why", "solvers", "stages",
            "check", "baseline", "kpis", "provenance", "outputs"} <= set(record)  # fmt: skip
    assert (record["status"], record["repeatable"], record["seed"]) == ("optimal", True, 5)
    assert (record["who"], record["why"]) == ("tester", "to see")
    assert record["check"] == {"passed": True, "rules_checked": ["K-01", "K-02", "K-03", "K-04", "K-05"],
                               "findings": []}  # fmt: skip
    assert record["baseline"] == {"heaviest": {"items": 1, "gain": 30.0}, "nothing": {"items": 0, "gain": 0.0}}
    assert record["kpis"] == {"items": {"value": 2, "unit": "items"}, "gain": {"value": 50.0, "unit": "gbp"}}
    assert [explanation["id"] for explanation in json.loads((out / "explanation.json").read_text("utf-8"))] == [
        "K-01-limit",
        "K-05-age",
    ]
    assert main(["explain", str(out)]) == 0
    assert "Age did not matter." in capsys.readouterr().out
    assert main(["verify", str(out)]) == 0
    assert main(["check", str(tiny), str(out)]) == 0
    assert main(["check", str(out / "inputs"), str(out)]) == 0
    assert main(["runs", str(tmp_path)]) == 0
    assert "to see" in capsys.readouterr().out
    damage_and_check(tiny, out, capsys)


def damage_and_check(tiny: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan damaged on disk fails its check under the broken rule; the hashes tell which file it was."""
    (out / "chosen.csv").write_text("item_id,weight_kg,gain_gbp\nA,6,30\nB,5,24\n", encoding="utf-8")
    assert main(["check", str(tiny), str(out)]) == 5
    told = capsys.readouterr().out
    assert "K-01 11 kg is over the limit" in told and "chosen.csv: changed since the run was saved" in told
    assert main(["verify", str(out)]) == 5
    (out / "chosen.csv").write_text("item_id,weight_kg,gain_gbp\nA,six,30\n", encoding="utf-8")
    assert main(["check", str(tiny), str(out)]) == 5
    assert "FORMAT" in capsys.readouterr().out
    (out / "chosen.csv").unlink()
    assert main(["check", str(tiny), str(out)]) == 5
    assert main(["solve", str(tiny), "--out", str(out)]) == 2


def test_a_scenario_is_kept_and_checked_again(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The run keeps the scenario, so that a check of the original instance applies it before it judges."""
    out = tmp_path / "run"
    assert main(["solve", str(tiny), "--scenario", "one_fragile", "--set", "limit_kg=7", "--out", str(out)]) == 0
    record = record_of(out)
    assert record["scenario"] == {"file": "one_fragile.toml", "title": "One fragile thing at most"}
    assert record["set"] == {"limit_kg": 7}
    assert (out / "chosen.csv").read_bytes() == b"item_id,weight_kg,gain_gbp\nA,6,30\nD,1,2\n"
    inputs = (out / "inputs" / "instance.toml").read_text(encoding="utf-8")
    assert "limit_kg = 7" in inputs and "fragile_at_most = 1" in inputs
    capsys.readouterr()
    assert main(["check", str(tiny), str(out)]) == 0
    assert main(["check", str(out / "inputs"), str(out)]) == 0
    assert "not what it was" not in capsys.readouterr().out
    path = tiny / "items.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("A,S1,6,30", "A,S1,6,31"), encoding="utf-8")
    assert main(["check", str(tiny), str(out)]) == 0
    assert "the instance is not what it was" in capsys.readouterr().out


def test_demo_from_another_folder_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo needs nothing but the packages, saves under OUT/KIND, and one seed gives the same bytes."""
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "knapsack", "--out", "first"]) == 0
    assert main(["demo", "knapsack"]) == 0
    (second,) = (tmp_path / "runs").iterdir()
    assert (tmp_path / "first" / "knapsack" / "chosen.csv").read_bytes() == (second / "chosen.csv").read_bytes()


@pytest.mark.parametrize(
    ("settings", "code", "status", "words"),
    [
        (["gain_at_least_gbp=500"], 3, "infeasible", "No plan can exist under these rules"),
        (["behaviour=no_plan"], 4, "no_plan", "No plan found within the limits"),
        (["behaviour=bad_plan"], 5, "optimal", "do not use this plan"),
        (["behaviour=crash"], 0, "feasible", "The solver process ended with"),
    ],
)
def test_endings(
    settings: list[str], code: int, status: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["solve", "knapsack/tiny", "--out", str(out), "--set", *settings]) == code
    record = record_of(out)
    assert record["status"] == status
    assert words in capsys.readouterr().out
    if status == "infeasible":
        assert (out / "repairs.csv").read_bytes() == b"rule\nK-04\n"
        assert record["check"] is None
        assert main(["check", "knapsack/tiny", str(out)]) == 3
    if settings == ["behaviour=crash"]:
        assert record["repeatable"] is False
        assert (out / "chosen.csv").exists()
        assert (out / "solver_output.txt").exists()


def test_a_crash_without_a_plan_is_a_named_result(tmp_path: Path) -> None:
    out = tmp_path / "run"
    settings = ["--set", "behaviour=crash", "--set", "gain_at_least_gbp=500"]
    assert main(["solve", "knapsack/tiny", "--out", str(out), *settings]) == 4
    record = record_of(out)
    assert record["status"] == "no_plan"
    assert "SIGABRT" in str(record["reason"]) or "exit code" in str(record["reason"])


@pytest.mark.parametrize(("behaviour", "saved"), [("bug", False), ("bug_in_explaining", True)])
def test_an_error_of_our_own_is_1_with_its_trace_in_the_log(
    behaviour: str, saved: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["solve", "knapsack/tiny", "--out", str(out), "--set", f"behaviour={behaviour}"]) == 1
    told = capsys.readouterr()
    assert "An error of our own: KeyError" in told.err and "Traceback" not in told.err
    log = (out / "log.jsonl").read_text(encoding="utf-8")
    assert "toys/knapsack/problem.py" in log.replace("\\", "/")
    assert (out / "run.json").exists() == saved
