"""A plan beside its baselines: on which aims one of them is ahead is said, not hidden."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from models.shared.findings import CheckReport
from models.shared.problem import Measure
from nwl_opt.finishing import BaselinePlan
from nwl_opt.terminal.results import show_baselines
from solvers.types import Sense, StageResult

pytestmark = pytest.mark.unit


def _shown(own: dict[str, float], other: dict[str, float], senses: dict[str, Sense]) -> str:
    console = Console(file=StringIO(), width=200)
    stages = [StageResult(name, "points", sense, own.get(name), None, None, 0.0, "none", "feasible")
              for name, sense in senses.items()]  # fmt: skip
    measures, others = ({name: Measure(value, "points") for name, value in one.items()} for one in (own, other))
    show_baselines(console, measures, {"by_hand": BaselinePlan(others, CheckReport((), ()))}, stages)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_baseline_ahead_on_a_later_aim_is_named_with_by_how_much() -> None:
    text = _shown(
        {"urgent": 5, "waits": 10, "moves": 7},
        {"urgent": 3, "waits": 14, "moves": 9},
        {"urgent": "maximise", "waits": "maximise", "moves": "minimise"},
    )
    assert "Ahead of this plan (later aims give way to earlier ones): by hand by 4 points on waits." in text


def test_nothing_is_said_where_no_baseline_is_ahead() -> None:
    text = _shown({"urgent": 5, "moves": 7}, {"urgent": 5, "moves": 9}, {"urgent": "maximise", "moves": "minimise"})
    assert "Ahead" not in text
