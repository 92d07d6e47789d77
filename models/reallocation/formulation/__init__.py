"""The mathematics of a reallocation: `money` and `pace` hold one function per rule, `model` puts them into Pyomo.

Hard rules on pounds all have one shape (`limit.Limit`), so the same function serves the model, the rounding to whole
pounds and the scorecard. `definitions` holds what is never relaxed: R-09 is the lower end of the variables, R-10,
R-11 and R-12 say what need, cells and opening pounds are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.reallocation.formulation.definitions import no_negative_allocation
from models.reallocation.formulation.limit import Limit
from models.reallocation.formulation.money import (
    chc_floor,
    envelope,
    gap_closed_in_final_year,
    mental_health_investment_standard,
    provider_turnover_band,
)
from models.reallocation.formulation.pace import no_further_from_target, pace_cap, pace_floor
from models.reallocation.instance import Instance
from models.reallocation.rules import RULES

RULE_FUNCTIONS: Mapping[str, Callable[[Instance], Iterator[Limit]]] = {
    "R-01": envelope,
    "R-02": pace_floor,
    "R-03": pace_cap,
    "R-04": mental_health_investment_standard,
    "R-05": chc_floor,
    "R-06": no_further_from_target,
    "R-07": provider_turnover_band,
    "R-08": gap_closed_in_final_year,
    "R-09": no_negative_allocation,
}


def limits_of(instance: Instance, without_rules: frozenset[str] = frozenset()) -> tuple[Limit, ...]:
    """Every limit of an instance, rule by rule; definitions stay whatever is left out."""
    left_out = without_rules - {rule.id for rule in RULES if rule.definitional}
    return tuple(
        limit for rule, limits in RULE_FUNCTIONS.items() if rule not in left_out for limit in limits(instance)
    )
