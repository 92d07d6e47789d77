"""A limit loosened by a share of what it is counted in: points of growth, of need, of income, of cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from models.reallocation.formulation.limit import Limit
from models.reallocation.instance import Instance, PlaceLine

Loosen = Callable[[Instance, Limit, Fraction], Limit]


@dataclass(frozen=True)
class Loosening:
    """How a rule is loosened: what the change is a share of, and how a sentence says it (points with their unit)."""

    unit: str
    words: str
    apply: Loosen


def _growth(_: Instance, limit: Limit, change: Fraction) -> Limit:
    return replace(limit, factor=limit.factor + (-change if limit.side == "least" else change))


def _forecast(_: Instance, limit: Limit, change: Fraction) -> Limit:
    return replace(limit, constant_gbp=limit.constant_gbp * (1 - change))


def _need(instance: Instance, limit: Limit, change: Fraction) -> Limit:
    """Limits on the move loosen by points of growth, those at the target by points of need."""
    if limit.factor:
        return _growth(instance, limit, change)
    place, line, _ = limit.where
    points = change * instance.need_gbp(PlaceLine(place, line), limit.year)
    return replace(limit, constant_gbp=limit.constant_gbp + (-points if limit.side == "least" else points))


def _income(instance: Instance, limit: Limit, change: Fraction) -> Limit:
    income = next(p.income_gbp for p in instance.providers if p.provider == limit.scope)
    points = change * income
    return replace(limit, constant_gbp=limit.constant_gbp + (-points if limit.side == "least" else points))


LOOSENINGS: Mapping[str, Loosening] = {
    "R-02": Loosening("share a year", "let {scope} grow less (or fall) by {points} a year", _growth),
    "R-03": Loosening("share a year", "let {scope} grow by {points} a year more", _growth),
    "R-04": Loosening("share a year", "let mental health by the standard grow by {points} a year less", _growth),
    "R-05": Loosening("share of cost", "save {points} more of the forecast cost of {scope}", _forecast),
    "R-06": Loosening("share of need", "let {scope} move {points} further from target", _need),
    "R-07": Loosening("share of income", "widen the band of {scope} by {points} of its income", _income),
    "R-08": Loosening("share of need", "accept a gap of {points} of need in {scope}", _need),
}
