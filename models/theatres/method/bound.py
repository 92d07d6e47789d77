"""How good a month can be at most: column generation over whole fillings of lists.

The master is a linear programme over fillings; each list's best new filling is found exactly (`fillings`), so the
bound knows that a list holds whole cases. Any dual values give a bound (weak duality), so a search that is stopped
early still proves something. In a big month most of the way is made without a linear programme (`descent`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from models.theatres.formulation.fillings import Fillings
from models.theatres.formulation.limits import Row, UsedListsLimit
from models.theatres.formulation.month import Indices, Month
from models.theatres.formulation.part import Floor
from models.theatres.method.descent import descend
from models.theatres.method.quiet import Quiet
from models.theatres.method.relaxation import Duals, Filling, Relaxation, SharedRow, shared_row
from solvers.highs import HighsSession, linear_model
from solvers.stages import Deadline
from solvers.types import Limits, SolverUse, Watch

# Dual values between the best so far and the newest: steadier duals, fewer rounds.
NEWEST_SHARE = 0.4


@dataclass(frozen=True)
class Effort:
    """How much a bound may cost: rounds of the descent (0: none), then of the linear programme, until `close`.

    `close` is the distance to the master's value, as a share, at which there is hardly anything left to prove.
    """

    descent_rounds: int
    rounds: int
    close: float = 1e-4


@dataclass(frozen=True)
class Bound:
    """An upper bound on an aim, with the dual value of every row of the month it was proved with.

    `limits` are those of the limits on used lists, `lists` what a further list like each (by its number) is worth at
    these values.
    """

    value: float
    rounds: int
    duals: dict[str, float]
    fillings: tuple[Filling, ...]
    solver: SolverUse | None
    limits: Mapping[str, float] = field(default_factory=dict)
    lists: Mapping[int, float] = field(default_factory=dict)


class Bounds:
    """Bounds for one month; fillings found for one aim serve the next."""

    def __init__(
        self,
        month: Month,
        fillings: Sequence[Fillings],
        rows: Sequence[Row],
        used_lists: Sequence[UsedListsLimit],
    ) -> None:
        self.month, self.fillings = month, tuple(fillings)
        self.rows: list[Row] = []
        self._shared: list[SharedRow] = []
        self.add_rows(rows)
        self._used_lists = list(used_lists)
        self._known: dict[Filling, None] = {}

    def add_rows(self, rows: Sequence[Row]) -> None:
        """More rows; those that are proven, and that the fillings do not know already, tighten later bounds."""
        new = [row for row in rows if row.proven and (row.in_one_list is None or row.clean_down)]
        self.rows += new
        self._shared += [shared_row(row, self.fillings, self.month) for row in new if row.in_one_list is None]

    def remember(self, chosen: Sequence[int]) -> None:
        """The fillings of a plan, so that the master always has a solution."""
        by_list: dict[int, list[int]] = {}
        for pair in sorted(chosen):
            by_list.setdefault(int(self.month.pair_list[pair]), []).append(pair)
        for at, pairs in sorted(by_list.items()):
            self._known[at, tuple(pairs)] = None

    def prove(
        self,
        aim: Indices,
        floors: Sequence[Floor],
        enough: float,
        effort: Effort,
        watch: Watch,
        deadline: Deadline,
    ) -> Bound:
        """A bound on the sum of `aim` over all plans that keep the floors.

        Stops when the bound is no more than `enough` (the value already reached), within `close` of the master's
        value, after its rounds, or at a cancel or deadline.
        """
        relaxation = Relaxation(self.month, self.fillings, self._shared, self._used_lists, floors, aim)
        best, duals = math.inf, None
        if effort.descent_rounds:
            descended = descend(relaxation, enough, effort.descent_rounds, watch, deadline)
            if descended is not None:
                best, duals = descended.bound, descended.duals
                self._known.update(dict.fromkeys(descended.fillings))
        done, use = 0, None
        if best > enough + 1e-6 and effort.rounds:
            best, duals, done, use = self._by_columns(relaxation, best, duals, enough, effort, watch, deadline)
        names = [row.name for row in self._shared]
        prices = {} if duals is None else dict(zip(names, duals.rows[: len(names)].tolist(), strict=True))
        if duals is None:
            return Bound(best, done, prices, tuple(self._known), use)
        limits = {limit.name: float(price) for limit, price in zip(self._used_lists, duals.used, strict=True)}
        return Bound(best, done, prices, tuple(self._known), use, limits, relaxation.price(duals).worth)

    def _by_columns(
        self,
        relaxation: Relaxation,
        best: float,
        best_duals: Duals | None,
        enough: float,
        effort: Effort,
        watch: Watch,
        deadline: Deadline,
    ) -> tuple[float, Duals | None, int, SolverUse | None]:
        """Lower a bound by column generation, the dual values kept near the best so far."""
        master = _Master(relaxation)
        master.add(list(self._known))
        done = 0
        while done < effort.rounds:
            done += 1
            value, duals = master.solve(watch, deadline)
            if duals is None or value is None:
                break
            if best_duals is not None:
                duals = best_duals.towards(duals, NEWEST_SHARE)
            priced = relaxation.price(duals)
            improved = priced.bound < best - 1e-9
            if priced.bound < best:
                best, best_duals = priced.bound, duals
            new = [f for f in priced.fillings if f not in self._known]
            self._known.update(dict.fromkeys(new))
            near = best <= enough + 1e-6 or best - value <= effort.close * abs(value)
            if near or watch.cancelled() or deadline.passed():
                break
            if not new and not improved:
                # Smoothed duals that find nothing new: the next ones are nearer to the master's.
                best_duals = None
            master.add(new)
        return best, best_duals, done, master.use


class _Master:
    """The linear programme over fillings: rows are patients, lists, shared rows and floors, limits of used lists."""

    def __init__(self, relaxation: Relaxation) -> None:
        self._relaxation, month = relaxation, relaxation.month
        self._sizes = (len(month.patients), len(month.lists), len(relaxation.upper), len(relaxation.used_lists))
        upper = np.concatenate(
            [
                np.ones(len(month.patients)),
                np.ones(len(month.lists)),
                relaxation.upper,
                np.array([limit.upper for limit in relaxation.used_lists], dtype=np.float64),
            ]
        )
        lower = np.full(len(upper), -np.inf)
        lower[: len(month.patients)] = np.where(relaxation.fixed, 1.0, -np.inf)
        empty = linear_model(
            0,
            [((), (), float(low), float(high)) for low, high in zip(lower, upper, strict=True)],
            cost=np.zeros(0),
            lower=np.zeros(0),
            upper=np.zeros(0),
            sense="maximise",
        )
        self._session = HighsSession(empty)
        self.use: SolverUse | None = None

    def add(self, fillings: Sequence[Filling]) -> None:
        """Add fillings as columns."""
        if not fillings:
            return
        patients, lists, _, _ = self._sizes
        month, count = self._relaxation.month, len(fillings)
        pair = np.array([p for _, pairs in fillings for p in pairs], dtype=np.int64)
        column = np.repeat(np.arange(count), [len(pairs) for _, pairs in fillings])
        member = sparse.csr_matrix((np.ones(len(pair)), (pair, column)), shape=(month.pair_count, count))
        at = np.array([at for at, _ in fillings], dtype=np.int64)
        people = sparse.csr_matrix((np.ones(len(pair)), (month.pair_patient[pair], column)), shape=(patients, count))
        one_list = sparse.csr_matrix((np.ones(count), (at, np.arange(count))), shape=(lists, count))
        limits = self._relaxation.used_lists
        used = sparse.csr_matrix(
            np.array([np.isin(at, limit.lists) for limit in limits], dtype=np.float64).reshape(len(limits), count)
        )
        matrix = sparse.vstack([people, one_list, self._relaxation.rows @ member, used])
        worth = self._relaxation.aim[pair].astype(np.float64)
        cost = np.bincount(column, weights=worth, minlength=count).astype(np.float64)
        self._session.add_columns(cost, sparse.csc_matrix(matrix), np.zeros(count), np.full(count, np.inf))

    def solve(self, watch: Watch, deadline: Deadline) -> tuple[float | None, Duals | None]:
        """Value and dual values of the master; None when it was stopped or has no solution."""
        result = self._session.solve(deadline.within(Limits()), watch=Quiet(watch))
        self.use = result.solver
        if result.status != "optimal" or result.row_duals is None:
            return None, None
        patients, lists, rows, _ = self._sizes
        duals, first = result.row_duals, patients + lists
        rest = np.maximum(duals[first:], 0.0)
        return result.value, Duals(duals[:patients], rest[:rows], rest[rows:])
