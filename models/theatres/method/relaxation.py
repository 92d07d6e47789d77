"""A month without its shared rows: each has a price instead, and every list takes the filling worth most to it.

Any prices give a bound (weak duality). A row with a quantile enters by a chord below the root, which only relaxes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.theatres.formulation.fillings import Fillings
from models.theatres.formulation.limits import Row, UsedListsLimit
from models.theatres.formulation.month import Indices, Month, Numbers
from models.theatres.formulation.part import Floor

Filling = tuple[int, tuple[int, ...]]
"""A list and the pairs on it."""


@dataclass(frozen=True)
class SharedRow:
    """A linear row over several lists that every plan that keeps the rules keeps."""

    name: str
    pairs: Indices
    values: Numbers
    upper: float


@dataclass(frozen=True)
class Duals:
    """A price for every patient's one place, every row (floors last), and every limit on used lists."""

    patients: Numbers
    rows: Numbers
    used: Numbers

    def towards(self, other: Duals, share: float) -> Duals:
        """The prices on the way from these to others."""
        return Duals(
            (1 - share) * self.patients + share * other.patients,
            (1 - share) * self.rows + share * other.rows,
            (1 - share) * self.used + share * other.used,
        )


@dataclass(frozen=True)
class Priced:
    """What prices prove, the fillings that are worth more than nothing at them, and by list how much more."""

    bound: float
    fillings: tuple[Filling, ...]
    worth: Mapping[int, float]


class Relaxation:
    """One aim over one month, with floors, all that lists share made a price."""

    def __init__(
        self,
        month: Month,
        lists: Sequence[Fillings],
        shared: Sequence[SharedRow],
        used_lists: Sequence[UsedListsLimit],
        floors: Sequence[Floor],
        aim: Indices,
    ) -> None:
        self.month, self.lists, self.aim, self.used_lists = month, tuple(lists), aim, tuple(used_lists)
        every = np.arange(month.pair_count, dtype=np.int64)
        at_least = [SharedRow(f.name, every, -f.values.astype(np.float64), -float(f.at_least)) for f in floors]
        rows = [*shared, *at_least]
        values = np.concatenate([np.zeros(0), *(row.values for row in rows)])
        pairs = np.concatenate([np.zeros(0, dtype=np.int64), *(row.pairs for row in rows)])
        which = np.repeat(np.arange(len(rows)), [len(row.pairs) for row in rows])
        self.rows = sparse.csr_matrix((values, (which, pairs)), shape=(len(rows), month.pair_count))
        self.upper = np.array([row.upper for row in rows], dtype=np.float64)
        self.fixed = np.zeros(len(month.patients), dtype=bool)
        self.fixed[[int(month.pair_patient[pair]) for pair in month.fixed]] = True
        self._transposed = sparse.csr_matrix(self.rows.T)
        self._used_by = [[at for at, limit in enumerate(self.used_lists) if f.list_at in limit.lists] for f in lists]

    def price(self, duals: Duals) -> Priced:
        """The bound these prices prove, and each list's best filling at them."""
        # Whoever is fixed must have a place, so that its price may be below nothing.
        people = np.where(self.fixed, duals.patients, np.maximum(duals.patients, 0.0))
        values = self.aim - people[self.month.pair_patient] - self._transposed @ duals.rows
        bound = float(people.sum() + duals.rows @ self.upper)
        bound += sum(float(price) * limit.upper for price, limit in zip(duals.used, self.used_lists, strict=True))
        found: list[Filling] = []
        by_list: dict[int, float] = {}
        for filling, limits in zip(self.lists, self._used_by, strict=True):
            worth, pairs = filling.best(values)
            worth -= sum(float(duals.used[at]) for at in limits)
            if worth > 1e-9 and pairs:
                bound += worth
                found.append((filling.list_at, tuple(pairs)))
                by_list[filling.list_at] = worth
        return Priced(bound, tuple(found), by_list)

    def slack(self, fillings: Sequence[Filling]) -> Duals:
        """What these fillings leave of every patient's one place, of the rows and of the limits on used lists."""
        pairs = np.array([pair for _, found in fillings for pair in found], dtype=np.int64)
        booked = np.zeros(self.month.pair_count)
        booked[pairs] = 1.0
        taken = np.bincount(self.month.pair_patient[pairs], minlength=len(self.month.patients))
        on = {at for at, _ in fillings}
        used = [float(limit.upper - len(on.intersection(limit.lists))) for limit in self.used_lists]
        return Duals(
            np.array(1.0 - taken, dtype=np.float64), self.upper - self.rows @ booked, np.array(used, dtype=np.float64)
        )


def shared_row(row: Row, lists: Sequence[Fillings], month: Month) -> SharedRow:
    """A row over several lists as a linear one that every plan that keeps it keeps."""
    if row.variance is None or row.z <= 0:
        return SharedRow(row.name, row.pairs, row.mean, row.upper)
    low = row.constant_variance
    variance = np.zeros(month.pair_count)
    variance[row.pairs] = row.variance
    touched = set(month.pair_list[row.pairs].tolist())
    high = low + sum(filling.best(variance)[0] for filling in lists if filling.list_at in touched)
    slope = 1 / (math.sqrt(high) + math.sqrt(low)) if high > 0 else 0.0
    return SharedRow(row.name, row.pairs, row.mean + row.z * slope * row.variance, row.upper - row.z * math.sqrt(low))
