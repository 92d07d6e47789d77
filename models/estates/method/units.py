"""The stages in the units people read; the model counts in thousands and millions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.estates.formulation.aims import CONTACT_MINUTES_UNIT, CONTACTS_UNIT, GBP_UNIT, MINUTES_UNIT
from models.estates.formulation.model import EstatesModel
from models.estates.plan import Plan
from models.estates.tables_of.values import stage_values
from solvers.types import StageResult, gap_share

AIMS = ("unmet_demand", "npv_cost", "travel_worst", "travel_core20", "travel", "disruption")
"""The stages in order."""
_ROUNDING_SHARE = 1e-12
"""Sums of the same numbers in another order differ by less than this."""


@dataclass(frozen=True)
class Unit:
    """How a stage's number in the model becomes the number people read."""

    unit: str
    factor: float


def units_of(model: EstatesModel) -> Mapping[str, Unit]:
    """The unit of each stage; means of travel are over all contacts wanted, each counted by its area's share."""
    everybody, core20 = _wanted(model, core20=False), _wanted(model, core20=True)
    return {
        "unmet_demand": Unit("contacts", CONTACTS_UNIT),
        "npv_cost": Unit("gbp", GBP_UNIT),
        "travel_worst": Unit("minutes", MINUTES_UNIT),
        "travel_core20": Unit("minutes", CONTACT_MINUTES_UNIT / core20 if core20 else 0.0),
        "travel": Unit("minutes", CONTACT_MINUTES_UNIT / everybody if everybody else 0.0),
        "disruption": Unit("contacts", CONTACTS_UNIT),
    }


def restated(stages: Sequence[StageResult], plan: Plan, units: Mapping[str, Unit]) -> tuple[StageResult, ...]:
    """The stages in the units people read; the value of each aim is that of the final plan's tables.

    A bound stands for its stage as solved. Rounding cannot lift a bound above the value.
    """
    values = stage_values(plan)
    found: list[StageResult] = []
    for stage in stages:
        unit = units[stage.name]
        value = None if stage.value is None else values[stage.name]
        bound = None if stage.bound is None or value is None else min(stage.bound * unit.factor, value)
        if bound is not None and stage.name != "npv_cost":
            bound = max(bound, 0.0)  # only money can be less than nothing: income from Open Space
        if bound is not None and value is not None and value - bound <= _ROUNDING_SHARE * abs(value):
            bound = value
        gap = gap_share(value, bound)
        status = "optimal" if gap == 0.0 else stage.status
        found.append(replace(stage, unit=unit.unit, value=value, bound=bound, gap_share=gap, status=status))
    return tuple(found)


def _wanted(model: EstatesModel, *, core20: bool) -> float:
    """Face-to-face contacts wanted, weighted by their periods, and by the Core20 share of their areas."""
    shares = {area.area_id: (area.core20_share or 0.0) if core20 else 1.0 for area in model.instance.areas}
    weights = [period.weight for period in model.instance.periods]
    return sum(
        weights[t] * cell.contacts[t] * shares[cell.area_id]
        for cell in model.cells
        if not cell.commodity.is_virtual
        for t in model.network.periods
    )
