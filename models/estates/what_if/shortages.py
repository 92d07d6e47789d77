"""Who would have no room when an order is carried out, and which rules together say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.estates.formulation.network import Network, build_network
from models.estates.needs import Shortage, shortage_without, unmet_by_kind
from models.estates.plan import Plan
from models.estates.what_if.orders import FullOrder
from solvers.conflicts import minimal_conflict

_RULES_OF_SPACE = ("E-07", "E-22", "E-23", "E-35", "E-04", "E-06")
"""Rules that decide where there is room within reach; where there is a choice those named last are named."""


@dataclass(frozen=True)
class Shortages:
    """The first shortage of each kind of room, and rules that make it: with any one of them left out it is gone."""

    shortages: tuple[Shortage, ...]
    rules: tuple[str, ...]


NO_SHORTAGES = Shortages((), ())


def shortages_under(network: Network, plan: Plan, hand_backs: Mapping[str, dt.date], order: FullOrder) -> Shortages:
    """What is missing in the periods an order touches, if these are the hand-backs and all patients may be moved."""
    under = replace(plan, hand_backs=dict(hand_backs))
    unmet = unmet_by_kind(plan)
    found: dict[str, Shortage] = {}
    for period in _touched(plan, order):
        for suite in order.dates:
            short = shortage_without(network, under, _gone(under, order, period, suite), period, unmet)
            if short is not None:
                found.setdefault(short.room_type, short)
    if not found:
        return NO_SHORTAGES
    shortages = tuple(found[kind] for kind in sorted(found))
    return Shortages(shortages, _rules(network, under, order, shortages[0], unmet))


def _touched(plan: Plan, order: FullOrder) -> list[int]:
    """Periods in which something that goes by the order is no longer planned on, the last first."""
    first = min(order.dates.values())
    return [t for t in reversed(range(len(plan.instance.periods))) if first < plan.instance.periods[t].end_day]


def _gone(plan: Plan, order: FullOrder, period: int, suite_id: str) -> tuple[str, ...]:
    """The suite itself where it is gone in the period; its kinds of room are looked at."""
    return (suite_id,) if order.dates[suite_id] < plan.instance.periods[period].end_day else ()


def _rules(
    network: Network, plan: Plan, order: FullOrder, short: Shortage, unmet: Mapping[tuple[str, int], float]
) -> tuple[str, ...]:
    """A smallest set of the rules of space that makes a shortage, tried by deletion."""
    instance = network.instance

    def feasible(kept: frozenset[str]) -> bool:
        without = frozenset(_RULES_OF_SPACE) - kept
        suites = [suite for suite in order.dates if short.room_type in instance.suite(suite).rooms]
        eased = build_network(instance, without)
        return all(
            shortage_without(eased, plan, _gone(plan, order, short.period, suite), short.period, dict(unmet)) is None
            for suite in suites
        )

    return minimal_conflict(_RULES_OF_SPACE, feasible) or ()


def has_room(network: Network, plan: Plan, hand_backs: Mapping[str, dt.date], order: FullOrder) -> bool:
    """Whether everybody the plan finds a room for still does, if these are the hand-backs and all may be moved."""
    under = replace(plan, hand_backs=dict(hand_backs))
    unmet = unmet_by_kind(plan)
    return all(
        shortage_without(network, under, _gone(under, order, period, suite), period, unmet) is None
        for period in _touched(plan, order)
        for suite in order.dates
    )
