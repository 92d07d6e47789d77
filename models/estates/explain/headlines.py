"""The sentences printed under a plan."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from models.estates.cash import ICB, PAID_ONCE
from models.estates.demand import (
    NOWHERE,
    contacts_in_year,
    rooms_needed,
)
from models.estates.eligibility import eligibility
from models.estates.explain.changes import basis, changes, measured
from models.estates.instance import EstatesInstance
from models.estates.ledger import npv_cost_gbp, plan_lines
from models.estates.measures import (
    MOST_DEPRIVED_QUINTILE,
    clinical_rooms,
    clinical_utilisation_share,
    icb_cash_gbp,
    mean_minutes,
    worst_minutes,
)
from models.estates.plan import Plan
from models.estates.rules import id_and_name
from models.estates.slots import highest_weekly_average_share, movable_share_for_the_ceiling
from models.estates.words import tell
from models.shared.problem import Explanation


def headlines(instance: EstatesInstance, plan: Plan, provenance_counts: Mapping[str, int]) -> Iterator[Explanation]:
    """Money, refusals, fullness, travel, unmet demand, the ceiling of the programme, and what is invented."""
    yield _money(instance, plan)
    yield from changes(instance, plan)
    yield from _unmet(instance, plan)
    yield _utilisation(instance, plan)
    yield _highest_average(instance)
    yield _rooms(instance)
    yield _ceiling(instance)
    yield _travel(plan)
    yield _refusals(instance)
    yield from measured(instance)
    yield basis(instance)
    yield from _invented(provenance_counts)


def _money(instance: EstatesInstance, plan: Plan) -> Explanation:
    kept = Plan(instance, {}, plan.placements)
    one_off = sum(line.gbp for line in plan_lines(plan) if line.ledger == ICB and line.item in PAID_ONCE)
    last = instance.financial_years[-1]
    lower = icb_cash_gbp(kept, last) - icb_cash_gbp(plan, last)
    before, after = npv_cost_gbp(kept), npv_cost_gbp(plan)
    return tell(
        "estates.money",
        "This plan hands back {suites} of {all_suites} suites ({m2:count} m2). With all its changes the ICB's net "
        "present cost over {first} to {last} comes from {before:gbp} with everything kept to {after:gbp}: "
        "{saved:gbp} less, after vacating payments, moves and works of {one_off:gbp}. In {last} the ICB pays "
        "{lower:gbp} a year less.",
        {
            "suites": len(plan.hand_backs),
            "all_suites": len(instance.suites),
            "m2": sum(suite.area_m2 for suite in instance.suites if suite.suite_id in plan.hand_backs),
            "first": instance.financial_years[0],
            "last": last,
            "before": before,
            "after": after,
            "saved": before - after,
            "one_off": one_off,
            "lower": lower,
        },
        rule="E-27",
        where="cashflow.csv",
        headline=True,
    )


def _unmet(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    """Demand without a room, by service, in the period where it is largest."""
    names = {service.service: service.name for service in instance.services}
    unmet: dict[tuple[str, int], float] = {}
    for item in plan.contacts:
        if item.site_id == NOWHERE:
            unmet[item.service, item.period] = unmet.get((item.service, item.period), 0.0) + item.contacts
    for service in sorted({service for service, _ in unmet}):
        worst = max((t for s, t in unmet if s == service), key=lambda t: (unmet[service, t], -t))
        wanted = sum(i.contacts for i in plan.contacts if i.service == service and i.period == worst)
        yield tell(
            "estates.unmet",
            "{name}: {unmet:count} of {wanted:count} contacts a year in the period from {year} have no room within "
            "reach; more rooms of its kind, or a wider travel rule, would place them.",
            {
                "unmet": unmet[service, worst],
                "wanted": wanted,
                "year": instance.periods[worst].first_year,
            },
            rule="E-01",
            where=f"service_plan.csv, service {service}, site -",
            headline=True,
            names={"name": names[service]},
        )


def _utilisation(instance: EstatesInstance, plan: Plan) -> Explanation:
    last = len(instance.periods) - 1
    return tell(
        "estates.utilisation",
        "Clinical rooms: {rooms_today:count} today; {rooms_last:count} planned on from {year}, used "
        "{share_last:percent} "
        "of their hours (in {first}: {share_first:percent}).",
        {
            "rooms_today": _clinical_rooms_today(instance),
            "rooms_last": clinical_rooms(plan, last),
            "share_last": clinical_utilisation_share(plan, last),
            "share_first": clinical_utilisation_share(plan, 0),
            "year": instance.periods[last].first_year,
            "first": instance.periods[0].first_year,
        },
        rule="E-06",
        where="room_utilisation.csv",
        headline=True,
    )


def _highest_average(instance: EstatesInstance) -> Explanation:
    settings = instance.settings
    weights = [slot.demand_weight for slot in instance.slots]
    ceiling = settings.used_share_ceiling
    return tell(
        "estates.highest_average",
        "The weekly profile allows {highest:percent} on average under the ceiling of {ceiling:percent} in every "
        "session ({if_nothing_moves:percent} if nothing moves); {needed:percent} of demand would have to be "
        "movable to reach the ceiling itself, now {movable:percent} is.",
        {
            "highest": highest_weekly_average_share(weights, settings.movable_share, ceiling),
            "if_nothing_moves": highest_weekly_average_share(weights, 0.0, ceiling),
            "ceiling": ceiling,
            "needed": movable_share_for_the_ceiling(weights),
            "movable": settings.movable_share,
        },
        rule="E-07",
        where="weekly_profile.csv",
        headline=True,
    )


def rooms_needed_in(instance: EstatesInstance, year: str) -> float:
    """Clinical rooms that the demand of a financial year fills to the ceiling, before rounding up."""
    settings = instance.settings
    clinical = {kind.room_type for kind in instance.room_types if kind.clinical}
    return math.fsum(
        rooms_needed(
            contacts_in_year(instance, service, year),
            service.minutes_per_contact,
            opening_hours_per_week=len(instance.slots) * settings.session_hours,
            weeks_per_year=settings.weeks_per_year,
            used_share=settings.used_share_ceiling,
        )
        for service in instance.services
        if service.room_type in clinical
    )


def _rooms(instance: EstatesInstance) -> Explanation:
    first, last = instance.financial_years[0], instance.financial_years[-1]
    return tell(
        "estates.rooms_needed",
        "At {ceiling:percent} all services need {now:one} clinical rooms in {first} and {then:one} in {last}, "
        "wherever they stand; the sites have {today:count}.",
        {
            "ceiling": instance.settings.used_share_ceiling,
            "now": rooms_needed_in(instance, first),
            "then": rooms_needed_in(instance, last),
            "first": first,
            "last": last,
            "today": _clinical_rooms_today(instance),
        },
        rule="E-06",
        where="services.csv, areas.csv, rooms.csv",
        headline=True,
    )


def _ceiling(instance: EstatesInstance) -> Explanation:
    """What surplus clinical rooms could save at most: every one of them gone, at the mean charge of a room."""
    rooms = _clinical_rooms_today(instance)
    charge = sum(suite.annual_charge_gbp for suite in instance.suites)
    all_rooms = sum(sum(suite.rooms.values()) for suite in instance.suites)
    each = charge / all_rooms if all_rooms else 0.0
    surplus = max(0.0, rooms - rooms_needed_in(instance, instance.financial_years[0]))
    return tell(
        "estates.ceiling",
        "Surplus clinical rooms alone could save at most about {most:gbp} a year: {surplus:count} more than {first} "
        "needs, at {each:gbp} a room, if every one could be handed back and the ICB paid for all of it. Other rooms, "
        "Open Space and GP premises come on top.",
        {"most": surplus * each, "surplus": surplus, "each": each, "first": instance.financial_years[0]},
        rule="E-27",
        where="rooms.csv, suites.csv",
        headline=True,
    )


def _travel(plan: Plan) -> Explanation:
    return tell(
        "estates.travel",
        "One-way travel: {mean:one} minutes on average, {deprived:one} for the most deprived fifth, {worst:count} "
        "at the most.",
        {
            "mean": mean_minutes(plan, lambda quintile: quintile > 0),
            "deprived": mean_minutes(plan, lambda quintile: quintile == MOST_DEPRIVED_QUINTILE),
            "worst": worst_minutes(plan),
        },
        rule="E-23",
        where="travel.csv",
        headline=True,
    )


def _refusals(instance: EstatesInstance) -> Explanation:
    may = eligibility(instance)
    barred = [item for item in may.values() if not item.may_go]
    by_rule = Counter(rule for item in barred for rule in item.refusing_rules)
    listed = "; ".join(f"{count} by {id_and_name(rule)}" for rule, count in sorted(by_rule.items()))
    return tell(
        "estates.refused",
        "{refused} of {suites} suites may not be handed back: {listed}. A suite can be refused by several rules.",
        {"refused": len(barred), "suites": len(may), **dict(sorted(by_rule.items()))},
        rule=min(by_rule, default="E-09"),
        where="site_plan.csv, status ineligible",
        headline=True,
        names={"listed": listed or "none"},
    )


def _invented(provenance_counts: Mapping[str, int]) -> Iterator[Explanation]:
    cells = sum(provenance_counts.values())
    synthetic = provenance_counts.get("synthetic", 0)
    if cells and synthetic:
        yield tell(
            "estates.synthetic",
            "{share:percent} of the input figures are synthetic; floor areas, rooms, leases and charges of named "
            "sites are not public, so no pound above is a fact about a real building.",
            {"share": synthetic / cells},
            where="provenance columns",
            headline=True,
        )


def _clinical_rooms_today(instance: EstatesInstance) -> int:
    clinical = {kind.room_type for kind in instance.room_types if kind.clinical}
    return sum(count for suite in instance.suites for kind, count in suite.rooms.items() if kind in clinical)
