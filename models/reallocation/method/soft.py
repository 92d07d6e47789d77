"""Limits of soft rules, held where a plan came to: for whole pounds, which may miss them no further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from models.reallocation.formulation.limit import AnyLimit, Limit
from models.reallocation.instance import CellKey, Instance
from models.reallocation.method.staged_model import Amounts

_PENNY = 0.01


def held_where_they_came(instance: Instance, limits: Sequence[AnyLimit], amounts: Amounts) -> list[AnyLimit]:
    """The limits, those of soft rules as far out as the amounts miss them."""
    return [_held(limit, amounts) if limit.rule in instance.soft_order else limit for limit in limits]


def _held(limit: AnyLimit, amounts: Amounts) -> AnyLimit:
    missed = missed_gbp(limit, amounts)
    if missed <= _PENNY:
        return limit
    further = Fraction(missed)
    if isinstance(limit, Limit):
        out = -further if limit.side == "least" else further
        return replace(limit, constant_gbp=limit.constant_gbp + out)
    return replace(limit, most_gbp=limit.most_gbp + further)


def missed_gbp(limit: AnyLimit, amounts: Mapping[CellKey, Sequence[float]]) -> float:
    """By how much amounts miss a limit; zero or below where they keep it."""

    def together(cells: Sequence[CellKey], year: int) -> float:
        return sum(amounts[cell][year] for cell in cells)

    if not isinstance(limit, Limit):
        spent = 0.0
        for excess in limit.excesses:
            terms = sum(float(term.coefficient) * together(term.cells, term.year) for term in excess.terms)
            spent += float(excess.weight) * max(0.0, terms + float(excess.constant_gbp))
        return spent - float(limit.most_gbp)
    stands = together(limit.cells, limit.year)
    stands += sum(float(term.coefficient) * together(term.cells, term.year) for term in limit.others)
    end = float(limit.constant_gbp)
    if limit.factor:
        end += float(limit.factor) * together(limit.cells, limit.year - 1)
    return end - stands if limit.side == "least" else stands - end
