"""What could be done instead: the same hand-back on another day, or another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.hand_back import candidate_dates, suite_facts
from models.estates.plan import Plan
from models.estates.what_if.answer import Answer
from models.estates.what_if.asking import WhatIf
from models.estates.what_if.orders import FullOrder, Order, full_order, option_under
from models.estates.what_if.refusals import is_allowed

MOST_TRIED = 20
"""Orders asked, the cheapest first, before the search for a better one ends."""


@dataclass(frozen=True)
class Alternative:
    """Another order, and what it costs more than the saved plan at present value (below 0: it saves)."""

    order: FullOrder
    npv_against_plan_gbp: float


def best_other_day(what_if: WhatIf, answer: Answer) -> Alternative | None:
    """The best other day for the same suites; None where there is none."""
    named = tuple(order.suite_id for order in answer.asked.asked)
    taken = answer.order.day if answer.after is not None else None
    ways = [way for way in _ways(what_if.plan, [named]) if way.day != taken]
    return _first_possible(what_if, ways)


@dataclass(frozen=True)
class OtherSuites:
    """Hand-backs of one other suite or building, by its core suite, that the rules allow and the plan leaves out.

    `best` is the cheapest that can be done with all else as in the plan; None where none was found. `needed` are the
    suites whose rooms people need even on the last day on which the rules would let them go.
    """

    best: Alternative | None
    needed: tuple[str, ...]


def other_suites(what_if: WhatIf, answer: Answer) -> OtherSuites:
    """What else could be handed back, and what could by the rules but for the people who need it."""
    plan, named = what_if.plan, set(answer.order.dates)
    others = [(s.suite_id,) for s in what_if.instance.suites if s.suite_id not in named]
    ways = [way for way in _ways(plan, others) if not named & way.dates.keys() and not _is_in_plan(plan, way)]
    last = {way.asked[0].suite_id: way for way in sorted(ways, key=lambda way: way.day)}
    needed = {
        suite for suite, way in last.items() if not what_if.space.suffices({**plan.hand_backs, **way.dates}, way)
    }
    free = [way for way in ways if way.asked[0].suite_id not in needed]
    return OtherSuites(_first_possible(what_if, free), tuple(sorted(needed)))


def _ways(plan: Plan, named: Sequence[Sequence[str]]) -> Iterator[FullOrder]:
    """Orders of these suites on every day worth considering on which the rules allow them."""
    facts = suite_facts(plan.instance)
    dates: dict[str, tuple[dt.date, ...]] = {}
    for site in plan.instance.sites:
        members = [facts[suite.suite_id] for suite in plan.instance.suites_of(site.site_id)]
        dates[site.site_id] = candidate_dates(plan.instance, members)
    for suites in named:
        days = sorted({day for suite in suites for day in dates[facts[suite].site.site_id]})
        for day in days:
            way = full_order(plan, [Order(suite, day) for suite in suites], facts)
            if is_allowed(way, facts):
                yield way


def _first_possible(what_if: WhatIf, ways: Sequence[FullOrder]) -> Alternative | None:
    """The cheapest order that the rules allow and that leaves nobody without a room; confirmed by a repair."""
    plan = what_if.plan
    priced = sorted(((more_than_plan_gbp(plan, way), way.asked, way) for way in ways), key=lambda item: item[:2])
    for gbp, _, way in priced[:MOST_TRIED]:
        if not what_if.space.suffices({**plan.hand_backs, **way.dates}, way):
            continue
        answer = what_if.repair(way.asked)
        if answer.verdict == "yes" and not answer.stays:
            return Alternative(way, gbp)
    return None


def more_than_plan_gbp(plan: Plan, way: FullOrder) -> float:
    """What an order costs more than the plan at present value, all else as in the plan."""
    instance, book = plan.instance, plan.cash_book
    total = 0.0
    for suite_id in way.dates:
        suite = instance.suite(suite_id)
        then = option_under(plan, way, suite_id)
        if then != plan.option(suite):
            total += option_cost_gbp(instance, book, suite, then)
            total -= option_cost_gbp(instance, book, suite, plan.option(suite))
    return total


def _is_in_plan(plan: Plan, way: FullOrder) -> bool:
    """Whether the plan hands all of it back by itself, on that day or another."""
    return all(suite in plan.hand_backs for suite in way.dates)
