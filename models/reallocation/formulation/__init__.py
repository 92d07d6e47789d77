"""The mathematics of a reallocation: one function per rule, by family; `model` and `arrays` put them together.

`money` (what there is and what it must be spent on), `pace` (how fast, and which way), `transition` (withdrawing
service), `closure` (how much of the gap) and `relief` (need met upstream). Rules on pounds have one of two shapes
(`limit.Limit`, and `limit.ExcessLimit` for what is convex), so the same function serves the model, the rounding to
whole pounds and the scorecard. `definitions` holds what is never relaxed: R-09 is the lower end of the variables,
R-10, R-11 and R-12 say what need, cells and opening pounds are, R-21 what stands against need; R-16, R-17 and R-18
are in the money of a year (`models.reallocation.money`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.reallocation.formulation.closure import gap_closed_in_final_year, gap_share_closed_in_final_year
from models.reallocation.formulation.definitions import no_negative_allocation
from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.formulation.money import (
    chc_floor,
    envelope,
    mental_health_investment_standard,
    provider_turnover_band,
    recruitment_cap,
    ring_fence,
)
from models.reallocation.formulation.pace import (
    no_further_from_target,
    pace_cap,
    pace_floor,
    peak_growth_limit,
)
from models.reallocation.formulation.transition import releasable_share, transition_within_fund
from models.reallocation.instance import Instance
from models.reallocation.rules import RULES

RULE_FUNCTIONS: Mapping[str, Callable[[Instance], Iterator[AnyLimit]]] = {
    "R-01": envelope,
    "R-02": pace_floor,
    "R-03": pace_cap,
    "R-04": mental_health_investment_standard,
    "R-05": chc_floor,
    "R-06": no_further_from_target,
    "R-07": provider_turnover_band,
    "R-08": gap_closed_in_final_year,
    "R-09": no_negative_allocation,
    "R-13": ring_fence,
    "R-14": releasable_share,
    "R-15": transition_within_fund,
    "R-19": recruitment_cap,
    "R-20": gap_share_closed_in_final_year,
    "R-22": peak_growth_limit,
}


def limits_of(
    instance: Instance, without_rules: frozenset[str] = frozenset(), *, closed_from: int | None = None
) -> tuple[AnyLimit, ...]:
    """Every limit of an instance, rule by rule; definitions stay whatever is left out.

    `closed_from` is the year from which on R-08 holds (under the aim fastest_closure, once it is known).
    """
    left_out = without_rules - {rule.id for rule in RULES if rule.definitional}
    limits: list[AnyLimit] = []
    for rule, function in RULE_FUNCTIONS.items():
        if rule == "R-08" and rule not in left_out:
            limits.extend(gap_closed_in_final_year(instance, closed_from))
        elif rule not in left_out:
            limits.extend(function(instance))
    return tuple(limits)
