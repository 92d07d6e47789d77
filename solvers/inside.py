"""A polyhedron said so that it has an inside: what is an equality in disguise is found and said once.

An interior-point method looks for a point strictly inside every inequality. Where some inequalities together leave no
such point (a floor that meets a cap, a row that repeats what equalities say), it loses its accuracy.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from solvers.highs import LinearModel
from solvers.types import Values

_NOTHING = 1e-9
_MEET = 1e-11
_DIGITS = 10
Direction = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Inside:
    """`matrix @ x = rhs` for the first `equalities` rows (none follows from the others), `<=` for the rest."""

    matrix: sparse.csr_matrix[np.float64]
    rhs: Values
    equalities: int


@dataclass
class _Row:
    coefficients: Mapping[int, float]
    lower: float
    upper: float

    @property
    def is_equality(self) -> bool:
        """Whether the two ends meet (there are two, and nothing between them)."""
        if not (math.isfinite(self.lower) and math.isfinite(self.upper)):
            return False
        return self.upper - self.lower <= _MEET * max(1.0, abs(self.lower))


@dataclass
class _Equalities:
    """Independent equalities, each solved for its pivot column in terms of columns that are no pivot before it."""

    rows: list[_Row] = field(default_factory=list)
    pivots: dict[int, int] = field(default_factory=dict)
    solved: list[tuple[int, dict[int, float], float]] = field(default_factory=list)

    def add(self, row: _Row) -> None:
        """Take in an equality, unless it follows from those already there."""
        left, given = self.left_of(row)
        if not left:
            return
        pivot = max(left, key=lambda column: (abs(left[column]), -column))
        by = left[pivot]
        middle = (row.lower + row.upper) / 2
        self.pivots[pivot] = len(self.solved)
        self.solved.append((pivot, {column: value / by for column, value in left.items()}, (middle - given) / by))
        self.rows.append(row)

    def left_of(self, row: _Row) -> tuple[dict[int, float], float]:
        """What the equalities leave open of a row, and the part of it they settle."""
        left = dict(row.coefficients)
        size = max(map(abs, left.values()))
        waiting = [self.pivots[column] for column in left if column in self.pivots]
        heapq.heapify(waiting)
        given = 0.0
        while waiting:
            at = heapq.heappop(waiting)
            pivot, equality, rhs = self.solved[at]
            by = left.pop(pivot, 0.0)
            if by == 0.0:
                continue
            given += by * rhs
            for column, value in equality.items():
                if column != pivot:
                    left[column] = left.get(column, 0.0) - by * value
                    if self.pivots.get(column, -1) > at:
                        heapq.heappush(waiting, self.pivots[column])
        return {column: value for column, value in left.items() if abs(value) > _NOTHING * size}, given


def with_inside(model: LinearModel) -> Inside:
    """The rows and bounds of a model as independent equalities and inequalities that are not equalities in disguise.

    Rows that mean the same where the equalities hold are made one; where the two ends of such a row meet, it is one
    more equality, and the search starts again. Rows the equalities settle are left out: check the point against the
    model itself.
    """
    equalities, rows = _Equalities(), list(_rows(model))
    meeting = sorted((row for row in rows if row.is_equality), key=lambda row: len(row.coefficients))
    while meeting:
        for row in meeting:
            equalities.add(row)
        rows = _merged((row for row in rows if not row.is_equality), equalities)
        meeting = [row for row in rows if row.is_equality]
    return _inside(equalities.rows, rows, len(model.cost))


def _merged(rows: Iterable[_Row], equalities: _Equalities) -> list[_Row]:
    """One row for each direction the equalities leave open, with the tightest ends."""
    of_direction: dict[Direction, tuple[_Row, float, float]] = {}
    for row in rows:
        left, given = equalities.left_of(row)
        if not left:
            continue
        by = left[min(left)]
        direction = tuple((column, round(left[column] / by, _DIGITS)) for column in sorted(left))
        low, high = sorted(((row.lower - given) / by, (row.upper - given) / by))
        first = of_direction.setdefault(direction, (row, by, given))
        if first[0] is not row:
            kept, by, given = first
            ends = sorted((low * by + given, high * by + given))
            tight = _Row(kept.coefficients, max(kept.lower, ends[0]), min(kept.upper, ends[1]))
            of_direction[direction] = (tight, by, given)
    return [row for row, _, _ in of_direction.values()]


def _rows(model: LinearModel) -> Iterable[_Row]:
    matrix = model.matrix
    for at in range(matrix.shape[0]):
        begin, end = int(matrix.indptr[at]), int(matrix.indptr[at + 1])
        columns, values = matrix.indices[begin:end].tolist(), matrix.data[begin:end].tolist()
        coefficients = {column: value for column, value in zip(columns, values, strict=True) if value != 0.0}
        if coefficients:
            yield _Row(coefficients, float(model.row_lower[at]), float(model.row_upper[at]))
    for column in range(len(model.cost)):
        yield _Row({column: 1.0}, float(model.lower[column]), float(model.upper[column]))


def _inside(equalities: list[_Row], rows: list[_Row], columns: int) -> Inside:
    said = [(row.coefficients, (row.lower + row.upper) / 2, 1.0) for row in equalities]
    said += [(row.coefficients, row.upper, 1.0) for row in rows if np.isfinite(row.upper)]
    said += [(row.coefficients, -row.lower, -1.0) for row in rows if np.isfinite(row.lower)]
    indptr = np.cumsum([0, *(len(coefficients) for coefficients, _, _ in said)])
    indices = np.array([column for coefficients, _, _ in said for column in coefficients], dtype=np.int32)
    data = np.array([sign * value for coefficients, _, sign in said for value in coefficients.values()])
    matrix = sparse.csr_matrix((data, indices, indptr), shape=(len(said), columns))
    return Inside(matrix, np.array([rhs for _, rhs, _ in said]), len(equalities))
