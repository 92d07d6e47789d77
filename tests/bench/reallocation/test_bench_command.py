"""`nwl-opt bench reallocation` on its quick promises, and how it ends when an answer is wrong."""

from __future__ import annotations

import pytest

from models.reallocation import bench as reallocation_bench
from models.shared.promises import Instances, Measured
from nwl_opt.cli import main
from nwl_opt.solving import EXIT_BUG, EXIT_FAULT

pytestmark = pytest.mark.bench


def test_the_quick_promises_are_measured_and_nothing_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reallocation_bench, "BUILT_PRACTICES", 30)
    monkeypatch.delenv("NWL_OPT_OUTSIDE_DATA", raising=False)
    assert main(["bench", "reallocation", "--only", "reference", "--only", "builders", "--only", "systems"]) == 0
    told = capsys.readouterr().out
    assert "rows and the least gap equal" in " ".join(told.split())
    assert "skipped: NWL_OPT_OUTSIDE_DATA" in " ".join(told.split())


def test_a_missed_promise_is_no_failure_and_a_wrong_answer_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: Instances) -> Measured:
        return Measured("under 1 CPU-s", "2 CPU-s", is_met=False)

    def wrong(_: Instances) -> Measured:
        return Measured("equal", "not equal", is_met=False, wrong="3 is not 4")

    monkeypatch.setattr(reallocation_bench, "PROMISES", {"slow": slow, "wrong": wrong})
    assert main(["bench", "reallocation", "--only", "slow"]) == 0
    assert "NO" in capsys.readouterr().out
    assert main(["bench", "reallocation"]) == EXIT_BUG
    assert "Wrong: wrong: 3 is not 4" in capsys.readouterr().out


def test_an_unknown_promise_or_kind_is_a_fault_with_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "reallocation", "--only", "fastest"]) == EXIT_FAULT
    assert "must be one of reference" in capsys.readouterr().err
    assert main(["bench", "estates"]) == EXIT_FAULT
    assert "Only these kinds have promises" in capsys.readouterr().err
