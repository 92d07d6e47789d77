"""What is asked for, and all that has to go with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.estates.entities import Suite
from models.estates.formulation.hand_back_rules import may_go_as_part
from models.estates.hand_back import Option, SuiteFacts, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan

_NO_RULES_LEFT_OUT: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class Order:
    """Hand back this suite on this day."""

    suite_id: str
    date: dt.date


@dataclass(frozen=True)
class FullOrder:
    """An order with the suites that must go with it, by the plan that is asked.

    `dates` holds every suite that goes by the order, `cores` the day each site's core suite goes (sites that stay
    are not in it); `added` are suites nobody named: the rest of a building whose core suite goes (E-20), and floors
    above (E-19), each with the rule.
    """

    asked: tuple[Order, ...]
    dates: Mapping[str, dt.date]
    cores: Mapping[str, dt.date]
    added: Mapping[str, str]

    @property
    def day(self) -> dt.date:
        """The last day on which something goes."""
        return max(order.date for order in self.asked)


def full_order(plan: Plan, asked: Sequence[Order], known: Mapping[str, SuiteFacts] | None = None) -> FullOrder:
    """The order with all that has to go with it; a suite the plan hands back sooner keeps its day.

    `known` are the facts of the instance's suites, for who asks for many orders.
    """
    instance = plan.instance
    facts = suite_facts(instance) if known is None else known
    dates = {order.suite_id: order.date for order in sorted(asked)}
    added: dict[str, str] = {}
    cores: dict[str, dt.date] = {}
    for site in instance.sites:
        members = instance.suites_of(site.site_id)
        core_date = dates.get(site.core_suite, plan.date(site.core_suite))
        if core_date is not None:
            cores[site.site_id] = core_date
        if site.core_suite in dates:
            _with_the_building(plan, members, dates, added, dates[site.core_suite])
        elif any(suite.suite_id in dates for suite in members):
            parts = _parts(plan, members, facts)
            _with_floors_above(plan, parts, dates, added)
            _with_floors_below(plan, parts, dates, added)
    return FullOrder(tuple(sorted(asked)), dict(sorted(dates.items())), cores, dict(sorted(added.items())))


def _with_the_building(
    plan: Plan, members: Sequence[Suite], dates: dict[str, dt.date], added: dict[str, str], core_date: dt.date
) -> None:
    for suite in members:
        if suite.suite_id in dates:
            continue
        before = plan.date(suite.suite_id)
        dates[suite.suite_id] = core_date if before is None else min(before, core_date)
        if before is None or before > core_date:
            added[suite.suite_id] = "E-20"


def _parts(plan: Plan, members: Sequence[Suite], facts: Mapping[str, SuiteFacts]) -> list[Suite]:
    """The suites of a site that may be handed back as parts at some time."""
    possible = candidate_dates(plan.instance, [facts[suite.suite_id] for suite in members])
    return [suite for suite in members if may_go_as_part(facts[suite.suite_id], possible, _NO_RULES_LEFT_OUT)]


def _with_floors_below(plan: Plan, parts: Sequence[Suite], dates: dict[str, dt.date], added: dict[str, str]) -> None:
    """Floors below that the plan hands back sooner as parts wait for a floor above that goes later."""
    for above in sorted((s for s in parts if s.suite_id in dates), key=lambda s: (-s.floor, s.suite_id)):
        for below in parts:
            goes = dates.get(below.suite_id, plan.date(below.suite_id))
            if below.floor < above.floor and goes is not None and goes < dates[above.suite_id]:
                dates[below.suite_id] = dates[above.suite_id]
                added[below.suite_id] = "E-19"


def _with_floors_above(plan: Plan, parts: Sequence[Suite], dates: dict[str, dt.date], added: dict[str, str]) -> None:
    """Floors above that may go as parts go no later."""
    for below in sorted((s for s in parts if s.suite_id in dates), key=lambda s: (s.floor, s.suite_id)):
        for above in parts:
            goes = dates.get(above.suite_id, plan.date(above.suite_id))
            if above.floor > below.floor and (goes is None or goes > dates[below.suite_id]):
                dates[above.suite_id] = dates[below.suite_id]
                added[above.suite_id] = "E-19"


def instance_with(instance: EstatesInstance, dates: Mapping[str, dt.date]) -> EstatesInstance:
    """The instance with these hand-backs ordered."""
    suites = tuple(
        replace(suite, instruction="hand_back", instruction_date=dates[suite.suite_id])
        if suite.suite_id in dates
        else suite
        for suite in instance.suites
    )
    return replace(instance, suites=suites)


def orders_for_site(instance: EstatesInstance, site_id: str, day: dt.date) -> tuple[Order, ...]:
    """The order that closes a building on a day."""
    return (Order(instance.site(site_id).core_suite, day),)


def option_under(plan: Plan, order: FullOrder, suite_id: str) -> Option:
    """What becomes of a suite when an order is carried out and all else stays as in the plan."""
    suite = plan.instance.suite(suite_id)
    if suite_id in order.dates:
        return Option(suite_id, order.dates[suite_id], order.cores.get(suite.site_id))
    return plan.option(suite)
