"""Which suites may be handed back, as what and when: one function per rule.

A rule here or in `use_rules` says whether an option of a suite is allowed; the model chooses among the options that
all rules allow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from models.estates.formulation.use_rules import converted_when_digitised, open_space_from_its_day
from models.estates.hand_back import Option, SuiteFacts

Allows = Callable[[SuiteFacts, Option], bool]


def icb_pays_the_void(facts: SuiteFacts, option: Option) -> bool:
    """E-09. Only space whose void the ICB pays for can be handed back."""
    return not option.is_hand_back or facts.suite.void_payer == "icb"


def surplus_declared(facts: SuiteFacts, option: Option) -> bool:
    """E-10. Only space declared surplus to all commissioning needs can be handed back."""
    return not option.is_hand_back or facts.suite.surplus_declared


def vacant_by_the_date(facts: SuiteFacts, option: Option) -> bool:
    """E-11. Space is empty on the day it is handed back, or offered on Open Space."""
    vacant = facts.vacant_date
    if option.date is None or option.conversion is not None:
        return True
    return vacant is not None and option.date >= vacant


def self_contained(facts: SuiteFacts, option: Option) -> bool:
    """E-12. Part of a building can be handed back only if it is self-contained."""
    return option.extent != "part" or facts.suite.self_contained


def at_least_100_m2(facts: SuiteFacts, option: Option) -> bool:
    """E-13. Space handed back is at least 100 m2: the suite for a part, the building for the whole."""
    area_m2 = facts.site_area_m2 if option.extent == "whole" else facts.suite.area_m2
    return not option.is_hand_back or area_m2 >= facts.minimum_m2


def nhs_property_services_only(facts: SuiteFacts, option: Option) -> bool:
    """E-14. GP premises and buildings of other owners are not NHS Property Services' to take back."""
    return not option.is_hand_back or facts.site.tenure not in ("gp", "other")


def not_pfi(facts: SuiteFacts, option: Option) -> bool:
    """E-15. PFI buildings cannot be handed back."""
    return not option.is_hand_back or facts.site.tenure != "pfi"


def not_onerous_lease(facts: SuiteFacts, option: Option) -> bool:
    """E-16. Space under an onerous lease cannot be handed back."""
    return not option.is_hand_back or not facts.site.onerous_lease


def not_lift_or_chp(facts: SuiteFacts, option: Option) -> bool:
    """E-17. LIFT and Community Health Partnerships space cannot be handed back."""
    return not option.is_hand_back or facts.site.tenure != "lift_chp"


def admissible_dates(facts: SuiteFacts, option: Option) -> bool:
    """E-18. A suite is handed back once its notice is accepted and has run, on the first of a month or on its lease
    break or end."""
    if option.date is None or option.use != "hand_back":
        return True
    on_a_day = option.date.day == 1 or option.date in (facts.suite.lease_break, facts.suite.lease_end)
    return on_a_day and facts.notice_date <= option.date < facts.plan_end


def open_only_with_core_suite(facts: SuiteFacts, option: Option) -> bool:
    """E-20. A site is open only while its core suite is kept; with it the whole building goes."""
    del facts
    gone = option.hand_back_date
    return option.core_date is None or (gone is not None and gone <= option.core_date)


def fixed_rooms_stay(facts: SuiteFacts, option: Option) -> bool:
    """E-24. A suite with a room fitted for one purpose is kept, and no such room is converted."""
    if option.date is None:
        return True
    if option.conversion is not None:
        return option.conversion.from_room_type not in facts.fixed_kinds
    return not facts.has_fixed_room


def instructions_followed(facts: SuiteFacts, option: Option) -> bool:
    """E-25. What the user orders for a suite is done."""
    suite = facts.suite
    if suite.instruction == "keep":
        return not option.is_hand_back
    if suite.instruction == "hand_back":
        return option.is_hand_back and suite.instruction_date in (None, option.date)
    return True


OPTION_RULES: Mapping[str, Allows] = {
    "E-09": icb_pays_the_void,
    "E-10": surplus_declared,
    "E-11": vacant_by_the_date,
    "E-12": self_contained,
    "E-13": at_least_100_m2,
    "E-14": nhs_property_services_only,
    "E-15": not_pfi,
    "E-16": not_onerous_lease,
    "E-17": not_lift_or_chp,
    "E-18": admissible_dates,
    "E-20": open_only_with_core_suite,
    "E-24": fixed_rooms_stay,
    "E-25": instructions_followed,
    "E-31": open_space_from_its_day,
    "E-32": converted_when_digitised,
}
"""The rules that forbid options of one suite, in the order in which they are named to the user."""


HAND_BACK_RULES: tuple[str, ...] = tuple(rule for rule in OPTION_RULES if rule not in ("E-31", "E-32"))
"""Those of them that can forbid a hand-back."""


def allowed(facts: SuiteFacts, option: Option, without_rules: frozenset[str]) -> bool:
    """Whether every rule in force allows an option."""
    return all(allows(facts, option) for rule, allows in OPTION_RULES.items() if rule not in without_rules)


def may_go_as_part(facts: SuiteFacts, dates: tuple[dt.date, ...], without_rules: frozenset[str]) -> bool:
    """Whether a suite may be handed back on its own at some time (so that floors below wait for it, E-19)."""
    if facts.is_core or (facts.suite.instruction == "keep" and "E-25" not in without_rules):
        return False
    ignoring = without_rules | {"E-20", "E-25"}
    return any(allowed(facts, Option(facts.suite.suite_id, date, None), ignoring) for date in dates)
