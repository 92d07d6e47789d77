"""The mathematics of the estates problem, in Pyomo.

How each rule acts:

- E-09 to E-18, E-20, E-24 and E-25 forbid options of one suite. They are functions in `models.estates.hand_back`;
  options that a rule in force forbids are not in the model at all.
- E-01, E-02, E-04, E-06, E-08, E-19 and E-21 are rows: one function each in `rows.py`, the id in the name of its
  rows.
- E-05 and E-07 act through the hours a room can take in a week (`models.estates.slots`), derived there from the rule
  of each session; E-22 and E-23 through the sites an area may use (`models.estates.geography`).
- E-03 is in the variables: all services that need one kind of room flow together.
- E-26 to E-29 make the cost of an option (`models.estates.cash`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.estates.formulation import rows
from models.estates.formulation.aims import Aims, aims_of
from models.estates.formulation.model import EstatesModel, SuiteChoice, suite_choices
from models.estates.network import Network

__all__ = ["RULES", "Aims", "EstatesModel", "SuiteChoice", "aims_of", "build_model", "suite_choices"]

RULES: Mapping[str, Callable[[EstatesModel], None]] = {
    "E-01": rows.demand_placed,
    "E-02": rows.unmet_demand_within_limit,
    "E-04": rows.rooms_by_type,
    "E-06": rows.used_hours_within_ceiling,
    "E-08": rows.handed_back_once,
    "E-19": rows.top_floor_first,
    "E-21": rows.minimum_opening,
}
"""The rules that are rows, hard ones all."""

_LOOSENED_INSTEAD = frozenset({"E-06"})
"""Rows that stay, loosened, when their rule is left out: what is physically possible (E-05)."""


def build_model(
    network: Network, choices: tuple[SuiteChoice, ...], without_rules: frozenset[str] = frozenset()
) -> EstatesModel:
    """The whole model, without objective. Every suite must have an option."""
    model = EstatesModel(network, choices, without_rules)
    for rule, write_rows in RULES.items():
        if rule in _LOOSENED_INSTEAD or model.in_force(rule):
            write_rows(model)
    return model
