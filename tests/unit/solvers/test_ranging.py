"""Between which ends a row may be moved for its multiplier to hold."""

from __future__ import annotations

import numpy as np
import pytest

from solvers.highs import HighsSession, linear_model
from solvers.types import Limits

pytestmark = pytest.mark.unit


def test_row_ranging_says_where_a_multiplier_holds() -> None:
    """min x + 2y with x + y >= 2 and x <= 1.5: x = 1.5, y = .5; a unit more of x saves 1 while x is 0 to 2.

    The first row has multiplier 2 from 1.5 (y gone) without end, the second -1 from 0 to 2.
    """
    rows = [([0, 1], [1.0, 1.0], 2.0, np.inf), ([0], [1.0], -np.inf, 1.5)]
    model = linear_model(2, rows, cost=np.array([1.0, 2.0]), lower=np.zeros(2), upper=np.full(2, np.inf))
    session = HighsSession(model)
    result = session.solve(Limits())
    assert result.row_duals is not None
    assert result.row_duals.tolist() == [2.0, -1.0]
    ranging = session.row_ranging()
    assert ranging is not None
    low, high = ranging
    assert low.tolist() == [1.5, 0.0]
    assert high.tolist() == [np.inf, 2.0]


def test_there_is_no_ranging_before_a_solve() -> None:
    model = linear_model(1, [([0], [1.0], 1.0, np.inf)], cost=np.ones(1), lower=np.zeros(1), upper=np.full(1, 9.0))
    assert HighsSession(model).row_ranging() is None
