"""The key figures of a plan, each with its formula."""

from __future__ import annotations

import math
from collections.abc import Callable

from models.estates.cash import ICB
from models.estates.demand import NOWHERE
from models.estates.geography import travel_minutes
from models.estates.ledger import npv_cost_gbp, plan_lines
from models.estates.plan import Plan
from models.estates.tables_of.rooms import used_hours_per_week
from models.estates.tables_of.values import stage_values
from models.shared.problem import Measure

MOST_DEPRIVED_QUINTILE = 1


def measures(plan: Plan) -> dict[str, Measure]:
    """All key figures of a plan, by name. "First" and "last" are periods of the plan."""
    last = len(plan.instance.periods) - 1
    aims = stage_values(plan)
    gone = [suite for suite in plan.instance.suites if plan.date(suite.suite_id) is not None]
    closed = [site for site in plan.instance.sites if plan.date(site.core_suite) is not None]
    return {
        "unmet_demand": Measure(aims["unmet_demand"], "contacts over the plan"),
        "npv_cost": Measure(npv_cost_gbp(plan), "gbp"),
        "suites_handed_back": Measure(len(gone), "suites"),
        "sites_closed": Measure(len(closed), "sites"),
        "area_handed_back": Measure(sum(suite.area_m2 for suite in gone), "m2"),
        "suites_on_open_space": Measure(len(plan.open_space), "suites"),
        "conversions": Measure(len(plan.conversions), "conversions"),
        "gp_premises_closed": Measure(len(plan.closures), "practices"),
        "vacating_payments": Measure(_cash(plan, "vacating_payment"), "gbp"),
        "works_paid_by_icb": Measure(_cash(plan, "works"), "gbp"),
        "icb_cash_first_year": Measure(icb_cash_gbp(plan, plan.instance.financial_years[0]), "gbp"),
        "icb_cash_last_year": Measure(icb_cash_gbp(plan, plan.instance.financial_years[-1]), "gbp"),
        "clinical_rooms_first": Measure(clinical_rooms(plan, 0), "rooms"),
        "clinical_rooms_last": Measure(clinical_rooms(plan, last), "rooms"),
        "clinical_utilisation_first": Measure(clinical_utilisation_share(plan, 0), "share"),
        "clinical_utilisation_last": Measure(clinical_utilisation_share(plan, last), "share"),
        "travel_worst": Measure(aims["travel_worst"], "minutes one way, mean of the area furthest from its rooms"),
        "travel_core20": Measure(aims["travel_core20"], "minutes one way"),
        "travel": Measure(aims["travel"], "minutes one way"),
        "disruption": Measure(aims["disruption"], "contacts over the plan"),
        "travel_most_deprived_fifth": Measure(
            mean_minutes(plan, lambda quintile: quintile == MOST_DEPRIVED_QUINTILE), "minutes one way"
        ),
        "longest_journey": Measure(worst_minutes(plan), "minutes one way"),
        "works_paid_by_others": Measure(_cash(plan, "works_by_others"), "gbp"),
        "open_space_income": Measure(-_cash(plan, "open_space_income"), "gbp"),
        "backlog_avoided": Measure(backlog_avoided_gbp(plan), "gbp"),
    }


def icb_cash_gbp(plan: Plan, year: str) -> int:
    """What the ICB pays in a financial year, one-off payments included and income taken off."""
    return sum(line.gbp for line in plan_lines(plan) if line.ledger == ICB and line.year == year)


def clinical_rooms(plan: Plan, period: int) -> int:
    """Clinical rooms planned on in a period."""
    clinical = [kind.room_type for kind in plan.instance.room_types if kind.clinical]
    return sum(plan.rooms(site.site_id, kind, period) for site in plan.instance.sites for kind in clinical)


def clinical_utilisation_share(plan: Plan, period: int) -> float:
    """Used hours over available hours of all clinical rooms: a ratio of sums, never a mean of shares."""
    clinical = {kind.room_type for kind in plan.instance.room_types if kind.clinical}
    used = math.fsum(
        hours for (_, kind, t), hours in used_hours_per_week(plan).items() if t == period and kind in clinical
    )
    weekly_hours = len(plan.instance.slots) * plan.instance.settings.session_hours
    rooms = clinical_rooms(plan, period)
    return used / (rooms * weekly_hours) if rooms else 0.0


def mean_minutes(plan: Plan, of_quintile: Callable[[int], bool]) -> float:
    """Mean one-way minutes over the contacts placed, of the areas in the quintiles chosen."""
    minutes = travel_minutes(plan.instance)
    chosen = {area.area_id for area in plan.instance.areas if of_quintile(area.imd_quintile)}
    weights = [period.weight for period in plan.instance.periods]
    placed = [item for item in plan.contacts if item.area_id in chosen and item.site_id != NOWHERE]
    contacts = math.fsum(weights[item.period] * item.contacts for item in placed)
    travelled = math.fsum(
        weights[item.period] * item.contacts * minutes[item.area_id, item.site_id] for item in placed
    )
    return travelled / contacts if contacts else 0.0


def worst_minutes(plan: Plan) -> float:
    """The longest one-way journey of anyone placed."""
    minutes = travel_minutes(plan.instance)
    return max(
        (
            float(minutes[item.area_id, item.site_id])
            for item in plan.contacts
            if NOWHERE not in (item.area_id, item.site_id)
        ),
        default=0.0,
    )


def backlog_avoided_gbp(plan: Plan) -> int:
    """Backlog maintenance of the suites handed back."""
    return sum(suite.backlog_gbp for suite in plan.instance.suites if suite.suite_id in plan.hand_backs)


def _cash(plan: Plan, item: str) -> int:
    """Pounds of an item over the plan, whoever pays."""
    return sum(line.gbp for line in plan_lines(plan) if line.item == item)
