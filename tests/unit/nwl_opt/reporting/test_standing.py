"""How far a run may be trusted: a bound says nothing of plans that are worse on an aim before."""

from __future__ import annotations

import pytest

from models.shared.findings import Finding
from nwl_opt.reporting.standing import CheckVerdict, checked_words, how_proven, proof_words
from solvers.types import StageResult

pytestmark = pytest.mark.unit


def _stage(name: str, gap_share: float | None, value: float | None = 1.0) -> StageResult:
    return StageResult(name, "gbp", "minimise", value, None, gap_share, 0.1, "HiGHS", "optimal")


def test_a_proof_names_the_aims_it_rests_on() -> None:
    """With the gap closed after disruption, plans with a smaller gap exist: they disrupt more."""
    stages = [_stage("disruption", 0.0), _stage("gap", 0.0), _stage("pace", 0.0), _stage("late", 0.03)]
    assert proof_words("", stages, "disruption", "disrupts less") == (
        "It is proven that no plan under the same rules disrupts less."
    )
    assert proof_words("", stages, "gap", "leaves less") == (
        "It is proven that no plan under the same rules that does as well on the aims before this one (disruption) "
        "leaves less."
    )
    assert (
        "that does as well on the aims before this one is late less: the best possible may be 3.0 %"
        in proof_words("", stages, "late", "is late less")
    )
    assert proof_words("", stages, "another", "is less") == ""


def test_what_is_not_known_is_not_said_to_be_proven() -> None:
    stages = [_stage("gap", None), _stage("pace", 0.0, value=None)]
    assert (
        proof_words("", stages, "gap", "leaves less")
        == "Whether a plan under the same rules leaves less is not known."
    )
    assert proof_words("", stages, "pace", "grows less") == ""
    assert how_proven("feasible", stages).startswith("Plan found: 1 of its 2 aims")
    assert how_proven("feasible", []) == "Plan found; a better one may exist"
    assert how_proven("optimal", [_stage("gap", 0.0)]).startswith("Best plan")


def test_soft_rules_that_give_way_are_named() -> None:
    soft = Finding("R-02", "note", "soft: limits missed 8", "allocations.csv")
    assert checked_words(CheckVerdict(True, ("R-01", "R-02"), ())).endswith("2 rules found none broken.")
    assert checked_words(CheckVerdict(True, ("R-01", "R-02"), (soft, soft))).endswith("soft ones give way: R-02.")
