"""Who would have no room when an order is carried out, and which rules together say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from models.estates.formulation.network import Network, eased_network
from models.estates.formulation.obstacles import OF_SPACE
from models.estates.needs import Shortage, kinds_of, shortage_of_kind, unmet_by_kind
from models.estates.plan import Plan
from models.estates.what_if.orders import FullOrder
from solvers.conflicts import minimal_conflict

TOO_FEW_ROOMS = "E-05"
"""What is named where the shortage is there without those rules as well: sessions need rooms."""


@dataclass(frozen=True)
class Shortages:
    """The first shortage of each kind of room, and rules that make it: with any one of them left out it is gone."""

    shortages: tuple[Shortage, ...]
    rules: tuple[str, ...]


NO_SHORTAGES = Shortages((), ())


class Space:
    """Asks whether everybody for whom a plan finds a room still has one; all patients may be moved for it.

    Only the kinds of room that go with an order and the periods it touches are looked at. It is a plain maximum flow,
    so it answers at once; the rules it does not know of are those of opening, of boroughs and of rooms beside others.
    """

    def __init__(self, network: Network, plan: Plan) -> None:
        self._network = network
        self._plan = plan
        self._known: dict[tuple[str, int, frozenset[str]], bool] = {}

    @cached_property
    def _unmet(self) -> dict[tuple[str, int], float]:
        return unmet_by_kind(self._plan)

    def missing(self, hand_backs: Mapping[str, dt.date], order: FullOrder, *, with_rules: bool = True) -> Shortages:
        """What is missing with these hand-backs: the worst period is the last in which something is."""
        under = replace(self._plan, hand_backs=dict(hand_backs))
        found: dict[str, Shortage] = {}
        for period in reversed(self._touched(order)):
            for kind in self._kinds(order):
                if kind not in found and (short := self._short(self._network, under, kind, period)) is not None:
                    found[kind] = short
        if not found:
            return NO_SHORTAGES
        shortages = tuple(found[kind] for kind in sorted(found))
        return Shortages(shortages, self._rules(under, shortages[0]) if with_rules else ())

    def suffices(self, hand_backs: Mapping[str, dt.date], order: FullOrder, network: Network | None = None) -> bool:
        """Whether nothing is missing, by the demand of another network if one is given."""
        under = replace(self._plan, hand_backs=dict(hand_backs))
        asked = ((kind, period) for period in self._touched(order) for kind in self._kinds(order))
        if network is not None:
            return not any(self._short(network, under, kind, period) for kind, period in asked)
        return all(self._holds(under, kind, period) for kind, period in asked)

    def _holds(self, under: Plan, kind: str, period: int) -> bool:
        """Whether nothing of a kind is missing in a period; asked once for the same suites gone."""
        first = self._plan.instance.periods[period].end_day
        key = (kind, period, frozenset(suite for suite, day in under.hand_backs.items() if day < first))
        if key not in self._known:
            self._known[key] = self._short(self._network, under, kind, period) is None
        return self._known[key]

    def _short(self, network: Network, under: Plan, kind: str, period: int) -> Shortage | None:
        return shortage_of_kind(network, under, kind, period, self._unmet.get((kind, period), 0.0))

    def _touched(self, order: FullOrder) -> list[int]:
        """Periods in which something that goes by the order is no longer planned on."""
        periods = self._plan.instance.periods
        return [t for t, period in enumerate(periods) if min(order.dates.values()) < period.end_day]

    def _kinds(self, order: FullOrder) -> list[str]:
        return kinds_of(self._plan, order.dates)

    def _rules(self, under: Plan, short: Shortage) -> tuple[str, ...]:
        """A smallest set of the rules of space that makes a shortage, tried by deletion; else the lack of rooms."""

        def feasible(kept: frozenset[str]) -> bool:
            eased = eased_network(self._network, short.room_type, frozenset(OF_SPACE) - kept)
            return self._short(eased, under, short.room_type, short.period) is None

        return minimal_conflict(OF_SPACE, feasible) or (TOO_FEW_ROOMS,)
