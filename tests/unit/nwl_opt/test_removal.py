"""Every hard rule removed in turn: what counts as a change, and where it is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models.shared.problem import SolveOptions
from nwl_opt.cli import main
from nwl_opt.removal import first_difference, is_beyond_bound, remove_each
from nwl_opt.solving import EXIT_CANCELLED
from nwl_opt.supervise import Interrupts
from solvers.types import Sense, StageResult

pytestmark = pytest.mark.unit


def stage(value: float | None, bound: float | None, sense: Sense = "maximise", name: str = "gain") -> StageResult:
    return StageResult(name, "gbp", sense, value, bound, None, 0.0, "", "optimal")


def test_each_rule_of_the_knapsack() -> None:
    removals = {removal.rule.id: removal for removal in remove_each("knapsack", SolveOptions())}
    assert list(removals) == ["K-01", "K-03", "K-04"]  # K-02 is a definition, K-05 is soft
    limit, fragile, asked = removals.values()
    assert (limit.place, limit.value_with, limit.value_without, limit.proven, limit.breaks) == (
        "nwl",
        50,
        56,
        True,
        1,
    )
    # three fragile things are too heavy anyway; with one allowed the rule matters: A and D (32) or A and C (50)
    assert (fragile.place, fragile.value_with, fragile.value_without) == ("nwl + one_fragile", 32, 50)
    assert fragile.changes and fragile.breaks == 1
    assert not asked.changes and asked.value_with == asked.value_without == 50


def test_a_rule_that_changes_nothing_fails_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "knapsack", "--remove-each", "--rule", "K-01"]) == 0
    assert main(["rules", "knapsack", "--remove-each", "--rule", "K-04"]) == 5
    assert "K-04 gain_at_least" in capsys.readouterr().out
    assert main(["rules", "knapsack", "--rule", "K-09"]) == 2
    assert main(["rules", "knapsack"]) == 0
    assert "An item is carried once or not at all." in capsys.readouterr().out


def test_ctrl_c_ends_the_removals_without_half_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pressed before the first solve is done: no row is shown, for it would say that a rule changes nothing."""

    @contextmanager
    def pressed() -> Iterator[Interrupts]:
        heard = Interrupts()
        heard.count = 1
        yield heard

    monkeypatch.setattr("nwl_opt.commands.rules.interrupts", pressed)
    assert main(["rules", "knapsack", "--remove-each", "--rule", "K-01"]) == EXIT_CANCELLED
    assert "changes" not in capsys.readouterr().out


def test_better_is_proven_only_beyond_the_old_bound() -> None:
    assert is_beyond_bound(stage(50, 50), stage(56, 56))
    assert not is_beyond_bound(stage(50, 60), stage(56, 60))
    assert is_beyond_bound(stage(50, 48, "minimise"), stage(40, 40, "minimise"))
    assert not is_beyond_bound(stage(50, 48, "minimise"), stage(49, 40, "minimise"))
    assert not is_beyond_bound(stage(50, None), stage(56, 56))


def test_the_first_stage_that_differs_is_shown() -> None:
    before = (stage(10, 10), stage(5, 5, name="spread"))
    assert first_difference(before, (stage(10, 10), stage(3, 3, name="spread")))[0] == before[1]
    assert first_difference(before, before)[0] == before[0]
    assert first_difference((), ()) == (None, None)
    # pennies are no difference between plans in whole pounds, nor a proof
    assert first_difference(before, (stage(10.4, 10.4), stage(3, 3, name="spread")))[0] == before[1]
    assert not is_beyond_bound(stage(0, -4e-6, "minimise"), stage(-1e-4, -1e-4, "minimise"))
