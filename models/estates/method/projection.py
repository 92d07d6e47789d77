"""What patients' ways ask of the choices, learnt row by row: a small model of the choices alone.

Nobody's way costs the ICB anything, so the cheapest choices are those that leave every period a way for everybody.
For each period by itself a linear program says how many hours of a way are missing under some choices, and how that
number changes with each of them: it is convex, so its tangent is a row that all choices with ways for everybody obey.
The choices are solved without the ways, with the rows learnt so far; while a period has no way, its row is added.

The model of the choices has always all plans in it, so its bound is a bound at every moment; and choices under which
no hour is missing in any period are a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from models.estates.location.links import LinkingRows, LinkLoader, separate_links
from solvers.highs import HighsSession, LinearModel
from solvers.types import Limits, Progress, Result, Unwatched, Values, Watch

MISSING_HOURS = 1e-6
"""Hours of a way below which nothing is missing."""
ROUNDS_RELAXED, ROUNDS_WHOLE = 200, 60
"""Most rounds on the relaxation, and on whole choices; some fifteen and three are usual."""
_NOTHING = 1e-9
_EXACT = Limits()
Columns = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class LearntRow:
    """A row `coefficients @ choices <= limit`, its largest coefficient 1."""

    coefficients: Values
    limit: float


class Projection:
    """The model of the choices, and one linear program of the ways for each period (each part that hangs together).

    `ways` marks the columns of the ways in the whole model; all others are the choices'. `links` are rows of the
    whole model that follow from its own once choices are whole, and make the rows learnt from relaxed choices
    stronger.
    """

    def __init__(self, model: LinearModel, ways: Flags, links: LinkingRows) -> None:
        matrix = sparse.csr_matrix(model.matrix)
        self.columns: Columns = np.flatnonzero(~ways)
        self._whole: Flags = model.integer[self.columns]
        way_columns = np.flatnonzero(ways)
        of_ways = sparse.csr_matrix(matrix[:, way_columns])
        touched = np.diff(of_ways.indptr) > 0
        self.session = HighsSession(_part(model, matrix, np.flatnonzero(~touched), self.columns))
        self._parts = _parts(model, matrix, np.flatnonzero(touched), way_columns, links)

    def of(self, values: Values) -> Values:
        """The choices in a solution of the whole model, whole where they must be."""
        choices = values[self.columns].astype(np.float64)
        choices[self._whole] = np.round(choices[self._whole])
        return choices

    def set_cost(self, cost: Values, offset: float) -> None:
        """What the choices cost; `cost` has the columns of the whole model."""
        self.session.set_objective(cost[self.columns], offset, "minimise")

    def tighten(self, inside: Values, watch: Watch) -> None:
        """Learn rows from relaxed choices until ways are missing in none.

        `inside` are choices with ways for everybody: rows are learnt half-way to them first, where they cut deeper.
        """
        with self.session.continuous():
            for _ in range(ROUNDS_RELAXED):
                relaxed = self.session.solve(_EXACT)
                if relaxed.values is None or watch.cancelled():
                    return
                found = self.missing(0.5 * (relaxed.values + inside)) or self.missing(relaxed.values)
                if not found:
                    return
                self.learn(found)

    def missing(self, choices: Values) -> list[LearntRow]:
        """The rows that periods with missing ways ask for; none where everybody has a way."""
        return [row for part in self._parts if (row := part.row(choices)) is not None]

    def learn(self, rows: list[LearntRow]) -> None:
        """Hold all further solves to some rows."""
        matrix = sparse.csr_matrix(np.array([row.coefficients for row in rows]))
        self.session.add_rows(matrix, np.full(len(rows), -np.inf), np.array([row.limit for row in rows]))

    def solve(self, limits: Limits, stage: str, watch: Watch, start: Values | None = None) -> Result:
        """The best choices with ways for everybody; the bound holds for all plans.

        `values` are choices, and None where the limits ended the search before there were any with ways for all.
        """
        bound = -np.inf
        seconds = cpu_seconds = 0.0
        for _ in range(ROUNDS_WHOLE):
            if start is not None:
                self.session.start_from(start)
            result = self.session.solve(limits, stage=stage, watch=_BoundOnly(watch))
            seconds, cpu_seconds = seconds + result.seconds, cpu_seconds + result.cpu_seconds
            bound = max(bound, -np.inf if result.bound is None else result.bound)
            result = replace(
                result, bound=bound if np.isfinite(bound) else None, seconds=seconds, cpu_seconds=cpu_seconds
            )
            if result.values is None:
                return result
            choices = result.values.copy()
            choices[self._whole] = np.round(choices[self._whole])
            found = self.missing(choices)
            if not found:
                return replace(result, values=choices)
            if result.cancelled or result.stopped_by_clock:
                break
            self.learn(found)
        return replace(result, status="unknown", value=None, values=None)


class _Part:
    """The ways of one period, with slack at a price of 1 in every row, under choices that are set from outside."""

    def __init__(self, model: LinearModel, choices: Columns, links: LinkingRows, all_choices: int) -> None:
        self._choices, self._all = choices, all_choices
        self._links = links
        self._session = HighsSession(model)
        self._loader = LinkLoader(self._session, links)
        self._at = np.arange(len(choices), dtype=np.int64)

    def row(self, choices: Values) -> LearntRow | None:
        """The row some choices break, or None where they leave everybody a way."""
        self._session.set_columns(self._at, choices[self._choices])
        result = self._session.solve(_EXACT)
        while result.values is not None and self._loader.load(separate_links(self._links, result.values)):
            result = self._session.solve(_EXACT)
        if result.value is None or result.column_duals is None or result.value <= MISSING_HOURS:
            return None
        slope = result.column_duals[: len(self._choices)].copy()
        slope[np.abs(slope) < _NOTHING] = 0.0
        largest = float(np.abs(slope).max(initial=0.0))
        limit = float(slope @ choices[self._choices]) - result.value
        scale = largest if largest > 0 else 1.0
        coefficients = np.zeros(self._all)
        coefficients[self._choices] = slope / scale
        return LearntRow(coefficients, limit / scale)


class _BoundOnly(Unwatched):
    """Passes on bounds, not values: choices are no plan before everybody has a way."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def progress(self, event: Progress) -> None:
        self._watch.progress(replace(event, value=None, gap_share=None))

    def cancelled(self) -> bool:
        return self._watch.cancelled()


