"""Ask a plan what comes of an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.network import Network, build_network
from models.estates.formulation.obstacles import OF_OTHERS, OF_USE
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.what_if.answer import UNMET_TOLERANCE_CONTACTS, Answer, Verdict, unmet_contacts
from models.estates.what_if.comparison import NOTHING_ORDERED, as_long_as_kept, kept_places, with_suites_kept
from models.estates.what_if.orders import FullOrder, Order, full_order, instance_with
from models.estates.what_if.refusals import Refusal, first_admissible_day, refusals
from models.estates.what_if.shortages import NO_SHORTAGES, Shortages, Space
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched, Watch

if TYPE_CHECKING:
    from models.estates.what_if.quick import QuickResult

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Proved:
    """The whole plan made anew with an order fixed. `plan` is None where the rules allow none: `outcome` says why."""

    outcome: Outcome
    plan: Plan | None


@dataclass(frozen=True)
class _Tried:
    """An order carried out: the plan, the suites that have to stay after all, or what is missing."""

    order: FullOrder
    plan: Plan | None
    stays: tuple[str, ...]
    missing: Shortages


class WhatIf:
    """Asks one plan about hand-backs.

    `repair` changes only what it must and solves the patients' ways anew: seconds. `prove` makes the whole plan anew
    with the order fixed.
    """

    def __init__(self, instance: EstatesInstance, plan: Plan) -> None:
        self.instance = instance
        self.plan = plan
        self._without: dict[tuple[str, ...], Plan] = {}

    @cached_property
    def network(self) -> Network:
        """Demand, journeys and what a room can take, with all rules in force."""
        return build_network(self.instance)

    @cached_property
    def space(self) -> Space:
        """Whether there is room for everybody, by a plain maximum flow."""
        return Space(self.network, self.plan)

    @cached_property
    def unmet_contacts(self) -> float:
        """Contacts the plan leaves without a room."""
        return unmet_contacts(self.plan)

    def repair(self, orders: Sequence[Order]) -> Answer:
        """The first answer: all else stays as in the plan; suites it hands back are kept only where people need them.

        An order that is not allowed on its day, or for which there is no room then, is moved to the first day on
        which it can be done.
        """
        asked = full_order(self.plan, orders)
        against = refusals(self.plan, asked)
        first: _Tried | None = None
        for order in self._days_to_try(orders, asked, refused=bool(against)):
            tried = self._try(order, named=first is None)
            first = first or tried
            if tried.plan is not None:
                verdict: Verdict = "yes" if order.day == asked.day else "later"
                return self._answer(verdict, asked, tried, against, first.missing)
        nothing = _Tried(asked, None, (), NO_SHORTAGES)
        return self._answer("no", asked, nothing, against, NO_SHORTAGES if first is None else first.missing)

    def prove(self, orders: Sequence[Order], options: SolveOptions, watch: Watch | None = None) -> Proved:
        """The whole plan made anew with the order fixed, all else free."""
        from models.estates.method import solve_estates  # takes in both solvers, which a first answer does not need

        ordered = instance_with(self.instance, full_order(self.plan, orders).dates)
        outcome = solve_estates(ordered, options, watch or Unwatched())
        plan = None if outcome.decisions is None else Plan.from_decisions(ordered, outcome.decisions)
        return Proved(outcome, plan)

    def _days_to_try(self, orders: Sequence[Order], asked: FullOrder, *, refused: bool) -> Iterator[FullOrder]:
        """The day asked for if the rules allow it, then the first allowed day that spares one period more, and so on.

        Only the periods a hand-back touches decide whether there is room.
        """
        day = first_admissible_day(self.plan, orders, asked.day) if refused else asked.day
        for period in self.instance.periods:
            if day is None:
                return
            if day < period.end_day:
                yield full_order(self.plan, [Order(order.suite_id, day) for order in orders])
                day = first_admissible_day(self.plan, orders, period.end_day - ONE_DAY)

    def _try(self, order: FullOrder, *, named: bool) -> _Tried:
        """Carry an order out; where people are left without a room, keep suites that the plan hands back.

        Where it cannot be carried out, the rules that say so are looked for only if they are to be `named`.
        """
        if order.dates.items() <= self.plan.hand_backs.items():
            return _Tried(order, self.plan, (), NO_SHORTAGES)
        may_stay = self._may_stay(order)
        spared = {suite: day for suite, day in self.plan.hand_backs.items() if suite not in may_stay}
        missing = self.space.missing({**spared, **order.dates}, order, with_rules=named)
        if missing.shortages:
            return _Tried(order, None, (), missing)
        enough = self._least_to_keep(order, may_stay)
        start = as_long_as_kept(self.plan, self._plan_without(order), order.dates)
        ways: list[tuple[Plan, tuple[str, ...]]] = [] if enough is None else [(_keeping(start, enough), ())]
        for plan, stay in [*ways, (start, may_stay)]:
            result = self._repaired(plan, self.network, order, stay)
            if result.plan is not None and self._leaves_no_more(result):
                gone = result.plan.hand_backs
                stays = tuple(suite for suite in may_stay if suite not in gone)
                return _Tried(order, result.plan, stays, NO_SHORTAGES)
        return _Tried(order, None, (), self._broken_by(order, may_stay) if named else NO_SHORTAGES)

    def _least_to_keep(self, order: FullOrder, may_stay: Sequence[str]) -> tuple[str, ...] | None:
        """The suites of one site that cost least to keep after all so that everybody has a room; often none.

        None where no such suites are enough by themselves.
        """
        ways = sorted((self._cost_of_keeping(kept), kept) for kept in [(), *map(self._with_floors_below, may_stay)])
        for _, kept in ways:
            gone = {suite: day for suite, day in self.plan.hand_backs.items() if suite not in kept}
            if self.space.suffices({**gone, **order.dates}, order):
                return kept
        return None

    def _with_floors_below(self, suite_id: str) -> tuple[str, ...]:
        """A suite and the floors below it that the plan hands back: they cannot go before it (E-19)."""
        mine = self.instance.suite(suite_id)
        below = (s for s in self.instance.suites_of(mine.site_id) if s.floor < mine.floor)
        return (suite_id, *(suite.suite_id for suite in below if suite.suite_id in self.plan.hand_backs))

    def _cost_of_keeping(self, kept: Sequence[str]) -> float:
        total = 0.0
        for suite_id in kept:
            suite = self.instance.suite(suite_id)
            for sign, option in ((1, Option(suite_id, None, None)), (-1, self.plan.option(suite))):
                total += sign * option_cost_gbp(self.instance, self.plan.cash_book, suite, option)
        return total

    def _plan_without(self, order: FullOrder) -> Plan:
        """The plan without the suites of an order that it hands back by itself: they are kept, and used again."""
        suites = tuple(suite for suite in order.dates if suite in self.plan.hand_backs)
        if suites not in self._without:
            kept = with_suites_kept(self.plan, suites)
            places = kept_places(self.plan, kept)
            if places:
                found = self._repaired(kept, self.network, NOTHING_ORDERED, gaining=places).plan
                kept = kept if found is None else found
            self._without[suites] = kept
        return self._without[suites]

    def _broken_by(self, order: FullOrder, may_stay: Sequence[str]) -> Shortages:
        """The rules beside those of space, each of which stands in the way: without it there is a plan."""
        others = [rule for rule in OF_OTHERS if self._can_matter(rule)]
        if not self._fits_without({*OF_USE, *others}, order, may_stay):
            return NO_SHORTAGES  # not even without all of them: so not without any one of them
        for rules in (OF_USE, others):
            found = tuple(rule for rule in rules if self._fits_without({rule}, order, may_stay))
            if found:
                return Shortages((), found)
        return NO_SHORTAGES

    def _can_matter(self, rule: str) -> bool:
        """Whether an instance asks anything by a rule at all."""
        settings = self.instance.settings
        if rule == "E-02":
            return settings.unmet_share_limit < 1
        if rule == "E-41":
            return settings.one_site_per_area
        return rule not in ("E-38", "E-39") or bool(self.plan.closures)

    def _fits_without(self, rules: Collection[str], order: FullOrder, may_stay: Sequence[str]) -> bool:
        """Whether an order can be carried out with some rules left out."""
        left_out = frozenset(rules)
        network = build_network(self.instance, left_out)
        return self._leaves_no_more(self._repaired(self.plan, network, order, may_stay, left_out))

    @staticmethod
    def _repaired(
        plan: Plan,
        network: Network,
        order: FullOrder,
        may_stay: Sequence[str] = (),
        without_rules: frozenset[str] = frozenset(),
        gaining: frozenset[tuple[str, int]] | None = None,
    ) -> QuickResult:
        """The plan with an order carried out; only this needs a model and its solver, which are slow to take in."""
        from models.estates.what_if.quick import repaired

        return repaired(plan, network, order, may_stay, without_rules, gaining)

    def _leaves_no_more(self, result: QuickResult) -> bool:
        """Whether there is a plan that leaves nobody more without a room."""
        return result.plan is not None and result.unmet_contacts <= self.unmet_contacts + UNMET_TOLERANCE_CONTACTS

    def _may_stay(self, order: FullOrder) -> tuple[str, ...]:
        """Suites the plan hands back in buildings that stay open, but for those ordered and the floors above them,
        which must go before (E-19)."""
        closed, lowest = order.cores.keys(), _lowest_floors(self.instance, order)
        return tuple(
            suite.suite_id
            for suite in self.instance.suites
            if suite.suite_id in self.plan.hand_backs
            and suite.suite_id not in order.dates
            and suite.site_id not in closed
            and suite.floor <= lowest.get(suite.site_id, suite.floor)
            and suite.instruction != "hand_back"
        )

    def _answer(
        self,
        verdict: Verdict,
        asked: FullOrder,
        tried: _Tried,
        against: tuple[Refusal, ...],
        missing: Shortages,
    ) -> Answer:
        already = {suite: day for suite, day in sorted(self.plan.hand_backs.items()) if suite in tried.order.dates}
        return Answer(
            verdict=verdict,
            asked=asked,
            order=tried.order,
            refusals=against,
            shortages=missing.shortages,
            rules=missing.rules,
            saved=self.plan,
            without=self.plan if tried.plan is None else self._plan_without(tried.order),
            after=tried.plan,
            stays=tried.stays,
            already=already,
        )


def _lowest_floors(instance: EstatesInstance, order: FullOrder) -> dict[str, int]:
    """The lowest floor that goes by an order, by site."""
    found: dict[str, int] = {}
    for suite_id in order.dates:
        suite = instance.suite(suite_id)
        found[suite.site_id] = min(suite.floor, found.get(suite.site_id, suite.floor))
    return found


def _keeping(plan: Plan, kept: Sequence[str]) -> Plan:
    """The plan with these suites kept."""
    if not kept:
        return plan
    return replace(plan, hand_backs={s: day for s, day in plan.hand_backs.items() if s not in kept})
