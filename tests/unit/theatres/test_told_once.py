"""What leaves no plan was told twice: the solve said it, and explaining the outcome said it again."""

from __future__ import annotations

import pytest

from models.shared.problem import Explanation, Outcome, SolveOptions
from models.theatres.problem import TheatresCase
from solvers.types import Unwatched
from tests.unit.theatres.small_world import patient, world

pytestmark = pytest.mark.unit


def test_explaining_an_outcome_without_a_plan_adds_nothing_to_what_the_solve_said() -> None:
    said = (Explanation("infeasible", "T-20", "These rules contradict each other."),)
    outcome = Outcome("infeasible", "no plan", None, (), (), True, said)
    explained = TheatresCase(world([patient("A")])).explain(outcome, SolveOptions(), Unwatched())
    assert explained.sentences == () and not explained.studies
