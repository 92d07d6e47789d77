"""How good a month can be at most: column generation over whole fillings of lists.

The master is a linear programme over fillings; each list's best new filling is found exactly (`fillings`), so the
bound knows that a list holds whole cases. Any dual values give a bound (weak duality), so a search that is stopped
early still proves something. Rows with a quantile enter by a chord below the square root, which only relaxes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.theatres.formulation.fillings import Fillings, fillings_of
from models.theatres.formulation.limits import Row, UsedListsLimit
from models.theatres.formulation.month import Indices, Month, Numbers
from models.theatres.formulation.part import Floor
from models.theatres.method.quiet import Quiet
from solvers.highs import HighsSession, linear_model
from solvers.stages import Deadline
from solvers.types import Limits, SolverUse, Watch

# Dual values between the best so far and the newest: steadier duals, fewer rounds.
SMOOTHING = 0.6


@dataclass(frozen=True)
class Bound:
    """An upper bound on an aim, with the dual value of every row of the month it was proved with."""

    value: float
    rounds: int
    duals: dict[str, float]
    fillings: tuple[tuple[int, tuple[int, ...]], ...]
    solver: SolverUse | None


@dataclass
class _Duals:
    patients: Numbers
    rows: Numbers


class Bounds:
    """Bounds for one month; fillings found for one aim serve the next."""

    def __init__(self, month: Month, rows: Sequence[Row], used_lists: Sequence[UsedListsLimit]) -> None:
        self.month = month
        self.fillings = fillings_of(month)
        self.rows: list[Row] = []
        self._shared: list[_Shared] = []
        self.add_rows(rows)
        self._used_lists = list(used_lists)
        self._known: dict[tuple[int, tuple[int, ...]], None] = {}

    def add_rows(self, rows: Sequence[Row]) -> None:
        """More rows; those that are proven, and that the fillings do not know already, tighten later bounds."""
        new = [row for row in rows if row.proven and (row.in_one_list is None or row.clean_down)]
        self.rows += new
        self._shared += [_chord(row, self.fillings) for row in new if row.in_one_list is None]

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
        rounds: int,
        watch: Watch,
        deadline: Deadline,
        close: float = 1e-4,
    ) -> Bound:
        """A bound on the sum of `aim` over all plans that keep the floors.

        Stops when the bound is no more than `enough` (the value already reached), within `close` of the master's
        value, after `rounds`, or at a cancel or deadline.
        """
        master = _Master(self.month, self._shared, self._used_lists, floors, aim)
        master.add(list(self._known))
        best, best_duals, done = math.inf, None, 0
        while done < rounds:
            done += 1
            value, duals = master.solve(watch, deadline)
            if duals is None or value is None:
                break
            if best_duals is not None:
                duals = _Duals(
                    SMOOTHING * best_duals.patients + (1 - SMOOTHING) * duals.patients,
                    SMOOTHING * best_duals.rows + (1 - SMOOTHING) * duals.rows,
                )
            bound, found = master.price(duals, self.fillings)
            if bound < best:
                best, best_duals = bound, duals
            new = [f for f in found if f not in self._known]
            self._known.update(dict.fromkeys(new))
            if best <= enough + 1e-6 or best - value <= close * abs(value) or watch.cancelled() or deadline.passed():
                break
            if not new and bound > best - 1e-9:
                # Smoothed duals that find nothing new: the next ones are nearer to the master's.
                best_duals = None
            master.add(new)
        names = [name for name, *_ in self._shared]
        prices = {} if best_duals is None else dict(zip(names, best_duals.rows[: len(names)].tolist(), strict=True))
        return Bound(best, done, prices, tuple(self._known), master.use)


_Shared = tuple[str, Indices, Numbers, float]


def _chord(row: Row, fillings: Sequence[Fillings]) -> _Shared:
    """A shared row as a linear one that every plan that keeps it keeps."""
    if row.variance is None or row.z <= 0:
        return row.name, row.pairs, row.mean, row.upper
    low = row.constant_variance
    size = max((int(c.max()) + 1 for f in fillings for c in f.classes if len(c)), default=0)
    variance = np.zeros(max(size, int(row.pairs.max()) + 1 if len(row.pairs) else 0))
    variance[row.pairs] = row.variance
    high = low + sum(f.best(variance)[0] for f in fillings)
    slope = 1 / (math.sqrt(high) + math.sqrt(low)) if high > 0 else 0.0
    return row.name, row.pairs, row.mean + row.z * slope * row.variance, row.upper - row.z * math.sqrt(low)


class _Master:
    """The linear programme over fillings: rows are patients, lists, limits of used lists, shared rows, floors."""

    def __init__(
        self,
        month: Month,
        shared: Sequence[_Shared],
        used_lists: Sequence[UsedListsLimit],
        floors: Sequence[Floor],
        aim: Indices,
    ) -> None:
        self._month, self._aim, self._used = month, aim, list(used_lists)
        self._counted = _counted_lists(month, used_lists)
        at_least = [(np.arange(month.pair_count), -f.values.astype(np.float64), -float(f.at_least)) for f in floors]
        rows = [(pairs, values, upper) for _, pairs, values, upper in shared] + at_least
        counts = [len(pairs) for pairs, _, _ in rows]
        values = np.concatenate([np.zeros(0), *(values for _, values, _ in rows)])
        pairs = np.concatenate([np.zeros(0, dtype=np.int64), *(pairs for pairs, _, _ in rows)])
        which = np.repeat(np.arange(len(rows)), counts)
        self._rows = sparse.csr_matrix((values, (which, pairs)), shape=(len(rows), month.pair_count))
        self._upper = np.array([upper for _, _, upper in rows], dtype=np.float64)
        self._sizes = (len(month.patients), len(month.lists), len(self._used), len(rows))
        kept = np.zeros(len(month.patients))
        kept[[int(month.pair_patient[pair]) for pair in month.fixed]] = 1.0
        upper = np.concatenate(
            [np.ones(len(month.patients)), np.ones(len(month.lists)), [u.upper for u in self._used], self._upper]
        )
        lower = np.full(len(upper), -np.inf)
        lower[: len(month.patients)] = np.where(kept > 0, 1.0, -np.inf)
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

    def add(self, fillings: Sequence[tuple[int, tuple[int, ...]]]) -> None:
        """Add fillings as columns."""
        if not fillings:
            return
        patients, lists, *_ = self._sizes
        count = len(fillings)
        pair = np.array([p for _, pairs in fillings for p in pairs], dtype=np.int64)
        column = np.repeat(np.arange(count), [len(pairs) for _, pairs in fillings])
        member = sparse.csr_matrix((np.ones(len(pair)), (pair, column)), shape=(self._month.pair_count, count))
        at = np.array([at for at, _ in fillings], dtype=np.int64)
        people = sparse.csr_matrix(
            (np.ones(len(pair)), (self._month.pair_patient[pair], column)), shape=(patients, count)
        )
        one_list = sparse.csr_matrix((np.ones(count), (at, np.arange(count))), shape=(lists, count))
        matrix = sparse.vstack([people, one_list, self._counted @ one_list, self._rows @ member])
        worth = self._aim[pair].astype(np.float64)
        cost = np.bincount(column, weights=worth, minlength=count).astype(np.float64)
        self._session.add_columns(cost, sparse.csc_matrix(matrix), np.zeros(count), np.full(count, np.inf))

    def solve(self, watch: Watch, deadline: Deadline) -> tuple[float | None, _Duals | None]:
        """Value and dual values of the master; None when it was stopped or has no solution."""
        result = self._session.solve(deadline.within(Limits()), watch=Quiet(watch))
        self.use = result.solver
        if result.status != "optimal" or result.row_duals is None:
            return None, None
        patients, lists, used, _ = self._sizes
        duals = result.row_duals
        rest = np.concatenate([duals[patients + lists + used :], duals[patients + lists : patients + lists + used]])
        return result.value, _Duals(duals[:patients], np.maximum(rest, 0.0))

    def price(self, duals: _Duals, fillings: Sequence[Fillings]) -> tuple[float, list[tuple[int, tuple[int, ...]]]]:
        """The bound these dual values prove, and the fillings that are worth more than they say."""
        fixed = set(self._month.pair_patient[list(self._month.fixed)].tolist())
        people = np.array([d if at in fixed else max(d, 0.0) for at, d in enumerate(duals.patients)])
        rows, used = duals.rows[: len(self._upper)], duals.rows[len(self._upper) :]
        values = self._aim - people[self._month.pair_patient] - self._rows.T @ rows
        bound = float(people.sum() + rows @ self._upper)
        bound += sum(float(price) * limit.upper for price, limit in zip(used, self._used, strict=True))
        opening = np.asarray(self._counted.T @ used).ravel()
        found = []
        for filling in fillings:
            worth, pairs = filling.best(values)
            worth -= float(opening[filling.list_at])
            if worth > 1e-9 and pairs:
                bound += worth
                found.append((filling.list_at, tuple(pairs)))
        return bound, found


def _counted_lists(month: Month, used_lists: Sequence[UsedListsLimit]) -> sparse.csr_matrix[np.float64]:
    """Limits x lists: which lists each limit counts."""
    which = np.repeat(np.arange(len(used_lists)), [len(limit.lists) for limit in used_lists])
    lists = np.array([at for limit in used_lists for at in limit.lists], dtype=np.int64)
    return sparse.csr_matrix((np.ones(len(lists)), (which, lists)), shape=(len(used_lists), len(month.lists)))
