"""What a run prints: five questions answered in their order, and everything else where it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from models.shared.findings import CheckReport, Finding
from nwl_opt.cli import main
from nwl_opt.terminal.results import show_report

pytestmark = pytest.mark.model

SCREEN = ("The gap", "What moves", "What stops us", "Who loses", "What is assumed or synthetic")


def test_a_solve_prints_the_five_answers_in_order_and_explain_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["solve", "reallocation/line_level", "--set", "growth_share=0.02", "--out", str(out)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line in SCREEN] == list(SCREEN)
    assert "Aims, in this order" not in told
    assert f"nwl-opt explain {out}" in told[-1]
    assert main(["explain", str(out)]) == 0
    page = capsys.readouterr().out
    for heading in (*SCREEN, "The best that can be reached, and what would lift it",
                    "Before any solve: closed forms by line", "Aims, in this order", "Budget by line, £m",
                    "What a little more room would buy", "What the gap hangs on, £m", "Key figures"):  # fmt: skip
        assert f"\n{heading}\n" in page


def test_studies_are_the_same_bytes_for_another_seed(tmp_path: Path) -> None:
    """They come from the same solves as the sentences, and are written with the plan's tables."""
    for seed in ("1", "2"):
        arguments = ["solve", "reallocation/tiny", "--seed", seed, "--out", str(tmp_path / seed)]
        assert main(arguments) == 0
    for name in ("levers.csv", "tornado.csv", "explanation.json", "allocations.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert len((tmp_path / "1" / "levers.csv").read_text(encoding="utf-8").splitlines()) > 2


def test_without_a_plan_the_conflicts_come_first_and_the_gap_today_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    settings = ["--set", "growth_share=0.02", "--set", "closure_required=true"]
    assert main(["solve", "reallocation/line_level", *settings, "--out", str(out)]) == 3
    told = capsys.readouterr().out
    assert told.index("What stops us") < told.index("The gap") < told.index("What is assumed or synthetic")
    assert main(["explain", str(out)]) == 0
    assert "Without R-08" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("notes", "verdict"),
    [
        ((), "none broken."),
        ((("R-01", "no value recorded"),), "none broken."),
        ((("R-08", "soft: limits missed 3"),), "no hard rule broken; 1 soft rule missed."),
        (
            (("R-02", "soft: limits missed 1"), ("R-08", "soft: limits missed 3")),
            "hard rule broken; 2 soft rules missed.",
        ),
    ],
)
def test_a_missed_soft_rule_is_in_the_verdict(
    notes: tuple[tuple[str, str], ...], verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = tuple(Finding(rule, "note", message, "rules.csv") for rule, message in notes)
    show_report(Console(width=120), CheckReport(("R-01", "R-02", "R-08"), found))
    told = capsys.readouterr().out.splitlines()[0]
    assert told.startswith("Passed: 3 rules checked on the written tables, ") and told.endswith(verdict)
