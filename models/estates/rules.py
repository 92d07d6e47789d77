"""The rules of the estates problem, under the ids that formulation, checker, explanations and tests share."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.rules import Rule

_ICB = "ICB estates"
_NHSPS = "NHS Property Services"
_SERVICES = "ICB primary and community care"


def _fact(id_: str, name: str, sentence: str, formula: str, owner: str) -> Rule:
    return Rule(id_, name, sentence, formula, hard=True, owner=owner, definitional=True)


def _hard(id_: str, name: str, sentence: str, formula: str, owner: str) -> Rule:
    return Rule(id_, name, sentence, formula, hard=True, owner=owner)


DEMAND_RULES = (
    _fact("E-01", "demand_placed", "Every contact is given a site, or is counted as unmet; none is "
          "dropped in silence.",
          "sum_s contacts[a,v,s,t] + unmet[a,v,t] = demand[a,v,t]", _SERVICES),
    _hard("E-02", "unmet_demand_within_limit", "No more than the agreed share of a year's contacts is left unmet.",
          "sum unmet[.,.,t] <= unmet_share_limit x sum demand[.,.,t]", _SERVICES),
    _fact("E-03", "services_of_a_room_type_together", "People of one area who need the same kind of room "
          "use the same sites in the same proportions, whatever the service.",
          "contacts[a,v,s,t] / demand[a,v,t] equal for all v of one room type", _SERVICES),
    _hard("E-04", "rooms_by_type", "A service takes place only in a room of the kind it needs.",
          "contacts[a,v,s,t] > 0 only if a kept suite of s has rooms of v's type", _SERVICES),
)  # fmt: skip

ROOM_RULES = (
    _fact("E-05", "sessions_within_rooms", "In each session of the week no more sessions are booked than there are "
          "rooms, and no session holds more hours than it lasts.",
          "sessions[s,r,h,t] <= rooms[s,r,t]; used[s,r,h,t] <= session_hours x sessions[s,r,h,t]", _ICB),
    _hard("E-06", "used_hours_within_ceiling", "In each session of the week used clinical hours stay within 85 % "
          "of the hours of the sessions booked (less where a small site has a lower cap).",
          "used[s,r,h,t] <= min(used_share_ceiling, cap[s]) x session_hours x sessions[s,r,h,t]", _ICB),
    _hard("E-07", "demand_arrives_by_slot", "Demand that cannot be moved is met in the session of the week in which "
          "it arises.", "used[s,r,h,t] >= (1 - movable_share) x weight[h] / slots x sum_h used[s,r,h,t]", _SERVICES),
)  # fmt: skip

ELIGIBILITY_RULES = (
    _fact("E-08", "handed_back_once", "A suite is handed back at most once and does not come back.",
          "one date per suite; status[k,t] does not rise", _ICB),
    _hard("E-09", "icb_pays_the_void", "Only space whose void the ICB pays for can be handed back.",
          "void_payer[k] = icb", _NHSPS),
    _hard("E-10", "surplus_declared", "Only space declared surplus to all commissioning needs can be handed back.",
          "surplus_declared[k]", _NHSPS),
    _hard("E-11", "vacant_by_the_date", "Space is empty on the day it is handed back: it can be vacated by then, and "
          "every occupier whom the ICB does not pay for has left.",
          "date[k] >= vacant_by[k]; date[k] >= end_date[o] for each provider or GP occupation o of k", _NHSPS),
    _hard("E-12", "self_contained", "Part of a building can be handed back only if it is self-contained.",
          "extent[k] = part only if self_contained[k]", _NHSPS),
    _hard("E-13", "at_least_100_m2", "Space handed back is at least 100 m2: the suite for a part, the building for "
          "the whole.", "area[k] (part) or sum_k area[k] (whole) >= minimum_hand_back_m2", _NHSPS),
    _hard("E-14", "nhs_property_services_only", "GP premises and buildings of other owners are not NHS Property "
          "Services' to take back.", "tenure[s] not in {gp, other}", _NHSPS),
    _hard("E-15", "not_pfi", "PFI buildings cannot be handed back.", "tenure[s] != pfi", _NHSPS),
    _hard("E-16", "not_onerous_lease", "Space under an onerous lease cannot be handed back.", "not onerous[s]",
          _NHSPS),
    _hard("E-17", "not_lift_or_chp", "LIFT and Community Health Partnerships space cannot be handed back.",
          "tenure[s] != lift_chp", _NHSPS),
    _hard("E-18", "admissible_dates", "A suite is handed back once its notice is accepted and has run: on the "
          "first of a month, or "
          "on the day its lease breaks or ends.",
          "date[k] >= decision_date + acceptance_months + notice[k]; date[k] in firsts of months + {break[k], "
          "end[k]}", _NHSPS),
    _hard("E-19", "top_floor_first", "Parts of a building are handed back from the top floor down, so far as the "
          "floors above may be handed back at all.",
          "part date[k] >= date[j] for each j of the site on a higher floor that may be handed back as a part", _ICB),
    _hard("E-20", "open_only_with_core_suite", "A site is open only while its core suite is kept; with it the whole "
          "building goes.", "date[k] <= date[core(s)] for each suite k of s", _ICB),
)  # fmt: skip

SITE_RULES = (
    _hard("E-21", "minimum_opening", "A site with clinical rooms that is open opens all sessions of the week, so it "
          "has at least the agreed clinical hours for each of them.",
          "sum_r,h used[s,r,h,t] >= minimum_clinical_hours_per_session x slots (clinical r)", _ICB),
    _hard("E-22", "within_travel_limit", "Nobody is sent further than the travel limit.",
          "contacts[a,v,s,t] > 0 only if minutes[a,s] <= travel_limit_minutes", _SERVICES),
    _hard("E-23", "no_area_worse_than", "From no area does anyone travel more than the agreed minutes beyond the "
          "nearest site that has the room today.",
          "contacts[a,v,s,t] > 0 only if minutes[a,s] <= minutes_before[a,v] + added_minutes_limit", _SERVICES),
    _hard("E-24", "fixed_rooms_stay", "A suite with a room fitted for one purpose (dental, X-ray) is kept.",
          "no hand-back of k while rooms[k,r] > 0 for a fixed r", _SERVICES),
    _hard("E-25", "instructions_followed", "What the user orders for a suite or a practice is done.",
          "instruction keep: no date; hand_back: date[k] = instruction_date[k], or any day within the plan", _ICB),
)  # fmt: skip

CASH_RULES = (
    _fact("E-26", "vacating_payment", "A hand-back costs one payment, by the tenure, the extent and the rules in "
          "force on the day.", "share x annual charge (x months left / 12 where pro rata)", _NHSPS),
    _fact("E-27", "icb_saves_only_what_it_pays", "The ICB's cash holds its share of each suite's charge while it is "
          "kept, and the unavoidable part of it after a part hand-back; never the charge of another payer.",
          "monthly charge x ICB area / area; after a part hand-back x (1 - avoidable_share_part)", "ICB finance"),
    _fact("E-28", "sale_proceeds_never_credited", "Proceeds of a sale go to the national pot and are never counted.",
          "every item of cashflow is one of those listed, and none but open_space_income is negative", "ICB finance"),
    _fact("E-29", "cash_discounted", "Cash is discounted by financial year at the real rate from the NPV base year.",
          "discounted = gbp / (1 + rate) ^ (year - npv_base_year)", "ICB finance"),
    _fact("E-30", "tables_agree", "The written tables agree with one another and with the instance.",
          "each derived column equals its recomputation", "ICB estates"),
)  # fmt: skip

USE_RULES = (
    _hard("E-31", "open_space_from_its_day", "A suite is offered on Open Space only if the ICB pays for its void, "
          "from the day listed and in a building that stays open.",
          "use[k] = open_space only if void_payer[k] = icb and date[k] >= open_space_from[k], and no core "
          "date", _ICB),
    _hard("E-32", "converted_when_digitised", "Rooms are converted as listed, once the records in them are "
          "digitised, in a suite that is kept.", "date[c] >= digitised_by[c]; rooms_from[c] <= rooms[k]", _ICB),
    _hard("E-33", "decant_during_works", "No room of a suite is planned on in a period in which works go on in it, "
          "so its patients are seen elsewhere.", "rooms[k,r,t] = 0 for each t that meets [date[c], date[c] + works)",
          _ICB),
    _hard("E-34", "capital_within_limits", "Works are paid in the year they begin, from sources that may pay for "
          "them and within the limit of each.",
          "sum_s pay[p,s] = works[p]; pay[p,s] <= share[s] x works[p]; sum_p pay[p,s] <= limit[s,y]", "ICB finance"),
)  # fmt: skip

ACCESS_RULES = (
    _hard("E-35", "core20_no_worse_than", "From no Core20 area does anyone travel more than the tighter minutes "
          "beyond the nearest site that has the room today.",
          "contacts[a,v,s,t] > 0 only if minutes[a,s] <= minutes_before[a,v] + core20_added_minutes_limit "
          "(core20_share[a] >= core20_threshold_share)", _SERVICES),
    _hard("E-36", "borough_presence", "Each borough keeps the agreed number of open sites, or all it has if fewer.",
          "sum_s in b open[s,t] >= min(minimum_open_sites_per_borough, sites of b)", _SERVICES),
    _hard("E-37", "rooms_needed_beside", "A kind of room is used only at a site that also has the kinds it needs "
          "beside it.", "contacts[a,v,s,t] > 0 only if rooms[s,r2,t] > 0 for each r2 that v's kind needs", _SERVICES),
    _hard("E-38", "gp_lists_dispersed", "GP premises stay, unless a Right Size move closes them from the day listed; "
          "then everybody on the list is seen within the limit of minutes from the old premises.",
          "sum_j dispersed[g,j,t] = list hours[g,t] x closed[g,t]; minutes[g,j] <= dispersal_limit_minutes",
          _SERVICES),
    _hard("E-39", "gp_rooms_within_ceiling", "GP premises take patients of closed lists only within their spare "
          "hours at the ceiling.",
          "sum_g dispersed[g,j,t] <= max(0, rooms[j] x weekly hours per room - own hours[j,t])",
          _SERVICES),
    _hard("E-40", "timetable_holds", "Every session has its rooms: in each room and session at most the agreed "
          "number of services, within the ceiling, and together exactly the hours planned.",
          "sum over rooms of used[s,r,room,h,v,t] = used[s,r,h,t] over services and hours[s,v,t] over sessions; "
          "services[s,r,room,h,t] <= services_per_session", _ICB),
    _hard("E-41", "one_site_for_an_area", "Where the setting asks for it, all people of an area who need one kind of "
          "room go to one site.", "contacts[a,v,s,t] = demand[a,v,t] for one s, or unmet", _SERVICES),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    DEMAND_RULES + ROOM_RULES + ELIGIBILITY_RULES + SITE_RULES + CASH_RULES + USE_RULES + ACCESS_RULES
)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}


_LETTERS = frozenset({"icb", "nhs", "pfi", "lift", "chp", "gp"})
"""Parts of names that are read letter by letter."""


def id_and_name(rule: str) -> str:
    """A rule as it is named to the user: `E-09 ICB pays the void`."""
    words = (word.upper() if word in _LETTERS else word for word in BY_ID[rule].name.split("_"))
    return f"{rule} {' '.join(words)}"
