"""Decision variables and what they mean, as questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyomo.environ as pyo

from models.estates.formulation.choices import PremisesChoice, SuiteChoice, premises_choices
from models.estates.formulation.network import Cell, ListCell, Network
from models.estates.formulation.use_rules import decant_during_works, worked_around
from models.estates.hand_back import Option
from models.estates.right_size import SITE

RoomTerms = Sequence[tuple[int, int]]
"""Positions of a suite's options, each with the rooms of a kind it leaves in a period; options with none left out."""


@dataclass(frozen=True)
class LinkRow:
    """A row of E-04, by the keys of `flow` and `chosen`: flow <= sum of coefficient x chosen."""

    flow: tuple[int, str, int]
    terms: tuple[tuple[tuple[str, int], float], ...]


class EstatesModel:
    """The Pyomo model of an instance.

    Variables: `chosen[suite, option]` and `closing[practice, day]` (binary), `flow[cell, site, period]`,
    `unmet[cell, period]` and `dispersed[list, receiver, period]` (used hours a week), `pay[project, year, source]`
    (ten thousand pounds), `worst` (minutes), and where an area keeps to one site `assigned[cell, site, period]`.
    """

    def __init__(self, network: Network, choices: Sequence[SuiteChoice], without_rules: frozenset[str]) -> None:
        self.network = network
        self.instance = network.instance
        self.choices: Mapping[str, SuiteChoice] = {choice.suite_id: choice for choice in choices}
        self.without_rules = without_rules
        lists = {cell.premises.practice_id for cell in network.lists}
        self.premises: Mapping[str, PremisesChoice] = {
            choice.practice_id: choice
            for choice in premises_choices(self.instance, without_rules)
            if choice.practice_id in lists or not choice.dates
        }
        self._members = {site.site_id: self.instance.suites_of(site.site_id) for site in self.instance.sites}
        self._kinds = {s: _kinds_of(choice) for s, choice in self.choices.items()}
        self._rooms_in: Callable[[str, str, int], RoomTerms] = cache(self._room_terms)
        self.pyomo = pyo.ConcreteModel()
        self._add_choices()
        self._add_flows()

    def _add_choices(self) -> None:
        p = self.pyomo
        options = [(suite, at) for suite, choice in self.choices.items() for at in range(len(choice.options))]
        p.chosen = pyo.Var(options, domain=pyo.Binary)
        days = [(practice, at) for practice, choice in self.premises.items() for at in range(len(choice.dates))]
        p.closing = pyo.Var(days, domain=pyo.Binary)
        p.worst = pyo.Var(domain=pyo.NonNegativeReals)

    def _add_flows(self) -> None:
        p, periods = self.pyomo, self.network.periods
        flows = [(i, s, t) for i, cell in enumerate(self.cells) for s in cell.sites for t in periods]
        p.flow = pyo.Var(flows, domain=pyo.NonNegativeReals)
        p.unmet = pyo.Var(range(len(self.cells)), periods, domain=pyo.NonNegativeReals)
        moves = [(g, j, t) for g, one in enumerate(self.lists) for j in range(len(one.receivers)) for t in periods]
        p.dispersed = pyo.Var(moves, domain=pyo.NonNegativeReals)
        self._inflow: dict[tuple[str, str, int], list[pyo.Var]] = {}
        for i, s, t in flows:
            self._inflow.setdefault((s, self.cells[i].commodity.room_type, t), []).append(p.flow[i, s, t])
        kind = self.instance.settings.gp_room_type
        for g, j, t in moves:
            receiver = self.lists[g].receivers[j]
            if receiver.kind == SITE:
                self._inflow.setdefault((receiver.receiver_id, kind, t), []).append(p.dispersed[g, j, t])

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.network.cells

    @property
    def lists(self) -> tuple[ListCell, ...]:
        return self.network.lists

    def in_force(self, rule: str) -> bool:
        return rule not in self.without_rules

    def members(self, site_id: str) -> tuple[str, ...]:
        """The suites of a site."""
        return tuple(suite.suite_id for suite in self._members[site_id])

    def suites_with(self, site_id: str, room_type: str) -> list[str]:
        """Suites of a site that have rooms of a kind today, or that a conversion can give some."""
        return [suite for suite in self.members(site_id) if room_type in self._kinds[suite]]

    def options(self, suite_id: str) -> list[tuple[int, Option]]:
        """The options of a suite with their positions."""
        return list(enumerate(self.choices[suite_id].options))

    def core_dates(self, site_id: str) -> list[dt.date | None]:
        """The days on which the core suite of a site may go, and None if it may stay."""
        found = dict.fromkeys(o.hand_back_date for _, o in self.options(self.instance.site(site_id).core_suite))
        return list(found)

    def chosen_where(self, suite_id: str, holds: Callable[[Option], bool]) -> pyo.Expression:
        """1 when the option chosen for a suite is one for which something holds."""
        return pyo.quicksum(self.pyomo.chosen[suite_id, at] for at, option in self.options(suite_id) if holds(option))

    def planned_on(self, suite_id: str, period: int) -> pyo.Expression:
        """1 when rooms of a suite are planned on in a period: it is neither gone by its end, nor in other use."""
        at = self.instance.periods[period]
        return self.chosen_where(suite_id, lambda option: option.phase(at) in ("kept", "converted"))

    def is_open(self, site_id: str, period: int) -> pyo.Expression:
        """1 when a site is open in a period: its core suite is not handed back before the period has ended."""
        at = self.instance.periods[period]
        return self.chosen_where(
            self.instance.site(site_id).core_suite, lambda option: option.phase(at) != "handed_back"
        )

    def rooms_of(self, suite_id: str, room_type: str, period: int) -> RoomTerms:
        """The options of a suite that leave it rooms of a kind in a period, each with how many."""
        return self._rooms_in(suite_id, room_type, period)

    def has_rooms(self, suite_id: str, room_types: Sequence[str], period: int) -> pyo.Expression:
        """1 when the option chosen for a suite leaves it a room of one of the kinds in a period."""
        at = sorted({at for kind in room_types for at, _ in self.rooms_of(suite_id, kind, period)})
        return pyo.quicksum(self.pyomo.chosen[suite_id, option] for option in at)

    def always_has_rooms(self, suite_id: str, room_type: str, period: int) -> bool:
        """Whether a suite has rooms of a kind in a period whatever becomes of it."""
        return len(self.rooms_of(suite_id, room_type, period)) == len(self.choices[suite_id].options)

    def is_closed(self, practice_id: str, period: int) -> pyo.Expression:
        """1 when GP premises are closed in a period: they close before it has ended."""
        end = self.instance.periods[period].end_day
        return pyo.quicksum(
            self.pyomo.closing[practice_id, at]
            for at, day in enumerate(self.premises[practice_id].dates)
            if day is not None and day < end
        )

    def inflow(self, site_id: str, room_type: str, period: int) -> list[pyo.Var]:
        """Flows into the rooms of one kind at a site, those of dispersed lists among them."""
        return self._inflow.get((site_id, room_type, period), [])

    def _room_terms(self, suite_id: str, room_type: str, period: int) -> RoomTerms:
        facts, at = self.choices[suite_id].facts, self.instance.periods[period]
        rule = decant_during_works if self.in_force("E-33") else worked_around
        counted = ((i, rule(facts, option, room_type, at)) for i, option in self.options(suite_id))
        return tuple((i, rooms) for i, rooms in counted if rooms > 0)


def _kinds_of(choice: SuiteChoice) -> frozenset[str]:
    """Kinds of room a suite has today or can be given."""
    made = {option.conversion.to_room_type for option in choice.options if option.conversion is not None}
    return frozenset({*choice.facts.suite.rooms, *made})
