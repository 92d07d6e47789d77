"""Ask a plan what comes of an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.network import Network, build_network
from models.estates.formulation.obstacles import OF_OTHERS, OF_USE
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.method import solve_estates
from models.estates.plan import Plan
from models.estates.what_if.answer import Answer, Verdict, unmet_contacts
from models.estates.what_if.orders import FullOrder, Order, full_order, instance_with
from models.estates.what_if.quick import UNMET_TOLERANCE_CONTACTS, QuickResult, repaired
from models.estates.what_if.refusals import Refusal, first_admissible_day, refusals
from models.estates.what_if.shortages import NO_SHORTAGES, Shortages, Space
from models.shared.problem import Outcome, SolveOptions
from solvers.types import Unwatched, Watch

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
            tried = self._try(order)
            first = first or tried
            if tried.plan is not None:
                verdict: Verdict = "yes" if order.day == asked.day else "later"
                return self._answer(verdict, asked, tried, against, first.missing)
        nothing = _Tried(asked, None, (), NO_SHORTAGES)
        return self._answer("no", asked, nothing, against, NO_SHORTAGES if first is None else first.missing)

    def prove(self, orders: Sequence[Order], options: SolveOptions, watch: Watch | None = None) -> Proved:
        """The whole plan made anew with the order fixed, all else free."""
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

    def _try(self, order: FullOrder) -> _Tried:
        """Carry an order out; where people are left without a room, keep suites that the plan hands back."""
        if order.dates.items() <= self.plan.hand_backs.items():
            return _Tried(order, self.plan, (), NO_SHORTAGES)
        may_stay = self._may_stay(order)
        spared = {suite: day for suite, day in self.plan.hand_backs.items() if suite not in may_stay}
        missing = self.space.missing({**spared, **order.dates}, order)
        if missing.shortages:
            return _Tried(order, None, (), missing)
        enough = self._least_to_keep(order, may_stay)
        ways: list[tuple[Plan, tuple[str, ...]]] = [] if enough is None else [(self._keeping(enough), ())]
        for plan, stay in [*ways, (self.plan, may_stay)]:
            result = repaired(plan, self.network, order, stay)
            if result.plan is not None and self._leaves_no_more(result):
                gone = result.plan.hand_backs
                stays = tuple(suite for suite in may_stay if suite not in gone)
                return _Tried(order, result.plan, stays, NO_SHORTAGES)
        return _Tried(order, None, (), self._broken_by(order, may_stay))

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

    def _keeping(self, kept: Sequence[str]) -> Plan:
        """The plan with these suites kept."""
        if not kept:
            return self.plan
        return replace(self.plan, hand_backs={s: day for s, day in self.plan.hand_backs.items() if s not in kept})

    def _broken_by(self, order: FullOrder, may_stay: Sequence[str]) -> Shortages:
        """The rules beside those of space, each of which stands in the way: without it there is a plan."""
        for rules in (OF_USE, OF_OTHERS):
            found = tuple(rule for rule in rules if self._fits_without(rule, order, may_stay))
            if found:
                return Shortages((), found)
        return NO_SHORTAGES

    def _fits_without(self, rule: str, order: FullOrder, may_stay: Sequence[str]) -> bool:
        """Whether an order can be carried out with one rule left out."""
        left_out = frozenset({rule})
        return self._leaves_no_more(
            repaired(self.plan, build_network(self.instance, left_out), order, may_stay, left_out)
        )

    def _leaves_no_more(self, result: QuickResult) -> bool:
        """Whether there is a plan that leaves nobody more without a room."""
        return result.plan is not None and result.unmet_contacts <= self.unmet_contacts + UNMET_TOLERANCE_CONTACTS

    def _may_stay(self, order: FullOrder) -> tuple[str, ...]:
        """Suites the plan hands back in buildings that stay open, but for those ordered."""
        closed = order.cores.keys()
        return tuple(
            suite.suite_id
            for suite in self.instance.suites
            if suite.suite_id in self.plan.hand_backs
            and suite.suite_id not in order.dates
            and suite.site_id not in closed
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
            without=_kept(self.plan, already),
            after=tried.plan,
            stays=tried.stays,
            already=already,
        )


def _kept(plan: Plan, suites: Mapping[str, dt.date]) -> Plan:
    """The plan with these suites kept; with a core suite all is kept that goes on the same day."""
    if not suites:
        return plan
    closing = {site.site_id: plan.date(site.core_suite) for site in plan.instance.sites if site.core_suite in suites}
    kept = {
        suite.suite_id
        for suite in plan.instance.suites
        if suite.suite_id in suites
        or (suite.site_id in closing and plan.date(suite.suite_id) == closing[suite.site_id])
    }
    return replace(plan, hand_backs={suite: day for suite, day in plan.hand_backs.items() if suite not in kept})
