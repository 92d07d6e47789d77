"""What a finance team does without an optimiser."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from models.reallocation.instance import CellKey, Instance, nearest_pounds
from models.reallocation.plan import Plan


def baselines(instance: Instance) -> Mapping[str, Plan]:
    """Pro-rata growth: every cell grows in step with the spendable money, whatever its need.

    It closes no gap and may break rules that grow faster than the money (the forecast cost of CHC above all); the
    check of a baseline says which.
    """
    return {"pro_rata_growth": pro_rata_growth(instance)}


def pro_rata_growth(instance: Instance) -> Plan:
    """Every cell in its opening proportion of each year's spendable money, to the pound."""
    opened = sum(instance.opening_gbp.values())
    years: list[list[int]] = []
    for money in instance.money[1:]:
        wanted = [Fraction(instance.opening_gbp[cell] * money.spendable_gbp, opened) for cell in instance.cells]
        years.append(nearest_pounds(wanted, money.spendable_gbp))
    pounds: dict[CellKey, tuple[int, ...]] = {
        cell: (instance.opening_gbp[cell], *(year[at] for year in years)) for at, cell in enumerate(instance.cells)
    }
    return Plan(instance, pounds)
