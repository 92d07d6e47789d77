"""All rows of a month as two sparse matrices, so that a set of bookings is held against all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.theatres.formulation.limits import Row
from models.theatres.formulation.month import Indices, Month, Numbers

# Rounding of sums of a few dozen shares and minutes; far below a minute or a hundredth of a bed.
TOLERANCE = 1e-6


class Stack:
    """Rows over pairs: `mean` and `variance` (pairs x rows, so that adding up chosen pairs is a slice)."""

    def __init__(self, month: Month, rows: Sequence[Row]) -> None:
        self.month = month
        self.rows = tuple(rows)
        self.names = tuple(row.name for row in self.rows)
        self.upper = np.array([row.upper for row in self.rows], dtype=np.float64)
        self.constant_variance = np.array([row.constant_variance for row in self.rows], dtype=np.float64)
        self.z = np.array([row.z for row in self.rows], dtype=np.float64)
        self.curved = self.z > 0
        self.of_one_list = np.array([row.in_one_list is not None for row in self.rows], dtype=bool)
        self.mean = _matrix(month.pair_count, [(row.pairs, row.mean) for row in self.rows])
        self.variance = _matrix(
            month.pair_count,
            [(row.pairs, np.zeros(len(row.pairs)) if row.variance is None else row.variance) for row in self.rows],
        )

    def with_rows(self, more: Sequence[Row]) -> Stack:
        """The same stack with rows found in the search."""
        return Stack(self.month, (*self.rows, *more))

    def told_by(self, lists: Collection[int]) -> NDArray[np.bool_]:
        """The rows that say nothing beyond what the fillings of these lists say."""
        return np.array([row.in_one_list in lists and not row.clean_down for row in self.rows], dtype=bool)

    def sums(self, pairs: Sequence[int] | Indices) -> tuple[Numbers, Numbers]:
        """Mean and variance (the constant included) of every row for these bookings."""
        at = np.asarray(pairs, dtype=np.int64)
        mean = np.asarray(self.mean[at].sum(axis=0)).ravel()
        variance = np.asarray(self.variance[at].sum(axis=0)).ravel() + self.constant_variance
        return mean, variance

    def load(self, mean: Numbers, variance: Numbers) -> Numbers:
        """What stands on the left of every row."""
        return mean + self.z * np.sqrt(np.maximum(variance, 0.0))

    def broken(self, pairs: Sequence[int] | Indices) -> NDArray[np.int64]:
        """The rows these bookings break; a row nobody is on is not broken (its own constant is nobody's doing)."""
        mean, variance = self.sums(pairs)
        return np.flatnonzero((self.load(mean, variance) > self.upper + TOLERANCE) & (mean > 0))

    def broken_by(self, pairs: Sequence[int] | Indices, pair: int) -> NDArray[np.int64]:
        """The rows that one more booking would break."""
        mean, variance = self.sums(pairs)
        start, end = self.mean.indptr[pair], self.mean.indptr[pair + 1]
        rows = self.mean.indices[start:end]
        new_mean = mean[rows] + self.mean.data[start:end]
        new_variance = variance[rows] + self.variance.data[start:end]
        load = new_mean + self.z[rows] * np.sqrt(np.maximum(new_variance, 0.0))
        return np.asarray(rows[load > self.upper[rows] + TOLERANCE], dtype=np.int64)

    def part(self, free: Indices, kept: Indices, centre: Numbers) -> tuple[sparse.csr_matrix[np.float64], Numbers]:
        """Every row made linear for some free pairs, safe side: their coefficients, and the room the kept ones leave.

        sqrt(V) <= V / (2 s) + s / 2 for every s > 0, with equality at V = s^2: `centre` holds the variance around
        which each row is exact.
        """
        spread = np.sqrt(np.maximum(centre, 1e-4))
        slope = self.z / (2 * spread)
        mean, variance = self.sums(kept)
        room = self.upper - mean - slope * variance - self.z * spread / 2
        matrix = self.mean[free] + self.variance[free] @ sparse.diags(slope)
        return sparse.csr_matrix(matrix), room


def _matrix(pairs: int, columns: Sequence[tuple[Indices, Numbers]]) -> sparse.csr_matrix[np.float64]:
    """A pairs x rows matrix from the entries of each row; the two matrices of a stack keep one sparsity pattern."""
    counts = [len(found) for found, _ in columns]
    at = np.concatenate([found for found, _ in columns]) if columns else np.zeros(0, dtype=np.int64)
    values = np.concatenate([v for _, v in columns]) if columns else np.zeros(0)
    row = np.repeat(np.arange(len(columns)), counts)
    matrix = sparse.csr_matrix((values, (at, row)), shape=(pairs, len(columns)))
    matrix.sort_indices()
    return matrix
