"""What estates managers call the aims, figures and baseline of a plan of the estate."""

from __future__ import annotations

from collections.abc import Mapping

AIMS: Mapping[str, str] = {
    "unmet_demand": "As few contacts without a room as possible",
    "npv_cost": "The least the ICB pays, at present value",
    "travel_worst": "The furthest area travels as little as possible",
    "travel_core20": "People of Core20 areas travel as little as possible",
    "travel": "Everybody travels as little as possible",
    "disruption": "As few contacts as possible are seen away from their usual site",
}
SPACE: Mapping[str, str] = {
    "suites_handed_back": "Suites handed back",
    "sites_closed": "Buildings handed back as a whole",
    "area_handed_back": "Area handed back",
    "suites_on_open_space": "Suites on Open Space",
    "conversions": "Conversions",
    "gp_premises_closed": "GP premises closed",
}
MONEY: Mapping[str, str] = {
    "npv_cost": "Net present cost to the ICB",
    "icb_cash_first_year": "The ICB pays in the first year",
    "icb_cash_last_year": "The ICB pays in the last year",
    "vacating_payments": "Vacating payments",
    "works_paid_by_icb": "Works paid by the ICB",
    "works_paid_by_others": "Works paid by others",
    "open_space_income": "Open Space income",
    "backlog_avoided": "Backlog maintenance the owner is rid of",
}
ROOMS: Mapping[str, str] = {
    "clinical_rooms_first": "Clinical rooms planned on, first period",
    "clinical_rooms_last": "Clinical rooms planned on, last period",
    "clinical_utilisation_first": "Used hours of clinical rooms, first period",
    "clinical_utilisation_last": "Used hours of clinical rooms, last period",
}
PEOPLE: Mapping[str, str] = {
    "unmet_demand": "Contacts without a room",
    "travel": "Travel, on average",
    "travel_core20": "Travel of Core20 areas",
    "travel_most_deprived_fifth": "Travel of the most deprived fifth",
    "travel_worst": "Travel of the area furthest from its rooms",
    "longest_journey": "Longest journey",
    "disruption": "Contacts seen away from their usual site",
}
FIGURES: Mapping[str, str] = {**SPACE, **MONEY, **ROOMS, **PEOPLE}
UNITS: Mapping[str, str] = {
    "unmet_demand": "contacts",
    "npv_cost": "gbp",
    "travel_worst": "minutes",
    "travel_core20": "minutes",
    "travel": "minutes",
    "disruption": "contacts",
}
BASELINES: Mapping[str, str] = {"todays_estate": "Today's estate"}
