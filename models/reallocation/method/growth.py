"""Yearly growth of every place's line: the rows that limit it, and the most of it in a solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import PlaceLine
from models.reallocation.method.staged_model import StagedModel
from solvers.types import Values

_NO_MONEY = 1e-9


@dataclass(frozen=True)
class Growth:
    """One place and line in one year: columns now and the year before (none in year 1), opening in thousands."""

    key: PlaceLine
    now: tuple[int, ...]
    before: tuple[int, ...]
    opening: float


def growths_of(model: StagedModel) -> list[Growth]:
    """Every place and line in every plan year."""
    instance = model.instance
    return [
        Growth(
            key,
            model.columns_of(cells, t),
            model.columns_of(cells, t - 1) if t > 1 else (),
            instance.opening_of[key] / THOUSAND,
        )
        for key, cells in instance.cells_of.items()
        for t in range(1, instance.horizon + 1)
    ]


def growth_rows(
    growths: Sequence[Growth], columns: int, growth_share: float
) -> tuple[sparse.csr_matrix[np.float64], Values]:
    """Rows (with their upper ends) that keep every place's line from growing faster than a share in any year."""
    rows: list[int] = []
    at: list[int] = []
    data: list[float] = []
    for row, growth in enumerate(growths):
        rows += [row] * (len(growth.now) + len(growth.before))
        at += [*growth.now, *growth.before]
        data += [1.0] * len(growth.now) + [-1.0 - growth_share] * len(growth.before)
    upper = np.array([0.0 if growth.before else (1 + growth_share) * growth.opening for growth in growths])
    return sparse.csr_matrix((data, (rows, at)), shape=(len(growths), columns)), upper


def peak_of(growths: Sequence[Growth], values: Values) -> float:
    """The largest growth in a solution; a cell that stays at nothing does not grow."""
    peak = -1.0
    for growth in growths:
        now = float(values[list(growth.now)].sum())
        before = float(values[list(growth.before)].sum()) if growth.before else growth.opening
        if before > _NO_MONEY:
            peak = max(peak, now / before - 1)
    return peak
