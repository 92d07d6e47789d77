"""A plan beside its baselines: on which aims one of them is ahead is said, not hidden."""

from __future__ import annotations

import re
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from models.shared.findings import CheckReport
from models.shared.problem import Explanation, Measure, View
from nwl_opt.finishing import BaselinePlan
from nwl_opt.terminal.results import show_baselines, show_screen
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


@pytest.mark.parametrize("first", [True, False])
def test_tables_that_come_first_stand_on_the_screen_with_each_aim_beside_the_baselines(first: bool) -> None:
    """A run whose headlines have sections shows only the tables that say so, and then its aims."""
    console = Console(file=StringIO(), width=200)
    views = [
        View("The lists", ("week",), (("12 Apr",),), (False,), first=first),
        View("Beds", ("ward",), (("W",),), (False,)),
    ]
    stage = StageResult("urgent", "patients", "maximise", 5, 6, None, 0.0, "none", "feasible")
    other = BaselinePlan({"urgent": Measure(3, "patients")}, CheckReport((), ()))
    sentence = Explanation("one", "", "Five are booked.", headline=True, section="What we recommend")
    result = SimpleNamespace(
        record={"title": "A month"},
        folder="run",
        exit_code=0,
        solved=SimpleNamespace(status="feasible", decisions={}, reason="", explanations=(sentence,), explained=True,
                               outcome_written=True, stages=(stage,)),
        finished=SimpleNamespace(report=CheckReport((), ()), views=views, baselines={"by_hand": other},
                                 measures={"urgent": Measure(5, "patients")}),
    )  # fmt: skip
    show_screen(console, result)  # type: ignore[arg-type]
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    assert "Five are booked." in text and "Beds" not in text
    assert ("The lists" in text) == first
    assert bool(re.search(r"urgent +5 patients +6 patients +3 patients", text)) == first