def _part(model: LinearModel, matrix: sparse.csr_matrix[np.float64], rows: Columns, columns: Columns) -> LinearModel:
    """Some rows and columns of a model."""
    return LinearModel(
        cost=model.cost[columns],
        offset=0.0,
        sense="minimise",
        lower=model.lower[columns],
        upper=model.upper[columns],
        integer=model.integer[columns],
        matrix=sparse.csr_matrix(matrix[rows][:, columns]),
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
    )


def _parts(
    model: LinearModel,
    matrix: sparse.csr_matrix[np.float64],
    rows: Columns,
    ways: Columns,
    links: LinkingRows,
) -> list[_Part]:
    """The rows with ways, in parts that share no way; those that no choice touches hold already."""
    meets = sparse.coo_matrix(matrix[rows][:, ways])
    size = len(rows) + len(ways)
    graph = sparse.csr_matrix((np.ones(meets.nnz), (meets.row, len(rows) + meets.col)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    is_way = np.zeros(matrix.shape[1], dtype=bool)
    is_way[ways] = True
    position = np.cumsum(~is_way) - 1
    found: list[_Part] = []
    for one in range(count):
        own_rows = rows[label[: len(rows)] == one]
        own_ways = ways[label[len(rows) :] == one]
        if not len(own_rows):
            continue
        touched = np.unique(matrix[own_rows].indices)
        choices = touched[~is_way[touched]]
        if len(choices):
            part = _elastic(_part(model, matrix, own_rows, np.concatenate([choices, own_ways])), len(choices))
            own_links = _links_of(links, np.concatenate([choices, own_ways]), len(part.cost))
            found.append(_Part(part, position[choices], own_links, int(np.count_nonzero(~is_way))))
    return found


def _elastic(model: LinearModel, choices: int) -> LinearModel:
    """The same with slack in every row, each unit of it at a price of 1; the choices are set later."""
    rows = len(model.row_lower)
    above, below = np.flatnonzero(np.isfinite(model.row_upper)), np.flatnonzero(np.isfinite(model.row_lower))
    at = np.concatenate([above, below])
    signs = np.concatenate([np.full(len(above), -1.0), np.ones(len(below))])
    slack = sparse.csr_matrix((signs, (at, np.arange(len(at)))), shape=(rows, len(at)))
    columns = len(model.cost)
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[:choices] = upper[:choices] = 0.0
    return replace(
        model,
        cost=np.concatenate([np.zeros(columns), np.ones(len(at))]),
        lower=np.concatenate([lower, np.zeros(len(at))]),
        upper=np.concatenate([upper, np.full(len(at), np.inf)]),
        integer=np.zeros(columns + len(at), dtype=bool),
        matrix=sparse.csr_matrix(sparse.hstack([model.matrix, slack])),
    )


def _links_of(links: LinkingRows, columns: Columns, width: int) -> LinkingRows:
    """The links whose columns all belong to a part, by the part's own columns (their slack columns come last)."""
    inside = np.zeros(links.matrix.shape[1])
    inside[columns] = 1.0
    terms = np.diff(links.matrix.indptr)
    pattern = links.matrix.copy()
    pattern.data = np.ones_like(pattern.data)
    mine = np.flatnonzero((pattern @ inside == terms) & (terms > 0))
    own = sparse.csr_matrix(links.matrix[mine][:, columns])
    padding = sparse.csr_matrix((len(mine), width - len(columns)))
    return LinkingRows(sparse.csr_matrix(sparse.hstack([own, padding])))
