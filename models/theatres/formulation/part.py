"""A part of the month as a CP-SAT model: the pairs of some lists are free, all other bookings stay."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy import sparse

from models.theatres.formulation.fillings import Fillings
from models.theatres.formulation.limits import NotTogether, UsedListsLimit
from models.theatres.formulation.month import Indices, Month, Numbers

# Coefficients with fractions (beds, chances) become whole numbers of this share; rounded up, so on the safe side.
SCALE = 1000


@dataclass(frozen=True)
class Floor:
    """An aim of an earlier stage: the sum of `values` over all bookings stays at least `at_least`."""

    name: str
    values: Indices
    at_least: int


@dataclass(frozen=True)
class Part:
    """The model of a part: `variables[i]` says whether pair `pairs[i]` is booked."""

    model: cp_model.CpModel
    pairs: Indices
    variables: list[cp_model.IntVar]

    def booked(self, values: Numbers) -> list[int]:
        """The pairs a solution books, by the values of the variables."""
        return [int(p) for p, v in zip(self.pairs, self.variables, strict=True) if values[v.index] > 0.5]


@dataclass(frozen=True)
class Limits:
    """Rows made linear (free pairs x rows) with the room left in each, and the most cases each list can hold.

    `names` are those of the rows, with the id of the rule. `of_one_list` marks the rows that follow from the latter;
    where `fillings` says how full a list may be, its rows marked `told_by_fillings` are left out. `others` are the
    same rows made linear around other spreads: it is enough that a row with a quantile (`curved`) holds in one of its
    forms, for each is on the safe side.
    """

    names: Sequence[str]
    matrix: sparse.csr_matrix[np.float64]
    room: Numbers
    of_one_list: NDArray[np.bool_]
    curved: NDArray[np.bool_]
    most_cases: Indices
    used_lists: Sequence[UsedListsLimit]
    not_together: Sequence[NotTogether] = ()
    others: Sequence[tuple[sparse.csr_matrix[np.float64], Numbers]] = ()
    fillings: Mapping[int, Fillings] = field(default_factory=dict)
    told_by_fillings: NDArray[np.bool_] | None = None


def build_part(
    month: Month,
    limits: Limits,
    free: Indices,
    kept: Indices,
    incumbent: Indices,
    aim: Indices,
    floors: Sequence[Floor],
) -> Part:
    """The model that books among the pairs `free` while the bookings `kept` stay, for the largest sum of `aim`.

    `incumbent` are the bookings among `free` today: they are the hint, and remain possible whatever the rounding.
    """
    model = cp_model.CpModel()
    variables = [model.new_bool_var(f"x[{pair}]") for pair in free]
    at = {int(pair): i for i, pair in enumerate(free)}
    one_list_per_patient(model, month, free, variables)
    for pair in month.fixed:
        if pair in at:
            model.add_bool_or(variables[at[pair]])
    today = np.isin(free, incumbent)
    _rows(model, month, limits, free, today, variables)
    for at in sorted(set(month.pair_list[free].tolist()) & limits.fillings.keys()):
        within_a_filling(model, limits.fillings[at], free, variables)
    used_lists_at_most(model, month, limits.used_lists, free, kept, variables)
    for apart in limits.not_together:
        keep_apart(model, apart, free, kept, variables)
    for floor in floors:
        missing = floor.at_least - int(floor.values[kept].sum())
        if missing > 0:
            model.add(_sum(variables, floor.values[free]) >= missing)
    model.maximize(_sum(variables, aim[free]))
    for variable, booked in zip(variables, today, strict=True):
        model.add_hint(variable, bool(booked))
    return Part(model, free, variables)


def one_list_per_patient(
    model: cp_model.CpModel, month: Month, free: Indices, variables: Sequence[cp_model.IntVar]
) -> None:
    """A patient is operated on once at most.

    sum_l x[p,l] <= 1 (T-01).
    """
    by_patient: dict[int, list[cp_model.IntVar]] = {}
    for pair, variable in zip(free, variables, strict=True):
        by_patient.setdefault(int(month.pair_patient[pair]), []).append(variable)
    for found in by_patient.values():
        if len(found) > 1:
            model.add_at_most_one(found)


def _rows(
    model: cp_model.CpModel,
    month: Month,
    limits: Limits,
    free: Indices,
    today: NDArray[np.bool_],
    variables: Sequence[cp_model.IntVar],
) -> None:
    forms = [(limits.matrix.tocsc(), limits.room), *((matrix.tocsc(), room) for matrix, room in limits.others)]
    for row in np.flatnonzero(_most(month, limits, free) > limits.room + 1e-9).tolist():
        if forms[0][0].indptr[row] == forms[0][0].indptr[row + 1]:
            continue
        if len(forms) == 1 or not limits.curved[row]:
            _form(model, row, *forms[0], today, variables).with_name(limits.names[row])
            continue
        switches = []
        for at, (matrix, room) in enumerate(forms):
            switch = model.new_bool_var(f"form[{row},{at}]")
            held = _form(model, row, matrix, room, today if at == 0 else np.zeros_like(today), variables)
            held.with_name(limits.names[row]).only_enforce_if(switch)
            switches.append(switch)
        model.add_bool_or(switches)


def _form(
    model: cp_model.CpModel,
    row: int,
    matrix: sparse.csc_matrix[np.float64],
    room: Numbers,
    today: NDArray[np.bool_],
    variables: Sequence[cp_model.IntVar],
) -> cp_model.Constraint:
    """One row as whole numbers on the safe side."""
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    where, values = matrix.indices[start:end], matrix.data[start:end]
    scale = 1 if _whole(values) else SCALE
    whole = np.ceil(values * scale - 1e-9).astype(np.int64)
    # The bookings of today keep every rule; rounding must not shut them out.
    upper = max(math.floor(room[row] * scale + 1e-9), int(whole[today[where]].sum()))
    return model.add(_sum([variables[int(i)] for i in where], whole) <= upper)


def _most(month: Month, limits: Limits, free: Indices) -> Numbers:
    """The most the free pairs can add to each row: per list, its largest term as often as the list has cases."""
    lists = month.pair_list[free]
    order = np.argsort(lists, kind="stable")
    starts = np.flatnonzero(np.diff(lists[order], prepend=-1))
    largest = np.maximum.reduceat(limits.matrix[order].toarray(), starts, axis=0)
    most = np.asarray(limits.most_cases[lists[order][starts]] @ largest, dtype=np.float64)
    most = np.where(limits.of_one_list, np.inf, most)
    return most if limits.told_by_fillings is None else np.where(limits.told_by_fillings, -np.inf, most)


def within_a_filling(
    model: cp_model.CpModel, fillings: Fillings, free: Indices, variables: Sequence[cp_model.IntVar]
) -> None:
    """A list holds no more of each class than one of its largest fillings: tighter than its rows, and exact.

    sum of x over class c <= sum_f y_f count(f, c), sum_f y_f = 1 (T-08, T-09, T-30, T-37 but for clean-downs).
    """
    largest = fillings.largest
    chosen = [model.new_bool_var(f"filling[{fillings.list_at},{at}]") for at in range(len(largest))]
    model.add_exactly_one(chosen)
    for counts, pairs in zip(largest.T, fillings.classes, strict=True):
        people = [variables[int(i)] for i in np.flatnonzero(np.isin(free, pairs))]
        if len(people) > counts.min():
            model.add(cp_model.LinearExpr.sum(people) <= _sum(chosen, counts))


def used_lists_at_most(
    model: cp_model.CpModel,
    month: Month,
    limits: Sequence[UsedListsLimit],
    free: Indices,
    kept: Indices,
    variables: Sequence[cp_model.IntVar],
) -> None:
    """Lists with a kept booking count; each free list with a booking counts by a switch of its own."""
    on_list: dict[int, list[cp_model.IntVar]] = {}
    for at, variable in zip(month.pair_list[free].tolist(), variables, strict=True):
        on_list.setdefault(at, []).append(variable)
    taken = set(month.pair_list[kept].tolist()) - on_list.keys()
    switches: dict[int, cp_model.IntVar] = {}
    for limit in limits:
        inside = [at for at in limit.lists if at in on_list]
        upper = limit.upper - sum(1 for at in limit.lists if at in taken)
        if len(inside) <= upper or not inside:
            continue
        for at in inside:
            if at not in switches:
                switches[at] = model.new_bool_var(f"used[{month.lists[at]}]")
                for variable in on_list[at]:
                    model.add_implication(variable, switches[at])
        model.add(sum(switches[at] for at in inside) <= upper).with_name(limit.name)


def keep_apart(
    model: cp_model.CpModel, apart: NotTogether, free: Indices, kept: Indices, variables: Sequence[cp_model.IntVar]
) -> None:
    """At least one group has fewer cases than its number."""
    switches = []
    for pairs, number in apart.groups:
        missing = number - int(np.isin(kept, pairs).sum())
        where = np.flatnonzero(np.isin(free, pairs))
        if missing > len(where):
            return
        switch = model.new_bool_var("")
        terms = [variables[int(i)] for i in where]
        model.add(cp_model.LinearExpr.sum(terms) <= missing - 1).only_enforce_if(switch)
        switches.append(switch)
    model.add_bool_or(switches).with_name(apart.name)


def _sum(variables: Sequence[cp_model.IntVar], values: Indices) -> cp_model.LinearExprT:
    return cp_model.LinearExpr.weighted_sum(list(variables), [int(v) for v in values])


def _whole(values: Numbers) -> bool:
    return bool(np.all(np.abs(values - np.round(values)) < 1e-9))
