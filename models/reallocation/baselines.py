"""What a finance team does without an optimiser."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.impacts import in_step_gbp
from models.reallocation.instance import Instance
from models.reallocation.plan import Plan


def baselines(instance: Instance) -> Mapping[str, Plan]:
    """Pro-rata growth: every cell grows in step with the spendable money, whatever its need.

    It closes no gap and may break rules that grow faster than the money (the forecast cost of CHC above all); the
    check of a baseline says which.
    """
    return {"pro_rata_growth": pro_rata_growth(instance)}


def pro_rata_growth(instance: Instance) -> Plan:
    """Every cell in its opening proportion of each year's spendable money, to the pound."""
    years = [in_step_gbp(instance, t) for t in range(1, instance.horizon + 1)]
    pounds = {cell: (instance.opening_gbp[cell], *(year[cell] for year in years)) for cell in instance.cells}
    return Plan(instance, pounds)
