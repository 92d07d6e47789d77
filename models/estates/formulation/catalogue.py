"""The table of contents: every rule with the function that states it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.estates.formulation import aims, cash_rules, hand_back_rules, network, rows
from models.estates.formulation.model import EstatesModel, SuiteChoice
from models.estates.formulation.network import Network

ROWS: Mapping[str, Callable[[EstatesModel], None]] = {
    "E-01": rows.demand_placed,
    "E-02": rows.unmet_demand_within_limit,
    "E-04": rows.rooms_by_type,
    "E-06": rows.used_hours_within_ceiling,
    "E-08": rows.handed_back_once,
    "E-19": rows.top_floor_first,
    "E-21": rows.minimum_opening,
}
"""The rules that are rows of the model."""

RULES: Mapping[str, Callable[..., object]] = {
    **ROWS,
    "E-03": network.services_of_a_room_type_together,
    "E-05": network.sessions_within_rooms,
    "E-07": network.demand_arrives_by_slot,
    **network.JOURNEY_RULES,
    **hand_back_rules.OPTION_RULES,
    "E-26": cash_rules.vacating_payment,
    "E-27": cash_rules.icb_saves_only_what_it_pays,
    "E-28": cash_rules.sale_proceeds_never_credited,
    "E-29": cash_rules.cash_discounted,
    "E-30": aims.tables_agree,
}
"""All rules, hard ones all."""

_LOOSENED_WHEN_LEFT_OUT = frozenset({"E-06"})
"""Rows that stay when their rule is left out, with what is physically possible (E-05) as their limit."""


def build_model(
    network: Network, choices: tuple[SuiteChoice, ...], without_rules: frozenset[str] = frozenset()
) -> EstatesModel:
    """The whole model, without objective. Every suite must have an option."""
    model = EstatesModel(network, choices, without_rules)
    for rule, write_rows in ROWS.items():
        if rule in _LOOSENED_WHEN_LEFT_OUT or model.in_force(rule):
            write_rows(model)
    return model
