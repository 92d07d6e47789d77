"""The last aim: the plan closest to the straight path from the opening to need, of all plans the others leave."""

from __future__ import annotations

import numpy as np

from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import CellKey, Instance
from models.reallocation.method.staged_model import StagedModel
from solvers.highs import LinearModel
from solvers.qp import SquaredDistance, solve_squared_distance
from solvers.types import Limits, Result, Watch

_MISS = 5e-4  # half a pound: whole pounds are made from this, and every limit is held exactly there


def straight_path_gbp(instance: Instance) -> dict[CellKey, list[float]]:
    """The straight path of every cell, years 1 to T: its distance from need shrinks at one rate until it is gone."""
    path: dict[CellKey, list[float]] = {}
    last = instance.horizon
    for key, cells in instance.cells_of.items():
        opening = instance.opening_of[key]
        ratio = opening / float(instance.need_gbp(key, 0))
        whole = [float(instance.need_gbp(key, t)) * ratio ** ((last - t) / last) for t in range(1, last + 1)]
        for cell in cells:
            share = instance.opening_gbp[cell] / opening
            path[cell] = [share * gbp for gbp in whole]
    return path


def straightest(model: StagedModel, region: LinearModel, limits: Limits, stage: str, watch: Watch) -> Result:
    """The plan of a region closest to the straight path: strictly convex, so there is one."""
    columns = len(region.cost)
    weight, target = np.zeros(columns), np.zeros(columns)
    for cell, pounds in straight_path_gbp(model.instance).items():
        for t, gbp in enumerate(pounds, start=1):
            at = model.cells[cell, t]
            weight[at], target[at] = THOUSAND / gbp, gbp / THOUSAND
    aim = SquaredDistance(weight, target)
    return solve_squared_distance(region, aim, limits, stage=stage, watch=watch, feasibility=_MISS)
