"""How small and how large the columns of a model can be at all: what its rows imply."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.highs import LinearModel
from solvers.types import Values

_PASSES = 3
_OUTWARD = 1e-9
Indices = NDArray[np.int64]


def implied_ends(model: LinearModel) -> tuple[Values, Values]:
    """Ends that every point of a model keeps, column by column; infinite where the rows imply none.

    `sum a x <= b` keeps `a[j] x[j]` below what is left of b when every other column is at its best end for the row.
    What one pass finds serves the next.
    """
    matrix = model.matrix.tocoo()
    rows, columns, entries = matrix.row.astype(np.int64), matrix.col.astype(np.int64), matrix.data
    lower, upper = model.lower.copy(), model.upper.copy()
    for _ in range(_PASSES):
        for sign, ends in ((1.0, model.row_upper), (-1.0, -model.row_lower)):
            _tighten(sign * entries, rows, columns, ends, lower, upper)
    return lower, upper


def _tighten(entries: Values, rows: Indices, columns: Indices, ends: Values, lower: Values, upper: Values) -> None:
    """Bring the ends of columns in by rows of the form `sum a x <= end`."""
    least = entries * np.where(entries > 0, lower[columns], upper[columns])
    endless = ~np.isfinite(least)
    known = np.bincount(rows, np.where(endless, 0.0, least), len(ends))
    unknown = np.bincount(rows, endless, len(ends))
    of_others = known[rows] - np.where(endless, 0.0, least)
    usable = (entries != 0) & np.isfinite(ends[rows]) & (unknown[rows] - endless == 0)
    room = ends[rows][usable] - of_others[usable]
    room = (room + _OUTWARD * np.maximum(1.0, np.abs(room))) / entries[usable]
    rising = entries[usable] > 0
    np.minimum.at(upper, columns[usable][rising], room[rising])
    np.maximum.at(lower, columns[usable][~rising], room[~rising])
