"""The independent check of an estates plan: the written tables against the instance, in plain arithmetic.

Nothing here comes from the model that made the plan. Demand, journeys, rooms, eligibility, dates, payments and cash
are worked out a second time from the definitions in the README of the problem and the sentences of its rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from models.estates.checker import (
    access_checks,
    capital_checks,
    cash_checks,
    demand_checks,
    hand_back_checks,
    premises_checks,
    room_checks,
    timetable_checks,
    use_checks,
)
from models.estates.checker.aims import aim_values, check_stage_values
from models.estates.checker.cash import Cash, Journeys, cash_of
from models.estates.checker.facts import Facts, facts_of
from models.estates.checker.lists import ListFacts, list_facts_of
from models.estates.checker.refusals import refusals_of_all
from models.estates.checker.tie_checks import check_tables_agree
from models.estates.checker.uses import Uses, Works
from models.estates.checker.written import Written, read_written
from models.estates.instance import EstatesInstance
from models.estates.rules import RULES
from models.shared.findings import CheckReport, Finding
from models.shared.parsing import TypedTable

__all__ = [
    "Cash",
    "Facts",
    "Uses",
    "Works",
    "Written",
    "aims_of",
    "cash_by_dates",
    "cash_by_uses",
    "check_plan",
    "refused_by",
    "uses_of",
]

PlanCheck = Callable[[Facts, Written], Iterable[Finding]]

CHECKS: tuple[PlanCheck, ...] = (
    demand_checks.check_demand_placed,
    demand_checks.check_unmet_demand_within_limit,
    demand_checks.check_services_of_a_room_type_together,
    demand_checks.check_rooms_by_type,
    room_checks.check_sessions_within_rooms,
    room_checks.check_used_hours_within_ceiling,
    room_checks.check_demand_arrives_by_slot,
    hand_back_checks.check_handed_back_once,
    hand_back_checks.check_icb_pays_the_void,
    hand_back_checks.check_surplus_declared,
    hand_back_checks.check_vacant_by_the_date,
    hand_back_checks.check_self_contained,
    hand_back_checks.check_at_least_100_m2,
    hand_back_checks.check_nhs_property_services_only,
    hand_back_checks.check_not_pfi,
    hand_back_checks.check_not_onerous_lease,
    hand_back_checks.check_not_lift_or_chp,
    hand_back_checks.check_admissible_dates,
    hand_back_checks.check_top_floor_first,
    hand_back_checks.check_open_only_with_core_suite,
    access_checks.check_minimum_opening,
    access_checks.check_within_travel_limit,
    access_checks.check_no_area_worse_than,
    hand_back_checks.check_fixed_rooms_stay,
    hand_back_checks.check_instructions_followed,
    cash_checks.check_sale_proceeds_never_credited,
    cash_checks.check_cash_discounted,
    use_checks.check_open_space_from_its_day,
    use_checks.check_converted_when_digitised,
    use_checks.check_decant_during_works,
    capital_checks.check_capital_within_limits,
    access_checks.check_core20_no_worse_than,
    access_checks.check_borough_presence,
    access_checks.check_rooms_needed_beside,
    timetable_checks.check_timetable_holds,
    access_checks.check_one_site_for_an_area,
)
ListCheck = Callable[[Facts, Written, ListFacts], Iterable[Finding]]
LIST_CHECKS: tuple[ListCheck, ...] = (
    premises_checks.check_gp_lists_dispersed,
    premises_checks.check_gp_rooms_within_ceiling,
)
CashCheck = Callable[[Facts, Written, Cash], Iterable[Finding]]
CASH_CHECKS: tuple[CashCheck, ...] = (
    cash_checks.check_vacating_payment,
    cash_checks.check_icb_saves_only_what_it_pays,
)


def check_plan(
    instance: EstatesInstance,
    tables: Mapping[str, TypedTable],
    stage_values: Mapping[str, float | None] | None = None,
) -> CheckReport:
    """Check the written tables of a plan by every rule; `stage_values` are what the run recorded, if it is a run."""
    facts, lists = facts_of(instance), list_facts_of(instance)
    written = read_written(facts, lists, tables)
    cash = cash_of(facts, written.uses, written.contacts)
    findings = list(written.strays)
    for check in CHECKS:
        findings.extend(check(facts, written))
    for list_check in LIST_CHECKS:
        findings.extend(list_check(facts, written, lists))
    for cash_check in CASH_CHECKS:
        findings.extend(cash_check(facts, written, cash))
    findings.extend(check_tables_agree(facts, written, lists, cash))
    if stage_values is not None:
        findings.extend(check_stage_values(aim_values(facts, written, lists, cash), stage_values))
    order = {rule.id: at for at, rule in enumerate(RULES)}
    findings.sort(key=lambda finding: (order[finding.rule], finding.where, finding.message))
    checks = (*CHECKS, *LIST_CHECKS, *CASH_CHECKS, check_tables_agree)
    checked = {check.__name__ for check in checks}
    return CheckReport(tuple(rule.id for rule in RULES if f"check_{rule.name}" in checked), tuple(findings))


def aims_of(instance: EstatesInstance, tables: Mapping[str, TypedTable]) -> dict[str, float]:
    """The value of every aim of a written plan, by name."""
    facts, lists = facts_of(instance), list_facts_of(instance)
    written = read_written(facts, lists, tables)
    return aim_values(facts, written, lists, cash_of(facts, written.uses, written.contacts))


def uses_of(instance: EstatesInstance, tables: Mapping[str, TypedTable]) -> Uses:
    """What a written plan does with each suite and practice."""
    return read_written(facts_of(instance), list_facts_of(instance), tables).uses


def cash_by_uses(instance: EstatesInstance, uses: Uses, contacts: Journeys | None = None) -> Cash:
    """The cash of a set of changes, without a plan around it; `contacts` matter only for the costs of service."""
    return cash_of(facts_of(instance), uses, contacts or {})


def cash_by_dates(instance: EstatesInstance, dates: Mapping[str, dt.date]) -> Cash:
    """The cash of a set of hand-back dates, without a plan around it."""
    return cash_by_uses(instance, Uses(dict(dates)))


def refused_by(instance: EstatesInstance) -> Mapping[str, dict[str, str]]:
    """Why each suite cannot be handed back, by rule id; empty for those that can."""
    return refusals_of_all(facts_of(instance))
