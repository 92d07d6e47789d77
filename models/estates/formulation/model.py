"""Decision variables and what they mean, as questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pyomo.environ as pyo

from models.estates.cash import CashBook
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.hand_back_rules import allowed
from models.estates.formulation.network import Cell, Network
from models.estates.hand_back import Option, SuiteFacts, all_options, candidate_dates, suite_facts
from models.estates.instance import EstatesInstance


@dataclass(frozen=True)
class SuiteChoice:
    """A suite, the options the rules in force leave it, and the net present cost of each."""

    facts: SuiteFacts
    options: tuple[Option, ...]
    costs_gbp: tuple[float, ...]

    @property
    def suite_id(self) -> str:
        return self.facts.suite.suite_id

    @property
    def is_always_kept(self) -> bool:
        return all(option.date is None for option in self.options)


def suite_choices(instance: EstatesInstance, without_rules: frozenset[str] = frozenset()) -> tuple[SuiteChoice, ...]:
    """The choices of every suite, by site and suite. An option needs a core suite that may go on its core day."""
    facts = suite_facts(instance)
    book = CashBook(instance)
    found: list[SuiteChoice] = []
    for site in instance.sites:
        members = [facts[suite.suite_id] for suite in instance.suites_of(site.site_id)]
        dates = candidate_dates(instance, members)
        own = {m.suite.suite_id: [o for o in all_options(m, dates) if allowed(m, o, without_rules)] for m in members}
        core_dates = {option.core_date for option in own[site.core_suite]}
        for member in members:
            options = tuple(o for o in own[member.suite.suite_id] if o.core_date in core_dates)
            costs = tuple(option_cost_gbp(instance, book, member.suite, o) for o in options)
            found.append(SuiteChoice(member, options, costs))
    return tuple(found)


class EstatesModel:
    """The Pyomo model of an instance.

    Variables: `chosen[suite, option]` (binary), `flow[cell, site, period]` and `unmet[cell, period]` (used hours a
    week).
    """

    def __init__(self, network: Network, choices: Sequence[SuiteChoice], without_rules: frozenset[str]) -> None:
        self.network = network
        self.instance = network.instance
        self.choices = {choice.suite_id: choice for choice in choices}
        self.without_rules = without_rules
        self._members = {site.site_id: self.instance.suites_of(site.site_id) for site in self.instance.sites}
        self.pyomo = pyo.ConcreteModel()
        self.pyomo.chosen = pyo.Var(
            [(suite, at) for suite, choice in self.choices.items() for at in range(len(choice.options))],
            domain=pyo.Binary,
        )
        flows = [(i, s, t) for i, cell in enumerate(self.cells) for s in cell.sites for t in network.periods]
        self.pyomo.flow = pyo.Var(flows, domain=pyo.NonNegativeReals)
        self.pyomo.unmet = pyo.Var(range(len(self.cells)), network.periods, domain=pyo.NonNegativeReals)
        self._inflow: dict[tuple[str, str, int], list[pyo.Var]] = {}
        for i, s, t in flows:
            self._inflow.setdefault((s, self.cells[i].commodity.room_type, t), []).append(self.pyomo.flow[i, s, t])

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.network.cells

    def in_force(self, rule: str) -> bool:
        return rule not in self.without_rules

    def members(self, site_id: str) -> tuple[str, ...]:
        """The suites of a site."""
        return tuple(suite.suite_id for suite in self._members[site_id])

    def suites_with(self, site_id: str, room_type: str) -> list[tuple[str, int]]:
        """Suites of a site that have rooms of a kind, and how many."""
        found = [(suite.suite_id, suite.rooms.get(room_type, 0)) for suite in self._members[site_id]]
        return [(suite, rooms) for suite, rooms in found if rooms > 0]

    def options(self, suite_id: str) -> list[tuple[int, Option]]:
        """The options of a suite with their positions."""
        return list(enumerate(self.choices[suite_id].options))

    def core_dates(self, site_id: str) -> list[dt.date | None]:
        """The days on which the core suite of a site may go, and None if it may stay."""
        return [option.date for _, option in self.options(self.instance.site(site_id).core_suite)]

    def planned_on(self, suite_id: str, period: int) -> pyo.Expression:
        """1 when a suite's rooms are planned on in a period: it is not handed back before the period has ended."""
        end = self.instance.periods[period].end_day
        return pyo.quicksum(
            self.pyomo.chosen[suite_id, at]
            for at, option in self.options(suite_id)
            if option.date is None or option.date >= end
        )

    def inflow(self, site_id: str, room_type: str, period: int) -> list[pyo.Var]:
        """Flows into the rooms of one kind at a site."""
        return self._inflow.get((site_id, room_type, period), [])
