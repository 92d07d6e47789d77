"""A whole small month as one CP-SAT model that allows no less than the rules do: good for a bound, not for a plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from ortools.sat.python import cp_model

from models.theatres.formulation.month import Indices, Month, Numbers
from models.theatres.formulation.part import SCALE, Floor, one_list_per_patient, used_lists_at_most
from models.theatres.formulation.rows import UsedListsLimit


class ListCounts(Protocol):
    """Which counts of patients of equal duration a list has time for (a row per possibility)."""

    @property
    def classes(self) -> tuple[Indices, ...]: ...

    @property
    def counts(self) -> Indices: ...


def build_whole(
    month: Month,
    lists: Sequence[ListCounts],
    shared: Sequence[tuple[str, Indices, Numbers, float]],
    used_lists: Sequence[UsedListsLimit],
    aim: Indices,
    floors: Sequence[Floor],
) -> cp_model.CpModel:
    """The model over all pairs: exact on lists; `shared` rows (name, pairs, values, upper) rounded the loose way."""
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
    for name, pairs, values, upper in shared:
        scale = 1 if np.all(values == np.round(values)) else SCALE
        terms = [variables[int(pair)] for pair in pairs]
        whole = [math.floor(value * scale + 1e-9) for value in values]
        model.add(cp_model.LinearExpr.weighted_sum(terms, whole) <= math.floor(upper * scale + 1e-6)).with_name(name)
    nobody = np.zeros(0, dtype=np.int64)
    for limit in used_lists:
        used_lists_at_most(model, month, limit, every, nobody, variables)
    for floor in floors:
        model.add(cp_model.LinearExpr.weighted_sum(variables, floor.values.tolist()) >= floor.at_least)
    model.maximize(cp_model.LinearExpr.weighted_sum(variables, aim.tolist()))
    return model
