"""Rules of GP lists that are rows of the model: one function per rule, named as in the rule catalogue."""

from __future__ import annotations

import pyomo.environ as pyo

from models.estates.formulation.model import EstatesModel
from models.estates.right_size import PREMISES


def premises_stay_or_close(model: EstatesModel) -> None:
    """Premises stay or close on one of the days that E-38 and the order (E-25) leave them.

    sum of days = 1; an order to close that no day can follow makes the model infeasible, not faulty
    """
    p = model.pyomo
    p.never = pyo.Var(bounds=(0, 0))
    p.E_38_premises_stay_or_close = pyo.ConstraintList()
    for practice, choice in model.premises.items():
        days = pyo.quicksum(p.closing[practice, at] for at in range(len(choice.dates)))
        p.E_38_premises_stay_or_close.add(days + p.never == 1)


def gp_lists_dispersed(model: EstatesModel) -> None:
    """E-38. Everybody on the list of closed GP premises is seen within the limit of minutes from them.

    sum_j dispersed[g,j,t] = hours[g,t] x closed[g,t], over receivers j within dispersal_limit_minutes
    """
    p = model.pyomo
    p.E_38_gp_lists_dispersed = pyo.ConstraintList()
    for g, one in enumerate(model.lists):
        for t in model.network.periods:
            seen = pyo.quicksum(p.dispersed[g, j, t] for j in range(len(one.receivers)))
            closed = model.is_closed(one.premises.practice_id, t)
            p.E_38_gp_lists_dispersed.add(seen - one.hours[t] * closed + p.never == 0)


def gp_rooms_within_ceiling(model: EstatesModel) -> None:
    """E-39. GP premises take patients of closed lists only within their spare hours at the ceiling, while open.

    sum_g dispersed[g,j,t] <= max(0, rooms[j] x weekly hours per room - own hours[j,t]) x (1 - closed[j,t])
    """
    p = model.pyomo
    taken: dict[tuple[str, int], list[pyo.Var]] = {}
    for g, j, t in p.dispersed:
        receiver = model.lists[g].receivers[j]
        if receiver.kind == PREMISES:
            taken.setdefault((receiver.receiver_id, t), []).append(p.dispersed[g, j, t])
    p.E_39_gp_rooms_within_ceiling = pyo.ConstraintList()
    for (practice, t), flows in sorted(taken.items(), key=lambda item: item[0]):
        spare = model.network.spare_hours[practice, t]
        closed = model.is_closed(practice, t) if practice in model.premises else 0
        p.E_39_gp_rooms_within_ceiling.add(pyo.quicksum(flows) + spare * closed <= spare)
