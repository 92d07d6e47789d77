"""Hand-backs that can be asked for one by one: every eligible suite and closable building; and the refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.estates.eligibility import eligibility
from models.estates.formulation.choices import SuiteChoice
from models.estates.formulation.network import build_network
from models.estates.instance import EstatesInstance
from models.estates.needs import shortage_without
from models.estates.plan import Plan
from models.estates.rules import id_and_name

_IN_THE_WAY = ("E-23", "E-35", "E-22", "E-07")
"""Rules that may keep patients from rooms that are free; where leaving none of them out helps, rooms are too few."""


@dataclass(frozen=True)
class Candidate:
    """One hand-back: the suite asked for (None: the whole building), and all suites that go with it.

    Floors above go before a part of a building does (E-19). `bound_gbp` is the most it can save on its own.
    """

    site_id: str
    suite_id: str | None
    suites: tuple[str, ...]
    bound_gbp: float

    @property
    def name(self) -> str:
        return self.suite_id or self.site_id

    @property
    def is_building(self) -> bool:
        return self.suite_id is None


@dataclass(frozen=True)
class RefusedSuite:
    """A suite that may not be handed back at all, and the rules that refuse it, its own first."""

    suite_id: str
    site_id: str
    rules: tuple[str, ...]

    @property
    def most_binding(self) -> str:
        return id_and_name(self.rules[0]) if self.rules else ""


def candidates(instance: EstatesInstance, choices: Sequence[SuiteChoice]) -> tuple[Candidate, ...]:
    """All hand-backs that may be asked for, by what they can save at most."""
    by_suite = {choice.suite_id: choice for choice in choices}
    may = eligibility(instance)
    found: list[Candidate] = []
    for site in instance.sites:
        members = instance.suites_of(site.site_id)
        if all(may[suite.suite_id].may_go_with_building for suite in members):
            going = tuple(suite.suite_id for suite in members)
            bound = _building_bound(by_suite[site.core_suite], [by_suite[suite] for suite in going])
            found += [] if bound is None else [Candidate(site.site_id, None, going, bound)]
        for suite in members:
            if may[suite.suite_id].may_go_as_part:
                above = [s.suite_id for s in members if s.floor > suite.floor and may[s.suite_id].may_go_as_part]
                going = (suite.suite_id, *sorted(above))
                bounds = [_part_bound(by_suite[one]) for one in going]
                known = [bound for bound in bounds if bound is not None]
                if len(known) == len(bounds):
                    found.append(Candidate(site.site_id, suite.suite_id, going, sum(known)))
    return tuple(sorted(found, key=lambda one: (-one.bound_gbp, one.name)))


def refused_suites(instance: EstatesInstance) -> tuple[RefusedSuite, ...]:
    """Every suite that may not go, with the rules against it."""
    may = eligibility(instance)
    return tuple(
        RefusedSuite(suite.suite_id, suite.site_id, may[suite.suite_id].refusing_rules)
        for suite in instance.suites
        if not may[suite.suite_id].may_go
    )


def what_is_short(instance: EstatesInstance, going: Sequence[str]) -> str:
    """The rule of space that keeps a hand-back from being fitted in, nothing else being changed; empty: none does."""
    nothing = Plan(instance, {}, ())
    if not _is_short(instance, nothing, going, frozenset()):
        return ""
    for rule in _IN_THE_WAY:
        if not _is_short(instance, nothing, going, frozenset({rule})):
            return rule
    return "E-06"


def _is_short(instance: EstatesInstance, plan: Plan, going: Sequence[str], without: frozenset[str]) -> bool:
    network = build_network(instance, without)
    return any(shortage_without(network, plan, going, period, {}) is not None for period in network.periods)


def _kept_gbp(choice: SuiteChoice) -> float | None:
    ways = zip(choice.options, choice.costs_gbp, strict=True)
    return next((cost for option, cost in ways if option.date is None and option.core_date is None), None)


def _part_bound(choice: SuiteChoice) -> float | None:
    """The most a suite saves going as a part, on its best day."""
    kept = _kept_gbp(choice)
    ways = zip(choice.options, choice.costs_gbp, strict=True)
    gone = [cost for option, cost in ways if option.is_hand_back and option.core_date is None]
    return None if kept is None or not gone else kept - min(gone)


def _building_bound(core: SuiteChoice, members: Sequence[SuiteChoice]) -> float | None:
    """The most a building saves on the best day of its core suite."""
    days = [option.date for option in core.options if option.is_hand_back and option.date is not None]
    found = [saving for saving in (_saved_by_closing(members, day) for day in days) if saving is not None]
    return max(found, default=None)


def _saved_by_closing(members: Sequence[SuiteChoice], day: dt.date) -> float | None:
    total = 0.0
    for choice in members:
        kept = _kept_gbp(choice)
        ways = zip(choice.options, choice.costs_gbp, strict=True)
        gone = [cost for option, cost in ways if option.is_hand_back and option.core_date == day]
        if kept is None or not gone:
            return None
        total += kept - min(gone)
    return total
