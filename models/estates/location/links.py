"""Linking rows that stay outside the solver until a relaxed solution violates them.

A linking row says that a flow goes to a site only as far as somebody keeps rooms there (E-04):

    flow - sum_k coefficient[k] x choice[k] <= 0

There is one for each area, site and period, far more than all other rows, and nearly all are slack at the end. They
follow from the rows of capacity wherever all choices are whole numbers, so leaving some out makes no plan wrong; what
they give is the bound. How to use them:

    rows = linking_rows(flow_columns, owners, choice_columns, coefficients, columns)  # once
    loader = LinkLoader(session, rows)
    root = loader.tighten(limits)  # rounds: solve the relaxation, load what it violates; slack rows go at the end
    session.solve(limits)  # the whole-number solve, with the rows that matter

`tighten` may be called again after the objective or bounds have changed: rows already loaded stay loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.highs import HighsSession
from solvers.types import Limits, Result, Values, Watch

VIOLATION = 1e-6
"""How far a row, whose largest coefficient is 1, must be violated to be loaded."""
ROUNDS = 60
"""Most rounds at one root; each but the last loads at least one row, and usually five to fifteen are enough."""
_SLACK = 1e-7
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class LinkingRows:
    """Rows `matrix @ x <= 0`, one for each flow that needs one, each scaled so that its largest coefficient is 1."""

    matrix: sparse.csr_matrix[np.float64]

    def __len__(self) -> int:
        return int(self.matrix.shape[0])


def linking_rows(
    flow_columns: Indices, owners: Indices, choice_columns: Indices, coefficients: Values, columns: int
) -> LinkingRows:
    """Rows from arrays: row r belongs to `flow_columns[r]`, and each term says which row owns it.

    Parameters
    ----------
    flow_columns
        The column of the flow of each row.
    owners, choice_columns, coefficients
        One entry for each term: the row it stands in, the column of its choice, and what that choice allows. Several
        terms of one row may share a column; they are added.
    columns
        Number of columns of the model.
    """
    count = len(flow_columns)
    rows = np.concatenate([np.arange(count), owners])
    at = np.concatenate([flow_columns, choice_columns])
    entries = np.concatenate([np.ones(count), -np.asarray(coefficients, dtype=np.float64)])
    matrix = sparse.csr_matrix((entries, (rows, at)), shape=(count, columns))
    if count == 0:
        return LinkingRows(matrix)
    largest = np.asarray(abs(matrix).max(axis=1).todense()).ravel()
    return LinkingRows(sparse.csr_matrix(sparse.diags(1.0 / largest) @ matrix))


def separate_links(rows: LinkingRows, values: Values, violation: float = VIOLATION) -> Indices:
    """The rows that a solution violates by more than `violation`, the most violated first (ties: row order)."""
    excess = np.asarray(rows.matrix @ values)
    found = np.flatnonzero(excess > violation)
    return found[np.argsort(-excess[found], kind="stable")].astype(np.int64)


@dataclass(frozen=True)
class Root:
    """What the rounds came to: the last relaxed result, how many rounds, how many rows are loaded now."""

    result: Result
    rounds: int
    rows_loaded: int


class LinkLoader:
    """Loads linking rows into a session as they are violated, and remembers which are there."""

    def __init__(self, session: HighsSession, rows: LinkingRows) -> None:
        self._session = session
        self._rows = rows
        self._loaded: Indices = np.zeros(0, dtype=np.int64)
        self._at: Indices = np.zeros(0, dtype=np.int64)

    @property
    def rows(self) -> int:
        """How many rows there are, loaded or not."""
        return len(self._rows)

    @property
    def rows_loaded(self) -> int:
        return len(self._loaded)

    def load(self, wanted: Indices) -> int:
        """Load those of `wanted` that are not loaded yet, in row order; how many they were."""
        new = np.setdiff1d(wanted, self._loaded)
        if len(new):
            endless = np.full(len(new), -np.inf)
            matrix = sparse.csr_matrix(self._rows.matrix[new])
            added = self._session.add_rows(matrix, endless, np.zeros(len(new)))
            self._loaded = np.concatenate([self._loaded, new])
            self._at = np.concatenate([self._at, np.arange(added.start, added.stop)])
        return len(new)

    def tighten(
        self,
        limits: Limits,
        *,
        rounds: int = ROUNDS,
        stop: Callable[[], bool] = lambda: False,
        stage: str = "",
        watch: Watch | None = None,
    ) -> Root:
        """Solve the relaxation, load what it violates, and again, until nothing is violated; then drop slack rows.

        Ends early after `rounds` or when `stop` says so: what is loaded then is valid, only the bound is weaker.
        Rows of others that were added to the session after the first linking row must not be taken out meanwhile.
        """
        with self._session.continuous():
            for rounds_done in range(1, rounds + 1):  # noqa: B007 - read after the loop
                result = self._session.solve(limits, stage=stage, watch=watch)
                if result.values is None or stop():
                    break
                if self.load(separate_links(self._rows, result.values)) == 0:
                    break
            if result.values is not None and result.status == "optimal":
                self._drop_slack(result.values)
        return Root(result, rounds_done, self.rows_loaded)

    def _drop_slack(self, values: Values) -> None:
        """Take out rows that the last relaxed solution leaves slack: they cost time at every node."""
        if not len(self._loaded):
            return
        slack = np.asarray(self._rows.matrix[self._loaded] @ values) < -_SLACK
        gone = np.sort(self._at[slack])
        self._session.drop_rows(gone)
        left = self._at[~slack]
        self._loaded = self._loaded[~slack]
        self._at = left - np.searchsorted(gone, left)
