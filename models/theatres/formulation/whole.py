"""A whole small month as one CP-SAT model that allows no less than the rules do: good for a bound, not for a plan."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from ortools.sat.python import cp_model

from models.theatres.formulation.limits import NotTogether, Row, UsedListsLimit
from models.theatres.formulation.month import Indices, Month
from models.theatres.formulation.part import SCALE, Floor, keep_apart, one_list_per_patient, used_lists_at_most

# The square root in a row with a quantile is replaced by this many chords, each below it on its own stretch.
CHORDS = 24


class ListCounts(Protocol):
    """Which counts of patients of equal duration a list has time for (a row per possibility)."""

    @property
    def classes(self) -> tuple[Indices, ...]: ...

    @property
    def counts(self) -> Indices: ...


def build_whole(
    month: Month,
    lists: Sequence[ListCounts],
    shared: Sequence[Row],
    used_lists: Sequence[UsedListsLimit],
    aim: Indices,
    floors: Sequence[Floor],
    not_together: Sequence[NotTogether] = (),
) -> cp_model.CpModel:
    """The model over all pairs: exact on lists; `shared` are the rows over several lists, rounded the loose way."""
    model = cp_model.CpModel()
    every = np.arange(month.pair_count, dtype=np.int64)
    variables = [model.new_bool_var(f"x[{pair}]") for pair in every]
    one_list_per_patient(model, month, every, variables)
    for pair in month.fixed:
        model.add_bool_or(variables[pair])
    for on in lists:
        found = []
        for pairs in on.classes:
            count = model.new_int_var(0, len(pairs), "")
            model.add(count == sum(variables[int(pair)] for pair in pairs))
            found.append(count)
        model.add_allowed_assignments(found, on.counts.tolist())
    for row in shared:
        _shared_row(model, row, variables)
    nobody = np.zeros(0, dtype=np.int64)
    used_lists_at_most(model, month, used_lists, every, nobody, variables)
    for apart in not_together:
        keep_apart(model, apart, every, nobody, variables)
    for floor in floors:
        model.add(cp_model.LinearExpr.weighted_sum(variables, floor.values.tolist()) >= floor.at_least)
    model.maximize(cp_model.LinearExpr.weighted_sum(variables, aim.tolist()))
    return model


def _shared_row(model: cp_model.CpModel, row: Row, variables: Sequence[cp_model.IntVar]) -> None:
    """mean + z sqrt(V) <= upper, the root by chords: on each stretch of V its chord is at most the root."""
    terms = [variables[int(pair)] for pair in row.pairs]
    mean = cp_model.LinearExpr.weighted_sum(terms, [math.floor(v * SCALE + 1e-9) for v in row.mean])
    if row.variance is None or row.z <= 0:
        model.add(mean <= math.floor(row.upper * SCALE + 1e-6)).with_name(row.name)
        return
    low = row.constant_variance
    spread = float(row.variance.sum())
    ends = [low + spread * (at / CHORDS) ** 2 for at in range(CHORDS + 1)]
    down = cp_model.LinearExpr.weighted_sum(terms, [math.floor(v * SCALE) for v in row.variance])
    up = cp_model.LinearExpr.weighted_sum(terms, [math.ceil(v * SCALE) for v in row.variance])
    stretches = []
    for first, last in itertools.pairwise(ends):
        here = model.new_bool_var("")
        model.add(up >= math.floor((first - low) * SCALE)).only_enforce_if(here)
        model.add(down <= math.ceil((last - low) * SCALE)).only_enforce_if(here)
        slope = row.z / (math.sqrt(first) + math.sqrt(last)) if last > 0 else 0.0
        loads = [math.floor((m + slope * v) * SCALE + 1e-9) for m, v in zip(row.mean, row.variance, strict=True)]
        upper = row.upper - row.z * math.sqrt(first) + slope * (first - low)
        load = cp_model.LinearExpr.weighted_sum(terms, loads)
        model.add(load <= math.floor(upper * SCALE + 1e-6)).only_enforce_if(here)
        stretches.append(here)
    model.add_exactly_one(stretches)
