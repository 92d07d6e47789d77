"""The table of contents: every rule with the function that states it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.estates.formulation import (
    aims,
    capital_rows,
    cash_rules,
    hand_back_rules,
    list_rows,
    network,
    rows,
    site_rows,
    use_rules,
)
from models.estates.formulation.choices import SuiteChoice
from models.estates.formulation.model import EstatesModel
from models.estates.formulation.network import Network
from models.estates.formulation.timetable_rows import timetable_holds

LINKS = "E-04"
"""The rule whose rows only make bounds tight, and may be loaded lazily (`rows.linking_rows`)."""

ROWS: Mapping[str, Callable[[EstatesModel], None]] = {
    "E-01": rows.demand_placed,
    "E-02": rows.unmet_demand_within_limit,
    LINKS: rows.rooms_by_type,
    "E-06": rows.used_hours_within_ceiling,
    "E-08": site_rows.handed_back_once,
    "E-19": site_rows.top_floor_first,
    "E-21": site_rows.minimum_opening,
    "E-34": capital_rows.capital_within_limits,
    "E-36": site_rows.borough_presence,
    "E-37": site_rows.rooms_needed_beside,
    "E-38": list_rows.gp_lists_dispersed,
    "E-39": list_rows.gp_rooms_within_ceiling,
    "E-41": rows.one_site_for_an_area,
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
    "E-33": use_rules.decant_during_works,
    "E-40": timetable_holds,
}
"""All rules. That of the timetable (E-40) has a model of its own for each kind of room at each site and period."""

_LOOSENED_WHEN_LEFT_OUT = frozenset({"E-06", "E-34"})
"""Rows that stay when their rule is left out; what is possible (E-05), or the ICB's purse, is then the limit."""


def build_model(
    network: Network,
    choices: tuple[SuiteChoice, ...],
    without_rules: frozenset[str] = frozenset(),
    *,
    with_links: bool = True,
) -> EstatesModel:
    """The whole model, without objective. Every suite must have an option.

    Without links (E-04) the model has the same plans and weaker bounds; `rows.linking_rows` has the rows.
    """
    model = EstatesModel(network, choices, without_rules)
    list_rows.premises_stay_or_close(model)
    for rule, write_rows in ROWS.items():
        if rule == LINKS and not with_links:
            continue
        if rule in _LOOSENED_WHEN_LEFT_OUT or model.in_force(rule):
            write_rows(model)
    return model
